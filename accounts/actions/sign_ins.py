"""Ending open sign-ins: one's own, and those of somebody whose phone is lost or who must be shut out now."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from accounts.actions.standing import check_manages_staff, check_stands_over, end_sessions
from accounts.models import Staff, User
from records.acting import action
from records.refusals import NotAllowed, Refused


def end_own_sign_in(*, by: User, session: Any) -> None:
    """End one of one's own open sign-ins. (Nobody's record: like signing out, it leaves no history.)

    Raises NotAllowed for the sign-in of somebody else.
    """
    if session.user_id != by.pk:
        raise NotAllowed("ACCOUNTS", "This is not your sign-in.")
    session.end()


@action("user.sign_ins_ended")
def end_sign_ins_of(*, by: User, staff: Staff, why: str) -> Staff:
    """End every open sign-in of a member of staff, at once; they may sign in again (OWASP ASVS 5.0 7.4.5).

    For a phone that is lost or a screen left open. By whoever manages people where they work, and never over
    somebody who stands above. The reason stands in the history of the sign-in. Raises Refused without a reason or
    for somebody who has no sign-in.
    """
    user = _helped(by, staff, why)
    user.help_given = why.strip()
    user.save()
    transaction.on_commit(lambda: end_sessions(user))
    return staff


@action("user.second_step_taken_off")
def take_off_second_step(*, by: User, staff: Staff, why: str, how_known: str) -> Staff:
    """Take off a second step that is lost, so that its owner sets up a new one; ends every open sign-in.

    `how_known` says how it was made sure that it is them: with the same care as when the sign-in was given
    (OWASP ASVS 5.0 6.4.4). The password stays, and where a second step is required the next sign-in asks for a new one
    first. Raises Refused where a reason, that sentence, or the second step itself is missing.
    """
    from allauth.mfa.models import Authenticator

    user = _helped(by, staff, why)
    if not how_known.strip():
        raise Refused("ACCOUNTS", "Say how you made sure that it is them.", field="how_known")
    held = Authenticator.objects.filter(user=user)
    if not held.exists():
        raise Refused("ACCOUNTS", "They have no second step to take off.", field="what")
    held.delete()
    user.help_given = f"{why.strip()}\n\nHow it was made sure that it is them: {how_known.strip()}"
    user.save()
    transaction.on_commit(lambda: end_sessions(user))
    return staff


def _helped(by: User, staff: Staff, why: str) -> User:
    check_manages_staff(by, staff)
    staff = Staff.objects.select_for_update(of=("self",)).select_related("user").get(pk=staff.pk)
    user: User | None = staff.user
    if user is None:
        raise Refused("ACCOUNTS", "This person has no sign-in.")
    check_stands_over(by, user)
    if not why.strip():
        raise Refused("ACCOUNTS", "Say why.", field="why")
    return user
