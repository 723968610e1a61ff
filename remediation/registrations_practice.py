"""What this half of the floor adds to the house when it starts: two sections, chronology rows, one navigation line."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.urls import reverse

from incidents import chronology, sections
from incidents.models import Case
from incidents.sections import CANNOT_START, COMPLETE, IN_PROGRESS, NEEDS_ACTION, Section, State, Step
from records import navigation, times
from remediation import chronology_practice, facts_case
from remediation import facts_practice as facts
from remediation import permissions_practice as permissions
from remediation.actions.followup import opens_on
from remediation.models import PracticeTest, RemediationPlan

#: How long a second decision may take (the same as in governance/due_view.py, which this floor cannot import).
SECOND_WITHIN = timedelta(days=2)


def register() -> None:
    """Called once from the app's ready()."""
    sections.register(
        Section(
            code="tests",
            title="Practice tests",
            url_name="case-tests",
            order=70,
            state=tests_state,
            next_steps=tests_steps,
        )
    )
    sections.register(
        Section(
            code="reauthorisation",
            title="Re-authorisation",
            url_name="case-reauthorisation",
            order=80,
            state=decisions_state,
            next_steps=decisions_steps,
        )
    )
    chronology.register(chronology_practice.rows)
    navigation.register("Who may do what", "register", order=30, visible=permissions.can_see_register)


def tests_state(case: Case, user: Any) -> State | None:
    """From the tests themselves, never a stored flag."""
    if not permissions.can_see_tests(user, case):
        return None
    if not _started_plans(case):
        return State(CANNOT_START.text, CANNOT_START.colour, "no plan has started")
    waiting = facts.unpassed_tests(case)
    if not waiting:
        return COMPLETE
    today = times.today()
    if any(one.due_on is not None and one.due_on < today for one in waiting):
        return NEEDS_ACTION
    return IN_PROGRESS


def _started_plans(case: Case) -> list[RemediationPlan]:
    return [one for one in facts_case.plans(case.pk) if one.started_at is not None]


def tests_steps(case: Case, user: Any) -> list[Step]:
    if not permissions.can_assess(user, case):
        return []
    return [
        Step(
            text=f"Record {one.code} {one.title} for {one.plan.worker.name}",
            url=reverse("practice-test", args=[one.pk]),
            button="Record it",
            urgency=60,
            due=one.due_on,
        )
        for one in _started(facts.unpassed_tests(case))
    ]


def _started(tests: list[PracticeTest]) -> list[PracticeTest]:
    return [one for one in tests if one.plan.started_at is not None and one.before_return]


def decisions_state(case: Case, user: Any) -> State | None:
    if not permissions.can_see_decisions(user, case):
        return None
    state = facts.practice_state(case)
    if not _started_plans(case):
        return State(CANNOT_START.text, CANNOT_START.colour, "no plan has started")
    missed = [one for one in state.open_follow_ups if one.due_on < times.today()]
    if state.waiting_seconds or missed or state.not_met_follow_ups:
        return NEEDS_ACTION
    if not state.undecided_tasks and not state.open_follow_ups:
        return COMPLETE
    return IN_PROGRESS


def decisions_steps(case: Case, user: Any) -> list[Step]:
    """The second decision first, then missed follow-ups, then tasks whose tests are passed."""
    steps: list[Step] = []
    state = facts.practice_state(case)
    if permissions.can_second(user, case):
        steps += [
            Step(
                f"Make the second decision on {one.get_task_display().lower()} for {one.worker.name}",
                reverse("second-decision", args=[one.pk]),
                "Make the second decision",
                urgency=30,
                due=one.signed_at + SECOND_WITHIN,
            )
            for one in state.waiting_seconds
            if one.signed_by_id != user.pk
        ]
    if permissions.can_see_tests(user, case):
        steps += [
            Step(
                f"Record the follow-up: {one}, for {one.worker.name}",
                reverse("follow-up", args=[one.pk]),
                "Record it",
                urgency=55,
                due=one.due_on,
            )
            for one in state.open_follow_ups
            # Before that day its page would refuse what is typed; and never one about the reader.
            if opens_on(one) <= times.today() and permissions.may_hold_follow_ups(user, case, one.worker)
        ]
    if permissions.can_decide(user, case):
        unpassed = {one.plan_id for one in state.unpassed_tests if one.before_return}
        ready = {one.plan_id for one in state.undecided_tasks} - unpassed
        waits = {(one.plan_id, one.task) for one in state.waiting_seconds}
        for plan in [one for one in _started_plans(case) if one.pk in ready]:
            if all((plan.pk, task.task) in waits for task in state.undecided_tasks if task.plan_id == plan.pk):
                continue
            steps.append(
                Step(
                    f"Decide which tasks come back to {plan.worker.name}",
                    reverse("plan-reauthorisation", args=[plan.pk]),
                    "Decide",
                    urgency=50,
                )
            )
    return steps
