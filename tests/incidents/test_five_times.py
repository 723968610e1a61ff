"""The five times where they are out of the usual order, or not known: nothing false is said of them (F07)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from governance.packs import contents
from incidents import actions
from incidents.latency import reported_to_sent
from records import times

FIRST = "told outside before the registered person knew, 1 hour 20 minutes earlier"


@pytest.mark.feature("F07")
def test_outside_told_before_the_registered_person_knew_is_said_so_on_the_page_the_chart_and_in_the_pack(cast, client):
    """A worker rings the police at night; the manager hears of it in the morning."""
    now = times.now()
    aware = now - timedelta(hours=1)
    case = cast.case(rated=True, reported_inside_at=aware - timedelta(hours=2), registered_person_aware_at=aware)
    police = actions.answer_duty(by=cast.manager, duty=case.duties.get(body="emergency_police"), answer="yes")
    actions.record_sent(by=cast.manager, duty=police, sent_at=aware - timedelta(minutes=80), route="999")
    client.force_login(cast.manager)
    for url in (reverse("case-duties", args=[case.pk]), case.get_absolute_url()):
        page = client.get(url).content.decode()
        assert FIRST in page and "before anyone outside was told" not in page, url
    summary = contents.find_part(contents.build(case), 1)
    chart = next(block for block in summary["blocks"] if block.get("svg"))
    assert "Told outside before the registered person knew" in str(chart["rows"]) and FIRST[1:] in chart["alt"]
    told = next(row for block in summary["blocks"] for row in block.get("rows", []) if row[0] == "First sent outside")
    assert told[2] == FIRST and "-1.3" not in str(summary)


def test_hours_from_reported_to_sent_are_none_where_somebody_outside_was_told_first(cast):
    now = times.now()
    case = cast.case(reported_inside_at=now - timedelta(hours=1), registered_person_aware_at=now)
    police = actions.answer_duty(by=cast.manager, duty=case.duties.get(body="emergency_police"), answer="yes")
    actions.record_sent(by=cast.manager, duty=police, sent_at=now - timedelta(hours=2), route="999")
    assert reported_to_sent(case) is None
