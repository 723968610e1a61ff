"""The remediation plan: written from the library, completed, then started by a signature; from then on its words are fixed."""

from __future__ import annotations

from datetime import date, timedelta

from accounts.models import Staff, User
from incidents import separation_facts
from incidents.actions import ask_about
from incidents.actions.duty_questions import LEAVES
from incidents.actions.lock import lock
from incidents.permissions import signing_role
from incidents.tasks_catalogue import Task
from records import times
from records.acting import action
from records.gates import refuse_unless_met
from records.refusals import Refused
from records.signing import Signature, sign
from remediation import endings, permissions
from remediation.actions import in_effect, plan_state, plan_tests
from remediation.actions.common import move_due_date, not_past, said
from remediation.gates import capability as capability_gates
from remediation.gates import plan as gates
from remediation.models import (
    CapabilityResponse,
    DueDateChange,
    GapTemplate,
    LearningAction,
    LearningKind,
    PlanApproval,
    PlanReview,
    PlanTask,
    RemediationPlan,
)
from remediation.plan_snapshot import snapshot

MEANING = (
    "I start this plan. The person is protected, what ‘safe to practise’ will mean is written, and each test asks for "
    "practice that somebody will see. From now on the statement and the pass rules do not change."
)
#: What may be written while the plan is a draft; support and adjustments also later.
_WORDS = ("gap", "baseline", "statement", "if_not_met", "support", "adjustments")
_ALWAYS_OPEN = ("support", "adjustments")


@action("plan.written")
def write_plan(
    *,
    by: User,
    response: CapabilityResponse,
    template: GapTemplate | None = None,
    tasks: list[str] | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
    assessor: Staff | None = None,
    learning_owner: User | None = None,
    **words: str,
) -> RemediationPlan:
    """Write a draft plan for one worker. From a library entry it copies gap, tasks, learning, tests and criteria.

    Dates are counted from `starts_on` (today unless given). The statement is never copied: it is written by
    whoever knows the worker (A6). `words`: gap, baseline, statement, if_not_met, support, adjustments.
    """
    case = lock(response.case)
    permissions.check_write_plans(by, case)
    if response.worker is None:
        raise Refused("F24", "No worker is named in this response, so there is nobody to write a plan for.")
    if response.route and response.route not in capability_gates.WITH_PLAN:
        raise Refused(
            "ROUTE", f"The route decided for this worker is another: {response.get_route_display()}.", source="§6"
        )
    if template is not None and template.provider_id not in (None, case.provider_id):
        raise Refused("LIBRARY", "That entry belongs to another provider.", field="template")
    _only_words(words)
    first = starts_on or times.today()
    if assessor is not None and (assessor.pk == response.worker_id or assessor.provider_id != case.provider_id):
        raise Refused("S1", "Choose an assessor of this provider who is not the worker.", field="assessor")
    plan = RemediationPlan(
        case=case,
        response=response,
        worker=response.worker,
        template=template,
        gap=said(words.pop("gap", "") or (template.gap if template else ""), "gap", "Say what the gap is."),
        written_by=by,
        written_at=times.now(),
        ends_on=ends_on,
        **{name: text.strip() for name, text in words.items()},
    )
    plan.save()
    for task in _tasks(tasks if tasks is not None else (template.tasks if template else [])):
        PlanTask(case=case, plan=plan, task=task, added_at=times.now(), added_by=by).save()
    if template is not None:
        owner = _owner(plan, learning_owner) if learning_owner is not None else None
        _copy_template(plan, template, first, assessor, owner, by)
    return plan


def _copy_template(
    plan: RemediationPlan, template: GapTemplate, first: date, assessor: Staff | None, owner: User | None, by: User
) -> None:
    for one in template.learning:
        due = first + timedelta(days=int(one.get("days", 7)))
        _new_learning(plan, kind=one["kind"], what=one["what"], due_on=due, owner=owner, by=by)
    last_before_return = first
    for one in template.tests:
        due = first + timedelta(days=int(one.get("days", 14)))
        plan_tests.new_test(plan, one, due_on=due, assessor=assessor, window_starts_on=first, by=by)
        if one.get("before_return", True):
            last_before_return = max(last_before_return, due)
    week = first + timedelta(days=7)
    while week <= last_before_return:
        _new_review(plan, week, by)
        week += timedelta(days=14)
    if plan.ends_on is None:
        plan.ends_on = last_before_return + timedelta(days=7)
        plan.save()


