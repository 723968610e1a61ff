"""A sign-in ends after 15 quiet minutes and after 12 hours, and nothing typed is lost by it."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts import unsent
from incidents.models import ChronologyEntry
from records import times
from records.models import Draft
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def after(**span) -> time_machine.travel:
    return time_machine.travel(times.now() + timedelta(**span))


@pytest.mark.feature("F94")
def test_fifteen_quiet_minutes_end_it_and_fourteen_do_not(cast: Cast) -> None:
    client = signed_in(cast.manager)
    with after(minutes=14):
        assert client.get("/").status_code == 200
    with after(minutes=28):
        assert client.get("/").status_code == 200, "the page at 14 minutes was a sign that somebody is there"
    with after(minutes=44):
        answer = client.get("/cases/")
        assert answer.status_code == 302
        assert answer.url == "/account/login/?next=/cases/"


@pytest.mark.feature("F94")
def test_twelve_hours_end_it_however_busy_somebody_is(cast: Cast) -> None:
    client = signed_in(cast.manager)
    for minutes in range(10, 12 * 60, 10):
        with after(minutes=minutes):
            assert client.get("/session/left/").json()["left"] > 0
            client.post("/session/stay/")
    with after(minutes=12 * 60 - 1):
        told = client.get("/session/left/").json()
        assert told["for_good"] and told["left"] <= 60
    with after(minutes=12 * 60 + 1):
        assert client.get("/").status_code == 302


@pytest.mark.feature("F94")
def test_asking_how_long_is_left_is_no_sign_that_somebody_is_there(cast: Cast) -> None:
    client = signed_in(cast.manager)
    for minutes in (5, 10, 14):
        with after(minutes=minutes):
            assert client.get("/session/left/").json()["left"] == pytest.approx((15 - minutes) * 60, abs=5)
    with after(minutes=16):
        assert client.get("/session/left/").json()["left"] == 0
        assert client.get("/").status_code == 302


@pytest.mark.feature("F94")
def test_what_was_sent_too_late_is_kept_and_can_be_sent_after_signing_in(cast: Cast) -> None:
    case = cast.case()
    url = reverse("case-chronology-new", args=[case.pk])
    client = signed_in(cast.manager)
    typed = {"kind": "fact", "text": "She said her arm hurt.", "password": "my own secret"}
    with after(minutes=20):
        answer = client.post(url, typed)
        draft = Draft.objects.get(kind=unsent.KIND)
        assert answer.status_code == 302
        assert answer.url.startswith("/account/login/?next=%2Fsession%2Funsent%2F")
        assert draft.owner == cast.manager and draft.answers["fields"]["text"] == ["She said her arm hurt."]
        assert "secret" not in str(draft.answers), "a password is never kept"
        assert not ChronologyEntry.objects.filter(case=case, text="She said her arm hurt.").exists()
        waiting = reverse("unsent", args=[draft.pk])
        assert signed_in(cast.deputy).get(waiting).status_code == 404, "only its writer sees it"
        assert Client().get(waiting).status_code == 302
        again = signed_in(cast.manager)
        page = again.get(waiting).content.decode()
        assert "She said her arm hurt." in page and f'action="{url}"' in page
        # Sent with an answer missing: the form comes back with what was typed, and the draft stays.
        fields = {name: values[0] for name, values in draft.answers["fields"].items()} | {unsent.FIELD: str(draft.pk)}
        assert "She said her arm hurt." in again.post(url, fields).content.decode()
        assert Draft.objects.filter(pk=draft.pk).exists()
        now = times.to_london(times.now())
        when = {
            "event_at-day": now.day, "event_at-month": now.month, "event_at-year": now.year, "event_at-time": "00:00",
        }  # fmt: skip
        assert again.post(url, fields | when | {"source": "Phone call", "late_reason": "Told later"}).status_code == 302
        assert ChronologyEntry.objects.filter(case=case, text="She said her arm hurt.").exists()
        assert not Draft.objects.filter(pk=draft.pk).exists(), "once taken, it waits no longer"


@pytest.mark.feature("F94")
def test_a_second_window_gives_over_what_was_typed_after_the_first_met_the_end(cast: Cast) -> None:
    client = signed_in(cast.manager)
    url = reverse("case-chronology-new", args=[cast.case().pk])
    with after(minutes=20):
        assert client.get("/").status_code == 302
        assert client.get("/session/left/").json()["left"] == 0
        client.post("/session/keep/", {unsent.PATH: url, "text": "typed in the other window"})
        kept = Draft.objects.get(kind=unsent.KIND)
        assert (kept.owner, kept.answers["path"]) == (cast.manager, url)
        assert client.get(reverse("unsent", args=[kept.pk])).status_code == 302, "an ended sign-in shows nothing"


@pytest.mark.feature("F94")
def test_a_kept_form_is_sent_nowhere_but_to_our_own_pages(cast: Cast) -> None:
    for path in (
        "https://elsewhere.example/",
        "//elsewhere.example/",
        "/account/password/change/",
        "/no-such-page/",
        "",
    ):
        client = signed_in(cast.manager)
        assert client.post("/session/keep/", {"unsent_path": path, "text": "x"}).status_code == 400, path
    assert not Draft.objects.filter(kind=unsent.KIND).exists()


@pytest.mark.feature("F94")
def test_a_key_that_is_none_breaks_nothing_after_the_form_was_taken(cast: Cast) -> None:
    client = signed_in(cast.manager)
    for key in ("g" * 36, "no key", "²" * 36, ""):
        assert client.post("/account/logout/", {unsent.FIELD: key}).status_code == 302
        client.force_login(cast.manager)
        draft = reverse("session-keep")
        assert client.post(draft, {unsent.PATH: reverse("log"), unsent.FIELD: key}).status_code == 302
        client.force_login(cast.manager)
        assert (
            client.post(
                reverse("unsent-discard", args=[unsent.newest(cast.manager).pk]), {unsent.FIELD: key}
            ).status_code
            == 302
        )


@pytest.mark.feature("F94")
def test_a_forged_request_keeps_nothing(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.manager)
    with after(minutes=20):
        client.post(reverse("log"), {"text": "forged"})
    assert not Draft.objects.filter(kind=unsent.KIND).exists()


def test_the_warning_stands_on_every_page_of_a_signed_in_person(cast: Cast) -> None:
    page = signed_in(cast.manager).get("/cases/").content.decode()
    assert re.search(r'<dialog [^>]*data-left="\d+"', page)
    assert "<dialog" not in Client().get("/account/login/").content.decode()


@pytest.mark.feature("F94")
def test_what_was_typed_in_a_window_left_open_over_night_is_kept_too(cast: Cast) -> None:
    case = cast.case()
    client = signed_in(cast.manager)
    for hours in (15, 24 * 6):
        typed = {"kind": "fact", "text": f"Written and left for {hours} hours."}
        with after(hours=hours):
            cache.clear()  # (Redis has not seen the hours go by; the session's own row has)
            answer = client.post(reverse("case-chronology-new", args=[case.pk]), typed)
            assert answer.status_code == 302 and answer.url.startswith("/account/login/?next=%2Fsession%2Funsent%2F")
            assert Draft.objects.filter(kind=unsent.KIND).latest("updated_at").answers["fields"]["text"] == [
                typed["text"]
            ]
            assert client.get("/cases/").status_code == 302, "and opens nothing"
    assert not ChronologyEntry.objects.filter(case=case, text__startswith="Written and left").exists()


@pytest.mark.feature("F94")
def test_the_page_learns_who_is_signed_in_so_that_nobodys_words_go_out_under_another_name(cast: Cast) -> None:
    manager = signed_in(cast.manager)
    assert f'data-who="{cast.manager.pk}"' in manager.get("/cases/").content.decode()
    assert manager.get("/session/left/").json()["who"] == str(cast.manager.pk)
