"""What was refused reads "may not" and stays so, also where no control had taken the task away (§8, F54, F55, F25)."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from governance.gates import closing
from governance.packs import contents_people
from incidents.models import Case, Involvement, RiskControl, TaskRestriction
from records import times
from remediation import register
from remediation.actions import in_effect, signatures
from remediation.actions import plan as plans
from remediation.models import (
    AttemptSignOff,
    PlanTask,
    Reauthorisation,
    RemediationPlan,
    SecondDecision,
    TaskAuthorisation,
)
from tests.governance import promises
from tests.governance.signing import SIGNED, freshly_signed_in
from tests.governance.test_closing import TOLD
from tests.remediation import pages
from tests.remediation.pages import signed_in, words
from tests.remediation.scene import scene, signature

T9 = "Applying any restriction"


@pytest.fixture
def low(cast):
    """An L1 case with both tests passed, whose plan also leads back to T9, which no control took away (case 3)."""
    made = scene(cast)
    made.add(PlanTask, plan=made.plan, task="T9", added_at=times.now(), added_by=cast.manager)
    made.pass_all()
    made.set(made.case, level=1)
    return made


def may(on, task="T9"):
    return register.cell_of(on.cast.worker, task).state


def lacks_control(case):
    return next((line.detail for line in closing.lines(case) if line.code == "CTRL" and not line.met), "")


@pytest.mark.feature("F54")
@pytest.mark.parametrize("decision", ["not_authorised", "redeploy"])
def test_a_task_that_no_control_had_taken_away_reads_may_not_once_it_is_refused(low, decision):
    assert may(low) == "may"
    manager = signed_in(low.cast.manager)
    refused = pages.SIGN | {"decision": decision, "reason": "Two attempts, neither of them safe"}
    answer = manager.post(reverse("decide-task", args=[low.plan.pk, "T9"]), refused)
    assert answer.status_code == 302, words(answer)[:3000]
    shown = words(signed_in(low.cast.senior).get(reverse("register-service", args=[low.cast.service.pk])))
    assert T9 in shown and may(low) == "may not"
    assert f"may not: {T9}" in words(manager.get(reverse("case-protection", args=[low.case.pk])))
    chronology = words(manager.get(reverse("case-chronology", args=[low.case.pk])))
    assert f"Task restricted. Dionne Asante: {T9}" in chronology
    pack = str(contents_people.reauthorisation(Case.objects.get(pk=low.case.pk), {"user": low.cast.manager}))
    assert "Still restricted" in pack.split("Who may do what: restrictions")[1].split(T9)[1][:120]


@pytest.mark.feature("F54")
def test_at_l3_a_refusal_reads_may_not_once_the_second_person_agrees(low):
    low.set(low.case, level=3)
    made = low.decide("not_authorised", task="T9", statement_text="")
    low.second(made)
    assert may(low) == "may not"


@pytest.mark.feature("F55")
def test_a_condition_on_a_task_without_a_control_reads_may_not_before_and_after_the_sweep(low):
    with time_machine.travel(times.now(), tick=False) as clock:
        low.decide("conditional", task="T9")
        assert may(low) == "with condition"
        clock.shift(timedelta(days=22))
        assert may(low) == "may not"
        assert in_effect.expire_conditions() == 1
        assert may(low) == "may not"


def _decision(on):
    return Reauthorisation.objects.get(task="T9")


def _test(on):
    return AttemptSignOff.objects.get(attempt__test=on.tests["P1"])


def _second(on):
    return SecondDecision.objects.get()


@pytest.mark.feature("F48")
@pytest.mark.parametrize("of", [_decision, _test, _second])
def test_a_signature_withdrawn_takes_away_a_task_that_no_control_had_restricted(low, of):
    if of is _second:
        low.set(low.case, level=3)
        low.second(low.decide(task="T9"))
    else:
        low.decide(task="T9")
    assert may(low) == "may"
    signatures.withdraw_signature(by=low.cast.manager, signed=of(low), reason="Seen wrongly", signature=signature())
    assert may(low) == "may not"


@pytest.mark.feature("F54")
def test_a_plan_that_was_not_met_leaves_no_task_of_it_as_may_but_what_was_given_back(low):
    low.decide(task="T4")
    manager = signed_in(low.cast.manager)
    answer = manager.post(
        reverse("plan-end", args=[low.plan.pk]), {"how": "not_met", "reason": "Both reassessments failed"}
    )
    assert answer.status_code == 302, words(answer)[:3000]
    assert (may(low, "T1"), may(low, "T4"), may(low, "T9")) == ("may not", "may", "may not")


def test_a_task_refused_without_a_control_comes_back_only_by_a_new_decision(low):
    low.decide("conditional", task="T9")
    low.decide("not_authorised", task="T9", statement_text="")
    made = Reauthorisation.objects.get(decision="not_authorised")
    signatures.withdraw_signature(by=low.cast.manager, signed=made, reason="Decided too early", signature=signature())
    assert may(low) == "may not"
    low.decide(task="T9")
    assert may(low) == "may"
    assert not TaskRestriction.objects.filter(task="T9", ended_at=None).exists()


def test_a_control_that_has_ended_does_not_hold_what_is_restricted_after_it(low):
    """All came back, the control was lifted, then a test is withdrawn: what is away stands by itself, and is shown."""
    for task in ("T1", "T4", "T9"):
        low.decide(task=task)
    control = RiskControl.objects.get(pk=low.control.pk)
    low.set(control, ended_at=times.now(), ended_by=low.cast.manager, ended_how="lift", review_due_at=None)
    signatures.withdraw_signature(by=low.cast.manager, signed=_test(low), reason="Known", signature=signature())
    assert set(TaskRestriction.objects.filter(ended_at=None).values_list("task", "control")) == {
        ("T1", None),
        ("T4", None),
        ("T9", None),
    }
    shown = words(signed_in(low.cast.manager).get(reverse("case-protection", args=[low.case.pk])))
    assert "Restricted by a decision, without a control" in shown


# --- F25 closing with a worker whose tasks do not come back --------------------------------------------------


def finally_refused(on):
    for task in ("T1", "T4", "T9"):
        on.decide("not_authorised", task=task, statement_text="")


def redeployed(on):
    for task in ("T1", "T4", "T9"):
        on.decide("redeploy", task=task, statement_text="")


def partly_refused(on):
    on.decide("not_authorised", task="T1", statement_text="")
    on.decide(task="T4")
    on.decide(task="T9")


def left_with_the_plan(on):
    plan = RemediationPlan.objects.get(pk=on.plan.pk)
    plans.end_plan(by=on.cast.manager, plan=plan, how="left", reason="Last shift on Friday; not tested")


def left_the_provider(on):
    on.set(on.cast.worker, left_on=times.today() - timedelta(days=1))


def not_met(on):
    plan = RemediationPlan.objects.get(pk=on.plan.pk)
    plans.end_plan(by=on.cast.manager, plan=plan, how="not_met", reason="Both reassessments failed")


def not_met_after_a_condition(on):
    """What had come back under a condition, and ended, is away for good like the rest of the plan."""
    on.decide("conditional")
    on.set(TaskAuthorisation.objects.get(), expires_at=times.now())
    assert in_effect.expire_conditions() == 1
    not_met(on)


@pytest.mark.feature("F25")
@pytest.mark.parametrize(
    "gone",
    [
        finally_refused,
        redeployed,
        partly_refused,
        left_with_the_plan,
        left_the_provider,
        not_met,
        not_met_after_a_condition,
    ],
)
def test_a_control_that_only_keeps_away_what_does_not_come_back_does_not_stop_the_closing(low, gone):
    assert "Still in force" in lacks_control(low.case)
    gone(low)
    assert lacks_control(low.case) == ""
    assert TaskRestriction.objects.filter(control=low.control, ended_at=None).exists()
    shown = words(signed_in(low.cast.manager).get(reverse("case-closure", args=[low.case.pk])))
    assert "Still in force" not in shown


def one_is_undecided(on):
    on.decide("not_authorised", task="T1", statement_text="")


def one_waits_for_the_second(on):
    on.set(on.case, level=3)
    for task in ("T1", "T4", "T9"):
        on.decide("not_authorised", task=task, statement_text="")


def one_is_in_no_plan(on):
    finally_refused(on)
    on.set(PlanTask.objects.get(task="T4"), removed_at=times.now(), removed_by=on.cast.manager)


def all_came_back(on):
    """Nothing is restricted: the control is to be lifted, as ever."""
    for task in ("T1", "T4", "T9"):
        on.decide(task=task)


@pytest.mark.feature("F25")
@pytest.mark.parametrize("still", [one_is_undecided, one_waits_for_the_second, one_is_in_no_plan, all_came_back])
def test_a_control_that_holds_anything_else_still_stops_the_closing(low, still):
    still(low)
    assert "Still in force" in lacks_control(low.case)


@pytest.mark.feature("F25")
def test_a_case_closes_with_a_worker_not_authorised_and_the_register_goes_on_saying_may_not(client, cast):
    case = promises.ready_to_close(cast)
    promises.involve(case, cast.worker, Involvement.SUBJECT, cast.manager)
    now = times.now()
    plan = promises.plan(case, cast.manager, cast.worker)
    promises._save(PlanTask(case=case, plan=plan, task="T1"), cast.manager)
    control = promises.control(case, cast.manager, now + timedelta(days=7), worker=cast.worker)
    away = TaskRestriction(
        case=case, control=control, worker=cast.worker, task="T1", started_at=now, started_by=cast.manager
    )
    promises._save(away, cast.manager)
    promises.decided(plan, cast.manager, "not_authorised", reason="Three attempts, none of them safe")
    for name, value in (("ended_at", now), ("ended_by", cast.manager), ("ended_how", "decided")):
        setattr(plan, name, value)
    promises._save(plan, cast.manager)
    response = plan.response
    response.outcome, response.outcome_reason = "formal", "Not safe to practise"
    response.outcome_by, response.outcome_at = cast.manager, now
    promises._save(response, cast.manager)
    promises.verdict(case, cast.quality_lead, "changed", signed_at=now + timedelta(seconds=1))
    assert [(line.code, line.detail) for line in closing.lines(case) if not line.met] == []
    assert closing.looks_ready(Case.objects.filter(pk=case.pk)).exists()
    freshly_signed_in(client, cast.manager)
    answer = client.post(reverse("case-close", args=[case.pk]), {**TOLD, **SIGNED})
    assert answer.status_code == 302, words(answer)[:3000]
    case.refresh_from_db()
    assert case.closed_at is not None
    assert register.cell_of(cast.worker, "T1").state == "may not"
    with time_machine.travel(now + timedelta(days=30), tick=False):
        later = signed_in(cast.manager)
        for page in ("case-protection", "case"):
            shown = words(later.get(reverse(page, args=[case.pk])))
            assert "No lone work" in shown and "overdue" not in shown.lower(), page
        assert register.cell_of(cast.worker, "T1").state == "may not"