@action("plan.edited")
def edit_plan(*, by: User, plan: RemediationPlan, ends_on: date | None = None, **words: str) -> RemediationPlan:
    """Change the plan's words and its planned end. Once started only support and adjustments may change (A6, F41)."""
    plan = plan_state.locked(plan, by)
    _only_words(words)
    if plan.started_at is not None and (ends_on is not None or set(words) - set(_ALWAYS_OPEN)):
        raise plan_state.fixed("The plan has started, so its gap and its ‘safe to practise’ statement are fixed.")
    if words.get("statement", "").strip():
        codes = list(plan.tests.filter(withdrawn_at=None).values_list("code", flat=True))
        if lacks := gates.statement_lacks(words["statement"], codes):
            raise Refused("A6", f"{lacks}.", source="domain.md §7.5", field="statement")
    for name, text in words.items():
        setattr(plan, name, text.strip())
    if ends_on is not None:
        plan.ends_on = ends_on
    plan.save()
    return plan


@action("plan.tasks_chosen")
def choose_tasks(*, by: User, plan: RemediationPlan, tasks: list[str]) -> list[PlanTask]:
    """Choose the tasks this plan leads back to; while it is a draft."""
    plan = plan_state.draft(plan, by)
    wanted = _tasks(tasks)
    if not wanted:
        raise Refused("A9", "Choose at least one task.", field="tasks", source="domain.md §0.2 A9")
    held = {one.task: one for one in plan.tasks.filter(removed_at=None)}
    for code, one in held.items():
        if code not in wanted:
            one.removed_at = times.now()
            one.removed_by = by
            one.save()
    for code in wanted:
        if code not in held:
            PlanTask(case=plan.case, plan=plan, task=code, added_at=times.now(), added_by=by).save()
    return list(plan.tasks.filter(removed_at=None))


@action("learning_action.added")
def add_learning_action(
    *, by: User, plan: RemediationPlan, kind: str, what: str, owner: User, due_on: date
) -> LearningAction:
    """Add something that teaches. It may be a course; it is never a test (A7)."""
    plan = plan_state.locked(plan, by)
    not_past(due_on, "due_on", "The date it is due")
    return _new_learning(plan, kind=kind, what=what, due_on=due_on, owner=_owner(plan, owner), by=by)


@action("learning_action.edited")
def edit_learning_action(
    *, by: User, learning: LearningAction, kind: str, what: str, owner: User, due_on: date
) -> LearningAction:
    """Change a learning action while the plan is a draft."""
    plan = plan_state.draft(learning.plan, by)
    learning = LearningAction.objects.select_for_update().get(pk=learning.pk)
    learning.kind = _learning_kind(kind)
    learning.what = said(what, "what", "Say what the worker will learn, and how.")
    learning.owner = _owner(plan, owner)
    learning.due_on = learning.original_due_on = due_on
    learning.save()
    return learning


@action("learning_action.removed")
def remove_learning_action(*, by: User, learning: LearningAction) -> LearningAction:
    """Take a learning action out of a draft plan."""
    plan_state.draft(learning.plan, by)
    learning = LearningAction.objects.select_for_update().get(pk=learning.pk)
    learning.removed_at = times.now()
    learning.removed_by = by
    learning.save()
    return learning


@action("learning_action.due_changed")
def change_learning_due(*, by: User, learning: LearningAction, becomes: date, reason: str) -> DueDateChange:
    """Move the due date of a learning action with a reason; the first date stays (F37)."""
    plan_state.started(learning.plan, by)
    learning = LearningAction.objects.select_for_update().get(pk=learning.pk)
    plan_state.not_done(learning.done_at)
    return move_due_date(learning, becomes, reason, by)


@action("learning_action.done")
def record_learning_done(*, by: User, learning: LearningAction, evidence: str) -> LearningAction:
    """Record that a learning action took place, with what shows it. It proves nothing about practice (A7)."""
    plan = plan_state.lock_plan(learning.plan)
    if learning.owner_id != by.pk:
        permissions.check_write_plans(by, plan.case)
    learning = LearningAction.objects.select_for_update().get(pk=learning.pk)
    plan_state.not_done(learning.done_at)
    if plan.started_at is None:
        raise Refused("A3", "The plan has not started yet. Start it first; learning before that is coaching.")
    learning.done_evidence = said(evidence, "evidence", "Say what took place, and when.")
    learning.done_at = times.now()
    learning.done_by = by
    learning.save()
    return learning


@action("plan_review.added")
def add_review(*, by: User, plan: RemediationPlan, due_on: date) -> PlanReview:
    """Promise a review of the plan on a day."""
    plan = plan_state.locked(plan, by)
    return _new_review(plan, not_past(due_on, "due_on", "The review date"), by)


@action("plan_review.removed")
def remove_review(*, by: User, review: PlanReview) -> PlanReview:
    """Take a review date out of a draft plan."""
    plan_state.draft(review.plan, by)
    review = PlanReview.objects.select_for_update().get(pk=review.pk)
    review.removed_at = times.now()
    review.removed_by = by
    review.save()
    return review


