"""The People pages: a manager adds staff, gives and ends roles; nobody else finds them."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse

from accounts import access, actions
from accounts.models import Membership, Staff, User
from accounts.permits import Permit
from records import times

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> dict:
    system = User.system()
    made: dict = {}
    for provider_name in ("Ours", "Theirs"):
        provider = actions.add_provider(by=system, name=provider_name)
        service = actions.add_service(by=system, provider=provider, name=f"{provider_name} North", kind="homecare")
        made[provider_name] = (provider, service)
        for name, role in (("manager", "registered_manager"), ("worker", "care_worker")):
            staff = actions.add_staff(
                by=system, provider=provider, name=f"{provider_name} {name}", job_title=name,
                started_on=datetime.date(2026, 1, 5), services=[service],
            )  # fmt: skip
            user = actions.make_sign_in(by=system, staff=staff, email=f"{name}@{provider_name}.example".lower())
            actions.grant_membership(by=system, user=user, role=role, provider=provider, service=service)
            made[f"{provider_name} {name}"] = staff
    return made


@pytest.fixture
def manager(client: Client, house: dict) -> Client:
    client.force_login(house["Ours manager"].user)
    return client


def typed_day(field: str, day: datetime.date) -> dict[str, int]:
    return {f"{field}-day": day.day, f"{field}-month": day.month, f"{field}-year": day.year}


def test_the_list_shows_my_people_and_nobody_elses(manager: Client) -> None:
    page = manager.get(reverse("people")).content.decode()
    assert "Ours worker" in page and "Theirs" not in page


def test_people_without_the_permit_find_no_such_pages(client: Client, house: dict) -> None:
    client.force_login(house["Ours worker"].user)
    worker = house["Ours worker"].pk
    for address in (
        reverse("people"), reverse("person-add"), reverse("person", args=[worker]), reverse("person-role", args=[worker]),
        reverse("person-sign-in", args=[worker]), reverse("person-supervisor", args=[worker]),
    ):  # fmt: skip
        assert client.get(address).status_code == 404
        assert client.post(address).status_code == 404


def test_staff_and_roles_of_another_provider_are_not_found(manager: Client, house: dict) -> None:
    theirs = house["Theirs worker"]
    for name in ("person", "person-role", "person-sign-in", "person-supervisor"):
        assert manager.get(reverse(name, args=[theirs.pk])).status_code == 404
    role = Membership.objects.get(user=theirs.user)
    assert manager.post(reverse("role-end", args=[role.pk]), typed_day("last_day", times.today())).status_code == 404


def test_a_role_is_given_and_works_and_is_ended_and_shuts(manager: Client, house: dict) -> None:
    worker, (_, service) = house["Ours worker"], house["Ours"]
    answer = manager.post(reverse("person-role", args=[worker.pk]), {"role": "senior", "service": service.pk})
    assert answer.status_code == 302, answer.content.decode()
    assert access.of(User.objects.get(pk=worker.user_id)).may(Permit.ASSESS, service)
    role = Membership.objects.get(user=worker.user, role="senior")
    assert role.history.get().history_user == house["Ours manager"].user
    yesterday = times.today() - datetime.timedelta(days=1)
    assert manager.post(reverse("role-end", args=[role.pk]), typed_day("last_day", yesterday)).status_code == 302
    assert not access.of(User.objects.get(pk=worker.user_id)).may(Permit.ASSESS, service)


def test_a_role_above_my_own_is_not_offered_and_refused_when_sent_anyway(manager: Client, house: dict) -> None:
    worker, (_, service) = house["Ours worker"], house["Ours"]
    assert "Nominated individual" not in manager.get(reverse("person-role", args=[worker.pk])).content.decode()
    sent = {"role": "nominated_individual", "service": service.pk}
    assert manager.post(reverse("person-role", args=[worker.pk]), sent).status_code == 422
    assert not Membership.objects.filter(user=worker.user, role="nominated_individual").exists()


def test_a_role_to_myself_is_refused_in_words_and_nothing_typed_is_lost(manager: Client, house: dict) -> None:
    me, (_, service) = house["Ours manager"], house["Ours"]
    answer = manager.post(reverse("person-role", args=[me.pk]), {"role": "deputy", "service": service.pk})
    page = answer.content.decode()
    assert answer.status_code == 422 and "cannot grant a role to yourself" in page
    assert 'value="deputy" checked' in page


def test_a_new_member_of_staff_gets_a_sign_in_and_a_supervisor(manager: Client, house: dict) -> None:
    _, service = house["Ours"]
    sent = {
        "name": "Una New",
        "job_title": "Care worker",
        "services": [service.pk],
        "contract": "agency",
        "agency": "Quickstaff",
    }
    answer = manager.post(reverse("person-add"), sent | typed_day("started_on", times.today()))
    assert answer.status_code == 302, answer.content.decode()
    una = Staff.objects.get(name="Una New")
    assert manager.post(reverse("person-sign-in", args=[una.pk]), {"email": "una@ours.example"}).status_code == 302
    senior = house["Ours worker"]
    assert manager.post(reverse("person-supervisor", args=[una.pk]), {"supervisor": senior.pk}).status_code == 302
    una.refresh_from_db()
    assert una.user.email == "una@ours.example" and una.supervisor == senior


def test_an_address_in_use_is_refused_on_its_field(manager: Client, house: dict) -> None:
    _, service = house["Ours"]
    sent = {"name": "Una New", "job_title": "Care worker", "services": [service.pk], "contract": "employed"}
    manager.post(reverse("person-add"), sent | typed_day("started_on", times.today()))
    una = Staff.objects.get(name="Una New")
    answer = manager.post(reverse("person-sign-in", args=[una.pk]), {"email": "Worker@ours.example"})
    assert answer.status_code == 422 and "already signs in" in answer.content.decode()


def test_the_list_costs_the_same_number_of_queries_for_few_and_many(
    manager: Client, house: dict, django_assert_max_num_queries
) -> None:
    provider, service = house["Ours"]
    for number in range(12):
        actions.add_staff(
            by=User.system(), provider=provider, name=f"Many {number}", job_title="Care worker",
            started_on=datetime.date(2026, 1, 5), services=[service],
        )  # fmt: skip
    with django_assert_max_num_queries(16):
        assert manager.get(reverse("people")).status_code == 200
