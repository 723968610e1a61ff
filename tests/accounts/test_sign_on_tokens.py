"""A bent answer of the sign-on opens nothing: signature, algorithm, issuer, audience, times, nonce, sub, redirects.

(That a straight one does is shown against a provider of its own process: test_single_sign_on.py.)
"""

import base64
import json
import re
import time
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives import serialization
from django.test import Client

from accounts.models import User
from records import signing
from tests.accounts import bent_sign_on
from tests.accounts.bent_sign_on import CURVE_KEY, KEY, OTHER_KEY, Bent
from tests.cast import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.feature("F94")]


@pytest.fixture
def bent(settings: Any, cast: Cast) -> Iterator[Bent]:
    with bent_sign_on.served() as provider:
        settings.OIDC_SERVER_URL = provider.url
        settings.SOCIALACCOUNT_PROVIDERS = {
            "openid_connect": {
                "provider_class": "accounts.sign_on_token.SignOn",
                "OAUTH_PKCE_ENABLED": True,
                "APPS": [{
                    "provider_id": "organisation", "name": "Larkfield", "client_id": bent_sign_on.CLIENT, "secret": "ours",
                    "settings": {"server_url": provider.url, "email_authentication": True},
                }],
            }
        }  # fmt: skip
        yield provider


def begin(client: Client, bent: Bent) -> dict[str, str]:
    """Press the button; what the browser carries away to the sign-on."""
    page = client.get("/account/login/").content.decode()
    action = re.search(r'action="([^"]*/oidc/organisation/login/[^"]*)"', page)
    assert action
    away = client.post(unescape(action[1]))
    assert away.status_code == 302 and away.url.startswith(f"{bent.url}/authorize?")
    carried = {name: values[0] for name, values in parse_qs(urlsplit(away.url).query).items()}
    bent.nonce = carried["nonce"]
    return carried


def back(client: Client, state: str) -> Any:
    return client.get("/account/oidc/organisation/login/callback/", {"code": "c", "state": state})


def come_in(client: Client, bent: Bent) -> Any:
    return back(client, begin(client, bent)["state"])


def who(client: Client) -> str:
    key = client.session.get("_auth_user_id")
    return User.objects.get(pk=key).email if key else ""


def opened(bent: Bent) -> str:
    """Come in as the answer stands now: how the callback answered, and who is signed in then."""
    client = Client()
    answer = come_in(client, bent)
    return f"{answer.status_code} {who(client)}".strip()


def test_a_straight_answer_opens_the_account(bent: Bent, cast: Cast) -> None:
    assert opened(bent) == f"302 {cast.manager.email}"
    bent.write = lambda claims: jwt.encode(claims, CURVE_KEY, algorithm="ES256", headers={"kid": "two"})
    assert opened(bent) == f"302 {cast.manager.email}"


