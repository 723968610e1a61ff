"""Whether an attempt at a practice test is passed, from the rule fixed beforehand and the marks given (§7.2–7.4).

Pure: facts in, a `Result` with its reasons in words out. The same function fills the end page of an attempt and
decides in the action that signs it. The keys of a rule are those of remediation/pass_rules.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from records.wording import day_text, plural

NOT_OBSERVED = "N"
FULL = 2
PASSED, NOT_PASSED, NOT_VALID = "passed", "not_passed", "not_valid"


@dataclass(frozen=True)
class CriterionFact:
    """One criterion of the test, by its order."""

    order: int
    text: str
    star: bool = False
    group: str = ""


@dataclass(frozen=True)
class MarkFact:
    """One mark: "0", "1", "2" or "N", and what was seen or heard."""

    mark: str
    saw_heard: str

    @property
    def points(self) -> int:
        return 0 if self.mark == NOT_OBSERVED else int(self.mark)


@dataclass(frozen=True)
class AttemptFacts:
    """Everything a pass is computed from. `other_texts` are normalised texts of the assessor's other forms."""

    kind: str
    rule: Mapping[str, Any]
    criteria: Sequence[CriterionFact]
    marks: Mapping[int, MarkFact]
    minutes: int | None = None
    direct_contact: bool = True
    unsafe_answer: str = ""
    competent: str = "competent"
    other_texts: frozenset[str] = frozenset()
    #: For a set of sessions: where this one was, where the passed ones were, how many are still to come.
    setting: str = ""
    other_settings: tuple[str, ...] = ()
    sessions_left: int = 0


@dataclass(frozen=True)
class Reason:
    """One line of the result. `order` is the criterion it is about, 0 when it is about the whole."""

    met: bool
    text: str
    order: int = 0

    def __str__(self) -> str:
        return f"{'Met' if self.met else 'Not met'}: {self.text}"


@dataclass(frozen=True)
class Result:
    """What the rule says of one attempt, before anyone signs it."""

    outcome: str
    points: int
    possible: int
    reasons: tuple[Reason, ...]
    #: A star criterion was unsafe: stop, make safe, consider a new concern (§7.3).
    stop: bool = False

    @property
    def passed(self) -> bool:
        return self.outcome == PASSED

    @property
    def percent(self) -> int:
        return self.points * 100 // self.possible if self.possible else 0

    @property
    def lines(self) -> list[str]:
        return [str(reason) for reason in self.reasons]


def normalised(text: str) -> str:
    """A text without case, punctuation and spacing: two forms with equal ones are copies of each other."""
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))


def compute(facts: AttemptFacts) -> Result:
    """The outcome of one attempt by its rule, with every reason in words."""
    reasons = [
        *_complete(facts),
        *_evidence(facts),
        *_safe(facts),
        *_rule_met(facts),
        *_judgement(facts),
    ]
    invalid = _invalid(facts)
    outcome = PASSED if all(reason.met for reason in reasons) else NOT_PASSED
    scored = [mark for mark in facts.marks.values() if mark.mark != NOT_OBSERVED]
    return Result(
        outcome=NOT_VALID if invalid else outcome,
        points=sum(mark.points for mark in scored),
        possible=FULL * len(scored),
        reasons=(*invalid, *reasons),
        stop=any(one.star and _mark(facts, one) == "0" for one in facts.criteria),
    )


def _mark(facts: AttemptFacts, criterion: CriterionFact) -> str:
    given = facts.marks.get(criterion.order)
    return given.mark if given else ""


def _invalid(facts: AttemptFacts) -> list[Reason]:
    """Why this cannot count as a test at all (§7.3): too short, or nobody was supported."""
    watched = facts.kind == "observation"
    least = int(facts.rule.get("min_minutes", 15 if watched else 0))
    found = []
    if least and (facts.minutes or 0) < least:
        said = plural(facts.minutes or 0, "minute")
        found.append(Reason(False, f"Watched for {said}; under {least} minutes is not valid as a test"))
    if facts.rule.get("direct_contact", watched) and not facts.direct_contact:
        found.append(Reason(False, "There was no direct contact with a person, so it is not valid as a test"))
    if "settings" in facts.rule:
        places = len({normalised(one) for one in (facts.setting, *facts.other_settings)})
        if places + facts.sessions_left < int(facts.rule["settings"]):
            found.append(
                Reason(False, f"Every session so far was in the same place; {facts.rule['settings']} are needed")
            )
    return found


def _complete(facts: AttemptFacts) -> list[Reason]:
    missing = [one for one in facts.criteria if one.order not in facts.marks]
    if not facts.criteria:
        return [Reason(False, "The test has no criteria")]
    return [Reason(False, f"Criterion {one.order} has no mark yet", one.order) for one in missing]


