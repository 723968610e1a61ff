"""A sealed case and one that was never there: the same answer, by the same work, in the same time (F90, domain.md §12)."""

import re
import statistics
import time
import uuid
from collections.abc import Callable, Iterator

import pytest
from django.apps import apps
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import Resolver404, get_resolver, resolve, reverse

from incidents.models import Case
from tests.access.conftest import released
from tests.access.test_case_access import signed_in
from tests.access.test_leaving_and_delegating import anew
from tests.access.test_sealed import OUTSIDE_CASES, look, seal
from tests.cast import Cast
from tests.guards import addresses
from tests.guards.test_every_page import ABOUT_THE_SESSION

pytestmark = [pytest.mark.django_db, pytest.mark.feature("F90")]
DIFFERS = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|'[^']*'|\b\d+\b")
#: How far two medians of the same work may lie apart on a machine that does other things too; asked at most so often.
APART, ROUNDS, SAMPLES = 1.25, 4, 15


Ask = Callable[[], HttpResponse]


def pairs(client: Client, case: Case) -> Iterator[tuple[str, Ask, Ask]]:
    """The overview, every record page outside `cases/`, and the search: of the sealed case, and of nothing."""
    yield (
        "overview",
        lambda: client.get(reverse("case", args=[case.pk])),
        lambda: client.get(reverse("case", args=[uuid.uuid4()])),
    )
    for one in addresses.all_addresses(case):
        of_case = one.real and "<" in one.pattern and not one.pattern.startswith("cases/<")
        of_case = of_case and not one.name.startswith(OUTSIDE_CASES)
        if of_case and client.get(one.path).status_code == 404:
            absent = re.sub(r"[0-9a-f-]{36}", lambda _: str(uuid.uuid4()), one.path)
            yield one.name, lambda path=one.path: client.get(path), lambda path=absent: client.get(path)
    for words, nothing in ((case.reference, "SP-1999-7654"), ("Zanzibar", "Zanzibaz")):
        yield (
            f"search for {words}",
            lambda words=words: look(client, f"search for {words}"),
            lambda words=nothing: look(client, f"search for {words}"),
        )


def work(ask: Ask) -> tuple[int, list[str]]:
    """The answer's status and every question to the database, without what differs from one request to the next."""
    with CaptureQueriesContext(connection) as asked:
        status = ask().status_code
    told = [one["sql"] for one in asked.captured_queries if not ABOUT_THE_SESSION.search(one["sql"])]
    # The row of the read log names the case a record is of, where there is one: the same statement, another value.
    return status, [re.sub(r"\?::uuid|NULL", "?", DIFFERS.sub("?", sql)) for sql in told]


def medians(one: Ask, other: Ask) -> tuple[float, float]:
    """Of both, in turns, so that whatever else the machine does falls on both alike."""
    took: tuple[list[float], list[float]] = ([], [])
    for _ in range(SAMPLES):
        for ask, times in zip((one, other), took, strict=True):
            began = time.perf_counter()
            ask()
            times.append(time.perf_counter() - began)
    return statistics.median(took[0]), statistics.median(took[1])


def test_whoever_logged_it_finds_the_page_that_thanked_them_gone_with_the_rest(cast: Cast, case: Case) -> None:
    assert case.logged_by_id not in (cast.nominated_individual.pk, cast.hr.pk)
    client, path = signed_in(case.logged_by), reverse("logged", args=[case.pk])
    assert client.get(path).status_code == 200
    seal(cast, case)
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("who", ["manager", "deputy"])
def test_sealed_and_absent_are_answered_by_the_same_work_in_the_same_time(cast: Cast, case: Case, who: str) -> None:
    """For the manager it was taken from, who owned it, and for a deputy who only saw it."""
    assert case.owner == cast.manager
    seal(cast, case)
    client = signed_in(anew(cast.users[who]))
    client.get(reverse("cases"))  # what a first request does once
    found = list(pairs(client, case))
    assert len(found) >= 8
    wrong = []
    for name, sealed, absent in found:
        absent()
        if (one := work(sealed)) != (other := work(absent)):
            wrong.append((name, one[0], other[0], sorted(set(one[1]) ^ set(other[1]))))
    assert wrong == []
    slow = []
    for name, sealed, absent in (found[0], found[1], found[-1]):
        for _ in range(ROUNDS):
            one, other = medians(sealed, absent)
            if max(one, other) <= min(one, other) * APART:
                break
        else:
            slow.append((name, one, other))
    assert slow == []


def test_there_is_no_admin_that_could_show_a_case() -> None:
    """Django's own has no idea of a seal (docs/decisions/0006)."""
    assert not apps.is_installed("django.contrib.admin")
    assert [one for one in get_resolver().namespace_dict if "admin" in one] == []
    for path in ("/admin/", "/admin/login/", "/admin/incidents/case/"):
        with pytest.raises(Resolver404):
            resolve(path)


def test_whoever_holds_an_old_pack_learns_nothing_of_what_goes_on_while_it_is_sealed(cast: Cast, case: Case) -> None:
    old = released(cast, case, sha256="a" * 64)
    released(cast, case, sha256="b" * 64, version=2)

    def said() -> str:
        return Client().post(reverse("verify"), {"sha256": old.sha256}).content.decode()

    assert "Superseded by" in said()
    seal(cast, case)
    assert "Superseded by" not in said() and "Intact" in said()
