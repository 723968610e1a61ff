"""When a remediation plan may start: protected, complete, tested by practice, with 'safe to practise' written (F33).

The chain is gap → tasks → learning → tests → dates → statement. Each line names what is missing and leads to it.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from incidents import gates as incident_gates
from records.gates import GateLine, unmet
from records.wording import joined
from remediation import facts, facts_case, pass_rules
from remediation.gates import capability as capability_gates
from remediation.gates.words import is_only_attendance, names_practice, without_evidence_of_practice
from remediation.models import PracticeTest, RemediationPlan


@dataclass(frozen=True)
class Warned:
    """An assessor who, as things stand, could not sign: said now, enforced when the button is pressed."""

    code: str
    text: str
    url: str
    source: str


def start(plan: RemediationPlan) -> list[GateLine]:
    """Every line that must hold before the plan starts, in the order of the chain."""
    tests = live_tests(plan)
    return [
        *incident_gates.protection(plan.case),
        _route(plan),
        _gap(plan),
        _tasks(plan),
        _learning(plan),
        *_tests(plan, tests),
        *[line for test in tests for line in _test(plan, test)],
        _reviews(plan),
        _ends(plan, tests),
        *statement(plan, tests),
        _if_not_met(plan),
    ]


def live_tests(plan: RemediationPlan) -> list[PracticeTest]:
    """The plan's tests that were not withdrawn, each with its criteria and assessor."""
    return facts_case.tests(plan.case_id).get(plan.pk, [])


def may_start(plan: RemediationPlan) -> bool:
    return plan.started_at is None and not unmet(start(plan))


def _route(plan: RemediationPlan) -> GateLine:
    met = plan.response.route in capability_gates.WITH_PLAN
    said = plan.response.get_route_display() if plan.response.route else "no route is decided yet"
    return GateLine(
        "ROUTE",
        "The fair route is a plan: supported, or formal capability",
        met,
        reverse("capability-route", args=[plan.response_id]),
        "domain.md §6",
        "" if met else f"Decide the route first: {said}",
    )


def _gap(plan: RemediationPlan) -> GateLine:
    lacks = [
        text
        for value, text in (
            (plan.gap, "the gap, as anyone could observe it"),
            (plan.baseline, "the evidence of it today"),
        )
        if not value.strip()
    ]
    return GateLine(
        "F33",
        "The gap and the evidence of it today are written",
        not lacks,
        reverse("plan-gap", args=[plan.pk]),
        "domain.md §7",
        f"Write {joined(lacks)}" if lacks else "",
    )


def _tasks(plan: RemediationPlan) -> GateLine:
    """Every task the worker may not do now leads back through this plan; none is left without a way back (A9)."""
    url = reverse("plan-tasks", args=[plan.pk])
    named = {one.task for one in facts_case.tasks(plan.case_id).get(plan.pk, [])}
    restricted = facts_case.restricted_tasks(plan.case_id).get(plan.worker_id, set())
    if not named:
        detail = "Choose the tasks this plan leads back to"
    elif restricted and not restricted <= _tasks_in_plans(plan):
        left = sorted(restricted - _tasks_in_plans(plan), key=lambda code: int(code[1:]))
        detail = f"Restricted now and in no plan: {', '.join(left)}"
    else:
        detail = ""
    return GateLine("A9", "Every restricted task has its way back", not detail, url, "domain.md §0.2 A9", detail)


def _tasks_in_plans(plan: RemediationPlan) -> set[str]:
    """Tasks in this plan or in another plan of the same worker in this case."""
    tasks = facts_case.tasks(plan.case_id)
    running = [
        one for one in facts_case.plans(plan.case_id) if one.worker_id == plan.worker_id and one.ended_at is None
    ]
    return {task.task for one in running for task in tasks.get(one.pk, [])}


def _learning(plan: RemediationPlan) -> GateLine:
    url = reverse("plan-learning-new", args=[plan.pk])
    actions = facts_case.learning(plan.case_id).get(plan.pk, [])
    lacks = ""
    if not actions:
        lacks = "Add at least one learning action"
    elif nobody := [one for one in actions if one.owner_id is None]:
        lacks = f"Say who sees to it: {joined(str(one) for one in nobody)}"
        url = reverse("plan-learning-edit", args=[nobody[0].pk])
    elif own := [one for one in actions if one.owner_id == plan.worker.user_id]:
        lacks = f"Somebody other than the worker sees to it: {joined(str(one) for one in own)}"
        url = reverse("plan-learning-edit", args=[own[0].pk])
    return GateLine(
        "F33", "Learning actions, each with who sees to it and a date", not lacks, url, "domain.md §5", lacks
    )


def _tests(plan: RemediationPlan, tests: list[PracticeTest]) -> list[GateLine]:
    before = any(test.before_return for test in tests)
    if not tests:
        detail = "Add at least one practice test. Training is not a test"
    elif not before:
        detail = "At least one test must be passed before duties come back"
    else:
        detail = ""
    return [
        GateLine(
            "F33",
            "At least one practice test before duties come back",
            not detail,
            reverse("plan-test-new", args=[plan.pk]),
            "domain.md §7, A8",
            detail,
        )
    ]


