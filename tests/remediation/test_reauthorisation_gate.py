"""Re-authorisation: the gate line by line, the decisions, the second person, what takes effect and when it ends."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.models import Staff
from incidents.models import RiskControl, TaskRestriction
from records import times
from records.refusals import NotAllowed, Refused
from remediation import facts_gate, register
from remediation import facts_practice as facts
from remediation.actions import holds, in_effect, practice, signatures
from remediation.gates import reauthorisation as gate
from remediation.models import (
    AttemptFile,
    AttemptSignOff,
    Cause,
    Decision,
    Finding,
    FollowUp,
    HoldRequest,
    LearningAction,
    PracticeTest,
    Reauthorisation,
    ReflectiveTrail,
    RemediationPlan,
    RightOfReply,
    TaskAuthorisation,
)
from remediation.views.authorisation_shown import proposed_statement
from tests.remediation import pages
from tests.remediation.pages import signed_in, words
from tests.remediation.scene import LIVE, scene, signature

STATEMENT = "Dionne Asante may work alone because Grace Lim saw P1 and O passed, scoring 10 of 10 in each."


@pytest.fixture
def on(cast):
    """An L3 case with both tests passed: every line of the gate is met but those the decision answers."""
    made = scene(cast)
    made.pass_all()
    return made


@pytest.fixture
def low(cast):
    """The same at L1: one person decides."""
    made = scene(cast)
    made.pass_all()
    made.set(made.case, level=1)
    return made


def unmet(on, by=None):
    plan = RemediationPlan.objects.select_related("worker", "case__service").get(pk=on.plan.pk)
    lines = gate.lines(facts_gate.plan_facts(plan, by or on.cast.manager))
    return [line.code for line in lines if not line.met and line.code not in gate.AT_DECISION]


def may(on, task="T1"):
    return register.cell_of(on.cast.worker, task).state


def posted(on, **answers):
    """The decision page's answers, as typed."""
    given = {
        "decision": "full",
        "reason": "Both tests passed, the rota and the number are mended",
        "statement_text": STATEMENT,
        "follow_up_by": str(on.cast.manager.pk),
    }
    return pages.SIGN | given | answers


# --- F51 the gate -----------------------------------------------------------------------------------------


def overdue_control(on):
    on.set(RiskControl.objects.get(pk=on.control.pk), review_due_at=times.now() - timedelta(hours=1))


def undecided_duty(on):
    on.set(on.case.duties.get(body="riddor"), answer="undecided")


def untested_cause(on):
    on.finding(Cause.WORKLOAD, Finding.NOT_KNOWN)


def undiscussed(on):
    on.set(ReflectiveTrail.objects.get(response=on.response), discussed_at=None, discussed_by=None)


def unpassed(on):
    on.test("P3", "scenario", {"stars": "all"})


def no_evidence(on):
    """The file a passed test rests on is gone from the store."""
    from django.core.files.base import ContentFile

    from incidents.models import CaseFile

    kept = CaseFile(
        case=on.case,
        name="form.txt",
        content_type="text/plain",
        size=4,
        sha256="0" * 64,
        added_by=on.cast.manager,
        added_at=times.now(),
    )
    kept.file.save("form.txt", ContentFile(b"Form"), save=False)
    on.set(kept)
    on.test("P2", "record_writing", {"stars": "all"})
    attempt = on.start("P2")
    on.mark(attempt)
    on.finish(attempt)
    practice.attach_file(by=on.assessor, attempt=attempt, file=kept)
    practice.sign_attempt(by=on.assessor, attempt=attempt, signature=signature())
    assert AttemptFile.objects.filter(attempt=attempt).exists()


def learning_open(on):
    on.add(
        LearningAction,
        plan=on.plan,
        kind="coaching",
        what="Ring the on-call number once",
        due_on=times.today(),
        original_due_on=times.today(),
        added_at=times.now(),
        added_by=on.cast.manager,
    )


def assessor_is_coach(on):
    on.coached_by(on.cast.other_senior_staff)


