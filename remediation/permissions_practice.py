"""Who may record tests, decide on tasks, and read the register: this person, this case, this moment (§1 S1, S12).

Roles open the door here; whether this assessor or decider is free in this case is `incidents/separation.py`.
"""

from __future__ import annotations

from accounts import access
from accounts.models import Service, Staff, User
from accounts.permits import Permit
from accounts.roles import ROLES
from incidents import permissions as cases
from incidents.models import Case
from records.permissions import require
from remediation.models import FollowUp, TestAttempt


def can_see_tests(user: User, case: Case) -> bool:
    """Whoever assesses, or may see the capability compartment; nobody else reads test results (§12)."""
    return any(cases.holds(user, case, permit) for permit in (Permit.ASSESS, Permit.VIEW_HR, Permit.REAUTHORISE))


def can_assess(user: User, case: Case) -> bool:
    return cases.holds(user, case, Permit.ASSESS)


def check_assess(user: User, case: Case) -> None:
    cases.check(user, case, Permit.ASSESS, "A senior, manager or quality lead of this service records practice tests.")


def check_own_attempt(user: User, attempt: TestAttempt) -> None:
    """Only the assessor who watched writes and signs what was seen."""
    check_assess(user, attempt.case)
    require(
        attempt.assessor.user_id == user.pk,
        "Only the person who ran this test can write in it and sign it.",
    )


def can_withdraw(user: User, attempt: TestAttempt) -> bool:
    """The assessor themselves, or who decides on duties here."""
    own = attempt.assessor.user_id == user.pk and can_assess(user, attempt.case)
    return own or any(
        cases.holds(user, attempt.case, permit) for permit in (Permit.REAUTHORISE, Permit.SECOND_DECISION)
    )


def can_see_decisions(user: User, case: Case) -> bool:
    return any(
        cases.holds(user, case, permit) for permit in (Permit.REAUTHORISE, Permit.SECOND_DECISION, Permit.VIEW_HR)
    )


def can_decide(user: User, case: Case) -> bool:
    return cases.holds(user, case, Permit.REAUTHORISE)


def check_decide(user: User, case: Case) -> None:
    cases.check(
        user,
        case,
        Permit.REAUTHORISE,
        "The registered manager or the nominated individual decides whether tasks come back.",
    )


def can_second(user: User, case: Case) -> bool:
    return cases.holds(user, case, Permit.SECOND_DECISION)


def check_second(user: User, case: Case) -> None:
    cases.check(
        user,
        case,
        Permit.SECOND_DECISION,
        "The second decision is the nominated individual's or the quality lead's.",
    )


def can_hold(user: User, case: Case) -> bool:
    """Who may record or release a hold asked for by the police, the council or HR (G10)."""
    return cases.holds(user, case, Permit.DECIDE_CONTROLS) or cases.holds(user, case, Permit.LEAD_CAPABILITY)


def check_hold(user: User, case: Case) -> None:
    require(can_hold(user, case), "A manager, deputy, safeguarding lead or HR adviser records who asked to hold.")


def can_follow_up(user: User, follow_up: FollowUp) -> bool:
    """An assessor or manager of the service; never the worker themselves."""
    return may_hold_follow_ups(user, follow_up.case, follow_up.worker)


def may_hold_follow_ups(user: User, case: Case, worker: Staff) -> bool:
    """Whether follow-ups of this worker can be promised to this person: what `can_follow_up` will ask on the day."""
    return worker.user_id != user.pk and can_see_tests(user, case)


def who_may_hold_follow_ups(case: Case, worker: Staff) -> list[User]:
    """Everybody of the service to whom follow-ups of this worker can be promised."""
    asked = {Permit.ASSESS, Permit.VIEW_HR, Permit.REAUTHORISE}
    codes = [code for code, role in ROLES.items() if asked & set(role.permits)]
    # Each holds one of the permits by role; who of them sees this case is found for all at once.
    found = cases.those_who_see(cases.people_with(codes, case.service), case)
    return [user for user in found if user.pk != worker.user_id]


def check_follow_up(user: User, follow_up: FollowUp) -> None:
    require(can_follow_up(user, follow_up), "A senior or manager of this service records a follow-up.")


def can_see_register(user: User, service: Service | None = None) -> bool:
    scope = access.of(user)
    return scope.anywhere(Permit.SEE_REGISTER) if service is None else scope.may(Permit.SEE_REGISTER, service)