def _test(plan: RemediationPlan, test: PracticeTest) -> list[GateLine]:
    """One test: of practice (A7), with criteria and a rule fixed now, an assessor who is no subject, and dates."""
    url = reverse("plan-test-edit", args=[test.pk])
    name = f"{test.code} {test.title}"
    criteria = [one.text for one in test.criteria.all()]
    words = (
        test.get_kind_display()
        if test.kind in PracticeTest.NOT_TESTS
        else is_only_attendance(test.title, test.instructions, criteria)
    )
    lacks = []
    if not criteria:
        lacks.append("its criteria")
    if not pass_rules.DECIDES & set(test.pass_rule or {}):
        lacks.append("its pass rule")
    if test.assessor_id is None:
        lacks.append("who assesses it")
    if test.due_on is None:
        lacks.append("the date it is due")
    if test.kind == "weekly_check" and test.window_starts_on is None:
        lacks.append("the first day of its first week")
    found = [
        GateLine(
            "A7",
            f"{name}: tests practice, not attendance",
            not words,
            url,
            "domain.md §0.2 A7",
            f"{name}: “{words}” shows that somebody took part, not that practice changed" if words else "",
        ),
        GateLine(
            "F33",
            f"{name}: criteria, pass rule, assessor and date are fixed",
            not lacks,
            url,
            "domain.md §7, F41",
            f"{name}: write {joined(lacks)}" if lacks else "",
        ),
    ]
    if test.assessor is not None and (
        test.assessor_id == plan.worker_id or test.assessor_id in facts.subjects_of(plan.case)
    ):
        found.append(
            GateLine(
                "S1",
                f"{name}: the assessor is not part of what is looked at",
                False,
                url,
                "domain.md §1 S1",
                f"{name}: {test.assessor.name}'s own practice is looked at in this case, so they cannot assess",
            )
        )
    return found


def _reviews(plan: RemediationPlan) -> GateLine:
    met = bool(facts_case.reviews(plan.case_id).get(plan.pk))
    return GateLine(
        "F33",
        "At least one review date",
        met,
        reverse("plan-review-new", args=[plan.pk]),
        "domain.md §7",
        "" if met else "Add a review date",
    )


def _ends(plan: RemediationPlan, tests: list[PracticeTest]) -> GateLine:
    last = max((test.due_on for test in tests if test.due_on and test.before_return), default=None)
    if plan.ends_on is None:
        detail = "Enter when the plan is to end"
    elif last is not None and plan.ends_on < last:
        detail = "The plan is to end before its last test is due"
    else:
        detail = ""
    return GateLine(
        "F33",
        "A planned end, after the last test",
        not detail,
        reverse("plan-gap", args=[plan.pk]),
        "domain.md §7",
        detail,
    )


def statement(plan: RemediationPlan, tests: list[PracticeTest] | None = None) -> list[GateLine]:
    """A6: 'safe to practise' is written now, and rests on practice that somebody will see (§7.5)."""
    url = reverse("plan-statement", args=[plan.pk])
    text = plan.statement.strip()
    lines = [
        GateLine(
            "A6",
            "What ‘safe to practise’ will mean is written",
            bool(text),
            url,
            "domain.md §0.2 A6",
            "" if text else "Write what ‘safe to practise’ will mean before the work begins",
        )
    ]
    if text:
        lines.append(_statement_rests_on_practice(plan, text, live_tests(plan) if tests is None else tests, url))
    return lines


def _statement_rests_on_practice(plan: RemediationPlan, text: str, tests: list[PracticeTest], url: str) -> GateLine:
    detail = statement_lacks(text, [test.code for test in tests])
    return GateLine(
        "SMART", "The statement rests on practice somebody will see", not detail, url, "domain.md §7.5", detail
    )


def statement_lacks(text: str, codes: list[str]) -> str:
    """Why a statement is no statement of practice, or "". Pure."""
    if words := without_evidence_of_practice(text):
        return (
            f"“{words}” is attendance or time served. Say which practice somebody will have seen, and how well it "
            "must be done"
        )
    if not names_practice(text, codes):
        return "Name at least one test (for example P1), or say what somebody will see the worker do"
    return ""


def _if_not_met(plan: RemediationPlan) -> GateLine:
    met = bool(plan.if_not_met.strip())
    return GateLine(
        "F33",
        "What happens if it is not met is written",
        met,
        reverse("plan-statement", args=[plan.pk]),
        "domain.md §7",
        "" if met else "Write what happens if it is not met",
    )


def assessor_warnings(plan: RemediationPlan) -> list[Warned]:
    """Assessors who could not sign as things stand: who coached (S2), and a supervisor who may be a factor (S4)."""
    coaches = facts.coaches_of(plan.worker, plan.case)
    supervisor_live = facts.supervisor_is_a_live_factor(plan.case)
    found = []
    for test in live_tests(plan):
        if test.assessor is None:
            continue
        url = reverse("plan-test-edit", args=[test.pk])
        who = test.assessor.name
        if test.assessor_id in coaches and test.before_return and test.kind != "weekly_check":
            found.append(Warned("S2", f"{who} coached the worker, so cannot sign {test.code}.", url, "domain.md §1 S2"))
        if test.assessor_id == plan.worker.supervisor_id and supervisor_live:
            text = (
                f"{who} supervises the worker, and poor supervision or weak leadership is not ruled out, so cannot "
                f"sign {test.code} as things stand."
            )
            found.append(Warned("S4", text, url, "domain.md §1 S4"))
    return found