def held(on):
    holds.request_hold(by=on.cast.manager, case=on.case, asked_by="PC 1187", reason="Interviews next week")


def not_invited(on):
    reply = RightOfReply.objects.get(response=on.response)
    other = on.cast.case(subject=True)
    from remediation.models import CapabilityResponse

    response = CapabilityResponse.objects.filter(case=other).first() or on.add(
        CapabilityResponse, worker=on.cast.colleague_staff, opened_by=on.cast.manager, opened_at=times.now()
    )
    on.set(reply, response=response)


def live_cause(on):
    on.finding(Cause.PROCESS, Finding.CONTRIBUTED, still_live=True)


BREAKS = {
    "G1": overdue_control,
    "G2": undecided_duty,
    "G3": untested_cause,
    "G4": undiscussed,
    "G5": unpassed,
    "G6": no_evidence,
    "G7": learning_open,
    "G8": assessor_is_coach,
    "G10": held,
    "G11": not_invited,
    "G14": live_cause,
}


@pytest.mark.feature("F51")
def test_with_everything_in_place_the_gate_is_met(on):
    assert unmet(on) == []


@pytest.mark.feature("F51")
@pytest.mark.parametrize("code", BREAKS)
def test_each_line_by_itself_keeps_the_task_away_and_leads_to_where_it_is_put_right(on, code):
    BREAKS[code](on)
    assert unmet(on) == [code]
    manager = signed_in(on.cast.manager)
    shown = words(manager.get(reverse("plan-reauthorisation", args=[on.plan.pk])))
    plan = RemediationPlan.objects.get(pk=on.plan.pk)
    assert f'href="{facts_gate.urls(plan)[code]}"' in shown
    answer = manager.post(reverse("decide-task", args=[on.plan.pk, "T1"]), posted(on))
    assert answer.status_code == 422
    assert "This task cannot come back yet" in words(answer)
    assert not Reauthorisation.objects.exists()
    assert may(on) == "may not"


@pytest.mark.feature("F51")
def test_a_duty_that_waits_for_this_decision_does_not_keep_it_away_until_its_clock_has_passed(on):
    """Case 1: DBS stays undecided until the capability decision, so it may not stand in the way of that decision."""
    dbs, manager = on.case.duties.get(body="dbs"), signed_in(on.cast.manager)
    url = reverse("decide-task", args=[on.plan.pk, "T1"])
    on.set(dbs, answer="undecided", due_at=None)
    assert unmet(on) == []
    on.set(dbs, due_at=times.now() - timedelta(minutes=1), reason="Waits for the capability decision")
    assert unmet(on) == ["G2"]
    refused = manager.post(url, posted(on))
    assert refused.status_code == 422 and "Disclosure and Barring Service" in words(refused)
    on.set(dbs, due_at=times.now() + timedelta(days=5))
    assert unmet(on) == []
    assert manager.post(url, posted(on)).status_code == 302


@pytest.mark.feature("F51")
@pytest.mark.parametrize("code", ["G5", "G8", "G10"])
def test_nobody_overrides_g5_g8_and_g10(on, code):
    BREAKS[code](on)
    nominated = signed_in(on.cast.nominated_individual)
    url = reverse("decide-task", args=[on.plan.pk, "T1"])
    assert f"override_{code}" not in words(nominated.get(url))
    answer = nominated.post(url, posted(on, **{f"override_{code}": "The rota needs her"}))
    assert answer.status_code == 422
    with pytest.raises(Refused, match=f"^{code}"):
        on.decide(by=on.cast.nominated_individual, overrides={code: "The rota needs her"})
    assert not Reauthorisation.objects.exists()


