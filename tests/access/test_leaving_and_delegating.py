"""A leaver's sessions end at once; a deputy acts for the manager only as far as it is written down (F89, domain.md §1)."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts import access
from accounts import actions as people
from accounts.models import Delegation, Membership, Staff, User
from accounts.permits import Permit
from incidents import permissions
from incidents.models import Level
from records import times
from records.refusals import NotAllowed, Refused
from tests.access.test_case_access import signed_in, typed
from tests.cast import Cast

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def anew(user: User) -> User:
    return User.objects.get(pk=user.pk)


@pytest.mark.feature("F89")
def test_a_leaver_loses_every_session_roles_and_delegations_at_once(cast: Cast) -> None:
    leaver, manager = signed_in(cast.deputy), signed_in(cast.manager)
    assert leaver.get(reverse("cases")).status_code == 200
    people.delegate(
        by=cast.manager, to=cast.deputy, service=cast.service, what=[Permit.EXPORT_PACKS], reason="Leave",
        starts_on=times.today(), ends_on=times.today() + DAY,
    )  # fmt: skip
    sent = manager.post(reverse("person-leave", args=[cast.deputy_staff.pk]), typed("last_day", times.today()))
    assert sent.status_code == 302, sent.content.decode()
    answer = leaver.get(reverse("cases"))  # the session they had open
    assert answer.status_code == 302 and answer.headers["Location"].startswith("/account/login/")
    assert not Client().login(email=cast.deputy.email, password=cast.PASSWORD)
    assert Membership.objects.get(user=cast.deputy).ends_on == times.today()
    assert Delegation.objects.get().ended_by == cast.manager
    assert cast.deputy_staff.history.first().history_change_reason == "staff.left"


def test_a_last_day_to_come_shuts_the_door_by_itself_the_day_after(cast: Cast) -> None:
    today = times.today()
    people.end_employment(by=cast.manager, staff=cast.deputy_staff, last_day=today + DAY)
    for days, shut in ((0, False), (1, False), (2, True)):
        noon = times.london(today.year, today.month, today.day, 12) + DAY * days
        with time_machine.travel(noon, tick=False):
            answer = signed_in(anew(cast.deputy)).get(reverse("cases"))
            assert (answer.status_code == 302) is shut, days
            assert access.of(anew(cast.deputy)).anywhere(Permit.LOG) is not shut


def test_the_product_shuts_off_those_whose_last_day_has_passed(cast: Cast) -> None:
    people.end_employment(by=cast.manager, staff=cast.deputy_staff, last_day=times.today() + DAY)
    assert people.shut_off_leavers() == 0
    with time_machine.travel(times.now() + DAY * 3):
        assert people.shut_off_leavers() == 1
        assert not anew(cast.deputy).is_active


@pytest.mark.parametrize(
    ("by", "who"), [("manager", "manager"), ("manager", "nominated_individual"), ("deputy", "senior")]
)
def test_nobody_ends_their_own_employment_or_that_of_somebody_above_them(cast: Cast, by: str, who: str) -> None:
    with pytest.raises(NotAllowed):
        people.end_employment(by=cast.users[by], staff=cast.staff[who], last_day=times.today())
    assert Staff.objects.get(pk=cast.staff[who].pk).left_on is None


def test_nobody_ends_a_role_that_stands_above_their_own(cast: Cast) -> None:
    people.grant_membership(
        by=User.system(),
        user=cast.quality_lead,
        role="nominated_individual",
        provider=cast.provider,
        service=cast.service,
    )
    above = Membership.objects.get(user=cast.quality_lead, role="nominated_individual")
    with pytest.raises(NotAllowed, match="above your own"):
        people.end_membership(by=cast.manager, membership=above, last_day=times.today())


def left(cast: Cast, who: str, *, day: timedelta = -DAY) -> Staff:
    """Somebody who left yesterday, as the product itself wrote down."""
    people.end_employment(by=User.system(), staff=cast.staff[who], last_day=times.today() + day)
    return Staff.objects.get(pk=cast.staff[who].pk)


@pytest.mark.feature("F89")
@pytest.mark.parametrize("day", [-DAY, DAY])
def test_nobody_takes_back_the_leaving_of_somebody_who_stood_above_them(cast: Cast, day: timedelta) -> None:
    """Whoever has left holds no role today; what counts is where they stood on their last day."""
    staff = left(cast, "nominated_individual", day=day)
    with pytest.raises(NotAllowed, match="stands above you"):
        people.undo_leaving(by=cast.manager, staff=staff)
    answer = signed_in(cast.manager).post(reverse("person-return", args=[staff.pk]))
    assert answer.status_code == 422 and "stands above you" in answer.content.decode()
    assert Staff.objects.get(pk=staff.pk).left_on == times.today() + day
    assert anew(cast.nominated_individual).is_active is (day == DAY)


def test_nobody_takes_back_their_own_leaving_and_a_stranger_finds_no_such_page(cast: Cast) -> None:
    staff = left(cast, "manager", day=DAY)
    with pytest.raises(NotAllowed, match="for yourself"):
        people.undo_leaving(by=cast.manager, staff=staff)
    assert signed_in(cast.stranger).post(reverse("person-return", args=[staff.pk])).status_code == 404
    assert Staff.objects.get(pk=staff.pk).left_on == times.today() + DAY


@pytest.mark.feature("F89")
def test_somebody_who_comes_back_signs_in_again_and_holds_no_role_until_one_is_given(cast: Cast) -> None:
    staff, manager = left(cast, "deputy"), signed_in(cast.manager)
    url = reverse("person-return", args=[staff.pk])
    assert url in manager.get(reverse("person", args=[staff.pk])).content.decode()
    assert manager.post(url).status_code == 302
    assert Staff.objects.get(pk=staff.pk).left_on is None and anew(cast.deputy).is_active
    assert access.of(anew(cast.deputy)).roles == set()
    assert manager.get(url).status_code == 404  # nobody who left, nothing to take back


@pytest.mark.feature("F89")
def test_nobody_changes_their_own_supervisor_or_role_nor_those_of_somebody_above_them(cast: Cast) -> None:
    """A manager who chose their own supervisor would choose who is kept from assessing them (S4)."""
    mine = Membership.objects.get(user=cast.manager)
    above = Membership.objects.get(user=cast.nominated_individual)
    people.grant_membership(
        by=User.system(), user=cast.nominated_individual, role="senior", provider=cast.provider, service=cast.service
    )
    for who in ("manager", "nominated_individual"):
        with pytest.raises(NotAllowed, match="for yourself|stands above you"):
            people.set_supervisor(by=cast.manager, staff=cast.staff[who], supervisor=cast.deputy_staff)
        assert Staff.objects.get(pk=cast.staff[who].pk).supervisor is None
    with pytest.raises(NotAllowed, match="for yourself"):
        people.end_membership(by=cast.manager, membership=mine, last_day=times.today() + DAY * 900)
    low = Membership.objects.get(user=cast.nominated_individual, role="senior")
    with pytest.raises(NotAllowed, match="stands above you"):
        people.end_membership(by=cast.manager, membership=low, last_day=times.today())
    assert {one.ends_on for one in Membership.objects.filter(pk__in=[mine.pk, above.pk, low.pk])} == {None}


def test_ending_a_role_never_lengthens_it(cast: Cast) -> None:
    role = Membership.objects.get(user=cast.deputy)
    people.end_membership(by=cast.manager, membership=role, last_day=times.today() - DAY)
    with pytest.raises(Refused, match="give it again"):
        people.end_membership(by=cast.manager, membership=role, last_day=times.today() + DAY)
    sent = signed_in(cast.manager).post(reverse("role-end", args=[role.pk]), typed("last_day", times.today() + DAY))
    assert sent.status_code == 422 and "give it again" in sent.content.decode()
    assert Membership.objects.get(pk=role.pk).ends_on == times.today() - DAY


def test_a_role_that_only_the_operator_gives_and_days_the_wrong_way_round_are_refused_in_the_action(cast: Cast) -> None:
    give: dict[str, Any] = {"by": cast.nominated_individual, "user": cast.deputy, "provider": cast.provider}
    for role in ("system_administrator", "external_reviewer"):
        with pytest.raises(NotAllowed, match="not granted here"):
            people.grant_membership(role=role, **give)
    with pytest.raises(Refused, match="first day or later"):
        people.grant_membership(role="senior", service=cast.service, ends_on=times.today() - DAY, **give)
    with pytest.raises(Refused, match="whole provider"):
        people.grant_membership(role="system_administrator", service=cast.service, **give | {"by": User.system()})


def test_a_second_sign_in_is_refused_in_the_action(cast: Cast) -> None:
    with pytest.raises(Refused, match="has a sign-in already"):
        people.make_sign_in(by=cast.manager, staff=cast.deputy_staff, email="another@larkfield.example")
    assert Staff.objects.get(pk=cast.deputy_staff.pk).user == cast.deputy


def delegation(cast: Cast, **changed: Any) -> dict[str, Any]:
    today = times.today()
    return {
        "what": ["reauthorise"],
        "service": str(cast.service.pk),
        "reason": "My leave",
        **typed("starts_on", today),
        **typed("ends_on", today + DAY * 14),
    } | changed


@pytest.mark.feature("F89")
def test_a_deputy_acts_for_the_manager_in_low_risk_cases_while_it_is_written_down(cast: Cast) -> None:
    low, grave, unrated = cast.case(harm=0, potential=1, likelihood=2), cast.case(rated=True), cast.case()
    assert low.level in (Level.L1, Level.L2) and grave.level == Level.L3 and unrated.level is None
    assert not permissions.holds(anew(cast.deputy), low, Permit.REAUTHORISE)

    manager = signed_in(cast.manager)
    url = reverse("person-delegate", args=[cast.deputy_staff.pk])
    assert manager.post(url, delegation(cast)).status_code == 302
    assert permissions.holds(anew(cast.deputy), low, Permit.REAUTHORISE)
    assert not permissions.holds(anew(cast.deputy), grave, Permit.REAUTHORISE)
    assert not permissions.holds(anew(cast.deputy), unrated, Permit.REAUTHORISE)
    assert not permissions.holds(anew(cast.deputy), low, Permit.CLOSE_CASES)  # not what was delegated
    shown = manager.get(reverse("person", args=[cast.deputy_staff.pk])).content.decode()
    assert "Decide re-authorisation in low-risk cases" in shown and "My leave" in shown

    with time_machine.travel(times.now() + DAY * 15):
        assert not permissions.holds(anew(cast.deputy), low, Permit.REAUTHORISE)
    one = Delegation.objects.get()
    assert manager.post(reverse("delegation-end", args=[one.pk])).status_code == 302
    assert not permissions.holds(anew(cast.deputy), low, Permit.REAUTHORISE)
    assert [row.history_change_reason for row in one.history.all()] == ["delegation.ended", "delegation.given"]


def test_a_delegation_ends_with_the_managers_own_role(cast: Cast) -> None:
    low = cast.case(harm=0, potential=1, likelihood=2)
    people.delegate(
        by=cast.manager, to=cast.deputy, service=cast.service, what=["reauthorise"], reason="Leave",
        starts_on=times.today(), ends_on=times.today() + DAY,
    )  # fmt: skip
    assert permissions.holds(anew(cast.deputy), low, Permit.REAUTHORISE)
    people.end_membership(
        by=User.system(), membership=Membership.objects.get(user=cast.manager), last_day=times.today() - DAY
    )
    assert not permissions.holds(anew(cast.deputy), low, Permit.REAUTHORISE)


def test_only_the_manager_delegates_only_to_a_deputy_and_never_for_long(cast: Cast) -> None:
    give = {
        "service": cast.service, "what": ["reauthorise"], "reason": "Leave", "starts_on": times.today(),
        "ends_on": times.today() + DAY,
    }  # fmt: skip
    with pytest.raises(NotAllowed):
        people.delegate(by=cast.deputy, to=cast.senior, **give)
    with pytest.raises(NotAllowed):
        people.delegate(by=cast.manager, to=cast.manager, **give)
    with pytest.raises(Refused, match="to a deputy"):
        people.delegate(by=cast.manager, to=cast.senior, **give)
    with pytest.raises(Refused, match="three months"):
        people.delegate(by=cast.manager, to=cast.deputy, **give | {"ends_on": times.today() + DAY * 200})
    with pytest.raises(Refused, match="what is delegated"):
        people.delegate(by=cast.manager, to=cast.deputy, **give | {"what": ["manage_people"]})
    assert (
        signed_in(cast.nominated_individual).get(reverse("person-delegate", args=[cast.deputy_staff.pk])).status_code
        == 404
    )
