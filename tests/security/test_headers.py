"""What each answer says to the browser, whoever made it, under the settings of a production start (issue 3, 15)."""

from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse

from accounts import devices
from tests.cast import Cast
from tests.security import production

pytestmark = pytest.mark.django_db

#: Each stands for a way an answer comes about: a page, a page of nobody, a redirect, a file, a refusal.
ANSWERS = {
    "a page before signing in": ("/account/login/", 200),
    "a page open to everybody": ("/verify/", 200),
    "a redirect to signing in": ("/cases/", 302),
    "an address that is not there": ("/not/there/", 404),
    "a static file": ("/static/icon.svg", 200),
    "the health check": ("/health/", 200),
}


@pytest.fixture(autouse=True)
def _production(settings: Any) -> None:
    production.put_on(settings)
    settings.MFA_REQUIRED = False


@pytest.mark.parametrize("kind", ANSWERS)
def test_every_kind_of_answer_carries_every_header(kind: str) -> None:
    path, status = ANSWERS[kind]
    answer = Client().get(path, secure=True)
    answer.close()
    assert answer.status_code == status
    said = answer.headers
    seconds = int(said["Strict-Transport-Security"].split(";")[0].removeprefix("max-age="))
    assert seconds >= 31_536_000 and "includeSubDomains" in said["Strict-Transport-Security"]
    assert said["X-Content-Type-Options"] == "nosniff"
    assert said["Referrer-Policy"] == "same-origin"
    assert said["Cross-Origin-Opener-Policy"] == "same-origin"
    assert said["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in said
    for feature in ("camera", "microphone", "geolocation", "display-capture", "usb"):
        assert f"{feature}=()" in said["Permissions-Policy"]
    if not path.startswith("/static/"):
        assert said["Cache-Control"] == "no-store"
        assert said["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("kind", ANSWERS)
def test_the_policy_allows_nothing_inline_and_no_frame(kind: str) -> None:
    answer = Client().get(ANSWERS[kind][0], secure=True)
    answer.close()
    policy = answer.headers["Content-Security-Policy"]
    rules = {rule.split()[0]: rule.split()[1:] for rule in policy.split(";")}
    assert not {"'unsafe-inline'", "'unsafe-eval'", "*", "https:", "http:"} & {
        w for words in rules.values() for w in words
    }
    for name in ("default-src", "object-src", "base-uri", "frame-ancestors"):
        assert rules[name] == ["'none'"]
    assert rules["form-action"] == ["'self'"]


def test_plain_http_is_sent_on_to_https_except_for_the_health_check() -> None:
    assert Client().get("/cases/").headers["Location"].startswith("https://")
    assert Client().get("/health/").status_code == 200


def test_cookies_are_bound_to_this_host_hidden_from_scripts_and_not_sent_by_other_sites(cast: Cast) -> None:
    client = Client()
    client.get("/account/login/", secure=True)
    client.post("/account/login/", {"login": cast.manager.email, "password": cast.PASSWORD}, secure=True)
    assert client.get("/cases/", secure=True).status_code == 200
    cookies: SimpleCookie = client.cookies
    # (accounts.devices has read its own name before this test put production on)
    assert production.values()["DEVICE_COOKIE_NAME"] == "__Host-device"
    assert set(cookies) == {"__Host-session", "__Host-csrf", devices.COOKIE}
    for cookie in cookies.values():
        assert cookie["secure"] and cookie["httponly"]
        assert cookie["path"] == "/" and not cookie["domain"]
        assert cookie["samesite"] == "Lax"
    assert "django.contrib.messages.storage.session" in django_settings.MESSAGE_STORAGE, "no notice in a cookie"


def test_a_file_is_served_as_a_download_that_no_page_may_frame_or_run(cast: Cast, settings: Any, tmp_path: Any) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from incidents import actions

    settings.MEDIA_ROOT = tmp_path
    case = cast.case()
    kept = actions.add_file(by=cast.manager, case=case, upload=SimpleUploadedFile("note.txt", b"What I saw"))
    client = Client()
    client.force_login(cast.manager)
    answer = client.get(reverse("case-file", args=[case.pk, kept.pk]), secure=True)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    policy = answer.headers["Content-Security-Policy"]
    assert "sandbox" in policy and "frame-ancestors 'none'" in policy
    answer.close()


def test_signing_out_empties_what_the_browser_kept(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.manager)
    answer = client.post("/account/logout/", secure=True)
    assert '"storage"' in answer.headers["Clear-Site-Data"] and '"cache"' in answer.headers["Clear-Site-Data"]
    assert client.get("/cases/", secure=True).status_code == 302


def test_what_a_visitor_says_about_the_way_they_came_is_believed_only_behind_a_proxy_of_ours() -> None:
    behind, direct = production.values(), production.values(TRUSTED_PROXIES="0")
    assert behind["SECURE_PROXY_SSL_HEADER"] == ["HTTP_X_FORWARDED_PROTO", "https"]
    assert behind["ALLAUTH_TRUSTED_PROXY_COUNT"] == 1
    assert direct["SECURE_PROXY_SSL_HEADER"] is None
    assert direct["ALLAUTH_TRUSTED_PROXY_COUNT"] == 0


def test_production_has_no_debug_pages_and_a_second_factor() -> None:
    said = production.values()
    assert said["DEBUG"] is False and said["MFA_REQUIRED"] is True and said["RATELIMIT_ENABLE"] is True
    assert said["MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN"] is False


def test_there_is_no_django_admin() -> None:
    assert "django.contrib.admin" not in django_settings.INSTALLED_APPS
    assert Client().get("/admin/", secure=True).status_code == 404


def test_whoever_finds_a_weakness_is_told_whom_to_write_to(settings: Any) -> None:
    address = "/.well-known/security.txt"
    settings.SECURITY_CONTACT = ""
    assert Client().get(address, secure=True).status_code == 404, "no contact is better than a wrong one"
    settings.SECURITY_CONTACT = "mailto:security@example.org"
    answer = Client().get(address, secure=True)
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    lines = dict(line.split(": ", 1) for line in answer.content.decode().splitlines())
    assert lines["Contact"] == "mailto:security@example.org"
    assert lines["Expires"].endswith("Z")