@pytest.mark.feature("F51")
def test_the_nominated_individual_overrides_another_line_with_a_reason_that_stays_on_the_decision(on):
    learning_open(on)
    nominated = signed_in(on.cast.nominated_individual)
    url = reverse("decide-task", args=[on.plan.pk, "T1"])
    answer = nominated.post(url, posted(on, override_G7="The call was made, only the note is missing"))
    assert answer.status_code == 302, words(answer)[:3000]
    made = Reauthorisation.objects.get()
    assert made.overrides[0]["code"] == "G7"
    assert made.overrides[0]["reason"] == "The call was made, only the note is missing"
    assert "The call was made, only the note is missing" in words(
        nominated.get(reverse("plan-reauthorisation", args=[on.plan.pk]))
    )


@pytest.mark.feature("F51")
def test_the_manager_cannot_override_anything(on):
    learning_open(on)
    with pytest.raises(Refused, match="^G7"):
        on.decide(overrides={"G7": "The call was made"})


@pytest.mark.feature("F51")
def test_a_hold_is_let_go_only_with_how_that_is_known(on):
    held(on)
    hold = HoldRequest.objects.get()
    manager = signed_in(on.cast.manager)
    url = reverse("hold-release", args=[hold.pk])
    assert manager.post(url, {"note": ""}).status_code == 422
    assert manager.post(url, {"note": "PC 1187 by telephone, 14:10"}).status_code == 302
    assert unmet(on) == []


@pytest.mark.feature("F51")
def test_a_hold_says_who_asked_and_why_and_how_it_is_known_to_be_over(on):
    given = {"by": on.cast.manager, "case": on.case}
    for wrong in ({"asked_by": " ", "reason": "Interviews"}, {"asked_by": "PC 1187", "reason": " "}):
        with pytest.raises(Refused, match="^G10"):
            holds.request_hold(**given, **wrong)
    held(on)
    with pytest.raises(Refused, match="^G10"):
        holds.release_hold(by=on.cast.manager, hold=HoldRequest.objects.get(), note=" ")
    assert unmet(on) == ["G10"]


def test_follow_ups_need_somebody_to_hold_them_and_work_with_the_person_needs_their_view(on):
    with pytest.raises(Refused, match="^G13"):
        on.decide(follow_up_by=None)
    # Nobody is named who could not do it on the day: the worker, or somebody who may not see tests here.
    for other in (on.cast.worker_user, on.cast.safeguarding_lead, on.cast.stranger):
        with pytest.raises(Refused, match="could not hold"):
            on.decide(follow_up_by=other)
    page = signed_in(on.cast.manager).get(reverse("decide-task", args=[on.plan.pk, "T1"])).content.decode()
    offered = page.split("Who will hold the follow-ups")[1].split("</fieldset>")[0].split("</select>")[0]
    assert "Sunil Rao" in offered and "Ruth Adeyemi" not in offered and "Dionne Asante" not in offered
    from remediation.models import PlanTask

    on.add(PlanTask, plan=on.plan, task="T3", added_at=times.now(), added_by=on.cast.manager)
    with pytest.raises(Refused, match="^G15"):
        on.decide(task="T3")
    assert on.decide(task="T3", persons_view="“She may come back”, daughter agrees").persons_view


def test_a_passed_test_whose_signature_was_withdrawn_counts_no_more(on):
    sign_off = AttemptSignOff.objects.filter(attempt__test=on.tests["P1"]).get()
    signatures.withdraw_signature(by=on.cast.manager, signed=sign_off, reason="Scenario known", signature=signature())
    assert unmet(on) == ["G5"]


# --- F58 the statement --------------------------------------------------------------------------------------


@pytest.mark.feature("F58")
@pytest.mark.parametrize(
    "text",
    [
        "",
        "She attended the chronology workshop and has the certificate.",
        "She completed the e-learning with 100%.",
        "There were no further incidents for six weeks.",
        "She has done the Level 2 training.",
        "She attended the P1 workshop.",
        "She is fine now.",
    ],
)
def test_a_statement_from_attendance_or_time_is_refused(on, text):
    manager = signed_in(on.cast.manager)
    answer = manager.post(reverse("decide-task", args=[on.plan.pk, "T1"]), posted(on, statement_text=text))
    assert answer.status_code == 422
    with pytest.raises(Refused, match="^G12"):
        on.decide(statement_text=text)
    assert may(on) == "may not"


