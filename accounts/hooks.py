"""Where the floors above join in when somebody's standing ends, without this floor knowing them.

hooks.register_on_leaving(ask_about_leaver)   called inside the transaction that records somebody's last day
hooks.register_on_gone(end_their_grants)      called inside the transaction in which somebody is here no longer

Each app registers when it starts.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from accounts.models import Staff, User

OnLeaving = Callable[[Staff, date, User], None]
OnGone = Callable[[User, User, str], None]

_on_leaving: list[OnLeaving] = []
_on_gone: list[OnGone] = []


def register_on_leaving(function: OnLeaving) -> OnLeaving:
    """`function(staff, last_day, by)` runs in the transaction of `end_employment`, with a sign-in or without one."""
    if function not in _on_leaving:
        _on_leaving.append(function)
    return function


def leaving(staff: Staff, last_day: date, by: User) -> None:
    for function in _on_leaving:
        function(staff, last_day, by)


def register_on_gone(function: OnGone) -> OnGone:
    """`function(user, by, why)`: this user has left, or their last role has ended, by that person's act; say why."""
    if function not in _on_gone:
        _on_gone.append(function)
    return function


def gone(user: User, by: User, why: str) -> None:
    for function in _on_gone:
        function(user, by, why)
