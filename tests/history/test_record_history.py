"""F96: each record outside cases has its own history page and table: who may read it, and that they say the same."""

import csv
import io
import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts import actions as people
from accounts.models import Delegation, Membership, Posting, User
from governance.views import record_history
from records import compartments, times
from records.acting import acting_as
from records.ledger_sql import chain_column
from records.registry import tracked_models
from remediation.models import GapTemplate
from tests.access.test_case_access import signed_in
from tests.cast import Cast
from tests.remediation.pages import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def keys(cast: Cast) -> dict[str, Any]:
    """Of each kind one record in the service of `cast.manager`, by the key that stands in its address."""
    delegation = people.delegate(
        by=cast.manager, to=cast.deputy, service=cast.service, what=["export_packs"],
        starts_on=times.today(), ends_on=times.today() + timedelta(days=7), reason="On leave for a week",
    )  # fmt: skip
    return {
        "person": cast.worker.pk,
        "sign-in": cast.worker.pk,
        "posting": Posting.objects.get(staff=cast.worker).pk,
        "role": Membership.objects.get(user=cast.worker_user).pk,
        "delegation": delegation.pk,
        "service": cast.service.pk,
        "provider": cast.provider.pk,
        "library-entry": GapTemplate.objects.filter(provider=None).first().pk,
    }


def rows_of(client: Client, kind: str, key: Any, query: str = "") -> list[list[str]]:
    answer = client.get(reverse(f"{kind}-history-csv", args=[key]) + query)
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))


def change(cast: Cast, record: Any, **fields: Any) -> None:
    with transaction.atomic(), acting_as(cast.nominated_individual, "record.changed"):
        for name, value in fields.items():
            setattr(record, name, value)
        record.save()


# --- Which records have one -----------------------------------------------------------------------------------


def test_every_kind_of_record_outside_cases_has_a_page_or_a_reason_why_not(cast: Cast) -> None:
    user = cast.manager
    shown = {kind.may_read(user).model._meta.label for kind in record_history.KINDS.values()}
    shown.add(User._meta.label)  # read by the member of staff whose sign-in it is
    outside = {
        model._meta.label
        for model in tracked_models()
        if chain_column(model) == "id" and model._meta.label != "incidents.Case"
    }
    assert shown | set(record_history.SHOWN_NOWHERE) == outside
    assert not shown & set(record_history.SHOWN_NOWHERE)
    assert all(len(reason) > 20 for reason in record_history.SHOWN_NOWHERE.values())


# --- Who may read it ------------------------------------------------------------------------------------------


@pytest.mark.feature("F96")
@pytest.mark.parametrize("kind", record_history.KINDS)
def test_only_who_is_shown_the_record_reads_its_history(cast: Cast, keys: dict[str, Any], kind: str) -> None:
    addresses = [reverse(f"{kind}-history", args=[keys[kind]]), reverse(f"{kind}-history-csv", args=[keys[kind]])]
    reader = signed_in(cast.nominated_individual)
    for address in addresses:
        assert reader.get(address).status_code == 200
    if kind == "library-entry":  # shared by all providers; one that a provider wrote is theirs
        own = GapTemplate.objects.get(pk=keys[kind])
        own.pk, own.provider, own._state.adding = uuid.uuid4(), cast.provider, True
        with transaction.atomic(), acting_as(cast.quality_lead, "library.changed"):
            own.save()
        addresses = [reverse(f"{kind}-history{end}", args=[own.pk]) for end in ("", "-csv")]
        shut_out = list(cast.strangers.values())
    else:
        within = ("senior", "worker_user", "colleague", "safeguarding_lead", "neighbour")
        shut_out = [*(cast.users[one] for one in within), *cast.strangers.values()]
    for user in shut_out:
        client = signed_in(user)
        for address in addresses:
            assert client.get(address).status_code == 404, (user, address)
    for address in addresses:
        assert Client().get(address).status_code == 302


