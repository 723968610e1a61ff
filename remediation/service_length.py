"""Length of service, and the six months after which unfair-dismissal rights begin (ERA 2025; domain.md §0.1).

The service needed falls from two years to six months for dismissals effective on or after 1 January 2027.
A warning, never a rule: it says what a plan spans, and decides nothing.
"""

from __future__ import annotations

import calendar
from datetime import date

from accounts.models import Staff
from records.wording import day_text, plural

FROM = date(2027, 1, 1)
#: Contracts with the provider itself; agency workers and volunteers have no such service here.
COUNTS = (Staff.Contract.EMPLOYED, Staff.Contract.BANK)


def months_on(day: date, months: int) -> date:
    """The same day so many months later; the last day of a shorter month where there is no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def six_months_on(started_on: date) -> date:
    """27 July 2026 gives 27 January 2027."""
    return months_on(started_on, 6)


def served(started_on: date, on: date) -> str:
    """ "4 months" of service on a day; "less than a month" before the first is full."""
    months = (on.year - started_on.year) * 12 + on.month - started_on.month
    if months_on(started_on, months) > on:
        months -= 1
    if months < 1:
        return "less than a month"
    years, rest = divmod(months, 12)
    parts = [plural(years, "year") if years else "", plural(rest, "month") if rest else ""]
    return " ".join(part for part in parts if part)


def warning(worker: Staff, *, begins: date, ends: date | None) -> str:
    """The warning for a plan that spans the day, or ""; employed and bank staff only."""
    if worker.contract not in COUNTS:
        return ""
    day = six_months_on(worker.started_on)
    if ends is None or not begins <= day <= ends or ends < FROM:
        return ""
    return (
        f"This plan spans {day_text(day)}, when {worker.name} has six months' service. For a dismissal that takes "
        "effect on or after 1 January 2027, the right not to be unfairly dismissed begins at six months. Take HR "
        "advice on the process; the tests and the dates stay as they are."
    )
