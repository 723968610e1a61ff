"""What is costly, or carries much away, can be asked for only so often by one person or address (issue 3, 15)."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from config import throttle
from governance.views.record_history import KINDS
from tests.cast import Cast
from tests.guards import addresses

#: Addresses whose name sounds costly and which are not; each with its reason.
CHEAP = {
    "case-evidence": "the list",
    "case-packs": "the list",
    "packs-to-release": "the list",
    "pack": "the state of one pack",
    "pack-progress": "asked for every second while a pack is made; reads one row",
    "pack-release": "a signature: identity is confirmed anew each time",
    "case-history": "a page of 50 lines",
    **{f"{kind}-history": "a page of 20 lines" for kind in KINDS},
    "cause-evidence": "a line of text about a source, no file",
}


@pytest.fixture
def twice(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, limit in throttle.LIMITS.items():
        monkeypatch.setitem(throttle.LIMITS, name, throttle.Limit("2/10m", limit.methods))


def test_every_address_that_takes_or_gives_files_has_a_limit() -> None:
    costly = re.compile(r"file|pdf|html|csv|xlsx|zip|export|download|pack|verify|evidence|history|feed|ics|import")
    names = {name for name, _ in addresses.patterns()}
    assert {name for name in names if costly.search(name)} - set(throttle.LIMITS) - set(CHEAP) == set()
    assert set(throttle.LIMITS) <= names, "a limit for an address that is gone"


@pytest.mark.django_db
def test_the_third_try_of_two_is_refused_with_a_time_to_come_back(client: Client, twice: None) -> None:
    for _ in range(2):
        assert client.post("/verify/", {"sha256": "a" * 64}).status_code == 200
    answer = client.post("/verify/", {"sha256": "a" * 64})
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 600
    assert "Too many at once" in answer.content.decode()
    assert client.get("/verify/").status_code == 200, "reading the page costs nothing"


@pytest.mark.django_db
def test_one_visitor_at_their_limit_leaves_the_others_theirs(client: Client, twice: None, settings: Any) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1

    def ask(forwarded: str) -> int:
        return client.post("/verify/", {"sha256": "a" * 64}, headers={"X-Forwarded-For": forwarded}).status_code

    assert [ask("198.51.100.7") for _ in range(3)] == [200, 200, 429]
    assert ask("10.9.9.9, 198.51.100.7") == 429, "only the part our own proxy wrote is believed"
    assert ask("203.0.113.5") == 200


@pytest.mark.django_db
def test_uploads_packs_and_downloads_are_counted_by_person(client: Client, cast: Cast, twice: None) -> None:
    case = cast.case()
    for name, method in (("case-evidence-new", "post"), ("pack-ask", "post"), ("case-history-check", "get")):
        address = reverse(name, args=[case.pk])
        client.force_login(cast.manager)
        ask = getattr(client, method)
        first = [ask(address).status_code for _ in range(2)]
        assert 429 not in first and ask(address).status_code == 429, name
        client.force_login(cast.nominated_individual)
        assert ask(address).status_code != 429, "another person's limit is their own"


@pytest.mark.django_db
def test_the_limits_can_be_lifted_for_tests_only(client: Client, twice: None, settings: Any) -> None:
    settings.RATELIMIT_ENABLE = False
    assert [client.post("/verify/", {"sha256": "a" * 64}).status_code for _ in range(4)] == [200] * 4
