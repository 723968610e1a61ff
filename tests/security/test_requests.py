"""Requests that no page of ours makes: forged, sent elsewhere, with another host or method; and what a session is."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.hashers import PBKDF2PasswordHasher, get_hasher
from django.test import Client

from records import times
from tests.cast import Cast
from tests.guards import addresses

pytestmark = pytest.mark.django_db


def sign_in(client: Client, cast: Cast, **more: str) -> str:
    answer = client.post("/account/login/", {"login": cast.manager.email, "password": cast.PASSWORD, **more})
    assert answer.status_code == 302
    return str(answer.headers["Location"])


def test_a_post_without_the_token_of_our_own_page_changes_nothing(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.manager)
    case = cast.case()
    for path in ("/account/logout/", "/verify/", f"/cases/{case.pk}/safe/", f"/cases/{case.pk}/evidence/add/"):
        answer = client.post(path, {"sha256": "a" * 64})
        assert answer.status_code == 403 and "Nothing was changed" in answer.content.decode(), path


def test_nobody_is_excused_from_the_check_of_forged_requests() -> None:
    from django.urls import resolve

    excused = []
    for _, pattern in addresses.patterns():
        if "<" not in pattern and getattr(resolve("/" + pattern).func, "csrf_exempt", False):
            excused.append(pattern)
    assert excused == []


def test_signing_in_leads_nowhere_outside(cast: Cast) -> None:
    for elsewhere in ("https://evil.example/", "//evil.example/", "javascript:alert(1)", "https:evil.example"):
        assert sign_in(Client(), cast, next=elsewhere) == "/", elsewhere
    assert sign_in(Client(), cast, next="/cases/") == "/cases/"


def test_another_host_name_is_refused() -> None:
    assert Client(headers={"host": "evil.example"}).get("/account/login/").status_code == 400


@pytest.mark.parametrize("method", ["TRACE", "PUT", "DELETE", "PATCH", "CONNECT"])
def test_methods_no_page_uses_are_refused(method: str) -> None:
    for path in ("/verify/", "/health/", "/account/login/"):
        assert Client().generic(method, path).status_code == 405


def test_signing_in_makes_a_new_session_and_signing_out_ends_it_for_good(cast: Cast) -> None:
    from django.conf import settings

    client = Client()
    client.get("/account/login/")
    session = client.session
    session["before"] = 1
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = before = session.session_key
    sign_in(client, cast)
    after = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert after != before, "a session number somebody planted is not kept"
    assert client.get("/cases/").status_code == 200
    client.post("/account/logout/")
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = after
    assert thief.get("/cases/").status_code == 302


def test_a_session_number_cannot_be_guessed(cast: Cast) -> None:
    from django.conf import settings

    client = Client()
    sign_in(client, cast)
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert len(key) >= 32 and key.isalnum(), "32 of 36 signs: 165 bits"


def test_a_changed_password_ends_the_sign_ins_everywhere_else(cast: Cast) -> None:
    here, elsewhere = Client(), Client()
    sign_in(here, cast)
    sign_in(elsewhere, cast)
    new = " four quite other words "
    answer = here.post("/account/password/change/", {"oldpassword": cast.PASSWORD, "password1": new, "password2": new})
    assert answer.status_code == 302
    assert elsewhere.get("/cases/").status_code == 302


def test_a_password_is_taken_exactly_as_it_was_typed(cast: Cast) -> None:
    client = Client()
    sign_in(client, cast)
    new = " four Quite other words "
    assert (
        client.post(
            "/account/password/change/", {"oldpassword": cast.PASSWORD, "password1": new, "password2": new}
        ).status_code
        == 302
    )

    def works(password: str) -> bool:
        data = {"login": cast.manager.email, "password": password}
        return Client().post("/account/login/", data).status_code == 302

    assert works(new) and not works(new.strip()) and not works(new.lower())


def test_the_link_that_sets_a_password_works_once_and_for_an_hour(cast: Cast, mailoutbox: list[Any]) -> None:
    def page(path: str) -> str:
        return Client().get(path, follow=True).content.decode()

    Client().post("/account/password/reset/", {"email": cast.manager.email})
    (link,) = re.findall(r"https?://[^/]+(/account/password/reset/key/\S+)", mailoutbox[0].body)
    assert "This link no longer works" not in page(link)
    with time_machine.travel(times.now() + timedelta(minutes=61), tick=False):
        assert "This link no longer works" in page(link)
    client = Client()
    form = client.get(link, follow=True)
    new = "four quite other words"
    client.post(form.request["PATH_INFO"], {"password1": new, "password2": new})
    assert client.get("/cases/").status_code == 302, "a new password does not sign in: the second factor is asked for"
    assert "This link no longer works" in page(link)


def test_passwords_are_kept_by_a_slow_hash() -> None:
    from django.conf import global_settings

    hasher = PBKDF2PasswordHasher()
    assert hasher.algorithm == "pbkdf2_sha256" and hasher.iterations >= 600_000
    assert global_settings.PASSWORD_HASHERS[0].endswith("PBKDF2PasswordHasher")
    assert get_hasher().algorithm == "pbkdf2_sha256"


def test_what_is_typed_twice_under_one_name_is_read_once(client: Client) -> None:
    answer = client.get("/verify/?sha256=" + "a" * 64)
    assert "Intact" not in answer.content.decode() and answer.status_code == 200, "a query is no posted answer"
