"""Recording and signing practice tests on a phone: one criterion a page, the result, what is fixed, what stays."""

import os
from datetime import date, timedelta

import psycopg
import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from config import embedded
from records import times
from records.acting import acting_as
from records.refusals import NotAllowed, Refused
from remediation import facts_practice as facts
from remediation import library_data
from remediation.actions import practice, signatures
from remediation.models import (
    AttemptFile,
    AttemptSignOff,
    CriterionMark,
    PracticeTest,
    TestAttempt,
)
from tests.cast import build
from tests.remediation import pages
from tests.remediation.pages import signed_in, words
from tests.remediation.scene import LIVE, WEEKLY, WRITTEN, learn, scene, signature


@pytest.fixture
def on(cast):
    return scene(cast)


@pytest.fixture
def grace(on):
    return signed_in(on.assessor)


def passed(on, code):
    return PracticeTest.objects.get(pk=on.tests[code].pk).passed_at is not None


# --- F40 recording on a phone ----------------------------------------------------------------------------


@pytest.mark.feature("F40")
def test_one_criterion_a_page_four_marks_and_fact_apart_from_judgement(on, grace):
    attempt = pages.start(grace, on, "O")
    page = grace.get(reverse("attempt-criterion", args=[attempt.pk, 2]))
    text = words(page)
    assert "2 of 5" in text
    assert "Does not decide the cause" in text
    assert "This must be met." in text
    assert [text.count(f'value="{mark}"') for mark in "012N"] == [1, 1, 1, 1]
    assert "What did you see or hear?" in text
    assert "What is your judgement?" in text
    answer = grace.post(
        reverse("attempt-criterion", args=[attempt.pk, 2]),
        {"mark": "2", "saw_heard": "She said “I don't know how it came”", "judgement": "Careful"},
    )
    assert answer["Location"] == reverse("attempt-criterion", args=[attempt.pk, 3])
    mark = CriterionMark.objects.get(attempt=attempt)
    assert (mark.mark, mark.saw_heard, mark.judgement) == ("2", "She said “I don't know how it came”", "Careful")


@pytest.mark.feature("F40")
def test_what_was_seen_or_heard_cannot_be_left_out(on, grace):
    attempt = pages.start(grace, on, "O")
    answer = grace.post(reverse("attempt-criterion", args=[attempt.pk, 1]), {"mark": "2", "saw_heard": "  "})
    assert answer.status_code == 422
    assert "Write what you saw or heard" in words(answer)
    with pytest.raises(Refused, match="EVIDENCE"):
        practice.record_mark(
            by=on.assessor, attempt=attempt, criterion=attempt.test.criteria.first(), mark="2", saw_heard=" "
        )


@pytest.mark.feature("F40")
def test_pausing_keeps_every_page_and_going_on_starts_at_the_first_unmarked_one(on, grace):
    attempt = pages.start(grace, on, "O")
    pages.mark_all(grace, on, attempt, "22")
    answer = grace.post(
        reverse("attempt-criterion", args=[attempt.pk, 3]),
        {"mark": "1", "saw_heard": "After I asked her, she asked M.E.", "pause": "1"},
    )
    assert answer["Location"] == reverse("practice-test", args=[on.tests["O"].pk])
    another_day_another_phone = signed_in(on.assessor)
    answer = another_day_another_phone.get(reverse("attempt", args=[attempt.pk]))
    assert answer["Location"] == reverse("attempt-criterion", args=[attempt.pk, 4])
    assert attempt.marks.count() == 3


@pytest.mark.feature("F40")
def test_without_the_persons_agreement_nobody_watches(on, grace):
    url = reverse("attempt-start", args=[on.tests["O"].pk])
    answer = grace.post(url, {"setting": "M.E.'s home", "person_agreed": "no", "announced": "yes"})
    assert answer.status_code == 422
    assert "has not agreed to you watching" in words(answer)
    assert not TestAttempt.objects.exists()


def test_starting_again_takes_up_the_attempt_that_was_begun(on, grace):
    first = pages.start(grace, on, "O")
    assert pages.start(grace, on, "O") == first


