"""How long each step took: the five times of a failure and the gaps between them (domain.md §4, F07).

Pure over a case's own columns and the time anything was first sent outside. Hours are real time, so a night
when the clocks change counts as 23 or 25 hours.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from incidents import gates
from incidents.models import Case
from records import times
from records.wording import gap_text, when_text


@dataclass(frozen=True)
class Step:
    """One of the five times: its code, name and moment, and the gap since the last known one before it.

    Somebody outside may have been told first (a worker rang the police at night): then there is no gap, and `note`
    says before whom.
    """

    code: str
    name: str
    at: datetime | None
    gap: timedelta | None = None
    #: What the gap means, in words: "before anyone was told".
    meaning: str = ""
    note: str = ""

    @property
    def hours(self) -> float | None:
        """The gap in hours to one decimal, e.g. 145.2."""
        return None if self.gap is None else round(self.gap.total_seconds() / 3600, 1)


NAMES = (
    ("occurred", "It happened", ""),
    ("noticed", "First noticed by staff", "before staff noticed"),
    ("reported", "Reported inside", "before anyone was told"),
    ("aware", "Registered person aware", "before the registered person knew"),
    ("sent", "First sent outside", "before anyone outside was told"),
)
#: What is said instead of a gap where somebody outside was told before this step.
TOLD_FIRST = {
    "occurred": "before the time given for it",
    "noticed": "before staff noticed",
    "reported": "before it was reported inside",
    "aware": "before the registered person knew",
}


def _sent_outside(case: Case) -> datetime | None:
    """When anyone outside was first told (the fifth timestamp), from the duties as the page has read them."""
    return min((one.sent_at for one in gates.duties_of(case) if one.sent_at is not None), default=None)


def five_times(case: Case) -> list[Step]:
    """The five steps in order. A time that is not known stays empty and the next gap counts from the last known."""
    sent = _sent_outside(case)
    moments = (
        case.occurred_at,
        case.first_noticed_at,
        case.reported_inside_at,
        case.registered_person_aware_at,
        sent,
    )
    steps: list[Step] = []
    last: datetime | None = None
    for (code, name, meaning), at in zip(NAMES, moments, strict=True):
        gap = at - last if at is not None and last is not None else None
        note = case.occurred_note if code == "occurred" else ""
        if code == "aware" and at is None:
            note = f"not recorded; assumed {when_text(case.logged_at)}, when this was logged, until somebody says"
        if gap is not None and gap < timedelta(0):
            known = next(step for step in reversed(steps) if step.at is not None)
            note = f"told outside {TOLD_FIRST[known.code]}, {gap_text(gap)} earlier"
            gap = None
        steps.append(Step(code, name, at, gap, meaning if gap is not None else "", note))
        last = at or last
    return steps


def noticed_to_reported(case: Case) -> float | None:
    """Hours from first noticed by any employee to reported inside; None while not reported (§10)."""
    if case.reported_inside_at is None:
        return None
    return round(times.hours_between(case.first_noticed_at, case.reported_inside_at), 1)


def reported_to_sent(case: Case) -> float | None:
    """Hours from reported inside to first sent outside; None while either is not known, or told outside first."""
    sent = _sent_outside(case)
    if case.reported_inside_at is None or sent is None or sent < case.reported_inside_at:
        return None
    return round(times.hours_between(case.reported_inside_at, sent), 1)
