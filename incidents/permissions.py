"""Who may do what in a case. Evaluated for this person, this case, this moment (domain.md §1 S1, S12).

Every right needs three things at once: the permit held on the case's service, that the person may see the
case, and that they are not part of what is looked at. No state of the case in here: that is gates.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from accounts import access
from accounts.models import Membership, Service, Staff, User
from accounts.permits import DELEGABLE, LOW_RISK_ONLY, Permit
from accounts.roles import ROLES, NominatedIndividual, RegisteredManager, SafeguardingLead, SystemAdministrator
from incidents.models import Case, CaseGrant, CaseStaff, Level
from records import times
from records.permissions import require
from records.reading import once
from records.refusals import NotAllowed


@once
def is_shut_out(user: User, case: Case) -> bool:
    """Whether the person is a subject of the case, or their management is part of it (S1)."""
    found: bool = CaseStaff.objects.filter(
        case=case, staff__user=user, involvement__in=CaseStaff.SHUTS_OUT, ended_at=None
    ).exists()
    return found


@once
def can_see_cases(user: User) -> bool:
    """Whether there may be any case for this person: a role that sees cases, or a grant for a single one."""
    if access.of(user).anywhere(Permit.VIEW_CASES):
        return True
    found: bool = CaseGrant.objects.opening(user).exists()
    return found


@once
def can_see(user: User, case: Case) -> bool:
    found: bool = Case.objects.visible_to(user).filter(pk=case.pk).exists()
    return found


@once
def can_act(user: User, case: Case) -> bool:
    """Whether the person sees the case otherwise than by emergency access, which brings no right (0010)."""
    found: bool = Case.objects.acted_in_by(user).filter(pk=case.pk).exists()
    return found


def those_who_see(users: Iterable[User], case: Case) -> list[User]:
    """Those of these people who see the case and could act in it. Who does by a role is found for all in three queries."""
    asked = list(users)
    shut_out = CaseStaff.objects.filter(case=case, involvement__in=CaseStaff.SHUTS_OUT, ended_at=None)
    out = set(shut_out.values_list("staff__user", flat=True))
    out |= set(Staff.objects.filter(user__in=asked, left_on__lt=times.today()).values_list("user", flat=True))
    codes = [code for code, role in ROLES.items() if Permit.VIEW_CASES in role.permits]
    by_role = set() if case.sealed_at else {user.pk for user in people_with(codes, case.service)} - out
    # Whoever is left sees it by exception or not at all: asked one by one, by the rule itself.
    return [user for user in asked if user.pk in by_role or can_act(user, case)]


def holds(user: User, case: Case, permit: Permit) -> bool:
    """The permit on the case's service, and a case this person sees otherwise than by emergency access.

    Its subjects never do. A nominated individual whom a sealed case leaves out reads by break-glass and decides
    nothing by it, however high their role stands.

    The permit comes from a role, from what the manager delegated in writing (in low-risk cases only, where it
    says so), or, in a case taken over from an implicated manager, from the take-over (S6).
    """
    return permitted(user, case, permit) and can_act(user, case)


def permitted(user: User, case: Case, permit: Permit) -> bool:
    """The permit alone, without a question to the database for each case: for lists of what `visible_to` has found."""
    scope = access.of(user)
    if scope.may(permit, case.service):
        return True
    if permit in DELEGABLE and scope.delegated(permit, case.service):
        return permit not in LOW_RISK_ONLY or case.level in (Level.L1, Level.L2)
    return permit in RegisteredManager.permits and case.pk in _taken_over(user)


def is_there_for_hr_alone(user: User, case: Case) -> bool:
    """Whether the person leads the capability route here and has no part in anybody's care: an HR adviser (§1).

    Who also writes what happened, or watches practice, needs to know how the person is cared for.
    """
    return permitted(user, case, Permit.LEAD_CAPABILITY) and not any(
        permitted(user, case, permit) for permit in (Permit.WRITE_CHRONOLOGY, Permit.ASSESS)
    )


def sees_of_right(user: User, case: Case) -> bool:
    """Whether a role or a grant opens this case, which is not sealed and not about them; no question for each case."""
    return access.of(user).may(Permit.VIEW_CASES, case.service) or case.pk in _granted(user)


def reads_in_emergency(user: User, case: Case) -> bool:
    """Whether a sealed case is open to this person by emergency access alone; no question for each case."""
    return case.sealed_at is not None and _granted(user).get(case.pk) == {CaseGrant.Kind.BREAK_GLASS}


def _taken_over(user: User) -> set[UUID]:
    """The cases this user took over."""
    return {case for case, kind in _granted(user).items() if CaseGrant.Kind.TAKE_OVER in kind}


def _granted(user: User) -> dict[UUID, set[str]]:
    """The cases opened to this user one by one, and by which kinds of grant; read once a request."""
    scope: Any = access.of(user)
    found: dict[UUID, set[str]] | None = getattr(scope, "granted", None)
    if found is None:
        found = scope.granted = {}
        for case, kind in CaseGrant.objects.opening(user).values_list("case_id", "kind"):
            found.setdefault(case, set()).add(kind)
    return found


def check(user: User, case: Case, permit: Permit, sentence: str) -> None:
    """Raise unless `user` holds `permit` in this case; says so when it is because of their own part in it."""
    if holds(user, case, permit):
        return
    if is_shut_out(user, case):
        raise NotAllowed(
            "S1",
            "Your own practice or management is part of this case, so somebody else decides here.",
            source="domain.md §1 S1",
        )
    require(False, sentence)


def can_log(user: User, service: Service) -> bool:
    return access.of(user).may(Permit.LOG, service)


def can_log_anywhere(user: User) -> bool:
    """Whether there is any service for which this person logs; asks nothing of the database that the page did not."""
    return access.of(user).anywhere(Permit.LOG)


def check_log(user: User, service: Service) -> None:
    require(can_log(user, service), "You can log a failure only for a service where you work.")


def can_rate(user: User, case: Case) -> bool:
    return holds(user, case, Permit.RATE)


def check_rate(user: User, case: Case) -> None:
    check(user, case, Permit.RATE, "A manager, deputy or safeguarding lead of this service decides this.")


def can_decide_controls(user: User, case: Case) -> bool:
    return holds(user, case, Permit.DECIDE_CONTROLS)


def check_decide_controls(user: User, case: Case) -> None:
    check(user, case, Permit.DECIDE_CONTROLS, "A manager, deputy or safeguarding lead of this service decides this.")


def can_decide_duties(user: User, case: Case) -> bool:
    return holds(user, case, Permit.DECIDE_DUTIES)


def check_decide_duties(user: User, case: Case) -> None:
    check(user, case, Permit.DECIDE_DUTIES, "A manager, deputy or safeguarding lead of this service decides this.")


def can_write_chronology(user: User, case: Case) -> bool:
    return holds(user, case, Permit.WRITE_CHRONOLOGY)


def check_write_chronology(user: User, case: Case) -> None:
    check(user, case, Permit.WRITE_CHRONOLOGY, "A senior or manager of this service writes in the chronology.")


def can_close(user: User, case: Case) -> bool:
    return holds(user, case, Permit.CLOSE_CASES)


def check_close(user: User, case: Case) -> None:
    check(user, case, Permit.CLOSE_CASES, "The registered manager or nominated individual closes a case.")


def check_mark_closed(user: User, case: Case) -> None:
    """Closing and re-opening take effect by whoever signs last: at L3 and L4 that is the second person."""
    if not holds(user, case, Permit.SECOND_DECISION):
        check_close(user, case)


def check_end_task_restriction(user: User, case: Case) -> None:
    """First and second deciders of re-authorisation end a task restriction by it; controls' deciders may lift one."""
    if not (holds(user, case, Permit.REAUTHORISE) or holds(user, case, Permit.SECOND_DECISION)):
        check_decide_controls(user, case)