@pytest.mark.feature("F58")
def test_the_statement_is_proposed_for_each_task_from_the_passed_tests_and_is_accepted_as_proposed(on):
    manager = signed_in(on.cast.manager)
    page = manager.get(reverse("decide-task", args=[on.plan.pk, "T1"]))
    proposed = page.context["form"].initial["statement_text"]
    assert "Dionne Asante may do this: lone or unsupervised work" in proposed
    assert "Grace Lim saw P1 (Concern form from a scenario) passed, scoring 10 of 10" in proposed
    on.decide(statement_text=proposed)


@pytest.mark.feature("F58")
def test_a_test_that_is_not_passed_cannot_carry_a_statement(on):
    on.test("P3", "scenario", {"stars": "all"}, before_return=False)
    with pytest.raises(Refused, match="^G12"):
        on.decide("conditional", statement_text="P3 shows she is ready.")


@pytest.mark.feature("F58")
def test_a_test_signed_as_not_passed_cannot_carry_a_statement(on):
    on.test("P3", "scenario", {"stars": "all"}, before_return=False)
    on.signed("P3", "01222")
    with pytest.raises(Refused, match="^G12"):
        on.decide("conditional", statement_text="P3 shows she is ready.")


# --- F53 the second decider ------------------------------------------------------------------------------------


@pytest.mark.feature("F53")
def test_at_l3_nothing_comes_back_until_a_second_person_agrees(on):
    manager = signed_in(on.cast.manager)
    assert manager.post(reverse("decide-task", args=[on.plan.pk, "T1"]), posted(on)).status_code == 302
    made = Reauthorisation.objects.get()
    assert made.needs_second
    assert may(on) == "may not"
    assert not FollowUp.objects.exists()
    second = signed_in(on.cast.nominated_individual)
    url = reverse("second-decision", args=[made.pk])
    assert "Both tests passed, the rota and the number are mended" in words(second.get(url))
    answer = second.post(url, pages.SIGN | {"agrees": "yes", "reason": "I read both forms"})
    assert answer.status_code == 302, words(answer)[:3000]
    assert may(on) == "may"
    assert FollowUp.objects.count() == 6


@pytest.mark.feature("F53")
@pytest.mark.parametrize("level", [4, None])
def test_l4_and_a_case_nobody_rated_need_the_second_person_too(on, level):
    on.set(on.case, level=level)
    assert on.decide().needs_second
    assert may(on) == "may not"


@pytest.mark.feature("F53")
def test_the_first_decider_is_not_also_the_second(on):
    made = on.decide(by=on.cast.nominated_individual)
    with pytest.raises(Refused, match="^S3"):
        on.second(made, by=on.cast.nominated_individual)
    assert may(on) == "may not"


@pytest.mark.feature("F53")
def test_the_quality_lead_may_be_the_second_but_not_after_assessing(on):
    made = on.decide()
    assert on.second(made, by=on.cast.quality_lead).agrees
    assert may(on) == "may"


@pytest.mark.feature("F53")
def test_who_signed_a_test_that_counts_is_neither_first_nor_second(cast):
    on = scene(cast)
    on.signed("P1", by=cast.quality_lead)
    on.signed("O", by=cast.nominated_individual) if cast.nominated_individual_staff.assessor_trained_on else on.signed(
        "O"
    )
    made = on.decide()
    with pytest.raises(Refused, match="^S3"):
        on.second(made, by=cast.quality_lead)


def test_the_final_assessor_does_not_give_the_task_back(cast):
    on = scene(cast)
    on.set(cast.manager_staff, assessor_trained_on=times.today())
    on.signed("P1", by=cast.manager)
    on.signed("O")
    with pytest.raises(Refused, match="^G8") as told:
        on.decide()
    assert "Aoife Brennan signed the practice test P1" in told.value.missing[0].text


