"""Who may see what, past the pages: each of these is refused by the action itself, whoever calls it (F89–F95)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from accounts import access
from accounts import actions as people
from accounts.models import Delegation, User
from accounts.permits import Permit
from governance import actions as governance
from governance import chasing
from governance.models import Chase, DueItem, Pack, Reader
from incidents import actions, permissions, separation, separation_facts
from incidents.models import Case, CaseGrant, CaseSeal
from records import times
from records.acting import acting_as
from records.models import Conflict
from records.refusals import NotAllowed, Refused
from tests.access.conftest import released
from tests.access.test_case_access import signed_in
from tests.access.test_leaving_and_delegating import anew
from tests.access.test_sealed import seal
from tests.cast import STARTED, Cast
from tests.governance import promises

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


# --- Access by exception (F89) -----------------------------------------------------------------------------


@pytest.mark.feature("F89")
@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"purpose": " "}, "what they need it for"),
        ({"starts_on": -1}, "begin in the past"),
        ({"starts_on": 3, "ends_on": 2}, "first day or later"),
        ({"ends_on": 400}, "a year at most"),
    ],
)
def test_access_by_exception_has_a_purpose_and_days_and_lasts_a_year_at_most(
    cast: Cast, case: Case, wrong: dict[str, Any], said: str
) -> None:
    given = {"purpose": "Leads the learning", "ends_on": 7} | wrong
    days = {name: times.today() + DAY * number for name, number in given.items() if name.endswith("_on")}
    with pytest.raises(Refused, match=said):
        actions.give_access(by=cast.manager, case=case, user=cast.neighbour, **(given | days))
    assert not CaseGrant.objects.exists()


@pytest.mark.feature("F89")
def test_access_is_ended_with_a_reason_and_only_by_whoever_decides_who_sees(cast: Cast, case: Case) -> None:
    grant = actions.give_access(
        by=cast.manager, case=case, user=cast.neighbour, purpose="x", ends_on=times.today() + DAY
    )
    with pytest.raises(Refused, match="why it ends"):
        actions.end_access(by=cast.manager, grant=grant, reason=" ")
    with pytest.raises(NotAllowed):
        actions.end_access(by=cast.senior, grant=grant, reason="Not needed")
    assert permissions.can_see(anew(cast.neighbour), case)


def _implicated_manager(cast: Cast) -> Case:
    case = cast.case(rated=True)
    actions.add_staff(by=cast.nominated_individual, case=case, staff=cast.manager_staff, involvement="implicated")
    case.refresh_from_db()
    return case


@pytest.mark.feature("F89")
def test_nobody_names_themselves_to_take_over(cast: Cast) -> None:
    case = _implicated_manager(cast)
    individual = cast.nominated_individual
    with pytest.raises(NotAllowed, match="yourself"):
        actions.take_over(by=individual, case=case, user=individual, purpose="x", ends_on=times.today() + DAY)
    assert not CaseGrant.objects.exists()


@pytest.mark.feature("F89")
def test_where_no_nominated_individual_is_free_nobody_but_the_owner_says_who_takes_over(cast: Cast) -> None:
    case = _implicated_manager(cast)
    actions.assign_owner(by=cast.nominated_individual, case=case, owner=cast.deputy)
    individual = cast.staff["nominated_individual"]
    actions.add_staff(by=cast.deputy, case=case, staff=individual, involvement="implicated")
    given: dict[str, Any] = {"case": case, "user": cast.neighbour, "purpose": "x", "ends_on": times.today() + DAY}
    with pytest.raises(NotAllowed, match="owner says who"):
        actions.take_over(by=cast.safeguarding_lead, **given)
    assert actions.take_over(by=cast.deputy, **given).kind == CaseGrant.Kind.TAKE_OVER


@pytest.mark.feature("F89")
def test_whoever_took_over_one_case_decides_nothing_in_another_they_only_see(cast: Cast) -> None:
    case, other = _implicated_manager(cast), cast.case(rated=True)
    director, ends = cast.neighbour, times.today() + DAY
    actions.take_over(by=cast.nominated_individual, case=case, user=director, purpose="x", ends_on=ends)
    actions.give_access(by=cast.manager, case=other, user=director, purpose="x", ends_on=ends)
    director = anew(director)
    actions.confirm_everyone_safe(by=director, case=case, note="Two staff at each call")
    with pytest.raises(NotAllowed):
        actions.confirm_everyone_safe(by=director, case=other, note="Fine")


@pytest.mark.feature("F89")
def test_a_leaver_holds_nothing_even_where_a_role_was_left_open(cast: Cast) -> None:
    assert access.of(anew(cast.deputy)).anywhere(Permit.LOG)
    with acting_as(cast.manager, "staff.left"):
        cast.deputy_staff.left_on = times.today() - DAY
        cast.deputy_staff.save()
    assert not access.of(anew(cast.deputy)).anywhere(Permit.LOG)
    assert access.of(anew(cast.deputy)).roles == set()


def _delegation(cast: Cast, **changed: Any) -> dict[str, Any]:
    today = times.today()
    return {
        "by": cast.manager, "to": cast.deputy, "service": cast.service, "what": ["reauthorise"], "reason": "Leave",
        "starts_on": today, "ends_on": today + DAY,
    } | changed  # fmt: skip


@pytest.mark.feature("F89")
@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"reason": " "}, "Say why"),
        ({"starts_on": -2, "ends_on": -1}, "not past"),
        ({"starts_on": 1, "ends_on": 0}, "first day or later"),
    ],
)
def test_a_delegation_says_why_and_its_days_are_in_order(cast: Cast, wrong: dict[str, Any], said: str) -> None:
    days = {name: times.today() + DAY * number for name, number in wrong.items() if name.endswith("_on")}
    with pytest.raises(Refused, match=said):
        people.delegate(**_delegation(cast, **(wrong | days)))
    assert not Delegation.objects.exists()


@pytest.mark.feature("F89")
def test_not_even_the_nominated_individual_delegates_for_the_manager(cast: Cast) -> None:
    with pytest.raises(NotAllowed, match="Only the registered manager"):
        people.delegate(**_delegation(cast, by=cast.nominated_individual))
    people.grant_membership(
        by=User.system(), user=cast.manager, role="deputy", provider=cast.provider, service=cast.service
    )
    with pytest.raises(NotAllowed, match="to yourself"):
        people.delegate(**_delegation(cast, by=anew(cast.manager), to=anew(cast.manager)))
    assert not Delegation.objects.exists()


@pytest.mark.feature("F89")
def test_a_delegation_is_taken_back_by_who_gave_it_or_manages_and_by_nobody_else(cast: Cast) -> None:
    made = people.delegate(**_delegation(cast))
    for other in (cast.deputy, cast.senior, cast.safeguarding_lead):
        with pytest.raises(NotAllowed):
            people.end_delegation(by=other, delegation=made)
    assert people.end_delegation(by=cast.nominated_individual, delegation=made).ended_at


# --- The seal (F90) ----------------------------------------------------------------------------------------


@pytest.mark.feature_part("F90")
def test_in_a_sealed_case_whoever_is_let_in_joins_the_named_team(cast: Cast, case: Case) -> None:
    seal(cast, case)
    grant = actions.give_access(
        by=cast.nominated_individual, case=case, user=cast.quality_lead, purpose="x", ends_on=times.today() + DAY
    )
    assert grant.kind == CaseGrant.Kind.TEAM
    assert permissions.can_see(anew(cast.quality_lead), case)


@pytest.mark.feature_part("F90")
def test_the_owner_of_a_sealed_case_does_not_fall_out_of_its_team(cast: Cast, case: Case) -> None:
    seal(cast, case)
    individual = cast.nominated_individual
    with pytest.raises(Refused, match="^S6"):
        actions.end_access(by=individual, grant=CaseGrant.objects.get(user=individual), reason="Away")
    assert permissions.can_see(anew(individual), case)


@pytest.mark.feature_part("F90")
def test_a_sealed_case_whose_owner_becomes_part_of_it_stays_in_its_team(cast: Cast, case: Case) -> None:
    """The registered manager would be next; she is not of the team, and is told nothing."""
    individual = cast.nominated_individual
    actions.seal_case(by=individual, case=case, owner=cast.safeguarding_lead, reason="Looked at", team=[])
    actions.add_staff(by=individual, case=case, staff=cast.staff["safeguarding_lead"], involvement="subject")
    case.refresh_from_db()
    assert case.owner == individual and permissions.can_see(anew(individual), case)


@pytest.mark.feature_part("F90")
def test_a_seal_is_set_once_and_lifted_once_with_a_reason(cast: Cast, case: Case) -> None:
    individual = cast.nominated_individual
    with pytest.raises(Refused, match="not sealed"):
        actions.unseal_case(by=individual, case=case, reason="Looked into")
    seal(cast, case)
    with pytest.raises(Refused, match="sealed already"):
        seal(cast, case)
    with pytest.raises(Refused, match="why it is opened again"):
        actions.unseal_case(by=individual, case=case, reason=" ")
    with pytest.raises(NotAllowed):  # of the team, and yet not one who decides who sees it
        actions.unseal_case(by=cast.hr, case=case, reason="Looked into")
    assert CaseSeal.objects.get().unsealed_at is None


@pytest.mark.feature_part("F90")
def test_what_was_ones_own_in_a_case_is_not_in_ones_list_once_it_is_sealed(cast: Cast, case: Case) -> None:
    """A promise of the deputy's own: made before the seal, it says nothing of the case afterwards."""
    promises.system_action(case, cast.deputy, times.today() + DAY)
    assert DueItem.objects.visible_to(cast.deputy).filter(case=case, owner=cast.deputy).exists()
    seal(cast, case)
    assert DueItem.objects.filter(case=case, owner=cast.deputy).exists()  # it is still due
    assert not DueItem.objects.visible_to(anew(cast.deputy)).exists()


