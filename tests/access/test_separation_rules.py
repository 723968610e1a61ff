"""S1–S12, each by its own test: a sentence, a source, and a refusal at the moment the button is pressed (F91, domain.md §1)."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse

from accounts.models import User
from incidents import actions, permissions, separation, separation_facts
from incidents.models import RiskControlReview, SmallServiceException, TaskRestriction
from incidents.separation import RULES, Person, Successor
from records import times
from records.models import Conflict
from records.refusals import NotAllowed, Refused
from tests.access.test_case_access import signed_in
from tests.cast import Cast

ROOT = Path(__file__).resolve().parents[2]
ANN = Person(name="Ann", worker="Bo")


def test_there_are_twelve_rules_each_with_a_sentence_and_its_source() -> None:
    assert [code for code in RULES if code.startswith("S")] == [f"S{n}" for n in range(1, 13)]
    for code, rule in RULES.items():
        assert rule.code == code and len(rule.sentence) > 30 and rule.sentence.endswith(".")
        assert rule.source.startswith(("domain.md §1 S", "features.md"))


def test_every_separation_code_by_which_anything_is_refused_is_one_of_the_rules() -> None:
    used = set()
    for folder in ("records", "accounts", "incidents", "remediation", "governance"):
        for path in (ROOT / folder).rglob("*.py"):
            used |= set(re.findall(r'"(S\d{1,2})"', path.read_text()))
    assert used - set(RULES) == set()


@pytest.mark.parametrize(
    ("rule", "person", "met"),
    [
        (separation.s1_subject, ANN, True),
        (separation.s1_subject, replace(ANN, is_worker=True), False),
        (separation.s1_subject, replace(ANN, is_subject=True), False),
        (separation.s3_final_assessor, replace(ANN, assessed=("P1",)), False),
        (separation.s4_supervisor, replace(ANN, is_supervisor=True), True),
        (separation.s4_supervisor, replace(ANN, is_supervisor=True, open_causes=("poor supervision",)), False),
        (separation.s4_supervisor, replace(ANN, by_delegation=True, open_causes=("weak leadership",)), False),
        (separation.s5_conflict, replace(ANN, declared=Conflict.NONE), True),
        (separation.s5_conflict, replace(ANN, declared=Conflict.GRIEVANCE), False),
        (separation.s5_conflict, replace(ANN, recorded_as=("reported it",)), False),
        (separation.s6_implicated, replace(ANN, is_implicated=True), False),
        (separation.s10_may_know_reporter, ANN, True),
        (separation.s10_may_know_reporter, replace(ANN, was_part=True), False),
        (separation.plan_author, replace(ANN, wrote_plan=True), False),
    ],
)
def test_a_rule_over_the_facts_of_a_person(rule, person: Person, met: bool) -> None:
    line = rule(person)
    assert line.met is met and bool(line.detail) is not met
    assert line.code in RULES and line.source == RULES[line.code].source


def test_s6_goes_to_the_first_who_is_free_down_to_a_named_external_person() -> None:
    manager, individual = Successor("registered manager", "A", False), Successor("nominated individual", "B", False)
    director, outside = Successor("uninvolved director", "C", False), Successor("named external person", "D", True)
    assert separation.s6_who_acts([manager, individual, director, outside]) == outside
    assert separation.s6_who_acts([manager, replace(individual, free=True), director, outside]).name == "B"
    assert separation.s6_who_acts([manager, individual, replace(director, name="", free=True)]) is None


def test_s8_the_investigator_does_not_chair_and_the_appeal_is_heard_afresh() -> None:
    assert not separation.s8_investigator("a", "a").met and separation.s8_investigator("a", "b").met
    assert not separation.s8_appeal("a", {"a", "b"}).met and separation.s8_appeal("c", {"a", "b"}).met


@pytest.mark.django_db
def test_s6_who_acts_follows_the_case(cast: Cast) -> None:
    case = cast.case(rated=True)
    assert separation_facts.who_acts(case).name == "Aoife Brennan"
    actions.add_staff(by=cast.nominated_individual, case=case, staff=cast.manager_staff, involvement="implicated")
    assert separation_facts.who_acts(case).name == "Margaret Shaw"
    actions.assign_owner(by=cast.nominated_individual, case=case, owner=cast.safeguarding_lead)
    actions.add_staff(
        by=cast.safeguarding_lead, case=case, staff=cast.staff["nominated_individual"], involvement="implicated"
    )
    assert separation_facts.who_acts(case).step == "uninvolved director"
    assert not permissions.can_see(User.objects.get(pk=cast.manager.pk), case)
    # Nobody is left who stands above: the owner names who takes over.
    actions.take_over(
        by=cast.safeguarding_lead, case=case, user=cast.neighbour, purpose="Director", ends_on=times.today()
    )


@pytest.mark.django_db
def test_s7_the_decider_is_not_the_only_reviewer_and_eases_nothing_alone_at_l3(cast: Cast) -> None:
    case = cast.case(rated=True)
    control = cast.control(case, worker=None, kind="other")
    for _ in range(2):
        actions.review_control(by=cast.manager, control=control, outcome="continue", reason="Still needed")
    assert RiskControlReview.objects.filter(reviewed_by=cast.manager).count() == 2
    with pytest.raises(Refused) as told:
        actions.review_control(by=cast.manager, control=control, outcome="lift", reason="Fine now")
    assert told.value.code == "S7"
    actions.review_control(by=cast.deputy, control=control, outcome="lift", reason="Seen by another")


@pytest.mark.django_db
def test_s5_and_s12_are_asked_at_each_signature(cast: Cast) -> None:
    case = cast.case(rated=True, staff=[(cast.manager_staff, "reporter")])
    with pytest.raises(Refused) as told:
        separation_facts.check_may_sign(cast.manager, case, declared=Conflict.NONE)
    assert told.value.code == "S5"
    with pytest.raises(Refused):
        separation_facts.check_may_sign(cast.quality_lead, case, declared=Conflict.GRIEVANCE)
    assert separation_facts.check_may_sign(cast.quality_lead, case, declared=Conflict.NONE) is False


@pytest.mark.django_db
@pytest.mark.feature("F91")
def test_s1_s6_the_subject_and_the_implicated_manager_cannot_see_infer_or_sign(cast: Cast) -> None:
    case = cast.case(rated=True, title="Quixotic handover gap", subject=True)
    actions.add_staff(by=cast.nominated_individual, case=case, staff=cast.manager_staff, involvement="implicated")
    for name in ("manager", "worker_user"):
        client = signed_in(cast.users[name])
        for url in (reverse("case", args=[case.pk]), reverse("case-closure", args=[case.pk])):
            assert client.get(url).status_code == 404
        search = client.post(reverse("cases"), {"q": case.reference})["Location"]
        for url in (reverse("cases"), search, reverse("my-work"), reverse("due")):
            page = client.get(url).content.decode().replace(f'value="{case.reference}"', "")
            assert "Quixotic" not in page
        with pytest.raises(Refused) as told:
            separation_facts.check_may_sign(cast.users[name], case, declared=Conflict.NONE)
        assert told.value.code in ("S1", "S6")


@pytest.mark.django_db
@pytest.mark.feature("F91")
def test_s10_who_was_part_of_it_never_learns_who_reported_it(cast: Cast) -> None:
    case = cast.case(rated=True, staff=[(cast.staff["colleague"], "reporter")])
    manager, individual = signed_in(cast.manager), signed_in(cast.nominated_individual)
    people = reverse("case-people", args=[case.pk])
    assert "Petra Novak" in manager.get(people).content.decode()
    link = actions.add_staff(
        by=cast.nominated_individual, case=case, staff=cast.manager_staff, involvement="implicated"
    )
    actions.end_staff(by=cast.nominated_individual, link=link, reason="Not their doing after all")
    table = reverse("case-history-csv", args=[case.pk])  # the whole history, not its newest page
    for url in (people, table, *(reverse(f"case-{name}", args=[case.pk]) for name in ("history", "chronology"))):
        answer = manager.get(url)
        assert answer.status_code == 200 and "Petra Novak" not in b"".join(answer).decode(), url
    for url in (people, table):
        assert "Petra Novak" in b"".join(individual.get(url)).decode(), url


EXCEPTION = {
    "reason": "There is one assessor in the town",
    "reader": "Dr Ada Quill, Northshire College",
    "reader_said": "I read both records and agree",
}


@pytest.mark.django_db
def test_s11_needs_a_reason_and_an_outside_reader_and_lifts_one_rule_for_one_person(cast: Cast) -> None:
    case = cast.case(rated=True, staff=[(cast.manager_staff, "witness")])
    give = {"case": case, "person": cast.manager, "rule": "S5"} | EXCEPTION
    individual = cast.nominated_individual
    with pytest.raises(NotAllowed):
        actions.allow_exception(by=cast.deputy, **give)
    for name in EXCEPTION:
        with pytest.raises(Refused) as told:
            actions.allow_exception(by=individual, **give | {name: " "})
        assert told.value.code == "S11"
    for rule in ("S1", "S3", "S4", "S6", "S8", "S10", "S12"):
        with pytest.raises(Refused, match="cannot be lifted"):
            actions.allow_exception(by=individual, **give | {"rule": rule})
    with pytest.raises(NotAllowed):
        actions.allow_exception(by=individual, **give | {"person": individual})
    with pytest.raises(Refused):
        separation_facts.check_may_sign(cast.manager, case, declared=Conflict.NONE)
    made = actions.allow_exception(by=individual, **give)
    assert separation_facts.check_may_sign(cast.manager, case, declared=Conflict.NONE)
    other = cast.case(rated=True, staff=[(cast.manager_staff, "witness")])
    with pytest.raises(Refused):
        separation_facts.check_may_sign(cast.manager, other, declared=Conflict.NONE)
    actions.end_exception(by=individual, exception=made)
    with pytest.raises(Refused):
        separation_facts.check_may_sign(cast.manager, case, declared=Conflict.NONE)


@pytest.mark.django_db
def test_s11_is_asked_for_on_a_page_by_the_nominated_individual_and_ended_there(cast: Cast) -> None:
    case = cast.case(rated=True, staff=[(cast.manager_staff, "witness")])
    url = reverse("case-exception", args=[case.pk])
    typed = {"person": str(cast.manager.pk), "rule": "S5"} | EXCEPTION
    assert signed_in(cast.manager).post(url, typed).status_code == 422
    client = signed_in(cast.nominated_individual)
    assert client.post(url, typed | {"reader": ""}).status_code == 422
    assert client.post(url, typed).status_code == 302
    made = SmallServiceException.objects.get()
    assert "Dr Ada Quill" in client.get(reverse("case-access", args=[case.pk])).content.decode()
    assert client.post(reverse("case-exception-end", args=[case.pk, made.pk])).status_code == 302
    assert SmallServiceException.objects.get().ended_by == cast.nominated_individual


@pytest.mark.django_db
def test_s11_is_printed_in_the_pack(cast: Cast) -> None:
    from governance.packs import contents

    case = cast.case(rated=True, staff=[(cast.manager_staff, "witness")])
    actions.allow_exception(by=cast.nominated_individual, case=case, person=cast.manager, rule="S5", **EXCEPTION)
    assert SmallServiceException.objects.count() == 1
    printed = str(contents.find_part(contents.build(case, asked_by=cast.manager), 12))
    assert "Dr Ada Quill" in printed and "There is one assessor in the town" in printed and "S5" in printed


@pytest.mark.django_db
def test_a_task_never_comes_back_by_calling_the_action_below_the_gate(cast: Cast) -> None:
    """Whoever calls `end_task_restriction`, with whatever reason: without a decision in effect it is refused (A9)."""
    case = cast.case(rated=True, subject=True)
    cast.control(case, tasks=["T1"])
    restriction = TaskRestriction.objects.get(case=case)
    for who in (cast.manager, cast.nominated_individual):
        with pytest.raises(Refused) as told:
            actions.end_task_restriction(by=who, restriction=restriction, reason="Re-authorised: full duties.")
        assert told.value.code == "A9" and told.value.missing
    restriction.refresh_from_db()
    assert restriction.ended_at is None
    assert times.now() - restriction.started_at < timedelta(minutes=5)
