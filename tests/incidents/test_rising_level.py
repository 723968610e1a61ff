"""A level that rises tightens at once what was booked while it was lower; it puts nothing off (domain.md §2.3, §3)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from incidents import actions
from incidents.actions.rating import newest_rating, waits_for_second
from incidents.models import Level, Rating, RiskControl
from records import times
from records.times import london

pytestmark = pytest.mark.django_db
LOW: dict[str, Any] = {"harm": 0, "potential": 1, "likelihood": 1}
NOW = london(2026, 10, 12, 11, 30)


def due(control: RiskControl) -> Any:
    control.refresh_from_db()
    return control.review_due_at


@pytest.mark.feature_part("F18")
def test_when_the_level_rises_every_open_review_comes_forward_to_what_it_allows(cast, client):
    with time_machine.travel(NOW, tick=False) as clock:
        case = cast.case(**LOW)
        assert case.level == Level.L1
        first = cast.control(case)
        reviewed = cast.control(case, kind="extra_calls", worker=None)
        soon = cast.control(case, kind="shadow", review_due_at=NOW + timedelta(hours=5))
        ended = cast.control(case, kind="advocate", worker=None)
        actions.review_control(by=cast.manager, control=reviewed, outcome="continue", reason="Still needed")
        actions.review_control(by=cast.manager, control=ended, outcome="lift", reason="She has one")
        assert due(first) > NOW + timedelta(days=27)
        clock.shift(timedelta(hours=1))
        client.force_login(cast.manager)
        answers = {"harm": "3", "potential": "4", "likelihood": "4"}
        assert client.post(reverse("case-rate", args=[case.pk]), answers).status_code == 302
        now = times.now()
        assert due(first) == now + timedelta(hours=24)
        assert due(reviewed) == now + timedelta(hours=72)  # one review is made: the first of the later ones
        assert due(soon) == NOW + timedelta(hours=5)
        assert due(ended) is None
        # My work reads the same date: it is where the review is asked for.
        assert reverse("case-control-review", args=[case.pk, first.pk]) in client.get("/").content.decode()
        # Down again, confirmed by a second person: nothing is put off by it.
        clock.shift(timedelta(minutes=1))
        lower = actions.rate_case(by=cast.manager, case=case, reason="The police found no crime", **LOW)
        actions.confirm_rating(by=cast.deputy, rating=lower)
        assert due(first) == now + timedelta(hours=24)


def test_a_review_that_is_overdue_when_the_level_rises_stays_overdue(cast):
    with time_machine.travel(NOW, tick=False) as clock:
        case = cast.case(**LOW)
        control = cast.control(case)
        was = due(control)
        clock.shift(timedelta(days=40))
        actions.rate_case(by=cast.manager, case=case, harm=3, potential=4, likelihood=4)
        assert due(control) == was


@pytest.mark.feature("F10")
def test_naming_a_manager_after_the_rating_lifts_the_level_in_the_same_moment(cast, client):
    with time_machine.travel(NOW, tick=False) as clock:
        case = cast.case(by=cast.deputy, **LOW)
        control = cast.control(case, by=cast.deputy)
        clock.shift(timedelta(minutes=1))
        client.force_login(cast.deputy)
        named = {"staff": str(cast.manager_staff.pk), "involvement": "implicated"}
        assert client.post(reverse("case-staff-new", args=[case.pk]), named).status_code == 302
        case.refresh_from_db()
        rating = Rating.objects.filter(case=case).latest("rated_at")
        assert case.level == Level.L3 and rating.level == Level.L3 and rating.floors == ["manager_implicated"]
        assert due(control) == times.now() + timedelta(hours=72)
        page = client.get(reverse("case-protection", args=[case.pk])).content.decode()
        assert case.get_level_display() in page
        # Named for another part as well, or a second manager: it is lifted already.
        actions.add_staff(by=cast.deputy, case=case, staff=cast.neighbour_staff, involvement="implicated")
        assert Rating.objects.filter(case=case).count() == 2


def test_a_lower_level_proposed_before_the_manager_was_named_waits_no_more(cast):
    case = cast.case(by=cast.deputy, harm=3, potential=3, likelihood=3)
    lower = actions.rate_case(by=cast.deputy, case=case, reason="Less than it seemed", **LOW)
    assert waits_for_second(case, lower)
    actions.add_staff(by=cast.deputy, case=case, staff=cast.manager_staff, involvement="implicated")
    case.refresh_from_db()
    newest = newest_rating(case)
    assert case.level == Level.L3 and newest.harm == 3 and not waits_for_second(case, lower)
    assert not waits_for_second(case, newest)


def test_a_case_nobody_rated_yet_is_not_rated_by_naming_a_manager(cast):
    case = cast.case(by=cast.deputy)
    actions.add_staff(by=cast.deputy, case=case, staff=cast.manager_staff, involvement="implicated")
    case.refresh_from_db()
    assert case.level is None and not Rating.objects.exists()
    # A worker's part lifts nothing either.
    rated = cast.case(by=cast.deputy, **LOW)
    actions.add_staff(by=cast.deputy, case=rated, staff=cast.worker, involvement="subject")
    rated.refresh_from_db()
    assert rated.level == Level.L1
