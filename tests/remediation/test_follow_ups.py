"""Follow-ups in weeks 4, 8 and 12: booked, held, and asked for only while there is something to look at (A11)."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from governance.models import DueItem
from records import times
from records.refusals import Refused
from remediation import endings
from remediation import facts_practice as facts
from remediation.actions import followup
from remediation.models import FollowUp, RemediationPlan
from tests.remediation.pages import signed_in, words
from tests.remediation.scene import scene

SEEN = "Two calls watched; she rang at 08:15"


@pytest.fixture
def low(cast):
    """An L1 case with both tests passed: one person decides."""
    made = scene(cast)
    made.pass_all()
    made.set(made.case, level=1)
    return made


def test_follow_ups_are_booked_at_four_eight_and_twelve_weeks_with_their_holder(low):
    low.decide()
    low.decide(task="T4")
    booked = list(FollowUp.objects.order_by("due_on", "kind").values_list("week", "kind", "due_on", "owner"))
    today = times.today()
    assert booked == [
        (week, kind, today + timedelta(weeks=week), low.cast.manager.pk)
        for week in (4, 8, 12)
        for kind in ("observation", "supervision")
    ]


def test_a_follow_up_is_held_with_what_was_seen_around_its_day_and_once(low):
    low.decide()
    with time_machine.travel(times.now(), tick=False) as clock:
        first = FollowUp.objects.order_by("due_on").first()
        url = reverse("follow-up", args=[first.pk])
        early = signed_in(low.cast.manager).post(url, {"result": SEEN, "meets_standard": "yes"})
        assert early.status_code == 422
        clock.shift(timedelta(weeks=4))
        manager = signed_in(low.cast.manager)
        nothing = manager.post(url, {"result": "No further concerns", "meets_standard": "yes"})
        assert nothing.status_code == 422
        held_now = manager.post(url, {"result": SEEN, "meets_standard": "yes"})
        assert held_now.status_code == 302
        with pytest.raises(Refused, match="^HELD"):
            followup.hold_follow_up(by=low.cast.manager, follow_up=first, result="Again", meets_standard=True)
        clock.shift(timedelta(weeks=5))
        shown = words(signed_in(low.cast.manager).get(reverse("case-reauthorisation", args=[low.case.pk])))
    assert "Missed" in shown
    assert "Meets the standard" in shown


def test_closing_is_told_what_stands_open(low):
    state = facts.practice_state(low.case)
    assert [one.task for one in state.undecided_tasks] == ["T1", "T4"]
    for task in ("T1", "T4"):
        low.decide(task=task)
    state = facts.practice_state(low.case)
    assert not state.undecided_tasks and not state.unpassed_tests
    assert len(state.open_follow_ups) == 6
    assert not state.finished
    for one in state.open_follow_ups:
        low.set(one, held_at=times.now(), held_by=low.cast.manager, result="Seen", meets_standard=True)
    assert facts.practice_state(low.case).finished


def given_back(low):
    for task in ("T1", "T4"):
        low.decide(task=task)
    assert RemediationPlan.objects.get().ended_how == endings.DECIDED


def asked_for(low):
    """What closing, the due view and the page say: the same, or one of them is wrong."""
    waits = {one.pk for one in facts.practice_state(low.case).open_follow_ups}
    assert set(DueItem.objects.filter(case=low.case, kind="follow_up").values_list("record", flat=True)) == waits
    shown = words(signed_in(low.cast.manager).get(reverse("case-reauthorisation", args=[low.case.pk])))
    assert shown.split("Follow-ups</h3>")[1].count("Not needed") == 6 - len(waits)
    return len(waits)


@pytest.mark.feature("F71")
def test_nothing_is_to_be_followed_up_once_nothing_the_plan_gave_back_stands(low):
    """Given back under a condition, and then not authorised after all."""
    low.decide("conditional")
    assert asked_for(low) == 6
    low.decide("redeploy", task="T4")
    low.decide("not_authorised")
    assert RemediationPlan.objects.get().ended_how == endings.DECIDED
    assert asked_for(low) == 0
    with time_machine.travel(times.now() + timedelta(weeks=4), tick=False), pytest.raises(Refused, match="^OVER"):
        followup.hold_follow_up(
            by=low.cast.manager, follow_up=FollowUp.objects.first(), result=SEEN, meets_standard=True
        )


@pytest.mark.feature("F71")
def test_nobody_follows_up_who_has_left(low):
    given_back(low)
    low.set(RemediationPlan.objects.get(), ended_how=endings.LEFT)
    assert asked_for(low) == 0