def test_a_colleague_cannot_write_in_anothers_form(on, grace):
    attempt = pages.start(grace, on, "O")
    other = signed_in(on.cast.quality_lead)
    url = reverse("attempt-criterion", args=[attempt.pk, 1])
    assert other.post(url, {"mark": "2", "saw_heard": "x"}).status_code == 404
    with pytest.raises(NotAllowed):
        practice.record_mark(
            by=on.cast.quality_lead,
            attempt=attempt,
            criterion=attempt.test.criteria.first(),
            mark="2",
            saw_heard="x",
        )


# --- F41, F42 the result, and what stays -------------------------------------------------------------------


@pytest.mark.feature("F41")
def test_the_sign_page_shows_the_computed_result_with_its_reasons_before_anyone_signs(on, grace):
    attempt = pages.start(grace, on)
    pages.mark_all(grace, on, attempt, "21222")
    answer = pages.finish(grace, attempt)
    assert answer["Location"] == reverse("attempt-sign", args=[attempt.pk])
    text = words(grace.get(answer["Location"]))
    assert "The result is: not passed" in text
    assert "Criterion 2 must be met and is 1" in text
    assert "9 of 10 points; 80% is needed" in text


@pytest.mark.feature("F41")
def test_a_star_missed_is_not_a_pass_whatever_the_assessor_judges_and_not_yet_is_not_outvoted(on, grace):
    assert pages.whole(grace, on, "P1", "21222", competent="competent").outcome == "not_passed"
    assert pages.whole(grace, on, "O", "22222", competent="not_yet").outcome == "not_passed"
    assert not passed(on, "P1") and not passed(on, "O")


@pytest.mark.feature("F41")
def test_evidence_copied_from_another_form_fails(on, grace):
    first = pages.start(grace, on, "P1")
    pages.mark_all(grace, on, first)
    grace.post(reverse("attempt-criterion", args=[first.pk, 4]), {"mark": "2", "saw_heard": "Much better"})
    pages.finish(grace, first)
    pages.sign(grace, first)
    attempt = pages.start(grace, on, "O")
    pages.mark_all(grace, on, attempt)
    grace.post(reverse("attempt-criterion", args=[attempt.pk, 4]), {"mark": "2", "saw_heard": "much better."})
    pages.finish(grace, attempt)
    assert "the words are the same as in another form" in words(grace.get(reverse("attempt-sign", args=[attempt.pk])))
    pages.sign(grace, attempt)
    attempt.refresh_from_db()
    assert attempt.outcome == "not_passed"


@pytest.mark.feature("F41")
def test_an_observation_under_fifteen_minutes_is_not_valid_and_is_no_failure_of_the_worker(on, grace):
    attempt = pages.whole(grace, on, "O", minutes="14")
    assert attempt.outcome == "not_valid"
    assert not passed(on, "O")
    assert facts.failed_attempts(on.tests["O"]) == []
    assert pages.start(grace, on, "O").number == 2


def test_a_test_is_passed_by_signing_only(on, grace):
    attempt = pages.start(grace, on)
    pages.mark_all(grace, on, attempt)
    pages.finish(grace, attempt)
    assert not passed(on, "P1")
    pages.sign(grace, attempt)
    assert passed(on, "P1")


@pytest.mark.feature("F42")
def test_every_attempt_stays_numbered_and_shown_the_failed_one_too(on, grace):
    with time_machine.travel(times.now(), tick=False) as clock:
        first = pages.whole(grace, on, "P1", "01222")
        clock.shift(timedelta(days=7))
        again = signed_in(on.assessor)
        learn(on)
        second = pages.whole(again, on, "P1", "22222")
        page = words(again.get(reverse("practice-test", args=[on.tests["P1"].pk])))
    assert (first.number, first.outcome) == (1, "not_passed")
    assert (second.number, second.outcome) == (2, "passed")
    assert "Attempt 1" in page and "Attempt 2" in page
    assert "Not passed" in page
    assert TestAttempt.objects.filter(test=on.tests["P1"]).count() == 2


