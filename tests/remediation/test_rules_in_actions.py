"""What a page does not offer, its action refuses too; and what was typed wrong is said, not lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from records import times
from records.refusals import Refused
from remediation import pass_rules, permissions
from remediation.actions import plan as plans
from remediation.actions import plan_tests
from remediation.actions.library import check_test
from remediation.models import GapTemplate, LearningAction, PracticeTest
from tests.remediation import build
from tests.remediation.scene import scene

pytestmark = pytest.mark.django_db

POINTS = {"stars": "all", "percent": 80}
SERIES = {"stars": "all", "series": {"weeks": 4, "points": 16}}
LIVE = {"stars": "all", "live": {"weeks": 8, "percent": 100}}
CRITERIA = [{"text": "Rings the office in the same shift", "star": True}]


def asked(kind: str, rule: dict[str, Any], before_return: bool = True) -> dict[str, Any]:
    return check_test(
        {
            "code": "P9",
            "title": "What is written about a mark",
            "kind": kind,
            "pass_rule": rule,
            "criteria": CRITERIA,
            "before_return": before_return,
        }
    )


@pytest.mark.parametrize(
    ("kind", "rule", "before_return"),
    [
        ("weekly_check", POINTS, True),
        ("observation", SERIES, True),
        ("scenario", SERIES, True),
        ("live", POINTS, False),
        ("observation", LIVE, False),
        ("live", LIVE, True),
    ],
)
def test_a_rule_that_does_not_belong_to_the_kind_of_test_is_refused(
    kind: str, rule: dict[str, Any], before_return: bool
) -> None:
    """Else a "series" could be taken in one day, and live items asked before duties are back could never be passed."""
    with pytest.raises(Refused, match="RULE"):
        asked(kind, rule, before_return)


def test_every_test_of_the_library_has_a_rule_that_belongs_to_it(cast: Any) -> None:
    for gap in GapTemplate.objects.filter(provider=None):
        for test in gap.tests:
            pass_rules.check_fits(test["kind"], test["pass_rule"], before_return=test.get("before_return", True))


def test_a_plan_has_each_code_once(cast: Any) -> None:
    plan = build.ready(cast)
    with pytest.raises(Refused, match="already"):
        plan_tests.add_test(
            by=cast.manager, plan=plan, code="p1", title="Another", kind="scenario", pass_rule=POINTS, criteria=CRITERIA
        )


def test_a_test_that_was_not_passed_is_not_taken_out_to_pass_the_plan(cast: Any) -> None:
    on = scene(cast)
    on.signed("P1", marks="00000")
    with pytest.raises(Refused, match="G5"):
        plan_tests.withdraw_test(by=cast.manager, test=on.tests["P1"], reason="Too hard")
    assert PracticeTest.objects.get(pk=on.tests["P1"].pk).withdrawn_at is None
    assert plan_tests.withdraw_test(by=cast.manager, test=on.tests["O"], reason="Not needed").withdrawn_at


def test_that_every_task_is_decided_is_never_chosen_as_the_end_of_a_plan(cast: Any) -> None:
    on = scene(cast)
    for how in ("met", "decided", "start_withdrawn"):
        with pytest.raises(Refused, match="PLAN"):
            plans.end_plan(by=cast.manager, plan=on.plan, how=how, reason="All is well")


def test_an_ended_plan_takes_nothing_more(cast: Any) -> None:
    plan = build.started(cast)
    plans.end_plan(by=cast.manager, plan=plan, how="not_met", reason="Left open")
    day = times.today() + timedelta(days=7)
    given: dict[str, Any] = {"by": cast.manager, "plan": plan}
    for write in (
        lambda: plans.add_review(due_on=day, **given),
        lambda: plans.edit_plan(support="More", **given),
        lambda: plans.add_learning_action(kind="coaching", what="Again", owner=cast.deputy, due_on=day, **given),
    ):
        with pytest.raises(Refused, match="already ended"):
            write()


def test_a_promised_date_moves_forward_only_into_days_to_come(cast: Any) -> None:
    plan = build.started(cast)
    learning = LearningAction.objects.filter(plan=plan).first()
    yesterday = times.today() - timedelta(days=1)
    with pytest.raises(Refused, match="today or in the future"):
        plans.change_learning_due(by=cast.manager, learning=learning, becomes=yesterday, reason="Mistyped")


def test_the_learning_of_a_new_plan_is_seen_to_by_somebody_of_this_provider_and_not_by_the_worker(cast: Any) -> None:
    case = cast.case(subject=True, rated=True)
    build.route(cast, case)
    for owner, code in ((cast.worker_user, "S1"), (cast.stranger, "OWNER")):
        with pytest.raises(Refused, match=code):
            build.draft(cast, case, learning_owner=owner)


def test_the_library_of_a_provider_is_changed_by_who_writes_plans_there_and_not_elsewhere(cast: Any) -> None:
    """A manager of one provider who holds any lesser role in another writes nothing into the other's library."""
    from accounts.models import Membership
    from records.acting import acting_as

    theirs = cast.strangers["registered_manager"]
    assert permissions.can_edit_library(cast.manager, cast.service.provider)
    assert not permissions.can_edit_library(theirs, cast.service.provider)
    with acting_as(cast.manager, "test.given"):
        Membership(
            user=theirs, role="care_worker", provider=cast.service.provider, service=cast.service,
            starts_on=times.today(),
        ).save()  # fmt: skip
    assert not permissions.can_edit_library(type(theirs).objects.get(pk=theirs.pk), cast.service.provider)


def test_a_mistake_in_a_learning_row_of_the_library_is_shown_and_nothing_is_lost(cast: Any, client: Any) -> None:
    """The page once answered 500: the rest was right, so it went on to save."""
    client.force_login(cast.manager)
    gap = build.gap()
    answer = client.post(
        reverse("library-edit", args=[gap.pk]),
        {
            "name": gap.name,
            "gap": gap.gap,
            "tasks": gap.tasks,
            "statement": gap.statement,
            "reason": "Twice as quick",
            "learning-TOTAL_FORMS": "1",
            "learning-INITIAL_FORMS": "0",
            "learning-0-kind": "coaching",
            "learning-0-what": "Indicators, on shift",
            "learning-0-days": "9999",
            "tests-TOTAL_FORMS": "1",
            "tests-INITIAL_FORMS": "0",
            "tests-0-code": "P1",
            "tests-0-title": "Concern form from a scenario",
            "tests-0-kind": "scenario",
            "tests-0-criteria": "* Reports at once",
            "tests-0-before_return": "yes",
            "tests-0-days": "14",
        },
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Twice as quick" in page and "Indicators, on shift" in page
