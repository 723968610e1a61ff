"""A silent council is chased in working days, with words that say what to do next (domain.md §13; case 1)."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.urls import reverse

from governance import chasing
from governance.models import Chase, DueItem
from incidents import actions
from records.times import london

SENT = london(2026, 10, 12, 12, 40)


def rungs(at: Any) -> list[tuple[str, str]]:
    with time_machine.travel(at):
        chasing.sweep(at)
    found = Chase.objects.filter(kind="duty_reply").exclude(rung="half").order_by("made_at", "id")
    return [(one.rung, one.recipient.email.split("@")[0]) for one in found]


@pytest.mark.django_db
@pytest.mark.feature("F84")
def test_a_silent_council_is_chased_after_two_and_five_working_days_then_its_team_manager(
    cast: Any, client: Any
) -> None:
    with time_machine.travel(SENT):
        case = cast.case(rated=True, first_noticed_at=london(2026, 10, 6, 8, 10), reported_inside_at=None)
        council = actions.answer_duty(by=cast.deputy, duty=case.duties.get(body="la_safeguarding"), answer="yes")
        actions.record_sent(by=cast.deputy, duty=council, sent_at=SENT, route="Phone")
        client.force_login(cast.manager)
        page = client.get(reverse("case-duty", args=[case.pk, council.pk])).content.decode()
        assert "Wed 14 Oct" in page and "Mon 19 Oct" in page and "team manager" in page
    assert DueItem.objects.get(kind="duty_reply", case=case).due_at == london(2026, 10, 14, 12, 40)
    assert rungs(london(2026, 10, 14, 12, 39)) == []
    # The weekend rests: the fifth working day is Monday the 19th. Nobody above is told: theirs stand above, not ours.
    assert rungs(london(2026, 10, 14, 12, 45)) == [("due", "deputy")]
    assert rungs(london(2026, 10, 19, 12, 35)) == [("due", "deputy")]
    assert rungs(london(2026, 10, 19, 12, 45)) == [("due", "deputy"), ("again", "deputy")]
    third = [("due", "deputy"), ("again", "deputy"), ("team", "deputy")]
    assert rungs(london(2026, 10, 20, 12, 45)) == third and rungs(london(2026, 11, 20, 9, 0)) == third
    chases = {one.rung: chasing.message(one) for one in Chase.objects.filter(kind="duty_reply")}
    assert "Ask them again" in chases["again"].body and "Ask for their team manager now" in chases["team"].body
    assert case.reference not in chases["team"].body


@pytest.mark.django_db
@pytest.mark.feature("F84")
def test_an_answer_ends_the_chasing_of_somebody_outside(cast: Any) -> None:
    with time_machine.travel(SENT):
        case = cast.case(rated=True)
        council = actions.answer_duty(by=cast.deputy, duty=case.duties.get(body="la_safeguarding"), answer="yes")
        actions.record_sent(by=cast.deputy, duty=council, sent_at=SENT, route="Phone")
        actions.record_acknowledgement(
            by=cast.deputy, duty=council, acknowledged_at=SENT, acknowledged_by="R. Patel, duty desk"
        )
    assert rungs(london(2026, 10, 20, 12, 45)) == []
