"""How the product says dates, lengths of time and lists: the way people say them, exact on the same line.

Pure text: aware datetimes (or plain dates) in, a sentence part out. Everything is said in Europe/London
(ux.md "Look"); nothing here reads the clock unless `now` is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from django.utils import timezone

from records.times import LONDON

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
#: What stands for a whole day where a moment is needed (records.times.end_of_day, governance/due_view.py).
END_OF_DAY = time(23, 59)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Urgency(StrEnum):
    """How near a due date is. The word is always shown; the colour only repeats it."""

    OVERDUE = "overdue"
    TODAY = "today"
    SOON = "soon"
    LATER = "later"


def plural(count: int, one: str, many: str | None = None) -> str:
    """ "1 day", "2 days": the number and the word that goes with it."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def in_london(moment: datetime) -> datetime:
    """The same moment on an English clock. A naive datetime is refused: it has no moment to show."""
    if timezone.is_naive(moment):
        raise ValueError("A time without a zone cannot be shown: it could be an hour out.")
    return moment.astimezone(LONDON)


def day_text(day: date, *, year: bool = True) -> str:
    """ "Thu 15 Oct 2026". The names do not depend on the server's language."""
    if isinstance(day, datetime):
        day = in_london(day).date()
    text = f"{_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"
    return f"{text} {day.year}" if year else text


def time_text(moment: datetime) -> str:
    """ "09:35" on an English clock."""
    return in_london(moment).strftime("%H:%M")


def when_text(moment: date, *, year: bool = True) -> str:
    """ "Thu 15 Oct 2026, 09:35", or only the day when only the day is known."""
    if isinstance(moment, datetime):
        return f"{day_text(moment, year=year)}, {time_text(moment)}"
    return day_text(moment, year=year)


def gap_text(length: timedelta) -> str:
    """The two largest units: "6 days 1 hour", "3 hours 20 minutes", "5 minutes". Never rounds up."""
    seconds = int(abs(length).total_seconds())
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes = rest // 60
    if days:
        parts = [plural(days, "day"), plural(hours, "hour") if hours else ""]
    elif hours:
        parts = [plural(hours, "hour"), plural(minutes, "minute") if minutes else ""]
    elif minutes:
        parts = [plural(minutes, "minute")]
    else:
        return "less than a minute"
    return " ".join(part for part in parts if part)


def largest_unit_text(length: timedelta) -> str:
    """One unit, cut down: "2 days", "5 hours", "20 minutes", "less than a minute"."""
    seconds = int(abs(length).total_seconds())
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            return plural(seconds // size, unit)
    return "less than a minute"


def due_day(due: date) -> date:
    """The day alone of what is due on a day: the due view gives such a promise its last minute in England, 23:59.

    A promise with a real time of day is given back as it is. For due dates only: something that happened at 23:59 did.
    """
    if isinstance(due, datetime) and in_london(due).time().replace(microsecond=0) == END_OF_DAY:
        return in_london(due).date()
    return due


def due_when_text(due: date, *, year: bool = True) -> str:
    """When something is or was due, without a time where it has only a day."""
    return when_text(due_day(due), year=year)


def urgency(due: date, *, now: datetime | None = None) -> Urgency:
    """Overdue, today, soon (within seven days) or later. A day without a time is overdue the day after."""
    now = now or timezone.now()
    due = due_day(due)
    today = in_london(now).date()
    if isinstance(due, datetime):
        if due < now:
            return Urgency.OVERDUE
        day = in_london(due).date()
    else:
        if due < today:
            return Urgency.OVERDUE
        day = due
    if day == today:
        return Urgency.TODAY
    return Urgency.SOON if day - today <= timedelta(days=7) else Urgency.LATER


def due_text(due: date, *, now: datetime | None = None, by: bool = False) -> str:
    """ "2 days overdue · was due Thu 15 Oct, 09:35"; "due tomorrow · Fri 16 Oct, 09:35".

    `by`: "overdue by 2 days", for a place that has said "Next due" before it.
    The year is added only where it is not the current one. From one day on, days are counted on the calendar in
    England, for a moment as for a day: one promise must not be 6 days late in a list and 7 on its page.
    """
    now = now or timezone.now()
    due = due_day(due)
    today = in_london(now).date()
    day = in_london(due).date() if isinstance(due, datetime) else due
    exact = when_text(due, year=day.year != today.year)
    if urgency(due, now=now) is Urgency.OVERDUE:
        late = plural((today - day).days, "day")
        if isinstance(due, datetime) and now - due < timedelta(days=1):
            late = largest_unit_text(now - due)
        return f"{f'overdue by {late}' if by else f'{late} overdue'} · was due {exact}"
    if day == today:
        if isinstance(due, datetime):
            return f"due today, in {largest_unit_text(due - now)} · {exact}"
        return f"due today · {exact}"
    away = (day - today).days
    return f"due tomorrow · {exact}" if away == 1 else f"due in {away} days · {exact}"


def joined(words: Iterable[str], last: str = "and") -> str:
    """ "a, b and c"."""
    items = [str(word) for word in words]
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def rule_words(source: str) -> str:
    """Where a rule is written, for somebody who does not have our papers: "rule A3", "rules S1 and S2"; a law or
    guidance by its own name. Empty where the source is a paragraph of ours without a rule of its own name."""
    if not re.search(r"domain\.md|features\.md|^[A-Z]\d+\b", source):
        return source
    rules = list(dict.fromkeys(re.findall(r"\b[AGS]\d{1,2}\b", source)))
    return f"{'rule' if len(rules) == 1 else 'rules'} {joined(rules)}" if rules else ""
