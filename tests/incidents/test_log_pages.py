"""Logging a failure through its pages, as a care worker and as a manager do."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
import time_machine
from django.urls import reverse

from incidents.models import AbuseType, Case, Duty, DutyAnswer, Level
from incidents.sub_types import SUB_TYPES
from records import times
from records.refusals import Refused
from records.times import london, to_london

#: The ten types of the guidance (domain.md §2.2), written out: a list read from the product would agree with itself.
TEN = {
    "physical",
    "domestic",
    "sexual",
    "psychological",
    "financial",
    "slavery",
    "discriminatory",
    "organisational",
    "neglect",
    "self_neglect",
}

#: The sub-types of the five failure types (domain.md §2.1).
EXACTLY = {
    "F1": {"noticed_not_reported", "reported_not_passed_on", "passed_on_not_referred", "late_notification"},
    "F2": {"missing", "late", "altered", "inconsistent", "opinion_as_fact", "no_timeline"},
    "F3": {"left_in_contact", "no_medical_help", "evidence_lost"},
    "F4": {"unauthorised", "disproportionate", "expired", "drifted", "blanket", "informal_ban"},
    "F5": {"closed_singly", "source_unseen"},
}


def when(name: str, moment: datetime) -> dict[str, str]:
    """A moment as the five small inputs of a WhenField."""
    local = to_london(moment)
    return {
        f"{name}-day": str(local.day),
        f"{name}-month": str(local.month),
        f"{name}-year": str(local.year),
        f"{name}-time": local.strftime("%H:%M"),
    }


def walk(client, answers: list[tuple[str, dict]]) -> str:
    """Answer the pages one by one from the first; returns where the last one led."""
    url = reverse("log")
    for slug, given in answers:
        assert slug == "what" or f"/{slug}/" in url, (slug, url)
        response = client.post(url, given)
        assert response.status_code == 302, (slug, _errors(response))
        url = response["Location"]
    return url


def went_on(response) -> str:
    """Where a page led whose answers were right."""
    assert response.status_code == 302, _errors(response)
    return response["Location"]


def _errors(response) -> list[str]:
    return re.findall(r"govuk-error-summary.*?</ul>", response.content.decode(), re.DOTALL)


def case_1(cast) -> list[tuple[str, dict]]:
    """What Aoife Brennan knows at 09:50 on Monday 12 October 2026."""
    return [
        (
            "what",
            {
                "service": str(cast.service.pk),
                "title": "Bruises seen and not reported",
                "what_happened": "Four small bruises were written down as accidental. The office was not told.",
            },
        ),
        (
            "when",
            {
                **when("first_noticed_at", london(2026, 10, 6, 8, 10)),
                "first_noticed_by": str(cast.worker.pk),
                **when("reported_inside_at", london(2026, 10, 12, 9, 20)),
                **when("registered_person_aware_at", london(2026, 10, 12, 9, 35)),
            },
        ),
        ("who", {"who_is_at_risk": "people", "people": "M.E.", "subjects": [str(cast.worker.pk)]}),
        ("safe", {"everyone_safe": "no", "safe_note": "Son still lives there; daughter on her way"}),
        (
            "kind",
            {
                "failure_types": ["F1", "F2"],
                "main_type": "F1",
                "abuse_types": ["physical", "domestic"],
                "involves_restriction": "no",
            },
        ),
        ("level", {"harm": "1", "potential": "3", "likelihood": "3"}),
    ]


@pytest.mark.feature("F07")
def test_the_manager_logs_case_1_and_its_times_gaps_and_clocks_are_shown(cast, client):
    with time_machine.travel(london(2026, 10, 12, 9, 50), tick=False):
        client.force_login(cast.manager)
        check = walk(client, case_1(cast))
        page = client.get(check).content.decode()
        assert "Bruises seen and not reported" in page and "Mon 12 Oct 2026, 09:35" in page
        done = client.post(check)
        assert "SP-2026-0001" in client.get(done["Location"]).content.decode()

        case = Case.objects.get(reference="SP-2026-0001", provider=cast.provider)
        assert case.level == Level.L3
        duties = client.get(reverse("case-duties", args=[case.pk])).content.decode()
        assert "6 days 1 hour (145.2 h) before anyone was told" in duties
        assert "15 minutes before the registered person knew" in duties
        # The CQC clock of case 1: amber 13:35, red the next morning.
        cqc = Duty.objects.get(case=case, body="cqc_r18")
        assert (cqc.amber_at, cqc.due_at) == (london(2026, 10, 12, 13, 35), london(2026, 10, 13, 9, 35))

    with time_machine.travel(london(2026, 10, 12, 14, 0), tick=False):
        client.force_login(cast.manager)
        url = reverse("case-chronology-new", args=[case.pk])
        entry = {
            "kind": "fact",
            "text": "Marks on both arms seen by the relief worker",
            **when("event_at", london(2026, 10, 11, 20, 0)),
            "source": "Phone call to the office",
        }
        refused = client.post(url, entry)
        assert refused.status_code == 422 and "more than 12 hours after" in refused.content.decode()
        client.post(url, entry | {"late_reason": "She was not asked before today"})
        shown = client.get(reverse("case-chronology", args=[case.pk])).content.decode()
        assert "Late entry" in shown
        assert "Sun 11 Oct 2026, 20:00" in shown and "Mon 12 Oct 2026, 14:00" in shown


@pytest.mark.feature("F04")
def test_a_failure_with_no_individual_subject_and_no_abuse_can_be_logged_with_its_reasons(cast, client):
    client.force_login(cast.manager)
    now = times.now()
    pages = dict(case_1(cast))
    pages["when"] = when("first_noticed_at", now)
    pages["who"] = {"who_is_at_risk": "service"}
    url = walk(client, [("what", pages["what"]), ("when", pages["when"])])
    refused = client.post(url, pages["who"])
    assert refused.status_code == 422 and "Say why no single person is at risk" in refused.content.decode()
    url = went_on(client.post(url, pages["who"] | {"service_wide_reason": "The on-call number was dead for all"}))
    url = went_on(client.post(url, {"everyone_safe": "yes"}))

    both = client.post(url, {"failure_types": ["F5", "F2"], "main_type": "F5", "abuse_types": ["physical", "none"]})
    assert both.status_code == 422
    no_reason = client.post(url, {"failure_types": ["F5"], "abuse_types": ["none"]})
    assert no_reason.status_code == 422 and "Say why it is not abuse" in no_reason.content.decode()
    no_main = client.post(url, {"failure_types": ["F5", "F2"]})
    assert no_main.status_code == 422 and "main one" in no_main.content.decode()
    url = went_on(
        client.post(
            url,
            {
                "failure_types": ["F5", "F2"],
                "main_type": "F5",
                "abuse_types": ["none"],
                "not_abuse_reason": "Nobody was hurt; it is about how logs are read",
            },
        )
    )
    url = went_on(client.post(url, {}))  # the level can wait
    client.get(went_on(client.post(url)))
    case = Case.objects.get(provider=cast.provider)
    assert not case.casestaffs.exists() and not case.casepersons.exists()
    assert not case.caseabusetypes.exists() and case.level is None
    assert case.casefailuretypes.get(main=True).code == "F5"
    page = client.get(reverse("case-people", args=[case.pk])).content.decode()
    assert "Practice quality, not abuse, because" in page
    assert "Low-level concerns not connected (main)" in page
    assert "No single person: The on-call number was dead for all" in page

    # All ten kinds of abuse and all five kinds of failure can be stated afterwards, in place of the reason.
    kind = reverse("case-classify", args=[case.pk])
    given = {
        "failure_types": ["F1", "F2", "F3", "F4", "F5"],
        "sub_F1": "reported_not_passed_on",
        "sub_F4": "informal_ban",
        "main_type": "F1",
        "abuse_types": AbuseType.values,
    }
    assert client.post(kind, given).status_code == 302
    page = client.get(reverse("case-people", args=[case.pk])).content.decode()
    assert all(str(one.label) in page for one in AbuseType)
    assert set(AbuseType.values) == TEN
    assert "Practice quality, not abuse" not in page
    assert "Reported and not passed on" in page and "An informal ban" in page
    assert {str(one): {code for code, _ in some} for one, some in SUB_TYPES.items()} == EXACTLY
    again = re.findall(r'<option value="(\w+)" selected', client.get(kind).content.decode())
    assert again == ["reported_not_passed_on", "informal_ban"]  # what was chosen stands there again


def test_a_care_worker_logs_gets_a_reference_and_does_not_see_the_case(cast, client):
    client.force_login(cast.colleague)
    pages = case_1(cast)[:-1]  # no level page for a care worker
    url = walk(client, pages)
    assert url.endswith("/check/")
    done = client.post(url)["Location"]
    page = client.get(done).content.decode()
    case = Case.objects.get(provider=cast.provider)
    assert case.reference in page and "Someone may be unsafe" in page
    assert "Go to the case" not in page
    assert client.get(reverse("case-protection", args=[case.pk])).status_code == 404
    client.force_login(cast.other_senior)
    assert client.get(done).status_code == 404
    assert set(Duty.objects.filter(case=case).values_list("answer", flat=True)) == {DutyAnswer.UNDECIDED}


def test_what_is_refused_at_the_end_keeps_every_answer(cast, client):
    """Answers that were right when typed can be wrong when sent: the role ended in between."""
    client.force_login(cast.colleague)
    url = walk(client, case_1(cast)[:-1])
    from accounts.actions import end_membership
    from accounts.models import Membership, User

    membership = Membership.objects.get(user=cast.colleague)
    end_membership(by=User.system(), membership=membership, last_day=times.today() - times.timedelta(days=1))
    assert client.post(url).status_code in (404, 422, 302)
    assert not Case.objects.filter(provider=cast.provider).exists()


@pytest.mark.parametrize(
    ("who", "may"), [("colleague", True), ("manager", True), ("hr", True), ("system_administrator", False)]
)
def test_the_button_that_logs_is_shown_to_whoever_may_log(cast, client, who, may):
    client.force_login(cast.users[who])
    assert ("Log a concern or failure" in client.get("/").content.decode()) is may
    assert client.get(reverse("log"), follow=True).status_code == (200 if may else 404)


def test_only_services_where_the_person_works_are_offered(cast, client):
    client.force_login(cast.colleague)
    page = client.get(reverse("log")).content.decode()
    assert "Larkfield North" in page and "Larkfield South" not in page and "Beacon" not in page
    client.force_login(cast.nominated_individual)
    page = client.get(reverse("log")).content.decode()
    assert "Larkfield South" in page and "Beacon" not in page


@pytest.mark.feature("F10")
@pytest.mark.parametrize("floor", ["sexual_allegation", "serious_crime"])
def test_what_lifts_the_level_is_not_dropped_when_it_is_ticked_alone(cast, client, floor):
    client.force_login(cast.manager)
    url = walk(client, case_1(cast)[:-1])
    for part in ({}, {"harm": "0"}, {"harm": "0", "likelihood": "1"}):
        refused = client.post(url, {"floors": [floor]} | part)
        page = refused.content.decode()
        assert refused.status_code == 422 and "so that what you ticked below counts" in page
        assert re.search(rf'value="{floor}"[^>]* checked', page)  # nothing ticked is lost
    check = went_on(client.post(url, {"floors": [floor], "harm": "0", "potential": "1", "likelihood": "1"}))
    client.post(check)
    case = Case.objects.latest("logged_at")
    assert case.level == (Level.L4 if floor == "serious_crime" else Level.L3)
    assert case.ratings.get().floors == [floor]
    # And the action itself, whoever calls it: a rating is whole, or is left for later.
    for part in ({"floors": [floor]}, {"harm": 4}, {"harm": 0, "potential": 1}, {"floors": [floor], "likelihood": 1}):
        with pytest.raises(Refused, match="F10"):
            cast.case(**part)
