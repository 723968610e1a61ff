"""Logs say what happened and nothing that was typed; error pages say that something went wrong and not what."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.test import Client
from django.urls import reverse

from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the product's own handler writes, in its own format; all loggers share it (config/settings.py)."""
    handler = logging.getLogger("django_structlog").handlers[0]
    assert isinstance(handler, logging.StreamHandler) and handler in logging.getLogger().handlers
    buffer = io.StringIO()
    before = handler.setStream(buffer)
    yield buffer
    handler.setStream(before)


def lines(said: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in said.splitlines() if line.startswith("{")]


def test_a_line_says_when_who_where_and_what_and_nothing_that_was_typed(cast: Cast, written: io.StringIO) -> None:
    client = Client()
    client.force_login(cast.manager)
    client.get("/cases/?q=Margaret+Ellis")
    client.post("/cases/", {"q": "Margaret Ellis"}, follow=True)
    client.post("/verify/", {"sha256": "secret words of somebody"})
    client.get("/account/password/reset/key/4-opensesame-1/")
    said = written.getvalue()
    found = [
        line for line in lines(said) if line.get("event") == "request_finished" and line["request"] == "GET /cases/"
    ]
    assert found and found[0]["user_id"] == str(cast.manager.pk) and found[0]["code"] == 200
    assert found[0]["ip"] and found[0]["request_id"] and found[0]["timestamp"].endswith("Z")
    assert "Margaret" not in said and "secret words" not in said and "opensesame" not in said


def test_a_line_break_in_an_address_makes_no_second_line(written: io.StringIO) -> None:
    Client().get("/not%0A%7B%22event%22:%22forged%22%7D/")
    said = written.getvalue()
    assert said.strip() and not [line for line in lines(said) if line.get("event") == "forged"]


def test_an_error_page_tells_nothing_of_the_error(monkeypatch: pytest.MonkeyPatch) -> None:
    from config import errors

    def fall(*_: Any, **__: Any) -> None:
        raise RuntimeError("password=hunter2")

    monkeypatch.setattr(errors.connection, "cursor", fall)
    answer = Client(raise_request_exception=False).get("/health/")
    text = answer.content.decode()
    assert answer.status_code == 500
    assert "hunter2" not in text and "RuntimeError" not in text and "Traceback" not in text


def events(said: str) -> list[tuple[str, dict[str, Any]]]:
    return [(str(line.get("event")), line) for line in lines(said)]


def test_each_sign_in_its_failure_and_each_change_of_it_is_one_line_without_what_was_typed(
    cast: Cast, written: io.StringIO
) -> None:
    """ASVS 16.3.1: who, from where, by what, with what result; a second factor too."""
    manager = str(cast.manager.pk)

    def try_it(password: str, email: str = cast.manager.email) -> Client:
        client = Client()
        client.post("/account/login/", {"login": email, "password": password})
        return client

    try_it("Mrs Ellis 12 Elm Road")
    try_it("a guess", "Mrs Ellis 12 Elm Road")
    try_it("a guess", "nobody@example.org")
    client = try_it(cast.PASSWORD)
    client.post("/account/reauthenticate/", {"password": "Mrs Ellis"})
    client.post("/account/reauthenticate/", {"password": cast.PASSWORD})
    new = "four quite other words"
    client.post("/account/password/change/", {"oldpassword": cast.PASSWORD, "password1": new, "password2": new})
    client.post("/account/logout/")
    totp.TOTP.activate(cast.manager, totp.generate_totp_secret())
    client = try_it(new)
    client.post("/account/2fa/authenticate/", {"code": "not it"})
    found = [
        (name, line.get("user_id"), line.get("by"))
        for name, line in events(written.getvalue())
        if name.startswith("sign_in.")
    ]
    assert found.count(("sign_in.refused", manager, "password")) == 2, "at signing in, and at confirming"
    assert ("sign_in.refused", "", "password") in found, "an address nobody has"
    assert ("sign_in.opened", manager, None) in found
    assert ("sign_in.step", manager, "password") in found
    assert ("sign_in.confirmed", manager, "password") in found
    assert ("sign_in.password_changed", manager, None) in found
    assert ("sign_in.closed", manager, None) in found
    assert ("sign_in.refused", manager, "mfa:totp") in found
    assert all(line["ip"] == "127.0.0.1" for name, line in events(written.getvalue()) if name.startswith("sign_in."))
    said = written.getvalue()
    assert "Ellis" not in said and "nobody@example.org" not in said and new not in said and "not it" not in said


def test_what_was_not_allowed_is_one_line_with_the_rule_and_no_word_of_the_case(
    cast: Cast, written: io.StringIO
) -> None:
    """ASVS 16.3.3: a gate, a person who may not, a form not taken, a forged post, another host."""
    from governance import actions
    from records.refusals import NotAllowed, Refused

    case = cast.case(title="Bruises of Margaret Ellis")
    with pytest.raises(Refused):
        actions.ask_for_pack(by=cast.senior, case=case, reader="commissioner", names=[], in_background=False)
    with pytest.raises(NotAllowed):
        actions.ask_for_pack(by=cast.senior, case=case, reader="commissioner", names=[], in_background=False)
    client = Client(enforce_csrf_checks=False)
    client.force_login(cast.manager)
    client.post(reverse("case-chronology-new", args=[case.pk]), {"text": "Margaret Ellis cried"})
    forged = Client(enforce_csrf_checks=True)
    forged.force_login(cast.manager)
    forged.post(reverse("case-chronology-new", args=[case.pk]), {"text": "Margaret Ellis cried"})
    Client(headers={"host": "evil.example"}).get("/account/login/")
    said = written.getvalue()
    found = dict(events(said))
    refused = [line for name, line in events(said) if name == "action.not_allowed"]
    assert len(refused) == 2 and refused[0]["rule"] and refused[0]["user_id"] == str(cast.senior.pk)
    assert "kind" in str(found["form.not_taken"]["questions"])
    assert any("CSRF" in name or "Forbidden" in name for name in found)
    assert any("HTTP_HOST" in name for name in found)
    assert "Ellis" not in said and "cried" not in said


def test_an_error_nobody_expected_is_written_down_with_where_it_happened(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, written: io.StringIO
) -> None:
    """ASVS 16.3.4: and so is a connection whose certificate is not believed, which is an error like any other."""
    import ssl

    from config import errors

    def fall(*_: Any, **__: Any) -> None:
        raise ssl.SSLCertVerificationError("certificate verify failed")

    monkeypatch.setattr(errors.connection, "cursor", fall)
    assert Client(raise_request_exception=False).get("/health/").status_code == 500
    said = written.getvalue()
    assert "SSLCertVerificationError" in said and "/health/" in said
