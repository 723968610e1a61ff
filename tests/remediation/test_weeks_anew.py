"""The weeks after duties came back: counted once from the first return, and anew when all of it had ended (§8, P4, A11)."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from incidents.models import RiskControl
from records import times
from records.refusals import Refused
from remediation.actions import in_effect, signatures
from remediation.models import AttemptSignOff, FollowUp, PracticeTest
from tests.remediation import pages
from tests.remediation.pages import signed_in, words
from tests.remediation.scene import LIVE, scene, signature

STATEMENT = "Dionne Asante may work alone because Grace Lim saw P1 and O passed, scoring 10 of 10 in each."


@pytest.fixture
def low(cast):
    """An L1 case with both tests passed, whose control has its review dated far ahead."""
    made = scene(cast)
    made.pass_all()
    made.set(made.case, level=1)
    made.set(RiskControl.objects.get(pk=made.control.pk), review_due_at=times.now() + timedelta(weeks=40))
    return made


# --- The live weeks (P4) ---------------------------------------------------------------------------------------


@pytest.fixture
def live(low):
    low.test("P4", "live", LIVE, before_return=False)
    return low


def counted_from():
    return PracticeTest.objects.get(code="P4").window_starts_on


@pytest.mark.feature_part("F52")
def test_a_renewed_condition_and_a_second_task_do_not_start_the_live_weeks_again(live):
    with time_machine.travel(times.now(), tick=False) as clock:
        first = times.today()
        live.decide("conditional")
        clock.shift(timedelta(days=10))
        live.decide("conditional", task="T4")
        assert counted_from() == first
        clock.shift(timedelta(days=8))
        live.decide("conditional")
        assert counted_from() == first


@pytest.mark.feature_part("F52")
@pytest.mark.parametrize("swept", [True, False])
def test_once_all_that_was_given_back_had_ended_the_live_weeks_are_counted_anew(live, swept):
    with time_machine.travel(times.now(), tick=False) as clock:
        live.decide("conditional")
        clock.shift(timedelta(days=7))
        live.signed("P4")
        clock.shift(timedelta(days=60))
        assert not swept or in_effect.expire_conditions() == 1
        live.decide("conditional")
        assert counted_from() == times.today()


def test_an_item_that_was_not_right_does_not_drop_out_of_the_count(live):
    with time_machine.travel(times.now(), tick=False) as clock:
        first = times.today()
        live.decide("conditional")
        clock.shift(timedelta(days=7))
        live.signed("P4", "02222")
        clock.shift(timedelta(days=60))
        live.decide("conditional")
        assert counted_from() == first


# --- The follow-ups of weeks 4, 8 and 12 -----------------------------------------------------------------------


def all_held(on):
    for one in FollowUp.objects.filter(held_at=None):
        on.set(one, held_at=times.now(), held_by=on.cast.manager, result="Two calls watched", meets_standard=True)


def p1_withdrawn(on):
    signed = AttemptSignOff.objects.filter(attempt__test=on.tests["P1"]).latest("signed_at")
    signatures.withdraw_signature(by=on.cast.manager, signed=signed, reason="Scenario known", signature=signature())


def given_again(on, **more):
    given = {"decision": "full", "reason": "P1 was passed again", "statement_text": STATEMENT}
    url = reverse("decide-task", args=[on.plan.pk, "T1"])
    return signed_in(on.cast.manager).post(url, pages.SIGN | given | more)


@pytest.mark.feature("F51")
def test_a_task_given_back_again_after_week_12_has_new_weeks_and_somebody_to_hold_them(low):
    holder = str(low.cast.manager.pk)
    with time_machine.travel(times.now(), tick=False) as clock:
        low.decide()
        clock.shift(timedelta(weeks=13))
        all_held(low)
        p1_withdrawn(low)
        clock.shift(timedelta(weeks=1))
        low.signed("P1")
        page = words(signed_in(low.cast.manager).get(reverse("decide-task", args=[low.plan.pk, "T1"])))
        assert "Who will hold the follow-ups" in page
        answer = given_again(low)
        assert answer.status_code == 422
        assert "Say who holds them" in words(answer) and "P1 was passed again" in words(answer)
        with pytest.raises(Refused, match="^G13"):
            low.decide(follow_up_by=None)
        answer = given_again(low, follow_up_by=holder)
        assert answer.status_code == 302, words(answer)[:3000]
        booked = FollowUp.objects.filter(held_at=None).order_by("due_on", "kind").values_list("week", "due_on")
        assert set(booked) == {(week, times.today() + timedelta(weeks=week)) for week in (4, 8, 12)}
        assert FollowUp.objects.count() == 12


@pytest.mark.feature("F51")
def test_missed_follow_ups_of_an_earlier_return_are_no_follow_ups_of_this_one_and_stay_open(low):
    with time_machine.travel(times.now(), tick=False) as clock:
        low.decide()
        clock.shift(timedelta(weeks=13))
        p1_withdrawn(low)
        low.signed("P1")
        with pytest.raises(Refused, match="^G13"):
            low.decide(follow_up_by=None)
        low.decide()
        assert FollowUp.objects.filter(held_at=None, due_on__lt=times.today()).count() == 6
        assert FollowUp.objects.filter(held_at=None, due_on__gt=times.today()).count() == 6


def test_while_follow_ups_lie_ahead_none_is_booked_twice(low):
    with time_machine.travel(times.now(), tick=False) as clock:
        low.decide()
        clock.shift(timedelta(weeks=5))
        low.decide(task="T4", follow_up_by=None)
        assert FollowUp.objects.count() == 6
