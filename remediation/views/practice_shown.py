"""What the pages of practice tests show, as plain data: no rules, no writes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from accounts.models import User
from incidents.models import Case
from incidents.sections import State
from records import times
from remediation import facts_case, facts_copies
from remediation import facts_practice as facts
from remediation.gates import passing
from remediation.models import CriterionMark, PracticeTest, RemediationPlan, TestAttempt

#: How a reason that kept an attempt from being passed begins (`passing.Reason`).
NOT_MET = "Not met: "
PASSED = State("Passed", "green")
NOT_PASSED_YET = State("Not passed yet", "grey")
OUTCOMES = {
    TestAttempt.Outcome.PASSED: State("Passed", "green"),
    TestAttempt.Outcome.NOT_PASSED: State("Not passed", "amber"),
    TestAttempt.Outcome.NOT_VALID: State("Not valid as a test", "grey"),
}


@dataclass(frozen=True)
class TestShown:
    """One test as a card: where it stands and by when."""

    record: PracticeTest
    state: State
    standing: str
    rule: str
    url: str
    when: str
    overdue: bool
    #: Attempts of it whose comments say again what an earlier one said.
    repeats: int = 0


@dataclass(frozen=True)
class AttemptShown:
    """One attempt: its result, its signature, whether it was withdrawn or has changed since."""

    record: TestAttempt
    url: str
    state: State
    sign_off: Any = None
    withdrawal: Any = None
    changed: bool = False
    #: What kept it from being passed, the first reason first; empty when it was passed or is not signed.
    because: list[str] = field(default_factory=list)
    marks: list[Any] = field(default_factory=list)
    files: list[Any] = field(default_factory=list)
    #: Comments that stand word for word in an earlier attempt, in sentences.
    repeated: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class PlanShown:
    """A worker's plan with its tests."""

    plan: RemediationPlan
    tests: list[TestShown]


def plans(case: Case) -> list[PlanShown]:
    """Started plans first; a test taken out with a reason is not shown among what must be passed."""
    tests = facts_case.tests(case.pk)
    return [PlanShown(plan, [test(one) for one in tests.get(plan.pk, [])]) for plan in facts_case.plans(case.pk)]


def test(found: PracticeTest) -> TestShown:
    from remediation.pass_rules import in_words

    passed = found.passed_at is not None
    overdue = not passed and found.due_on is not None and found.due_on < times.today()
    return TestShown(
        record=found,
        state=PASSED if passed else State("Overdue", "red") if overdue else NOT_PASSED_YET,
        standing=facts.standing(found).text,
        rule=in_words(found.pass_rule),
        url=reverse("practice-test", args=[found.pk]),
        when="Before duties come back" if found.before_return else "After duties come back, under a condition",
        overdue=overdue,
        repeats=sum(
            1 for one in facts_copies.repeated_comments(found.case_id).values() if one.attempt.test_id == found.pk
        ),
    )


def attempts(found: PracticeTest) -> list[AttemptShown]:
    """Every attempt of a test, oldest first: failures and withdrawn ones too (F42)."""
    return [attempt(one) for one in found.attempts.select_related("assessor", "test", "worker").order_by("number")]


def attempt(found: TestAttempt) -> AttemptShown:
    signed = [one for one in facts_case.sign_offs(found.case_id).values() if one.attempt_id == found.pk]
    sign_off = next((one for one in signed if one.withdraws_id is None), None)
    withdrawal = next((one for one in signed if one.withdraws_id is not None), None)
    again = facts_copies.repeated_comments(found.case_id).get(found.pk)
    state = OUTCOMES[TestAttempt.Outcome(found.outcome)] if found.outcome else State("Recorded, not signed", "grey")
    return AttemptShown(
        record=found,
        url=reverse("attempt", args=[found.pk]),
        state=State("Withdrawn", "grey") if withdrawal else state,
        sign_off=sign_off,
        withdrawal=withdrawal,
        changed=sign_off is not None and sign_off.is_changed_since,
        because=not_met(found),
        marks=facts_case.marks(found.case_id).get(found.pk, []),
        files=files(found),
        repeated=again.lines if again else [],
    )


def not_met(found: TestAttempt) -> list[str]:
    """Why a signed attempt did not pass, line by line as it was signed."""
    return [line.removeprefix(NOT_MET) for line in found.reasons or [] if line.startswith(NOT_MET)]


def copied(user: User, mark: CriterionMark) -> list[dict[str, str]]:
    """The lines that say where the same words stand already, with a link where this reader may see that form."""
    other = facts_copies.copied_from(mark)
    if other is None:
        return []
    lines = [{"text": "Write it in other words: what did you see or hear this time?", "href": "#id_saw_heard"}]
    if other.attempt_id == mark.attempt_id:
        here = reverse("attempt-criterion", args=[other.attempt_id, other.criterion.order])
        return [*lines, {"text": f"The same words: criterion {other.criterion.order} of this form", "href": here}]
    name = (
        f"The same words: {other.attempt.test.code}, attempt {other.attempt.number}, criterion {other.criterion.order}"
    )
    if TestAttempt.objects.in_cases_of(user).filter(pk=other.attempt_id).exists():
        lines.append({"text": name, "href": reverse("attempt", args=[other.attempt_id])})
    return lines


def files(found: TestAttempt) -> list[Any]:
    return [one.file for one in facts_case.attempt_files(found.case_id).get(found.pk, [])]


def reasons(found: TestAttempt, result: passing.Result) -> list[dict[str, Any]]:
    """The lines of a result, what is not met first; each of those leads to the criterion it is about."""
    return [
        {
            "title": one.text,
            "text": one.text,
            "met": one.met,
            "order": one.order,
            "state": State("Met", "green") if one.met else State("Not met", "amber"),
            "url": reverse("attempt-criterion", args=[found.pk, one.order]) if one.order else "",
        }
        for one in sorted(result.reasons, key=lambda one: one.met)
    ]


def end_initial(found: TestAttempt) -> dict[str, Any]:
    known = found.test.pass_rule.get("unsafe_answers", [])
    unsafe = found.unsafe_answer
    started = found.ended_at is not None
    return {
        "minutes": found.minutes,
        "direct_contact": found.direct_contact if started else None,
        "unsafe": ("no" if started else None) if not unsafe else unsafe if unsafe in known else "other",
        "unsafe_answer": "" if unsafe in known else unsafe,
        "work": found.work,
        "improved": found.improved,
        "feedback": found.feedback,
        "worker_comment": found.worker_comment,
        "competent": found.competent,
    }
