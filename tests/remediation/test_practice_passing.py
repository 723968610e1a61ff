"""The pass rules by themselves: pure functions, so every line of domain.md §7.2–7.4 has its sentence here."""

from datetime import date

import pytest

from remediation.gates.passing import (
    AttemptFacts,
    CriterionFact,
    MarkFact,
    NextAttempt,
    SignedAttempt,
    compute,
    normalised,
    reassessment,
    standing,
    week_window,
)

TEN = [CriterionFact(n, f"Point {n}", star=n in (1, 3, 4, 7, 8)) for n in range(1, 11)]
NINE = [CriterionFact(n, f"Answer {n}", star=n <= 4, group="Q1") for n in range(1, 10)]


def seen(order: int) -> str:
    return f"At 08:{order:02d} she said it aloud and wrote it down"


def attempt(marks: str, *, criteria=TEN, kind="observation", rule=None, minutes=20, **more) -> AttemptFacts:
    given = {n: MarkFact(mark, seen(n)) for n, mark in enumerate(marks, 1)}
    return AttemptFacts(
        kind=kind,
        rule={"percent": 80} if rule is None else rule,
        criteria=criteria,
        marks=given,
        minutes=minutes,
        **more,
    )


def test_every_star_met_and_enough_points_is_a_pass():
    result = compute(attempt("2122222222"))
    assert result.outcome == "passed"
    assert (result.points, result.possible) == (19, 20)


def test_a_star_criterion_done_with_prompting_is_not_a_pass_however_high_the_score():
    criteria = [CriterionFact(n, "x", star=n == 1) for n in range(1, 11)]
    result = compute(attempt("1222222222", criteria=criteria))
    assert result.percent == 95
    assert result.outcome == "not_passed"
    assert "Not met: Criterion 1 must be met and is 1" in result.lines


def test_fewer_points_than_the_rule_asks_is_not_a_pass_with_every_star_met():
    criteria = [CriterionFact(n, "x", star=n == 1) for n in range(1, 11)]
    result = compute(attempt("2111111111", criteria=criteria))
    assert result.outcome == "not_passed"
    assert "Not met: 11 of 20 points; 80% is needed" in result.lines


def test_the_share_is_of_the_points_of_what_was_observed():
    criteria = [CriterionFact(n, "x", star=n == 1) for n in range(1, 6)]
    assert compute(attempt("2221N", criteria=criteria)).outcome == "passed"  # 7 of 8
    assert compute(attempt("22211", criteria=criteria)).outcome == "passed"  # 8 of 10 is exactly 80%
    assert compute(attempt("22111", criteria=criteria)).outcome == "not_passed"


def test_one_criterion_may_go_unobserved_two_may_not():
    criteria = [CriterionFact(n, "x", star=n == 1) for n in range(1, 11)]
    assert compute(attempt("222222222N", criteria=criteria)).outcome == "passed"
    assert compute(attempt("22222222NN", criteria=criteria)).outcome == "not_passed"


def test_a_star_may_never_go_unobserved():
    criteria = [CriterionFact(n, "x", star=n == 1) for n in range(1, 11)]
    result = compute(attempt("N222222222", criteria=criteria))
    assert result.outcome == "not_passed"
    assert "Not met: Criterion 1 must be met and is not observed" in result.lines


def test_under_fifteen_minutes_is_not_valid_as_an_observation():
    assert compute(attempt("2" * 10, minutes=14)).outcome == "not_valid"
    assert compute(attempt("2" * 10, minutes=15)).outcome == "passed"


def test_no_direct_contact_is_not_valid_as_an_observation():
    assert compute(attempt("2" * 10, direct_contact=False)).outcome == "not_valid"


def test_a_scenario_needs_neither_minutes_nor_contact():
    assert compute(attempt("2" * 10, kind="scenario", minutes=None, direct_contact=False)).outcome == "passed"


