"""Whether everyone is safe: an answer that can go both ways, and that stops what must wait for it (§0.2 A3, §3)."""

from __future__ import annotations

import pytest
from django.urls import reverse

from incidents import actions, gates
from incidents.models import ChronologyEntry, RiskControl
from records.gates import unmet
from records.refusals import Refused
from tests.governance.signing import freshly_signed_in
from tests.incidents.test_protection_pages import record
from tests.remediation import build

pytestmark = pytest.mark.django_db
SAFE = {"everyone_safe": "yes", "note": "Son is staying elsewhere; daughter with her"}
UNSAFE = {"everyone_safe": "no", "unsafe_note": "Her son has a key again; two of us stay until the lock is changed"}


@pytest.mark.feature("F12")
def test_no_plan_starts_while_someone_may_be_unsafe_and_the_page_leads_to_the_answer(cast, client):
    plan = build.ready(cast)
    client.force_login(cast.manager)
    answer = reverse("case-safe", args=[plan.case_id])
    assert client.post(answer, UNSAFE).status_code == 302
    start, signed = reverse("plan-start", args=[plan.pk]), {"conflict": "none", "agree": "on"}
    freshly_signed_in(client, cast.manager)
    refused = client.post(start, signed)
    page = refused.content.decode()
    assert refused.status_code == 422 and answer in page and "Say what made everyone safe" in page
    plan.refresh_from_db()
    assert plan.started_at is None
    assert client.post(answer, SAFE).status_code == 302
    assert client.post(start, signed).status_code == 302
    plan.refresh_from_db()
    assert plan.started_at is not None


@pytest.mark.feature("F11")
@pytest.mark.parametrize("answer", ["no", "unknown"])
def test_that_no_control_is_needed_waits_until_everyone_is_safe(cast, client, answer):
    case = cast.case(rated=True, everyone_safe=answer, safe_note="")
    client.force_login(cast.manager)
    safe, none = reverse("case-safe", args=[case.pk]), {"kind": "none_needed", "what": "Calls go on as they are"}
    refused = record(client, case, **none)
    page = refused.content.decode()
    assert refused.status_code == 422 and f'href="{safe}"' in page
    assert "Say what made everyone safe first" in page and none["what"] in page  # nothing typed is lost
    with pytest.raises(Refused) as caught:  # and the action itself, whoever calls it
        cast.control(case, worker=None, **none)
    assert caught.value.code == "SAFE" and [one.url for one in caught.value.missing] == [safe]
    assert not RiskControl.objects.exists()
    cast.control(case)  # a control is what this case needs: nothing stops one
    client.post(safe, SAFE)
    assert record(client, case, **none).status_code == 302


def test_the_answer_can_be_taken_back_and_both_stay_in_the_chronology(cast, client):
    case = cast.case()
    client.force_login(cast.manager)
    url = reverse("case-safe", args=[case.pk])
    for lacking in ({"note": ""}, {"everyone_safe": "yes"}, {"everyone_safe": "no"}, {"everyone_safe": "unknown"}):
        assert client.post(url, lacking).status_code == 422
    assert client.post(url, UNSAFE).status_code == 302
    page = client.get(reverse("case", args=[case.pk])).content.decode()
    assert "Someone may be unsafe" in page and url in page
    case.refresh_from_db()
    assert case.safe_confirmed_at is None and [one.code for one in unmet(gates.everyone_safe(case))] == ["SAFE"]
    assert UNSAFE["unsafe_note"] in ChronologyEntry.objects.get(case=case).text
    client.post(
        url, {"everyone_safe": "unknown", "unknown_note": "Nobody has reached her since noon; the senior drives"}
    )
    case.refresh_from_db()
    assert case.everyone_safe == "unknown" and ChronologyEntry.objects.filter(case=case).count() == 2
    assert client.post(url, SAFE).status_code == 302
    case.refresh_from_db()
    assert case.everyone_safe == "yes" and case.safe_confirmed_by == cast.manager
    for answer, note in (("no", " "), ("yes", "Fine")):
        with pytest.raises(Refused, match="SAFE"):
            actions.say_someone_may_be_unsafe(by=cast.manager, case=case, answer=answer, note=note)
