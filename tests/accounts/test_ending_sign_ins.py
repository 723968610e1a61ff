"""One sign-in or all others ended by whoever proves again who they are; proving it gives the session a new number."""

from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse

from accounts import actions
from accounts.models import User
from records.refusals import NotAllowed, Refused
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


def confirm(client: Client, cast: Cast, then: str = LIST) -> Any:
    return client.post("/account/reauthenticate/", {"password": cast.PASSWORD, "next": then})


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


def help_page(cast: Cast) -> str:
    return reverse("person-sign-in-help", args=[cast.deputy_staff.pk])


@pytest.mark.feature("F94")
def test_a_manager_signs_somebody_out_everywhere_and_the_reason_stands_in_the_history(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    manager, phone, office = sign_in(cast.manager), sign_in(cast.deputy), sign_in(cast.deputy)
    assert is_in(phone) and is_in(office)
    assert help_page(cast) in manager.get(reverse("person", args=[cast.deputy_staff.pk])).content.decode()
    grow_stale(manager)
    asked = manager.post(help_page(cast), {"what": "end", "why": "Her phone was stolen"})
    assert asked.status_code == 302 and asked.url.startswith("/account/reauthenticate/")
    assert is_in(phone), "not before it is certain who asks"
    with django_capture_on_commit_callbacks(execute=True):
        confirm(manager, cast, help_page(cast))  # and what was asked for goes on
    assert not is_in(phone) and not is_in(office) and is_in(manager)
    assert is_in(sign_in(cast.deputy)), "she may sign in again"
    row = User.objects.get(pk=cast.deputy.pk).history.first()
    assert (row.history_change_reason, row.history_user, row.help_given) == (
        "user.sign_ins_ended", cast.manager, "Her phone was stolen",
    )  # fmt: skip
    history = manager.get(reverse("sign-in-history", args=[cast.deputy_staff.pk])).content.decode()
    assert "Her phone was stolen" in history
    refused = manager.post(help_page(cast), {"what": "end", "why": " "})
    assert refused.status_code == 422 and "Say why" in refused.content.decode()


@pytest.mark.feature("F94")
def test_a_lost_second_step_is_taken_off_only_when_it_is_said_how_they_are_known(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    from allauth.mfa.models import Authenticator
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    manager, phone = sign_in(cast.manager), sign_in(cast.deputy)
    typed = {"what": "take_off", "why": "The phone fell into the bath"}
    known = {**typed, "how_known": "She stood before me"}
    confirm(manager, cast)
    none = manager.post(help_page(cast), known)
    assert none.status_code == 422 and "no second step to take off" in none.content.decode()
    TOTP.activate(cast.deputy, generate_totp_secret())
    refused = manager.post(help_page(cast), typed)
    assert refused.status_code == 422 and "The phone fell into the bath" in refused.content.decode()
    with pytest.raises(Refused):
        actions.take_off_second_step(by=cast.manager, staff=cast.deputy_staff, why="Lost", how_known=" ")
    assert Authenticator.objects.filter(user=cast.deputy).exists()
    with django_capture_on_commit_callbacks(execute=True):
        assert manager.post(help_page(cast), known).status_code == 302
    assert not Authenticator.objects.filter(user=cast.deputy).exists() and not is_in(phone)
    assert "She stood before me" in User.objects.get(pk=cast.deputy.pk).history.first().help_given


@pytest.mark.feature("F94")
def test_nobody_signs_out_who_stands_above_them_nor_themselves_nor_people_of_another_provider(cast: Cast) -> None:
    for by, staff in (
        (cast.deputy, cast.manager_staff), (cast.manager, cast.manager_staff), (cast.senior, cast.worker),
        (cast.stranger, cast.deputy_staff),
    ):  # fmt: skip
        with pytest.raises(NotAllowed):
            actions.end_sign_ins_of(by=by, staff=staff, why="Lost phone")
        with pytest.raises(NotAllowed):
            actions.take_off_second_step(by=by, staff=staff, why="Lost phone", how_known="Seen")
    assert sign_in(cast.stranger).get(help_page(cast)).status_code == 404
    assert sign_in(cast.senior).get(help_page(cast)).status_code == 404
