"""One case's plans, tasks, tests, decisions and causes: each table read once a page, however many plans there are.

Gates, facts and pages take what they need of one plan or one test out of these answers, so that a page costs the same
for one worker's plan and for fourteen. Keyed by the case's id; `records.reading` keeps them while a page is shown,
and nothing keeps them while something is written. Answers are shared between readers: nobody changes them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TypeVar
from uuid import UUID

from django.db.models import Prefetch, Q

from incidents import gates as incident_gates
from incidents.models import Duty, DutyAnswer, RiskControl
from records import times
from records.reading import once
from remediation.models import (
    AttemptFile,
    AttemptSignOff,
    CauseFinding,
    Coaching,
    CriterionMark,
    FollowUp,
    HoldRequest,
    LearningAction,
    LearningResponse,
    PlanReview,
    PlanTask,
    PracticeTest,
    Reauthorisation,
    ReflectiveTrail,
    RemediationPlan,
    RightOfReply,
    SecondDecision,
    SystemAction,
    TaskAuthorisation,
    TestAttempt,
)

R = TypeVar("R")

#: Why the sweep ended an authorisation; the register already read 'may not'.
EXPIRED = "The condition ended without a new decision."


def _by(rows: Iterable[R], name: str) -> dict[UUID, list[R]]:
    found: dict[UUID, list[R]] = {}
    for row in rows:
        found.setdefault(getattr(row, name), []).append(row)
    return found


# --- Plans and what is in them ---------------------------------------------------------------------------------


@once
def plans(case_id: UUID) -> list[RemediationPlan]:
    """Every plan of the case, the first written first."""
    found = RemediationPlan.objects.filter(case=case_id).select_related(
        "worker", "response", "case__service", "template", "written_by", "started_by", "ended_by"
    )
    return list(found.order_by("written_at", "pk"))


@once
def tasks(case_id: UUID) -> dict[UUID, list[PlanTask]]:
    """By plan: the tasks it leads back to, in the catalogue's order."""
    found = list(PlanTask.objects.filter(case=case_id, removed_at=None).select_related("plan"))
    return _by(sorted(found, key=lambda one: int(one.task[1:])), "plan_id")


@once
def tests(case_id: UUID) -> dict[UUID, list[PracticeTest]]:
    """By plan: the tests not withdrawn, with their criteria and planned assessor."""
    found = PracticeTest.objects.filter(case=case_id, withdrawn_at=None).select_related("assessor", "plan__worker")
    return _by(found.prefetch_related("criteria").order_by("code"), "plan_id")


@once
def learning(case_id: UUID) -> dict[UUID, list[LearningAction]]:
    """By plan: the learning actions not taken out."""
    found = LearningAction.objects.filter(case=case_id, removed_at=None).select_related("owner", "done_by")
    return _by(found.order_by("due_on"), "plan_id")


@once
def reviews(case_id: UUID) -> dict[UUID, list[PlanReview]]:
    """By plan: the reviews not taken out."""
    found = PlanReview.objects.filter(case=case_id, removed_at=None).select_related("held_by")
    return _by(found.order_by("due_on"), "plan_id")


@once
def follow_ups(case_id: UUID) -> list[FollowUp]:
    """Every follow-up of the case, earliest first; each knows whether it is still asked for (`asked_for`)."""
    found = FollowUp.objects.filter(case=case_id).with_asked_for().select_related("worker", "plan", "owner", "held_by")
    return list(found.order_by("due_on", "kind"))


@once
def restricted_tasks(case_id: UUID) -> dict[UUID, set[str]]:
    """By worker: the tasks this case restricts now."""
    found: dict[UUID, set[str]] = {}
    for one in incident_gates.open_restrictions(case_id):
        found.setdefault(one.worker_id, set()).add(one.task)
    return found


# --- Tests as they were run --------------------------------------------------------------------------------------


@once
def sign_offs(case_id: UUID) -> dict[UUID, AttemptSignOff]:
    """By its key: every signature on an attempt, withdrawals too, in the order of signing."""
    found = AttemptSignOff.objects.filter(case=case_id).select_related(
        "attempt__test",
        "attempt__assessor",
        "attempt__worker",
        "attempt__case__service",
        "signed_by__staff",
        "withdrawn_by",
    )
    return {one.pk: one for one in found.order_by("signed_at", "attempt__number")}


def standing_sign_offs(case_id: UUID) -> list[AttemptSignOff]:
    return [one for one in sign_offs(case_id).values() if one.stands]