@pytest.mark.feature("F53")
def test_a_second_person_who_does_not_agree_leaves_everything_as_it_is(on):
    made = on.decide()
    try:
        on.second(made, agrees=False)
    except Refused as refusal:  # it tried to give the task back without two signatures
        pytest.fail(f"a “no” changed something: {refusal}")
    assert may(on) == "may not"
    assert not TaskAuthorisation.objects.exists()
    assert on.decide().needs_second  # a new decision may be made


@pytest.mark.feature("F58")
def test_the_proposed_statement_offers_no_more_than_is_open_and_is_not_signed_with_its_gaps(on):
    assert "without a condition" in proposed_statement(on.plan, "T1")
    live_cause(on)
    text = proposed_statement(on.plan, "T1")
    assert "without a condition" not in text and text.count("…") == 2
    with pytest.raises(Refused, match="^G12.*still says"):
        on.decide("conditional", statement_text=text)
    whole = text.replace("condition: …", "condition: second worker present").replace("by …", "by the new rota")
    with pytest.raises(Refused, match="^G12.*without a condition"):
        on.decide(
            "conditional", statement_text=whole.replace("with this condition: second", "without a condition, second")
        )
    assert on.decide("conditional", statement_text=whole).statement == whole


@pytest.mark.feature("F53")
def test_what_changed_between_the_two_signatures_is_asked_again(on):
    made = on.decide()
    held(on)
    with pytest.raises(Refused, match="^G10"):
        on.second(made)
    assert may(on) == "may not"


@pytest.mark.feature("F53")
def test_a_manager_without_the_permit_is_not_the_second(on):
    made = on.decide(by=on.cast.nominated_individual)
    with pytest.raises(NotAllowed):
        on.second(made, by=on.cast.manager)


@pytest.mark.feature("F14")
def test_at_l1_one_person_decides_and_it_holds_at_once_for_that_task(low):
    low.decide()
    assert may(low) == "may"
    assert may(low, "T4") == "may not"  # task by task, never the person
    assert list(TaskRestriction.objects.filter(ended_at=None).values_list("task", flat=True)) == ["T4"]


# --- F47 on decisions --------------------------------------------------------------------------------------------


@pytest.mark.feature("F47")
def test_a_decision_says_so_when_a_test_it_rests_on_is_withdrawn(low):
    made = low.decide()
    assert made.snapshot["gate"][0][0] == "G1" and len(made.snapshot["gate"]) == 15
    manager = signed_in(low.cast.manager)
    url = reverse("plan-reauthorisation", args=[low.plan.pk])
    assert "Changed since signing" not in words(manager.get(url))
    sign_off = AttemptSignOff.objects.get(attempt__test=low.tests["P1"])
    signatures.withdraw_signature(by=low.cast.manager, signed=sign_off, reason="Scenario known", signature=signature())
    assert Reauthorisation.objects.get().is_changed_since
    assert "Changed since signing" in words(manager.get(url))


# --- Decisions: condition, extend, not authorised, redeploy --------------------------------------------------------


def test_a_live_test_forces_a_condition(low):
    low.test("P4", "live", LIVE, before_return=False)
    with pytest.raises(Refused, match="^LIVE"):
        low.decide("full")
    low.decide("conditional")
    assert register.cell_of(low.cast.worker, "T1").text == "with condition: second worker present"
    assert PracticeTest.objects.get(code="P4").window_starts_on == times.today()


def test_a_live_cause_blocks_full_and_lets_a_condition_through(low):
    live_cause(low)
    with pytest.raises(Refused, match="^G14"):
        low.decide("full")
    assert low.decide("conditional").condition == "second worker present"


@pytest.mark.parametrize(
    "lacks",
    [
        {"condition": " "},
        {"supervisor": None},
        {"expires_at": None},
        {"expires_at": "too far"},
        {"expires_at": "gone"},
    ],
)
def test_a_condition_needs_its_words_a_supervisor_and_an_end_within_four_weeks(low, lacks):
    ends = {"too far": timedelta(weeks=4, days=2), "gone": timedelta(days=-1)}
    if lacks.get("expires_at") in ends:
        lacks = {"expires_at": times.now() + ends[lacks["expires_at"]]}
    with pytest.raises(Refused, match="^CONDITION"):
        low.decide("conditional", **lacks)
    assert may(low) == "may not"