@pytest.mark.feature("F42")
def test_an_attempt_cannot_be_deleted(on, grace):
    attempt = pages.whole(grace, on, "P1", "01222")
    with pytest.raises(Exception, match="stays in the record for good"):
        attempt.delete()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM remediation_testattempt WHERE id = %s", [attempt.pk])


def test_the_form_is_refused_until_every_criterion_has_a_mark_and_each_refusal_leads_there(on, grace):
    attempt = pages.start(grace, on)
    pages.mark_all(grace, on, attempt, "222")
    pages.finish(grace, attempt, feedback="Well done")
    answer = pages.sign(grace, attempt)
    assert answer.status_code == 422
    assert reverse("attempt-criterion", args=[attempt.pk, 4]) in words(answer)
    attempt.refresh_from_db()
    assert attempt.signed_at is None


# --- F45 the article's two questions ------------------------------------------------------------------------


@pytest.fixture
def questions(on):
    from remediation import library_data

    entry = library_data.RESTRICTION_DRIFT
    for test in entry["tests"]:
        if test["code"] in ("Q1", "Q2"):
            made = on.test(
                test["code"], test["kind"], test["pass_rule"], title=test["title"], criteria=test["criteria"]
            )
            assert made.criteria.count() == 9
    return on


@pytest.mark.feature("F45")
def test_question_one_is_asked_with_its_marking_guide_and_needs_four_stars_and_three_of_five(questions, grace):
    test = questions.tests["Q1"]
    text = words(grace.get(reverse("practice-test", args=[test.pk])))
    assert "What would you do if restriction use is increasing?" in text
    assert "Uses or proposes a less restrictive option" in text
    assert pages.whole(grace, questions, "Q1", "222222200").outcome == "passed"


@pytest.mark.feature("F45")
def test_both_marking_guides_star_what_the_source_stars_and_nothing_else():
    """domain.md §7.4."""
    guides = {"one": library_data.Q1_CRITERIA, "two": library_data.Q2_CRITERIA}
    stars = {name: [line["text"] for line in lines if line["star"]] for name, lines in guides.items()}
    starts = {
        "one": ("Checks the log", "Tells the senior", "Asks why for the person", "Uses or proposes a less restrictive"),
        "two": (
            "When it is unauthorised",
            "When it is not necessary",
            "When the person objects",
            "When there is a pattern",
        ),
    }
    for name, lines in guides.items():
        assert len(lines) == 9, name
        assert len(stars[name]) == 4, name
        assert all(text.startswith(start) for text, start in zip(stars[name], starts[name], strict=True)), stars[name]


@pytest.mark.feature("F45")
def test_question_one_with_two_of_five_is_not_passed(questions, grace):
    assert pages.whole(grace, questions, "Q1", "222222000").outcome == "not_passed"


@pytest.mark.feature("F45")
@pytest.mark.parametrize("answer", ["If they are hurt", "When the manager says"])
def test_an_unsafe_answer_to_question_two_fails_with_every_point_given(questions, grace, answer):
    attempt = pages.start(grace, questions, "Q2")
    assert answer in words(grace.get(reverse("attempt-end", args=[attempt.pk])))
    pages.mark_all(grace, questions, attempt, "2" * 9)
    pages.finish(grace, attempt, unsafe=answer)
    assert pages.sign(grace, attempt).status_code == 302
    attempt.refresh_from_db()
    assert attempt.outcome == "not_passed"
    assert any("An unsafe answer ends the test" in reason for reason in attempt.reasons)


@pytest.mark.feature("F45")
def test_an_unsafe_answer_in_the_workers_own_words_fails_too(questions, grace):
    attempt = pages.start(grace, questions, "Q2")
    pages.finish(grace, attempt, unsafe="other", unsafe_answer="if it's in his best interests it is fine")
    assert pages.sign(grace, attempt).status_code == 302
    attempt.refresh_from_db()
    assert attempt.outcome == "not_passed"


# --- F47, F48 the signature ---------------------------------------------------------------------------------


