"""Who may not assess: every rule by its own test, asked at the start and again at the moment of signing (F43, F44)."""

from datetime import timedelta

import pytest
from django.urls import reverse

from incidents import actions as incident_actions
from incidents import separation
from records import times
from records.acting import acting_as
from records.refusals import NotAllowed, Refused
from remediation import facts_practice
from remediation.actions import plan as plans
from remediation.actions import practice
from remediation.models import Cause, Finding, PlanApproval, TestAttempt
from tests.remediation import build, pages
from tests.remediation.pages import signed_in, words
from tests.remediation.scene import scene, signature


@pytest.fixture
def on(cast):
    return scene(cast)


def ready_to_sign(on, by=None):
    """An attempt by someone free to assess, complete but for the signature."""
    attempt = on.start("P1", by)
    on.mark(attempt, by=by)
    on.finish(attempt, by)
    return attempt


def sign(on, attempt, by=None, conflict="none"):
    return practice.sign_attempt(by=by or on.assessor, attempt=attempt, signature=signature(conflict))


def refused_to_start(on, user, code, text):
    """The page says why, offers no button, and the action refuses whoever posts all the same."""
    client = signed_in(user)
    url = reverse("attempt-start", args=[on.tests["P1"].pk])
    shown = words(client.get(url))
    assert "You cannot run this test" in shown
    assert text in shown
    assert (
        '<button type="submit" class="govuk-button" data-module="govuk-button" data-prevent'
        not in shown.split("You cannot run")[1]
    )
    answer = client.post(url, {"scenario": "A bruise"})
    assert answer.status_code == 422
    assert text in words(answer)
    with pytest.raises(Refused) as told:
        on.start("P1", by=user)
    assert code in told.value.code or any(code in one.text for one in told.value.missing) or told.value.code == code
    assert not TestAttempt.objects.exists()


@pytest.mark.feature("F43")
def test_case_1_the_coach_cannot_run_the_test_that_counts(on):
    on.coached_by(on.cast.senior_staff)
    refused_to_start(on, on.cast.senior, "S2", "Paul Reid coached Dionne Asante")


@pytest.mark.feature("F43")
@pytest.mark.parametrize("cause", [Cause.SUPERVISION, Cause.LEADERSHIP])
@pytest.mark.parametrize("finding", [Finding.MAIN, Finding.CONTRIBUTED, Finding.NOT_KNOWN])
def test_case_1_the_supervisor_cannot_assess_while_supervision_or_leadership_is_not_ruled_out(on, cause, finding):
    on.finding(cause, finding)
    with pytest.raises(Refused, match="^S4"):
        on.start("P1", by=on.cast.senior)


def test_the_page_tells_the_supervisor_why(on):
    on.finding(Cause.SUPERVISION, Finding.CONTRIBUTED)
    refused_to_start(on, on.cast.senior, "S4", "poor supervision (contributed)")


def test_the_supervisor_may_assess_once_both_are_ruled_out(on):
    assert on.start("P1", by=on.cast.senior).number == 1


@pytest.mark.feature("F43")
def test_a_coach_recorded_after_the_start_is_refused_at_the_signature(on):
    attempt = ready_to_sign(on)
    on.coached_by(on.cast.other_senior_staff)
    client = signed_in(on.assessor)
    answer = pages.sign(client, attempt)
    assert answer.status_code == 422
    assert "Grace Lim coached Dionne Asante" in words(answer)
    with pytest.raises(Refused, match="^S2"):
        sign(on, attempt)
    attempt.refresh_from_db()
    assert attempt.signed_at is None


@pytest.mark.feature("F43")
def test_a_supervisor_named_after_the_start_is_refused_at_the_signature(on):
    attempt = ready_to_sign(on)
    on.finding(Cause.LEADERSHIP, Finding.NOT_KNOWN)
    on.set(on.cast.worker, supervisor=on.cast.other_senior_staff)
    with pytest.raises(Refused, match="^S4"):
        sign(on, attempt)


@pytest.mark.feature("F43")
def test_a_co_subject_cannot_assess_and_cannot_even_know_of_the_case(on):
    attempt = ready_to_sign(on)
    incident_actions.add_staff(
        by=on.cast.manager, case=on.case, staff=on.cast.other_senior_staff, involvement="subject", note="Initialled it"
    )
    with pytest.raises(NotAllowed, match="^S1"):
        sign(on, attempt)
    assert signed_in(on.assessor).get(reverse("attempt-sign", args=[attempt.pk])).status_code == 404


def test_s1_by_itself_names_a_co_subject_and_the_worker():
    assert not separation.s1_subject(separation.Person("Claire", "Mark", is_subject=True)).met
    assert not separation.s1_subject(separation.Person("Mark", "Mark", is_worker=True)).met
    assert separation.s1_subject(separation.Person("Ros", "Mark")).met


def test_an_implicated_manager_cannot_assess(on):
    incident_actions.add_staff(
        by=on.cast.nominated_individual, case=on.case, staff=on.cast.deputy_staff, involvement="implicated", note="Rota"
    )
    with pytest.raises(NotAllowed):
        on.start("P1", by=on.cast.deputy)
    assert not separation.s6_implicated(separation.Person("Tom", "Dionne", is_implicated=True)).met


@pytest.mark.feature("F43")
def test_whoever_wrote_the_plan_cannot_run_its_tests(on):
    with pytest.raises(Refused, match="^AUTHOR"):
        on.start("P1", by=on.cast.deputy)


