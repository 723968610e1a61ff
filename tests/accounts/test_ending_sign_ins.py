"""One sign-in or all others ended by whoever proves again who they are; proving it gives the session a new number."""

from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings as django_settings
from django.test import Client

from accounts import actions
from accounts.models import User
from records.refusals import NotAllowed
from tests.cast import Cast

pytestmark = pytest.mark.django_db
LIST = "/account/sessions/"


def sign_in(user: User, **more: Any) -> Client:
    client = Client(**more)
    answer = client.post("/account/login/", {"login": user.email, "password": Cast.PASSWORD})
    assert answer.status_code == 302
    return client


def is_in(client: Client) -> bool:
    return client.get("/account/sessions/").status_code == 200


def grow_stale(client: Client) -> None:
    """As if identity had been proven ten minutes ago."""
    session = client.session
    for one in session["account_authentication_methods"]:
        one["at"] -= 600
    session.save()


def number_of(client: Client) -> str:
    return str(UserSession.objects.get(session_key=client.cookies[django_settings.SESSION_COOKIE_NAME].value).pk)


@pytest.mark.feature("F94")
def test_one_other_sign_in_is_ended_alone(cast: Cast) -> None:
    here, phone, office = (sign_in(cast.manager) for _ in range(3))
    for one in (here, phone, office):
        assert is_in(one)
    confirm(here, cast)
    answer = here.post(LIST, {"session": number_of(phone)})
    assert answer.status_code == 302, answer.content.decode()
    assert (is_in(here), is_in(phone), is_in(office)) == (True, False, True)


def confirm(client: Client, cast: Cast) -> Any:
    return client.post("/account/reauthenticate/", {"password": cast.PASSWORD, "next": LIST})


@pytest.mark.feature("F94")
@pytest.mark.parametrize("which", ["one", "all others"])
def test_ending_a_sign_in_asks_again_who_one_is_and_then_goes_on(cast: Cast, which: str) -> None:
    here, phone = sign_in(cast.manager), sign_in(cast.manager)
    assert is_in(here) and is_in(phone)
    grow_stale(here)
    answer = here.post(LIST, {"session": number_of(phone)} if which == "one" else {})
    assert answer.status_code == 302 and answer.url.startswith("/account/reauthenticate/")
    assert is_in(phone), "not yet"
    confirm(here, cast)
    assert is_in(here) and not is_in(phone), "what was asked for was kept"


def test_nobody_ends_the_sign_in_of_somebody_else_by_its_number(cast: Cast) -> None:
    here, theirs = sign_in(cast.manager), sign_in(cast.deputy)
    assert is_in(here) and is_in(theirs)
    confirm(here, cast)
    for number in (number_of(theirs), "0", "9" * 18, "9" * 40, "x", "-1", "²"):
        assert here.post(LIST, {"session": number}).status_code == 404, number
    assert is_in(theirs)
    with pytest.raises(NotAllowed):
        actions.end_own_sign_in(by=cast.manager, session=UserSession.objects.get(user=cast.deputy))


@pytest.mark.feature("F94")
def test_proving_again_who_one_is_gives_the_session_a_new_number(cast: Cast) -> None:
    client = sign_in(cast.manager)
    assert is_in(client)
    before = client.cookies[django_settings.SESSION_COOKIE_NAME].value
    grow_stale(client)
    assert client.post("/account/reauthenticate/", {"password": "not this one"}).status_code == 200
    assert client.cookies[django_settings.SESSION_COOKIE_NAME].value == before, "not for trying"
    assert confirm(client, cast).status_code == 302
    after = client.cookies[django_settings.SESSION_COOKIE_NAME].value
    assert after != before and is_in(client)
    thief = Client()
    thief.cookies[django_settings.SESSION_COOKIE_NAME] = before
    assert not is_in(thief), "the old number opens nothing"
    assert UserSession.objects.filter(user=cast.manager).count() == 1, "and it is one sign-in still"
