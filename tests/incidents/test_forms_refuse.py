"""Each form says by itself what is missing, before any action is asked (the action refuses the same again)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from accounts.models import Staff
from incidents import actions
from incidents.forms import access, chronology, duties, log, people, protection, restrictions
from incidents.models import Restriction
from records import times
from tests.cast import CONTROL, RESTRICTION
from tests.incidents.test_log_pages import when


def lacks(form: Any) -> set[str]:
    """The fields a bound form finds fault with."""
    assert form.is_bound
    form.is_valid()
    return set(form.errors)


def without(given: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in given.items() if key != name and not key.startswith(f"{name}-")}


def day(name: str, of: date) -> dict[str, str]:
    return {f"{name}-day": str(of.day), f"{name}-month": str(of.month), f"{name}-year": str(of.year)}


def test_the_log_asks_why_no_single_person_is_at_risk(cast):
    nobody = Staff.objects.none()
    assert lacks(log.WhoForm({"who_is_at_risk": "service"}, staff=nobody)) == {"service_wide_reason"}
    assert lacks(log.WhoForm({"who_is_at_risk": "people", "people": " , "}, staff=nobody)) == {"people"}
    said = {"who_is_at_risk": "service", "service_wide_reason": "The on-call number was dead"}
    assert lacks(log.WhoForm(said, staff=nobody)) == set()


def test_the_log_asks_for_the_main_kind_among_several():
    assert "main_type" in lacks(log.KindForm({"failure_types": ["F1", "F2"]}))
    assert "main_type" in lacks(log.KindForm({"failure_types": ["F1", "F2"], "main_type": "F3"}))
    assert lacks(log.KindForm({"failure_types": ["F1", "F2"], "main_type": "F2"})) == set()


def test_the_log_keeps_the_times_in_order(cast):
    now = times.now()
    given = when("first_noticed_at", now - timedelta(days=1)) | when("reported_inside_at", now - timedelta(days=2))
    assert lacks(log.WhenForm(given, staff=Staff.objects.none())) == {"reported_inside_at"}
    late = when("first_noticed_at", now + timedelta(days=1))
    assert lacks(log.WhenForm(late, staff=Staff.objects.none())) == {"first_noticed_at"}


def test_each_page_of_a_control_asks_for_every_field(cast):
    given: dict[str, Any] = CONTROL | when("decided_at", times.now())
    for form in (protection.WhyForm, protection.PersonForm, protection.TellingForm):
        assert lacks(form(given)) == set()
    for name in ("trigger", "who_at_risk", "options_considered", "why_chosen", "proportionality"):
        assert lacks(protection.WhyForm(without(given, name))) == {name}
    for name in ("persons_views", "capacity", "advocate", "consent_to_share"):
        assert lacks(protection.PersonForm(without(given, name))) == {name}
    for name in ("impact_and_support", "who_was_told", "exit_criteria", "would_tighten", "decided_at"):
        assert lacks(protection.TellingForm(without(given, name))) == {name}


def control_form(cast: Any, **given: Any) -> protection.ControlForm:
    case = cast.case(rated=True, people=["J.P."])
    asked = {"kind": "other", "what": "Two more calls a day", "limits_person": "no"} | given
    return protection.ControlForm(asked, case=case, staff=protection.workers_of(case))


def test_a_control_on_a_worker_asks_which_worker_and_which_tasks(cast):
    assert lacks(control_form(cast, what="")) == {"what"}
    assert lacks(control_form(cast, kind="no_lone_work")) == {"worker"}
    assert lacks(control_form(cast, tasks=["T1"])) == {"worker"}
    assert lacks(control_form(cast, kind="task_removed", worker=str(cast.worker.pk))) == {"tasks"}
    assert lacks(control_form(cast, kind="suspension", worker=str(cast.worker.pk))) == {"welfare_contact"}


@pytest.mark.parametrize(
    "given",
    [{"what": "No outings until further notice"}, {"kind": "limits_person"}, {"limits_person": "yes"}],
)
def test_a_control_that_limits_the_person_asks_for_its_record(cast, given):
    assert lacks(control_form(cast, **given)) & {"limits_person", "restriction"}
    assert not Restriction.objects.exists()


def test_a_review_asks_why_and_what_changes(cast):
    control = cast.control(cast.case(rated=True))

    def missing(**given: str) -> set[str]:
        return lacks(protection.ReviewForm(given, control=control))

    assert missing(outcome="continue") == {"reason"}
    assert missing(outcome="amend", reason="Rota", limits_person="no") == {"amended_to"}
    assert missing(outcome="step_down", reason="Rota", limits_person="no") == {"stepped_to"}
    for outcome, box in (("amend", "amended_to"), ("step_down", "stepped_to")):
        changed = {"outcome": outcome, "reason": "Rota", box: "Garden with one of us"}
        assert missing(**changed) == {"limits_person"}
        assert missing(**changed, limits_person="yes") == {"restriction"}
        assert missing(**changed, limits_person="no") == set()
        assert missing(**(changed | {box: "Keep her indoors"}), limits_person="no") == {"limits_person"}
    assert missing(outcome="continue", reason="As it was", limits_person="yes") == {"restriction"}


def test_what_is_known_of_a_person_is_not_wiped_by_an_empty_box(cast):
    known = {"how_affected": "Bruised", "agreed_contacts": "GP", "blocked_contacts": "The son"}
    case = cast.case(people=["M.E.", "B12"])
    first, second = case.casepersons.order_by("added_at", "pk")
    actions.describe_person(by=cast.manager, link=first, **known)
    first.refresh_from_db()
    assert lacks(people.KnownPersonForm(known, link=first)) == set()
    for name in known:
        assert lacks(people.KnownPersonForm(known | {name: " "}, link=first)) == {name}
    assert lacks(people.KnownPersonForm({"how_affected": ""}, link=second)) == set()


def test_a_no_to_a_body_asks_why(cast):
    duty = cast.case(rated=True).duties.get(body="commissioner")
    assert lacks(duties.AnswerForm({"answer": "no"}, duty=duty)) == {"no_reason"}
    assert lacks(duties.AnswerForm({"answer": "undecided"}, duty=duty)) == {"waits_for"}
    assert lacks(duties.SecondForm({"agree": "no"})) == {"reason"}


def test_a_late_notice_asks_why(cast):
    duty = cast.case(rated=True).duties.get(body="cqc_r18")
    duty.due_at = times.now() - timedelta(hours=1)
    given = when("sent_at", times.now() - timedelta(minutes=1)) | {"route": "Portal"}
    assert lacks(duties.SentForm(given, duty=duty)) == {"lateness_reason"}
    assert lacks(duties.SentForm(without(given, "route") | {"lateness_reason": "Down"}, duty=duty)) == {"route"}


def test_a_notice_found_late_asks_why():
    assert lacks(duties.LateForm({"lateness_reason": " "})) == {"lateness_reason"}


def test_an_entry_of_the_chronology_asks_whose_words_and_from_where():
    given = {"text": "Seen", "source": "Notes"} | when("event_at", times.now() - timedelta(minutes=5))
    assert lacks(chronology.EntryForm(given | {"kind": "fact"})) == set()
    assert lacks(chronology.EntryForm(given | {"kind": "quote"})) == {"said_by"}
    assert lacks(chronology.EntryForm(given | {"kind": "opinion"})) == {"opinion_of"}
    assert lacks(chronology.EntryForm(without(given, "source") | {"kind": "fact"})) == {"source"}
    assert lacks(chronology.AddendumForm({"text": "Five"})) == {"reason"}


def test_a_restriction_asks_for_every_part(cast):
    case = cast.case(rated=True, people=["J.P."])
    now = times.now()
    given: dict[str, Any] = RESTRICTION | {"person": str(case.casepersons.get().person_id)} | when("starts_at", now)
    assert lacks(restrictions.RestrictionForm(given, case=case)) == set()
    for name in (*RESTRICTION, "person", "starts_at"):
        if name != "authority_detail":  # not asked where there is no authority; the action asks it otherwise
            assert lacks(restrictions.RestrictionForm(without(given, name), case=case)) == {name}


def test_a_restriction_in_a_persons_own_home_does_not_stand_on_dols(cast):
    case = cast.case(rated=True, people=["J.P."])
    given: dict[str, Any] = RESTRICTION | {"person": str(case.casepersons.get().person_id), "authority": "dols"}
    asked = restrictions.RestrictionForm(given | when("starts_at", times.now()), case=case)
    assert lacks(asked) == {"authority"} and "Court of Protection" in str(asked.errors["authority"])


def test_a_control_whose_words_are_in_doubt_asks_why_it_is_no_limit(cast):
    assert lacks(control_form(cast, what="A sensor mat by the bed")) == {"why_no_limit"}
    assert lacks(control_form(cast, what="A sensor mat by the bed", why_no_limit="He asked for it")) == set()


def test_each_of_the_four_questions_is_asked():
    names = ("authorised", "least_restrictive", "escalated", "positive_risk")
    given = dict.fromkeys(names, "Seen") | {f"{name}_met": "no" for name in names}
    assert lacks(restrictions.FourQuestionsForm(given)) == set()
    for name in given:
        assert lacks(restrictions.FourQuestionsForm(without(given, name))) == {name}


def test_emergency_access_asks_what_the_emergency_is():
    given = {"reference": "SP-2026-0001", "reason": "Police at the door", "hours": "2"}
    assert lacks(access.EmergencyForm(given)) == set()
    for name in given:
        assert lacks(access.EmergencyForm(without(given, name))) == {name}
    assert lacks(access.EmergencyForm(given | {"hours": "24"})) == {"hours"}


def test_letting_in_sealing_and_their_ends_ask_why(cast):
    given = {"user": str(cast.senior.pk), "purpose": "Leads the learning"} | day("ends_on", times.today())
    assert lacks(access.GiveAccessForm(given, people=[cast.senior])) == set()
    for name in ("user", "purpose", "ends_on"):
        assert lacks(access.GiveAccessForm(without(given, name), people=[cast.senior])) == {name}
    late = given | day("starts_on", times.today() + timedelta(days=1))
    assert lacks(access.GiveAccessForm(late, people=[cast.senior])) == {"ends_on"}
    assert lacks(access.EndAccessForm({"reason": " "})) == {"reason"}
    sealed = {"owner": str(cast.manager.pk), "reason": "The manager is part of it"}
    for name in sealed:
        assert lacks(access.SealForm(without(sealed, name), people=[], owners=[cast.manager])) == {name}
    assert lacks(access.UnsealForm({"reason": ""})) == {"reason"}


def test_a_rule_that_is_lifted_asks_why_and_who_read_it(cast):
    given = {"person": str(cast.senior.pk), "rule": "S5", "reason": "One assessor", "reader": "Dr Quill, Northshire"}
    given |= {"reader_said": "I agree"}
    assert lacks(access.ExceptionForm(given, people=[cast.senior])) == set()
    for name in given:
        assert lacks(access.ExceptionForm(without(given, name), people=[cast.senior])) == {name}
    assert lacks(access.ExceptionForm(given | {"rule": "S1"}, people=[cast.senior])) == {"rule"}