@action("plan_review.due_changed")
def change_review_due(*, by: User, review: PlanReview, becomes: date, reason: str) -> DueDateChange:
    """Move a review date with a reason; the first date stays (F37)."""
    plan_state.started(review.plan, by)
    review = PlanReview.objects.select_for_update().get(pk=review.pk)
    plan_state.not_done(review.held_at)
    return move_due_date(review, becomes, reason, by)


@action("plan_review.held")
def hold_review(*, by: User, review: PlanReview, notes: str) -> PlanReview:
    """Record that a review was held, and what it found."""
    plan_state.started(review.plan, by)
    review = PlanReview.objects.select_for_update().get(pk=review.pk)
    plan_state.not_done(review.held_at)
    review.notes = said(notes, "notes", "Say what the review found.")
    review.held_at = times.now()
    review.held_by = by
    review.save()
    return review


@action("plan.started")
def start_plan(*, by: User, plan: RemediationPlan, signature: Signature) -> PlanApproval:
    """Start the plan by signing it. Refused while protection (A3), the statement (A6) or a real test (A7) is missing.

    Each refusal names what is missing and where to put it right (gates/plan.py). Nor by who is part of the case, or
    in conflict: by what they declare now, or by what the case records of them (S1, S5, S6).
    """
    plan = plan_state.draft(plan, by)
    lifted = separation_facts.check_may_sign(by, plan.case, declared=signature.conflict)
    refuse_unless_met(gates.start(plan), "The plan cannot start yet.")
    plan.started_at = times.now()
    plan.started_by = by
    plan.save()
    return sign(
        PlanApproval,
        role=signing_role(by, plan.case),
        meaning=MEANING,
        snapshot=snapshot(plan),
        signature=signature,
        allow_conflict=lifted,
        case=plan.case,
        plan=plan,
    )


@action("plan.ended")
def end_plan(*, by: User, plan: RemediationPlan, how: str, reason: str) -> RemediationPlan:
    """End a plan, saying how and why. Restricted tasks stay restricted: only re-authorisation gives them back.

    A started plan that was not met restricts what it led back to, also where no control had: it was not shown safe.
    That every task is decided ends a plan by itself, and cannot be chosen: it would skip the decisions.
    """
    plan = plan_state.locked(plan, by)
    if how not in endings.CHOSEN:
        raise Refused("PLAN", "Choose how it ended.", field="how")
    plan.ended_how = how
    plan.ended_reason = said(reason, "reason", "Say why it ends.")
    plan.ended_at = times.now()
    plan.ended_by = by
    plan.save()
    if how == endings.NOT_MET and plan.started_at is not None:
        in_effect.not_met(by, plan)
    if how == endings.LEFT and plan.worker.left_on is None:  # else asked when their last day was recorded (§8, F22)
        bodies = ("dbs", "home_office")
        ask_about(by=by, case=plan.case, worker=plan.worker, bodies=bodies, why=LEAVES, at=plan.ended_at)
    return plan


# --- Shared steps ----------------------------------------------------------------------------------------


def _only_words(words: dict[str, str]) -> None:
    if unknown := set(words) - set(_WORDS):
        raise TypeError(f"A plan has no {', '.join(sorted(unknown))}.")


def _tasks(codes: list[str]) -> list[str]:
    unknown = [code for code in codes if code not in Task.values]
    if unknown:
        raise Refused("A9", f"There is no task {unknown[0]}.", field="tasks")
    return sorted(set(codes), key=lambda code: int(code[1:]))


def _owner(plan: RemediationPlan, owner: User) -> User:
    if owner.pk == plan.worker.user_id:
        raise Refused("S1", "Somebody other than the worker sees to it.", field="owner", source="domain.md §5")
    if not Staff.objects.filter(user=owner, provider=plan.case.provider_id).exists():
        raise Refused("OWNER", "Choose somebody who works for this provider.", field="owner")
    return owner


def _learning_kind(kind: str) -> str:
    if kind not in LearningKind.values:
        raise Refused("F33", "Choose what kind of learning it is.", field="kind")
    return kind


def _new_learning(
    plan: RemediationPlan, *, kind: str, what: str, due_on: date, owner: User | None, by: User
) -> LearningAction:
    learning = LearningAction(
        case=plan.case,
        plan=plan,
        kind=_learning_kind(kind),
        what=said(what, "what", "Say what the worker will learn, and how."),
        owner=owner,
        due_on=due_on,
        original_due_on=due_on,
        added_at=times.now(),
        added_by=by,
    )
    learning.save()
    return learning


def _new_review(plan: RemediationPlan, day: date, by: User) -> PlanReview:
    review = PlanReview(case=plan.case, plan=plan, due_on=day, original_due_on=day, added_at=times.now(), added_by=by)
    review.save()
    return review
