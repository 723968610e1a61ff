"""Each form says by itself what is missing, before any action is asked (the action refuses the same again)."""

from __future__ import annotations

from accounts.models import Staff, User
from remediation.forms import authorisation, capability, learning, plan, practice, signatures
from tests.incidents.test_forms_refuse import lacks


def test_no_individual_concern_asks_why() -> None:
    assert lacks(capability.NoConcernForm({"reason": " "})) == {"reason"}


def test_done_and_worked_ask_what_shows_it() -> None:
    assert lacks(learning.DoneForm({"evidence": ""})) == {"evidence"}
    assert lacks(learning.EffectForm({"worked": "yes"})) == {"evidence"}
    assert "worked" in lacks(learning.EffectForm({"evidence": "9 of 10"}))


def test_the_statement_and_what_happens_if_not_met_are_asked() -> None:
    assert lacks(plan.StatementForm({})) == {"statement", "if_not_met"}


def test_a_moved_date_asks_why() -> None:
    assert "reason" in lacks(learning.DueForm({"reason": " "}))


def test_a_mark_asks_what_was_seen_or_heard() -> None:
    assert lacks(practice.MarkForm({"mark": "2", "saw_heard": "  "})) == {"saw_heard"}
    assert lacks(practice.MarkForm({"saw_heard": "She rang"})) == {"mark"}


def test_a_withdrawal_asks_why() -> None:
    assert lacks(signatures.WithdrawForm({"conflict": "none", "agree": "on"})) == {"reason"}


def test_letting_go_of_a_hold_asks_how_that_is_known() -> None:
    assert lacks(authorisation.ReleaseForm({})) == {"note"}
    assert lacks(authorisation.HoldForm({})) == {"asked_by", "reason"}


def test_a_conditional_decision_asks_for_its_condition_supervisor_and_end(db: None) -> None:
    given = {"decision": "conditional", "reason": "Live test runs", "conflict": "none", "agree": "on"}
    people = {"supervisors": Staff.objects.none(), "holders": User.objects.none()}
    form = authorisation.DecideForm(given, named_person=False, booked=True, **people)
    assert lacks(form) == {"condition", "supervisor", "expires_on"}
