"""Lateness shows whenever it is found: assumed times are said to be assumed, corrected ones move every clock (F07, F20)."""

from __future__ import annotations

import pytest
import time_machine
from django.urls import reverse

from governance.gates import closing
from governance.models import DueItem
from incidents import actions
from records.refusals import Refused
from records.times import london
from tests.incidents.test_log_pages import when

AWARE, OPENED = london(2026, 9, 7, 10, 15), london(2026, 9, 24, 10, 30)


@pytest.fixture
def case(cast):
    """Case 2: the manager knew on 7 September, logs it on the 24th and leaves the time empty."""
    with time_machine.travel(OPENED, tick=False):
        made = cast.case(
            rated=True,
            first_noticed_at=london(2026, 9, 5, 18, 0),
            reported_inside_at=None,
            registered_person_aware_at=None,
        )
        cqc = actions.answer_duty(by=cast.manager, duty=made.duties.get(body="cqc_r18"), answer="yes")
        actions.record_sent(by=cast.manager, duty=cqc, sent_at=OPENED, route="Portal")
        yield made


def corrected(client, case):
    given = when("first_noticed_at", case.first_noticed_at) | when("registered_person_aware_at", AWARE)
    return client.post(reverse("case-times", args=[case.pk]), given)


@pytest.mark.feature("F07")
def test_a_time_nobody_gave_is_shown_as_assumed_asked_for_and_keeps_the_case_open(cast, client, case):
    client.force_login(cast.manager)
    case.refresh_from_db()
    assert case.registered_person_aware_at is None
    for url in (case.get_absolute_url(), reverse("case-duties", args=[case.pk])):
        assert "not recorded; assumed Thu 24 Sep 2026, 10:30" in client.get(url).content.decode()
    overview = client.get(case.get_absolute_url()).content.decode()
    assert "Say when the registered person knew" in overview and reverse("case-times", args=[case.pk]) in overview
    wanted = "Say when the registered person knew: the clocks ran from an assumed time"
    assert wanted in [line.detail for line in closing.lines(case) if line.code == "DUTY"]
    assert corrected(client, case).status_code == 302
    assert "assumed" not in client.get(reverse("case-duties", args=[case.pk])).content.decode()


@pytest.mark.feature("F07")
def test_the_time_the_registered_person_knew_is_never_taken_away_again(cast, client, case):
    client.force_login(cast.manager)
    assert corrected(client, case).status_code == 302
    emptied = when("first_noticed_at", case.first_noticed_at) | {"occurred_note": "Over a weekend"}
    refused = client.post(reverse("case-times", args=[case.pk]), emptied)
    assert refused.status_code == 422 and "it cannot be taken away" in refused.content.decode()
    assert "Over a weekend" in refused.content.decode()
    assert case.duties.get(body="cqc_r18").clock_start_at == AWARE


@pytest.mark.feature("F20")
def test_a_notice_that_turns_out_to_be_late_says_so_and_asks_why(cast, client, case):
    client.force_login(cast.manager)
    cqc = case.duties.get(body="cqc_r18")
    page = reverse("case-duty", args=[case.pk, cqc.pk])
    late = reverse("case-duty-late", args=[case.pk, cqc.pk])
    assert "Sent late" not in client.get(page).content.decode() and client.get(late).status_code == 404
    assert corrected(client, case).status_code == 302
    cqc.refresh_from_db()
    assert cqc.due_at == london(2026, 9, 8, 10, 15)
    shown = client.get(page).content.decode()
    assert "Sent late: say why" in shown and "16 days" in shown and "Nobody has said why yet" in shown and late in shown
    # It is due, keeps the case from closing, and is asked of whoever decides duties.
    assert DueItem.objects.get(record=cqc.pk, kind="duty_lateness").due_at == london(2026, 9, 25, 10, 30)
    unsaid = "Say why it was sent late: CQC: other incidents"
    assert unsaid in [line.detail for line in closing.lines(case) if line.code == "DUTY"]
    empty = client.post(late, {"lateness_reason": " "})
    assert empty.status_code == 422 and "Say why" in empty.content.decode()
    with pytest.raises(Refused, match="F20"):
        actions.explain_lateness(by=cast.manager, duty=cqc, reason=" ")
    client.force_login(cast.colleague)
    assert client.post(late, {"lateness_reason": "None"}).status_code == 404
    client.force_login(cast.manager)
    assert client.post(late, {"lateness_reason": "We thought the council's referral was enough"}).status_code == 302
    shown = client.get(page).content.decode()
    assert "council&#x27;s referral was enough" in shown and "Sent late: say why" not in shown and "Sent late" in shown
    assert not DueItem.objects.filter(record=cqc.pk, kind="duty_lateness").exists()
    assert unsaid not in [line.detail for line in closing.lines(case)]
    with pytest.raises(Refused, match="nobody asks"):
        actions.explain_lateness(by=cast.manager, duty=cqc, reason="Another reason")
