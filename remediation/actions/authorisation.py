"""Re-authorisation task by task: the decision, the second one, and all that is refused (domain.md §8)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from accounts.models import Staff, User
from incidents import separation
from incidents.actions.lock import lock
from incidents.models import Case, TaskRestriction
from incidents.permissions import is_nominated_individual, signing_role
from incidents.tasks_catalogue import Task
from records import times
from records.acting import action
from records.gates import GateLine, refuse_unless_met, unmet
from records.refusals import Missing, Refused
from records.signing import Signature, sign
from remediation import endings, facts_gate
from remediation import facts_practice as practice
from remediation import permissions_practice as permissions
from remediation.actions.in_effect import GIVES_BACK, put_into_effect
from remediation.gates import reauthorisation as gate
from remediation.gates import statement
from remediation.models import (
    Decision,
    PlanTask,
    Reauthorisation,
    RemediationPlan,
    SecondDecision,
)
from remediation.practice_snapshot import of_decision

SOURCE = "domain.md §8"
#: A condition ends after four weeks at most, and may be renewed once.
CONDITION_MOST = timedelta(weeks=4)
CONDITIONS_MOST = 2
EXTENSIONS_MOST = 2


@action("reauthorisation.decided")
def decide(
    *,
    by: User,
    plan: RemediationPlan,
    task: str,
    decision: str,
    reason: str,
    signature: Signature,
    statement_text: str = "",
    condition: str = "",
    supervisor: Staff | None = None,
    expires_at: datetime | None = None,
    persons_view: str = "",
    follow_up_by: User | None = None,
    new_test_dates: str = "",
    overrides: Mapping[str, str] | None = None,
) -> Reauthorisation:
    """Decide one task of a plan. At L1 and L2 it takes effect at once; at L3 and L4 when a second person agrees.

    Refused: anyone not free to decide (G8: S1, S3, S4, S5, S6); giving back while a line of the gate is unmet and
    not overridden by the nominated individual with a reason; full while a live test or a live cause is open; a
    condition without its words, supervisor or end within four weeks; a third condition or a third extension; a
    statement that rests on attendance, time served or the absence of incidents (F58).
    """
    case = lock(plan.case)
    permissions.check_decide(by, case)
    plan = _plan(plan)
    wanted = Decision(decision)
    plan_task = _plan_task(plan, task)
    _check_no_other_waits(plan, plan_task)
    if not reason.strip():
        raise Refused("REASON", "Say why you decide this.", source=SOURCE, field="reason")
    if wanted == Decision.CONDITIONAL:
        expires_at = _check_condition(plan, plan_task, condition, supervisor, expires_at)
    else:
        condition, supervisor, expires_at = "", None, None
    if follow_up_by is not None and not permissions.may_hold_follow_ups(follow_up_by, case, plan.worker):
        raise Refused(
            "G13",
            f"{follow_up_by.name} could not hold the follow-ups. Choose a senior, manager or quality lead of this "
            "service who is part of this case.",
            source=SOURCE + " G13",
            field="follow_up_by",
        )
    if wanted == Decision.EXTEND:
        _check_extension(plan, plan_task, new_test_dates)
    if wanted in GIVES_BACK and statement.has_gaps(statement_text):
        raise Refused(
            "G12",
            f"Fill in the statement where it still says “{statement.GAP}”.",
            source=SOURCE + " G12",
            field="statement_text",
        )
    if wanted == Decision.CONDITIONAL and statement.says_without_a_condition(statement_text):
        raise Refused(
            "G12",
            "You decide with a condition, and the statement says “without a condition”. Say the condition there.",
            source=SOURCE + " G12",
            field="statement_text",
        )
    said = statement.read(statement_text, practice.passed_tests(plan))
    lines = gate_lines(
        by,
        plan,
        task=plan_task.task,
        conditional=wanted == Decision.CONDITIONAL,
        said=said,
        follow_up_by=follow_up_by,
        persons_view=persons_view,
        declared=signature.conflict,
    )
    given = _check_gate(by, case, lines, wanted, overrides or {})
    if wanted == Decision.FULL:
        _check_nothing_live(plan)
    restriction = _open_restriction(plan, plan_task)
    fields: dict[str, Any] = {
        "case": case,
        "plan": plan,
        "worker": plan.worker,
        "restriction": restriction,
        "task": plan_task.task,
        "decision": wanted,
        "reason": reason,
        "statement": statement_text if wanted in GIVES_BACK else "",
        "condition": condition,
        "supervisor": supervisor,
        "expires_at": expires_at,
        "needs_second": practice.needs_second(case) and wanted != Decision.EXTEND,
        "overrides": given,
        "new_test_dates": new_test_dates if wanted == Decision.EXTEND else "",
        "persons_view": persons_view,
        "follow_up_by": follow_up_by,
    }
    snapshot = of_decision(
        Reauthorisation(**fields),
        gate=[[line.code, line.text, line.met, line.detail] for line in lines],
        rests_on=[str(one.pk) for one in facts_gate.passed_sign_offs(plan)],
    )
    made = sign(
        Reauthorisation,
        role=signing_role(by, case),
        meaning=meaning(plan, plan_task.task),
        snapshot=snapshot,
        signature=signature,
        **fields,
    )
    if not made.needs_second:
        put_into_effect(by, made)
    return made


@action("reauthorisation.seconded")
def second_decision(
    *, by: User, first: Reauthorisation, agrees: bool, reason: str, signature: Signature
) -> SecondDecision:
    """The second person's answer at L3 and L4 (S3, F53). Agreeing asks the whole gate again, then takes effect."""
    case = lock(first.case)
    permissions.check_second(by, case)
    first = Reauthorisation.objects.select_related("plan__worker", "plan__case__service", "worker").get(pk=first.pk)
    plan = _plan(first.plan)
    if not first.needs_second:
        raise Refused("S3", "This decision needed no second person and is in effect.", source=SOURCE)
    if not first.stands:
        raise Refused("F48", "This decision was withdrawn, so there is nothing to agree to.", source=SOURCE)
    if first.seconds.exists():
        raise Refused("S3", "The second decision on this is made already.", source=SOURCE)
    if not separation.s3_second_person(first.signed_by_id, by.pk).met:
        raise Refused(
            "S3",
            "You made the first decision, so somebody else makes the second: the nominated individual or quality lead.",
            source="domain.md §1 S3",
        )
    person = practice.person(by, case, worker=plan.worker, plan=plan, declared=signature.conflict)
    refuse_unless_met(separation.to_decide(person), "You cannot make the second decision here.")
    if not reason.strip():
        raise Refused("REASON", "Say why you agree or do not.", source=SOURCE, field="reason")
    if agrees:
        _check_still_stands(first, plan)
    made = sign(
        SecondDecision,
        role=signing_role(by, case),
        meaning=second_meaning(first),
        snapshot={
            "first": str(first.pk),
            "sha256": first.sha256,
            "agrees": agrees,
            "reason": reason,
            "first_changed": first.is_changed_since,
        },
        signature=signature,
        case=case,
        first=first,
        agrees=agrees,
        reason=reason,
    )
    if agrees:
        put_into_effect(by, first)
    return made


