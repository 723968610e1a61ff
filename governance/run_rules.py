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
    def enough(self) -> bool:
        return self.n >= ENOUGH


def longest_run(values: Sequence[Decimal], middle: Decimal) -> tuple[int, int]:
    """(longest run above, longest run below) the median; points on it are passed over."""
    above = below = best_above = best_below = 0
    for value in values:
        if value == middle:
            continue
        above, below = (above + 1, 0) if value > middle else (0, below + 1)
        best_above, best_below = max(best_above, above), max(best_below, below)
    return best_above, best_below


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
    up, down = longest_run(after, middle)
    better, worse = (up, down) if higher else (down, up)
    reached = bool(after) and (after[-1] >= target if higher else after[-1] <= target)
    said = f"n = {n}, median {middle:g} before the change. {RULE}."
    if better >= IN_A_ROW:
        tail = "and the target is reached" if reached else "but the target is not reached yet"
        return Reading(
            n,
            middle,
            "changed" if reached else "not_yet_shown",
            f"A shift for the better ({better} in a row), {tail}. {said}",
        )
    if worse >= IN_A_ROW:
        return Reading(n, middle, "worse", f"A shift for the worse ({worse} in a row). {said}")
    return Reading(n, middle, "not_changed", f"No shift is shown. {said}")
