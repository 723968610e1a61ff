"""Both tracks open with the case (F24), and a named worker's plan holds their tasks (§3, last line)."""

import pytest
from django.test import Client
from django.urls import reverse

from incidents import actions as incident_actions
from incidents.models import RiskControl
from records.refusals import Refused
from remediation import facts
from remediation.actions import capability
from remediation.models import CapabilityResponse, Cause, CauseFinding, Finding, LearningResponse
from tests.cast import Cast
from tests.remediation import build

pytestmark = pytest.mark.django_db


@pytest.mark.feature("F24")
def test_logging_a_failure_opens_both_tracks_in_the_same_transaction(cast: Cast) -> None:
    case = cast.case(subject=True)
    learning = LearningResponse.objects.get(case=case)
    response = CapabilityResponse.objects.get(case=case)
    assert learning.finished_at is None and response.worker == cast.worker
    assert set(CauseFinding.objects.filter(case=case).values_list("cause", "finding")) == {
        (cause, Finding.NOT_KNOWN) for cause in Cause.values
    }
    assert {row.history_change_reason for row in learning.history.all()} == {"learning.opened"}
    state = facts.tracks_state(case)
    assert not state.learning_finished and not state.capability_finished


@pytest.mark.feature("F24")
def test_no_individual_concern_is_a_reasoned_decision_and_never_an_omission(cast: Cast, client: Client) -> None:
    case = cast.case()
    response = CapabilityResponse.objects.get(case=case)
    assert response.worker is None
    assert any("individual concern" in missing.text for missing in facts.tracks_state(case).capability_lacks)
    client.force_login(cast.manager)
    page = client.get(reverse("case-capability", args=[case.pk]))
    assert "Not decided" in page.content.decode()
    url = reverse("capability-none", args=[response.pk])
    assert client.post(url, {"reason": ""}).status_code == 422
    with pytest.raises(Refused):
        capability.decide_no_individual_concern(by=cast.manager, response=response, reason=" ")
    assert client.post(url, {"reason": "Three workers followed a number that was cut off"}).status_code == 302
    response.refresh_from_db()
    assert response.not_needed_by == cast.manager
    assert facts.tracks_state(case).capability_finished


def test_no_individual_concern_is_refused_while_a_worker_is_named(cast: Cast) -> None:
    case = cast.case(subject=True)
    with pytest.raises(Refused) as refused:
        capability.decide_no_individual_concern(by=cast.manager, response=build.response(case), reason="Nobody")
    assert refused.value.code == "F24" and "route for each worker" in refused.value.message


def test_a_worker_named_later_gets_a_response_and_the_one_without_a_worker_is_no_longer_asked_for(cast: Cast) -> None:
    case = cast.case()
    incident_actions.add_staff(by=cast.manager, case=case, staff=cast.worker, involvement="subject")
    live = facts.responses_of(case)
    assert [one.worker for one in live] == [cast.worker]
    assert CapabilityResponse.objects.get(case=case, worker=None).superseded_at is not None


def test_a_worker_with_a_plan_gets_tasks_back_through_reauthorisation_only(cast: Cast) -> None:
    plan = build.started(cast)
    control = RiskControl.objects.get(case=plan.case)
    with pytest.raises(Refused) as refused:
        incident_actions.review_control(
            by=cast.nominated_individual, control=control, outcome="lift", reason="Fine now"
        )
    assert any(missing.url == reverse("plan", args=[plan.pk]) for missing in refused.value.missing)
    assert control.restricted_tasks.filter(ended_at=None).count() == 4


@pytest.mark.feature_part("F32")
def test_somebody_without_the_hr_compartment_knows_nothing_of_the_capability_response(
    cast: Cast, client: Client
) -> None:
    case = cast.case(subject=True)
    for user in (cast.other_senior, cast.safeguarding_lead, cast.stranger, cast.worker_user):
        client.force_login(user)
        assert client.get(reverse("case-capability", args=[case.pk])).status_code == 404
        assert client.get(reverse("capability", args=[build.response(case).pk])).status_code == 404