def is_nominated_individual(user: User, service: Service) -> bool:
    """Whether the person holds that role over this service today."""
    return NominatedIndividual in access.of(user).roles_at(service)


def people_with(permit_roles: list[str], service: Service) -> list[User]:
    """Users who hold one of these roles over the service today, in the order of the roles given."""
    found = (
        Membership.objects.current()
        .filter(role__in=permit_roles, provider=service.provider_id, user__is_active=True)
        .select_related("user")
    )
    held = [m for m in found if m.service_id in (None, service.pk)]
    held.sort(key=lambda m: (permit_roles.index(m.role), m.service_id is None, m.starts_on, str(m.pk)))
    users: list[User] = []
    for membership in held:
        if membership.user not in users:
            users.append(membership.user)
    return users


def is_own(user: User, staff: Staff) -> bool:
    return staff.user_id == user.pk


def holds_role(user: User, service: Service, *roles: type) -> bool:
    """Whether the person holds one of these roles over the service today."""
    return any(role in roles for role in access.of(user).roles_at(service))


def rank_at(user: User, service: Service) -> int:
    """How high the person stands over this service today; 0 without a role there."""
    return max((ROLES[role.code].rank for role in access.of(user).roles_at(service)), default=0)  # type: ignore[attr-defined]


def rank_in(user: User, case: Case) -> int:
    """How high the person stands in this case: over its service, or as the manager they took over from (S6)."""
    return max(rank_at(user, case.service), RegisteredManager.rank if case.pk in _taken_over(user) else 0)


