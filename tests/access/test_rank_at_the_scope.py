"""Who may grant, end and let in: asked where it happens, and never more than the giver holds there (F89, domain.md §1)."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from accounts import actions as people
from accounts.models import Membership, Staff, User
from accounts.roles import BY_THE_OPERATOR, ROLES
from governance.models import Chase
from incidents import actions
from incidents.models import Case, CaseGrant
from records import times
from records.acting import acting_as
from records.refusals import NotAllowed, Refused
from tests.access.test_case_access import signed_in, typed
from tests.access.test_leaving_and_delegating import anew
from tests.cast import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.feature("F89")]
DAY = timedelta(days=1)


def given(user: User, role: str, cast: Cast, service: Any = None) -> Membership:
    made: Membership = people.grant_membership(
        by=User.system(), user=user, role=role, provider=cast.provider, service=service
    )
    return made


@pytest.mark.parametrize("role", [code for code in ROLES if code not in BY_THE_OPERATOR])
@pytest.mark.parametrize("whole", [True, False], ids=["provider", "service"])
def test_whoever_looks_after_the_accounts_gives_nobody_the_sight_of_a_case(cast: Cast, role: str, whole: bool) -> None:
    """They could add somebody who is not there, sign in as them, and read. To log a concern is all they give."""
    client = signed_in(cast.system_administrator)
    sent = {"name": "Nobody Real", "job_title": "Care worker", "services": [cast.service.pk], "contract": "employed"}
    assert client.post(reverse("person-add"), sent | typed("started_on", times.today())).status_code == 302
    made = Staff.objects.get(name="Nobody Real")
    assert client.post(reverse("person-sign-in", args=[made.pk]), {"email": "mine@evil.example"}).status_code == 302
    made.refresh_from_db()
    offered = client.get(reverse("person-role", args=[made.pk])).content.decode()
    assert (f'value="{role}"' in offered) is (role == "care_worker")
    if role == "care_worker":
        return
    sent = {"role": role, "service": str(cast.service.pk)}
    assert client.post(reverse("person-role", args=[made.pk]), sent).status_code == 422
    with pytest.raises(NotAllowed):
        people.grant_membership(
            by=anew(cast.system_administrator), user=made.user, role=role, provider=cast.provider,
            service=None if whole else cast.service,
        )  # fmt: skip
    assert not Membership.objects.filter(user=made.user).exists()


def test_a_manager_grants_what_they_may_do_themselves_and_the_nominated_individual_the_rest(cast: Cast) -> None:
    give: dict[str, Any] = {"user": cast.colleague, "provider": cast.provider, "service": cast.service}
    for role in ("senior", "deputy", "safeguarding_lead", "hr", "registered_manager"):
        people.grant_membership(by=anew(cast.manager), role=role, **give)
    # The second person at L3 and L4 is not chosen by the first.
    with pytest.raises(NotAllowed, match="may do more"):
        people.grant_membership(by=anew(cast.manager), role="quality_lead", **give)
    assert people.grant_membership(by=anew(cast.nominated_individual), role="quality_lead", **give)


@pytest.fixture
def high_next_door(cast: Cast) -> User:
    """Nominated individual of the South, and no more than manager in the North."""
    given(cast.manager, "nominated_individual", cast, cast.second_service)
    return anew(cast.manager)


def test_standing_high_at_one_service_grants_nothing_high_at_another(cast: Cast, high_next_door: User) -> None:
    give = {"by": high_next_door, "user": cast.colleague, "role": "nominated_individual", "provider": cast.provider}
    with pytest.raises(NotAllowed, match="above your own"):
        people.grant_membership(service=cast.service, **give)
    assert people.grant_membership(service=cast.second_service, **give)


def test_standing_high_at_one_service_ends_nothing_high_at_another(cast: Cast, high_next_door: User) -> None:
    above = given(cast.deputy, "nominated_individual", cast, cast.service)
    with pytest.raises(NotAllowed, match="above your own"):
        people.end_membership(by=high_next_door, membership=above, last_day=times.today())
    low = Membership.objects.get(user=cast.deputy, role="deputy")
    with pytest.raises(NotAllowed, match="stands above you"):
        people.end_membership(by=high_next_door, membership=low, last_day=times.today())
    with pytest.raises(NotAllowed, match="stands above you"):
        people.end_employment(by=high_next_door, staff=cast.deputy_staff, last_day=times.today())
    assert people.end_employment(by=high_next_door, staff=cast.staff["hr"], last_day=times.today()).left_on


def test_standing_high_at_one_service_lets_nobody_high_into_a_case_of_another(
    cast: Cast, case: Case, high_next_door: User
) -> None:
    above = given(cast.neighbour, "nominated_individual", cast, cast.second_service)
    with pytest.raises(NotAllowed, match="stands above you"):
        actions.give_access(by=high_next_door, case=case, user=above.user, purpose="x", ends_on=times.today() + DAY)
    assert not CaseGrant.objects.exists()


# --- A seal never shuts out all oversight (S6) -------------------------------------------------------------------


@pytest.mark.feature("F90")
def test_a_manager_seals_with_somebody_above_them_and_cannot_shut_them_out_after(cast: Cast, case: Case) -> None:
    client = signed_in(cast.manager)
    seal, above = reverse("case-seal", args=[case.pk]), cast.nominated_individual
    sent = {"owner": str(cast.manager.pk), "team": [str(cast.hr.pk)], "reason": "A quiet word"}
    refused = client.post(seal, sent)
    page = refused.content.decode()
    assert refused.status_code == 422 and "stands above you" in page and "A quiet word" in page
    assert client.post(seal, sent | {"team": [str(above.pk)]}).status_code == 302
    grant = CaseGrant.objects.get(case=case, user=above)
    with pytest.raises(NotAllowed, match="cannot shut them out"):
        actions.end_access(by=anew(cast.manager), grant=grant, reason="Not needed")
    assert signed_in(above).get(reverse("case", args=[case.pk])).status_code == 200


@pytest.mark.feature("F90")
def test_where_who_seals_is_the_highest_there_is_the_director_hears_that_a_case_was_sealed(
    cast: Cast, case: Case
) -> None:
    with acting_as(cast.manager, "test.given"):
        cast.provider.director_email = "director@larkfield.example"
        cast.provider.save()
    given(cast.manager, "nominated_individual", cast, cast.service)  # a small service: manager and individual in one
    own = actions.add_staff(
        by=cast.manager, case=case, staff=cast.staff["nominated_individual"], involvement="implicated"
    )
    actions.seal_case(by=anew(cast.manager), case=own.case, owner=cast.manager, reason="A neighbour works here")
    [told] = Chase.objects.filter(kind="sealed_alone")
    assert (told.recipient, told.case) == (None, case)


@pytest.mark.feature("F90")
def test_where_the_nominated_individual_is_part_of_it_whoever_took_over_is_the_oversight(
    cast: Cast, case: Case
) -> None:
    actions.add_staff(by=cast.manager, case=case, staff=cast.staff["nominated_individual"], involvement="implicated")
    actions.take_over(
        by=cast.manager, case=case, user=cast.neighbour, purpose="Nobody above is free", ends_on=times.today() + DAY
    )
    asked: dict[str, Any] = {"by": anew(cast.manager), "case": case, "owner": cast.manager, "reason": "x"}
    with pytest.raises(Refused, match="stands above you"):
        actions.seal_case(team=[cast.hr], **asked)
    assert actions.seal_case(team=[cast.neighbour], **asked)