def encoded(part: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def unsigned(claims: dict[str, Any]) -> str:
    return f"{encoded({'alg': 'none', 'typ': 'JWT', 'kid': 'one'})}.{encoded(claims)}."


def by_the_public_key_as_a_secret(claims: dict[str, Any]) -> str:
    """The classic confusion: HS256 with the published key for a secret."""
    import hashlib
    import hmac

    pem = KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    text = f"{encoded({'alg': 'HS256', 'typ': 'JWT', 'kid': 'one'})}.{encoded(claims)}"
    made = base64.urlsafe_b64encode(hmac.new(pem, text.encode(), hashlib.sha256).digest()).rstrip(b"=").decode()
    return f"{text}.{made}"


def changed_afterwards(claims: dict[str, Any]) -> str:
    head, _, end = jwt.encode(claims | {"sub": "x"}, KEY, algorithm="RS256", headers={"kid": "one"}).split(".")
    return f"{head}.{encoded(claims)}.{end}"


#: Each way to write a token that proves nothing.
WRITTEN = {
    "no signature": unsigned,
    "signed by somebody else's key": lambda c: jwt.encode(c, OTHER_KEY, algorithm="RS256", headers={"kid": "one"}),
    "with the public key as a secret": by_the_public_key_as_a_secret,
    "with our own secret": lambda c: jwt.encode(c, "ours" * 16, algorithm="HS256", headers={"kid": "one"}),
    "changed after it was signed": changed_afterwards,
    "a key nobody has": lambda c: jwt.encode(c, KEY, algorithm="RS256", headers={"kid": "three"}),
    "an RSA signature under the name of the curve's key": lambda c: jwt.encode(c, KEY, algorithm="RS256", headers={"kid": "two"}),
    "no token at all": lambda c: "",
    "not a token": lambda c: "three.little.words",
}  # fmt: skip


def test_a_token_without_the_sign_ons_own_signature_opens_nothing(bent: Bent) -> None:
    answers = {}
    for how, write in WRITTEN.items():
        bent.write = write
        answers[how] = opened(bent)
    assert answers == dict.fromkeys(WRITTEN, "403")


#: Each a token for others, of another time, or of another sign-in. Times are seconds from now.
FOR_OTHERS: list[dict[str, Any]] = [
    {"iss": "https://another.example"}, {"iss": ""}, {"aud": "somebody-else"}, {"aud": []},
    {"aud": ["us", "another"]}, {"aud": ["us", "another"], "azp": "another"}, {"azp": "another"},
    {"exp": -120}, {"iat": 7200}, {"nbf": 7200}, {"auth_time": -13 * 3600}, {"auth_time": 7200}, {"auth_time": "today"},
    {"nonce": "of another sign-in"}, {"nonce": ""}, {"nonce": ["a", "list"]}, {"sub": "somebody else"}, {"sub": 7},
    {"auth_time": {"a": "group"}},
]  # fmt: skip


def test_a_token_for_others_of_another_time_or_of_another_sign_in_opens_nothing(bent: Bent) -> None:
    now = int(time.time())
    answers = []
    for claims in FOR_OTHERS:
        bent.claims = {
            name: now + value if name in ("exp", "iat", "nbf", "auth_time") and isinstance(value, int) else value
            for name, value in claims.items()
        }
        answers.append((claims, opened(bent)))
    assert answers == [(claims, "403") for claims in FOR_OTHERS]


def test_a_token_that_leaves_something_out_opens_nothing(bent: Bent) -> None:
    needed = ("iss", "sub", "aud", "exp", "iat", "nonce")
    answers = {}
    for claim in needed:
        bent.drop = (claim,)
        answers[claim] = opened(bent)
    assert answers == dict.fromkeys(needed, "403")


def test_an_answer_kept_from_an_earlier_sign_in_opens_nothing(bent: Bent) -> None:
    first = Client()
    begin(first, bent)
    old = bent.token()
    thief = Client()
    state = begin(thief, bent)["state"]
    bent.write = lambda claims: old
    assert back(thief, state).status_code == 403
    assert who(thief) == ""


def test_another_issuer_in_the_configuration_is_not_believed(bent: Bent) -> None:
    """The document may say what it likes: the setting says whom we trust."""
    bent.issuer = "https://another.example"
    client = Client()
    page = client.get("/account/login/").content.decode()
    action = re.search(r'action="([^"]*/oidc/organisation/login/[^"]*)"', page)
    assert action
    assert client.post(unescape(action[1])).status_code == 403
    assert who(client) == ""


def test_an_issuer_that_changes_between_going_and_coming_back_is_not_believed(bent: Bent) -> None:
    client = Client()
    state = begin(client, bent)["state"]
    bent.issuer = "https://another.example"
    assert back(client, state).status_code == 403
    assert who(client) == ""


def test_no_redirect_of_the_sign_on_is_followed(bent: Bent) -> None:
    paths = ("/token", "/keys", "/userinfo", "/.well-known/openid-configuration")
    for path in paths:
        client = Client()
        bent.elsewhere = {}
        state = begin(client, bent)["state"]
        bent.elsewhere = {path: f"{bent.url}/moved{path}"}
        assert back(client, state).status_code == 403, path
        assert path in bent.asked and f"/moved{path}" not in bent.asked
        assert who(client) == "", path
    page = Client().get("/account/login/").content.decode()
    action = re.search(r'action="([^"]*/oidc/organisation/login/[^"]*)"', page)
    assert action and Client().post(unescape(action[1])).status_code == 403, "nor on the way there"


def test_the_visitor_cannot_change_what_the_sign_on_is_asked(bent: Bent) -> None:
    client = Client()
    page = client.get("/account/login/").content.decode()
    action = re.search(r'action="([^"?]*/oidc/organisation/login/)', page)
    assert action
    away = client.post(action[1] + "?auth_params=nonce%3Dchosen%26max_age%3D999999&scope=admin")
    carried = parse_qs(urlsplit(away.url).query)
    assert carried["nonce"] != ["chosen"] and len(carried["nonce"][0]) >= 32
    assert carried["max_age"] == ["43200"], "no identity proven there is older than a sign-in here may grow"
    assert "admin" not in carried["scope"][0] and carried["code_challenge_method"] == ["S256"]


def test_an_address_joins_once_and_afterwards_the_sub_alone_counts(bent: Bent, cast: Cast) -> None:
    """The organisation gives the address of somebody who left to somebody new: the account stays shut."""
    first, again, other = Client(), Client(), Client()
    come_in(first, bent)
    assert who(first) == cast.manager.email
    bent.person |= {"email": "renamed@larkfield.example"}
    come_in(again, bent)
    assert who(again) == cast.manager.email, "the same sub, whatever the address says"
    bent.person = {"sub": "new", "email": cast.manager.email, "email_verified": True, "name": "The new one"}
    come_in(other, bent)
    assert who(other) == ""
    assert list(SocialAccount.objects.values_list("uid", flat=True)) == ["m"]


def test_where_new_people_join_an_address_that_is_somebodys_makes_no_second_account(
    bent: Bent, cast: Cast, settings: Any
) -> None:
    settings.OIDC_HOME_SERVICE = str(cast.service.pk)
    come_in(Client(), bent)
    bent.person = {"sub": "new", "email": cast.manager.email, "email_verified": True, "name": "The new one"}
    other = Client(raise_request_exception=False)
    assert come_in(other, bent).status_code < 500
    assert who(other) == "" and User.objects.filter(email=cast.manager.email).count() == 1


def test_only_a_token_that_says_so_stands_for_a_second_factor(bent: Bent, settings: Any) -> None:
    settings.MFA_REQUIRED = True
    settings.OIDC_SECOND_FACTOR_ACR = {"2"}
    told: list[tuple[dict[str, Any], bool]] = [
        ({}, False), ({"amr": ["pwd"]}, False), ({"amr": "mfa"}, False), ({"acr": "1"}, False), ({"acr": ["2"]}, False),
        ({"amr": ["pwd", "mfa"]}, True), ({"acr": "2"}, True),
    ]  # fmt: skip
    for claims, enough in told:
        settings.OIDC_SECOND_FACTOR = True
        bent.claims = claims
        client = Client()
        come_in(client, bent)
        answer = client.get("/")
        assert (answer.status_code == 200) is enough, claims
        assert enough or answer.url == "/account/2fa/"
        settings.OIDC_SECOND_FACTOR = False
        assert client.get("/").url == "/account/2fa/", "and only where the operator relies on it"


def test_a_signature_counts_from_when_the_person_typed_something_there(bent: Bent, rf: Any) -> None:
    for ago, fresh in ((60, True), (3600, False), (None, False)):
        bent.claims = {} if ago is None else {"auth_time": int(time.time()) - ago}
        client = Client()
        come_in(client, bent)
        request = rf.get("/")
        request.session = client.session
        request.user = User.objects.get(email=who(client))
        assert signing.is_fresh(signing.authenticated_at(request)) is fresh, ago


def test_a_sign_on_that_is_away_is_one_page_and_no_error(bent: Bent, settings: Any) -> None:
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["settings"]["server_url"] = "http://127.0.0.1:9"
    client = Client()
    page = client.get("/account/login/").content.decode()
    action = re.search(r'action="([^"]*/oidc/organisation/login/[^"]*)"', page)
    assert action and client.post(unescape(action[1])).status_code == 403
