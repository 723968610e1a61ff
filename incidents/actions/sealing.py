"""Sealing a case: from this moment it is there for a named team only (domain.md §12, S6, S10; F90)."""

from __future__ import annotations

from collections.abc import Iterable

from accounts import access as roles
from accounts.models import User
from accounts.permits import Permit
from accounts.roles import NominatedIndividual
from incidents import hooks, permissions
from incidents.actions.access import check_recipient, end_now
from incidents.actions.lock import lock
from incidents.models import Case, CaseGrant, CaseSeal
from records import times
from records.acting import action
from records.refusals import Refused

SOURCE = "domain.md §12, S6"


@action("case.sealed")
def seal_case(*, by: User, case: Case, owner: User, reason: str, team: Iterable[User] = ()) -> CaseSeal:
    """Shut a case to everybody but a named team, at once. Whoever seals it is of the team, and so is its owner.

    Every other grant ends. Nobody of the team may be a subject or implicated; the owner must be able to decide
    controls here. An earlier owner outside the team is not told. A seal never shuts out all oversight: a nominated
    individual, or whoever took the case over, is of it; where who seals is the highest there is, the director is told
    that a case was sealed, and nothing else.
    """
    case = lock(case, even_closed=True)
    permissions.check_give_access(by, case)
    if case.sealed_at is not None:
        raise Refused("F90", "This case is sealed already.", source=SOURCE)
    if not reason.strip():
        raise Refused("F90", "Say why it is sealed.", source=SOURCE, field="reason")
    members = list(dict.fromkeys([by, owner, *team]))
    for member in members:
        if member.pk != by.pk:
            check_recipient(by, case, member, above=True)
    may_own = roles.of(owner).may(Permit.DECIDE_CONTROLS, case.service) or permissions.holds(
        owner, case, Permit.DECIDE_CONTROLS
    )
    if not may_own:
        raise Refused("S6", "This person cannot decide in this case, so cannot answer for it.", field="owner")
    above = oversight(case)
    if above and not any(one in above for one in members):
        raise Refused(
            "S6",
            "Name somebody who stands above you: the nominated individual, or who took the case over. A seal never "
            "shuts them all out.",
            source=SOURCE,
            field="team",
        )
    now = times.now()
    for grant in CaseGrant.objects.select_for_update(of=("self",)).filter(case=case).select_related("user"):
        if not grant.is_over and grant.kind != CaseGrant.Kind.TAKE_OVER:
            end_now(by, grant, "The case was sealed.", now)
    for member in members:
        CaseGrant(
            case=case, user=member, kind=CaseGrant.Kind.TEAM, reason=reason.strip(), starts_at=now, granted_by=by
        ).save()
    seal = CaseSeal(case=case, reason=reason.strip(), sealed_at=now, sealed_by=by)
    seal.save()
    case.sealed_at, case.sealed_by, case.owner = now, by, owner
    case.save()
    for member in members:
        roles.forget(member)
    if not any(one.pk != by.pk for one in above if one in members):
        hooks.sealed_alone(case)
    return seal


def oversight(case: Case) -> list[User]:
    """Who stands above the management of this service and is free in this case: nominated individuals, who took over."""
    taken = CaseGrant.objects.current().filter(case=case, kind=CaseGrant.Kind.TAKE_OVER, user__is_active=True)
    found = permissions.people_with([NominatedIndividual.code], case.service)
    found += [grant.user for grant in taken.select_related("user")]
    return [one for one in found if not permissions.is_shut_out(one, case)]


@action("case.unsealed")
def unseal_case(*, by: User, case: Case, reason: str) -> CaseSeal:
    """Open a sealed case again to everybody who sees the cases of its service. The team's grants end with the seal."""
    case = lock(case, even_closed=True)
    permissions.check_give_access(by, case)
    if case.sealed_at is None:
        raise Refused("F90", "This case is not sealed.", source=SOURCE)
    if not reason.strip():
        raise Refused("F90", "Say why it is opened again.", source=SOURCE, field="reason")
    now = times.now()
    seal: CaseSeal = CaseSeal.objects.get(case=case, unsealed_at=None)
    seal.unsealed_at, seal.unsealed_by, seal.unsealed_reason = now, by, reason.strip()
    seal.save()
    case.sealed_at = case.sealed_by = None
    case.save()
    for grant in CaseGrant.objects.filter(case=case, kind=CaseGrant.Kind.TEAM).select_related("user"):
        if not grant.is_over:
            end_now(by, grant, "The seal was lifted.", now)
    return seal