@pytest.mark.feature_part("F90")
def test_a_chase_about_a_sealed_case_goes_to_nobody_outside_its_team(cast: Cast, case: Case) -> None:
    promises.system_action(case, cast.deputy, times.today() + DAY)
    seal(cast, case)
    chasing.sweep(times.now() + DAY * 20)
    told = set(Chase.objects.filter(case=case, kind="system_action").values_list("recipient__email", flat=True))
    assert told and told <= {cast.nominated_individual.email, cast.hr.email}


# --- Rules of separation (F91, S11) ------------------------------------------------------------------------

ANN = separation.Person(name="Ann", worker="Bo")
UNMET: dict[str, tuple[Callable[[separation.Person], Any], separation.Person]] = {
    "S1": (separation.s1_subject, replace(ANN, is_subject=True)),
    "S3": (separation.s3_final_assessor, replace(ANN, assessed=("P1",))),
    "S4": (separation.s4_supervisor, replace(ANN, is_supervisor=True, open_causes=("poor supervision",))),
    "S6": (separation.s6_implicated, replace(ANN, is_implicated=True)),
}


@pytest.mark.feature("F43")
@pytest.mark.parametrize("code", UNMET)
def test_s11_lifts_no_rule_that_may_not_be_lifted_even_if_it_were_written_down(code: str) -> None:
    rule, person = UNMET[code]
    person = replace(person, exceptions=((code, "A small town"), ("S2", "A small town")))
    assert [line.met for line in separation.s11_lift([rule(person)], person)] == [False]
    coach = replace(person, coached_on=(times.today(),))
    assert [line.met for line in separation.s11_lift([separation.s2_coach(coach)], coach)] == [True]