@pytest.mark.feature("F43")
@pytest.mark.parametrize("conflict", ["relative", "reporter", "witness", "grievance", "other"])
def test_a_declared_conflict_is_refused_whatever_it_is(on, conflict):
    attempt = ready_to_sign(on)
    with pytest.raises(Refused, match="^S5"):
        sign(on, attempt, conflict=conflict)


@pytest.mark.feature("F43")
def test_a_reporter_the_case_knows_of_cannot_assess_even_when_they_declare_nothing(on):
    incident_actions.add_staff(
        by=on.cast.manager, case=on.case, staff=on.cast.other_senior_staff, involvement="reporter", note="Rang in"
    )
    with pytest.raises(Refused, match="^S5"):
        on.start("P1")


@pytest.mark.feature("F43")
def test_whoever_the_case_records_as_reporter_does_not_start_the_plan_unless_s11_lifts_it(cast):
    plan = build.ready(cast)
    incident_actions.add_staff(
        by=cast.nominated_individual, case=plan.case, staff=cast.manager_staff, involvement="reporter"
    )
    answer = signed_in(cast.manager).post(reverse("plan-start", args=[plan.pk]), pages.SIGN)
    assert answer.status_code == 422 and "The case records Aoife Brennan as reporter" in words(answer)
    for declared in ("none", "reporter"):
        with pytest.raises(Refused, match="^S5"):
            plans.start_plan(by=cast.manager, plan=plan, signature=build.fresh_signature(declared))
    assert not PlanApproval.objects.exists()
    incident_actions.allow_exception(
        by=cast.nominated_individual, case=plan.case, person=cast.manager, rule="S5", reason="One manager in the town",
        reader="Dr Quill, Northshire", reader_said="I agree",
    )  # fmt: skip
    signed = plans.start_plan(by=cast.manager, plan=plan, signature=build.fresh_signature("reporter"))
    assert (signed.signed_by, signed.conflict) == (cast.manager, "reporter")


# --- F44 the assessor's own standing -----------------------------------------------------------------------


@pytest.mark.feature("F44")
def test_an_assessor_without_training_is_refused_with_the_reason(on):
    on.set(on.cast.other_senior_staff, assessor_trained_on=None)
    client = signed_in(on.assessor)
    answer = client.post(reverse("attempt-start", args=[on.tests["P1"].pk]), {"scenario": "A bruise"})
    assert answer.status_code == 422
    assert "No assessor training is recorded for Grace Lim" in words(answer)


@pytest.mark.feature("F44")
def test_an_assessor_restricted_from_signing_others_off_is_refused_at_the_signature(on):
    attempt = ready_to_sign(on)
    control = on.cast.control(on.cast.case(), worker=on.cast.other_senior_staff)
    incident_actions.restrict_tasks(by=on.cast.manager, control=control, tasks=["T16"])
    answer = pages.sign(signed_in(on.assessor), attempt)
    assert answer.status_code == 422
    assert "Grace Lim may not sign others off now" in words(answer)


@pytest.mark.feature("F44")
def test_an_assessor_whose_role_here_has_ended_is_refused(on):
    from accounts.actions import end_membership
    from accounts.models import User

    attempt = ready_to_sign(on)
    membership = on.assessor.memberships.get()
    end_membership(by=on.cast.manager, membership=membership, last_day=times.today() - timedelta(days=1))
    with pytest.raises(NotAllowed):
        sign(on, attempt, by=User.objects.get(pk=on.assessor.pk))


@pytest.mark.feature("F44")
def test_an_assessor_who_has_left_is_refused(on):
    from accounts.models import User

    attempt = ready_to_sign(on)
    on.set(on.cast.other_senior_staff, left_on=times.today() - timedelta(days=1))
    left = User.objects.get(pk=on.assessor.pk)
    with pytest.raises(NotAllowed, match="^ROLE"):  # a leaver holds no role from their last day on
        sign(on, attempt, by=left)
    standing = separation.f44_standing(facts_practice.assessor(left, on.case))
    assert [line.text for line in standing if not line.met][0] == "Works here today"
    assert not attempt.signed_at


def test_a_stranger_finds_none_of_the_pages(on):
    attempt = ready_to_sign(on)
    for user in (on.cast.stranger, on.cast.worker_user, on.cast.colleague, on.cast.strangers["senior"]):
        client = signed_in(user)
        for url in (
            reverse("case-tests", args=[on.case.pk]),
            reverse("practice-test", args=[on.tests["P1"].pk]),
            reverse("attempt-start", args=[on.tests["P1"].pk]),
            reverse("attempt", args=[attempt.pk]),
            reverse("attempt-sign", args=[attempt.pk]),
            reverse("case-reauthorisation", args=[on.case.pk]),
            reverse("plan-reauthorisation", args=[on.plan.pk]),
            reverse("decide-task", args=[on.plan.pk, "T1"]),
            reverse("case-holds", args=[on.case.pk]),
        ):
            assert client.get(url).status_code == 404, (user, url)


def test_s7_and_s9_by_themselves():
    assert separation.s7_other_reviewer("A", ["A"]).met
    assert not separation.s7_other_reviewer("A", ["A", "A"]).met
    assert separation.s7_other_reviewer("A", ["A", "B"]).met
    assert not separation.s9_not_owner("A", ["A", "B"]).met
    assert separation.s9_not_owner("C", ["A", "B"]).met


def test_the_actor_of_every_mark_is_kept(on):
    attempt = ready_to_sign(on)
    with acting_as(on.cast.manager, "test.read"):
        assert set(attempt.marks.values_list("marked_by", flat=True)) == {on.assessor.pk}
