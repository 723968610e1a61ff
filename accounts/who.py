"""How a signed-in person's role is put into words at the top of each page."""

from __future__ import annotations

from typing import Any

from accounts import access
from accounts.roles import ROLES
from records.wording import plural


def role_line(user: Any) -> str:
    """ "Registered manager at Larkfield Homecare"; with several current roles, the first and how many more."""
    held = sorted(access.of(user).places(), key=lambda one: -ROLES[one[0]].rank)
    if not held:
        return ""
    role, place = held[0]
    line = f"{ROLES[role].name} at {place}"
    return f"{line} and {plural(len(held) - 1, 'more role')}" if len(held) > 1 else line
