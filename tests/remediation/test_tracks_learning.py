"""The learning response: five causes with evidence, actions that change the system, shown to have worked."""

import pytest
from django.test import Client
from django.urls import reverse

from records.refusals import NotAllowed, Refused
from remediation import facts
from remediation.actions import capability, learning
from remediation.gates import learning as gates
from remediation.models import Cause, CauseFinding, DueDateChange, EvidenceSource, LearningResponse, SystemAction
from tests.cast import Cast
from tests.remediation import build

pytestmark = pytest.mark.django_db


def add_action(cast: Cast, case: object, **changed: object) -> SystemAction:
    given = {
        "by": cast.manager,
        "finding": build.cause(case, "workload"),  # type: ignore[arg-type]
        "what": "Add travel time between calls to every rota",
        "strength": "intermediate",
        "owner": cast.deputy,
        "due_on": build.days(14),
    }
    return learning.add_system_action(**(given | changed))  # type: ignore[arg-type]


# --- Five causes ----------------------------------------------------------------------------------------


@pytest.mark.feature("F26")
def test_ruled_out_without_evidence_is_refused_and_the_refusal_leads_to_where_evidence_is_added(
    cast: Cast, client: Client
) -> None:
    finding = build.cause(cast.case(subject=True), "leadership")
    client.force_login(cast.manager)
    url = reverse("cause-find", args=[finding.pk])
    page = client.post(url, {"result": "ruled_out", "reason": "We saw nothing"})
    assert page.status_code == 422
    text = page.content.decode()
    assert (
        reverse("cause-evidence", args=[finding.pk]) in text and "2 more sources" in text and "We saw nothing" in text
    )
    finding.refresh_from_db()
    assert finding.finding == "not_known"


@pytest.mark.feature("F26")
def test_two_interviews_are_not_enough_but_an_interview_and_a_rota_are(cast: Cast, client: Client) -> None:
    finding = build.cause(cast.case(subject=True), "workload")
    client.force_login(cast.manager)
    evidence, find = reverse("cause-evidence", args=[finding.pk]), reverse("cause-find", args=[finding.pk])
    for what in ("The worker's account", "The senior's account"):
        assert client.post(evidence, {"source": "interview", "what": what}).status_code == 302
    found = {
        "result": "contributed",
        "reason": "Calls overran",
        "contributory_statement": "No travel time made a late call likelier because the phone was put off",
        "still_live": "yes",
    }
    refused = client.post(find, found)
    assert refused.status_code == 422 and "not an interview" in refused.content.decode()
    client.post(evidence, {"source": "rota", "what": "Eleven calls, no travel time"})
    assert client.post(find, found).status_code == 302
    finding.refresh_from_db()
    assert finding.finding == "contributed" and finding.found_by == cast.manager and finding.still_live is True


@pytest.mark.parametrize(
    ("sources", "missing"),
    [
        ([], "2 more sources"),
        ([EvidenceSource.ROTA], "1 more source"),
        ([EvidenceSource.INTERVIEW, EvidenceSource.INTERVIEW], "not an interview"),
        ([EvidenceSource.INTERVIEW, EvidenceSource.LOG], ""),
    ],
)
def test_a_finding_rests_on_two_sources_one_of_them_not_an_interview(sources: list[str], missing: str) -> None:
    lacks = gates.enough_sources(sources)
    assert missing in lacks if missing else lacks == ""


def test_a_found_cause_says_how_it_worked_and_whether_it_is_still_there(cast: Cast) -> None:
    case = cast.case(subject=True)
    with pytest.raises(Refused) as refused:
        build.find(cast, case, "process", contributory_statement="")
    assert refused.value.field == "contributory_statement"
    with pytest.raises(Refused) as refused:
        build.find(cast, case, "supervision", still_live=None)
    assert refused.value.code == "G14"


def test_live_causes_are_those_found_and_not_mended(cast: Cast) -> None:
    case = cast.case(subject=True)
    assert facts.live_causes(case) == [] and facts.supervisor_is_a_live_factor(case)
    finding = build.find(cast, case, "workload")
    build.find(cast, case, "supervision", "ruled_out")
    assert [one.cause for one in facts.live_causes(case)] == ["workload"]
    assert facts.causes_not_ruled_out(case) == {"competence", "workload", "leadership", "process"}
    learning.settle_cause(by=cast.manager, finding=finding, still_live=False, note="Rota of 2 November has travel time")
    assert facts.live_causes(case) == []


# --- Actions on the system --------------------------------------------------------------------------------


