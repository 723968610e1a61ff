"""What a decision changes once it counts, and what happens when it ends or is withdrawn (domain.md §8, F54, F55)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from incidents.actions import ask_about, end_task_restriction
from incidents.actions.lock import lock
from incidents.models import RiskControl, TaskRestriction
from records import times
from records.acting import action
from remediation import endings, facts_case, facts_gate
from remediation import facts_practice as practice
from remediation.models import Decision, FollowUp, Reauthorisation, RemediationPlan, TaskAuthorisation

FOLLOW_UP_WEEKS = (4, 8, 12)
GIVES_BACK = (Decision.FULL, Decision.CONDITIONAL)
#: Who outside must be thought of once it counts (§8, F22), and why, in words that do not tell the decision: more
#: people see the duties of a case than the decisions on a worker.
BRINGS_UP: dict[Decision, dict[str, Any]] = {
    Decision.NOT_AUTHORISED: {
        "bodies": ("dbs",),
        "why": "A decision about this worker's tasks was made. Is the legal test for telling the DBS met?",
    },
    Decision.REDEPLOY: {
        "bodies": ("dbs", "home_office"),
        "why": "A decision about this worker's work was made. Is it now outside regulated activity? Check their pay, "
        "and whether they are sponsored.",
    },
}


def put_into_effect(by: User, decision: Reauthorisation) -> None:
    """In the transaction of the (last) signature: restriction ended, authorisation made, follow-ups booked."""
    now = times.now()
    plan, kind = decision.plan, Decision(decision.decision)
    if kind == Decision.EXTEND:
        return
    working = _in_force(plan, now).exists()
    for open_one in TaskAuthorisation.objects.filter(
        case=decision.case, worker=decision.worker, task=decision.task, ended_at=None
    ):
        open_one.ended_at = min(open_one.expires_at or now, now)
        open_one.ended_by, open_one.ended_reason = by, f"New decision: {decision.get_decision_display()}"
        open_one.save()
    if kind in GIVES_BACK:
        _give_back(by, decision, now, anew=not working)
    else:
        restrict_again(by, decision, now)
        ask_about(by=by, case=decision.case, worker=decision.worker, at=now, **BRINGS_UP[kind])
    states = practice.task_states(plan)
    if plan.ended_at is None and states and all(one.settled for one in states):
        ended = RemediationPlan.objects.get(pk=plan.pk)
        ended.ended_at, ended.ended_by = now, by
        ended.ended_how, ended.ended_reason = endings.DECIDED, "Every task of the plan is decided."
        ended.save()


def _in_force(plan: RemediationPlan, now: datetime) -> QuerySet[TaskAuthorisation]:
    """What the plan gave back and still stands; a condition past its end does not, swept or not (F55)."""
    found: QuerySet[TaskAuthorisation] = TaskAuthorisation.objects.filter(decision__plan=plan, ended_at=None)
    return found.exclude(expires_at__lte=now)


def _give_back(by: User, decision: Reauthorisation, now: datetime, *, anew: bool) -> None:
    """`anew`: nothing of the plan was given back until now, for the first time or after everything had ended."""
    for restriction in TaskRestriction.objects.filter(
        case=decision.case, worker=decision.worker, task=decision.task, ended_at=None
    ):
        end_task_restriction(
            by=by, restriction=restriction, reason=f"Re-authorised: {decision.get_decision_display().lower()}."
        )
    TaskAuthorisation(
        case=decision.case,
        decision=decision,
        worker=decision.worker,
        task=decision.task,
        condition=decision.condition,
        started_at=now,
        started_by=by,
        expires_at=decision.expires_at,
    ).save()
    today = times.to_london(now).date()
    _count_live_weeks(decision.plan, today, anew=anew)
    if facts_gate.follow_ups_ahead(decision.plan):
        return
    for week in FOLLOW_UP_WEEKS:
        for kind in FollowUp.Kind:
            FollowUp(
                case=decision.case,
                plan=decision.plan,
                worker=decision.worker,
                kind=kind,
                week=week,
                due_on=today + timedelta(weeks=week),
                owner=decision.follow_up_by or by,
            ).save()


def _count_live_weeks(plan: RemediationPlan, today: date, *, anew: bool) -> None:
    """The weeks of live items run from the day the first task came back; a renewal or a second task moves nothing.

    They are counted anew only once everything given back had ended, because nobody worked in between. Not where an
    item was not right: it would drop out of the count, and failures stay (F42).
    """
    for test in facts_gate.unpassed_live_tests(plan):
        starts = test.window_starts_on is None or (anew and not practice.failed_attempts(test))
        if starts and test.window_starts_on != today:
            test.window_starts_on = today
            test.save()


def restrict_again(by: User, decision: Reauthorisation, now: datetime) -> None:
    """The task of a decision is restricted from `now`: its condition ended, it was withdrawn, or it says no.

    Also a task which no control had taken away before: the register never reads "may" for what was refused.
    """
    before = decision.restriction
    control = before.control if before is not None else None
    restrict(
        by,
        decision.plan,
        decision.task,
        now,
        # A control that has ended holds nothing any more; what is restricted now stands by itself.
        control=control if control is not None and control.in_force else None,
    )


def restrict(by: User, plan: RemediationPlan, task: str, now: datetime, *, control: RiskControl | None = None) -> None:
    """Restrict one task of a plan's worker from `now`, unless this case restricts it already."""
    if TaskRestriction.objects.filter(case=plan.case, worker=plan.worker, task=task, ended_at=None).exists():
        return
    TaskRestriction(
        case=plan.case, control=control, worker=plan.worker, task=task, started_at=now, started_by=by
    ).save()


