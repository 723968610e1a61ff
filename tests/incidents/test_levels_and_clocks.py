"""The pure parts: level, timescales, latency."""

import pytest

from incidents.duties import DUTIES
from incidents.latency import noticed_to_reported
from incidents.levels import in_words, level_of
from incidents.models import Case, Level
from incidents.timescales import review_span, timescale
from records.times import days_later, london


@pytest.mark.parametrize(
    ("harm", "potential", "likelihood", "floors", "level"),
    [
        (0, 1, 1, (), 1),
        (1, 3, 1, (), 1),
        (2, 1, 1, (), 2),
        (0, 2, 2, (), 2),
        (0, 3, 2, (), 2),
        (3, 1, 1, (), 3),
        (1, 3, 3, (), 3),
        (0, 4, 2, (), 3),
        (0, 4, 3, (), 4),
        (4, 1, 1, (), 4),
        (0, 1, 1, ("sexual_allegation",), 3),
        (0, 1, 1, ("altered_records",), 3),
        (0, 1, 1, ("multiple_people",), 4),
        (0, 4, 4, ("sexual_allegation",), 4),
    ],
)
def test_the_level_is_the_higher_of_harm_and_score_and_a_floor_lifts_it(harm, potential, likelihood, floors, level):
    assert level_of(harm=harm, potential=potential, likelihood=likelihood, floors=floors) == level


def test_how_a_level_was_reached_is_told_in_words_with_what_lifted_it():
    assert in_words(harm=1, potential=3, likelihood=3) == (
        "Harm 1 of 4 (minor, gone within 24 hours). If repeated 3 of 4 (serious) × likelihood 3 of 4 (likely) = 9."
    )
    lifted = in_words(harm=0, potential=1, likelihood=1, floors=["altered_records", "multiple_people"])
    assert lifted.endswith("= 1. At least L4: records were altered and several people are affected.")


def test_a_number_outside_its_scale_is_refused():
    with pytest.raises(ValueError):
        level_of(harm=5, potential=1, likelihood=1)
    with pytest.raises(ValueError):
        level_of(harm=0, potential=0, likelihood=1)


AWARE = london(2026, 10, 12, 9, 35)  # case 1: Monday


def test_case_1_has_its_chronology_review_in_24_hours_and_its_first_review_in_72():
    table = timescale(Level.L3)
    assert table.chronology_review.after(AWARE) == london(2026, 10, 13, 9, 35)
    assert table.first_review.after(AWARE) == london(2026, 10, 15, 9, 35)
    assert table.then.words == "7 days"


def test_an_unrated_case_runs_on_the_clocks_of_l3():
    assert timescale(None) == timescale(Level.L3)


def test_l4_is_reviewed_every_72_hours_four_times_and_then_weekly():
    table = timescale(Level.L4)
    assert table.first_review.hours == 24
    assert [table.later_review(done).words for done in (1, 2, 3, 4, 5)] == ["72 hours"] * 4 + ["7 days"]


def test_a_suspension_is_reviewed_within_7_days_and_then_14_whatever_the_level():
    assert review_span(Level.L1, None, reviews_done=0, suspension=True).words == "7 days"
    assert review_span(Level.L1, None, reviews_done=1, suspension=True).words == "14 days"
    assert review_span(Level.L4, None, reviews_done=0, suspension=True).words == "24 hours"


def test_working_days_skip_the_christmas_bank_holidays_of_2026():
    thursday = london(2026, 12, 24, 10, 0)
    assert timescale(Level.L1).decide.after(thursday) == london(2026, 12, 30, 10, 0)


def test_the_cqc_clock_never_rolls_over_a_weekend():
    saturday = london(2026, 10, 10, 22, 0)
    assert DUTIES["cqc_r18"].clocks(saturday) == (london(2026, 10, 11, 2, 0), london(2026, 10, 11, 22, 0))


def test_the_duties_of_case_1_fall_due_as_the_case_says():
    assert DUTIES["cqc_r18"].clocks(AWARE) == (london(2026, 10, 12, 13, 35), london(2026, 10, 13, 9, 35))
    assert DUTIES["la_safeguarding"].clocks(AWARE)[1] == london(2026, 10, 13, 9, 35)
    assert DUTIES["commissioner"].clocks(AWARE)[1] == london(2026, 10, 13, 9, 35)
    assert DUTIES["emergency_police"].clocks(AWARE)[1] == london(2026, 10, 12, 23, 59)


def test_a_clock_over_the_autumn_night_counts_real_hours():
    saturday = london(2026, 10, 24, 12, 0)
    assert DUTIES["cqc_r18"].clocks(saturday)[1] == london(2026, 10, 25, 11, 0)


def test_days_are_those_of_the_wall_clock_over_the_nights_when_the_clocks_change():
    assert timescale(Level.L3).then.after(london(2026, 10, 20, 9, 35)) == london(2026, 10, 27, 9, 35)
    assert timescale(Level.L1).first_review.after(london(2027, 3, 10, 9, 35)) == london(2027, 4, 7, 9, 35)
    assert days_later(london(2026, 10, 19, 11, 40), 28) == london(2026, 11, 16, 11, 40)


def test_every_line_of_the_table_says_its_instrument_and_its_time():
    assert len(DUTIES) == 19
    for line in DUTIES.values():
        assert line.instrument and line.time_words and line.trigger, line.code
    assert {code for code, line in DUTIES.items() if line.needs_second_for_no} == {
        "emergency_police",
        "la_safeguarding",
        "cqc_r18",
        "dbs",
    }


def test_the_latency_of_case_1_is_145_point_2_hours():
    case = Case(
        first_noticed_at=london(2026, 10, 6, 8, 10),
        reported_inside_at=london(2026, 10, 12, 9, 20),
        registered_person_aware_at=AWARE,
    )
    assert noticed_to_reported(case) == 145.2
