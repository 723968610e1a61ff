"""Case 3 of the acceptance cases, "No town till further notice", row by row, on the actions themselves.

Row of cases.md → test here (or where it is proved already)
  Detection: planned and delivered sessions, alert on the second week  → not built; the prompt on the words of the
          ban → test_the_words_of_the_ban…
  Classify: F4 with F5, psychological and organisational, L3           → test_it_is_an_informal_ban…
  Immediate: "no outings until Thursday" cannot be saved               → test_no_outings_until_thursday…
  No backdating: August stays unauthorised                             → test_marks_account…, and
          tests/incidents/test_restriction_pages.py through the pages
  Legal: capacity a decision at a time                                 → a restriction without it: test_no_outings…
          (the multi-factor deprivation screen: not built)
  Duties: council and CQC 20 Oct 11:40, amber 15:40, second "no"       → test_the_duties_fall_due…
  Subjects: seven tracks; Claire may not assess, nobody of the team    → test_claire…
  S4: Priya is not the sole decider                                    → test_priya…
  Tests: Mark and Dan fail at once; retest; 3 of 3 in 2 settings; A10  → test_mark_and_dan…, test_three_observed…,
          test_the_four_questions…
  Effect: 3/36 then 27/32, shift from the sixth point                  → test_the_sessions_show_a_shift…
  Pack: the ban word for word, its end                                 → test_the_pack_has_the_ban…
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from accounts import actions as people
from governance.packs import contents
from governance.run_rules import IN_A_ROW, read
from incidents import actions, gates
from incidents.confining import words_that_confine
from incidents.models import Case
from records import times
from records.gates import unmet
from records.refusals import NotAllowed, Refused
from remediation.actions import authorisation
from remediation.library_data import OBSERVATION, Q2_CRITERIA, RESTRICTION_DRIFT, UNSAFE_ANSWERS
from remediation.models import CapabilityResponse, LearningResponse
from tests.cast import CONTROL, RESTRICTION, Cast
from tests.remediation.scene import Scene, learn, scene, signature

pytestmark = pytest.mark.django_db

AWARE = times.london(2026, 10, 19, 11, 40)
BANNED = times.london(2026, 8, 14, 19, 0)
NOW = times.london(2026, 10, 19, 12, 30)
BAN = "No town trips till further notice, for his own safety and ours."


@pytest.fixture
def on_19_october() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def case(cast: Cast, on_19_october: Any) -> Case:
    """Priya is the cast's manager. Mark, Claire (a trained assessor: the cast's other senior) and five workers."""
    team = [
        people.add_staff(
            by=cast.manager, provider=cast.provider, name=name, job_title="Support worker",
            started_on=date(2026, 1, 5), services=[cast.service],
        )
        for name in ("Dan", "Eve", "Faye", "Gus", "Hal")
    ]  # fmt: skip
    subjects = [cast.senior_staff, cast.other_senior_staff, *team]
    return cast.case(
        title="Informal ban on going to town",
        people=["J.P."],
        staff=[(one, "subject") for one in subjects],
        failure_types=["F4", "F5"],
        main_type="F4",
        abuse_types=["psychological", "organisational"],
        involves_restriction=True,
        occurred_at=BANNED,
        first_noticed_at=BANNED + timedelta(minutes=30),
        reported_inside_at=times.london(2026, 10, 19, 11, 0),
        registered_person_aware_at=AWARE,
        harm=2,
        potential=3,
        likelihood=3,
    )


def ban(cast: Cast, case: Case, **changed: Any) -> Any:
    given = RESTRICTION | {
        "person": case.casepersons.get().person, "kind": "informal_ban", "what": "No trips to town", "verbatim": BAN,
        "authority": "none", "starts_at": BANNED,
    }  # fmt: skip
    return actions.record_restriction(by=cast.manager, case=case, **(given | changed))


@pytest.mark.parametrize("words", ["till further notice", "for his own safety"])
def test_the_words_of_the_ban_are_known_for_what_they_are(words: str) -> None:
    assert words in BAN
    assert words_that_confine(BAN)


def test_it_is_an_informal_ban_of_level_3_whose_capability_tracks_and_learning_open_together(case: Case) -> None:
    assert set(case.casefailuretypes.values_list("code", flat=True)) == {"F4", "F5"}
    assert set(case.caseabusetypes.values_list("code", flat=True)) == {"psychological", "organisational"}
    assert case.level == 3
    assert LearningResponse.objects.filter(case=case).exists()
    assert CapabilityResponse.objects.filter(case=case).count() == 7


def test_no_outings_until_thursday_cannot_be_saved_and_giving_the_outings_back_can(cast: Cast, case: Case) -> None:
    given = CONTROL | {"by": cast.manager, "case": case, "kind": "other"}
    with pytest.raises(Refused, match="F15") as refused:
        actions.record_control(**(given | {"what": "No outings until urgent review Thursday, to keep everyone safe."}))
    assert any("authority, end, less restrictive option" in one.text for one in refused.value.missing)
    # The record of the ban itself has no authority, so nothing can stand on it either.
    with pytest.raises(Refused, match="F15"):
        actions.record_control(**(given | {"what": "No outings until Thursday", "restriction": ban(cast, case)}))
    for lacking in ("capacity", "alternatives", "persons_view"):
        with pytest.raises(Refused, match="F59"):
            ban(cast, case, **{lacking: ""})
    made = actions.record_control(
        **(
            given
            | {
                "kind": "manager_presence",
                "what": "Four sessions a week with two staff at quieter times, first at his aunt's friend's café",
                "persons_views": "“Market. I am not bad.”",
                "advocate": "Ros, his advocate, is included",
            }
        )
    )
    assert made.persons_views == "“Market. I am not bad.”"


def test_marks_account_gives_no_authority_to_august(cast: Cast, case: Case) -> None:
    with pytest.raises(Refused, match="F65") as refused:
        ban(
            cast, case, authority="mca", authority_on=BANNED.date(), authority_detail="As agreed from August",
            ends_at=BANNED + timedelta(days=27),
        )  # fmt: skip
    assert any("account" in one.text for one in refused.value.missing)
    entry = actions.add_chronology_entry(
        by=cast.manager, case=case, event_at=BANNED, kind="quote", said_by="Mark Dunne", text=BAN,
        source="His account, given on 19 October", late_reason="Nine weeks after it happened",
    )  # fmt: skip
    assert entry.entered_at == NOW, "kept as an account of 19 October"
    kept = ban(cast, case)
    actions.end_restriction(by=cast.manager, restriction=kept, ended_how="Sessions start again tomorrow")
    kept.refresh_from_db()
    for day in (BANNED + timedelta(days=1), NOW - timedelta(days=1)):
        assert not kept.is_authorised(day)


def test_the_duties_fall_due_a_day_after_priya_knew_and_no_is_not_said_alone(cast: Cast, case: Case) -> None:
    duties = {duty.body: duty for duty in case.duties.all()}
    for body in ("la_safeguarding", "cqc_r18"):
        assert duties[body].due_at == times.london(2026, 10, 20, 11, 40), body
        assert duties[body].amber_at == times.london(2026, 10, 19, 15, 40), body
        said = actions.answer_duty(by=cast.manager, duty=duties[body], answer="no", reason="Nobody was hurt")
        assert said.answer != "no", f"{body}: a no waits for a second person"
    assert duties["commissioner"].due_at == times.london(2026, 10, 20, 11, 40)
    with pytest.raises(Refused, match="health care professional"):
        actions.answer_duty(by=cast.manager, duty=duties["candour"], answer="no", reason="No bodily harm")
    waits = actions.answer_duty(
        by=cast.manager, duty=duties["candour"], answer="undecided", reason="Opinion on psychological harm asked for"
    )
    assert waits.answer == "undecided"


def test_claire_who_initialled_the_ban_may_assess_nobody_in_this_case(cast: Cast, case: Case, client: Any) -> None:
    with pytest.raises((Refused, NotAllowed)):
        actions.add_chronology_entry(
            by=cast.other_senior, case=case, event_at=NOW, kind="fact", text="I only initialled it", source="Claire"
        )
    client.force_login(cast.other_senior)
    assert client.get(f"/cases/{case.pk}/tests/").status_code == 404


@pytest.fixture
def on(cast: Cast, on_19_october: Any) -> Scene:
    """A started plan of this kind: question 2 of the article, and the three observed sessions."""
    made = scene(cast, tests=False)
    rule = {"stars": "all", "others_at_least": 2, "unsafe_answers": UNSAFE_ANSWERS}
    made.test("Q2", "scenario", rule, criteria=Q2_CRITERIA)
    made.test("O", "observation", {**OBSERVATION, "repeat": 3, "settings": 2})
    return made


@pytest.mark.parametrize("said", ["When someone gets hurt", "If it's in his best interests it is fine"])
def test_mark_and_dan_fail_at_once_and_are_tested_again_days_later_with_more_learning(
    on: Scene, on_19_october: Any, said: str
) -> None:
    every = "2" * len(Q2_CRITERIA)
    failed = on.signed("Q2", every, start={"scenario": "Town is stopped"}, unsafe_answer=said)
    assert failed.outcome == "not_passed", "every point given does not outvote an unsafe answer"
    with pytest.raises(Refused, match="REASSESS"):
        on.start("Q2", scenario="Another person, another ban")
    on_19_october.move_to(NOW + timedelta(days=2))
    learn(on)
    with pytest.raises(Refused):
        on.start("Q2", scenario="Another person, another ban")
    on_19_october.move_to(NOW + timedelta(days=4))
    with pytest.raises(Refused):
        on.start("Q2", scenario="Town is stopped")
    assert on.signed("Q2", every, start={"scenario": "Another person, another ban"}).outcome == "passed"


def test_three_observed_sessions_in_two_settings_are_needed(on: Scene, on_19_october: Any) -> None:
    assert any(one["code"] == "O" and one["pass_rule"]["repeat"] == 3 for one in RESTRICTION_DRIFT["tests"])
    for number, setting in enumerate(("Market", "Market", "Market", "Café"), 1):
        on_19_october.move_to(NOW + timedelta(days=number))
        on.signed("O", start={"setting": setting})
        on.tests["O"].refresh_from_db()
        assert (on.tests["O"].passed_at is not None) == (setting == "Café"), f"after session {number}"


def test_the_four_questions_on_restriction_are_each_answered(cast: Cast, case: Case) -> None:
    ban(cast, case)
    given = {
        "authorised": "Nobody authorised it", "authorised_met": False,
        "least_restrictive": "Nothing else was tried", "least_restrictive_met": False,
        "escalated": "An advocate found it after nine weeks", "escalated_met": False,
        "positive_risk": "Market plan written with him", "positive_risk_met": True,
    }  # fmt: skip
    assert "A10" in {line.code for line in unmet(gates.restriction_answered(case))}
    for lacking in ("authorised", "least_restrictive", "escalated", "positive_risk"):
        with pytest.raises(Refused, match="A10"):
            actions.answer_restriction_tests(by=cast.manager, case=case, **(given | {lacking: " "}))
    actions.answer_restriction_tests(by=cast.manager, case=case, **given)
    assert "A10" not in {line.code for line in unmet(gates.restriction_answered(case))}


def test_priya_alone_gives_no_task_back(on: Scene) -> None:
    on.signed("Q2", "2" * len(Q2_CRITERIA))
    for place in ("Market", "Café", "Park"):
        on.signed("O", start={"setting": place})
    statement = "Dionne Asante may work alone because Grace Lim saw Q2 and O passed."
    first = on.decide(statement_text=statement)
    assert first.needs_second
    with pytest.raises((Refused, NotAllowed)):
        authorisation.second_decision(
            by=on.cast.manager, first=first, agrees=True, reason="I agree with myself", signature=signature()
        )
    on.second(first)
    # Part of it herself, she decides nothing at all in it: the nominated individual has to.
    actions.add_staff(
        by=on.cast.nominated_individual, case=on.case, staff=on.cast.manager_staff, involvement="implicated"
    )
    with pytest.raises((Refused, NotAllowed)):
        on.decide(task="T4", statement_text=statement)


def test_the_sessions_show_a_shift_from_the_sixth_week_and_not_before() -> None:
    before = [1, 0, 0, 1, 0, 0, 0, 1, 0]
    after = [2, 3, 3, 4, 4, 3, 4, 4]
    assert (sum(before), sum(after)) == (3, 27)
    assert (round(100 * 3 / 36), round(100 * 27 / 32)) == (8, 84)
    start, reset = date(2026, 8, 23), date(2026, 10, 19)
    weeks = [(start + timedelta(weeks=n), Decimal(value)) for n, value in enumerate([*before, *after])]

    def seen(count: int) -> Any:
        return read(weeks[: 9 + count], change_on=reset, baseline=Decimal("0.33"), target=Decimal(3), higher=True)

    assert seen(8).n == 17 and seen(8).median == 0
    assert [seen(n).verdict == "changed" for n in range(1, 9)] == [False] * (IN_A_ROW - 1) + [True] * 3


def test_the_pack_has_the_ban_word_for_word_its_end_and_what_he_wants(cast: Cast, case: Case) -> None:
    kept = ban(cast, case)
    actions.end_restriction(by=cast.manager, restriction=kept, ended_how="Ended; market tomorrow with two people")
    for reader in ("manager", "commissioner"):
        said = str(contents.build(case, reader=reader, version=1, asked_by=cast.manager)["parts"])
        for words in (BAN, "Ended; market tomorrow with two people", RESTRICTION["persons_view"]):
            assert words in said
