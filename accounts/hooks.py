"""Where the floors above join in, without this floor knowing them. Each app registers when it starts.

hooks.register_on_leaving(ask_about_leaver)   called inside the transaction that records somebody's last day
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from accounts.models import Staff, User

OnLeaving = Callable[[Staff, date, User], None]

_on_leaving: list[OnLeaving] = []


def register_on_leaving(function: OnLeaving) -> OnLeaving:
    """`function(staff, last_day, by)` runs in the transaction of `end_employment`, with a sign-in or without one."""
    if function not in _on_leaving:
        _on_leaving.append(function)
    return function


def leaving(staff: Staff, last_day: date, by: User) -> None:
    for function in _on_leaving:
        function(staff, last_day, by)