def _evidence(facts: AttemptFacts) -> list[Reason]:
    """Blank or copied evidence fails (§7.3). What was not observed has nothing to describe."""
    found = []
    for order, mark in sorted(facts.marks.items()):
        if mark.mark == NOT_OBSERVED:
            continue
        words = normalised(mark.saw_heard)
        if not words:
            found.append(Reason(False, f"Criterion {order}: what you saw or heard is blank", order))
        elif words in facts.other_texts:
            found.append(Reason(False, f"Criterion {order}: the words are the same as in another of your forms", order))
    if not found and facts.marks:
        found.append(Reason(True, "Each mark has its own words for what was seen or heard"))
    return found


def _safe(facts: AttemptFacts) -> list[Reason]:
    if facts.unsafe_answer.strip():
        return [Reason(False, f"An unsafe answer ends the test: “{facts.unsafe_answer.strip()}”")]
    return []


def _rule_met(facts: AttemptFacts) -> list[Reason]:
    """The lines of the rule: stars, share of points, counts, how many were not observed."""
    criteria, rule = facts.criteria, facts.rule
    found: list[Reason] = []
    stars = [one for one in criteria if one.star]
    full = [one for one in criteria if _mark(facts, one) == str(FULL)]
    # A star is a star whether or not the rule says so again.
    short = [one for one in stars if one not in full]
    found += [
        Reason(False, f"Criterion {one.order} must be met and is {_said(_mark(facts, one))}", one.order)
        for one in short
    ]
    if stars and not short:
        found.append(Reason(True, f"Every criterion that must be met is 2 ({len(stars)} of {len(stars)})"))
    if "percent" in rule:
        scored = [one for one in criteria if _mark(facts, one) not in ("", NOT_OBSERVED)]
        points, possible = sum(int(_mark(facts, one)) for one in scored), FULL * len(scored)
        wanted = int(rule["percent"])
        reached = possible > 0 and points * 100 >= wanted * possible
        found.append(Reason(reached, f"{points} of {possible} points; {wanted}% is needed"))
    if "others_at_least" in rule:
        others = [one for one in full if not one.star]
        wanted, of = int(rule["others_at_least"]), len(criteria) - len(stars)
        found.append(Reason(len(others) >= wanted, f"{len(others)} of the {of} other points given; {wanted} needed"))
    if "correct_at_least" in rule:
        wanted = int(rule["correct_at_least"])
        found.append(Reason(len(full) >= wanted, f"{len(full)} of {len(criteria)} right; {wanted} needed"))
    if "live" in rule:
        found.append(Reason(len(full) == len(criteria), f"{len(full)} of {len(criteria)} met; a live item needs all"))
    if "series" in rule:
        found += _week_met(facts)
    return found + _observed(facts)


def _week_met(facts: AttemptFacts) -> list[Reason]:
    """One weekly check by itself: enough points, and no criterion at 0 (§7.2)."""
    points = sum(mark.points for mark in facts.marks.values())
    wanted = int(facts.rule["series"].get("points", 16))
    found = [Reason(points >= wanted, f"{points} of {FULL * len(facts.criteria)} points; {wanted} needed")]
    fell = [one.order for one in facts.criteria if _mark(facts, one) == "0"]
    return found + [Reason(False, f"Criterion {order} fell to 0", order) for order in fell]


def _observed(facts: AttemptFacts) -> list[Reason]:
    unseen = [one for one in facts.criteria if _mark(facts, one) == NOT_OBSERVED]
    most = int(facts.rule.get("max_not_observed", 1))
    if len(unseen) <= most:
        return []
    return [Reason(False, f"{len(unseen)} criteria were not observed; at most {most} may be")]


def _judgement(facts: AttemptFacts) -> list[Reason]:
    """The assessor's own judgement stands apart from the score: 'not yet' is never outvoted by points (F41)."""
    if facts.competent == "competent":
        return [Reason(True, "The assessor judges the worker competent in this")]
    if facts.competent == "not_yet":
        return [Reason(False, "The assessor judges the worker not yet competent in this")]
    return [Reason(False, "The assessor has not said whether the worker is competent in this")]


def _said(mark: str) -> str:
    return {"": "not marked", NOT_OBSERVED: "not observed"}.get(mark, mark)


# --- The test as a whole: several attempts ---------------------------------------------------------------


@dataclass(frozen=True)
class SignedAttempt:
    """One signed attempt that has not been withdrawn."""

    number: int
    outcome: str
    signed_on: date
    setting: str = ""
    scenario: str = ""
    assessor: Any = None
    week: int | None = None


@dataclass(frozen=True)
class Standing:
    """Where a whole test stands: passed, or what is still needed."""

    passed: bool
    text: str