@once
def signed_attempts(case_id: UUID) -> dict[UUID, list[TestAttempt]]:
    """By test: the signed attempts whose signature stands, oldest first."""
    found = {one.attempt_id: one.attempt for one in standing_sign_offs(case_id) if one.attempt.signed_at is not None}
    return _by(sorted(found.values(), key=lambda one: (one.signed_at, one.number)), "test_id")


@once
def passed_sign_offs(case_id: UUID) -> dict[UUID, list[AttemptSignOff]]:
    """By plan: the standing signatures on passed attempts, oldest first."""
    by_plan: dict[UUID, list[AttemptSignOff]] = {}
    for one in standing_sign_offs(case_id):
        if one.attempt.outcome == TestAttempt.Outcome.PASSED:
            by_plan.setdefault(one.attempt.test.plan_id, []).append(one)
    return by_plan


@once
def marks(case_id: UUID) -> dict[UUID, list[CriterionMark]]:
    """By attempt: the marks in the order of the criteria."""
    found = CriterionMark.objects.filter(case=case_id).select_related("criterion").order_by("criterion__order")
    return _by(found, "attempt_id")


@once
def attempt_files(case_id: UUID) -> dict[UUID, list[AttemptFile]]:
    """By attempt: the files that belong to it."""
    return _by(AttemptFile.objects.filter(case=case_id).select_related("file").order_by("added_at"), "attempt_id")


# --- Decisions ---------------------------------------------------------------------------------------------------


@once
def decisions(case_id: UUID) -> dict[UUID, list[Reauthorisation]]:
    """By plan: every decision, oldest first, with its second decisions; those withdrawn too, with what withdrew them."""
    second = SecondDecision.objects.filter(withdraws=None).select_related("withdrawn_by", "case__service")
    seconds = Prefetch("seconds", second.order_by("signed_at"))
    found = Reauthorisation.objects.filter(case=case_id, withdraws=None).select_related(
        "signed_by", "supervisor", "worker", "plan", "withdrawn_by", "case__service"
    )
    return _by(found.prefetch_related(seconds).order_by("signed_at"), "plan_id")


@once
def expired_decisions(case_id: UUID) -> set[UUID]:
    """Decisions whose condition ended without a new one."""
    ended = Q(ended_at=None, expires_at__lte=times.now()) | Q(ended_reason=EXPIRED)
    return set(TaskAuthorisation.objects.filter(ended, case=case_id).values_list("decision", flat=True))


# --- The case around them ----------------------------------------------------------------------------------------


@once
def learning_response(case_id: UUID) -> LearningResponse | None:
    found: LearningResponse | None = LearningResponse.objects.filter(case=case_id).select_related("finished_by").first()
    return found


@once
def causes(case_id: UUID) -> list[CauseFinding]:
    """The five causes with their evidence and actions."""
    found = CauseFinding.objects.filter(case=case_id).select_related("case", "found_by")
    return list(found.prefetch_related("evidence", "actions__owner").order_by("cause"))


@once
def system_actions(case_id: UUID) -> list[SystemAction]:
    found = SystemAction.objects.filter(case=case_id).select_related(
        "owner", "cause", "added_by", "done_by", "effect_checked_by"
    )
    return list(found.order_by("due_on"))


@once
def overdue_controls(case_id: UUID) -> list[RiskControl]:
    """Controls past their review, whatever kind they are (G1)."""
    return list(RiskControl.objects.filter(case=case_id, ended_at=None, review_due_at__lt=times.now()))


@once
def undecided_duties(case_id: UUID) -> list[Duty]:
    return list(Duty.objects.filter(case=case_id, answer=DutyAnswer.UNDECIDED).select_related("worker"))


@once
def holds(case_id: UUID) -> list[HoldRequest]:
    """Holds asked for and not released (G10)."""
    return list(HoldRequest.objects.filter(case=case_id, released_at=None))


@once
def trails(case_id: UUID) -> dict[UUID, ReflectiveTrail]:
    """By capability response: its reflective trail."""
    return {one.response_id: one for one in ReflectiveTrail.objects.filter(case=case_id)}


@once
def replies_invited(case_id: UUID) -> set[UUID]:
    """Capability responses whose worker was asked for their comment (G11)."""
    return set(RightOfReply.objects.filter(case=case_id).values_list("response", flat=True))


@once
def coached(case_id: UUID) -> dict[tuple[UUID, UUID], list[date]]:
    """By (worker, coach): the days on which the one coached the other in this case (S2)."""
    found: dict[tuple[UUID, UUID], list[date]] = {}
    rows = Coaching.objects.filter(case=case_id).order_by("held_on")
    for worker, coach, day in rows.values_list("response__worker", "coach", "held_on"):
        found.setdefault((worker, coach), []).append(day)
    return found
