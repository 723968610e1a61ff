"""What was unsafe counts whatever the minutes; the same words twice are seen wherever they stand (§7.2, §7.3; F41, F46)."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from governance.packs import contents_people
from incidents.models import Case
from records import times
from remediation import library_data
from remediation.gates import passing
from remediation.models import TestAttempt
from tests.remediation import pages
from tests.remediation.pages import signed_in, words
from tests.remediation.scene import WEEKLY, learn, scene

SAME = {"mark": "2", "saw_heard": "She rang the office at once", "judgement": ""}


@pytest.fixture
def on(cast):
    return scene(cast)


@pytest.fixture
def grace(on):
    return signed_in(on.assessor)


def refresh(attempt):
    attempt.refresh_from_db()
    return attempt


# --- Stopped early because it was unsafe ------------------------------------------------------------------------


def star_at_nought(on, grace):
    attempt = pages.start(grace, on, "O")
    pages.mark_all(grace, on, attempt, "0")
    assert pages.finish(grace, attempt, minutes="5", competent="not_yet").status_code == 302
    return attempt


def unsafe_answer(on, grace):
    attempt = pages.start(grace, on, "O")
    pages.mark_all(grace, on, attempt, "22")
    said = {"unsafe": "other", "unsafe_answer": "If they are hurt"}
    assert pages.finish(grace, attempt, minutes="5", competent="not_yet", **said).status_code == 302
    return attempt


@pytest.mark.feature("F41")
@pytest.mark.parametrize("stopped", [star_at_nought, unsafe_answer])
def test_an_observation_stopped_early_because_it_was_unsafe_is_not_passed_and_counts(on, stopped):
    with time_machine.travel(times.london(2026, 10, 13, 10), tick=False) as clock:
        grace = signed_in(on.assessor)
        attempt = stopped(on, grace)
        assert "The result is: not passed" in words(grace.get(reverse("attempt-sign", args=[attempt.pk])))
        assert pages.sign(grace, attempt).status_code == 302
        assert refresh(attempt).outcome == "not_passed"
        assert not any("not valid" in line for line in attempt.reasons)
        again = {"setting": "M.E.'s home", "person_agreed": "yes", "announced": "yes"}
        refused = grace.post(reverse("attempt-start", args=[on.tests["O"].pk]), again)
        assert refused.status_code == 422
        assert "At least 3 working days" in words(refused) and "one more learning action" in words(refused)
        clock.shift(timedelta(days=6))
        learn(on)
        later = signed_in(on.assessor).post(reverse("attempt-start", args=[on.tests["O"].pk]), again)
        assert later.status_code == 302
    assert TestAttempt.objects.filter(test=on.tests["O"]).count() == 2


@pytest.mark.feature("F41")
def test_too_short_and_nothing_unsafe_stays_not_valid(on, grace):
    assert pages.whole(grace, on, "O", minutes="5").outcome == "not_valid"


# --- The library -------------------------------------------------------------------------------------------------


def library_test(code):
    return next(test for gap in library_data.LIBRARY for test in gap["tests"] if test["code"] == code)


def test_an_observed_supervision_session_can_be_passed_with_nobody_supported_in_it(on, grace):
    test = library_test("SQ")
    on.test("SQ", test["kind"], test["pass_rule"], criteria=test["criteria"])
    attempt = pages.whole(grace, on, "SQ", "22222", direct_contact="no")
    assert attempt.outcome == "passed", attempt.reasons


@pytest.mark.parametrize("code", [test["code"] for gap in library_data.LIBRARY for test in gap["tests"]])
def test_every_attempt_of_the_library_can_be_passed_as_it_is_meant_to_be_taken(code):
    test = library_test(code)
    criteria = [
        passing.CriterionFact(order, one["text"], one["star"], one["group"])
        for order, one in enumerate(test["criteria"], 1)
    ]
    facts = passing.AttemptFacts(
        kind=test["kind"],
        rule=test["pass_rule"],
        criteria=criteria,
        marks={one.order: passing.MarkFact("2", f"At 08:0{one.order} she did it") for one in criteria},
        minutes=30,
        # Nobody is supported where two members of staff talk; everywhere else an observation is of support.
        direct_contact=code != "SQ",
    )
    assert passing.compute(facts).outcome == "passed"


# --- The same words ----------------------------------------------------------------------------------------------


@pytest.mark.feature("F41")
def test_one_text_for_every_criterion_of_a_form_is_not_passed_and_is_said_where_it_is_typed(on, grace):
    attempt = pages.start(grace, on, "O")
    assert grace.post(reverse("attempt-criterion", args=[attempt.pk, 1]), SAME).status_code == 302
    second = reverse("attempt-criterion", args=[attempt.pk, 2])
    assert grace.post(second, SAME)["Location"] == second
    shown = words(grace.get(second))
    assert "These words stand somewhere else already" in shown and "criterion 1 of this form" in shown
    for order in (3, 4, 5):
        grace.post(reverse("attempt-criterion", args=[attempt.pk, order]), SAME)
    pages.finish(grace, attempt)
    pages.sign(grace, attempt)
    assert refresh(attempt).outcome == "not_passed"
    assert "Not met: Criterion 2: the words are the same as at criterion 1" in attempt.reasons
    assert not any("Each mark has its own words" in line for line in attempt.reasons)


@pytest.mark.feature("F41")
def test_another_assessors_form_in_the_case_is_no_source_to_copy_from(on, grace):
    first = pages.start(grace, on, "P1")
    pages.mark_all(grace, on, first)
    grace.post(reverse("attempt-criterion", args=[first.pk, 4]), SAME)
    pages.finish(grace, first)
    pages.sign(grace, first)
    lead = signed_in(on.cast.quality_lead)
    attempt = pages.start(lead, on, "O")
    pages.mark_all(lead, on, attempt)
    lead.post(reverse("attempt-criterion", args=[attempt.pk, 4]), SAME)
    pages.finish(lead, attempt)
    pages.sign(lead, attempt)
    assert refresh(attempt).outcome == "not_passed"
    assert "Not met: Criterion 4: the words are the same as in another form" in attempt.reasons


def test_words_in_a_case_of_others_neither_fail_a_form_nor_show_that_the_case_is_there(cast, on, grace):
    other = scene(cast)
    lead = signed_in(cast.quality_lead)
    theirs = pages.start(lead, other, "P1")
    lead.post(reverse("attempt-criterion", args=[theirs.pk, 1]), SAME)
    mine = pages.start(grace, on, "O")
    pages.mark_all(grace, on, mine)
    grace.post(reverse("attempt-criterion", args=[mine.pk, 1]), SAME)
    pages.finish(grace, mine)
    pages.sign(grace, mine)
    assert refresh(mine).outcome == "passed", mine.reasons


# --- The same comment, week after week -----------------------------------------------------------------------------


def weeks(on, *comments):
    on.test("W", "weekly_check", WEEKLY, window_starts_on=date(2026, 9, 28), series_weeks=4)
    with time_machine.travel(times.london(2026, 9, 30, 10), tick=False) as clock:
        for number, comment in enumerate(comments):
            clock.move_to(times.london(2026, 9, 30, 10) + timedelta(weeks=number))
            pages.whole(signed_in(on.assessor), on, "W", **comment)
        manager = signed_in(on.cast.manager)
        tests = words(manager.get(reverse("case-tests", args=[on.case.pk])))
        series = words(manager.get(reverse("practice-test", args=[on.tests["W"].pk])))
    return tests, series


@pytest.mark.feature("F46")
@pytest.mark.parametrize(("field", "name"), [("feedback", "The feedback"), ("improved", "What improved")])
def test_the_same_comment_four_weeks_running_is_shown_to_the_manager_and_in_the_pack(on, field, name):
    """Case 2: four weekly checks, each with the comment “much better”."""
    said = ["Much better", "much better.", "Much better!", "MUCH BETTER"]
    tests, series = weeks(on, *({"feedback": f"Week {n}"} | {field: text} for n, text in enumerate(said)))
    assert "Same comment again" in tests and "in 3 attempts" in tests
    assert f"{name} is word for word as in attempt 1." in series
    assert f"{name} is word for word as in attempt 1, attempt 2 and attempt 3." in series
    pack = str(contents_people.tests(Case.objects.get(pk=on.case.pk), {"user": on.cast.manager}))
    assert "Same comment again" in pack


@pytest.mark.feature("F46")
def test_a_comment_of_its_own_each_week_is_not_flagged(on):
    tests, series = weeks(on, *({"feedback": f"In week {n} she quoted him"} for n in range(4)))
    assert "Same comment again" not in tests + series
