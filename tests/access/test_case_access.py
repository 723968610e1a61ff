"""Per-case access: given for a purpose between two days, ended at once or by itself, each written down (F89)."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import Service, User
from incidents import actions
from incidents.models import Case, CaseGrant
from records import times
from records.refusals import NotAllowed, Refused
from tests.cast import Cast

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def typed(field: str, day: Any) -> dict[str, int]:
    return {f"{field}-day": day.day, f"{field}-month": day.month, f"{field}-year": day.year}


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def asked(user: User, **changed: Any) -> dict[str, Any]:
    return {
        "user": str(user.pk),
        "purpose": "Leads the learning with us",
        **typed("ends_on", times.today() + DAY * 7),
    } | changed


@pytest.fixture
def case(cast: Cast) -> Case:
    return cast.case(rated=True, subject=True)


@pytest.mark.feature("F89")
def test_access_is_given_on_a_page_works_at_once_for_the_signed_in_and_is_written_down(cast: Cast, case: Case) -> None:
    manager, neighbour = signed_in(cast.manager), signed_in(cast.neighbour)
    page = reverse("case", args=[case.pk])
    before = neighbour.get(page)
    assert before.status_code == 404  # never 403: it may not be known of

    given = manager.post(reverse("case-access-give", args=[case.pk]), asked(cast.neighbour))
    assert given.status_code == 302, given.content.decode()
    assert neighbour.get(page).status_code == 200  # the same session
    assert case.reference in neighbour.get(reverse("cases")).content.decode()

    grant = CaseGrant.objects.get(case=case)
    row = grant.history.get()
    assert (row.history_user, row.history_change_reason) == (cast.manager, "case.access_given")
    shown = manager.get(reverse("case-access", args=[case.pk])).content.decode()
    for words in ("Nia Price", "Leads the learning with us", "Aoife Brennan", "Paul Reid", "Senior or team leader"):
        assert words in shown, words
    assert "Dionne Asante: the worker whose practice is looked at" in shown

    ended = manager.post(reverse("case-access-end", args=[case.pk, grant.pk]), {"reason": "The work is done"})
    assert ended.status_code == 302
    gone = neighbour.get(page)
    assert gone.status_code == 404
    shown = manager.get(reverse("case-access", args=[case.pk])).content.decode()
    assert "Access that is over" in shown and "The work is done" in shown
    assert grant.history.first().history_change_reason == "case.access_ended"


@pytest.mark.feature("F89")
def test_access_begins_and_ends_by_itself_on_its_days(cast: Cast, case: Case) -> None:
    today = times.today()
    first, last = today + DAY * 2, today + DAY * 4
    sent = asked(cast.neighbour, **typed("starts_on", first), **typed("ends_on", last))
    assert signed_in(cast.manager).post(reverse("case-access-give", args=[case.pk]), sent).status_code == 302
    neighbour = signed_in(cast.neighbour)
    for days, status in ((0, 404), (1, 404), (2, 200), (4, 200), (5, 404)):
        # Today as it is: in the small hours noon is half a day away, and who signed in before is signed out by then.
        noon = times.london(today.year, today.month, today.day, 12) + DAY * days if days else times.now()
        with time_machine.travel(noon, tick=False):
            client = signed_in(cast.neighbour) if days else neighbour
            assert client.get(reverse("case", args=[case.pk])).status_code == status, days


@pytest.mark.parametrize(
    ("by", "to", "code"),
    [
        ("manager", "manager", "yourself"),
        ("manager", "nominated_individual", "stands above you"),
        ("manager", "senior", "sees the case already"),
        ("safeguarding_lead", "neighbour", "stands above you"),
        ("manager", "worker_user", "own practice"),
        ("senior", "colleague", "decides who sees"),
        ("deputy", "colleague", "decides who sees"),
        ("hr", "colleague", "decides who sees"),
    ],
)
def test_nobody_gives_access_to_themselves_upwards_to_a_subject_or_without_being_entitled(
    cast: Cast, case: Case, by: str, to: str, code: str
) -> None:
    with pytest.raises(Refused, match=code):
        actions.give_access(by=cast.users[by], case=case, user=cast.users[to], purpose="x", ends_on=times.today() + DAY)
    assert not CaseGrant.objects.exists()
    answer = signed_in(cast.users[by]).post(reverse("case-access-give", args=[case.pk]), asked(cast.users[to]))
    assert answer.status_code == 422


def test_a_person_of_another_provider_is_neither_offered_nor_accepted(cast: Cast, case: Case) -> None:
    client = signed_in(cast.manager)
    url = reverse("case-access-give", args=[case.pk])
    assert "Stranger" not in client.get(url).content.decode()
    assert client.post(url, asked(cast.stranger)).status_code == 422
    with pytest.raises(Refused, match="works for this provider"):
        actions.give_access(by=cast.manager, case=case, user=cast.stranger, purpose="x", ends_on=times.today() + DAY)


def test_seeing_by_exception_is_seeing_only(cast: Cast, case: Case) -> None:
    """The neighbour manages another service; here they hold no permit, so they change nothing."""
    actions.give_access(by=cast.manager, case=case, user=cast.neighbour, purpose="x", ends_on=times.today() + DAY)
    user = User.objects.get(pk=cast.neighbour.pk)
    with pytest.raises(NotAllowed):
        actions.confirm_everyone_safe(by=user, case=case, note="Fine")
    with pytest.raises(NotAllowed):
        actions.give_access(by=user, case=case, user=cast.colleague, purpose="x", ends_on=times.today() + DAY)


def test_who_takes_over_from_an_implicated_manager_may_act_as_one_in_that_case_only(cast: Cast) -> None:
    director = cast.neighbour
    case, other = cast.case(rated=True), cast.case(rated=True)
    individual = cast.nominated_individual
    actions.add_staff(by=individual, case=case, staff=cast.manager_staff, involvement="implicated")
    case.refresh_from_db()
    assert case.owner == individual  # S6: the nominated individual first
    with pytest.raises(NotAllowed, match="nominated individual says who"):
        actions.take_over(by=cast.safeguarding_lead, case=case, user=director, purpose="x", ends_on=times.today() + DAY)
    actions.take_over(
        by=individual, case=case, user=director, purpose="Neither of us is free to act", ends_on=times.today() + DAY
    )
    director = User.objects.get(pk=director.pk)
    actions.confirm_everyone_safe(by=director, case=case, note="Two staff at each call")
    actions.assign_owner(by=individual, case=case, owner=director)
    with pytest.raises(NotAllowed):
        actions.confirm_everyone_safe(by=director, case=other, note="Fine")


def test_one_visible_to_answers_for_services_too(cast: Cast) -> None:
    assert set(Service.objects.visible_to(cast.neighbour)) == {cast.second_service}
