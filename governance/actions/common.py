"""What the actions of this floor share: text that was really written, days that are still to come."""

from __future__ import annotations

from datetime import date

from records import times
from records.refusals import Refused


def said(text: str, field: str, sentence: str, *, code: str = "MISSING", source: str = "") -> str:
    """The text without its outer blanks; refused when nothing is left of it."""
    stripped = (text or "").strip()
    if not stripped:
        raise Refused(code, sentence, field=field, source=source)
    return stripped


def not_before_today(day: date, field: str, what: str) -> date:
    """A day that is today or later in England; refused otherwise."""
    if day < times.today():
        raise Refused("DATE", f"{what} must be today or in the future.", field=field)
    return day
