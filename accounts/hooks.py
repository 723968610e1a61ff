"""Where the floors above join in when somebody's standing ends, without this floor knowing them.

hooks.register_on_gone(end_their_grants)   called inside the transaction in which somebody is here no longer
"""

from __future__ import annotations

from collections.abc import Callable

from accounts.models import User

OnGone = Callable[[User, User, str], None]
_on_gone: list[OnGone] = []


def register_on_gone(function: OnGone) -> OnGone:
    """`function(user, by, why)`: this user has left, or their last role has ended, by that person's act; say why."""
    if function not in _on_gone:
        _on_gone.append(function)
    return function


def gone(user: User, by: User, why: str) -> None:
    for function in _on_gone:
        function(user, by, why)
