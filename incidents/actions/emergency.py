"""Break-glass: a case opened in an emergency, by two roles only, with a reason, for hours, and never quietly (F93)."""

from __future__ import annotations

import re
from datetime import timedelta

from django.db.models import QuerySet

from accounts import access as roles
from accounts.models import User
from incidents import hooks, permissions
from incidents.models import Case, CaseGrant
from records import times
from records.acting import action
from records.refusals import NotAllowed, Refused

SOURCE = "domain.md §1, §12"
#: For how long it may be opened, in hours.
HOURS = (1, 2, 4, 8)
_TYPED = re.compile(r"\s*sp[-\s]?(\d{4})[-\s]?(\d{1,8})\s*", re.IGNORECASE)


def wanted(by: User, reference: str) -> QuerySet[Case]:
    """The case of the person's own provider with this reference as they typed it, if there is one."""
    typed = _TYPED.fullmatch(reference)
    exact = f"SP-{typed[1]}-{int(typed[2]):04d}" if typed else ""
    found: QuerySet[Case] = Case.objects.filter(provider__in=roles.of(by).providers(), reference=exact)
    return found


@action("case.opened_in_emergency")
def open_in_emergency(*, by: User, reference: str, reason: str, hours: int = 4) -> CaseGrant:
    """Open one case for some hours. Alerts the registered manager, or the owner of a sealed case, and stays in the case.

    A reference that is not there, of another provider, or of a case the person is part of (S1) gives one and the
    same answer. It opens the pages; it brings no right to change anything.
    """
    if not permissions.can_break_glass(by):
        raise NotAllowed(
            "EMERGENCY", "Only a system administrator or the nominated individual can do this.", source=SOURCE
        )
    if not reason.strip():
        raise Refused("EMERGENCY", "Say what the emergency is.", source=SOURCE, field="reason")
    if hours not in HOURS:
        raise Refused("EMERGENCY", "Choose for how long.", source=SOURCE, field="hours")
    case: Case | None = (
        wanted(by, reference)
        .select_for_update(of=("self",))
        .select_related("service__provider", "provider", "owner")
        .first()
    )
    if case is None or not permissions.can_break_glass_at(by, case.service) or permissions.is_shut_out(by, case):
        raise Refused(
            "EMERGENCY",
            "There is no case with this reference that you can open in an emergency. Check the reference.",
            source=SOURCE,
            field="reference",
        )
    if permissions.can_see(by, case):
        raise Refused("EMERGENCY", "You see this case already.", source=SOURCE, field="reference")
    now = times.now()
    grant = CaseGrant(
        case=case,
        user=by,
        kind=CaseGrant.Kind.BREAK_GLASS,
        reason=reason.strip(),
        starts_at=now,
        ends_at=now + timedelta(hours=hours),
        granted_by=by,
    )
    grant.save()
    roles.forget(by)
    hooks.opened_in_emergency(grant)
    return grant
