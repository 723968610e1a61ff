"""Codes that prove it is you work once, and for as long as it takes to type them (OWASP ASVS 5.0 6.5.1, 6.5.5)."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client

from records import times
from tests.cast import Cast

pytestmark = pytest.mark.django_db
STEP = "/account/2fa/authenticate/"


def at_second_step(cast: Cast) -> Client:
    client = Client()
    answer = client.post("/account/login/", {"login": cast.senior.email, "password": cast.PASSWORD})
    assert answer.status_code == 302 and answer.url.startswith(STEP)
    return client


def opens(client: Client, code: str) -> bool:
    client.post(STEP, {"code": code})
    return client.get("/account/sessions/").status_code == 200


def code_now(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, int(times.now().timestamp()) // 30)))


@pytest.mark.feature("F94")
def test_a_code_of_the_app_opens_once_and_for_half_a_minute_at_most(cast: Cast) -> None:
    secret = generate_totp_secret()
    TOTP.activate(cast.senior, secret)
    start = times.now().replace(second=1, microsecond=0) + timedelta(minutes=1)
    with time_machine.travel(start, tick=False) as clock:
        code = code_now(secret)
        assert opens(at_second_step(cast), code)
        assert not opens(at_second_step(cast), code), "whoever looked over the shoulder is too late"
        other = code_now(secret)
        assert other == code
        clock.move_to(start + timedelta(seconds=31))
        assert not opens(at_second_step(cast), code), "and it is not taken after its time"
        assert opens(at_second_step(cast), code_now(secret))


@pytest.mark.feature("F94")
def test_a_code_not_used_ends_with_its_half_minute(cast: Cast) -> None:
    secret = generate_totp_secret()
    TOTP.activate(cast.senior, secret)
    start = times.now().replace(second=1, microsecond=0) + timedelta(minutes=1)
    with time_machine.travel(start, tick=False) as clock:
        code = code_now(secret)
        clock.move_to(start + timedelta(seconds=31))
        assert not opens(at_second_step(cast), code)


@pytest.mark.feature("F94")
def test_a_recovery_code_opens_once(cast: Cast) -> None:
    TOTP.activate(cast.senior, generate_totp_secret())
    first, second, *_ = RecoveryCodes.activate(cast.senior).get_unused_codes()
    assert opens(at_second_step(cast), first)
    assert not opens(at_second_step(cast), first)
    assert opens(at_second_step(cast), second)
