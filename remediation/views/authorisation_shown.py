"""What the pages of re-authorisation show, as plain data: no rules, no writes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.urls import reverse

from accounts.models import User
from incidents.models import Case
from incidents.sections import State
from incidents.tasks_catalogue import Task
from records import times
from records.gates import GateLine
from remediation import endings, facts_case, facts_gate, register
from remediation import facts_practice as facts
from remediation import permissions_practice as permissions
from remediation.actions.in_effect import FOLLOW_UP_WEEKS
from remediation.gates import reauthorisation as gate
from remediation.gates import statement
from remediation.models import Reauthorisation, RemediationPlan, TestAttempt

MET, NOT_MET = State("Met", "green"), State("Not met", "red")
WHEN_YOU_DECIDE = State("When you decide", "grey")

#: What the register says, by worker and task.
Cells = dict[tuple[UUID, str], register.Cell]


@dataclass(frozen=True)
class DecisionShown:
    """One decision with its second, as a reader needs it."""

    record: Reauthorisation
    state: State
    #: Every second decision on it, those withdrawn since too.
    seconds: list[Any]
    #: Whether it stands and the second person has not answered it.
    waits: bool
    changed: bool
    second_url: str
    #: Whether this reader may be the second person: holds the right, and did not make the first decision.
    may_second: bool = False


@dataclass(frozen=True)
class TaskShown:
    """One task: what holds now, every decision about it, and what may be done next."""

    task: str
    name: str
    cell: register.Cell
    decisions: list[DecisionShown]
    decide_url: str
    waits: bool


@dataclass(frozen=True)
class PlanShown:
    plan: RemediationPlan
    tasks: list[TaskShown]
    unmet: int
    follow_ups: list[Any]
    url: str


def plans(case: Case, user: User) -> list[PlanShown]:
    """The started plans of a case."""
    found = [one for one in facts_case.plans(case.pk) if one.started_at is not None]
    cells = register.cells_of({one.worker_id for one in found})
    return [_plan(one, user, cells) for one in found]


def _plan(plan: RemediationPlan, user: User, cells: Cells) -> PlanShown:
    lines = gate.lines(facts_gate.plan_facts(plan, user))
    return PlanShown(
        plan=plan,
        tasks=tasks(plan, user, cells),
        unmet=len([line for line in lines if not line.met and line.code not in gate.AT_DECISION]),
        follow_ups=follow_ups(plan),
        url=reverse("plan-reauthorisation", args=[plan.pk]),
    )


def gates(lines: list[GateLine]) -> list[dict[str, Any]]:
    """The gate as `gates/list.html` shows it: met, not met with its link, or settled in the decision itself."""
    return [
        {
            "title": f"{line.code} {line.text}",
            "state": MET if line.met else WHEN_YOU_DECIDE if line.code in gate.AT_DECISION else NOT_MET,
            "url": "" if line.met or line.code in gate.AT_DECISION else line.url,
            "missing": line.detail,
            "source": "no override" if line.code in gate.NO_OVERRIDE and not line.met else "",
        }
        for line in lines
    ]


def tasks(plan: RemediationPlan, user: User, cells: Cells | None = None) -> list[TaskShown]:
    """The tasks of a plan; `cells` is what the register says now, where the caller has read it."""
    cells = register.cells_of([plan.worker_id]) if cells is None else cells
    may = permissions.can_decide(user, plan.case) and (plan.ended_at is None or plan.ended_how == endings.DECIDED)
    seconds = permissions.can_second(user, plan.case)
    made = [replace(decision(one), may_second=seconds and one.signed_by_id != user.pk) for one in facts.decisions(plan)]
    found = []
    for state in facts.task_states(plan):
        code = state.task.task
        open_still = may and not state.settled and state.waiting is None
        found.append(
            TaskShown(
                task=code,
                name=Task(code).label,
                cell=cells.get((plan.worker_id, code), register.Cell(code)),
                decisions=[one for one in made if one.record.task == code],
                decide_url=reverse("decide-task", args=[plan.pk, code]) if open_still else "",
                waits=state.waiting is not None,
            )
        )
    return found


def decision(found: Reauthorisation) -> DecisionShown:
    seconds = sorted((one for one in found.seconds.all() if one.withdraws_id is None), key=lambda one: one.signed_at)
    standing = facts.standing_seconds(found)
    waits = facts.waits_for_second(found)
    if not found.stands:
        state = State("Withdrawn", "grey")
    elif not found.needs_second:
        state = State("In effect", "grey")
    elif waits:
        state = State("Waits for the second person", "amber")
    elif not standing:
        state = State("The second signature was withdrawn", "grey")
    elif any(one.agrees for one in standing):
        state = State("In effect, two people agreed", "grey")
    else:
        state = State("The second person did not agree", "grey")
    return DecisionShown(
        record=found,
        state=state,
        seconds=seconds,
        waits=waits,
        changed=found.stands and found.is_changed_since,
        second_url=reverse("second-decision", args=[found.pk]),
    )


def follow_ups(plan: RemediationPlan) -> list[dict[str, Any]]:
    """The follow-ups of a plan, missed ones marked."""
    today = times.today()
    found = []
    for one in [one for one in facts_case.follow_ups(plan.case_id) if one.plan_id == plan.pk]:
        if one.held_at is not None:
            state = State("Meets the standard", "green") if one.meets_standard else State("Does not meet it", "red")
        elif not one.asked_for:
            state = State("Not needed", "grey")
        elif one.due_on < today:
            state = State("Missed", "red")
        else:
            state = State("Booked", "grey")
        found.append({"record": one, "state": state, "url": reverse("follow-up", args=[one.pk])})
    return found


def evidence(plan: RemediationPlan) -> list[dict[str, Any]]:
    """Every signed attempt at the plan's tests, the newest first: what whoever signs a decision says to have read."""
    signed = facts_case.signed_attempts(plan.case_id)
    made = [(test, one) for test in facts_case.tests(plan.case_id).get(plan.pk, []) for one in signed.get(test.pk, [])]
    colours = {TestAttempt.Outcome.PASSED: "green", TestAttempt.Outcome.NOT_PASSED: "red"}
    return [
        {
            "title": f"{test.code} {test.title}, attempt {one.number}",
            "state": State(one.get_outcome_display(), colours.get(TestAttempt.Outcome(one.outcome), "grey")),
            "at": one.signed_at,
            "url": reverse("attempt", args=[one.pk]),
        }
        for test, one in sorted(made, key=lambda pair: pair[1].signed_at or pair[1].started_at, reverse=True)
    ]


def proposed_statement(plan: RemediationPlan, task: str) -> str:
    """The §7.5 text from the passed tests, for the decider to read and change."""
    signed = facts_case.signed_attempts(plan.case_id)
    after = [one for one in facts_case.tests(plan.case_id).get(plan.pk, []) if not one.before_return]
    live = sum(one.outcome == TestAttempt.Outcome.PASSED for test in after for one in signed.get(test.pk, []))
    return statement.propose(
        worker=plan.worker.name,
        task=Task(task).label.lower(),
        condition="",
        passed=facts.passed_tests(plan),
        live_items=live,
        live_causes=facts_gate.live_cause_names(plan.case),
        still_to_pass=[one.code for one in after if one.passed_at is None],
        next_check=times.today() + timedelta(weeks=FOLLOW_UP_WEEKS[0]),
    )
