"""Time as the law and the rota see it: stored in UTC, decided and shown in Europe/London (domain.md §13)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays
from django.utils import timezone

LONDON = ZoneInfo("Europe/London")


def now() -> datetime:
    """The present moment, in UTC."""
    return timezone.now()


def to_london(moment: datetime) -> datetime:
    return moment.astimezone(LONDON)


def london(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """A moment on the wall clock in England, as UTC."""
    return datetime(year, month, day, hour, minute, tzinfo=LONDON).astimezone(UTC)


def today() -> date:
    """Today's date in England."""
    return to_london(now()).date()


def end_of_day(day: date) -> datetime:
    """The last minute of a day in England, as UTC."""
    return datetime.combine(day, time(23, 59), tzinfo=LONDON).astimezone(UTC)


@lru_cache(maxsize=64)
def bank_holidays(year: int) -> frozenset[date]:
    """Bank holidays in England, substitute days included (25 and 28 December 2026, for example)."""
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))


def days_later(moment: datetime, count: int) -> datetime:
    """The same wall-clock time in England `count` days later, as UTC; over a night when the clocks change too.

    For what is said in days. What is said in hours counts real hours: add those instead (domain.md §13).
    """
    local = to_london(moment)
    return datetime.combine(local.date() + timedelta(days=count), local.time(), tzinfo=LONDON).astimezone(UTC)


def is_working_day(day: date) -> bool:
    """Monday to Friday and not a bank holiday in England."""
    return day.weekday() < 5 and day not in bank_holidays(day.year)


def add_working_days(day: date, count: int) -> date:
    """The day `count` working days after `day` (the day itself is not counted). `count` must not be negative."""
    if count < 0:
        raise ValueError("Working days are counted forwards.")
    while count:
        day += timedelta(days=1)
        if is_working_day(day):
            count -= 1
    return day


def working_days_later(moment: datetime, count: int) -> datetime:
    """The same wall-clock time `count` working days later, as UTC.

    Only for clocks that may rest at weekends. 'Without delay' never does: add hours instead (domain.md §13).
    """
    local = to_london(moment)
    return datetime.combine(add_working_days(local.date(), count), local.time(), tzinfo=LONDON).astimezone(UTC)


def hours_between(earlier: datetime, later: datetime) -> float:
    """Elapsed hours, real time: a night when the clocks change is 23 or 25 hours long."""
    return (later - earlier).total_seconds() / 3600
