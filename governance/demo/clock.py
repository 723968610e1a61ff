"""The demo's own clock: its cases happened over the last weeks, so each step is done at the time it belongs to.

Only the demo moves the clock, and only on a machine that is not in production (`manage.py load_demo` refuses
there). The ledger's own time is the database's and stays true.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import cache

import time_machine

from accounts import access
from accounts.models import User
from records import times


@cache
def _today() -> date:
    # Asked once, before the clock is first moved: "days ago" always means from the real today.
    return times.today()


@contextmanager
def at(moment: datetime, *users: User) -> Iterator[datetime]:
    """Do what follows at `moment`; the users' rights are looked up anew, as of that day."""
    _today()
    for user in users:
        access.forget(user)
    with time_machine.travel(moment, tick=True):
        yield moment
    for user in users:
        access.forget(user)


def days_ago(days: int, hour: int, minute: int = 0) -> datetime:
    """The wall-clock time `hour:minute` in England, so many days before today, as UTC."""
    day = _today() - timedelta(days=days)
    return times.london(day.year, day.month, day.day, hour, minute)
