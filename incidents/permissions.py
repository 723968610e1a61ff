"""Who may do what in a case. Evaluated for this person, this case, this moment (domain.md §1 S1, S12).

Every right needs three things at once: the permit held on the case's service, that the person may see the
case, and that they are not part of what is looked at. No state of the case in here: that is gates.
"""

from __future__ import annotations

from accounts import access
from accounts.models import Membership, Service, Staff, User
from accounts.permits import Permit
from accounts.roles import NominatedIndividual
from incidents.models import Case, CaseGrant, CaseStaff
from records.permissions import require
from records.refusals import NotAllowed


def is_shut_out(user: User, case: Case) -> bool:
    """Whether the person is a subject of the case, or their management is part of it (S1)."""
    found: bool = CaseStaff.objects.filter(
        case=case, staff__user=user, involvement__in=CaseStaff.SHUTS_OUT, ended_at=None
    ).exists()
    return found


def can_see_cases(user: User) -> bool:
    """Whether there may be any case for this person: a role that sees cases, or a grant for a single one."""
    if access.of(user).anywhere(Permit.VIEW_CASES):
        return True
    found: bool = CaseGrant.objects.current().filter(user=user).exists()
    return found


def can_see(user: User, case: Case) -> bool:
    found: bool = Case.objects.visible_to(user).filter(pk=case.pk).exists()
    return found


def holds(user: User, case: Case, permit: Permit) -> bool:
    """The permit on the case's service, and a case this person may see; `visible_to` leaves out its subjects."""
    return access.of(user).may(permit, case.service) and can_see(user, case)


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