@pytest.mark.feature("F55")
def test_a_condition_that_ended_reads_may_not_at_once_before_any_sweep(low):
    with time_machine.travel(times.now(), tick=False) as clock:
        low.decide("conditional")
        assert may(low) == "with condition"
        senior = low.cast.senior
        url = reverse("register-service", args=[low.cast.service.pk])
        assert "with condition: second worker present" in words(signed_in(senior).get(url))
        clock.shift(timedelta(days=21, seconds=1))
        assert may(low) == "may not"
        shown = words(signed_in(senior).get(url))
        assert "with condition" not in shown
        assert "may not" in shown


@pytest.mark.feature("F55")
def test_the_sweep_writes_the_end_down_restricts_again_and_twice_changes_nothing(low):
    with time_machine.travel(times.now(), tick=False) as clock:
        low.decide("conditional")
        assert in_effect.expire_conditions() == 0
        clock.shift(timedelta(days=22))
        assert in_effect.expire_conditions() == 1
        assert in_effect.expire_conditions() == 0
    ended = TaskAuthorisation.objects.get()
    again = TaskRestriction.objects.get(task="T1", ended_at=None)
    assert ended.ended_at == ended.expires_at == again.started_at
    assert ended.ended_by.is_system
    assert may(low) == "may not"


def test_a_condition_is_renewed_once(low):
    with time_machine.travel(times.now(), tick=False) as clock:
        low.decide("conditional")
        clock.shift(timedelta(days=20))
        low.set(RiskControl.objects.get(pk=low.control.pk), review_due_at=times.now() + timedelta(days=60))
        low.decide("conditional")
        assert may(low) == "with condition"
        clock.shift(timedelta(days=20))
        with pytest.raises(Refused, match="^CONDITION"):
            low.decide("conditional")
        low.decide("full")
        assert may(low) == "may"
    assert TaskAuthorisation.objects.filter(ended_at=None).count() == 1


@pytest.mark.feature_part("F52")
def test_extend_is_for_two_times_and_needs_new_dates(low):
    with pytest.raises(Refused, match="^EXTEND"):
        low.decide("extend")
    for _ in range(2):
        low.decide("extend", new_test_dates="P1 on 14 December")
    with pytest.raises(Refused, match="^EXTEND"):
        low.decide("extend", new_test_dates="P1 on 4 January")
    assert may(low) == "may not"


@pytest.mark.parametrize("decision", ["not_authorised", "redeploy"])
def test_not_authorised_and_redeploy_need_no_passed_test_and_keep_the_task_away(cast, decision):
    on = scene(cast)
    on.set(on.case, level=1)
    for task in ("T1", "T4"):
        on.decide(decision, task=task, statement_text="", follow_up_by=None)
    assert may(on) == "may not"
    assert RemediationPlan.objects.get(pk=on.plan.pk).ended_how == "decided"
    assert facts.undecided_tasks(on.case) == []
    assert facts.unpassed_tests(on.case) == []


def test_not_authorised_after_a_condition_restricts_again(low):
    low.decide("conditional")
    low.decide("not_authorised", statement_text="")
    assert may(low) == "may not"
    assert TaskRestriction.objects.filter(task="T1", ended_at=None).count() == 1


def test_the_plan_ends_when_its_last_task_is_decided_for_good(low):
    low.decide()
    assert RemediationPlan.objects.get(pk=low.plan.pk).ended_at is None
    low.decide(task="T4")
    assert RemediationPlan.objects.get(pk=low.plan.pk).ended_how == "decided"
    with pytest.raises(Refused, match="^TASK"):
        low.decide()


