"""Short ways to a case with its tracks, a complete draft plan, and a started plan; all through the actions."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction

from incidents import actions as incident_actions
from incidents.models import Case, ChronologyReview
from records import times
from records.acting import acting_as
from records.signing import Signature
from remediation.actions import capability, learning
from remediation.actions import library as library_actions
from remediation.actions import plan as plans
from remediation.models import BEING_FAIR, CapabilityResponse, CauseFinding, GapTemplate, RemediationPlan
from tests.cast import Cast

STATEMENT = (
    "Dionne may work alone, respond to disclosures and write records when an assessor who did not coach her has seen "
    "P1 and P2 at 80% with every criterion that must be met, and P3 three of three."
)
FAIR = dict.fromkeys(BEING_FAIR, "Considered")


def days(count: int) -> date:
    return times.today() + timedelta(days=count)


def posted(**answers: Any) -> dict[str, Any]:
    """Answers as a browser posts them: a day as its three boxes, a record by its key, True as a ticked box."""
    found: dict[str, Any] = {}
    for name, value in answers.items():
        if isinstance(value, date):
            found |= {f"{name}-day": value.day, f"{name}-month": value.month, f"{name}-year": value.year}
        elif isinstance(value, bool):
            found[name] = "yes" if value else "no"
        elif hasattr(value, "pk"):
            found[name] = str(value.pk)
        else:
            found[name] = value
    return found


def fresh_signature(conflict: str = "none") -> Signature:
    return Signature(conflict=conflict, authenticated_at=times.now())


def cause(case: Case, name: str) -> CauseFinding:
    return CauseFinding.objects.get(case=case, cause=name)


def find(cast: Cast, case: Case, name: str, result: str = "contributed", **more: Any) -> CauseFinding:
    """One cause found on two sources."""
    finding = cause(case, name)
    for source, what in (
        ("rota", "Rota of 6 October: eleven calls, no travel time"),
        ("interview", "The worker's account"),
    ):
        learning.add_cause_evidence(by=cast.manager, finding=finding, source=source, what=what)
    given = {"reason": "The rota shows it", "still_live": True, "contributory_statement": "X made Y likelier because Z"}
    if result == "ruled_out":
        given = {"reason": "The records show it played no part"}
    return learning.find_cause(by=cast.manager, finding=finding, result=result, **(given | more))


def response(case: Case) -> CapabilityResponse:
    return CapabilityResponse.objects.get(case=case, superseded_at=None)


def protect(cast: Cast, case: Case, tasks: tuple[str, ...] = ("T1", "T4", "T5", "T6")) -> None:
    """A3 satisfied: a control on the worker with a review booked, every duty answered."""
    cast.control(case, tasks=list(tasks))
    cast.answer_all_duties(case)


def read_chronology(cast: Cast, case: Case) -> None:
    for review in ChronologyReview.objects.filter(case=case, reviewed_at=None):
        incident_actions.record_chronology_review(by=cast.manager, review=review, findings="Six days passed")


def route(cast: Cast, case: Case, to: str = "supported") -> CapabilityResponse:
    return capability.decide_route(
        by=cast.manager, response=response(case), route=to, reason="Could not do it yet", being_fair=FAIR
    )


def gap(code: str = "late_escalation") -> GapTemplate:
    return GapTemplate.objects.filter(provider=None).newest().get(code=code)


def draft(cast: Cast, case: Case, **more: Any) -> RemediationPlan:
    """A draft plan of case 1 from the library; nothing written that the library does not hold."""
    given: dict[str, Any] = {
        "by": cast.manager,
        "response": response(case),
        "template": gap(),
        "assessor": cast.other_senior_staff,
        "learning_owner": cast.deputy,
        "baseline": "Notes of 6, 7 and 9 October; 145.2 hours before anyone was told",
    }
    return plans.write_plan(**(given | more))


def ready(cast: Cast, **more: Any) -> RemediationPlan:
    """A complete draft: every gate line met, not started."""
    case = cast.case(subject=True, rated=True)
    protect(cast, case)
    route(cast, case)
    plan = draft(cast, case, **more)
    return plans.edit_plan(
        by=cast.manager, plan=plan, statement=STATEMENT, if_not_met="Two further weeks with another assessor"
    )


def started(cast: Cast, **more: Any) -> RemediationPlan:
    """A plan under way."""
    plan = ready(cast, **more)
    plans.start_plan(by=cast.manager, plan=plan, signature=fresh_signature())
    plan.refresh_from_db()
    return plan


def supervised_by(cast: Cast, who: str) -> None:
    """Make somebody of the cast the worker's supervisor."""
    with transaction.atomic(), acting_as(cast.manager, "staff.supervisor_named"):
        cast.worker.supervisor = cast.staff[who]
        cast.worker.save()


def load_library(cast: Cast) -> None:
    from accounts.models import User

    library_actions.load_library(by=User.system())
