"""Single sign-on against an OpenID Connect provider of its own process: discovery, PKCE, tokens, keys, all real."""

import json
import re
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from html import unescape

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from accounts.models import Membership, Staff, User
from accounts.single_sign_on import role_for
from config.processes import free_port
from tests.cast import Cast

pytestmark = pytest.mark.django_db

PEOPLE = [
    {"sub": "m", "email": "manager@larkfield.example", "email_verified": True, "name": "The manager"},
    {"sub": "unverified", "email": "manager@larkfield.example", "email_verified": False, "name": "Somebody"},
    {"sub": "new", "email": "New.Person@larkfield.example", "email_verified": True, "name": "New Person",
     "groups": ["everybody", "registered_manager"]},
    {"sub": "mapped", "email": "mapped@larkfield.example", "email_verified": True, "name": "Mapped Person",
     "groups": ["carehome-seniors", "everybody"]},
    {"sub": "new-unverified", "email": "nobody@larkfield.example", "email_verified": False, "name": "Nobody"},
]  # fmt: skip


@pytest.fixture(scope="module")
def organisation() -> Iterator[str]:
    port = free_port()
    claims = [part for one in PEOPLE for part in ("--user-claims", json.dumps(one))]
    process = subprocess.Popen(
        [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "--host", "127.0.0.1", *claims],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            try:
                urllib.request.urlopen(url + "/.well-known/openid-configuration", timeout=2)  # noqa: S310
                break
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.1)
        else:
            pytest.fail("The OpenID Connect provider did not start.")
        yield url
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
def on(settings, organisation: str, cast: Cast) -> Cast:
    settings.OIDC_SERVER_URL = organisation
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "provider_class": "accounts.sign_on_token.SignOn",
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [{
                "provider_id": "organisation", "name": "Larkfield", "client_id": "us", "secret": "ours",
                "settings": {"server_url": organisation, "email_authentication": True},
            }],
        }
    }  # fmt: skip
    return cast


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args, **kwargs):
        return None


def come_in(client: Client, sub: str, deny: bool = False):
    """Press the button, answer the organisation's own page as `sub`, and come back."""
    page = client.get("/account/login/").content.decode()
    action = re.search(r'action="([^"]*/oidc/organisation/login/[^"]*)"', page)
    assert action and "Sign in with Larkfield" in page
    away = client.post(unescape(action[1]))
    assert away.status_code == 302 and "code_challenge=" in away.url, "PKCE"
    answer = {"sub": sub} | ({"action": "deny"} if deny else {})
    try:
        urllib.request.build_opener(_Stay).open(away.url, urllib.parse.urlencode(answer).encode(), timeout=10)
        raise AssertionError("the provider sent nobody back")
    except urllib.error.HTTPError as back:
        return client.get(back.headers["Location"].replace("http://testserver", ""))


def who(client: Client) -> str:
    key = client.session.get("_auth_user_id")
    return User.objects.get(pk=key).email if key else ""


@pytest.mark.feature("F94")
def test_a_known_person_comes_in_by_their_verified_address_and_keeps_their_own_roles(on: Cast) -> None:
    before = Membership.objects.count()
    client = Client()
    come_in(client, "m")
    assert who(client) == on.manager.email
    assert Membership.objects.count() == before
    assert client.get("/").status_code == 200


@pytest.mark.feature("F94")
def test_an_address_the_sign_on_has_not_verified_opens_nobodys_account(on: Cast) -> None:
    client = Client()
    come_in(client, "unverified")
    assert who(client) == ""


@pytest.mark.feature("F94")
def test_a_new_person_is_turned_away_where_no_home_service_is_set(on: Cast) -> None:
    client = Client()
    answer = come_in(client, "new")
    assert who(client) == "" and not User.objects.filter(email__startswith="new.person").exists()
    assert (
        "Ask your manager"
        in client.get(answer.url if answer.status_code == 302 else "/account/signup/").content.decode()
        + answer.content.decode()
    )


@pytest.mark.feature("F94")
def test_a_new_person_is_a_care_worker_whatever_the_sign_on_calls_them(on: Cast, settings) -> None:
    settings.OIDC_HOME_SERVICE = str(on.service.pk)
    client = Client()
    come_in(client, "new")
    assert who(client) == "new.person@larkfield.example"
    user = User.objects.get(email="new.person@larkfield.example")
    assert [(one.role, one.service) for one in user.memberships.all()] == [("care_worker", on.service)]
    assert Staff.objects.get(user=user).name == "New Person"
    assert user.history.earliest().history_user.is_system
    # The second time they are known.
    again = Client()
    come_in(again, "new")
    assert who(again) == user.email and user.memberships.count() == 1


@pytest.mark.feature("F94")
def test_only_the_operators_own_map_gives_more(on: Cast, settings) -> None:
    settings.OIDC_HOME_SERVICE = str(on.service.pk)
    settings.OIDC_ROLE_MAP = {"carehome-seniors": "senior"}
    come_in(Client(), "mapped")
    assert User.objects.get(email="mapped@larkfield.example").memberships.get().role == "senior"
    come_in(Client(), "new-unverified")
    assert not User.objects.filter(email="nobody@larkfield.example").exists()


@pytest.mark.feature("F94")
def test_the_map_is_read_strictly(settings) -> None:
    settings.OIDC_ROLE_MAP = {"a": "senior", "b": "deputy"}
    assert role_for(["a", "b", "c"]) == "deputy"
    assert role_for("a") == "senior"
    for nonsense in (None, 7, {"a": 1}, [["a"]], "registered_manager", []):
        assert role_for(nonsense) == "care_worker", nonsense
    settings.OIDC_ROLE_MAP = {"a": "emperor"}
    with pytest.raises(ImproperlyConfigured, match="emperor"):
        role_for(["a"])


@pytest.mark.feature("F94")
def test_giving_up_there_says_so_here(on: Cast) -> None:
    client = Client()
    answer = come_in(client, "m", deny=True)
    assert who(client) == ""
    assert "Your organisation" in answer.content.decode() or answer.status_code == 302