@pytest.mark.feature_part("F52")
def test_every_decision_of_the_page_can_be_made_and_says_what_it_does(low):
    manager = signed_in(low.cast.manager)
    url = reverse("decide-task", args=[low.plan.pk, "T4"])
    page = words(manager.get(url))
    for decision in Decision:
        assert f'value="{decision.value}"' in page
    day = times.today() + timedelta(days=20)
    answer = manager.post(
        url,
        posted(
            low,
            decision="conditional",
            condition="second worker present",
            supervisor=str(low.cast.other_senior_staff.pk),
            **{"expires_on-day": str(day.day), "expires_on-month": str(day.month), "expires_on-year": str(day.year)},
        ),
    )
    assert answer.status_code == 302, words(answer)[:3000]
    assert may(low, "T4") == "with condition"


def test_a_decision_without_fresh_identity_keeps_what_was_typed(low):
    with time_machine.travel(times.now(), tick=False) as clock:
        manager = signed_in(low.cast.manager)
        clock.shift(timedelta(minutes=6))
        answer = manager.post(reverse("decide-task", args=[low.plan.pk, "T1"]), posted(low))
        assert answer["Location"].startswith(reverse("account_reauthenticate"))
        assert not Reauthorisation.objects.exists()
        manager.post(answer["Location"], {"password": low.cast.PASSWORD})
        assert Reauthorisation.objects.get().reason.startswith("Both tests passed")


def test_a_refusal_after_the_password_comes_back_as_a_page_that_sends_to_its_own_address(low):
    path = reverse("decide-task", args=[low.plan.pk, "T1"])
    with time_machine.travel(times.now(), tick=False) as clock:
        manager = signed_in(low.cast.manager)
        live_cause(low)
        clock.shift(timedelta(minutes=6))
        answer = manager.post(path, posted(low))
        refused = manager.post(answer["Location"], {"password": low.cast.PASSWORD})
        assert refused.status_code == 422
        assert f'<form method="post" action="{path}"' in refused.content.decode()
        low.finding(Cause.PROCESS, Finding.CONTRIBUTED, still_live=False)
        page = manager.post(path, posted(low) | {"reason": "", "agree": ""}).content.decode()
        assert page.index("Say why you decide this") < page.index("Confirm what you are signing")
        assert manager.post(path, posted(low)).status_code == 302
        assert Reauthorisation.objects.get().reason.startswith("Both tests passed")


@pytest.mark.feature("F53")
def test_whoever_signs_a_decision_is_shown_every_test_it_rests_on_and_those_not_passed(on):
    on.test("P3", "scenario", {"stars": "all"}, before_return=False)
    failed = on.signed("P3", "01222")
    made = on.decide("conditional")
    ruth = signed_in(on.cast.nominated_individual)
    for path, client in (
        (reverse("decide-task", args=[on.plan.pk, "T4"]), signed_in(on.cast.manager)),
        (reverse("second-decision", args=[made.pk]), ruth),
    ):
        page = client.get(path).content.decode()
        for attempt in (failed, on.plan.tests.get(code="P1").attempts.get()):
            assert reverse("attempt", args=[attempt.pk]) in page
        assert "Not passed" in page


# --- Pages ----------------------------------------------------------------------------------------------------


def test_pages_of_a_case_need_a_bounded_number_of_queries(low, django_assert_max_num_queries):
    low.decide()
    manager = signed_in(low.cast.manager)
    for name, args, most in (
        ("case-tests", [low.case.pk], 60),
        ("case-reauthorisation", [low.case.pk], 65),
        ("plan-reauthorisation", [low.plan.pk], 65),
    ):
        with django_assert_max_num_queries(most):
            assert manager.get(reverse(name, args=args)).status_code == 200


def test_the_workers_of_the_form_are_of_this_service(low):
    manager = signed_in(low.cast.manager)
    form = manager.get(reverse("decide-task", args=[low.plan.pk, "T1"])).context["form"]
    offered = set(form.fields["supervisor"].queryset)
    assert low.cast.worker not in offered
    assert Staff.objects.get(user=low.cast.stranger) not in offered
