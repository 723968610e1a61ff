"""Who may do what on the two tracks and the plan: for this person, this case, this moment (domain.md §1 S1, S12)."""

from __future__ import annotations

from accounts import access
from accounts.models import Provider, User
from accounts.permits import Permit
from incidents import permissions as cases
from incidents.models import Case
from records.permissions import require
from remediation.models import CapabilityResponse, RightOfReply, SystemAction


def can_lead_learning(user: User, case: Case) -> bool:
    return cases.holds(user, case, Permit.LEAD_LEARNING)


def check_lead_learning(user: User, case: Case) -> None:
    cases.check(user, case, Permit.LEAD_LEARNING, "A manager, deputy or safeguarding lead leads the learning response.")


def can_accept_weak_actions(user: User, case: Case) -> bool:
    """Only the nominated individual, and only in a case they may see (§5)."""
    return cases.can_act(user, case) and cases.is_nominated_individual(user, case.service)


def check_accept_weak_actions(user: User, case: Case) -> None:
    require(
        can_accept_weak_actions(user, case),
        "Only the nominated individual may accept a response whose every action is weak.",
    )


def can_record_action_done(user: User, action: SystemAction) -> bool:
    own = action.owner_id == user.pk and cases.can_act(user, action.case)
    return own or can_lead_learning(user, action.case)


def check_record_action_done(user: User, action: SystemAction) -> None:
    require(can_record_action_done(user, action), "The owner of the action, or who leads the learning, records this.")


def can_check_effect(user: User, action: SystemAction) -> bool:
    """Anyone who leads learning or verifies effects here; the owner is refused by its own rule (S9)."""
    return can_lead_learning(user, action.case) or cases.holds(user, action.case, Permit.VERIFY_EFFECT)


def check_check_effect(user: User, action: SystemAction) -> None:
    require(can_check_effect(user, action), "A manager or quality lead of this service checks the effect.")


def can_see_capability(user: User, case: Case) -> bool:
    """The capability (HR) compartment: held apart from the care side of the case (§12, F32)."""
    return cases.holds(user, case, Permit.VIEW_HR) or cases.holds(user, case, Permit.LEAD_CAPABILITY)


def can_lead_capability(user: User, case: Case) -> bool:
    return cases.holds(user, case, Permit.LEAD_CAPABILITY)


def check_lead_capability(user: User, case: Case) -> None:
    cases.check(user, case, Permit.LEAD_CAPABILITY, "A manager, deputy or HR adviser leads the capability response.")


def is_worker(user: User, response: CapabilityResponse) -> bool:
    """Whether this is the worker's own response (they act on it without seeing the case)."""
    return response.worker is not None and response.worker.user_id == user.pk


def can_write_trail(user: User, response: CapabilityResponse) -> bool:
    """The worker once told, or somebody who types it for them."""
    if is_worker(user, response):
        return response.told_at is not None
    return can_lead_capability(user, response.case)


def check_write_trail(user: User, response: CapabilityResponse) -> None:
    require(can_write_trail(user, response), "Only the worker writes this, or a manager who types it for them.")


def can_discuss_trail(user: User, response: CapabilityResponse) -> bool:
    """The worker's supervisor, or who leads the capability response; never the worker."""
    if response.worker is None or is_worker(user, response):
        return False
    supervisor = response.worker.supervisor
    supervises = supervisor is not None and supervisor.user_id == user.pk and cases.can_act(user, response.case)
    return supervises or can_lead_capability(user, response.case)


def check_discuss_trail(user: User, response: CapabilityResponse) -> None:
    require(can_discuss_trail(user, response), "The worker's supervisor or a manager writes in this box.")


def can_answer_reply(user: User, reply: RightOfReply) -> bool:
    return is_worker(user, reply.response) or can_lead_capability(user, reply.case)


def check_answer_reply(user: User, reply: RightOfReply) -> None:
    require(can_answer_reply(user, reply), "Only the worker answers, or a manager who writes down their answer.")


def can_write_plans(user: User, case: Case) -> bool:
    return cases.holds(user, case, Permit.WRITE_PLANS)


def check_write_plans(user: User, case: Case) -> None:
    cases.check(user, case, Permit.WRITE_PLANS, "A manager or deputy of this service writes and starts plans.")


def can_edit_library(user: User, provider: Provider) -> bool:
    """Whoever may write plans in one of the provider's own services may write its versions of the library."""
    here: bool = access.of(user).services(Permit.WRITE_PLANS).filter(provider=provider).exists()
    return here


def check_edit_library(user: User, provider: Provider) -> None:
    require(can_edit_library(user, provider), "A manager or deputy of the provider changes its library.")