@pytest.mark.feature("F47")
def test_the_signature_keeps_meaning_declaration_fresh_identity_and_a_hash_of_what_was_signed(on, grace):
    attempt = pages.whole(grace, on)
    signed = AttemptSignOff.objects.get(attempt=attempt)
    assert "I am free to assess Dionne Asante" in signed.meaning
    assert (signed.conflict, signed.role, signed.name) == ("none", "Senior or team leader", "Grace Lim")
    assert times.now() - signed.authenticated_at < timedelta(minutes=5)
    assert signed.is_intact
    assert signed.snapshot["marks"][0]["saw_heard"] == attempt.marks.first().saw_heard
    assert signed.sha256 in words(grace.get(reverse("attempt", args=[attempt.pk])))


@pytest.mark.feature("F47")
def test_signing_asks_for_the_password_again_when_identity_is_stale_and_nothing_is_lost(on):
    with time_machine.travel(times.now(), tick=False) as clock:
        client = signed_in(on.assessor)
        attempt = pages.start(client, on)
        pages.mark_all(client, on, attempt)
        pages.finish(client, attempt)
        clock.shift(timedelta(minutes=6))
        answer = pages.sign(client, attempt)
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("account_reauthenticate"))
        attempt.refresh_from_db()
        assert attempt.signed_at is None
        answer = client.post(answer["Location"], {"password": on.cast.PASSWORD})
        attempt.refresh_from_db()
        assert attempt.signed_at is not None, words(answer)[:2000]


@pytest.mark.feature("F47")
def test_the_action_itself_refuses_a_stale_identity(on):
    attempt = on.start()
    on.mark(attempt)
    on.finish(attempt)
    with pytest.raises(Refused, match="SIGN"):
        practice.sign_attempt(by=on.assessor, attempt=attempt, signature=signature(minutes_ago=6))
    attempt.refresh_from_db()
    assert attempt.signed_at is None


@pytest.mark.feature("F47")
def test_no_one_signs_without_a_declaration_or_with_a_conflict(on, grace):
    attempt = pages.start(grace, on)
    pages.mark_all(grace, on, attempt)
    pages.finish(grace, attempt)
    answer = grace.post(reverse("attempt-sign", args=[attempt.pk]), {"agree": "on"})
    assert answer.status_code == 422
    assert "Say whether you have a conflict of interest" in words(answer)
    answer = pages.sign(grace, attempt, conflict="grievance")
    assert answer.status_code == 422
    assert "“There is an open grievance between us”" in words(answer)
    assert not AttemptSignOff.objects.exists()


@pytest.mark.feature("F47")
def test_a_change_to_what_was_signed_voids_it_in_plain_sight(cloned_db):
    """Nobody can change it through the product or as its role; whoever owns the tables could, and is seen."""
    on = scene(build())
    grace = signed_in(on.assessor)
    attempt = pages.whole(grace, on)
    url = reverse("attempt", args=[attempt.pk])
    assert "Changed since signing" not in words(grace.get(url))
    address = embedded.with_database(os.environ["DATABASE_OWNER_URL"], cloned_db)
    with psycopg.connect(address, autocommit=True) as owner:
        owner.execute("ALTER TABLE remediation_criterionmark DISABLE TRIGGER USER")
        owner.execute("UPDATE remediation_criterionmark SET mark = '1' WHERE attempt_id = %s", [attempt.pk])
    assert AttemptSignOff.objects.get(attempt=attempt).is_changed_since
    assert "Changed since signing" in words(grace.get(url))


@pytest.mark.feature("F48")
def test_a_signed_attempt_its_marks_and_files_are_refused_by_the_action(on, grace):
    attempt = pages.whole(grace, on)
    criterion = attempt.test.criteria.first()
    url = reverse("attempt-criterion", args=[attempt.pk, 1])
    answer = grace.post(url, {"mark": "0", "saw_heard": "Something else"})
    assert answer.status_code == 422
    assert "is signed, so it cannot change" in words(answer)
    for change in (
        lambda: practice.record_mark(
            by=on.assessor, attempt=attempt, criterion=criterion, mark="0", saw_heard="Something else"
        ),
        lambda: practice.finish_attempt(by=on.assessor, attempt=attempt, feedback="Other"),
        lambda: practice.sign_attempt(by=on.assessor, attempt=attempt, signature=signature()),
    ):
        with pytest.raises(Refused, match="F48"):
            change()