@pytest.mark.feature("F43")
def test_s11_is_not_for_somebody_who_is_part_of_the_case_and_is_given_once(cast: Cast) -> None:
    case = cast.case(rated=True, subject=True)
    given: dict[str, Any] = {
        "by": cast.nominated_individual, "case": case, "rule": "S5", "reason": "One assessor in the town",
        "reader": "Dr Quill, Northshire", "reader_said": "I agree",
    }  # fmt: skip
    with pytest.raises(Refused, match="^S1"):
        actions.allow_exception(person=cast.worker_user, **given)
    actions.allow_exception(person=cast.senior, **given)
    with pytest.raises(Refused, match="already"):
        actions.allow_exception(person=cast.senior, **given)


@pytest.mark.feature("F43")
def test_s11_lifts_the_rule_for_that_person_alone(cast: Cast) -> None:
    case = cast.case(rated=True, staff=[(cast.manager_staff, "witness"), (cast.deputy_staff, "witness")])
    actions.allow_exception(
        by=cast.nominated_individual, case=case, person=cast.manager, rule="S5", reason="One assessor in the town",
        reader="Dr Quill, Northshire", reader_said="I agree",
    )  # fmt: skip
    assert separation_facts.check_may_sign(cast.manager, case, declared=Conflict.NONE)
    with pytest.raises(Refused, match="^S5"):
        separation_facts.check_may_sign(cast.deputy, case, declared=Conflict.NONE)