@pytest.mark.parametrize("text", ["", "   ", " . - "])
def test_blank_evidence_fails(text):
    facts = attempt("2" * 10)
    facts.marks[4] = MarkFact("2", text)
    result = compute(facts)
    assert result.outcome == "not_passed"
    assert "Not met: Criterion 4: what you saw or heard is blank" in result.lines


def test_evidence_copied_from_another_form_fails_whatever_its_case_and_commas():
    facts = attempt("2" * 10, other_texts=frozenset({normalised("MUCH   better!")}))
    facts.marks[6] = MarkFact("2", "Much better.")
    result = compute(facts)
    assert result.outcome == "not_passed"
    assert any("Criterion 6: the words are the same" in line for line in result.lines)


def test_an_unsafe_answer_ends_the_test_with_every_point_given():
    result = compute(attempt("2" * 10, kind="scenario", unsafe_answer="If they are hurt"))
    assert result.outcome == "not_passed"
    assert any("unsafe answer" in line for line in result.lines)


def test_the_assessors_not_yet_is_not_outvoted_by_points():
    assert compute(attempt("2" * 10, competent="not_yet")).outcome == "not_passed"
    assert compute(attempt("2" * 10, competent="")).outcome == "not_passed"


def test_the_points_do_not_outvote_the_rule_when_the_assessor_says_competent():
    assert compute(attempt("1" * 10, competent="competent")).outcome == "not_passed"


def test_a_star_at_nought_says_stop():
    assert compute(attempt("0222222222")).stop
    assert not compute(attempt("2022222222")).stop


def test_question_one_needs_its_four_stars_and_three_of_five():
    rule = {"others_at_least": 3}
    assert compute(attempt("222222200", criteria=NINE, kind="scenario", rule=rule)).outcome == "passed"
    assert compute(attempt("222222000", criteria=NINE, kind="scenario", rule=rule)).outcome == "not_passed"
    assert compute(attempt("222122222", criteria=NINE, kind="scenario", rule=rule)).outcome == "not_passed"


def test_two_questions_in_one_test_must_each_pass_by_their_own_rule():
    q2 = [CriterionFact(n, "x", star=n <= 13, group="Q2") for n in range(10, 17)]
    rule = {"groups": {"Q1": {"others_at_least": 3}, "Q2": {"others_at_least": 2}}, "max_not_observed": 1}
    both = [*NINE, *q2]
    assert compute(attempt("222222200" + "2222220", criteria=both, kind="scenario", rule=rule)).passed
    result = compute(attempt("222222222" + "2222200", criteria=both, kind="scenario", rule=rule))
    assert not result.passed
    assert "Not met: 1 of the 3 other points given in Q2; 2 are needed" in result.lines


def test_vignettes_need_all_of_them():
    three = [CriterionFact(n, "Right action", group=f"Vignette {n}") for n in (1, 2, 3)]
    assert compute(attempt("222", criteria=three, kind="scenario", rule={"all": True})).passed
    assert not compute(attempt("221", criteria=three, kind="scenario", rule={"all": True})).passed


def test_a_missing_mark_is_named():
    result = compute(attempt("2" * 9))
    assert not result.passed
    assert "Not met: Criterion 10 has no mark yet" in result.lines


def test_a_test_without_criteria_cannot_be_passed():
    assert not compute(attempt("", criteria=[])).passed


SERIES = {"series": {"weeks": 4, "points": 16}}


def test_a_weekly_check_needs_sixteen_points_every_star_and_no_nought():
    def check(marks):
        return compute(attempt(marks, kind="weekly_check", rule=SERIES)).outcome

    assert check("2122112212") == "passed"  # 16
    assert check("2122112211") == "not_passed"  # 15
    assert check("2222222220") == "not_passed"  # 18, but one fell to 0
    assert check("1222222222") == "not_passed"  # 19, but a star is 1


def signed(*outcomes, **more):
    return [
        SignedAttempt(number=n, outcome=outcome, signed_on=date(2026, 10, n), week=n, **more)
        for n, outcome in enumerate(outcomes, 1)
    ]


P, N = "passed", "not_passed"


def series(*outcomes):
    return standing(SERIES, signed(*outcomes), today=date(2026, 11, 1))


