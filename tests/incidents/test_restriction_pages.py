"""Restrictive practice through the pages: case 3, "No town till further notice"."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from incidents import actions, gates
from incidents.models import Restriction
from records import times
from records.acting import acting_as
from records.gates import unmet
from records.refusals import Refused
from records.times import london
from tests.cast import RESTRICTION
from tests.incidents.test_log_pages import when
from tests.incidents.test_protection_pages import record as control_pages

NOW = london(2026, 10, 19, 12, 0)
QUESTIONS = ("authorised", "least_restrictive", "escalated", "positive_risk")


def posted(case, **changed: Any) -> dict[str, Any]:
    given: dict[str, Any] = (
        RESTRICTION
        | {
            "person": str(case.casepersons.get().person_id),
            "starts_at": NOW,
            "ends_at": NOW + timedelta(days=27),
            "authority_on": {"authority_on-day": "19", "authority_on-month": "10", "authority_on-year": "2026"},
        }
        | changed
    )
    day = given.pop("authority_on") or {}
    moments = {name: given.pop(name) for name in ("starts_at", "ends_at")}
    for name, moment in moments.items():
        if moment is not None:
            given |= when(name, moment)
    return given | day


@pytest.fixture
def case_3(cast):
    with time_machine.travel(NOW, tick=False):
        return cast.case(
            people=["J.P."],
            failure_types=["F4"],
            main_type="F4",
            abuse_types=["psychological"],
            involves_restriction=True,
            harm=2,
            potential=3,
            likelihood=3,
        )


@pytest.mark.feature("F59")
def test_a_restriction_records_everything_ends_in_28_days_and_is_unauthorised_past_its_end(cast, case_3, client):
    url = reverse("case-restriction-new", args=[case_3.pk])
    with time_machine.travel(NOW, tick=False):
        client.force_login(cast.manager)
        needed = (
            "person kind what risk authority capacity alternatives proportionality persons_view "
            "reduction_step positive_risk"
        )
        for name in needed.split():
            assert client.post(url, posted(case_3, **{name: ""})).status_code == 422, name
        for name in needed.split()[2:]:
            if name != "authority":
                with pytest.raises(Refused, match="F59"):
                    record(cast, case_3, **{name: " "})
        for wrong in (
            {"ends_at": None},
            {"ends_at": times.days_later(NOW, 28) + timedelta(minutes=1)},
            {"ends_at": NOW - timedelta(days=1)},
            {"authority_detail": ""},
            {"authority_on": None},
        ):
            assert client.post(url, posted(case_3, **wrong)).status_code == 422, wrong
        assert not Restriction.objects.exists()
        assert client.post(url, posted(case_3)).status_code == 302
        one = Restriction.objects.get()
        page = client.get(reverse("case-restriction", args=[case_3.pk])).content.decode()
        assert "Authorised" in page and "Unauthorised" not in page
        for text in (one.what, "Going alone; going with one person", "One person after two calm visits"):
            assert text in page
    with time_machine.travel(NOW + timedelta(days=27, minutes=1), tick=False):
        client.force_login(cast.manager)
        page = client.get(reverse("case-restriction", args=[case_3.pk])).content.decode()
        assert "Unauthorised" in page
        assert "F63" in {line.code for line in unmet(gates.restriction_answered(case_3))}
        end = reverse("case-restriction-end", args=[case_3.pk, one.pk])
        ended = when("ended_at", NOW + timedelta(days=26))
        assert client.post(end, ended).status_code == 422
        assert client.post(end, ended | {"ended_how": "Goes with one person now"}).status_code == 302
        one.refresh_from_db()
        assert one.ended_at == NOW + timedelta(days=26) and one.is_authorised(one.ended_at)


def record(cast, case, **changed: Any) -> Restriction:
    given = (
        RESTRICTION
        | {
            "person": case.casepersons.get().person,
            "starts_at": NOW,
            "ends_at": NOW + timedelta(days=27),
            "authority_on": times.to_london(NOW).date(),
        }
        | changed
    )
    return actions.record_restriction(by=cast.manager, case=case, **given)


@pytest.mark.feature("F65")
def test_authority_written_down_afterwards_is_refused_and_the_days_before_stay_unauthorised(cast, case_3, client):
    """Case 3: Mark offers to write up the ban "as agreed from August, in his best interests"."""
    url = reverse("case-restriction-new", args=[case_3.pk])
    august = {"authority_on-day": "14", "authority_on-month": "8", "authority_on-year": "2026"}
    with time_machine.travel(NOW, tick=False):
        client.force_login(cast.manager)
        for authority in ("mca", "consent"):
            backdated = posted(
                case_3,
                authority=authority,
                authority_on=august,
                authority_detail="As agreed from August",
                starts_at=london(2026, 8, 14, 18, 0),
                ends_at=london(2026, 9, 10, 18, 0),
            )
            response = client.post(url, backdated)
            page = response.content.decode()
            assert response.status_code == 422 and "Write the account in the chronology" in page
            assert reverse("case-chronology-new", args=[case_3.pk]) in page
        # Nor may today's authority, of any kind, reach back to before it was given.
        for authority in ("mca", "court"):
            reaching = posted(
                case_3, authority=authority, starts_at=london(2026, 8, 14, 18, 0), ends_at=london(2026, 9, 1, 18, 0)
            )
            assert "does not reach back" in client.post(url, reaching).content.decode()
        with pytest.raises(Refused, match="F65"):
            record(cast, case_3, authority="mca", authority_on=london(2026, 8, 14).date())
        assert not Restriction.objects.exists()
        hour = timedelta(hours=1)
        assert Restriction(authority="mca", starts_at=NOW - hour, ends_at=NOW + hour).is_authorised()
        assert not Restriction(authority="none", starts_at=NOW - hour, ends_at=NOW + hour).is_authorised()
        # What it was: the words, no authority, no end.
        honest = posted(
            case_3,
            kind="informal_ban",
            authority="none",
            authority_on=None,
            verbatim="No town trips till further notice, for his own safety and ours.",
            starts_at=london(2026, 8, 14, 20, 0),
            ends_at=None,
        )
        assert client.post(url, honest).status_code == 302
        one = Restriction.objects.get()
        assert not one.is_authorised() and not one.is_authorised(london(2026, 8, 20))
        page = client.get(reverse("case-restriction", args=[case_3.pk])).content.decode()
        assert "Unauthorised" in page and "no end was ever set" in page and "No town trips" in page
        shown = client.get(reverse("case-chronology", args=[case_3.pk])).content.decode()
        assert "Fri 14 Aug 2026, 20:00" in shown and "Mon 19 Oct 2026, 12:00" in shown


@pytest.mark.feature_part("F59")
def test_28_days_are_counted_on_the_wall_clock_over_the_night_when_the_clocks_change(cast, case_3, client):
    """Case 3's dates: from 19 October 11:40 to 16 November 11:40 is 28 days, and 28 times 24 hours and one more."""
    start, end = london(2026, 10, 19, 12, 40), london(2026, 11, 16, 12, 40)
    url = reverse("case-restriction-new", args=[case_3.pk])
    with time_machine.travel(NOW, tick=False):
        client.force_login(cast.manager)
        late = posted(case_3, starts_at=start, ends_at=end + timedelta(minutes=1))
        assert client.post(url, late).status_code == 422
        assert client.post(url, posted(case_3, starts_at=start, ends_at=end)).status_code == 302
        assert Restriction.objects.get().ends_at == end


