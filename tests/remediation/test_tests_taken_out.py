"""After the start no test before duties come back is dropped to pass the plan: nobody gets round G5 (§8, F41, F42)."""

import pytest
from django.urls import reverse

from records.refusals import Refused
from remediation.actions import plan_tests
from remediation.models import PracticeTest
from tests.remediation import build
from tests.remediation.pages import signed_in, words
from tests.remediation.scene import scene

POINTS = {"stars": "all", "percent": 80}
CRITERIA = [{"text": "Rings the office in the same shift", "star": True}]


def take_out(cast, test, reason="She knows this already"):
    return signed_in(cast.manager).post(reverse("plan-test-withdraw", args=[test.pk]), {"reason": reason})


def stays(test):
    return PracticeTest.objects.get(pk=test.pk).withdrawn_at is None


def added(cast, plan, code, kind="scenario"):
    return plan_tests.add_test(
        by=cast.manager, plan=plan, code=code, title="In its place", kind=kind, pass_rule=POINTS, criteria=CRITERIA
    )


@pytest.mark.feature("F51")
@pytest.mark.parametrize("code", ["P1", "P2", "P3"])
def test_a_test_never_taken_is_not_dropped_after_the_start_without_one_in_its_place(cast, code):
    plan = build.started(cast)
    test = plan.tests.get(code=code)
    answer = take_out(cast, test)
    assert answer.status_code == 422
    said = words(answer)
    assert "Add one in its place first" in said and "She knows this already" in said  # nothing typed is lost
    assert f'href="{reverse("plan-test-new", args=[plan.pk])}"' in said
    with pytest.raises(Refused, match="^G5"):
        plan_tests.withdraw_test(by=cast.manager, test=test, reason="Not needed")
    assert stays(test)


@pytest.mark.feature("F51")
def test_one_of_the_same_kind_takes_its_place_and_none_of_another_kind_does(cast):
    plan = build.started(cast)
    first, third = plan.tests.get(code="P1"), plan.tests.get(code="P3")
    added(cast, plan, "R1", kind="record_writing")
    assert take_out(cast, first).status_code == 422 and stays(first)
    place = added(cast, plan, "P5")
    assert take_out(cast, first, "The scenario became known in the team").status_code == 302
    assert not stays(first)
    for test in (third, place):  # one in the place of one: not of two, and it does not go in its turn
        assert take_out(cast, test).status_code == 422 and stays(test)


@pytest.fixture
def on(cast):
    made = scene(cast)
    made.test("P3", "scenario", POINTS)
    return made


def begun(on):
    """Recorded by an assessor who did not like how it went, and left unsigned."""
    on.mark(on.start("P1"), "0")


def not_passed(on):
    assert on.signed("P1", "01222").outcome == "not_passed"


@pytest.mark.feature("F51")
@pytest.mark.parametrize("taken", [begun, not_passed])
def test_a_test_that_was_begun_or_taken_and_not_passed_stays_also_with_one_in_its_place(on, taken):
    taken(on)
    added(on.cast, on.plan, "P5")
    answer = take_out(on.cast, on.tests["P1"])
    assert answer.status_code == 422
    assert "it is passed, or the plan is not met" in words(answer)
    assert stays(on.tests["P1"])


@pytest.mark.feature("F51")
def test_a_test_whose_one_attempt_was_not_valid_stays_too(on):
    assert on.signed("O", minutes=5).outcome == "not_valid"
    with pytest.raises(Refused, match="^G5"):
        plan_tests.withdraw_test(by=on.cast.manager, test=on.tests["O"], reason="It was never seen")
    assert stays(on.tests["O"])


def test_one_added_after_the_start_and_never_begun_may_be_taken_out_again(on):
    place = added(on.cast, on.plan, "P5")
    assert take_out(on.cast, place, "Added twice").status_code == 302