@pytest.mark.feature("F48")
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE remediation_testattempt SET outcome = 'passed' WHERE id = %s",
        "UPDATE remediation_testattempt SET signed_at = NULL WHERE id = %s",
        "UPDATE remediation_criterionmark SET mark = '2' WHERE attempt_id = %s",
        "UPDATE remediation_attemptsignoff SET meaning = 'x' WHERE attempt_id = %s",
        "INSERT INTO remediation_criterionmark (id, case_id, attempt_id, criterion_id, mark, saw_heard, judgement, marked_by_id, marked_at)"
        " SELECT gen_random_uuid(), m.case_id, m.attempt_id, c.id, '2', 'x', '', m.marked_by_id, now()"
        " FROM remediation_criterionmark m JOIN remediation_testcriterion c ON c.id <> m.criterion_id"
        " WHERE m.attempt_id = %s LIMIT 1",
        "UPDATE incidents_casefile SET name = 'other.txt' WHERE id IN"
        " (SELECT file_id FROM remediation_attemptfile WHERE attempt_id = %s)",
        "UPDATE remediation_attemptfile SET added_at = now() WHERE attempt_id = %s",
    ],
)
def test_a_signed_attempt_its_marks_and_files_are_refused_by_the_database(on, grace, change):
    from django.core.files.uploadedfile import SimpleUploadedFile

    attempt = pages.start(grace, on)
    pages.mark_all(grace, on, attempt, "01222")
    pages.finish(grace, attempt, attachments=SimpleUploadedFile("form.txt", b"What she wrote", "text/plain"))
    assert AttemptFile.objects.filter(attempt=attempt).count() == 1
    pages.sign(grace, attempt)
    refusing = pytest.raises(DatabaseError, match="refused|denied")
    with acting_as(on.cast.manager, "test.tampered"), refusing, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change, [attempt.pk])


@pytest.mark.feature("F48")
def test_a_signed_result_is_withdrawn_only_by_a_new_reasoned_entry_and_the_first_one_stays(on, grace):
    attempt = pages.whole(grace, on)
    first = AttemptSignOff.objects.get(attempt=attempt)
    manager = signed_in(on.cast.manager)
    url = reverse("signature-withdraw", args=["attemptsignoff", first.pk])
    answer = manager.post(url, pages.SIGN)
    assert answer.status_code == 422
    assert "Say why it is withdrawn" in words(answer)
    answer = manager.post(url, pages.SIGN | {"reason": "Grace had seen the scenario answers beforehand"})
    assert answer.status_code == 302, words(answer)[:2000]
    assert not passed(on, "P1")
    text = words(manager.get(reverse("attempt", args=[attempt.pk])))
    assert "Grace had seen the scenario answers beforehand" in text
    assert "Withdrawn" in text
    first.refresh_from_db()
    assert first.is_intact and first.withdrawn_by.withdrawal_reason.startswith("Grace had seen")
    with pytest.raises(Refused, match="F48"):
        signatures.withdraw_signature(by=on.cast.manager, signed=first, reason="Again", signature=signature())
    with pytest.raises(Refused, match="F48"):
        signatures.withdraw_signature(
            by=on.cast.manager, signed=pages_last(attempt), reason="  ", signature=signature()
        )


def pages_last(attempt):
    return AttemptSignOff.objects.filter(attempt=attempt).order_by("signed_at").first()


# --- Reassessment, weekly checks, live items ------------------------------------------------------------------