@pytest.mark.feature_part("F59")
@pytest.mark.parametrize("kind", ["homecare", "supported_living"])
def test_dols_is_no_authority_in_a_persons_own_home(cast, case_3, client, kind):
    url = reverse("case-restriction-new", args=[case_3.pk])
    with time_machine.travel(NOW, tick=False):
        client.force_login(cast.manager)
        set_kind(cast, case_3, kind)
        answer = client.post(url, posted(case_3, authority="dols"))
        page = answer.content.decode()
        assert answer.status_code == 422 and "Court of Protection" in page and "commissioner" in page
        with pytest.raises(Refused, match="Court of Protection"):
            record(cast, case_3, authority="dols")
        assert not Restriction.objects.exists()
        assert client.post(url, posted(case_3, authority="court")).status_code == 302
        set_kind(cast, case_3, "care_home")
        assert client.post(url, posted(case_3, authority="dols")).status_code == 302


def set_kind(cast, case, kind: str) -> None:
    with acting_as(cast.manager, "test.service_kind"):
        case.service.kind = kind
        case.service.save()


@pytest.mark.feature_part("F15")
def test_a_control_cannot_stand_on_a_restriction_that_has_not_begun(cast, case_3, client):
    begins = NOW + timedelta(hours=3)
    given = {"kind": "limits_person", "what": "Market with two staff", "worker": None, "limits_person": True}
    page = reverse("case-restriction", args=[case_3.pk])
    with time_machine.travel(NOW, tick=False):
        client.force_login(cast.manager)
        held = record(cast, case_3, starts_at=begins)
        assert not held.is_authorised() and held.is_authorised(begins)
        shown = client.get(page).content.decode()
        assert "Not begun yet" in shown and "Unauthorised" not in shown
        assert "F63" not in {line.code for line in unmet(gates.restriction_answered(case_3))}
        with pytest.raises(Refused, match="begins on Mon 19 Oct 2026, 15:00"):
            cast.control(case_3, **given, restriction=held)
        answer = control_pages(client, case_3, **given | {"limits_person": "yes", "restriction": str(held.pk)})
        assert answer.status_code == 422 and "no authority before then" in answer.content.decode()
    with time_machine.travel(begins, tick=False):
        assert cast.control(case_3, **given, restriction=held).restriction == held
        client.force_login(cast.manager)
        assert "Not begun yet" not in client.get(page).content.decode()


