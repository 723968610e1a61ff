"""Who may see and do what: roles on scopes, between dates, at once."""

import datetime

import pytest
import time_machine

from accounts import access, actions
from accounts.models import Membership, Provider, Service, Staff, User
from accounts.permits import Permit
from accounts.roles import ROLES
from records import times
from records.refusals import NotAllowed, Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> tuple[Provider, Service, Service]:
    system = User.system()
    provider = actions.add_provider(by=system, name="One")
    one = actions.add_service(by=system, provider=provider, name="North", kind="homecare")
    two = actions.add_service(by=system, provider=provider, name="South", kind="homecare")
    return provider, one, two


def person(provider: Provider, service: Service, name: str, role: str = "", whole: bool = False) -> User:
    system = User.system()
    staff = actions.add_staff(
        by=system,
        provider=provider,
        name=name,
        job_title=name,
        started_on=datetime.date(2026, 1, 5),
        services=[service],
    )
    user = actions.make_sign_in(by=system, staff=staff, email=f"{name}@example.org".replace(" ", "."))
    if role:
        actions.grant_membership(by=system, user=user, role=role, provider=provider, service=None if whole else service)
    return user


def test_every_role_has_a_sentence_and_permits_from_the_one_list() -> None:
    for role in ROLES.values():
        assert role.sentence.endswith(".")
        assert set(role.permits) <= set(Permit)


def test_a_role_on_one_service_opens_that_service_only(house) -> None:
    provider, one, two = house
    manager = person(provider, one, "manager", "registered_manager")
    assert access.of(manager).may(Permit.REAUTHORISE, one)
    assert not access.of(manager).may(Permit.REAUTHORISE, two)
    assert list(Service.objects.visible_to(manager)) == [one]


def test_a_role_on_the_provider_opens_each_of_its_services_and_no_other_providers(house) -> None:
    provider, one, two = house
    other = actions.add_provider(by=User.system(), name="Two")
    theirs = actions.add_service(by=User.system(), provider=other, name="West", kind="care_home")
    individual = person(provider, one, "individual", "nominated_individual", whole=True)
    assert set(Service.objects.visible_to(individual)) == {one, two}
    assert not access.of(individual).may(Permit.LOG, theirs)


def test_a_membership_takes_effect_on_its_first_day_and_ends_with_its_last(house) -> None:
    provider, one, _ = house
    user = person(provider, one, "temp")
    today = times.today()
    actions.grant_membership(
        by=User.system(), user=user, role="senior", provider=provider, service=one,
        starts_on=today + datetime.timedelta(days=1), ends_on=today + datetime.timedelta(days=2),
    )  # fmt: skip
    for days, may in ((0, False), (1, True), (2, True), (3, False)):
        noon = times.london(today.year, today.month, today.day, 12) + datetime.timedelta(days=days)
        with time_machine.travel(noon, tick=False):
            assert access.of(User.objects.get(pk=user.pk)).may(Permit.ASSESS, one) is may, days


def test_a_membership_that_is_ended_shuts_the_door_in_the_next_request(house, client) -> None:
    provider, one, _ = house
    user = person(provider, one, "leaver", "senior")
    membership = Membership.objects.get(user=user)
    actions.end_membership(by=User.system(), membership=membership, last_day=times.today() - datetime.timedelta(days=1))
    assert not access.of(User.objects.get(pk=user.pk)).anywhere(Permit.LOG)
    assert not User.objects.get(pk=user.pk).groups.exists()


def test_nobody_grants_above_their_own_role_nor_to_themselves_nor_elsewhere(house) -> None:
    provider, one, two = house
    manager = person(provider, one, "manager", "registered_manager")
    worker = person(provider, one, "worker", "care_worker")
    give = {"by": manager, "provider": provider, "service": one}
    with pytest.raises(NotAllowed, match="above your own"):
        actions.grant_membership(user=worker, role="nominated_individual", **give)
    with pytest.raises(NotAllowed, match="yourself"):
        actions.grant_membership(user=manager, role="senior", **give)
    with pytest.raises(NotAllowed):
        actions.grant_membership(user=worker, role="senior", by=manager, provider=provider, service=two)
    with pytest.raises(NotAllowed):
        actions.grant_membership(user=manager, role="senior", by=worker, provider=provider, service=one)
    # (no higher than their own role: what is missing is that they manage people)
    with pytest.raises(NotAllowed, match="manages people"):
        actions.grant_membership(user=manager, role="care_worker", by=worker, provider=provider, service=one)
    assert actions.grant_membership(user=worker, role="senior", **give).role == "senior"


def test_the_same_role_at_the_same_place_is_not_given_twice(house) -> None:
    """Two rows of one role would leave it in force when one of them is ended."""
    provider, one, two = house
    manager = person(provider, one, "manager", "registered_manager")
    give = {"by": manager, "user": person(provider, one, "worker"), "role": "senior", "provider": provider}
    first = actions.grant_membership(service=one, **give)
    with pytest.raises(Refused, match="hold this role there already"):
        actions.grant_membership(service=one, **give)
    actions.end_membership(by=manager, membership=first, last_day=times.today())
    assert actions.grant_membership(service=one, starts_on=times.today() + datetime.timedelta(days=1), **give)


def test_managing_one_service_does_not_manage_the_provider_or_another_service(house) -> None:
    provider, one, two = house
    manager = person(provider, one, "manager", "registered_manager")
    with pytest.raises(NotAllowed):
        actions.add_service(
            by=person(provider, two, "senior", "senior"), provider=provider, name="New", kind="homecare"
        )
    with pytest.raises(NotAllowed):
        actions.grant_membership(
            by=manager, user=person(provider, two, "worker"), role="senior", provider=provider, service=None
        )


def test_two_people_cannot_sign_in_with_one_address(house) -> None:
    provider, one, _ = house
    person(provider, one, "ann")
    staff = Staff.objects.get(name="ann")
    with pytest.raises(Refused, match="already signs in"):
        actions.make_sign_in(by=User.system(), staff=staff, email="ANN@example.org")


def test_rights_cost_a_bounded_number_of_queries(house, django_assert_max_num_queries) -> None:
    provider, one, _ = house
    user = person(provider, one, "manager", "registered_manager")
    fresh = User.objects.get(pk=user.pk)
    with django_assert_max_num_queries(4):
        found = access.of(fresh)
        found.may(Permit.LOG, one)
        found.roles_at(one)
        access.of(fresh)
