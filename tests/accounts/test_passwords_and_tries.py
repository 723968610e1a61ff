"""Passwords: 12 to 128 characters and not stolen; wrong tries hold the one who tries, and nobody else."""

import hashlib
import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client

from accounts import devices, passwords
from tests.browser import PASSWORD
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def wrong(password: str) -> list[str]:
    try:
        validate_password(password)
    except ValidationError as error:
        return [code.code for code in error.error_list]
    return []


@pytest.mark.feature("F94")
@pytest.mark.parametrize(
    ("password", "codes"),
    [
        ("elevenchars", ["password_too_short"]),
        ("twelve chars", []),
        ("correct horse battery staple", []),
        ("ж" * 12 + " пароль", []),
        ("x9 " * 42 + "yz", []),  # 128
        ("x9 " * 43, ["password_too_long"]),  # 129
        ("1qaz2wsx3edc", ["password_too_common"]),
    ],
)
def test_what_a_password_may_be(password: str, codes: list[str]) -> None:
    assert [code for code in wrong(password) if code != "password_entirely_numeric"] == codes


@pytest.mark.feature("F94")
@pytest.mark.parametrize(
    ("password", "refused"),
    [
        ("safe to practise", True), ("SafeToPractise2026", True), ("S4feguarding!!1", True), ("Larkfield2026!", True),
        ("larkfield homecare", True), ("Northlarkfield99", True), ("L@rkfield-L@rkfield", True), ("Registered Manager 1", True),
        ("carehome carehome", True), ("summer winter 2026", True), ("Welcome.Welcome1", True),
        ("Larkfield horses eat purple hay", False), ("correct horse battery staple", False),
        ("three careful elephants", False), ("Beacon Flats 2026", False),
    ],
)  # fmt: skip
def test_words_anybody_here_would_guess_make_no_password(cast: Cast, password: str, refused: bool) -> None:
    """The product, the work, the roles, and the person's own provider and services; another provider's are not theirs."""
    try:
        validate_password(password, cast.senior)
    except ValidationError as error:
        codes = [one.code for one in error.error_list]
    else:
        codes = []
    assert ("password_our_words" in codes) is refused, codes