def gate_lines(
    by: User,
    plan: RemediationPlan,
    *,
    task: str,
    conditional: bool,
    said: statement.Said,
    follow_up_by: User | None,
    persons_view: str,
    declared: str = "",
) -> list[GateLine]:
    """G1–G15 for one decision, read now."""
    facts = facts_gate.plan_facts(plan, by, declared=declared)
    return gate.lines(
        facts_gate.deciding(
            facts,
            task=task,
            conditional=conditional,
            said=said,
            follow_up_by=follow_up_by,
            persons_view=persons_view,
        )
    )


def meaning(plan: RemediationPlan, task: str) -> str:
    """The sentence the decider reads on the page and signs; the decision itself is part of what is signed."""
    return (
        f"I decide, as I state here, whether {plan.worker.name} may do this again: {Task(task).label}. "
        "I did not assess them, I have read the evidence and the gate above, and it is true to my knowledge."
    )


def second_meaning(first: Reauthorisation) -> str:
    """The sentence the second decider reads on the page and signs."""
    return (
        f"I state here whether I agree with the decision “{first.get_decision_display()}” for {first.worker.name}: "
        f"{first.get_task_display()}. I have read the evidence myself and did not assess them."
    )


# --- What is refused -----------------------------------------------------------------------------------------


def _plan(plan: RemediationPlan) -> RemediationPlan:
    found: RemediationPlan = RemediationPlan.objects.select_related("worker", "case__service", "case__provider").get(
        pk=plan.pk
    )
    if found.started_at is None:
        raise Refused("PLAN", "The plan has not started, so there is nothing to decide yet.", source="domain.md §13")
    if found.ended_at is not None and found.ended_how != endings.DECIDED:
        raise Refused("PLAN", "The plan has ended.", source=SOURCE)
    return found


def _plan_task(plan: RemediationPlan, task: str) -> PlanTask:
    found: PlanTask | None = plan.tasks.filter(task=task, removed_at=None).first()
    if found is None:
        raise Refused("TASK", "That task is not part of this plan.", source=SOURCE, field="task")
    return found


def _check_no_other_waits(plan: RemediationPlan, task: PlanTask) -> None:
    state = next(one for one in practice.task_states(plan) if one.task.pk == task.pk)
    if state.waiting is not None:
        raise Refused("S3", "A decision on this task waits for the second person.", source=SOURCE)
    if state.settled:
        raise Refused("TASK", "This task is decided already.", source=SOURCE)