@pytest.mark.feature("F29")
@pytest.mark.parametrize("what", ["Send a memo to all staff", "Remind everyone of the policy", "Repeat the training"])
def test_a_memo_is_a_weak_action_whatever_it_is_called(cast: Cast, client: Client, what: str) -> None:
    case = cast.case(subject=True)
    client.force_login(cast.manager)
    answers = build.posted(what=what, strength="strong", owner=cast.deputy_staff, due_on=build.days(7))
    page = client.post(reverse("action-new", args=[build.cause(case, "process").pk]), answers)
    assert page.status_code == 422 and "weak action" in page.content.decode()
    assert not SystemAction.objects.filter(case=case).exists()


def test_an_alert_or_travel_time_is_no_memo() -> None:
    assert gates.reads_as_weak("Add travel time to every rota") == ""
    assert gates.reads_as_weak("Software alert that forces a call when “bruise” is recorded; training on it") == ""


def test_a_worker_whose_practice_is_looked_at_owns_no_change_to_the_system(cast: Cast) -> None:
    case = cast.case(subject=True)
    with pytest.raises(Refused) as refused:
        add_action(cast, case, owner=cast.worker_user)
    assert refused.value.code == "S1"
    with pytest.raises(Refused):
        add_action(cast, case, owner=cast.stranger)


@pytest.mark.feature("F30")
def test_done_and_worked_are_two_states_each_with_its_evidence(cast: Cast, client: Client) -> None:
    case = cast.case(subject=True)
    action = add_action(cast, case)
    effect = {"worked": "yes", "evidence": "4 of 10 in the same shift before, 9 of 10 after"}
    client.force_login(cast.manager)
    assert client.post(reverse("action-effect", args=[action.pk]), effect).status_code == 422
    assert client.post(reverse("action-done", args=[action.pk]), {"evidence": ""}).status_code == 422
    assert client.post(reverse("action-done", args=[action.pk]), {"evidence": "Rota of 2 November"}).status_code == 302
    assert "Done, effect not shown" in client.get(reverse("action", args=[action.pk])).content.decode()
    assert facts.open_system_actions(case) == [action]
    assert client.post(reverse("action-effect", args=[action.pk]), effect).status_code == 302
    action.refresh_from_db()
    assert action.worked and action.effect_checked_by == cast.manager and action.done_by == cast.manager
    assert facts.open_system_actions(case) == []


@pytest.mark.feature("F30")
def test_the_owner_never_says_whether_their_own_action_worked(cast: Cast, client: Client) -> None:
    action = add_action(cast, cast.case(subject=True), owner=cast.deputy)
    client.force_login(cast.deputy)
    client.post(reverse("action-done", args=[action.pk]), {"evidence": "Rota of 2 November"})
    page = client.post(reverse("action-effect", args=[action.pk]), {"worked": "yes", "evidence": "It did"})
    assert page.status_code == 422 and "S9" in page.content.decode()
    action.refresh_from_db()
    assert action.effect_checked_at is None


def test_an_actions_date_moves_only_with_a_reason_and_its_first_date_stays(cast: Cast, client: Client) -> None:
    action = add_action(cast, cast.case(subject=True))
    client.force_login(cast.manager)
    url = reverse("action-due", args=[action.pk])
    assert client.post(url, build.posted(becomes=build.days(30), reason="")).status_code == 422
    assert client.post(url, build.posted(becomes=build.days(30), reason="New software in December")).status_code == 302
    action.refresh_from_db()
    assert (action.due_on, action.original_due_on) == (build.days(30), build.days(14))
    assert DueDateChange.objects.get(about_id=action.pk).reason == "New software in December"
    assert "First promised for" in client.get(reverse("action", args=[action.pk])).content.decode()


# --- Finishing --------------------------------------------------------------------------------------------


def settle_everything(cast: Cast, case: object, strength: str = "intermediate", what: str = "") -> None:
    build.find(cast, case, "workload")  # type: ignore[arg-type]
    for name in Cause.values:
        if name != "workload":
            build.find(cast, case, name, "ruled_out")  # type: ignore[arg-type]
    action = add_action(cast, case, strength=strength, what=what or "Add travel time to every rota")
    learning.record_action_done(by=cast.deputy, system_action=action, evidence="Rota of 2 November")
    learning.check_effect(by=cast.quality_lead, system_action=action, worked=True, evidence="9 of 10, before 4 of 10")
    learning.write_learning(
        by=cast.manager,
        case=case,  # type: ignore[arg-type]
        method="SEIPS",
        missed_opportunities="7 and 9 October",
        shared_how="Team meeting; letter to the daughter",
    )
    build.read_chronology(cast, case)  # type: ignore[arg-type]


