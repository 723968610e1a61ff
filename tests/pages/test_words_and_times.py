"""How dates are read and said. No browser, no database."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError

from records import wording
from records.english_time import HappenedTwice, NeverHappened, NotATime, moment, read_month, read_time
from records.fields import WhenField
from records.forms import DateField
from records.times import london


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("9.30", time(9, 30)),
        ("0930", time(9, 30)),
        ("930", time(9, 30)),
        ("9:30am", time(9, 30)),
        ("9:30 a.m.", time(9, 30)),
        ("9.30PM", time(21, 30)),
        ("9pm", time(21, 0)),
        ("12am", time(0, 0)),
        ("12:15 pm", time(12, 15)),
        ("midday", time(12, 0)),
        ("Midnight", time(0, 0)),
        ("23:59", time(23, 59)),
        (" 14 05 ", time(14, 5)),
    ],
)
def test_a_time_is_read_as_people_type_it(typed: str, expected: time) -> None:
    assert read_time(typed) == expected


@pytest.mark.parametrize("typed", ["9", "25:00", "9.75", "13pm", "0am", "soon", "", "9:3", "12345"])
def test_what_is_not_a_time_is_refused_and_a_bare_hour_too(typed: str) -> None:
    with pytest.raises(NotATime):
        read_time(typed)


def test_a_month_is_read_as_a_number_or_a_name() -> None:
    assert [read_month(text) for text in ("10", "Oct", "october", "Sept", "3")] == [10, 10, 10, 9, 3]
    for wrong in ("13", "0", "o", "xyz"):
        with pytest.raises(ValueError, match=wrong):
            read_month(wrong)


def test_an_hour_the_clocks_skipped_never_happened() -> None:
    with pytest.raises(NeverHappened):
        moment(date(2027, 3, 28), time(1, 30))
    assert moment(date(2027, 3, 28), time(2, 0)) == datetime(2027, 3, 28, 1, 0, tzinfo=UTC)
    assert moment(date(2027, 3, 28), time(0, 59)) == datetime(2027, 3, 28, 0, 59, tzinfo=UTC)


def test_an_hour_that_came_twice_needs_an_answer() -> None:
    with pytest.raises(HappenedTwice):
        moment(date(2026, 10, 25), time(1, 30))
    first = moment(date(2026, 10, 25), time(1, 30), second_time=False)
    second = moment(date(2026, 10, 25), time(1, 30), second_time=True)
    assert (first, second) == (
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
    )
    assert moment(date(2026, 10, 25), time(2, 0)) == datetime(2026, 10, 25, 2, 0, tzinfo=UTC)


def test_a_stored_moment_is_shown_again_as_it_was_typed() -> None:
    field = WhenField("When?")
    for stored in (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)):
        assert field.clean(field.prepare_value(stored)) == stored
    assert field.prepare_value(datetime(2026, 7, 1, 8, 0, tzinfo=UTC))["time"] == "09:00"


@time_machine.travel(datetime(2026, 10, 12, 8, 35, 30, tzinfo=UTC), tick=False)
def test_past_means_not_after_this_minute_in_england() -> None:
    field = WhenField("When?", name="When it was noticed", past=True)
    typed = {"day": "12", "month": "10", "year": "2026", "time": "09:35"}
    assert field.clean(typed) == datetime(2026, 10, 12, 8, 35, tzinfo=UTC)
    with pytest.raises(ValidationError, match="When it was noticed must be in the past"):
        field.clean(typed | {"time": "09:36"})
    future = WhenField("When?", name="The next review", future=True)
    assert future.clean(typed | {"time": "09:36"})
    with pytest.raises(ValidationError, match="The next review must be in the future"):
        future.clean(typed | {"time": "09:34"})


@time_machine.travel(datetime(2026, 10, 11, 23, 30, tzinfo=UTC), tick=False)
def test_today_is_the_english_day() -> None:
    assert DateField("Day?", past=True).clean({"day": "12", "month": "10", "year": "2026"}) == date(2026, 10, 12)


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({"day": "31", "month": "2", "year": "2026"}, "The date must be a real date"),
        ({"day": "x", "month": "2", "year": "2026"}, "the day is a number from 1 to 31"),
        ({"day": "1", "month": "2", "year": "26"}, "must have a year of 4 numbers"),
        ({"day": "1", "month": "", "year": ""}, "must include a month and year"),
    ],
)
def test_a_date_error_says_which_part_is_wrong(typed: dict[str, str], error: str) -> None:
    with pytest.raises(ValidationError, match=error):
        DateField("Day?").clean(typed)


NOW = london(2026, 10, 17, 12, 0)


@pytest.mark.parametrize(
    ("due", "said"),
    [
        (london(2026, 10, 15, 9, 35), "2 days overdue · was due Thu 15 Oct, 09:35"),
        (london(2026, 10, 17, 9, 35), "2 hours overdue · was due Sat 17 Oct, 09:35"),
        (london(2026, 10, 17, 11, 59), "1 minute overdue · was due Sat 17 Oct, 11:59"),
        (london(2026, 10, 17, 15, 0), "due today, in 3 hours · Sat 17 Oct, 15:00"),
        (london(2026, 10, 18, 9, 0), "due tomorrow · Sun 18 Oct, 09:00"),
        (london(2027, 1, 4, 9, 0), "due in 79 days · Mon 4 Jan 2027, 09:00"),
        # A moment of another day is counted on the calendar like a day, so that both say the same.
        (london(2026, 10, 15, 23, 0), "2 days overdue · was due Thu 15 Oct, 23:00"),
        (london(2026, 10, 16, 13, 0), "23 hours overdue · was due Fri 16 Oct, 13:00"),
        # The last minute of a day stands for the day.
        (london(2026, 10, 11, 23, 59), "6 days overdue · was due Sun 11 Oct"),
        (london(2026, 10, 16, 23, 59), "1 day overdue · was due Fri 16 Oct"),
        (london(2026, 10, 17, 23, 59), "due today · Sat 17 Oct"),
        (london(2026, 11, 30, 23, 59), "due in 44 days · Mon 30 Nov"),
        (date(2026, 10, 16), "1 day overdue · was due Fri 16 Oct"),
        (date(2026, 10, 17), "due today · Sat 17 Oct"),
    ],
)
def test_a_due_date_is_said_as_people_say_it_and_exactly(due: date, said: str) -> None:
    assert wording.due_text(due, now=NOW) == said


def test_a_gap_is_said_in_its_two_largest_units() -> None:
    noticed, reported = london(2026, 10, 6, 8, 10), london(2026, 10, 12, 9, 20)
    assert wording.gap_text(reported - noticed) == "6 days 1 hour"
    assert wording.gap_text(timedelta(minutes=15)) == "15 minutes"
    assert wording.gap_text(timedelta(hours=3, minutes=20)) == "3 hours 20 minutes"
    assert wording.gap_text(timedelta(seconds=20)) == "less than a minute"


def test_a_moment_is_shown_in_english_time_with_its_day() -> None:
    assert wording.when_text(datetime(2026, 10, 15, 8, 35, tzinfo=UTC)) == "Thu 15 Oct 2026, 09:35"
    with pytest.raises(ValueError, match="without a zone"):
        wording.when_text(datetime(2026, 10, 15, 8, 35))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("domain.md §0.2 A3", "rule A3"),
        ("domain.md A5", "rule A5"),
        ("G4, domain.md §6, §8 G4", "rule G4"),
        ("domain.md §5, S9", "rule S9"),
        ("domain.md §1 S1, S3 and S9", "rules S1, S3 and S9"),
        ("domain.md §13", ""),
        ("F71", ""),
        ("", ""),
        ("Care Act 2014, section 42", "Care Act 2014, section 42"),
    ],
)
def test_a_rule_is_named_for_people_who_do_not_have_our_papers(source: str, words: str) -> None:
    assert wording.rule_words(source) == words
