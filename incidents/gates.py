"""When it may: the lines that say whether everyone is protected and what the case still lacks (domain.md §3, §4, §9).

Pure readers: every function takes the record and gives lines; the page, the action and the pack show the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.urls import reverse

from accounts.models import Membership
from accounts.roles import NominatedIndividual
from incidents.duties import DUTIES
from incidents.models import (
    Case,
    CaseFailureType,
    ChronologyReview,
    ControlKind,
    Duty,
    DutyAnswer,
    FailureType,
    Restriction,
    RestrictionTest,
    ReviewOutcome,
    RiskControl,
    RiskControlReview,
    Safe,
    TaskRestriction,
)
from incidents.timescales import SUSPENSION_TO_NI
from records import times
from records.gates import GateLine
from records.reading import once
from records.wording import due_text, joined, plural

#: How many reviews in a row may say "continue" before the nominated individual looks (§3).
CONTINUES_BEFORE_NI = 3


@once
def controls_of(case: Case) -> list[RiskControl]:
    """Every control decision of a case, oldest first."""
    return list(case.riskcontrols.select_related("worker", "decided_by"))


@once
def duties_of(case: Case) -> list[Duty]:
    """Every outside duty of a case."""
    return list(case.duties.select_related("decided_by", "second_by", "sent_by", "proposed_no_by", "worker"))


@once
def chronology_reviews_of(case: Case) -> list[ChronologyReview]:
    """Every reading of the chronology by a manager, owed or done, the first due first."""
    return list(ChronologyReview.objects.filter(case=case).select_related("reviewed_by").order_by("due_at"))


def open_chronology_review(case: Case) -> ChronologyReview | None:
    """The next reading of the chronology that a manager owes; None when none is open."""
    return next((one for one in chronology_reviews_of(case) if one.reviewed_at is None), None)


@once
def failure_types(case: Case) -> set[str]:
    """Which of the five types (F1–F5) the case is said to be."""
    return set(CaseFailureType.objects.filter(case=case, removed_at=None).values_list("code", flat=True))


@once
def restrictions_of(case: Case) -> list[Restriction]:
    """Every restriction of a person's freedom that the case records, oldest first."""
    return list(case.restrictions.select_related("person", "recorded_by", "ended_by"))


@dataclass
class Protecting:
    """What the protection gate reads of one case."""

    controls: list[RiskControl] = field(default_factory=list)
    reviewed: bool = False
    undecided: list[Duty] = field(default_factory=list)


def protecting(cases: Iterable[Case]) -> dict[UUID, Protecting]:
    """The facts of the protection gate for many cases in three queries at most."""
    wanted = list(cases)
    if len(wanted) == 1:
        return {wanted[0].pk: _protecting_one(wanted[0])}
    facts = {case.pk: Protecting() for case in wanted}
    for control in RiskControl.objects.filter(case__in=facts):
        facts[control.case_id].controls.append(control)
    for one in facts.values():
        one.reviewed = _answered(one.controls)
    if asked := [case for case, one in facts.items() if not one.reviewed]:
        reviews = RiskControlReview.objects.filter(case__in=asked).order_by().values_list("case", flat=True)
        for case in reviews.distinct():
            facts[case].reviewed = True
    for duty in Duty.objects.filter(case__in=facts, answer=DutyAnswer.UNDECIDED).select_related("worker"):
        facts[duty.case_id].undecided.append(duty)
    return facts


def _protecting_one(case: Case) -> Protecting:
    """The same of one case, from what its page has read already."""
    controls = controls_of(case)
    return Protecting(
        controls=controls,
        reviewed=_answered(controls) or _was_reviewed(case),
        undecided=[duty for duty in duties_of(case) if duty.answer == DutyAnswer.UNDECIDED],
    )


def _answered(controls: Iterable[RiskControl]) -> bool:
    """Do the controls say by themselves whether protection is in place? Reviews are asked for only where not."""
    return any(one.in_force or one.kind == ControlKind.NONE_NEEDED for one in controls)


@once
def open_restrictions(case_id: UUID) -> list[TaskRestriction]:
    """Every task a worker may not do now because of this case, with its worker; read once a page for all who ask."""
    found = TaskRestriction.objects.filter(case=case_id, ended_at=None).select_related("worker")
    return list(found.order_by("worker__name", "worker", "task"))


