"""Ending one's own open sign-ins."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from records.refusals import NotAllowed


def end_own_sign_in(*, by: User, session: Any) -> None:
    """End one of one's own open sign-ins. (Nobody's record: like signing out, it leaves no history.)

    Raises NotAllowed for the sign-in of somebody else.
    """
    if session.user_id != by.pk:
        raise NotAllowed("ACCOUNTS", "This is not your sign-in.")
    session.end()