def standing(
    rule: Mapping[str, Any],
    attempts: Iterable[SignedAttempt],
    *,
    today: date,
    window_starts_on: date | None = None,
) -> Standing:
    """Whether these attempts, oldest first, satisfy the whole test."""
    signed = list(attempts)
    if "series" in rule:
        return _series(rule["series"], signed)
    if "live" in rule:
        return _live(rule["live"], signed, today, window_starts_on)
    if signed and signed[-1].outcome == PASSED:
        return Standing(True, f"Passed at attempt {signed[-1].number}")
    return Standing(False, "Not passed yet" if signed else "Not attempted yet")


def _series(series: Mapping[str, Any], signed: list[SignedAttempt]) -> Standing:
    """Weekly checks: the weeks the rule names must all pass; else as many further weeks again (§7.2, case 2).

    A missed week is no check: weeks are counted as they were held, so the series simply ends later.
    """
    weeks = int(series.get("weeks", 4))
    run = len(series.get("must_pass") or [3, 4])
    held = [one.outcome == PASSED for one in signed]
    if len(held) < weeks:
        return Standing(False, f"{len(held)} of {weeks} weekly checks held")
    for last in range(weeks, len(held) + 1, run):
        if all(held[last - run : last]):
            return Standing(True, f"Weeks {last - run + 1} to {last} all met the standard")
    needed = run - (len(held) - weeks) % run
    return Standing(False, f"The last {run} weeks did not all meet the standard: {plural(needed, 'further week')}")


def _live(live: Mapping[str, Any], signed: list[SignedAttempt], today: date, window_starts_on: date | None) -> Standing:
    """Real concerns after duties came back: every one right, and the whole window gone by (P4)."""
    weeks, wanted = int(live.get("weeks", 8)), int(live.get("percent", 100))
    if window_starts_on is None:
        return Standing(False, "Starts when duties come back with a condition")
    items = [one for one in signed if one.signed_on >= window_starts_on]
    right = sum(1 for one in items if one.outcome == PASSED)
    ends = window_starts_on + timedelta(weeks=weeks)
    if items and right * 100 < wanted * len(items):
        return Standing(False, f"{right} of {plural(len(items), 'live item')} right; {wanted}% is needed")
    if today < ends or not items:
        return Standing(
            False, f"{right} of {plural(len(items), 'live item')} right so far; runs until {day_text(ends)}"
        )
    return Standing(True, f"{right} of {plural(len(items), 'live item')} right over {weeks} weeks")


# --- Before another attempt ------------------------------------------------------------------------------

#: The first attempt and two reassessments; after that the capability route is looked at again (§7.3).
MOST_ATTEMPTS = 3
WAIT_WORKING_DAYS = 3


@dataclass(frozen=True)
class WeekWindow:
    """The window of one weekly check: its number and its days, both ends included."""

    number: int
    starts_on: date
    ends_on: date


def week_window(window_starts_on: date, on: date) -> WeekWindow | None:
    """The window a day falls into; None before the series begins. A missed week simply moves the series on."""
    if on < window_starts_on:
        return None
    number = (on - window_starts_on).days // 7 + 1
    start = window_starts_on + timedelta(weeks=number - 1)
    return WeekWindow(number, start, start + timedelta(days=6))


@dataclass(frozen=True)
class NextAttempt:
    """The facts a reassessment is judged by."""

    today: date
    scenario: str
    assessor: Any
    failed: Sequence[SignedAttempt]
    #: Whether a learning action was done after the last attempt was signed.
    learned_since: bool = False
    #: The earliest day another attempt may be, as the working-day calendar says.
    earliest_on: date | None = None
    same_scenario_matters: bool = True


def reassessment(facts: NextAttempt) -> list[Reason]:
    """What a further attempt after one not passed needs (§7.3), line by line; empty for a first attempt."""
    if not facts.failed:
        return []
    lines = [
        Reason(
            len(facts.failed) < MOST_ATTEMPTS,
            "Two reassessments at most; after that the capability route is looked at again",
        ),
        Reason(
            facts.earliest_on is None or facts.today >= facts.earliest_on,
            f"At least {WAIT_WORKING_DAYS} working days after the last attempt"
            + (f": from {day_text(facts.earliest_on)}" if facts.earliest_on else ""),
        ),
        Reason(
            facts.learned_since,
            "At least one more learning action done since the last attempt",
        ),
    ]
    if facts.same_scenario_matters:
        used = {normalised(one.scenario) for one in facts.failed}
        lines.append(Reason(normalised(facts.scenario) not in used, "A scenario that was not used before"))
    if len(facts.failed) == MOST_ATTEMPTS - 1:
        earlier = {one.assessor for one in facts.failed}
        lines.append(Reason(facts.assessor not in earlier, "Another assessor for the last attempt"))
    return lines
