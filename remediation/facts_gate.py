"""The facts of the re-authorisation gate G1–G15, read now from every part of the case (domain.md §8)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from django.urls import reverse

from accounts.models import User
from incidents import gates as incident_gates
from incidents import separation
from incidents.models import Case
from incidents.tasks_catalogue import Task
from records import stores, times
from records.gates import GateLine
from records.models import Conflict
from records.wording import day_text
from remediation import attached, facts_case, signatures
from remediation import facts_practice as practice
from remediation.facts import live_causes
from remediation.gates.reauthorisation import Facts
from remediation.gates.statement import Said
from remediation.models import (
    AttemptFile,
    AttemptSignOff,
    Finding,
    FollowUp,
    PlanReview,
    PracticeTest,
    RemediationPlan,
    TestKind,
)


def plan_facts(plan: RemediationPlan, user: User, *, declared: str = "") -> Facts:
    """The gate's facts for a plan as this person would decide on it, before any decision is typed."""
    case = plan.case
    tests = facts_case.tests(case.pk).get(plan.pk, [])
    before = [one for one in tests if one.before_return]
    trail = facts_case.trails(case.pk).get(plan.response_id)
    sign_offs = passed_sign_offs(plan)
    return Facts(
        overdue_controls=_overdue_controls(case),
        undecided_duties=_undecided_duties(case),
        untested_causes=_untested_causes(case),
        reflection_submitted=trail is not None and trail.submitted_at is not None,
        reflection_discussed=trail is not None and trail.discussed_at is not None,
        unpassed_tests=[f"{one.code} {one.title}" for one in before if one.passed_at is None],
        no_tests=not before,
        unreadable_evidence=_unreadable(plan, sign_offs),
        schedule_gaps=_schedule_gaps(plan, tests),
        separation=_separation(plan, user, sign_offs, declared),
        conflicts=[
            f"{one.name}: {signatures.declared(one, user)}" for one in sign_offs if one.conflict != Conflict.NONE
        ],
        holds=[one.asked_by for one in facts_case.holds(case.pk)],
        comment_invited=plan.response_id in facts_case.replies_invited(case.pk),
        passed_tests=[one.code for one in tests if one.passed_at is not None],
        plan_statement=bool(plan.statement.strip()),
        live_causes=live_cause_names(case),
        follow_ups_booked=bool(follow_ups_ahead(plan)),
        urls=urls(plan),
    )


def deciding(
    facts: Facts, *, task: str, conditional: bool, said: Said, follow_up_by: User | None, persons_view: str
) -> Facts:
    """The same facts with the answers of one decision."""
    return replace(
        facts,
        deciding=True,
        conditional=conditional,
        statement_names=said.names,
        statement_weak=said.not_evidence,
        follow_up_holder=follow_up_by.name if follow_up_by else "",
        works_with_named_person=task == Task.T3,
        persons_view=persons_view,
    )


def passed_sign_offs(plan: RemediationPlan) -> list[AttemptSignOff]:
    """The standing signatures on the passed attempts of a plan's tests: what a decision rests on."""
    found = facts_case.passed_sign_offs(plan.case_id).get(plan.pk, [])
    return [one for one in found if one.attempt.test.withdrawn_at is None]


def unpassed_live_tests(plan: RemediationPlan) -> list[PracticeTest]:
    """Tests that run after duties come back and are not passed yet: they force a condition."""
    tests = facts_case.tests(plan.case_id).get(plan.pk, [])
    return [one for one in tests if not one.before_return and one.passed_at is None]


def follow_ups_ahead(plan: RemediationPlan) -> list[FollowUp]:
    """The plan's follow-ups that are open and due today or later: only they look at what is given back now (G13, A11).

    Held ones and missed ones are about an earlier return; with none ahead, weeks 4, 8 and 12 are booked anew.
    """
    today = times.today()
    found = facts_case.follow_ups(plan.case_id)
    return [one for one in found if one.plan_id == plan.pk and one.held_at is None and one.due_on >= today]


def live_cause_names(case: Case) -> list[str]:
    """Causes found that nobody has said are mended, in words (G14)."""
    return [one.get_cause_display().lower() for one in live_causes(case)]


