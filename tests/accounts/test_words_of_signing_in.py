"""Every page and letter of signing in is in our own words: none of the library's templates is shown as it comes."""

from pathlib import Path

import pytest
from allauth.account.adapter import get_adapter
from allauth.core.context import request_context
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.conf import settings
from django.core import mail
from django.test import Client, RequestFactory
from django.urls import get_resolver, reverse

from records import times
from tests.cast import Cast

pytestmark = pytest.mark.django_db
OURS = str(Path(settings.BASE_DIR) / "templates")
#: Every address the library brings that shows somebody a page.
SHOWN = (
    "mfa_index", "mfa_activate_totp", "mfa_deactivate_totp", "mfa_generate_recovery_codes", "mfa_view_recovery_codes",
    "mfa_add_webauthn", "mfa_list_webauthn", "mfa_edit_webauthn", "mfa_remove_webauthn", "usersessions_list", "mfa_reauthenticate",
    "account_change_password", "account_reauthenticate", "account_logout", "account_reset_password_done",
    "account_reset_password_from_key_done", "account_inactive",
)  # fmt: skip
LETTERS = (
    "account/email/password_changed", "account/email/password_reset", "account/email/password_set",
    "mfa/email/recovery_codes_generated", "mfa/email/totp_activated", "mfa/email/totp_deactivated",
    "mfa/email/webauthn_added", "mfa/email/webauthn_removed",
)  # fmt: skip


@pytest.fixture
def reader(cast: Cast) -> Client:
    """Signed in with every kind of second step."""
    user = cast.colleague
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})
    Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data={"name": "My phone"})
    RecoveryCodes.activate(user)
    client = Client()
    client.force_login(user)
    client.post(reverse("account_reauthenticate"), {"password": cast.PASSWORD})
    return client


def test_no_page_of_signing_in_is_the_librarys_own(reader: Client, cast: Cast) -> None:
    known = {str(name) for name, *_ in get_resolver().reverse_dict.lists() if isinstance(name, str)}
    assert set(SHOWN) <= known
    key = Authenticator.objects.get(type=Authenticator.Type.WEBAUTHN)
    first = ("mfa_activate_totp", "mfa_add_webauthn")  # shown to whoever has none yet
    shown = {
        name: reader.get(reverse(name, args=[key.pk] if name in ("mfa_edit_webauthn", "mfa_remove_webauthn") else []))
        for name in SHOWN
        if name not in first
    }
    Authenticator.objects.all().delete()
    shown |= {name: reader.get(reverse(name)) for name in first}
    pages = {name: one for name, one in shown.items() if one.status_code == 200}
    assert set(pages) >= set(SHOWN) - {"account_logout"}, set(SHOWN) - set(pages)
    for name, one in pages.items():
        assert str(one.templates[0].origin.name).startswith(OURS), name
        text = one.content.decode()
        assert text.count("<h1") == 1, name
        for words in ("Deactivate", "Activate", "Two-Factor", "Authenticator secret", "Passwordless", "are you sure"):
            assert words not in text, (name, words)


def test_letters_about_signing_in_are_in_our_words_and_say_what_to_do(cast: Cast) -> None:
    request = RequestFactory().get("/", HTTP_USER_AGENT="Firefox on a phone", REMOTE_ADDR="203.0.113.7")
    context = {"ip": "203.0.113.7", "user_agent": "Firefox on a phone", "timestamp": times.now()}
    context |= {"password_reset_url": "https://ours.example/x", "email": "x@ours.example", "request": request}
    for template in (*LETTERS, "account/email/password_reset_key", "account/email/unknown_account"):
        mail.outbox.clear()
        with request_context(request):
            get_adapter().send_mail(template, cast.colleague.email, context)
        [letter] = mail.outbox
        assert letter.subject.startswith("Safe to Practise: ") and "  " not in letter.subject
        text = str(letter.body)
        assert text.startswith("Hello,\n\n") and text.rstrip().endswith("Safe to Practise")
        for words in (
            "Hello from",
            "recognize",
            "example.com",
            "Thank you for using",
            "sign up",
            "<time",
            "Two-Factor",
        ):
            assert words not in text, (template, words)
        if template in LETTERS:
            assert "tell your manager today" in text and "203.0.113.7" in text, template