def test_a_reassessment_waits_three_working_days_needs_learning_and_a_new_scenario(on, grace):
    friday = times.london(2026, 10, 16, 10)
    with time_machine.travel(friday, tick=False) as clock:
        client = signed_in(on.assessor)
        attempt = pages.start(client, on, scenario="A bruise on a Sunday")
        pages.mark_all(client, on, attempt, "01222")
        pages.finish(client, attempt)
        pages.sign(client, attempt)
        clock.move_to(times.london(2026, 10, 20, 10))  # Tuesday: two working days
        client = signed_in(on.assessor)
        url = reverse("attempt-start", args=[on.tests["P1"].pk])
        text = words(client.post(url, {"scenario": "a bruise on a sunday"}))
        assert "from Wed 21 Oct 2026" in text
        assert "At least one more learning action done" in text
        assert "A scenario that was not used before" in text
        clock.move_to(times.london(2026, 10, 21, 10))
        client = signed_in(on.assessor)
        learn(on)
        assert client.post(url, {"scenario": "Money missing"}).status_code == 302


def test_the_last_attempt_is_another_assessors_and_after_it_the_route_is_looked_at_again(on):
    with time_machine.travel(times.now(), tick=False) as clock:
        for _ in range(2):
            on.signed("P1", "01222")
            clock.shift(timedelta(days=7))
            learn(on)
        with pytest.raises(Refused) as told:
            on.start("P1")
        assert [one.text for one in told.value.missing] == ["Another assessor for the last attempt"]
        on.signed("P1", "01222", by=on.cast.quality_lead)
        clock.shift(timedelta(days=7))
        learn(on)
        with pytest.raises(Refused) as told:
            on.start("P1", by=on.cast.deputy if on.plan.written_by != on.cast.deputy else on.cast.quality_lead)
        assert any("the capability route is looked at again" in one.text for one in told.value.missing)


def test_a_second_form_kept_open_does_not_skip_the_wait(on):
    mine = on.start("P1")
    theirs = on.start("P1", by=on.cast.quality_lead)
    on.mark(mine, "01222")
    on.finish(mine)
    practice.sign_attempt(by=on.assessor, attempt=mine, signature=signature())
    on.mark(theirs, by=on.cast.quality_lead)
    on.finish(theirs, by=on.cast.quality_lead)
    with pytest.raises(Refused, match="REASSESS"):
        practice.sign_attempt(by=on.cast.quality_lead, attempt=theirs, signature=signature())


@pytest.fixture
def weekly(on):
    on.test("W", "weekly_check", WEEKLY, window_starts_on=date(2026, 9, 28), series_weeks=4)
    return on


@pytest.mark.feature("F36")
def test_four_weekly_checks_for_one_worker_in_one_evening_are_refused(weekly):
    """Case 2: on 22 October at 21:05 Gary enters all four weekly checks for Ola."""
    with time_machine.travel(times.london(2026, 10, 22, 21, 5), tick=False):
        client = signed_in(weekly.assessor)
        assert pages.whole(client, weekly, "W").week == 4
        url = reverse("attempt-start", args=[weekly.tests["W"].pk])
        answer = client.post(url, {"scenario": "Records of the week before"})
        assert answer.status_code == 422
        assert "no two on one day, none for a week gone by" in words(answer)
        with pytest.raises(Refused, match="WEEKLY"):
            weekly.start("W")
    assert facts.standing(weekly.tests["W"]).text == "1 of 4 weekly checks held"


@pytest.mark.feature("F36")
def test_a_check_begun_in_one_week_is_not_signed_in_the_next(weekly):
    with time_machine.travel(times.london(2026, 10, 4, 20), tick=False) as clock:
        attempt = weekly.start("W")
        weekly.mark(attempt)
        weekly.finish(attempt)
        clock.move_to(times.london(2026, 10, 5, 9))
        answer = pages.sign(signed_in(weekly.assessor), attempt)
        assert answer.status_code == 422
        assert "The week of this check is over" in words(answer)
        with pytest.raises(Refused, match="WEEKLY"):
            practice.sign_attempt(by=weekly.assessor, attempt=attempt, signature=signature())


