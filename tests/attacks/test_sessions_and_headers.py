"""Signing in, addresses and headers: redirects elsewhere, fixed sessions, hosts that are not ours, answers that tell."""

import re
import time
import uuid
from statistics import median

import pytest
from django.test import Client
from django.urls import reverse

from tests.browser import PASSWORD
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "away",
    [
        "https://evil.example/", "//evil.example/", "///evil.example", "http:evil.example", "/\\evil.example",
        "\\\\evil.example", "javascript:alert(7)", "/\t/evil.example", "/%09/evil.example", "https:evil.example", "data:text/html,x",
    ],
)  # fmt: skip
def test_signing_in_leads_nowhere_else(cast: Cast, away: str) -> None:
    client = Client()
    answer = client.post(
        "/account/login/?next=" + away, {"login": cast.manager.email, "password": PASSWORD, "next": away}
    )
    assert answer.status_code == 302
    # A browser drops tabs and line ends before it reads an address.
    assert re.match(r"^/(?![/\\])", re.sub(r"[\t\r\n]", "", answer.url)), answer.url
    assert Client().post("/account/logout/?next=" + away).headers.get("Location", "/").startswith("/")


def test_a_session_made_before_signing_in_is_worth_nothing_after(cast: Cast) -> None:
    client = Client()
    client.get("/account/login/")
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    planted = session.session_key
    client.cookies["sessionid"] = planted
    client.post("/account/login/", {"login": cast.manager.email, "password": PASSWORD})
    assert client.session.session_key != planted
    attacker = Client()
    attacker.cookies["sessionid"] = planted
    assert attacker.get("/").status_code == 302


def test_signing_out_ends_the_session_on_the_server(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.manager)
    kept = client.cookies["sessionid"].value
    client.post("/account/logout/")
    thief = Client()
    thief.cookies["sessionid"] = kept
    assert thief.get("/").status_code == 302


def test_a_changed_password_ends_every_other_session(cast: Cast) -> None:
    from records.acting import acting_as

    client = Client()
    client.force_login(cast.manager)
    assert client.get("/").status_code == 200
    with acting_as(cast.manager, "user.own_account"):
        cast.manager.set_password("another three words")
        cast.manager.save()
    assert client.get("/").status_code == 302


def test_a_host_that_is_not_ours_is_refused_and_never_repeated(cast: Cast, settings) -> None:
    settings.ALLOWED_HOSTS = ["ours.example"]
    for headers in ({"HTTP_HOST": "evil.example"}, {"HTTP_HOST": "ours.example:80@evil.example"}):
        assert Client().get("/account/login/", **headers).status_code == 400
    answer = Client().get("/account/login/", HTTP_HOST="ours.example", HTTP_X_FORWARDED_HOST="evil.example")
    assert answer.status_code == 200 and "evil" not in answer.content.decode()


def test_the_reset_mail_names_our_address_whatever_the_request_claims(cast: Cast, mailoutbox, settings) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    Client().post("/account/password/reset/", {"email": cast.manager.email}, HTTP_X_FORWARDED_HOST="evil.example")
    assert len(mailoutbox) == 1
    assert "evil.example" not in mailoutbox[0].body


def test_a_case_of_others_and_no_case_at_all_give_the_same_answer(cast: Cast) -> None:
    """By wording: byte for byte, but for what changes with each request. By timing: within the same class."""
    case = cast.case()
    client = Client()
    client.force_login(cast.stranger)
    names = ("case", "case-chronology", "case-duties", "case-history")

    def body(path: str) -> tuple[int, str]:
        answer = client.get(path)
        text = re.sub(
            r'nonce="[^"]+"|value="\w{64}"|name="form_number" value="[^"]+"|data-left="\d+"',
            "",
            answer.content.decode(),
        )
        return answer.status_code, text.replace(path, "")

    for name in names:
        theirs, nothing = reverse(name, args=[case.pk]), reverse(name, args=[uuid.uuid4()])
        assert body(theirs) == body(nothing), name
        assert body(theirs)[0] == 404
    theirs, nothing = reverse("case", args=[case.pk]), reverse("case", args=[uuid.uuid4()])
    spent: dict[str, list[float]] = {theirs: [], nothing: []}
    for _ in range(25):
        for path in (theirs, nothing):
            start = time.perf_counter()
            client.get(path)
            spent[path].append(time.perf_counter() - start)
    slow, quick = sorted((median(spent[theirs]), median(spent[nothing])), reverse=True)
    assert slow < 1.5 * quick, "one could tell by the clock"


def test_odd_requests_are_answered_and_break_nothing(cast: Cast) -> None:
    case = cast.case()
    client = Client(raise_request_exception=False)
    client.force_login(cast.manager)
    for path in (
        "/cases/?page=0", "/cases/?page=-1", "/cases/?page=99999999999999999999", "/cases/?page=%00", "/cases/?q=%00",
        "/cases/?q=" + "a" * 5000, "/cases/?level=7&service=not-an-id", "/cases/?sort='; DROP TABLE", "/due/?scope=%F0%9F",
        "/due/?scope=" + str(uuid.uuid4()), "/cases/not-an-id/", f"/cases/{case.pk}/%2e%2e/", "/people/?page=x",
        f"/cases/{case.pk}/chronology/?page=%ff", "/health/?x=%00",
        *(
            f"/cases/{case.pk}/history/{of}?record={record}"
            for of in ("", "table/") for record in ("%00", "%ff", "x", "{}", "a" * 5000, f"%7B{uuid.uuid4()}%7D")
        ),
    ):  # fmt: skip
        assert client.get(path).status_code < 500, path
    for method in ("PUT", "DELETE", "PATCH", "TRACE", "OPTIONS", "FOO"):
        assert client.generic(method, f"/cases/{case.pk}/").status_code == 405, method
    for body, kind in (
        (b"\x00\xff" * 500, "application/x-www-form-urlencoded"),
        (b"{", "application/json"),
        (b"--x", "multipart/form-data; boundary=x"),
    ):
        assert client.generic("POST", f"/cases/{case.pk}/chronology/add/", body, kind).status_code < 500, kind
