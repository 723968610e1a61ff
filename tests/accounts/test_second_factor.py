"""With the setting on, nobody reaches a page without a second factor."""

import datetime

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from accounts import actions
from accounts.models import User
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    system = User.system()
    provider = actions.add_provider(by=system, name="A provider")
    service = actions.add_service(by=system, provider=provider, name="A service", kind="homecare")
    staff = actions.add_staff(
        by=system, provider=provider, name="Ann Other", job_title="Manager",
        started_on=datetime.date(2026, 1, 5), services=[service],
    )  # fmt: skip
    user = actions.make_sign_in(by=system, staff=staff, email="ann@example.org")
    actions.grant_membership(by=system, user=user, role="registered_manager", provider=provider, service=service)
    return user


def test_a_user_without_a_second_factor_is_sent_to_set_one_up(client: Client, user: User, settings) -> None:
    settings.MFA_REQUIRED = True
    client.force_login(user)
    answer = client.get("/cases/")
    assert answer.status_code == 302
    assert answer.url == "/account/2fa/"
    assert client.get("/account/2fa/").status_code in (200, 302)


def test_a_user_with_a_second_factor_goes_on(client: Client, user: User, settings) -> None:
    settings.MFA_REQUIRED = True
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})
    client.force_login(user)
    assert "/account/2fa/" not in getattr(client.get("/cases/"), "url", "")


def test_the_setting_is_on_in_production_unless_said_otherwise() -> None:
    import os
    import subprocess
    import sys

    environment = os.environ | {
        "ENVIRONMENT": "production", "SECRET_KEY": "s" * 60, "ALLOWED_HOSTS": "x.example", "EMAIL_URL": "smtp://m:25",
        "SITE_URL": "https://x.example", "DJANGO_SETTINGS_MODULE": "config.settings",
    }  # fmt: skip
    environment.pop("MFA_REQUIRED", None)
    said = subprocess.run(
        [sys.executable, "-c", "from django.conf import settings; print(settings.MFA_REQUIRED, settings.DEBUG)"],
        env=environment, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert said.split() == ["True", "False"]


def test_who_reset_their_password_by_mail_may_still_set_up_a_second_step(cast: Cast) -> None:
    """allauth then knows an address that nobody "confirmed"; here a manager gave it."""
    EmailAddress.objects.create(user=cast.colleague, email=cast.colleague.email, verified=False, primary=True)
    client = Client()
    client.force_login(cast.colleague)
    client.post(reverse("account_reauthenticate"), {"password": cast.PASSWORD})
    answer = client.get(reverse("mfa_activate_totp"))
    assert answer.status_code == 200 and "verified" not in answer.content.decode()


@pytest.mark.parametrize("path", ["email/", "confirm-email/", "confirm-email/MTY:1abc/", "signup/passkey/"])
def test_nobody_adds_or_confirms_an_address_by_themselves(cast: Cast, path: str) -> None:
    client = Client()
    client.force_login(cast.colleague)
    for answer in (client.get(f"/account/{path}"), client.post(f"/account/{path}", {"email": "x@outside.example"})):
        assert answer.status_code == 404
    assert not EmailAddress.objects.filter(user=cast.colleague).exclude(email=cast.colleague.email).exists()
