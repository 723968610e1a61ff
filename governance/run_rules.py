"""What a run chart may claim, and when it may claim nothing (domain.md §10). Pure: numbers in, words out.

One rule set, printed wherever it is used: the median of the points before the change; six points in a row on
one side of it (points on the median are passed over) is a shift. Fewer than ten points claim nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import median

#: Fewer points than this are drawn, and claim nothing.
ENOUGH = 10
#: So many in a row on one side of the median are a shift.
IN_A_ROW = 6
RULE = f"Run chart: {IN_A_ROW} points in a row on one side of the median; fewer than {ENOUGH} points claim nothing"


@dataclass(frozen=True)
class Reading:
    """What the points say. `verdict` is one of the four words' codes, as advice only: a person signs the verdict."""

    n: int
    median: Decimal | None
    verdict: str
    words: str

    @property
    def short(self) -> str:
        """The finding alone, without the rule: for a sentence that names several measures."""
        return self.words.split(".")[0].lower()

    @property
    def enough(self) -> bool:
        return self.n >= ENOUGH


def newest_shift(values: Sequence[Decimal], middle: Decimal) -> tuple[int, bool]:
    """(its length, whether it lies above) of the newest run that is a shift; (0, False) without one.

    Points on the median are passed over. The newest counts: after a relapse the better weeks before it are past.
    """
    length, above, found = 0, False, (0, False)
    for value in values:
        if value == middle:
            continue
        length, above = (length + 1 if (value > middle) == above else 1), value > middle
        if length >= IN_A_ROW:
            found = (length, above)
    return found


def read(
    points: Sequence[tuple[date, Decimal]], *, change_on: date | None, baseline: Decimal, target: Decimal, higher: bool
) -> Reading:
    """Read the points of one measure. The median is that of the points before the change, else the baseline."""
    n = len(points)
    before = [value for on, value in points if change_on is not None and on < change_on]
    after = [value for on, value in points if change_on is None or on >= change_on]
    middle = Decimal(median(before)) if before else baseline
    if n < ENOUGH:
        return Reading(n, middle, "not_yet_shown", f"Too few points to say: {n} of at least {ENOUGH}. {RULE}.")
    length, above = newest_shift(after, middle)
    reached = bool(after) and (after[-1] >= target if higher else after[-1] <= target)
    said = f"n = {n}, median {middle:g} before the change. {RULE}."
    if length and above == higher:
        tail = "and the target is reached" if reached else "but the target is not reached yet"
        return Reading(
            n,
            middle,
            "changed" if reached else "not_yet_shown",
            f"A shift for the better ({length} in a row), {tail}. {said}",
        )
    if length:
        return Reading(n, middle, "worse", f"A shift for the worse ({length} in a row). {said}")
    return Reading(n, middle, "not_changed", f"No shift is shown. {said}")
