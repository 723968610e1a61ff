"""An outside reader: invited to one thing, redacted, marked, written down, until a day; and to nothing else (F95)."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts import actions as people
from accounts.models import User
from governance import actions
from governance.models import PackRelease
from incidents import actions as incidents
from incidents.models import Case, CaseGrant, CaseRead
from records import times
from records.refusals import NotAllowed, Refused
from remediation.actions import signatures
from tests.access.conftest import TITLE, released
from tests.access.test_case_access import signed_in, typed
from tests.access.test_sealed import seal
from tests.cast import Cast
from tests.governance.signing import signature
from tests.guards import addresses

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def invitation(**changed: Any) -> dict[str, Any]:
    return {
        "name": "Ngozi Bell",
        "organisation": "Northshire Council",
        "email": "ngozi.bell@northshire.example",
        "what": "case",
        "purpose": "Contract monitoring",
        **typed("ends_on", times.today() + DAY * 10),
    } | changed


@pytest.fixture
def reader(cast: Cast, case: Case) -> Client:
    released(cast, case)
    sent = signed_in(cast.manager).post(reverse("case-invite", args=[case.pk]), invitation())
    assert sent.status_code == 302, sent.content.decode()
    return signed_in(User.objects.get(email="ngozi.bell@northshire.example"))


@pytest.mark.feature("F95")
def test_a_reviewer_reads_a_redacted_marked_edition_and_it_is_written_down(
    cast: Cast, case: Case, reader: Client
) -> None:
    grant = CaseGrant.objects.get(kind="reviewer")
    home = reader.get(reverse("my-work")).content.decode()
    assert f'invited to read is in the <a class="govuk-link" href="{reverse("reading-room")}"' in home
    assert "Nothing is waiting" not in home
    assert case.reference in reader.get(reverse("reading-room")).content.decode()
    page = reader.get(reverse("reading", args=[grant.pk])).content.decode()
    assert page.count("For Ngozi Bell, Northshire Council (ngozi.bell@northshire.example) only.") >= 2
    assert "Contract monitoring" in page
    for name in ("Dionne Asante", "Petra Novak", "Aoife Brennan", "Zq.W."):
        assert name not in page, name
    [read] = CaseRead.objects.filter(page="reading")
    assert (read.case, read.grant, read.under) == (case.pk, grant.pk, "External reviewer")
    shown = signed_in(cast.manager).get(reverse("case-access", args=[case.pk])).content.decode()
    assert "External reviewer: Contract monitoring" in shown


@pytest.mark.feature("F95")
def test_a_reviewer_finds_nothing_else_in_the_product_and_can_change_nothing(
    cast: Cast, case: Case, reader: Client
) -> None:
    wrong = []
    for one in addresses.all_addresses(case):
        if one.name in ("reading", "reading-room", *addresses.OPEN_TO_ALL):
            continue
        for method in (reader.get, reader.post):
            answer = method(one.path)
            body = (b"".join(answer) if answer.streaming else answer.content).decode()
            traces = [words for words in (case.reference, TITLE) if words in body]
            if traces or ("<" in one.pattern and "cases" in one.pattern and answer.status_code not in (404, 405)):
                wrong.append((one.name, answer.status_code, traces))
    assert wrong == []
    grant = CaseGrant.objects.get(kind="reviewer")
    assert reader.post(reverse("reading", args=[grant.pk])).status_code == 405


@pytest.mark.feature("F95")
def test_a_reviewers_access_ends_by_itself_and_with_a_seal(cast: Cast, case: Case, reader: Client) -> None:
    grant = CaseGrant.objects.get(kind="reviewer")
    url = reverse("reading", args=[grant.pk])
    assert reader.get(url).status_code == 200
    with time_machine.travel(times.now() + DAY * 12):
        assert signed_in(User.objects.get(email="ngozi.bell@northshire.example")).get(url).status_code == 404
    assert signed_in(cast.senior).get(url).status_code == 404  # nobody else reads by their invitation
    seal(cast, case)
    assert reader.get(url).status_code == 404
    assert reader.get(reverse("reading-room")).status_code == 404


def test_who_invites_and_whom(cast: Cast, case: Case) -> None:
    released(cast, case)
    give = {
        "case": case, "name": "N", "organisation": "O", "email": "n@o.example", "purpose": "p",
        "ends_on": times.today() + DAY,
    }  # fmt: skip
    for name in ("deputy", "senior", "hr", "worker_user", "safeguarding_lead"):
        with pytest.raises(NotAllowed):
            actions.invite_reviewer(by=cast.users[name], **give)
    people.delegate(  # who may release packs by delegation decides for that not who sees the case
        by=cast.manager, to=cast.deputy, service=cast.service, what=["export_packs"], reason="Leave",
        starts_on=times.today(), ends_on=times.today() + DAY,
    )  # fmt: skip
    with pytest.raises(NotAllowed):
        actions.invite_reviewer(by=User.objects.get(pk=cast.deputy.pk), **give)
    with pytest.raises(Refused, match="cannot be invited"):
        actions.invite_reviewer(by=cast.manager, **give | {"email": cast.senior.email})
    with pytest.raises(Refused, match="three months"):
        actions.invite_reviewer(by=cast.manager, **give | {"ends_on": times.today() + DAY * 120})
    assert signed_in(cast.senior).get(reverse("case-invite", args=[case.pk])).status_code == 404


@pytest.mark.feature("F95")
def test_nobody_from_outside_reads_what_no_person_checked_and_released(cast: Cast, case: Case) -> None:
    manager, page = signed_in(cast.manager), reverse("case-invite", args=[case.pk])
    refused = manager.post(page, invitation())
    shown = refused.content.decode()
    assert refused.status_code == 422 and "has not been checked" in shown and "Contract monitoring" in shown
    released(cast, case, lawful_basis="")
    released(cast, case, reader="manager", version=2)
    assert manager.post(page, invitation()).status_code == 422
    assert not CaseGrant.objects.exists()
    pack = released(cast, case, version=3)
    assert manager.post(page, invitation(what=str(pack.pk))).status_code == 302
    assert manager.post(page, invitation(email="other@northshire.example")).status_code == 302


@pytest.mark.feature("F95")
def test_a_reviewer_reads_what_was_released_and_nothing_newer_and_not_after_it_was_called_back(
    cast: Cast, case: Case, reader: Client
) -> None:
    grant = CaseGrant.objects.get(kind="reviewer")
    url = reverse("reading", args=[grant.pk])
    incidents.add_chronology_entry(
        by=cast.manager, case=case, kind="fact", event_at=times.now(), text="Yellowhammer was seen", source="Notes"
    )
    page = reader.get(url)
    assert page.status_code == 200 and "Yellowhammer" not in page.content.decode()
    with time_machine.travel(times.now() + DAY * 9):
        again = signed_in(User.objects.get(email="ngozi.bell@northshire.example"))
        assert again.get(url).status_code == 200
    signatures.withdraw_signature(
        by=cast.manager, signed=PackRelease.objects.get(), reason="Sent in error", signature=signature()
    )
    assert reader.get(url).status_code == 404
