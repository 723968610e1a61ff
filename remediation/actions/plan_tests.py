"""The practice tests of a plan: written while it is a draft, fixed from its start; taken out only with a reason (F41, F42)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse

from accounts.models import Staff, User
from records import times
from records.acting import action
from records.refusals import Missing, Refused
from records.wording import plural
from remediation.actions import plan_state
from remediation.actions.common import move_due_date, said
from remediation.models import DueDateChange, PracticeTest, RemediationPlan, TestCriterion


@action("practice_test.added")
def add_test(
    *,
    by: User,
    plan: RemediationPlan,
    code: str,
    title: str,
    kind: str,
    pass_rule: dict[str, Any],
    criteria: list[dict[str, Any]],
    instructions: str = "",
    before_return: bool = True,
    assessor: Staff | None = None,
    due_on: date | None = None,
    window_starts_on: date | None = None,
) -> PracticeTest:
    """Add a practice test with its criteria and its pass rule. Refused (A7) when it would only show attendance."""
    plan = plan_state.locked(plan, by)
    _code_is_free(plan, code)
    test = _checked(
        code=code,
        title=title,
        kind=kind,
        pass_rule=pass_rule,
        criteria=criteria,
        instructions=instructions,
        before_return=before_return,
    )
    return new_test(
        plan, test, due_on=due_on, assessor=named_assessor(plan, assessor), window_starts_on=window_starts_on, by=by
    )


@action("practice_test.edited")
def edit_test(
    *,
    by: User,
    test: PracticeTest,
    code: str,
    title: str,
    kind: str,
    pass_rule: dict[str, Any],
    criteria: list[dict[str, Any]],
    instructions: str = "",
    before_return: bool = True,
    assessor: Staff | None = None,
    due_on: date | None = None,
    window_starts_on: date | None = None,
) -> PracticeTest:
    """Change a test of a draft plan. New criteria make it a new test, so that a criterion is never rewritten."""
    plan = plan_state.draft(test.plan, by)
    test = PracticeTest.objects.select_for_update(of=("self",)).get(pk=test.pk)
    _code_is_free(plan, code, but=test)
    wanted = _checked(
        code=code,
        title=title,
        kind=kind,
        pass_rule=pass_rule,
        criteria=criteria,
        instructions=instructions,
        before_return=before_return,
    )
    held = [{"text": one.text, "star": one.star, "group": one.group} for one in test.criteria.all()]
    assessor = named_assessor(plan, assessor)
    if held != wanted["criteria"]:
        _withdraw(test, "Replaced before the plan started", by)
        return new_test(plan, wanted, due_on=due_on, assessor=assessor, window_starts_on=window_starts_on, by=by)
    for name in ("code", "title", "kind", "pass_rule", "instructions", "before_return"):
        setattr(test, name, wanted[name])
    test.series_weeks = _weeks(wanted["pass_rule"])
    test.assessor = assessor
    test.due_on = test.original_due_on = due_on
    test.window_starts_on = window_starts_on if "series" in test.pass_rule else None
    test.save()
    return test


@action("practice_test.assessor_changed")
def change_assessor(*, by: User, test: PracticeTest, assessor: Staff) -> PracticeTest:
    """Name another assessor, also after the start: who assesses may change, what is assessed may not."""
    plan = plan_state.locked(test.plan, by)
    test = PracticeTest.objects.select_for_update(of=("self",)).get(pk=test.pk)
    test.assessor = named_assessor(plan, assessor)
    test.save()
    return test


@action("practice_test.withdrawn")
def withdraw_test(*, by: User, test: PracticeTest, reason: str) -> PracticeTest:
    """Take a test out, with a reason. After the start it stays in the record, with every attempt (F42).

    Nobody overrides G5, so nobody gets round it here either. Refused (G5) after the start of the plan, for a test
    before duties come back: once anybody began to take it and did not pass it, whatever became of that attempt; and
    while the plan would then ask for fewer tests of its kind than when it started. One in its place is added first.
    """
    plan = plan_state.locked(test.plan, by)
    test = PracticeTest.objects.select_for_update(of=("self",)).get(pk=test.pk)
    if test.withdrawn_at is not None:
        raise Refused("PLAN", "This test was already withdrawn.")
    others = plan.tests.filter(withdrawn_at=None, before_return=True).exclude(pk=test.pk)
    if plan.started_at is not None and test.before_return and not others.exists():
        raise Refused("A8", "This is the last test before duties come back. Add another first.", source="A8")
    if plan.started_at is not None and test.before_return:
        _check_may_go(plan, test)
    _withdraw(test, said(reason, "reason", "Say why the test is taken out."), by)
    return test


@action("practice_test.due_changed")
def change_test_due(*, by: User, test: PracticeTest, becomes: date, reason: str) -> DueDateChange:
    """Move the due date of a test with a reason; the first date stays (F37)."""
    plan_state.started(test.plan, by)
    test = PracticeTest.objects.select_for_update(of=("self",)).get(pk=test.pk)
    plan_state.not_done(test.passed_at)
    return move_due_date(test, becomes, reason, by)


def _check_may_go(plan: RemediationPlan, test: PracticeTest) -> None:
    """A test that must be passed before duties come back leaves a started plan only unbegun, or passed, and replaced."""
    if test.passed_at is None and test.attempts.exists():
        raise Refused(
            "G5",
            "This test was taken or begun and not passed, so it stays: it is passed, or the plan is not met.",
            source="domain.md §8 G5",
        )
    same = plan.tests.filter(before_return=True, kind=test.kind)
    left = same.filter(withdrawn_at=None).exclude(pk=test.pk).count()
    fixed = same.filter(added_at__lte=plan.started_at).exclude(withdrawn_at__lte=plan.started_at).count()
    if left < fixed:
        raise Refused(
            "G5",
            f"The plan started with {plural(fixed, 'test')} of this kind before duties come back "
            f"({test.get_kind_display().lower()}). Add one in its place first.",
            source="domain.md §8 G5",
            missing=[Missing("Add a practice test of the same kind", reverse("plan-test-new", args=[plan.pk]))],
        )


def named_assessor(plan: RemediationPlan, assessor: Staff | None) -> Staff | None:
    """The named assessor; the worker never, and nobody from another provider. The rest is enforced at signing."""
    if assessor is None:
        return None
    if assessor.pk == plan.worker_id:
        raise Refused("S1", "A worker never assesses themselves.", source="domain.md §1 S1", field="assessor")
    if assessor.provider_id != plan.case.provider_id:
        raise Refused("S1", "Choose an assessor who works for this provider.", field="assessor")
    return assessor


def _checked(**test: Any) -> dict[str, Any]:
    from remediation.actions.library import check_test

    return check_test(test)


def _code_is_free(plan: RemediationPlan, code: str, *, but: PracticeTest | None = None) -> None:
    """A statement cites tests by their codes, so a plan has each code once (§7.5)."""
    others = plan.tests.filter(withdrawn_at=None, code__iexact=code.strip())
    if others.exclude(pk=but.pk if but else None).exists():
        raise Refused("F33", f"This plan has a test {code.strip()} already. Choose another code.", field="code")


def _weeks(rule: dict[str, Any]) -> int:
    return int(rule.get("series", {}).get("weeks", 0))


def new_test(
    plan: RemediationPlan,
    test: dict[str, Any],
    *,
    due_on: date | None,
    assessor: Staff | None,
    window_starts_on: date | None,
    by: User,
) -> PracticeTest:
    """A test that was checked already, written with its criteria."""
    made = PracticeTest(
        case=plan.case,
        plan=plan,
        code=test["code"],
        title=test["title"],
        kind=test["kind"],
        instructions=test.get("instructions", ""),
        pass_rule=test["pass_rule"],
        before_return=test.get("before_return", True),
        series_weeks=_weeks(test["pass_rule"]),
        assessor=assessor,
        window_starts_on=window_starts_on if "series" in test["pass_rule"] else None,
        due_on=due_on,
        original_due_on=due_on,
        added_at=times.now(),
        added_by=by,
    )
    made.save()
    for order, one in enumerate(test["criteria"], start=1):
        TestCriterion(
            case=plan.case,
            test=made,
            order=order,
            text=one["text"],
            star=bool(one.get("star")),
            group=one.get("group", ""),
        ).save()
    return made


def _withdraw(test: PracticeTest, reason: str, by: User) -> None:
    test.withdrawn_at = times.now()
    test.withdrawn_by = by
    test.withdrawn_reason = reason
    test.save()