@pytest.mark.feature("F60")
def test_the_four_questions_are_asked_where_a_restriction_is_part_of_it_and_nowhere_else(cast, case_3, client):
    plain = cast.case()
    client.force_login(cast.manager)
    page = client.get(reverse("case-restriction", args=[plain.pk])).content.decode()
    assert "No restriction of anybody" in page
    assert gates.restriction_answered(plain) == []

    url = reverse("case-restriction-tests", args=[case_3.pk])
    assert "A10" in {line.code for line in unmet(gates.restriction_answered(case_3))}
    full = {name: f"Evidence about {name}" for name in QUESTIONS} | {f"{name}_met": "no" for name in QUESTIONS}
    for left_out in full:
        response = client.post(url, {name: text for name, text in full.items() if name != left_out})
        assert response.status_code == 422, left_out
    given = {name: True for name in full if name.endswith("_met")} | dict.fromkeys(QUESTIONS, "Seen")
    for name in QUESTIONS:
        with pytest.raises(Refused, match="A10"):
            actions.answer_restriction_tests(by=cast.manager, case=case_3, **(given | {name: " "}))
    assert client.post(url, full).status_code == 302
    page = client.get(reverse("case-restriction", args=[case_3.pk])).content.decode()
    for question in (
        "Was it authorised, proportionate and time-limited?",
        "Did staff understand the least restrictive option?",
        "Was it escalated when its use rose?",
        "Was positive risk-taking considered, and recorded?",
    ):
        assert question in page
    assert "Evidence about escalated" in page
    assert "A10" not in {line.code for line in unmet(gates.restriction_answered(case_3))}


def test_the_end_of_a_restriction_says_how(cast, case_3):
    with time_machine.travel(NOW, tick=False):
        one = record(cast, case_3)
        with pytest.raises(Refused, match="how it ended"):
            actions.end_restriction(by=cast.manager, restriction=one, ended_how=" ")
        one.refresh_from_db()
        assert one.in_force