@once
def _was_reviewed(case: Case) -> bool:
    return bool(RiskControlReview.objects.filter(case=case).exists())


def protection(case: Case, facts: Protecting | None = None) -> list[GateLine]:
    """A3: immediate protection is secured before remediation starts (§13 `protecting`)."""
    facts = facts or protecting([case])[case.pk]
    controls = facts.controls
    url = reverse("case-protection", args=[case.pk])
    new = reverse("case-control-new", args=[case.pk])
    in_force = [control for control in controls if control.in_force]
    decided_none = any(control.kind == ControlKind.NONE_NEEDED for control in controls)
    booked = all(control.review_due_at for control in in_force) and bool(in_force or decided_none or facts.reviewed)
    return [
        *everyone_safe(case),
        GateLine(
            "A3",
            "A risk control is decided, or the reasoned decision that none is needed",
            bool(controls),
            new,
            "domain.md §0.2 A3",
            "" if controls else "No risk control is decided yet: record one, or why none is needed",
        ),
        GateLine(
            "A4",
            "Every control in force has its next review booked",
            booked,
            url,
            "domain.md §0.2 A4",
            "" if booked else "No control review is booked yet",
        ),
        *duties_answered(case, facts.undecided),
    ]


def is_protected(case: Case) -> bool:
    return all(line.met for line in protection(case))


def protected(cases: Sequence[Case]) -> set[UUID]:
    """Those of the cases whose protection gate is met, in three queries."""
    facts = protecting(cases) if cases else {}
    return {case.pk for case in cases if all(line.met for line in protection(case, facts[case.pk]))}


def duties_answered(case: Case, undecided: list[Duty] | None = None) -> list[GateLine]:
    """G2: every duty is answered; those that wait for a later fact may stay open while their clock runs."""
    now = times.now()
    if undecided is None:
        undecided = [duty for duty in duties_of(case) if duty.answer == DutyAnswer.UNDECIDED]
    late = [duty for duty in undecided if has_to_be_answered(duty, now) and not _waiting(duty)]
    names = joined(duty.short for duty in late)
    return [
        GateLine(
            "G2",
            "Every outside duty is answered",
            not late,
            reverse("case-duties", args=[case.pk]),
            "domain.md §4, §8 G2",
            f"{plural(len(late), 'duty', 'duties')} not answered: {names}" if late else "",
        )
    ]


def has_to_be_answered(duty: Duty, now: datetime) -> bool:
    """Whether an undecided duty must be answered by now: those that wait for a later fact, once their clock has passed.

    A plan may start while one of those waits longer for a written reason; a task comes back only when none does (G2).
    """
    return not DUTIES[duty.body].may_wait or (duty.due_at is not None and duty.due_at < now)


def _waiting(duty: Duty) -> bool:
    """An undecided duty with `may_wait` whose reason to wait is written down."""
    return bool(DUTIES[duty.body].may_wait and duty.reason.strip())


def controls_current(case: Case) -> list[GateLine]:
    """G1: no control in force is past its review date; what stands beside a closed case is not reviewed there."""
    now = times.now()
    overdue = [
        control
        for control in controls_of(case)
        if case.is_open and control.in_force and control.review_due_at is not None and control.review_due_at < now
    ]
    first = overdue[0] if overdue else None
    url = reverse("case-control", args=[case.pk, first.pk]) if first else reverse("case-protection", args=[case.pk])
    return [
        GateLine(
            "G1",
            "Every control in force is reviewed in time",
            not overdue,
            url,
            "domain.md §8 G1",
            f"{plural(len(overdue), 'control')} past the review date; each stays in force" if overdue else "",
        )
    ]


def chronology_reviewed(case: Case) -> list[GateLine]:
    """§3: a manager has read the chronology."""
    open_review = open_chronology_review(case)
    return [
        GateLine(
            "CHRONOLOGY",
            "A manager has reviewed the chronology",
            open_review is None,
            reverse("case-chronology-review", args=[case.pk]),
            "domain.md §3",
            f"Not reviewed yet: {due_text(open_review.due_at)}" if open_review else "",
        )
    ]


