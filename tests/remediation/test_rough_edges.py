"""What a first user stumbled on: each page says what stands in the way where it is met, and leads there."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from records import times
from tests.cast import Cast
from tests.remediation import pages
from tests.remediation.pages import signed_in, words
from tests.remediation.scene import Scene, learn, scene


@pytest.fixture
def on(cast: Cast) -> Scene:
    return scene(cast)


@pytest.fixture
def grace(on: Scene) -> Client:
    return signed_in(on.assessor)


def main_of(answer: Any) -> str:
    return words(answer).split("<main", 1)[1]


def test_another_attempt_is_not_offered_before_its_page_says_what_it_needs_and_leads_there(on, grace):
    pages.whole(grace, on, "P1", "21222")
    page, card = reverse("practice-test", args=[on.tests["P1"].pk]), reverse("attempt-start", args=[on.tests["P1"].pk])
    for address in (page, card):
        shown = main_of(grace.get(address))
        assert "Before another attempt" in shown
        assert f'href="{reverse("plan", args=[on.plan.pk])}#learning">At least one more learning action done' in shown
        assert "At least 3 working days after the last attempt" in shown
    assert "Start an attempt" not in main_of(grace.get(page))
    with time_machine.travel(times.now() + timedelta(days=9)):
        grace = signed_in(on.assessor)
        learn(on)
        shown = main_of(grace.get(page))
        assert "Before another attempt" not in shown and "Start an attempt" in shown


def test_a_retest_refused_all_the_same_names_the_learning_with_its_link(on, grace):
    pages.whole(grace, on, "P1", "21222")
    answer = grace.post(reverse("attempt-start", args=[on.tests["P1"].pk]), {"scenario": "A wholly new one"})
    assert answer.status_code == 422
    assert f"{reverse('plan', args=[on.plan.pk])}#learning" in main_of(answer)


def test_the_same_words_as_in_another_form_are_said_where_they_are_typed_with_a_link_to_that_form(on, grace):
    first = pages.start(grace, on, "P1")
    pages.mark_all(grace, on, first)
    given = {"mark": "2", "saw_heard": "She rang at once", "judgement": ""}
    grace.post(reverse("attempt-criterion", args=[first.pk, 4]), given)
    other = pages.start(grace, on, "O")
    here = reverse("attempt-criterion", args=[other.pk, 1])
    answer = grace.post(here, given | {"saw_heard": "she rang, at once!"})
    assert answer["Location"] == here
    shown = main_of(grace.get(here))
    assert "These words stand somewhere else already" in shown
    assert f'href="{reverse("attempt", args=[first.pk])}"' in shown and "#id_saw_heard" in shown
    assert "she rang, at once!" in shown  # nothing typed is lost
    again = grace.post(here, given | {"saw_heard": "she rang, at once!"})
    assert again["Location"] == reverse("attempt-criterion", args=[other.pk, 2])
    changed = grace.post(here, given | {"saw_heard": "At 08:20 she rang the office"})
    assert changed["Location"] == reverse("attempt-criterion", args=[other.pk, 2])
    assert "These words are in another" not in main_of(grace.get(here))


def test_the_signature_page_leads_with_why_it_is_not_passed_and_links_to_the_criterion(on, grace):
    attempt = pages.start(grace, on, "P1")
    pages.mark_all(grace, on, attempt, "21222")
    pages.finish(grace, attempt)
    shown = main_of(grace.get(reverse("attempt-sign", args=[attempt.pk])))
    assert f'href="{reverse("attempt-criterion", args=[attempt.pk, 2])}">Look at criterion 2' in shown
    assert shown.index("Because: Criterion 2 must be met and is 1") < shown.index("9 of 10 points")
    assert shown.index("Not met") < shown.index(">Met<") if ">Met<" in shown else True


def test_full_points_and_still_not_passed_says_the_reason_before_the_points(on, grace):
    attempt = pages.whole(grace, on, "P1", "22222", competent="not_yet")
    why = "The assessor judges the worker not yet competent in this"
    shown = main_of(grace.get(reverse("practice-test", args=[on.tests["P1"].pk])))
    assert shown.index(f"Because: {why}") < shown.index("10 of 10 points")
    signed = main_of(grace.get(reverse("attempt", args=[attempt.pk])))
    assert signed.index("It was not passed, because:") < signed.index(why) < signed.index("10 of 10 points")


def test_what_limits_the_persons_freedom_is_refused_with_a_link_to_the_restriction_record(cast: Cast):
    case = cast.case(rated=True)
    client = signed_in(cast.manager)
    start = client.get(reverse("case-control-new", args=[case.pk]), follow=True)
    here = start.redirect_chain[-1][0] if start.redirect_chain else start.request["PATH_INFO"]
    answer = client.post(here, {"kind": "limits_person", "what": "Keep M.E. in her room", "limits_person": "no"})
    assert answer.status_code == 422
    assert f'href="{reverse("case-restriction-new", args=[case.pk])}"' in main_of(answer)


def test_no_two_lines_of_the_closing_list_read_the_same(on):
    for test in on.tests.values():
        on.set(test, passed_at=times.now(), passed_by=on.cast.manager)
    on.case.level = None
    on.decide(task="T1", decision="not_authorised", statement_text="", follow_up_by=None)
    from remediation.models import FollowUp

    for week in (4, 8, 12):
        on.add(
            FollowUp,
            plan=on.plan,
            worker=on.cast.worker,
            kind="observation",
            week=week,
            due_on=times.today() + timedelta(weeks=week),
            owner=on.cast.manager,
        )
    shown = main_of(signed_in(on.cast.manager).get(reverse("case-closure", args=[on.case.pk])))
    # A condition that lacks one thing is a link; one that lacks several stands once, each thing a link below it.
    titles = re.findall(r'govuk-task-list__link" href="[^"]*"[^>]*>([^<]+)<', shown)
    parts = [re.sub(r"<[^>]+>", "", one).strip() for one in re.findall(r"<li>(.*?)</li>", shown, re.DOTALL)]
    said = titles + parts
    assert len(titles) > 3 and len(parts) > 3 and len(said) == len(set(said)), said
    assert re.findall(r"of week (\d+)", " ".join(parts)) == ["4", "8", "12"]


@pytest.mark.django_db
def test_an_answer_left_open_reads_not_given_on_the_check_page_also_where_several_may_be_chosen():
    from django import forms

    from accounts.models import Staff
    from records.fields import answer_text

    assert answer_text(forms.ModelMultipleChoiceField(Staff.objects.none()), Staff.objects.none()) == "Not given"


def test_the_minutes_of_an_observation_are_typed_and_never_guessed(on, grace):
    attempt = pages.start(grace, on, "O")
    pages.mark_all(grace, on, attempt)
    form = grace.get(reverse("attempt-end", args=[attempt.pk])).context["form"]
    assert form["minutes"].value() in (None, "")


def test_a_star_not_observed_says_what_that_means_in_its_hint(on, grace):
    attempt = pages.start(grace, on, "O")
    shown = main_of(grace.get(reverse("attempt-criterion", args=[attempt.pk, 1])))
    assert "This must be met, so the test is then not passed" in shown
