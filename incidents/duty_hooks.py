"""Where this floor joins the one below: whoever leaves while their practice is looked at brings up the DBS (F22)."""

from __future__ import annotations

from datetime import date

from accounts.models import Staff, User
from incidents.actions.duty_questions import ask_about_leaver


def on_leaving(staff: Staff, last_day: date, by: User) -> None:
    """Leaving ends no duty: the question comes up in every open case of theirs (§4, §8)."""
    ask_about_leaver(by=by, staff=staff, last_day=last_day)