@pytest.mark.feature("F96")
def test_a_manager_reads_their_own_service_and_not_the_provider_throughout(cast: Cast, keys: dict[str, Any]) -> None:
    manager, neighbour = signed_in(cast.manager), signed_in(cast.neighbour)
    assert manager.get(reverse("service-history", args=[cast.service.pk])).status_code == 200
    assert neighbour.get(reverse("service-history", args=[cast.second_service.pk])).status_code == 200
    for client in (manager, neighbour):
        assert client.get(reverse("provider-history", args=[cast.provider.pk])).status_code == 404
    assert manager.get(reverse("service-history", args=[cast.second_service.pk])).status_code == 404


@pytest.mark.feature("F92")
def test_what_is_declared_to_a_compartment_is_kept_back_from_page_and_table(
    cast: Cast, keys: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    change(cast, cast.worker, job_title="Light duties, back injury")
    manager = signed_in(cast.manager)
    address = reverse("person-history", args=[keys["person"]])
    assert "back injury" in words(manager.get(address))
    monkeypatch.setitem(compartments._declared, "accounts.Staff", {compartments.HR: frozenset({"job_title"})})
    said = words(manager.get(address))
    assert "back injury" not in said and "1 field belongs to the HR compartment and is not shown to you" in said
    table = str(rows_of(manager, "person", keys["person"]))
    assert "back injury" not in table and "1 field kept from you" in table


def test_no_history_outside_cases_names_a_case_or_whoever_reported_one(cast: Cast, keys: dict[str, Any]) -> None:
    """S10: what is logged leaves nothing in the chain of a member of staff, a service or a provider."""
    client = signed_in(cast.nominated_individual)
    before = {kind: rows_of(client, kind, keys[kind]) for kind in keys}
    case = cast.case(rated=True, subject=True)
    cast.control(case, tasks=["T1"])
    after = {kind: rows_of(client, kind, keys[kind]) for kind in keys}
    assert before == after
    assert case.reference not in str(after)


# --- What it says ---------------------------------------------------------------------------------------------


@pytest.mark.feature("F96")
def test_page_and_table_say_the_same_and_no_cell_calculates(cast: Cast, keys: dict[str, Any]) -> None:
    change(cast, cast.worker, name="=HYPERLINK(1)", job_title="+44 team")
    client = signed_in(cast.manager)
    answer = client.get(reverse("person-history", args=[keys["person"]]))
    said = words(answer)
    head, *rows = rows_of(client, "person", keys["person"])
    assert head[:4] == ["Entry", "Written down", "By", "Entered for"] and head[9:12] == ["What", "Before", "After"]
    entries = {row[0] for row in rows}
    assert entries == set(re.findall(r"Entry (\d+)\.", said)) and len(entries) >= 2
    newest = [row for row in rows if row[0] == max(entries, key=int)]
    assert {(row[9], row[10], row[11]) for row in newest} == {
        ("Name", "Dionne Asante", "'=HYPERLINK(1)"),
        ("Job title", "Care worker", "'+44 team"),
    }
    assert {row[2] for row in newest} == {"Margaret Shaw"}
    for part in ("Margaret Shaw", "Record changed", 'data-heading="Before">Care worker', 'data-heading="After">+44'):
        assert part in said
    assert not [cell for row in rows for cell in row if cell.lstrip().startswith(("=", "+", "-", "@"))]


@pytest.mark.feature("F96")
def test_names_are_as_they_were_then(cast: Cast, keys: dict[str, Any]) -> None:
    change(cast, cast.service, name="Larkfield Fell")
    change(cast, cast.worker_user, name="Dionne Owusu")
    said = str(rows_of(signed_in(cast.manager), "role", keys["role"]))
    assert "Larkfield North" in said and "Larkfield Fell" not in said
    assert "Dionne Asante" in said and "Dionne Owusu" not in said
    said = str(rows_of(signed_in(cast.manager), "service", keys["service"]))
    assert "Larkfield North" in said and "Larkfield Fell" in said


@pytest.mark.feature("F96")
def test_it_can_be_narrowed_to_a_person_and_to_days(cast: Cast, keys: dict[str, Any]) -> None:
    change(cast, cast.worker, job_title="Senior carer")
    client, address = signed_in(cast.manager), reverse("person-history", args=[keys["person"]])
    by_her = f"?who={cast.nominated_individual.pk}"
    assert words(client.get(address + by_her)).count("stp-history__item") == 1
    assert {row[2] for row in rows_of(client, "person", keys["person"], by_her)[1:]} == {"Margaret Shaw"}
    tomorrow = times.today() + timedelta(days=1)
    later = f"?first-day={tomorrow.day}&first-month={tomorrow.month}&first-year={tomorrow.year}"
    assert "Nothing was changed like this" in words(client.get(address + later))
    assert rows_of(client, "person", keys["person"], later)[1:] == []
    # A question with a mistake in it: the page says which, the table sends there.
    wrong = f"?who={cast.stranger.pk}"
    assert "There is a problem" in words(client.get(address + wrong))
    answer = client.get(reverse("person-history-csv", args=[keys["person"]]) + wrong)
    assert answer.status_code == 302 and answer["Location"].startswith(address)
    # Another record's key in the question shows nothing of another record.
    other = words(client.get(f"{address}?record={cast.worker_user.pk}"))
    assert other.count("stp-history__item") == words(client.get(address)).count("stp-history__item")


@pytest.mark.feature("F96")
def test_each_record_s_own_page_leads_to_its_history(cast: Cast, keys: dict[str, Any]) -> None:
    client = signed_in(cast.nominated_individual)
    manages = reverse("person", args=[cast.worker.pk])
    pages = {
        "person": manages, "sign-in": manages, "posting": manages, "role": manages,
        "delegation": reverse("person", args=[cast.deputy_staff.pk]),
        "service": reverse("people"), "provider": reverse("people"),
        "library-entry": reverse("library-entry", args=[keys["library-entry"]]),
    }  # fmt: skip
    assert set(pages) == set(record_history.KINDS)
    for kind, page in pages.items():
        leads_to = reverse(f"{kind}-history", args=[keys[kind]])
        assert f'href="{leads_to}"' in words(client.get(page)), kind
        shown = words(client.get(leads_to))
        assert f'href="{page}"' in shown, f"{kind}: and back"
        assert f'href="{reverse(f"{kind}-history-csv", args=[keys[kind]])}"' in shown, kind
        if kind == "delegation":
            assert Delegation.objects.get().reason in shown


@pytest.mark.feature("F96")
def test_a_longer_history_asks_no_more_of_the_database(
    cast: Cast, keys: dict[str, Any], django_assert_max_num_queries: Any
) -> None:
    for number in range(25):
        change(cast, cast.worker, job_title=f"Title {number}")
    client, address = signed_in(cast.manager), reverse("person-history", args=[keys["person"]])
    with django_assert_max_num_queries(25):
        said = words(client.get(address))
    older = re.search(r'href="\?(before=\d+)">Older changes', said)
    assert older and said.count("stp-history__item") == 20
    assert "Title 0" in words(client.get(f"{address}?{older[1]}"))


@pytest.mark.feature("F96")
def test_a_list_kept_in_one_field_reads_as_lines_without_empty_parts_or_words_of_the_machine(
    cast: Cast, keys: dict[str, Any]
) -> None:
    template = GapTemplate.objects.get(pk=keys["library-entry"])
    shown = words(signed_in(cast.manager).get(reverse("library-entry-history", args=[template.pk])))
    assert "True" not in shown and "False" not in shown and "Group: ," not in shown
    [says] = [
        row for row in rows_of(signed_in(cast.manager), "library-entry", template.pk) if "Learning actions" in row
    ]
    [said] = [cell for cell in says if "1. " in cell]
    lines = said.splitlines()
    assert (
        len(lines) == len(template.learning) and lines[0].startswith("1. ") and template.learning[0]["what"] in lines[0]
    )
