"""How a signed-in person's role is put into words at the top of each page."""

from __future__ import annotations

from typing import Any

from accounts.models import Membership
from records.wording import plural


def role_line(user: Any) -> str:
    """ "Registered manager at Larkfield Homecare"; with several current roles, the first and how many more."""
    held = list(
        Membership.objects.current().filter(user=user).select_related("service", "provider").order_by("starts_on")
    )
    if not held:
        return ""
    held.sort(key=lambda one: -one.role_class.rank)
    line = f"{held[0].role_class.name} at {held[0].scope_name}"
    return f"{line} and {plural(len(held) - 1, 'more role')}" if len(held) > 1 else line
