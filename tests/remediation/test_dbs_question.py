"""F22: what is decided about a worker brings up the DBS question, and the Home Office's where it may apply (§8)."""

from __future__ import annotations

import pytest
from django.urls import reverse

from incidents.models import Duty, DutyAnswer
from records import times
from remediation.actions import plan as plans
from tests.remediation.pages import signed_in, words
from tests.remediation.scene import scene


def question(on, body="dbs"):
    return Duty.objects.filter(case=on.case, body=body, worker=on.cast.worker).first()


@pytest.mark.feature("F22")
@pytest.mark.parametrize(("decision", "bodies"), [("not_authorised", {"dbs"}), ("redeploy", {"dbs", "home_office"})])
def test_not_authorised_and_redeployed_bring_up_the_dbs_question_for_that_worker_with_its_clock(cast, decision, bodies):
    on = scene(cast)
    on.set(on.case, level=1)
    assert on.case.duties.get(body="dbs").answer == DutyAnswer.NO and question(on) is None
    before = times.now()
    on.decide(decision, statement_text="", follow_up_by=None)
    asked = {one.body: one for one in Duty.objects.filter(case=on.case, worker=cast.worker)}
    assert set(asked) == bodies
    dbs = asked["dbs"]
    assert dbs.answer == DutyAnswer.UNDECIDED and on.case.duties.filter(body="dbs").count() == 1
    assert before <= dbs.clock_start_at <= times.now()
    assert dbs.due_at == times.working_days_later(dbs.clock_start_at, 5)
    shown = words(signed_in(cast.manager).get(reverse("case-duties", args=[on.case.pk])))
    assert f"Disclosure and Barring Service: {cast.worker.name}" in shown


@pytest.mark.feature("F22")
def test_at_l3_the_question_comes_up_once_the_second_person_agrees(cast):
    on = scene(cast)
    first = on.decide("not_authorised", statement_text="", follow_up_by=None)
    assert question(on) is None
    on.second(first)
    assert question(on).due_at is not None


@pytest.mark.feature("F22")
def test_a_plan_that_ends_because_the_worker_left_brings_it_up_too(cast):
    on = scene(cast)
    plans.end_plan(by=cast.manager, plan=on.plan, how="replaced", reason="Another plan")
    assert question(on) is None
    on = scene(cast)
    plans.end_plan(by=cast.manager, plan=on.plan, how="left", reason="Went to another provider")
    asked = question(on)
    assert asked is not None, "nothing asked whether the DBS is to be told"
    assert asked.answer == DutyAnswer.UNDECIDED and question(on, "home_office") is not None