def test_the_words_are_looked_for_where_a_password_is_really_set(cast: Cast) -> None:
    client = Client()
    client.post("/account/login/", {"login": cast.senior.email, "password": PASSWORD})
    new = "SafeToPractise2026"
    answer = client.post("/account/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert answer.status_code == 200 and "nothing to do with your work" in answer.content.decode()


@pytest.mark.feature("F94")
@pytest.mark.parametrize("count", ["", ":17"])
def test_a_stolen_password_is_refused_from_a_file_on_this_machine(tmp_path: Path, settings, count: str) -> None:
    stolen = [f"stolen password {number}" for number in range(997)]
    hashes = sorted(hashlib.sha1(one.encode(), usedforsecurity=False).hexdigest().upper() for one in stolen)
    for ending in ("\n", ""):
        (tmp_path / "list").write_text("\n".join(one + count for one in hashes) + ending)
        settings.BREACHED_PASSWORDS = str(tmp_path / "list")
        assert all(wrong(one) == ["password_breached"] for one in stolen), "each one, the first and the last too"
        assert not any(passwords.is_in(tmp_path / "list", f"never stolen {number}") for number in range(997))
    (tmp_path / "empty").write_text("")
    assert not passwords.is_in(tmp_path / "empty", stolen[0])


def test_a_list_that_is_named_and_not_there_is_not_passed_over(settings) -> None:
    settings.BREACHED_PASSWORDS = "/nowhere/list"
    with pytest.raises(FileNotFoundError):
        validate_password("correct horse battery staple")


def attempt(client: Client, email: str, password: str, address: str) -> str:
    answer = client.post("/account/login/", {"login": email, "password": password}, REMOTE_ADDR=address)
    if answer.status_code == 302:
        return "in"
    return "held" if answer.status_code == 429 or "Too many tries" in answer.content.decode() else "wrong"


@pytest.fixture
def limits(settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {
        "login": "",
        "login_failed": "20/m/ip,5/300s/key",
        "login_failed_known_device": "5/300s/key",
        "login_failed_elsewhere": "12/h/key",
    }


@pytest.mark.feature("F94")
def test_five_wrong_tries_hold_the_one_who_tries_and_not_the_person_elsewhere(cast: Cast, limits) -> None:
    email = cast.manager.email
    stranger = Client()
    assert [attempt(stranger, email, f"guess {n}", "203.0.113.7") for n in range(7)] == ["wrong"] * 5 + ["held"] * 2
    assert attempt(stranger, email, PASSWORD, "203.0.113.7") == "held", "even the right one, from there"
    assert attempt(Client(), email, PASSWORD, "198.51.100.1") == "in"


@pytest.mark.feature("F94")
def test_a_known_device_is_never_held_by_what_others_do(cast: Cast, limits) -> None:
    email = cast.manager.email
    phone = Client()
    assert attempt(phone, email, PASSWORD, "198.51.100.1") == "in"
    assert devices.COOKIE in phone.cookies and phone.cookies[devices.COOKIE]["httponly"]
    phone.post("/account/logout/")
    for network in range(20):
        for _ in range(3):
            attempt(Client(), email, "a guess", f"203.0.113.{network}")
    assert attempt(Client(), email, PASSWORD, "192.0.2.200") == "held", (
        "from many networks at once: a wide bound for all"
    )
    assert attempt(phone, email, PASSWORD, "198.51.100.1") == "in"
    # The cookie is of one account, and cannot be made by hand.
    other = Client()
    other.cookies[devices.COOKIE] = phone.cookies[devices.COOKIE].value
    assert devices.known(_with(phone.cookies[devices.COOKIE].value), email)
    assert not devices.known(_with(phone.cookies[devices.COOKIE].value), cast.deputy.email)
    assert not devices.known(_with("forged:value"), email)


@pytest.mark.feature("F94")
def test_one_persons_wrong_tries_hold_nobody_else_on_the_same_network_or_tablet(cast: Cast, limits) -> None:
    """A home's Wi-Fi is one address, and its tablet has many users."""
    wifi = "198.51.100.9"
    tablet = Client()
    assert attempt(tablet, cast.manager.email, PASSWORD, wifi) == "in"
    tablet.post("/account/logout/")
    assert attempt(tablet, cast.senior.email, PASSWORD, wifi) == "in", "the last one in does not push the others out"
    tablet.post("/account/logout/")
    for number in range(30):
        attempt(Client(), f"guess-{number}@example.org", "a guess", wifi)
    assert attempt(Client(), cast.deputy.email, PASSWORD, wifi) == "held", "the address has had its twenty"
    for email in (cast.manager.email, cast.senior.email):
        assert attempt(tablet, email, PASSWORD, wifi) == "in"
        tablet.post("/account/logout/")
    for _ in range(6):
        held = attempt(tablet, cast.manager.email, "a guess", wifi)
    assert held == "held", "its own wrong tries count for a known device too"
    assert attempt(tablet, cast.senior.email, PASSWORD, wifi) == "in"


@pytest.mark.feature("F94")
def test_whoever_is_kept_off_a_new_device_gets_in_by_the_link_from_their_mailbox(
    cast: Cast, limits, mailoutbox: list[Any]
) -> None:
    email, new = cast.manager.email, "a quite different sentence 77"
    for network in range(20):
        attempt(Client(), email, "a guess", f"203.0.113.{network}")
    phone = Client()
    assert attempt(phone, email, PASSWORD, "192.0.2.200") == "held"
    phone.post("/account/password/reset/", {"email": email})
    link = re.search(r"https?://[^/]+(/account/password/reset/key/\S+)", mailoutbox[-1].body)
    assert link is not None
    form = phone.get(link[1], follow=True)
    done = phone.post(form.request["PATH_INFO"], {"password1": new, "password2": new})
    assert done.status_code == 302
    assert attempt(phone, email, new, "192.0.2.200") == "in"


def _with(value: str):
    from django.test import RequestFactory

    request = RequestFactory().get("/")
    request.COOKIES[devices.COOKIE] = value
    return request


@pytest.mark.feature("F94")
def test_whether_an_address_has_an_account_cannot_be_read_from_the_answer(cast: Cast, limits) -> None:
    known = [attempt(Client(), cast.manager.email, "a guess", "203.0.113.50") for _ in range(7)]
    unknown = [attempt(Client(), "nobody-at-all@example.org", "a guess", "203.0.113.51") for _ in range(7)]
    assert known == unknown


@pytest.mark.feature("F94")
def test_roles_that_need_no_second_factor_are_named_by_a_setting(cast: Cast, settings) -> None:
    settings.MFA_REQUIRED = True
    settings.MFA_EXEMPT_ROLES = {"care_worker"}
    worker, manager = Client(), Client()
    worker.force_login(cast.colleague)
    manager.force_login(cast.manager)
    assert worker.get("/").status_code == 200
    assert manager.get("/").url == "/account/2fa/"
    settings.MFA_EXEMPT_ROLES = set()
    assert worker.get("/").url == "/account/2fa/"
