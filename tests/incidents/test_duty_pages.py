"""Outside duties through the pages: each body its own answer, clock, proof and lateness."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from incidents import actions, gates
from incidents.duties import DUTIES
from incidents.models import Duty, DutyAnswer
from records import times
from records.gates import unmet
from records.refusals import NotAllowed, Refused
from records.times import london
from tests.incidents.test_log_pages import when


def address(name: str, duty: Duty) -> str:
    return reverse(name, args=[duty.case_id, duty.pk])


@pytest.mark.feature("F19")
def test_each_body_is_answered_for_itself_and_a_no_on_abuse_police_and_dbs_needs_a_second_person(cast, client):
    case = cast.case(rated=True, subject=True)
    client.force_login(cast.manager)
    page = client.get(reverse("case-duties", args=[case.pk])).content.decode()
    for duty in case.duties.all():
        assert DUTIES[duty.body].name in page
    # "No" needs its reason.
    commissioner = case.duties.get(body="commissioner")
    refused = client.post(address("case-duty-answer", commissioner), {"answer": "no"})
    assert refused.status_code == 422 and "Say why not" in refused.content.decode()
    with pytest.raises(Refused, match="F19"):
        actions.answer_duty(by=cast.manager, duty=commissioner, answer="no")
    client.post(address("case-duty-answer", commissioner), {"answer": "no", "no_reason": "Not in the contract"})
    commissioner.refresh_from_db()
    assert commissioner.answer == DutyAnswer.NO
    # One body's decision never closes another's.
    assert set(case.duties.exclude(body="commissioner").values_list("answer", flat=True)) == {"undecided"}

    for body in ("emergency_police", "la_safeguarding", "cqc_r18", "dbs"):
        duty = case.duties.get(body=body)
        client.force_login(cast.manager)
        client.post(address("case-duty-answer", duty), {"answer": "no", "no_reason": "No crime, no abuse"})
        duty.refresh_from_db()
        assert duty.answer == DutyAnswer.UNDECIDED and duty.proposed_no_by == cast.manager, body
        page = client.get(address("case-duty", duty)).content.decode()
        assert "No, if a second person agrees" in page and "clock runs on" in page
        own = client.post(address("case-duty-second", duty), {"agree": "yes"})
        assert own.status_code == 422 and "A second person agrees" in own.content.decode()
        with pytest.raises(NotAllowed):
            actions.second_no(by=cast.manager, duty=duty)
        client.force_login(cast.senior)
        assert client.post(address("case-duty-second", duty), {"agree": "yes"}).status_code == 422
        client.force_login(cast.safeguarding_lead)
        assert client.post(address("case-duty-second", duty), {"agree": "no"}).status_code == 422
        assert client.post(address("case-duty-second", duty), {"agree": "yes"}).status_code == 302
        duty.refresh_from_db()
        assert (duty.answer, duty.decided_by, duty.second_by) == ("no", cast.manager, cast.safeguarding_lead)
    # Telling the council does not answer the CQC: a "no" can be disagreed with, and a new fact asks anew.
    again = actions.raise_duty(by=cast.manager, case=case, body="dbs", why="The worker has left")
    assert again.answer == DutyAnswer.UNDECIDED and again.due_at is not None


@pytest.mark.feature("F20")
def test_a_duty_turns_amber_then_red_and_being_late_needs_a_reason_proof_and_their_answer(cast, client):
    aware = london(2026, 10, 12, 9, 35)
    with time_machine.travel(london(2026, 10, 12, 9, 50)):
        case = cast.case(rated=True, reported_inside_at=None, registered_person_aware_at=aware)
        duty = case.duties.get(body="cqc_r18")
        client.force_login(cast.manager)
        assert "Not decided" in client.get(address("case-duty", duty)).content.decode()
        sent = {**when("sent_at", times.now() - timedelta(minutes=1)), "route": "CQC portal"}
        early = client.post(address("case-duty-sent", duty), sent)
        assert early.status_code == 422 and "answer first" in early.content.decode()
        given = {"answer": "yes", "grounds": ["2e", "2f"], "scope_reasoning": "The missed report is ours"}
        assert client.post(address("case-duty-answer", duty), given).status_code == 302
        page = client.get(address("case-duty", duty)).content.decode()
        assert "abuse or an allegation of abuse" in page and "The missed report is ours" in page
    with time_machine.travel(london(2026, 10, 12, 13, 40)):
        client.force_login(cast.manager)
        assert "Due soon" in client.get(address("case-duty", duty)).content.decode()
    with time_machine.travel(london(2026, 10, 13, 10, 0)):
        client.force_login(cast.manager)
        assert "Overdue" in client.get(address("case-duty", duty)).content.decode()
        assert "overdue" in client.get(reverse("case-duties", args=[case.pk])).content.decode()
        sent = {**when("sent_at", london(2026, 10, 13, 9, 55)), "route": "CQC portal", "reference": "ENF1-77"}
        refused = client.post(address("case-duty-sent", duty), sent)
        assert refused.status_code == 422 and "sent after it was due. Say why" in refused.content.decode()
        with pytest.raises(Refused, match="F20"):
            actions.record_sent(by=cast.manager, duty=duty, sent_at=london(2026, 10, 13, 9, 55), route="Portal")
        assert client.post(address("case-duty-sent", duty), sent | {"lateness_reason": "Portal was down"}).status_code
        page = client.get(address("case-duty", duty)).content.decode()
        assert "Sent late" in page and "Portal was down" in page and "ENF1-77" in page and "20 minutes" in page
        answered = {**when("acknowledged_at", london(2026, 10, 13, 9, 58)), "acknowledged_by": "CQC duty desk"}
        before = answered | when("acknowledged_at", london(2026, 10, 13, 9, 0))
        assert client.post(address("case-duty-acknowledged", duty), before).status_code == 422
        assert client.post(address("case-duty-acknowledged", duty), answered | {"outcome": "Noted"}).status_code == 302
        page = client.get(address("case-duty", duty)).content.decode()
        assert "CQC duty desk" in page and "Noted" in page
        # Sent stays sent: the answer is no longer open.
        assert client.get(address("case-duty-answer", duty)).status_code == 404
        with pytest.raises(Refused):
            actions.answer_duty(by=cast.manager, duty=duty, answer="no", reason="Changed our mind")


def test_a_duty_sent_in_time_keeps_no_lateness_and_stops_the_fifth_clock(cast, client):
    case = cast.case(rated=True)
    duty = case.duties.get(body="la_safeguarding")
    actions.answer_duty(by=cast.manager, duty=duty, answer="yes")
    client.force_login(cast.manager)
    client.post(
        address("case-duty-sent", duty),
        {**when("sent_at", times.now() - timedelta(minutes=1)), "route": "Phone", "lateness_reason": "none"},
    )
    duty.refresh_from_db()
    assert duty.sent_at and duty.lateness_reason == ""
    page = client.get(reverse("case-duties", args=[case.pk])).content.decode()
    assert "before anyone outside was told" in page


def test_candour_names_the_health_care_professional(cast, client):
    case = cast.case(rated=True)
    duty = case.duties.get(body="candour")
    client.force_login(cast.manager)
    given = {"answer": "no", "no_reason": "No lasting harm"}
    refused = client.post(address("case-duty-answer", duty), given)
    assert refused.status_code == 422 and "Name the health care professional" in refused.content.decode()
    assert client.post(address("case-duty-answer", duty), given | {"professional": "Dr Iqbal, GP"}).status_code == 302
    with pytest.raises(Refused, match="F21"):
        actions.answer_duty(by=cast.manager, duty=duty, answer="no", reason="No lasting harm")


def test_protection_waits_for_the_duties_except_those_that_wait_for_a_later_fact(cast):
    case = cast.case(rated=True, subject=True)
    cast.control(case)
    waiting = {line.code: line for line in unmet(gates.protection(case))}
    assert set(waiting) == {"G2"} and "CQC r18" in waiting["G2"].detail and "DBS" not in waiting["G2"].detail
    for duty in case.duties.exclude(body__in=["dbs", "candour"]):
        actions.answer_duty(by=cast.manager, duty=duty, answer="yes")
    # Yes to the police brought up a question of its own for the CQC.
    assert "reported to, or investigated by, the police" in unmet(gates.protection(case))[0].detail
    actions.answer_duty(by=cast.manager, duty=case.duties.get(body="cqc_r18", answer="undecided"), answer="yes")
    assert not unmet(gates.protection(case))


def test_another_body_can_be_added_with_its_clock(cast, client):
    case = cast.case(rated=True)
    client.force_login(cast.manager)
    url = reverse("case-duty-raise", args=[case.pk])
    assert client.post(url, {"body": "ico"}).status_code == 422
    given = {"body": "ico", "why": "A list was left on a bus"}
    assert client.post(url, given | when("at", times.now() - timedelta(hours=5))).status_code == 302
    duty = case.duties.get(body="ico")
    assert duty.due_at - duty.clock_start_at == timedelta(hours=72)


def test_what_is_sent_says_how_and_after_an_answer(cast):
    case = cast.case(rated=True)
    duty = case.duties.get(body="la_safeguarding")
    now = times.now()
    with pytest.raises(Refused, match="answer first"):
        actions.record_sent(by=cast.manager, duty=duty, sent_at=now, route="Phone")
    actions.answer_duty(by=cast.manager, duty=duty, answer="yes")
    with pytest.raises(Refused, match="how it was sent"):
        actions.record_sent(by=cast.manager, duty=duty, sent_at=now, route=" ")
    with pytest.raises(Refused, match="must be in the past"):
        actions.record_sent(by=cast.manager, duty=duty, sent_at=now + timedelta(hours=1), route="Phone")
    assert not Duty.objects.filter(case=case, sent_at__isnull=False).exists()