@pytest.mark.feature("F26")
def test_the_learning_response_cannot_be_finished_while_a_cause_is_untested(cast: Cast, client: Client) -> None:
    case = cast.case(subject=True)
    client.force_login(cast.manager)
    page = client.post(reverse("learning-finish", args=[case.pk]))
    assert page.status_code == 422
    text = page.content.decode()
    for finding in CauseFinding.objects.filter(case=case):
        assert f"{finding.get_cause_display()}: not yet known" in text
        assert reverse("cause", args=[finding.pk]) in text


def test_with_every_cause_tested_and_the_action_shown_to_work_it_is_finished_and_then_fixed(cast: Cast) -> None:
    case = cast.case(subject=True)
    settle_everything(cast, case)
    learning.finish_learning(by=cast.manager, case=case)
    state = facts.tracks_state(case)
    assert state.learning_finished and state.learning_lacks == []
    with pytest.raises(Refused):
        build.find(cast, case, "process")
    learning.reopen_learning(by=cast.manager, case=case, reason="A new account")
    assert not facts.tracks_state(case).learning_finished


@pytest.mark.feature("F29")
def test_a_response_of_weak_actions_only_waits_for_the_nominated_individual(cast: Cast, client: Client) -> None:
    case = cast.case(subject=True)
    settle_everything(cast, case, strength="weak", what="Remind staff of the on-call number")
    with pytest.raises(Refused) as refused:
        learning.finish_learning(by=cast.manager, case=case)
    assert {missing.url for missing in refused.value.missing} >= {reverse("learning-weak", args=[case.pk])}
    url = reverse("learning-weak", args=[case.pk])
    client.force_login(cast.manager)
    assert client.post(url, {"reason": "Enough"}).status_code == 422
    client.force_login(cast.nominated_individual)
    assert client.post(url, {"reason": "The number is printed on every rota from today"}).status_code == 302
    assert LearningResponse.objects.get(case=case).all_weak_by == cast.nominated_individual
    learning.finish_learning(by=cast.manager, case=case)


@pytest.mark.feature_part("F29")
@pytest.mark.parametrize("named", [False, True])
def test_a_gap_in_competence_that_no_workers_plan_answers_needs_an_action_or_a_reason(
    cast: Cast, client: Client, named: bool
) -> None:
    """A response of "no individual concern", or a route without a plan, teaches nobody what was not known."""
    case = cast.case(subject=named)
    settle_everything(cast, case)
    found = build.find(cast, case, "competence")
    if named:
        build.route(cast, case, to="no_action")
    else:
        capability.decide_no_individual_concern(
            by=cast.manager, response=build.response(case), reason="Nobody had been taught it"
        )
    client.force_login(cast.manager)
    finish = reverse("learning-finish", args=[case.pk])
    refused = client.post(finish)
    page = refused.content.decode()
    assert refused.status_code == 422 and "no worker has a plan" in page
    assert reverse("action-new", args=[found.pk]) in page
    if named:
        build.route(cast, case, to="supported")
    else:
        build.find(cast, case, "competence", no_action_reason="The whole team is taught it by the programme of May")
    assert client.post(finish).status_code == 302


def test_another_weak_action_after_the_acceptance_asks_the_nominated_individual_anew(cast: Cast) -> None:
    case = cast.case(subject=True)
    settle_everything(cast, case, strength="weak", what="Remind staff of the on-call number")
    learning.accept_all_weak(by=cast.nominated_individual, case=case, reason="Enough here")
    add_action(cast, case, strength="weak", what="Put up a poster")
    response = LearningResponse.objects.get(case=case)
    assert gates.all_weak_open(response, list(SystemAction.objects.filter(case=case)))


def test_those_who_may_not_lead_learning_are_refused_and_the_subject_too(cast: Cast) -> None:
    finding = build.cause(cast.case(subject=True), "process")
    for user in (cast.other_senior, cast.hr, cast.worker_user, cast.stranger):
        with pytest.raises(NotAllowed):
            learning.add_cause_evidence(by=user, finding=finding, source="rota", what="Something")


def test_done_and_worked_each_need_their_evidence(cast: Cast) -> None:
    action = add_action(cast, cast.case(subject=True))
    with pytest.raises(Refused, match="F30"):
        learning.record_action_done(by=cast.deputy, system_action=action, evidence=" ")
    learning.record_action_done(by=cast.deputy, system_action=action, evidence="Rota of 2 November")
    with pytest.raises(Refused, match="F30"):
        learning.check_effect(by=cast.manager, system_action=action, worked=True, evidence=" ")
    assert facts.open_system_actions(action.case) == [action]
