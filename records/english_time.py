"""Reading a date and a time as people type them ("9.30", "0930", "9:30am", "midday") on an English clock.

The two nights a year when the clock moves are decided here: an hour that did not happen is refused, an hour
that happened twice is asked about, never guessed (architecture.md "Known traps": 25 October 2026 and
28 March 2027).
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time

from records.times import LONDON

_MONTH_NAMES = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_CLOCK = re.compile(r"^(\d{1,2})(?:[:.\s]?(\d{2}))?\s*([ap])?\.?\s*(?:m)?\.?$")


class NotATime(ValueError):
    """What was typed is not a time of day."""


class NeverHappened(ValueError):
    """The clocks went forward over this time."""


class HappenedTwice(ValueError):
    """The clocks went back over this time and nobody has said which of the two it was."""


def read_time(typed: str) -> time:
    """A time of day from what a person typed. Raises `NotATime`.

    A bare hour ("9") is refused: it could be morning or evening.
    """
    text = " ".join(typed.lower().split())
    if text in {"midday", "noon"}:
        return time(12, 0)
    if text == "midnight":
        return time(0, 0)
    found = _CLOCK.match(text)
    if not found:
        raise NotATime(typed)
    digits, minutes, half = found.groups()
    if minutes is None and half is None:
        raise NotATime(typed)
    hour, minute = int(digits), int(minutes or 0)
    if half:
        if not 1 <= hour <= 12:
            raise NotATime(typed)
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 23 or minute > 59:
        raise NotATime(typed)
    return time(hour, minute)


def read_month(typed: str) -> int:
    """A month number from "10", "Oct" or "October". Raises `ValueError`."""
    text = typed.strip().lower().rstrip(".")
    if text.isdecimal():
        month = int(text)
        if not 1 <= month <= 12:
            raise ValueError(typed)
        return month
    if len(text) >= 3:
        for number, name in enumerate(_MONTH_NAMES, start=1):
            if name.startswith(text) or (text == "sept" and number == 9):
                return number
    raise ValueError(typed)


def moment(day: date, clock: time, *, second_time: bool | None = None) -> datetime:
    """The UTC moment at which an English clock showed this. Raises `NeverHappened` or `HappenedTwice`.

    `second_time` answers the question the autumn night asks: False for before the clocks went back (summer
    time), True for after.
    """
    first = datetime.combine(day, clock, tzinfo=LONDON)
    if first.astimezone(UTC).astimezone(LONDON).replace(tzinfo=None) != datetime.combine(day, clock):
        raise NeverHappened(first)
    second = first.replace(fold=1)
    if first.utcoffset() != second.utcoffset():
        if second_time is None:
            raise HappenedTwice(first)
        return (second if second_time else first).astimezone(UTC)
    return first.astimezone(UTC)


def is_second_time(value: datetime) -> bool | None:
    """Which of the two hours a stored moment is, or None where its clock time happened once."""
    local = value.astimezone(LONDON)
    twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return local.fold == 1 if twice else None