def not_met(by: User, plan: RemediationPlan) -> None:
    """A plan ended as not met: every task it led back to and did not give back is restricted from now."""
    now = times.now()
    standing = TaskAuthorisation.objects.filter(case=plan.case, worker=plan.worker, ended_at=None)
    given = set(standing.values_list("task", flat=True))
    for task in plan.tasks.filter(removed_at=None).exclude(task__in=given):
        restrict(by, plan, task.task, now)


def take_back(by: User, decision: Reauthorisation, why: str) -> None:
    """The decision does not count any more: what it had given back is restricted again, from this moment (F48)."""
    _end_what_it_gave(by, decision, f"The decision was withdrawn: {why}")
    open_plan_again(decision.plan)


def lose_ground(by: User, plan: RemediationPlan, why: str) -> None:
    """A test was withdrawn: every task given back on it is restricted again, from this moment (F48, domain.md §8).

    The decisions stay as they were signed, and are to be made again. Only the restriction can't wait for them:
    nobody works alone on competence for which nobody stands any more.
    """
    signed = facts_case.sign_offs(plan.case_id)
    for decision in practice.decisions(plan):
        if decision.stands and decision.decision in GIVES_BACK and not practice.rests_on_what_stands(decision, signed):
            _end_what_it_gave(by, decision, f"A test it rests on was withdrawn: {why}")
    open_plan_again(plan)


def _end_what_it_gave(by: User, decision: Reauthorisation, reason: str) -> None:
    now = times.now()
    given = list(TaskAuthorisation.objects.filter(decision=decision, ended_at=None))
    for one in given:
        one.ended_at = min(one.expires_at or now, now)
        one.ended_by, one.ended_reason = by, reason
        one.save()
    if given:
        restrict_again(by, decision, now)


def open_plan_again(plan: RemediationPlan) -> None:
    """A plan that ended because every task was decided runs on, once one of them is not decided any more."""
    if plan.ended_how != endings.DECIDED or all(one.settled for one in practice.task_states(plan)):
        return
    again = RemediationPlan.objects.get(pk=plan.pk)
    again.ended_at, again.ended_by, again.ended_how, again.ended_reason = None, None, "", ""
    again.save()


@action("authorisation.expired")
def _expire(*, by: User, authorisation: TaskAuthorisation) -> TaskAuthorisation:
    """Write down that a condition ended: the authorisation ends and the task is restricted again, from that moment."""
    lock(authorisation.case, even_closed=True)
    authorisation = TaskAuthorisation.objects.select_related("decision__restriction__control").get(pk=authorisation.pk)
    if authorisation.ended_at is not None or authorisation.expires_at is None:
        return authorisation
    authorisation.ended_at, authorisation.ended_by = authorisation.expires_at, by
    authorisation.ended_reason = facts_case.EXPIRED
    authorisation.save()
    restrict_again(by, authorisation.decision, authorisation.expires_at)
    return authorisation


def expire_conditions(now: datetime | None = None) -> int:
    """Write down every condition that has ended by `now`; for the beat sweep. The register said 'may not' already."""
    moment = now or times.now()
    due = TaskAuthorisation.objects.filter(ended_at=None, expires_at__lte=moment).select_related("case")
    system = User.system()
    found = list(due)
    for one in found:
        _expire(by=system, authorisation=one)
    return len(found)