def urls(plan: RemediationPlan) -> dict[str, str]:
    """Where each line is put right."""
    case, tests = [plan.case_id], reverse("case-tests", args=[plan.case_id])
    here = reverse("plan-reauthorisation", args=[plan.pk])
    return {
        "G1": reverse("case-protection", args=case),
        "G2": reverse("case-duties", args=case),
        "G3": reverse("case-learning", args=case),
        "G4": reverse("case-capability", args=case),
        "G5": tests,
        "G6": tests,
        "G7": reverse("plan", args=[plan.pk]),
        "G8": tests,
        "G9": tests,
        "G10": reverse("case-holds", args=case),
        "G11": reverse("case-capability", args=case),
        "G12": here,
        "G13": here,
        "G14": reverse("case-learning", args=case),
        "G15": here,
    }


def _overdue_controls(case: Case) -> list[str]:
    return [
        f"{one.get_kind_display().lower()} (was due {day_text(one.review_due_at)})"
        for one in facts_case.overdue_controls(case.pk)
        if one.review_due_at is not None
    ]


def _undecided_duties(case: Case) -> list[str]:
    """Those that must be answered by now: one that waits for this very decision (DBS) does, until its clock passes."""
    now = times.now()
    return [str(one) for one in facts_case.undecided_duties(case.pk) if incident_gates.has_to_be_answered(one, now)]


def _untested_causes(case: Case) -> list[str]:
    found = facts_case.causes(case.pk)
    if not found:
        return ["the learning response is not open"]
    return [one.get_cause_display().lower() for one in found if one.finding == Finding.NOT_KNOWN]


def _unreadable(plan: RemediationPlan, sign_offs: Sequence[AttemptSignOff]) -> list[str]:
    """Passed tests whose evidence is gone or changed: the file's bytes are hashed again, here and now."""
    attempts = [one.attempt for one in sign_offs]
    files = facts_case.attempt_files(plan.case_id)
    found = []
    for attempt in attempts:
        name = f"{attempt.test.code}, attempt {attempt.number}"
        mine = attached.counted(files.get(attempt.pk, []))
        needs_work = attempt.test.kind in (TestKind.RECORD_WRITING, TestKind.SCENARIO)
        nothing = needs_work and not mine and not attempt.work.strip()
        if nothing or not all(_readable(one) for one in mine):
            found.append(name)
    return found


def _readable(one: AttemptFile) -> bool:
    if not one.file.may_be_opened:
        return False
    digest = hashlib.sha256()
    try:
        with one.file.file.open("rb") as content:
            for chunk in iter(lambda: content.read(1 << 20), b""):
                digest.update(chunk)
    except stores.ERRORS:
        return False
    return digest.hexdigest() == one.file.sha256


def _schedule_gaps(plan: RemediationPlan, tests: Sequence[PracticeTest]) -> list[str]:
    """Learning not done, plan reviews past and not held, tests without a date."""
    today = times.today()
    learning = facts_case.learning(plan.case_id).get(plan.pk, [])
    reviews = facts_case.reviews(plan.case_id).get(plan.pk, [])
    return [
        *(f"learning not done: {one}" for one in learning if one.done_at is None),
        *(f"plan review of {day_text(one.due_on)} not held" for one in reviews if _missed(one, today)),
        *(f"{one.code} has no date" for one in tests if one.before_return and one.due_on is None),
    ]


def _missed(review: PlanReview, today: date) -> bool:
    return review.held_at is None and review.due_on < today


def _separation(
    plan: RemediationPlan, user: User, sign_offs: Sequence[AttemptSignOff], declared: str
) -> list[GateLine]:
    """The decider's own lines, and those of every assessor whose signed test counts, as they stand now."""
    case, worker = plan.case, plan.worker
    decider = practice.person(user, case, worker=worker, plan=plan, declared=declared)
    lines = separation.to_decide(decider)
    for one in sign_offs:
        signed_on = times.to_london(one.signed_at).date()
        assessor = practice.person(one.signed_by, case, worker=worker, plan=plan)
        # Coaching that came after the test does not reach back into it.
        before = tuple(day for day in assessor.coached_on if day <= signed_on)
        formative = one.attempt.test.kind == TestKind.WEEKLY_CHECK
        lines += separation.to_assess(replace(assessor, coached_on=before), formative=formative)
    return lines
