"""The signatures of this floor: tests, starts of plans, decisions, second decisions. Who withdraws them, what follows."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from accounts.models import User
from incidents.tasks_catalogue import Task
from records import times
from records.refusals import Missing
from remediation import endings, permissions
from remediation import facts_practice as facts
from remediation import permissions_practice as practice
from remediation.models import (
    AttemptSignOff,
    Decision,
    PlanApproval,
    Reauthorisation,
    RemediationPlan,
    SecondDecision,
    TestAttempt,
)
from remediation.signatures import Kind, register

GIVES_BACK = (Decision.FULL, Decision.CONDITIONAL)


def join() -> None:
    """Called once by RemediationConfig.ready()."""
    register(
        Kind(
            AttemptSignOff,
            what=lambda one: f"the result of {one.attempt.test.code}, attempt {one.attempt.number}",
            url=lambda one: reverse("attempt", args=[one.attempt_id]),
            may_withdraw=lambda user, one: practice.can_withdraw(user, one.attempt),
            read_with_the_case=True,
            carries=("attempt",),
            undo=_result_withdrawn,
            # A result taken back that was not passed would clear the way for the next attempt.
            restricts=lambda one: one.attempt.outcome == TestAttempt.Outcome.PASSED,
            follows=lambda one: (
                "The test is then not passed. Any task given back on it is restricted again, from that moment, "
                "until it is decided again."
            ),
        ),
        Kind(
            PlanApproval,
            what=lambda one: f"the start of the plan for {one.plan.worker.name}",
            url=lambda one: reverse("plan", args=[one.plan_id]),
            may_withdraw=_may_withdraw_start,
            reads=("plan__worker",),
            carries=("plan",),
            first=_tasks_given_back,
            undo=_start_withdrawn,
            follows=lambda one: (
                "The plan then ends. What was tested under it stays in the record. A new plan is written."
            ),
        ),
        Kind(
            Reauthorisation,
            what=lambda one: f"the decision on {Task(one.task).label} for {one.worker.name}",
            url=lambda one: reverse("plan-reauthorisation", args=[one.plan_id]),
            may_withdraw=_may_withdraw_decision,
            read_with_the_case=True,
            carries=("plan", "worker", "restriction", "task", "decision", "reason"),
            undo=_decision_withdrawn,
            restricts=lambda one: one.decision in GIVES_BACK,
            follows=lambda one: "What it gave back is then restricted again, from that moment.",
        ),
        Kind(
            SecondDecision,
            what=lambda one: f"the second decision on {Task(one.first.task).label} for {one.first.worker.name}",
            url=lambda one: reverse("second-decision", args=[one.first_id]),
            may_withdraw=_may_withdraw_decision,
            read_with_the_case=True,
            carries=("first", "agrees", "reason"),
            undo=_second_withdrawn,
            restricts=lambda one: bool(one.agrees),
            follows=lambda one: (
                "The decision then counts no more: what it gave back is restricted again, and the task is decided anew."
            ),
        ),
    )


def _result_withdrawn(by: User, one: AttemptSignOff, reason: str) -> None:
    from remediation.actions import in_effect
    from remediation.actions.practice import settle

    settle(one.attempt.test, by)
    in_effect.lose_ground(by, one.attempt.test.plan, reason)


def _may_withdraw_start(user: User, one: PlanApproval) -> bool:
    own = one.signed_by_id == user.pk and permissions.can_write_plans(user, one.case)
    return own or practice.can_decide(user, one.case) or practice.can_second(user, one.case)


def _may_withdraw_decision(user: User, one: Any) -> bool:
    return practice.can_decide(user, one.case) or practice.can_second(user, one.case)


def _tasks_given_back(one: PlanApproval) -> list[Missing]:
    """The decisions under the plan by which somebody does a task again today."""
    return [
        Missing(f"The decision on {made.get_task_display()}", reverse("plan-reauthorisation", args=[one.plan_id]))
        for made in facts.decisions(one.plan)
        if made.stands and made.decision in GIVES_BACK and (facts.in_effect(made) or facts.waits_for_second(made))
    ]


def _start_withdrawn(by: User, one: PlanApproval, reason: str) -> None:
    """The plan ends: nobody is tested under it any more, and no rule of it is moved. Another one is written."""
    plan = RemediationPlan.objects.get(pk=one.plan_id)
    if plan.ended_at is not None:
        return
    plan.ended_at, plan.ended_by = times.now(), by
    plan.ended_how, plan.ended_reason = endings.START_WITHDRAWN, reason
    plan.save()


def _decision_withdrawn(by: User, one: Reauthorisation, reason: str) -> None:
    from remediation.actions import in_effect

    in_effect.take_back(by, one, reason)


def _second_withdrawn(by: User, one: SecondDecision, reason: str) -> None:
    from remediation.actions import in_effect

    if one.agrees:
        in_effect.take_back(by, one.first, reason)
