"""A hold that police, the council or HR asked for (G10): recorded, and released when whoever asked lets go."""

from __future__ import annotations

from accounts.models import User
from incidents.actions.lock import lock
from incidents.models import Case
from records import times
from records.acting import action
from records.refusals import Refused
from remediation import permissions_practice as permissions
from remediation.models import HoldRequest

SOURCE = "domain.md §8"


@action("hold.requested")
def request_hold(*, by: User, case: Case, asked_by: str, reason: str) -> HoldRequest:
    """Record that the police, the council or HR asked that duties do not come back yet (G10: no override)."""
    case = lock(case)
    permissions.check_hold(by, case)
    if not asked_by.strip():
        raise Refused("G10", "Say who asked to hold.", source=SOURCE, field="asked_by")
    if not reason.strip():
        raise Refused("G10", "Say why they asked.", source=SOURCE, field="reason")
    hold = HoldRequest(case=case, asked_by=asked_by, reason=reason, recorded_by=by, recorded_at=times.now())
    hold.save()
    return hold


@action("hold.released")
def release_hold(*, by: User, hold: HoldRequest, note: str) -> HoldRequest:
    """Record that whoever asked to hold has let go of it, and how that is known."""
    case = lock(hold.case)
    permissions.check_hold(by, case)
    hold = HoldRequest.objects.get(pk=hold.pk)
    if hold.released_at is not None:
        raise Refused("G10", "This hold is released already.", source=SOURCE)
    if not note.strip():
        raise Refused("G10", "Say how you know that the hold is over.", source=SOURCE, field="note")
    hold.released_at, hold.released_by, hold.release_note = times.now(), by, note
    hold.save()
    return hold
