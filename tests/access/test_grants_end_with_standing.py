"""Access by exception never outlives employment or the last role, and coming back does not wake it (F89)."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts import actions as people
from accounts.models import Membership, User
from governance import chasing
from incidents import actions, permissions
from incidents.models import Case, CaseGrant
from records import times
from tests.access.test_case_access import signed_in, typed
from tests.access.test_leaving_and_delegating import anew
from tests.access.test_sealed import seal
from tests.cast import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.feature("F89")]
DAY = timedelta(days=1)


@pytest.fixture
def let_in(cast: Cast, case: Case) -> CaseGrant:
    """The manager of another service, let into this case for a year."""
    made: CaseGrant = actions.give_access(
        by=cast.manager, case=case, user=cast.neighbour, purpose="Helps", ends_on=times.today() + DAY * 300
    )
    return made


def role(cast: Cast, who: str) -> Membership:
    found: Membership = Membership.objects.get(user=cast.users[who])
    return found


def given_again(cast: Cast, who: str) -> User:
    people.grant_membership(
        by=User.system(), user=cast.users[who], role="senior", provider=cast.provider, service=cast.second_service
    )
    return anew(cast.users[who])


def test_whoever_leaves_and_comes_back_finds_no_case_they_were_once_let_into(
    cast: Cast, case: Case, let_in: CaseGrant
) -> None:
    client, person = signed_in(cast.nominated_individual), cast.staff["neighbour"]
    gone = client.post(reverse("person-leave", args=[person.pk]), typed("last_day", times.today()))
    assert gone.status_code == 302, gone.content.decode()
    let_in.refresh_from_db()
    assert let_in.is_over and let_in.ended_by == cast.nominated_individual and let_in.ended_reason == "They left."
    people.undo_leaving(by=anew(cast.nominated_individual), staff=person)
    back = given_again(cast, "neighbour")
    assert signed_in(back).get(reverse("case", args=[case.pk])).status_code == 404


def test_a_leaving_that_came_by_its_day_ends_it_too_before_anybody_wrote_it_down(
    cast: Cast, case: Case, let_in: CaseGrant
) -> None:
    people.end_employment(by=cast.nominated_individual, staff=cast.staff["neighbour"], last_day=times.today() + DAY)
    assert permissions.can_see(anew(cast.neighbour), case)
    with time_machine.travel(times.now() + DAY * 2):
        people.undo_leaving(by=User.system(), staff=cast.staff["neighbour"])
        assert not permissions.can_see(given_again(cast, "neighbour"), case)


def test_with_the_last_role_goes_the_access_and_a_new_role_does_not_wake_it(
    cast: Cast, case: Case, let_in: CaseGrant
) -> None:
    people.end_membership(
        by=cast.nominated_individual, membership=role(cast, "neighbour"), last_day=times.today() - DAY
    )
    assert not permissions.can_see(given_again(cast, "neighbour"), case)
    let_in.refresh_from_db()
    assert let_in.ended_reason == "Their last role ended."


def test_a_role_that_ends_by_its_day_shuts_a_sealed_case_that_night_and_the_round_writes_it_down(
    cast: Cast, case: Case
) -> None:
    seal(cast, case)
    people.end_membership(by=cast.nominated_individual, membership=role(cast, "hr"), last_day=times.today())
    assert permissions.can_see(anew(cast.hr), case)
    with time_machine.travel(times.now() + DAY):
        assert not permissions.can_see(anew(cast.hr), case)
        chasing.run()
        grant = CaseGrant.objects.get(case=case, user=cast.hr)
        assert grant.is_over and grant.ended_by == User.system()
        given_again(cast, "hr")
        assert not permissions.can_see(anew(cast.hr), case)


def test_a_sealed_case_whose_team_has_gone_comes_to_whoever_stands_above_the_service(cast: Cast, case: Case) -> None:
    """Emergency access lets nobody act, so an empty team would shut the case for ever."""
    seal(cast, case)
    people.grant_membership(
        by=User.system(), user=cast.quality_lead, role="nominated_individual", provider=cast.provider
    )
    for name in ("hr", "nominated_individual"):
        assert not permissions.can_see(anew(cast.quality_lead), case)
        people.end_employment(by=User.system(), staff=cast.staff[name], last_day=times.today())
    new = anew(cast.quality_lead)
    assert signed_in(new).get(reverse("case", args=[case.pk])).status_code == 200
    case.refresh_from_db()
    assert case.owner == new
    assert actions.unseal_case(by=new, case=case, reason="Looked into")