# --- Being part of it (F91) --------------------------------------------------------------------------------


@pytest.mark.feature("F91")
def test_what_was_ones_own_in_a_case_is_not_in_ones_list_once_one_is_part_of_it(cast: Cast, case: Case) -> None:
    promises.system_action(case, cast.deputy, times.today() + DAY)
    assert DueItem.objects.visible_to(cast.deputy).filter(case=case).exists()
    actions.add_staff(by=cast.manager, case=case, staff=cast.deputy_staff, involvement="implicated")
    assert DueItem.objects.filter(case=case, owner=cast.deputy).exists()  # it is still due
    assert not DueItem.objects.visible_to(anew(cast.deputy)).exists()


@pytest.mark.feature("F91")
def test_nobody_takes_themselves_out_of_a_case_they_decide_in(cast: Cast, case: Case) -> None:
    for part in ("subject", "implicated"):
        with pytest.raises(NotAllowed, match="^S1"):
            actions.add_staff(by=cast.manager, case=case, staff=cast.manager_staff, involvement=part)
    case.refresh_from_db()
    assert case.owner == cast.manager


@pytest.mark.feature("F91")
def test_who_is_part_of_a_case_is_not_made_its_owner(cast: Cast, case: Case) -> None:
    actions.add_staff(by=cast.manager, case=case, staff=cast.deputy_staff, involvement="implicated")
    with pytest.raises(Refused, match="own practice or management is part of this case"):
        actions.assign_owner(by=cast.manager, case=case, owner=cast.deputy)
    with pytest.raises(Refused, match="cannot decide in this case"):
        actions.assign_owner(by=cast.manager, case=case, owner=cast.hr)


# --- Emergency access (F93) --------------------------------------------------------------------------------


@pytest.mark.feature("F93")
@pytest.mark.parametrize(("wrong", "said"), [({"reason": " "}, "what the emergency is"), ({"hours": 24}, "how long")])
def test_emergency_access_has_a_reason_and_lasts_some_hours(
    cast: Cast, case: Case, wrong: dict[str, Any], said: str
) -> None:
    given: dict[str, Any] = {"reference": case.reference, "reason": "Police", "hours": 1} | wrong
    with pytest.raises(Refused, match=said):
        actions.open_in_emergency(by=cast.system_administrator, **given)
    assert not CaseGrant.objects.exists()


@pytest.mark.feature("F93")
def test_emergency_access_opens_the_case_of_ones_own_provider_where_two_have_one_reference(
    cast: Cast, case: Case
) -> None:
    theirs = cast.case(by=cast.stranger, service=cast.other_service, first_noticed_by=None)
    assert theirs.reference == case.reference
    given: dict[str, Any] = {"reference": case.reference, "reason": "Police", "hours": 1}
    administrators = (cast.system_administrator, cast.strangers["system_administrator"])
    assert [actions.open_in_emergency(by=one, **given).case for one in administrators] == [case, theirs]


