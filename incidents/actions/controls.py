"""Immediate protection: risk-control decisions, their reviews, task restrictions, the chronology review (§3)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from accounts.models import Staff, User
from accounts.roles import RegisteredManager
from incidents import control_tasks, gates, hooks, permissions, separation, separation_facts
from incidents.actions import tasks_away
from incidents.actions.freedom import check_freedom, words_of
from incidents.actions.lock import lock
from incidents.models import (
    Case,
    ChronologyReview,
    ControlKind,
    Restriction,
    ReviewOutcome,
    RiskControl,
    RiskControlReview,
    TaskRestriction,
)
from incidents.tasks_catalogue import Task
from incidents.timescales import review_span
from records import times
from records.acting import action
from records.gates import refuse_unless_met
from records.refusals import Missing, NotAllowed, Refused

SOURCE = "domain.md §3"
#: Kinds that act on a worker's duties and so need the worker named.
ON_A_WORKER = (
    ControlKind.SHADOW,
    ControlKind.NO_LONE_WORK,
    ControlKind.NOT_WITH_PERSON,
    ControlKind.TASK_REMOVED,
    ControlKind.NON_CONTACT,
    ControlKind.SUSPENSION,
)
#: Removal from duties: a named welfare contact, and never the same reviewer alone (S7, F17).
REMOVAL = (ControlKind.SUSPENSION, ControlKind.NON_CONTACT)

#: Why "none needed" waits: the two answers can't both be true.
NOT_WHILE_UNSAFE = "While someone may be unsafe, it cannot be that no control is needed."

#: Every field of §3 that must be filled, with the sentence that asks for it.
REQUIRED = {
    "what": "Say exactly what is done",
    "trigger": "Say what led to this, and the facts known then",
    "who_at_risk": "Say who is at risk, others included",
    "options_considered": "Say which options were considered, doing nothing and the least intrusive included",
    "why_chosen": "Say why this was chosen and the others were not",
    "proportionality": "Say why it is proportionate to the person and the worker",
    "capacity": "Record capacity for this decision, consent, or who leads on best interests",
    "advocate": "Say whether an advocate was asked for, or why not",
    "consent_to_share": "Record consent to share, or the reason to override",
    "impact_and_support": "Say what the impact is, and what support is given",
    "who_was_told": "Say who was told, how and when",
    "exit_criteria": "Say what must be true to end it",
    "would_tighten": "Say what would make us tighten it",
}


@action("risk_control.decided")
def record_control(
    *,
    by: User,
    case: Case,
    kind: str,
    what: str,
    trigger: str,
    who_at_risk: str,
    options_considered: str,
    why_chosen: str,
    proportionality: str,
    capacity: str,
    advocate: str,
    consent_to_share: str,
    impact_and_support: str,
    who_was_told: str,
    exit_criteria: str,
    would_tighten: str,
    persons_views: str = "",
    views_not_obtained: str = "",
    worker: Staff | None = None,
    tasks: Iterable[str] = (),
    welfare_contact: str = "",
    limits_person: bool = False,
    restriction: Restriction | None = None,
    why_no_limit: str = "",
    decided_at: datetime | None = None,
    review_due_at: datetime | None = None,
    replaces: RiskControl | None = None,
) -> RiskControl:
    """Record one control decision, or the reasoned decision that none is needed (kind NONE_NEEDED).

    Every field of §3 is required. The first review is proposed from the level when left out, and may be
    earlier than that, never later (F18). A control that limits the person's own freedom is refused (F15)
    unless it names a `Restriction` with authority in force; words that may limit them or may not need that, or
    `why_no_limit`: why they do not. `tasks` restrict the worker at the same moment, with those that the kind
    restricts by itself (incidents/control_tasks.py). "None needed" is refused until everyone is said to be safe (§3).
    """
    case = lock(case)
    permissions.check_decide_controls(by, case)
    kind = ControlKind(kind)
    now = times.now()
    decided_at = decided_at or now
    told = {
        "what": what,
        "trigger": trigger,
        "who_at_risk": who_at_risk,
        "options_considered": options_considered,
        "why_chosen": why_chosen,
        "proportionality": proportionality,
        "capacity": capacity,
        "advocate": advocate,
        "consent_to_share": consent_to_share,
        "impact_and_support": impact_and_support,
        "who_was_told": who_was_told,
        "exit_criteria": exit_criteria,
        "would_tighten": would_tighten,
    }
    _check_complete(told, persons_views, views_not_obtained)
    _check_decided(decided_at, now, case)
    if kind == ControlKind.NONE_NEEDED:
        refuse_unless_met(gates.everyone_safe(case), NOT_WHILE_UNSAFE)
    wanted = control_tasks.tasks_of(kind, tasks)
    _check_worker(case, kind, worker, wanted, welfare_contact)
    check_freedom(
        case,
        kind,
        what,
        worker,
        limits_person=limits_person,
        restriction=restriction,
        at=now,
        why_no_limit=why_no_limit,
    )
    if replaces is not None:
        replaces = RiskControl.objects.get(pk=replaces.pk, case=case)
        if replaces.ended_at is not None or hasattr(replaces, "replaced_by"):
            raise Refused("F13", "That control has already ended or been replaced.", source=SOURCE)
    control = RiskControl(
        case=case,
        kind=kind,
        worker=worker,
        persons_views=persons_views,
        views_not_obtained=views_not_obtained,
        welfare_contact=welfare_contact,
        restriction=restriction,
        why_no_limit=why_no_limit.strip(),
        replaces=replaces,
        decided_by=by,
        decided_at=decided_at,
        recorded_at=now,
        **told,
    )
    if kind != ControlKind.NONE_NEEDED:
        control.review_due_at = _next_review(control, review_due_at, reviews_done=0, at=decided_at)
    control.save()
    tasks_away.restrict(control, wanted, by)
    return control


def proposed_first_review(case: Case, kind: str, decided_at: datetime) -> datetime:
    """The review date a page proposes: from when the registered person knew, or from the decision if that passed."""
    span = review_span(case.level, case.provider, reviews_done=0, suspension=kind == ControlKind.SUSPENSION)
    from_aware = span.after(case.clock_start_at)
    return from_aware if from_aware > decided_at else span.after(decided_at)


@action("risk_control.reviewed")
def review_control(
    *,
    by: User,
    control: RiskControl,
    outcome: str,
    reason: str,
    changed_to: str = "",
    next_review_at: datetime | None = None,
    limits_person: bool = False,
    restriction: Restriction | None = None,
    why_no_limit: str | None = None,
) -> RiskControlReview:
    """Review a control: continue, amend, step down, lift or replace, each with its reason (F13).

    Refused: a fourth "continue" in a row by anyone but the nominated individual; a removal from duties reviewed
    by its decider alone after two reviews (S7); lifting or easing a worker's control while they have a
    remediation plan (§8); replacing before the new control is recorded; a control that from now limits the person,
    by what is said (`limits_person`) or by its words, without a `restriction` that has authority in force (F15).
    """
    case = lock(control.case)
    permissions.check_decide_controls(by, case)
    control = RiskControl.objects.get(pk=control.pk)
    if not control.in_force:
        raise Refused("F13", "This control is not in force any more.", source=SOURCE)
    decision = ReviewOutcome(outcome)
    now = times.now()
    if not reason.strip():
        raise Refused("F13", "Say why.", source=SOURCE, field="reason")
    if decision in (ReviewOutcome.AMEND, ReviewOutcome.STEP_DOWN) and not changed_to.strip():
        raise Refused("F13", "Say what changes.", source=SOURCE, field="changed_to")
    _check_reviewer(control, by, decision)
    if decision in (ReviewOutcome.LIFT, ReviewOutcome.REPLACE, ReviewOutcome.STEP_DOWN):
        _check_may_ease(control, decision)
    why_no_limit = _check_still_free(
        control,
        decision,
        changed_to,
        limits_person=limits_person,
        restriction=restriction,
        at=now,
        why_no_limit=why_no_limit,
    )
    done = RiskControlReview.objects.filter(control=control).count() + 1
    ends = decision in (ReviewOutcome.LIFT, ReviewOutcome.REPLACE)
    due_next = None if ends else _next_review(control, next_review_at, reviews_done=done, at=now)
    review = RiskControlReview(
        case=case,
        control=control,
        due_at=control.review_due_at,
        outcome=decision,
        reason=reason,
        changed_to=changed_to,
        why_no_limit=why_no_limit,
        next_review_at=due_next,
        reviewed_by=by,
        reviewed_at=now,
    )
    review.save()
    control.review_due_at = due_next
    if changed_to and not ends:
        control.what, control.why_no_limit = changed_to, why_no_limit
    if restriction is not None and not ends:
        control.restriction = restriction
    if ends:
        control.ended_at, control.ended_by, control.ended_how = now, by, decision
        for task in TaskRestriction.objects.filter(control=control, ended_at=None):
            task.ended_at, task.ended_by, task.ended_reason = now, by, f"{decision.label}: {reason}"
            task.save()
    control.save()
    return review


@action("chronology.reviewed")
def record_chronology_review(*, by: User, review: ChronologyReview, findings: str, gaps: str = "") -> ChronologyReview:
    """Record that a manager read the chronology, what it shows, and what is missing or disputed in it."""
    case = lock(review.case)
    permissions.check_decide_controls(by, case)
    review = ChronologyReview.objects.get(pk=review.pk)
    if review.reviewed_at is not None:
        raise Refused("F16", "This review is already recorded. Add what is new to the chronology.", source=SOURCE)
    if not findings.strip():
        raise Refused("F16", "Say what the chronology shows.", source=SOURCE, field="findings")
    review.reviewed_at, review.reviewed_by = times.now(), by
    review.findings, review.gaps = findings, gaps
    review.save()
    return review


# --- What is refused ------------------------------------------------------------------------------------


def _check_complete(told: dict[str, str], persons_views: str, views_not_obtained: str) -> None:
    missing = [sentence for name, sentence in REQUIRED.items() if not told[name].strip()]
    if not persons_views.strip() and not views_not_obtained.strip():
        missing.append("Record the person's views and wanted outcomes, or why they were not obtained")
    if missing:
        raise Refused(
            "F11",
            "A control decision needs every part of its reasoning.",
            missing=[Missing(sentence) for sentence in missing],
            source=SOURCE,
        )


def _check_decided(decided_at: datetime, now: datetime, case: Case) -> None:
    if decided_at > now:
        raise Refused("F11", "The time of the decision must be in the past.", source=SOURCE, field="decided_at")
    earliest = min(case.first_noticed_at, case.logged_at)
    if decided_at < earliest:
        raise Refused(
            "F11", "It cannot have been decided before anything was noticed.", source=SOURCE, field="decided_at"
        )


def _check_worker(case: Case, kind: ControlKind, worker: Staff | None, tasks: list[Task], welfare_contact: str) -> None:
    if worker is not None and worker.provider_id != case.provider_id:
        raise NotAllowed("LOG", "That member of staff works for another provider.")
    if worker is None and (kind in ON_A_WORKER or tasks):
        raise Refused("F14", "Say which worker this control is about.", source=SOURCE, field="worker")
    if kind == ControlKind.TASK_REMOVED and not tasks:
        raise Refused("F14", "Choose the tasks the worker may not do.", source=SOURCE, field="tasks")
    if kind in REMOVAL and not welfare_contact.strip():
        raise Refused(
            "F17",
            "Name somebody the worker can talk to while they are away from their duties.",
            source=SOURCE,
            field="welfare_contact",
        )


def _said_before(control: RiskControl, changed_to: str) -> str:
    """The reason given already, where the changed words hold none in doubt that the control did not hold before."""
    before, now = (
        {found.lower() for found in words_of(control.case, control.kind, words, control.worker).doubtful}
        for words in (control.what, changed_to)
    )
    return control.why_no_limit if now <= before else ""


def _check_still_free(
    control: RiskControl,
    decision: ReviewOutcome,
    changed_to: str,
    *,
    limits_person: bool,
    restriction: Restriction | None,
    at: datetime,
    why_no_limit: str | None,
) -> str:
    """The same trap at a review: what the control becomes, or what takes its place, is asked as a new one is.

    Returns the reason why what it becomes is no limit; empty where none is needed.
    """
    case, worker = control.case, control.worker
    limits_person = limits_person or restriction is not None  # whoever names a record says so
    said = (why_no_limit or "").strip()
    if decision == ReviewOutcome.REPLACE:
        # Its record was asked for when it was decided; by now it may have ended.
        new = RiskControl.objects.filter(replaces=control).select_related("restriction", "worker").first()
        if new is not None:
            check_freedom(
                case,
                new.kind,
                new.what,
                new.worker,
                limits_person=new.restriction is not None,
                restriction=new.restriction,
                at=at,
                why_no_limit=new.why_no_limit,
            )
        return said
    if decision in (ReviewOutcome.AMEND, ReviewOutcome.STEP_DOWN):
        what, kind = changed_to, control.kind
        said = said or _said_before(control, changed_to)
    elif limits_person and decision == ReviewOutcome.CONTINUE:
        what, kind = "", ""
    else:
        return said
    check_freedom(
        case,
        kind,
        what,
        worker,
        limits_person=limits_person,
        restriction=restriction or control.restriction,
        at=at,
        why_no_limit=said,
    )
    return said


def _check_reviewer(control: RiskControl, by: User, decision: ReviewOutcome) -> None:
    service = control.case.service
    if gates.needs_nominated_individual(control) and not permissions.is_nominated_individual(by, service):
        raise Refused(
            "F13",
            "The nominated individual makes this review: three reviews in a row said “continue”, or the "
            "suspension has passed 28 days.",
            source=SOURCE,
        )
    if control.decided_by_id != by.pk:
        return
    person = separation_facts.person(by, control.case)
    reviewers = list(RiskControlReview.objects.filter(control=control).values_list("reviewed_by", flat=True))
    lines = []
    if control.kind in REMOVAL:
        lines.append(separation.s7_other_reviewer(by.pk, reviewers))
    if decision in (ReviewOutcome.LIFT, ReviewOutcome.STEP_DOWN, ReviewOutcome.REPLACE):
        lines.append(
            separation.s7_manager_alone(
                by.pk,
                reviewers,
                level=control.case.level,
                decider_is_manager=permissions.holds_role(by, service, RegisteredManager),
            )
        )
    refuse_unless_met(
        separation.s11_lift(lines, person),
        "You decided this control and made every review of it. Somebody else makes this one.",
    )


def _check_may_ease(control: RiskControl, decision: ReviewOutcome) -> None:
    replacement = RiskControl.objects.filter(replaces=control).first()
    if decision == ReviewOutcome.REPLACE and replacement is None:
        url = reverse("case-control-replace", args=[control.case_id, control.pk])
        raise Refused(
            "F13",
            "Record the new control first, so that nobody is unprotected in between.",
            missing=[Missing("Record the control that takes its place", url)],
            source=SOURCE,
        )
    if control.worker_id is None:
        return
    if decision == ReviewOutcome.REPLACE and replacement is not None and tasks_away.keeps(control, replacement):
        return
    missing = hooks.may_lift(control)
    if missing:
        raise Refused(
            "LIFT",
            "The worker has a remediation plan, so tasks come back only through re-authorisation, one by one.",
            missing=missing,
            source="domain.md §3, §8",
        )


# --- Small steps ----------------------------------------------------------------------------------------


def _next_review(control: RiskControl, wanted: datetime | None, *, reviews_done: int, at: datetime) -> datetime:
    """The date asked for, or the proposed one. Refuses a date later than the level (or a suspension) allows."""
    case = control.case
    suspension = control.kind == ControlKind.SUSPENSION
    span = review_span(case.level, case.provider, reviews_done=reviews_done, suspension=suspension)
    if wanted is None:
        return span.after(at) if reviews_done else proposed_first_review(case, control.kind, at)
    field = "next_review_at" if reviews_done else "review_due_at"
    if wanted <= at:
        raise Refused("F18", "The review must be after the decision.", source=SOURCE, field=field)
    limit = span.after(at)
    # A whole day chosen on the last day counts to its end.
    if wanted > limit and times.to_london(wanted).date() > times.to_london(limit).date():
        why = "a suspension" if suspension else "this level"
        raise Refused(
            "F18",
            f"The review is too late: for {why} it is due within {span.words}.",
            source=SOURCE,
            field=field,
        )
    return wanted
