"""The sign-in pages in our look: in words, accessible, and saying no more than they should."""

import re
from collections.abc import Callable

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from accounts.models import User
from records import acting
from tests.browser import PASSWORD, axe, confirm_identity, fits, sign_in

EMAIL = "aoife@example.org"


@pytest.fixture
def aoife(live_url: str) -> User:
    with transaction.atomic(), acting.acting_as(User.system(), "user.made_for_a_test"):
        return User.objects.create_user(EMAIL, PASSWORD, name="Aoife Brennan")


@pytest.mark.parametrize("width", [360, 1280])
def test_pages_before_signing_in_are_accessible_and_fit(
    pages: Callable[..., Page], live_url: str, aoife: User, width: int
) -> None:
    page = pages(width=width)
    for path in ("login/", "password/reset/", "password/reset/done/", "signup/", "inactive/"):
        page.goto(f"{live_url}/account/{path}")
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        expect(page.get_by_role("heading", level=1)).not_to_have_text(re.compile("Error|not found"))
        fits(page)
        axe(page)
    page.goto(live_url + "/no-such-page/")
    expect(page.get_by_role("heading", level=1)).to_have_text("This page cannot be found")
    axe(page)


def test_a_wrong_password_says_so_once_and_the_link_lands_on_a_field(page: Page, live_url: str, aoife: User) -> None:
    page.goto(live_url + "/account/login/")
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_label("Password", exact=True).fill("not this one")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("link", name="Check the e-mail address and the password").click()
    assert page.evaluate("document.activeElement.id") == "id_login"
    expect(page).to_have_title(re.compile("^Error: "))
    expect(page.get_by_label("E-mail address")).to_have_value(EMAIL)
    axe(page)


def test_signing_in_and_out_works_without_javascript(plain_page: Page, live_url: str, aoife: User) -> None:
    sign_in(plain_page, live_url, EMAIL)
    plain_page.goto(live_url + "/account/2fa/")
    expect(plain_page.locator(".stp-header")).to_contain_text("Aoife Brennan")
    plain_page.get_by_role("button", name="Sign out").click()
    plain_page.goto(live_url + "/account/2fa/")
    assert "/account/login/" in plain_page.url


@pytest.mark.parametrize("width", [360, 1280])
def test_pages_about_my_own_sign_in_are_accessible_and_fit(
    pages: Callable[..., Page], live_url: str, aoife: User, width: int
) -> None:
    page = pages(width=width)
    sign_in(page, live_url, EMAIL)
    for path in ("2fa/", "password/change/", "2fa/totp/activate/", "2fa/webauthn/add/", "logout/", "email/"):
        page.goto(f"{live_url}/account/{path}")
        confirm_identity(page)
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        fits(page)
        axe(page)
    page.goto(live_url + "/account/sessions/")
    expect(page.get_by_role("table")).to_contain_text("This one")
    fits(page)
    axe(page)


def test_an_authenticator_app_is_set_up_and_asked_for(pages: Callable[..., Page], live_url: str, aoife: User) -> None:
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

    page = pages(width=360)
    sign_in(page, live_url, EMAIL)
    page.goto(live_url + "/account/2fa/totp/activate/")
    confirm_identity(page)
    secret = page.get_by_label(re.compile("secret", re.I)).input_value()
    code = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
    page.locator("#id_code").fill(code)
    page.get_by_role("button", name=re.compile("Set up the app")).click()
    page.wait_for_url(lambda url: "/totp/activate/" not in url)
    axe(page)
    page.goto(live_url + "/account/2fa/")
    axe(page)
    page.goto(live_url + "/account/2fa/recovery-codes/")
    axe(page)
    recovery = re.findall(
        r"\b[0-9a-f]{8}\b",
        page.locator("main").inner_text()
        + " ".join(page.locator("textarea").evaluate_all("all => all.map(one => one.value)")),
    )
    other = pages(width=360)
    other.goto(live_url + "/account/login/")
    other.get_by_label("E-mail address").fill(EMAIL)
    other.get_by_label("Password", exact=True).fill(PASSWORD)
    other.get_by_role("button", name="Sign in", exact=True).click()
    expect(other.get_by_role("heading", level=1)).to_have_text("Second step of signing in")
    axe(other)
    other.get_by_label(re.compile("The code from your")).fill(recovery[0])
    other.get_by_role("button", name="Sign in", exact=True).click()
    other.goto(live_url + "/account/2fa/")
    expect(other.get_by_role("heading", level=1)).to_have_text("How I sign in")


def test_a_passkey_is_added_signs_in_alone_and_is_removed(
    pages: Callable[..., Page], live_url: str, aoife: User
) -> None:
    """With the browser's own pretended key: the same calls as with a phone's lock or a finger."""
    base = live_url.replace("127.0.0.1", "localhost")  # a passkey belongs to a name, never to a number
    page = pages(width=360)
    key = page.context.new_cdp_session(page)
    key.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    always = {"isUserVerified": True, "automaticPresenceSimulation": True}
    key.send("WebAuthn.addVirtualAuthenticator", {"options": options | always})
    sign_in(page, base, EMAIL)
    page.goto(base + "/account/2fa/webauthn/add/")
    confirm_identity(page)
    page.get_by_label("What do you call it?").fill("My phone")
    page.get_by_label("Sign in with this alone, without a password").check()
    page.get_by_role("button", name="Add it").click()
    page.wait_for_url(lambda url: "/webauthn/add/" not in url)
    page.goto(base + "/account/2fa/webauthn/")
    expect(page.get_by_role("table")).to_contain_text("My phone")
    expect(page.get_by_role("table")).to_contain_text("Alone")
    fits(page)
    axe(page)
    page.get_by_role("button", name="Sign out").click()
    page.goto(base + "/account/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(lambda url: "/login" not in url)
    page.goto(base + "/account/2fa/webauthn/")
    confirm_identity(page)
    page.get_by_role("link", name="Change the name of My phone").click()
    page.get_by_role("link", name="Use a passkey or security key").click()
    axe(page)
    page.get_by_role("button", name="Use a passkey or security key").click()
    page.get_by_label("What do you call it?").fill("Work phone")
    axe(page)
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Remove Work phone").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Remove “Work phone”")
    axe(page)
    page.get_by_role("button", name="Remove it").click()
    page.wait_for_url(lambda url: "/remove/" not in url)
    page.goto(base + "/account/2fa/webauthn/")
    expect(page.locator("main")).to_contain_text("You have none yet.")
