"""By when: the table of domain.md §3 as data, one lookup for every page and action (F18).

`timescale(level, provider)` is the only way in, so that a provider's own table can be read here later.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from incidents.levels import level_for_clocks
from incidents.models import Level
from records import times

if TYPE_CHECKING:
    from accounts.models import Provider

#: A shift, in hours: "same shift" decisions, and entries written later than this are late.
SHIFT_HOURS = 12


@dataclass(frozen=True)
class Span:
    """A length of time: real hours, which never rest, days of the wall clock, or working days in England.

    Seven days end at the same time of day, also where the clocks changed; working days skip bank holidays. `same_day` ends with the day it starts in, in England. `words` is how a page says it.
    """

    words: str
    hours: int = 0
    days: int = 0
    working_days: int = 0
    same_day: bool = False

    def after(self, start: datetime) -> datetime:
        """The moment this span ends, as UTC."""
        if self.same_day:
            return times.end_of_day(times.to_london(start).date())
        if self.working_days:
            return times.working_days_later(start, self.working_days)
        if self.days:
            return times.days_later(start, self.days)
        return start + timedelta(hours=self.hours)


def hours(count: int) -> Span:
    return Span(f"{count} hour{'' if count == 1 else 's'}", hours=count)


def days(count: int) -> Span:
    return Span(f"{count} days", days=count)


def working_days(count: int) -> Span:
    return Span(f"{count} working day{'' if count == 1 else 's'}", working_days=count)


#: A body outside that stays silent (§13): ask it, ask again, then ask for its team manager, from when it was told.
ASK_FOR_REPLY, ASK_AGAIN, ASK_THEIR_MANAGER = working_days(2), working_days(5), working_days(6)
#: A notice that turned out to be late: why is said within this.
SAY_WHY_LATE = hours(24)
SAME_DAY = Span("the same day", same_day=True)
SAME_SHIFT = Span("the same shift", hours=SHIFT_HOURS)


@dataclass(frozen=True)
class Timescale:
    """One row of the table. `early` is the interval of the first `early_reviews` later reviews, then `then`."""

    rate: Span
    decide: Span
    chronology_review: Span
    first_review: Span
    then: Span
    early: Span | None = None
    early_reviews: int = 0

    def later_review(self, reviews_done: int) -> Span:
        """The interval to the next review when `reviews_done` reviews have been made (at least one)."""
        if self.early is not None and reviews_done <= self.early_reviews:
            return self.early
        return self.then


TABLE: dict[Level, Timescale] = {
    Level.L4: Timescale(
        rate=hours(4),
        decide=hours(1),
        chronology_review=hours(4),
        first_review=hours(24),
        early=hours(72),
        early_reviews=4,
        then=days(7),
    ),
    Level.L3: Timescale(
        rate=SAME_DAY, decide=SAME_SHIFT, chronology_review=hours(24), first_review=hours(72), then=days(7)
    ),
    Level.L2: Timescale(
        rate=hours(24), decide=hours(24), chronology_review=hours(72), first_review=days(7), then=days(14)
    ),
    Level.L1: Timescale(
        rate=working_days(2),
        decide=working_days(2),
        chronology_review=working_days(5),
        first_review=days(28),
        then=days(28),
    ),
}
#: A precautionary suspension: first review, later reviews, and when the nominated individual must look.
SUSPENSION_FIRST, SUSPENSION_THEN, SUSPENSION_TO_NI = days(7), days(14), days(28)


def timescale(level: int | None, provider: Provider | None = None) -> Timescale:
    """The timescales of a level; an unrated case counts as L3. `provider` is where its own table will be read."""
    return TABLE[level_for_clocks(level)]


def review_span(level: int | None, provider: Provider | None, *, reviews_done: int, suspension: bool) -> Span:
    """The longest time to the next review of a control: the shorter of the level's and a suspension's."""
    table = timescale(level, provider)
    span = table.later_review(reviews_done) if reviews_done else table.first_review
    if not suspension:
        return span
    limit = SUSPENSION_THEN if reviews_done else SUSPENSION_FIRST
    return min(span, limit, key=lambda one: one.hours or (one.days or one.working_days) * 24)
