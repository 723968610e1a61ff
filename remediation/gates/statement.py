"""Whether a 'safe to practise' statement rests on tested practice, and the text proposed for it (§7.5, F58).

Pure. A statement that names no passed test, or names one only in a sentence about attendance, time served or the
absence of incidents, is refused: none of those shows practice (A7).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from records.wording import day_text, joined, plural

#: What shows that someone was present, or that time went by; never that they can do it.
NOT_EVIDENCE = (
    r"attend(?:ed|ance|s|ing)?\b",
    r"certificat\w*",
    r"e-?learning\b",
    r"(?:completed|finished|did|done|passed)\b[^.;]*\b(?:course|training|workshop|webinar|module)s?\b",
    r"(?:course|training|workshop|webinar|module)s?\b[^.;]*\b(?:completed|finished|done)\b",
    r"time served\b",
    r"no (?:further|more|new|other) (?:incident|concern|issue|problem|complaint)s?\b",
    r"(?:incident|concern|issue|problem|complaint)s? since\b[^.;]*\bnone\b",
    r"without (?:further |any )?(?:incident|concern|issue|problem)s?\b",
    r"\b(?:weeks?|months?) (?:have )?(?:passed|gone by)\b",
)
_NOT_EVIDENCE = re.compile("|".join(NOT_EVIDENCE), re.IGNORECASE)
#: What the proposed text leaves for the decider to say.
GAP = "…"
_GAPS = re.compile(rf"(?:with this condition: |managed by ){GAP}")


@dataclass(frozen=True)
class PassedTest:
    """One test that is passed, as a statement may cite it."""

    code: str
    title: str
    on: date
    assessor: str
    points: int | None = None
    possible: int | None = None


@dataclass(frozen=True)
class Said:
    """What a statement rests on: the tests it really names, and the words that are no evidence."""

    names: tuple[str, ...]
    not_evidence: tuple[str, ...]

    @property
    def rests_on_tests(self) -> bool:
        return bool(self.names)


def read(text: str, passed: Sequence[PassedTest]) -> Said:
    """Which passed tests a statement names in sentences that are about practice."""
    weak: list[str] = []
    rest: list[str] = []
    for sentence in re.split(r"(?<=[.!?;])\s+|\n+", text):
        found = _NOT_EVIDENCE.search(sentence)
        if found:
            weak.append(found.group(0).strip())
        else:
            rest.append(sentence)
    evidence = " ".join(rest)
    names = tuple(test.code for test in passed if _names(evidence, test))
    return Said(names, tuple(weak))


def _names(text: str, test: PassedTest) -> bool:
    code = re.search(rf"(?<!\w){re.escape(test.code)}(?!\w)", text)
    return bool(code) or (bool(test.title) and test.title.casefold() in text.casefold())


def propose(
    *,
    worker: str,
    task: str,
    condition: str,
    passed: Sequence[PassedTest],
    live_items: int,
    live_causes: Sequence[str],
    still_to_pass: Sequence[str] = (),
    next_check: date,
) -> str:
    """The §7.5 pattern filled from the passed tests; empty while none is passed."""
    if not passed:
        return ""
    seen = joined(_seen(test) for test in passed)
    # While a cause is live (G14) or a test still runs only a conditional decision is open, so nothing else is proposed.
    only_conditional = condition or live_causes or still_to_pass
    how = f"with this condition: {condition or GAP}" if only_conditional else "without a condition"
    parts = [f"{worker} may do this: {task}, {how}, because {seen}."]
    if live_items:
        parts.append(f"{plural(live_items, 'live item')} since met the standard.")
    if live_causes:
        parts.append(f"Still live as a cause: {joined(live_causes)}, managed by {GAP}.")
    parts.append(f"Next check: {day_text(next_check)}.")
    return " ".join(parts)


def has_gaps(text: str) -> bool:
    """Whether the proposed text was left with a place in it that the decider has not filled in."""
    return bool(_GAPS.search(text))


def says_without_a_condition(text: str) -> bool:
    """Whether the text says that the task comes back without a condition."""
    return "without a condition" in text.casefold()


def _seen(test: PassedTest) -> str:
    score = f", scoring {test.points} of {test.possible}" if test.possible else ""
    return f"on {day_text(test.on)} {test.assessor} saw {test.code} ({test.title}) passed{score}"