@pytest.mark.feature("F93")
def test_emergency_access_is_for_the_services_one_stands_over(cast: Cast, case: Case) -> None:
    people.grant_membership(
        by=User.system(), user=cast.neighbour, role="nominated_individual", provider=cast.provider,
        service=cast.second_service,
    )  # fmt: skip
    neighbour = anew(cast.neighbour)
    assert permissions.can_break_glass(neighbour)
    with pytest.raises(Refused, match="no case with this reference"):
        actions.open_in_emergency(by=neighbour, reference=case.reference, reason="Police", hours=1)
    assert not CaseGrant.objects.exists()


@pytest.mark.feature("F93")
def test_a_sealed_case_opened_in_an_emergency_alerts_its_owner_and_not_a_manager_of_the_team(
    cast: Cast, case: Case
) -> None:
    individual = cast.nominated_individual
    actions.seal_case(by=individual, case=case, owner=individual, team=[cast.manager], reason="A neighbour works here")
    actions.open_in_emergency(by=cast.system_administrator, reference=case.reference, reason="Police", hours=1)
    assert [one.recipient for one in Chase.objects.filter(kind="emergency_access")] == [individual]


# --- An outside reader (F95) -------------------------------------------------------------------------------


def _invitation(cast: Cast, case: Case, **changed: Any) -> dict[str, Any]:
    return {
        "by": cast.manager, "case": case, "name": "Ngozi Bell", "organisation": "Northshire Council",
        "email": "n.bell@northshire.example", "purpose": "Contract monitoring", "ends_on": times.today() + DAY,
    } | changed  # fmt: skip


@pytest.mark.feature("F95")
@pytest.mark.parametrize("lacks", ["name", "organisation", "email", "purpose"])
def test_an_invitation_says_who_from_where_and_for_what(cast: Cast, case: Case, lacks: str) -> None:
    released(cast, case)
    with pytest.raises(Refused) as told:
        governance.invite_reviewer(**_invitation(cast, case, **{lacks: " "}))
    assert told.value.field == lacks
    assert not CaseGrant.objects.exists()


@pytest.mark.feature("F95")
def test_staff_without_a_role_are_not_invited_as_somebody_from_outside(cast: Cast, case: Case) -> None:
    system = User.system()
    staff = people.add_staff(
        by=system, provider=cast.provider, name="Ann Other", job_title="Cook", started_on=STARTED,
        services=[cast.service],
    )  # fmt: skip
    people.make_sign_in(by=system, staff=staff, email="ann@larkfield.example")
    released(cast, case)
    with pytest.raises(Refused, match="cannot be invited"):
        governance.invite_reviewer(**_invitation(cast, case, email="Ann@larkfield.example"))


def _pack(cast: Cast, **fields: Any) -> Pack:
    given = {"reader": Reader.COMMISSIONER, "status": Pack.Status.READY, "version": 1, "contents": {}}
    pack = Pack(asked_at=times.now(), asked_by=cast.manager, **(given | fields))
    with acting_as(cast.manager, "pack.asked"):
        pack.save()
    return pack


@pytest.mark.feature("F95")
@pytest.mark.parametrize("wrong", [{"reader": Reader.MANAGER}, {"status": Pack.Status.MAKING}, {"case": None}])
def test_only_a_finished_redacted_pack_of_this_case_is_given_to_a_reviewer(
    cast: Cast, case: Case, wrong: dict[str, Any]
) -> None:
    if "case" in wrong:
        wrong = {"case": cast.case()}
    pack = _pack(cast, **({"case": case} | wrong))
    with pytest.raises(Refused, match="redacted pack of this case"):
        governance.invite_reviewer(**_invitation(cast, case, pack=pack))
    assert not CaseGrant.objects.exists()


@pytest.mark.feature("F95")
def test_the_managers_copy_is_not_shown_in_the_reading_room_even_if_it_were_given(cast: Cast, case: Case) -> None:
    pack = released(cast, case, reader="commissioner")
    grant = governance.invite_reviewer(**_invitation(cast, case, pack=pack))
    reader = signed_in(User.objects.get(email="n.bell@northshire.example"))
    assert reader.get(reverse("reading", args=[grant.pk])).status_code == 200
    with acting_as(cast.manager, "pack.asked"):
        pack.reader = Reader.MANAGER
        pack.save()
    assert reader.get(reverse("reading", args=[grant.pk])).status_code == 404