@pytest.mark.feature("F36")
def test_lena_on_leave_in_week_three_ends_a_week_later(weekly):
    with time_machine.travel(times.london(2026, 9, 30, 10), tick=False) as clock:
        for day in ((9, 30), (10, 7), (10, 21), (10, 28)):
            clock.move_to(times.london(2026, *day, 10))
            assert not passed(weekly, "W")
            pages.whole(signed_in(weekly.assessor), weekly, "W")
    assert passed(weekly, "W")
    assert [one.week for one in facts.signed_attempts(weekly.tests["W"])] == [1, 2, 4, 5]


def test_the_coach_may_run_a_weekly_check_and_nothing_else(weekly):
    weekly.coached_by(weekly.cast.other_senior_staff)
    with time_machine.travel(times.london(2026, 10, 1, 10), tick=False):
        assert weekly.start("W").week == 1
        with pytest.raises(Refused, match="S2"):
            weekly.start("P1")


def test_a_live_test_is_passed_when_its_weeks_are_over_and_every_item_was_right(on):
    on.test("P4", "live", LIVE, before_return=False)
    with time_machine.travel(times.london(2026, 9, 1, 10), tick=False) as clock:
        on.set(on.tests["P4"], window_starts_on=times.today())
        on.signed("P4")
        assert not passed(on, "P4")
        clock.move_to(times.london(2026, 10, 27, 10))
        on.signed("P4")
    assert passed(on, "P4")


def test_written_work_must_be_there_to_be_marked(on):
    on.test("P2", "record_writing", WRITTEN)
    attempt = on.start("P2")
    on.mark(attempt)
    on.finish(attempt, work="")
    with pytest.raises(Refused) as told:
        practice.sign_attempt(by=on.assessor, attempt=attempt, signature=signature())
    assert [one.text for one in told.value.missing] == ["Attach or copy in what the worker wrote or answered"]


# --- Past the pages: what the actions and the database refuse by themselves ---------------------------------------


def test_two_checks_of_one_week_begun_by_two_people_are_not_both_signed(weekly):
    with time_machine.travel(times.london(2026, 10, 1, 10), tick=False):
        begun = []
        for by in (weekly.assessor, weekly.cast.quality_lead):
            attempt = weekly.start("W", by)
            weekly.mark(attempt, by=by)
            weekly.finish(attempt, by)
            begun.append((attempt, by))
        first, second = begun
        practice.sign_attempt(by=first[1], attempt=first[0], signature=signature())
        with pytest.raises(Refused, match="WEEKLY"):
            practice.sign_attempt(by=second[1], attempt=second[0], signature=signature())
    assert facts.standing(weekly.tests["W"]).text == "1 of 4 weekly checks held"


def test_no_weekly_check_before_the_series_begins(weekly):
    with time_machine.travel(times.london(2026, 9, 27, 10), tick=False), pytest.raises(Refused, match="WEEKLY"):
        weekly.start("W")


def test_training_that_was_imported_as_a_test_is_not_run_as_one(on):
    on.test("X1", "attendance", {"stars": "all"})
    with pytest.raises(Refused, match="A7"):
        on.start("X1")


def test_an_unsigned_attempt_cannot_be_deleted_in_the_database_either(on):
    """Signed ones have a trigger of their own; this is the right of the application's role."""
    attempt = on.start()
    refusing = pytest.raises(DatabaseError, match="denied")
    with acting_as(on.cast.manager, "test.tampered"), refusing, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM remediation_testattempt WHERE id = %s", [attempt.pk])


def test_a_withdrawal_says_why_and_is_made_once(on):
    attempt = on.signed()
    first = AttemptSignOff.objects.get(attempt=attempt)
    with pytest.raises(Refused, match="Say why"):
        signatures.withdraw_signature(by=on.cast.manager, signed=first, reason=" ", signature=signature())
    signatures.withdraw_signature(by=on.cast.manager, signed=first, reason="Scenario known", signature=signature())
    with pytest.raises(Refused, match="withdrawn already"):
        signatures.withdraw_signature(by=on.cast.manager, signed=first, reason="Again", signature=signature())