def test_a_series_passes_on_weeks_three_and_four_whatever_the_first_two_were():
    assert series(N, N, P, P).passed


def test_a_series_does_not_pass_before_four_checks():
    assert not series(P, P, P).passed
    assert series(P, P, P).text == "3 of 4 weekly checks held"


def test_stuart_with_fifteen_in_week_three_needs_two_further_weeks():
    assert not series(P, P, N, P).passed
    assert "2 further weeks" in series(P, P, N, P).text
    assert not series(P, P, N, P, P).passed  # weeks four and five are not a pair
    assert series(P, P, N, P, P, P).passed


def test_the_window_of_a_day_and_a_missed_week_moves_the_series_on():
    first = date(2026, 9, 28)
    assert week_window(first, date(2026, 9, 27)) is None
    assert week_window(first, date(2026, 10, 4)).number == 1
    fifth = week_window(first, date(2026, 10, 26))
    assert (fifth.number, fifth.starts_on, fifth.ends_on) == (5, date(2026, 10, 26), date(2026, 11, 1))


def test_three_sessions_in_a_row_in_two_places():
    rule = {"repeat": 3, "settings": 2}

    def sessions(*rows):
        return standing(
            rule,
            [SignedAttempt(n, o, date(2026, 11, n), setting=s) for n, (o, s) in enumerate(rows, 1)],
            today=date(2026, 11, 20),
        ).passed

    assert sessions((P, "Market"), (P, "Café"), (P, "Market"))
    assert not sessions((P, "Market"), (P, "market "), (P, "Market."))
    assert not sessions((P, "Market"), (P, "Café"), (N, "Market"), (P, "Park"))


def test_live_items_must_all_be_right_and_the_window_must_be_over():
    rule = {"live": {"weeks": 8, "percent": 100}}
    start = date(2026, 9, 1)

    def live(outcomes, today):
        return standing(rule, signed(*outcomes), today=today, window_starts_on=start).passed

    assert live([P, P], date(2026, 10, 27))
    assert not live([P, P], date(2026, 10, 26))
    assert not live([P, N], date(2026, 10, 27))
    assert not live([], date(2026, 10, 27))
    assert not standing(rule, signed(P), today=date(2026, 12, 1)).passed


def test_a_reassessment_needs_three_working_days_more_learning_and_a_new_scenario():
    failed = signed(N, scenario="The bruise", assessor="Ife")

    def unmet(**facts):
        asked = {"today": date(2026, 10, 6), "scenario": "The missing money", "assessor": "Ife"} | facts
        return [
            line.text
            for line in reassessment(
                NextAttempt(
                    failed=failed, earliest_on=date(2026, 10, 6), learned_since=asked.pop("learned", True), **asked
                )
            )
            if not line.met
        ]

    assert unmet() == []
    assert len(unmet(today=date(2026, 10, 5))) == 1
    assert len(unmet(learned=False)) == 1
    assert len(unmet(scenario="the bruise!")) == 1


def test_the_last_attempt_is_by_another_assessor_and_there_is_no_fourth():
    def unmet(failed, assessor):
        facts = NextAttempt(
            today=date(2026, 11, 1), scenario="New", assessor=assessor, failed=failed, learned_since=True
        )
        return [line.text for line in reassessment(facts) if not line.met]

    twice = signed(N, N, scenario="x", assessor="Ife")
    assert unmet(twice, "Ife") == ["Another assessor for the last attempt"]
    assert unmet(twice, "Ros") == []
    assert len(unmet(signed(N, N, N, scenario="x", assessor="Ife"), "Ros")) == 1


def test_a_live_item_needs_every_criterion():
    two = [CriterionFact(1, "Reported the same shift", star=True), CriterionFact(2, "No miss found on audit")]
    rule = {"live": {"weeks": 8, "percent": 100}, "stars": "all"}
    assert compute(attempt("22", criteria=two, kind="live", rule=rule)).passed
    assert not compute(attempt("21", criteria=two, kind="live", rule=rule)).passed