def _check_condition(
    plan: RemediationPlan, task: PlanTask, condition: str, supervisor: Staff | None, expires_at: datetime | None
) -> datetime:
    now = times.now()
    if not condition.strip():
        raise Refused("CONDITION", "Say what the condition is.", source=SOURCE, field="condition")
    if supervisor is None:
        raise Refused("CONDITION", "Say who supervises the condition.", source=SOURCE, field="supervisor")
    if supervisor.pk == plan.worker_id or supervisor.provider_id != plan.case.provider_id:
        raise Refused("CONDITION", "Choose a supervisor from this provider, not the worker.", field="supervisor")
    if expires_at is None:
        raise Refused("CONDITION", "Say when the condition ends.", source=SOURCE, field="expires_on")
    if not now < expires_at <= times.end_of_day(times.to_london(now).date() + CONDITION_MOST):
        raise Refused("CONDITION", "A condition ends within four weeks from today.", source=SOURCE, field="expires_on")
    earlier = [
        one
        for one in practice.decisions(plan)
        if one.stands and one.task == task.task and one.decision == Decision.CONDITIONAL and practice.in_effect(one)
    ]
    if len(earlier) >= CONDITIONS_MOST:
        raise Refused(
            "CONDITION",
            "The condition was renewed once already. Decide in full, extend the plan, or do not authorise.",
            source=SOURCE,
            field="decision",
        )
    return expires_at


def _check_extension(plan: RemediationPlan, task: PlanTask, new_test_dates: str) -> None:
    if not new_test_dates.strip():
        raise Refused("EXTEND", "Give the new test dates.", source=SOURCE, field="new_test_dates")
    earlier = [
        one
        for one in practice.decisions(plan)
        if one.stands and one.task == task.task and one.decision == Decision.EXTEND
    ]
    if len(earlier) >= EXTENSIONS_MOST:
        raise Refused("EXTEND", "A plan is extended twice at most.", source=SOURCE, field="decision")


def _check_gate(
    by: User, case: Case, lines: list[GateLine], decision: Decision, overrides: Mapping[str, str]
) -> list[dict[str, str]]:
    """Refuse what the gate refuses; returns the overrides that were used, with their reasons.

    Only giving a task back needs the whole gate. Who decides (G8) is asked of every decision.
    """
    asked = lines if decision in GIVES_BACK else [line for line in lines if line.code == "G8"]
    nominated = is_nominated_individual(by, case.service)
    used, left = [], []
    for line in unmet(asked):
        reason = overrides.get(line.code, "").strip()
        if reason and nominated and line.override == gate.NOMINATED_INDIVIDUAL:
            used.append({"code": line.code, "text": line.text, "detail": line.detail, "reason": reason})
        else:
            left.append(line)
    refuse_unless_met(left, "This task cannot come back yet." if decision in GIVES_BACK else "You cannot decide this.")
    return used


def _check_nothing_live(plan: RemediationPlan) -> None:
    live = facts_gate.unpassed_live_tests(plan)
    if live:
        raise Refused(
            "LIVE",
            "A live test still runs, so only a conditional decision is open.",
            missing=[Missing(f"{one.code} {one.title}: not passed yet") for one in live],
            source=SOURCE,
        )


def _check_still_stands(first: Reauthorisation, plan: RemediationPlan) -> None:
    """Between the two signatures the case went on: ask the gate again, as it would be for the first decider now."""
    decision = Decision(first.decision)
    if first.is_changed_since:
        raise Refused(
            "F47", "What the first person signed has changed since. Decide again from the start.", source=SOURCE
        )
    if decision == Decision.CONDITIONAL and first.expires_at is not None and first.expires_at <= times.now():
        raise Refused("CONDITION", "The condition would have ended by now. Decide again.", source=SOURCE)
    if decision in GIVES_BACK:
        lines = gate_lines(
            first.signed_by,
            plan,
            task=first.task,
            conditional=decision == Decision.CONDITIONAL,
            said=statement.read(first.statement, practice.passed_tests(plan)),
            follow_up_by=first.follow_up_by,
            persons_view=first.persons_view,
        )
        overridden = {one["code"] for one in first.overrides}
        refuse_unless_met(
            [line for line in lines if line.code not in overridden], "This task cannot come back any more."
        )
    if decision == Decision.FULL:
        _check_nothing_live(plan)


def _open_restriction(plan: RemediationPlan, task: PlanTask) -> TaskRestriction | None:
    found: TaskRestriction | None = (
        TaskRestriction.objects.filter(case=plan.case, worker=plan.worker, task=task.task, ended_at=None)
        .order_by("started_at")
        .last()
    )
    if found is not None:
        return found
    # Given back under a condition before: the restriction that condition replaced.
    earlier = (
        Reauthorisation.objects.filter(plan=plan, task=task.task, restriction__isnull=False)
        .select_related("restriction")
        .order_by("signed_at")
        .last()
    )
    return earlier.restriction if earlier else None
