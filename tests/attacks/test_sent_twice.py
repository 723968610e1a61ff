"""Replayed and doubled submits: what is sent twice is there once, and other words are never swallowed."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from incidents.models import Case, ChronologyEntry
from records import once, times
from tests.attacks import crawl
from tests.cast import Cast, build
from tests.incidents.test_log_pages import case_1, walk

ENTRY = {"kind": "fact", "text": "The rota was looked at.", "source": "Rota", "late_reason": "Not asked before"}


def form_of(client: Client, page: str) -> dict[str, Any]:
    """The form of this page as a browser holds it: its hidden numbers, and nothing typed yet."""
    [form] = [one for one in crawl.forms_of(page, client.get(page).content.decode()) if one.action == page]
    return {once.FIELD: form.offered[once.FIELD][0]}


def typed(client: Client, page: str, **changes: Any) -> dict[str, Any]:
    now = times.to_london(times.now())
    when = {"event_at-day": now.day, "event_at-month": now.month, "event_at-year": now.year, "event_at-time": "00:01"}
    return form_of(client, page) | ENTRY | when | changes


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.django_db
def test_the_same_form_sent_again_leads_to_the_same_place_and_writes_nothing_more(cast: Cast) -> None:
    case, client = cast.case(), signed_in(cast.manager)
    page = reverse("case-chronology-new", args=[case.pk])
    sent = typed(client, page)
    answers = [client.post(page, sent) for _ in range(3)]
    assert [one.status_code for one in answers] == [302] * 3
    assert len({one.url for one in answers}) == 1
    assert ChronologyEntry.objects.filter(case=case).count() == 1


@pytest.mark.django_db
def test_other_words_in_the_same_form_and_the_same_words_in_a_new_form_are_taken(cast: Cast) -> None:
    """Somebody goes back and corrects a word; somebody truly writes the same again."""
    case, client = cast.case(), signed_in(cast.manager)
    page = reverse("case-chronology-new", args=[case.pk])
    sent = typed(client, page)
    client.post(page, sent)
    client.post(page, sent | {"text": "The rota was read by two."})
    client.post(page, typed(client, page))
    assert ChronologyEntry.objects.filter(case=case).count() == 3


@pytest.mark.django_db
def test_what_was_refused_may_be_sent_again_and_nobody_replays_the_form_of_another(cast: Cast) -> None:
    case, client = cast.case(), signed_in(cast.manager)
    page = reverse("case-chronology-new", args=[case.pk])
    empty = typed(client, page, text="")
    assert [client.post(page, empty).status_code for _ in range(2)] == [422, 422]
    sent = typed(client, page)
    client.post(page, sent)
    assert signed_in(cast.deputy).post(page, sent).status_code == 302
    assert ChronologyEntry.objects.filter(case=case).count() == 2, "the deputy's is an entry of their own"
    by = set(ChronologyEntry.objects.filter(case=case).values_list("entered_by", flat=True))
    assert by == {cast.manager.pk, cast.deputy.pk}


@pytest.mark.django_db
def test_a_failure_logged_twice_from_the_same_page_is_one_case_and_both_see_its_reference(cast: Cast) -> None:
    client = signed_in(cast.manager)
    check = walk(client, case_1(cast))
    sent = form_of(client, check)
    before = Case.objects.count()
    first, second = client.post(check, sent), client.post(check, sent)
    assert first.status_code == second.status_code == 302 and first.url == second.url
    assert client.get(first.url).status_code == 200
    assert Case.objects.count() == before + 1


@pytest.mark.django_db
def test_every_form_a_person_is_shown_carries_its_number(cast: Cast) -> None:
    case, client = cast.case(rated=True, subject=True), signed_in(cast.manager)
    bare = [form.page for form in crawl.every_form(client, case) if once.FIELD not in form.kinds]
    assert bare == []


def test_the_same_form_six_times_at_the_same_moment_is_one_entry(cloned_db: str) -> None:
    cast = build()
    case = cast.case()
    page = reverse("case-chronology-new", args=[case.pk])
    first = signed_in(cast.manager)
    sent = typed(first, page)
    clients = [Client() for _ in range(6)]
    for client in clients:
        client.cookies = first.cookies
    start = threading.Barrier(len(clients))
    found: list[int] = []

    def send(client: Client) -> None:
        try:
            start.wait(20)
            found.append(client.post(page, sent).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert found == [302] * 6
    assert ChronologyEntry.objects.filter(case=case).count() == 1
