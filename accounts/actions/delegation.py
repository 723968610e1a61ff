"""What a registered manager hands to a deputy in writing (domain.md §1): named, dated, reasoned, and no wider than it says."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from accounts import access
from accounts.models import Delegation, Service, User
from accounts.permits import DELEGABLE
from accounts.roles import Deputy, RegisteredManager
from records import times
from records.acting import action
from records.refusals import NotAllowed, Refused

SOURCE = "domain.md §1"
#: A delegation is looked at again at the latest after this long.
LONGEST = timedelta(days=92)


@action("delegation.given")
def delegate(
    *, by: User, to: User, service: Service, what: Iterable[str], starts_on: date, ends_on: date, reason: str
) -> Delegation:
    """Hand named rights to a deputy of the same service, between two days. Only by its registered manager, never to themselves."""
    if RegisteredManager not in access.of(by).roles_at(service):
        raise NotAllowed("ROLE", "Only the registered manager of this service can delegate.", source=SOURCE)
    if to.pk == by.pk:
        raise NotAllowed("ROLE", "You cannot delegate to yourself.", source=SOURCE)
    if Deputy not in access.of(to).roles_at(service):
        raise Refused("ROLE", "A manager delegates to a deputy of the same service.", source=SOURCE)
    chosen = [code for code in DELEGABLE if code in set(what)]
    if not chosen:
        raise Refused("ROLE", "Choose what is delegated.", source=SOURCE, field="what")
    if not reason.strip():
        raise Refused("ROLE", "Say why.", source=SOURCE, field="reason")
    if ends_on < max(starts_on, times.today()):
        raise Refused("ROLE", "The last day must be the first day or later, and not past.", field="ends_on")
    if ends_on - starts_on > LONGEST:
        raise Refused("ROLE", "Delegate for three months at most, then look at it again.", field="ends_on")
    made = Delegation(
        from_user=by, to_user=to, service=service, what=chosen, reason=reason, starts_on=starts_on, ends_on=ends_on
    )
    made.save()
    access.forget(to)
    return made


@action("delegation.ended")
def end_delegation(*, by: User, delegation: Delegation) -> Delegation:
    """Take it back before its day: the manager who gave it, or whoever manages the service now."""
    roles = access.of(by).roles_at(delegation.service)
    if delegation.from_user_id != by.pk and not any(role.rank >= RegisteredManager.rank for role in roles):  # type: ignore[attr-defined]
        raise NotAllowed("ROLE", "Only the registered manager or the nominated individual can end this.", source=SOURCE)
    found: Delegation = Delegation.objects.select_for_update().get(pk=delegation.pk)
    if found.ended_at is None:
        found.ended_at, found.ended_by = times.now(), by
        found.save()
    access.forget(found.to_user)
    return found
