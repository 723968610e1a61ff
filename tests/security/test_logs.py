"""Logs say what happened and nothing that was typed; error pages say that something went wrong and not what."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

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