def can_give_access(user: User, case: Case) -> bool:
    """The case's owner, the registered manager, the nominated individual or the safeguarding lead, who see it (§1)."""
    entitled = case.owner_id == user.pk or holds_role(
        user, case.service, RegisteredManager, NominatedIndividual, SafeguardingLead
    )
    return (entitled or case.pk in _taken_over(user)) and can_act(user, case)


def check_give_access(user: User, case: Case) -> None:
    require(
        can_give_access(user, case),
        "The case’s owner, the registered manager, the nominated individual or the safeguarding lead decides who "
        "sees this case.",
    )


def can_break_glass(user: User) -> bool:
    """Whether emergency access is open to this person at all: system administrator and nominated individual only."""
    return bool(access.of(user).roles & {SystemAdministrator.code, NominatedIndividual.code})


def can_break_glass_at(user: User, service: Service) -> bool:
    return holds_role(user, service, SystemAdministrator, NominatedIndividual)


def can_read_read_log(user: User, case: Case) -> bool:
    """Whoever decides who sees the case also reads who opened it."""
    return can_give_access(user, case)


def can_read_reads_of(user: User, staff: Staff) -> bool:
    """The registered manager or nominated individual of a service where the person works; not of themselves."""
    return staff.user_id != user.pk and any(
        holds_role(user, service, RegisteredManager, NominatedIndividual)
        for service in staff.services.select_related("provider")
    )


def signing_role(user: User, case: Case) -> str:
    """The role a signature in this case states: the one held at the service today, or the take-over (S6, S12)."""
    held = access.of(user).role_name_at(case.service)
    if case.pk in _taken_over(user):
        return f"{held}, taking over from the manager" if held else "Taking over from the manager"
    return held


def can_allow_exception(user: User, case: Case) -> bool:
    """S11: the nominated individual, or who took the case over, and only in a case they see."""
    allowed = holds_role(user, case.service, NominatedIndividual) or case.pk in _taken_over(user)
    return allowed and can_act(user, case)


def check_allow_exception(user: User, case: Case) -> None:
    require(can_allow_exception(user, case), "Only the nominated individual can lift a rule of separation.")