def everyone_safe(case: Case) -> list[GateLine]:
    """Whether everyone is said to be safe now. Until somebody says so, and how, no plan starts and nothing closes."""
    met = case.everyone_safe == Safe.YES
    return [
        GateLine(
            "SAFE",
            "Everyone is confirmed safe",
            met,
            reverse("case-safe", args=[case.pk]),
            "domain.md §0.2 A3, §3",
            "" if met else f"{Safe(case.everyone_safe).label}. Say what made everyone safe",
        )
    ]


def involves_restriction(case: Case) -> bool:
    """Whether the failure involves a restriction of a person's freedom: said so, an F4, or one is recorded."""
    return case.involves_restriction or FailureType.RESTRICTION in failure_types(case) or bool(restrictions_of(case))


@once
def restriction_answered(case: Case) -> list[GateLine]:
    """A10: where a restriction is part of it, the record exists and the four questions are answered. Else empty."""
    if not involves_restriction(case):
        return []
    restrictions = restrictions_of(case)
    tests = RestrictionTest.objects.filter(case=case).exists()
    loose = [one for one in restrictions if one.in_force and not one.not_begun and not one.is_authorised()]
    return [
        GateLine(
            "F59",
            "The restriction is recorded: what, authority, end, less restrictive option",
            bool(restrictions),
            reverse("case-restriction-new", args=[case.pk]),
            "domain.md §9",
            "" if restrictions else "No restriction is recorded yet",
        ),
        GateLine(
            "A10",
            "The four questions about the restriction are answered",
            tests,
            reverse("case-restriction-tests", args=[case.pk]),
            "domain.md §0.2 A10",
            "" if tests else "The four questions are not answered yet",
        ),
        GateLine(
            "F63",
            "No restriction is in force without authority",
            not loose,
            reverse("case-restriction", args=[case.pk]),
            "domain.md §9",
            f"{plural(len(loose), 'restriction')} in force without authority: end it or get authority" if loose else "",
        ),
    ]


def needs_nominated_individual(control: RiskControl) -> bool:
    """Whether the next review belongs to the nominated individual: three straight "continue", or 28 days suspended.

    A review made by somebody who was nominated individual on that day settles it and starts the count anew.
    """
    return control.pk in for_nominated_individual([control])


def for_nominated_individual(controls: list[RiskControl]) -> set[Any]:
    """Keys of the controls of one case that wait for the nominated individual; two queries however many."""
    in_force = [control for control in controls if control.in_force]
    if not in_force:
        return set()
    reviews: dict[Any, list[RiskControlReview]] = {}
    for review in RiskControlReview.objects.filter(control__in=in_force).order_by("-reviewed_at"):
        reviews.setdefault(review.control_id, []).append(review)
    made = [review for found in reviews.values() for review in found]
    by_ni = _reviews_by_nominated_individual(in_force[0].case, made)
    return {control.pk for control in in_force if _waits(control, reviews.get(control.pk, []), by_ni)}


def _waits(control: RiskControl, reviews: list[RiskControlReview], by_ni: set[Any]) -> bool:
    straight = 0
    for review in reviews:
        if review.outcome != ReviewOutcome.CONTINUE or review.pk in by_ni:
            break
        straight += 1
    if straight >= CONTINUES_BEFORE_NI:
        return True
    if control.kind != ControlKind.SUSPENSION:
        return False
    limit = SUSPENSION_TO_NI.after(control.decided_at)
    return times.now() > limit and not any(review.pk in by_ni and review.reviewed_at > limit for review in reviews)


def _reviews_by_nominated_individual(case: Case, reviews: list[RiskControlReview]) -> set[Any]:
    if not reviews:
        return set()
    held = list(
        Membership.objects.filter(
            Q(service=case.service_id) | Q(service=None),
            role=NominatedIndividual.code,
            provider=case.provider_id,
            user__in={review.reviewed_by_id for review in reviews},
        )
    )
    return {
        review.pk
        for review in reviews
        for one in held
        if one.user_id == review.reviewed_by_id
        and one.starts_on <= times.to_london(review.reviewed_at).date()
        and (one.ends_on is None or times.to_london(review.reviewed_at).date() <= one.ends_on)
    }
