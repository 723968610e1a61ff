"""Whether an attempt at a practice test is passed, from the rule fixed beforehand and the marks given (§7.2–7.4).

Pure: facts in, a `Result` with its reasons in words out. The same function fills the end page of an attempt and
decides in the action that signs it. `PracticeTest.pass_rule` is a JSON object (remediation/pass_rules.py checks it
before it is fixed); every key may be left out:

    stars             "all" (default): every star criterion is 2. "none": there are no star criteria.
    percent           80: at least this share of the points of the criteria that were observed.
    others_at_least   3: besides the stars, at least this many of the other criteria are 2 (questions, §7.4).
    all               true: every criterion is 2 (three vignettes, 3 of 3).
    at_least          5: at least this many criteria are 2 (mini-cases).
    groups            {"Q1": {"others_at_least": 3}, "Q2": {…}}: the rule of each group of criteria, by name.
    unsafe_answers    ["if they are hurt", …]: offered to the assessor to tick; any one ends the test.
    max_not_observed  1 (default): how many criteria may be N/O; a star never.
    min_minutes       15 (default for an observation): shorter is not valid.
    direct_contact    true (default for an observation): watching without contact is not valid.
    repeat            3: so many passed sessions in a row.   settings   2: in so many different places.
    series            {"weeks": 4, "points": 16}: weekly checks; the last two of each pair must both reach it.
    live              {"weeks": 8, "percent": 100}: live items audited over so many weeks.
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
    """Everything a pass is computed from. `other_texts`: normalised texts of other forms, to tell copies from them."""

    kind: str
    rule: Mapping[str, Any]
    criteria: Sequence[CriterionFact]
    marks: Mapping[int, MarkFact]
    minutes: int | None = None
    direct_contact: bool = True
    unsafe_answer: str = ""
    competent: str = "competent"
    other_texts: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Reason:
    """One line of the result. `order` is the criterion it is about, 0 when it is about the whole."""

    met: bool
    text: str
    order: int = 0
    #: What it asks for is one more learning action.
    learning: bool = False
    #: The criterion has no mark at all yet: nothing to judge, only to do.
    unmarked: bool = False

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
    """The outcome of one attempt by its rule, with every reason in words.

    What was unsafe counts first (§7.3): whoever stops at once, as they must, watched for less than the least time, and
    an unsafe answer is one after any number of minutes. Too short or without contact is "not valid" only without it.
    """
    stop = any(one.star and _mark(facts, one) == "0" for one in facts.criteria)
    unsafe = stop or bool(facts.unsafe_answer.strip())
    reasons = [
        *_complete(facts),
        *_evidence(facts),
        *_safe(facts),
        *_by_group(facts),
        *_judgement(facts),
    ]
    invalid = [] if unsafe else _invalid(facts)
    outcome = PASSED if all(reason.met for reason in reasons) else NOT_PASSED
    scored = [mark for mark in facts.marks.values() if mark.mark != NOT_OBSERVED]
    return Result(
        outcome=NOT_VALID if invalid else outcome,
        points=sum(mark.points for mark in scored),
        possible=FULL * len(scored),
        reasons=(*invalid, *reasons),
        stop=stop,
    )


def _mark(facts: AttemptFacts, criterion: CriterionFact) -> str:
    given = facts.marks.get(criterion.order)
    return given.mark if given else ""


def _invalid(facts: AttemptFacts) -> list[Reason]:
    """Why what was not unsafe cannot count as a test at all (§7.3): too short, or nobody was supported."""
    watched = facts.kind == "observation"
    least = int(facts.rule.get("min_minutes", 15 if watched else 0))
    found = []
    if least and (facts.minutes or 0) < least:
        said = plural(facts.minutes or 0, "minute")
        found.append(Reason(False, f"Watched for {said}; under {least} minutes is not valid as a test"))
    if facts.rule.get("direct_contact", watched) and not facts.direct_contact:
        found.append(Reason(False, "There was no direct contact with a person, so it is not valid as a test"))
    return found


def _complete(facts: AttemptFacts) -> list[Reason]:
    missing = [one for one in facts.criteria if one.order not in facts.marks]
    if not facts.criteria:
        return [Reason(False, "The test has no criteria")]
    return [Reason(False, f"Criterion {one.order} has no mark yet", one.order, unmarked=True) for one in missing]


def _evidence(facts: AttemptFacts) -> list[Reason]:
    """Blank or copied evidence fails, within the form too (§7.3). What was not observed has nothing to describe."""
    found = []
    first: dict[str, int] = {}
    for order, mark in sorted(facts.marks.items()):
        if mark.mark == NOT_OBSERVED:
            continue
        words = normalised(mark.saw_heard)
        if not words:
            found.append(Reason(False, f"Criterion {order}: what you saw or heard is blank", order))
        elif words in facts.other_texts:
            found.append(Reason(False, f"Criterion {order}: the words are the same as in another form", order))
        elif words in first:
            found.append(
                Reason(False, f"Criterion {order}: the words are the same as at criterion {first[words]}", order)
            )
        first.setdefault(words, order)
    if not found and facts.marks:
        found.append(Reason(True, "Each mark has its own words for what was seen or heard"))
    return found


def _safe(facts: AttemptFacts) -> list[Reason]:
    if facts.unsafe_answer.strip():
        return [Reason(False, f"An unsafe answer ends the test: “{facts.unsafe_answer.strip()}”")]
    return []


def _by_group(facts: AttemptFacts) -> list[Reason]:
    groups: Mapping[str, Mapping[str, Any]] = facts.rule.get("groups") or {}
    found: list[Reason] = []
    for name, rule in groups.items():
        found += _rule_met(facts, [one for one in facts.criteria if one.group == name], rule, name)
    rest = [one for one in facts.criteria if one.group not in groups]
    return found + _rule_met(facts, rest, facts.rule, "") if rest or not groups else found


def _rule_met(
    facts: AttemptFacts, criteria: Sequence[CriterionFact], rule: Mapping[str, Any], name: str
) -> list[Reason]:
    """The lines of one rule over these criteria: stars, share of points, counts, how many were not observed."""
    where = f" in {name}" if name else ""
    if name and not criteria:
        return [Reason(False, f"The test has no criteria{where}")]
    found: list[Reason] = []
    stars = [one for one in criteria if one.star]
    full = [one for one in criteria if _mark(facts, one) == str(FULL)]
    if rule.get("stars", "all") == "all":
        short = [one for one in stars if one not in full]
        found += [
            Reason(False, f"Criterion {one.order} must be met and is {_said(_mark(facts, one))}", one.order)
            for one in short
        ]
        if stars and not short:
            found.append(Reason(True, f"Every criterion that must be met is met{where} ({len(stars)} of {len(stars)})"))
    if "percent" in rule:
        scored = [one for one in criteria if _mark(facts, one) not in ("", NOT_OBSERVED)]
        points, possible = sum(int(_mark(facts, one)) for one in scored), FULL * len(scored)
        wanted = int(rule["percent"])
        reached = possible > 0 and points * 100 >= wanted * possible
        found.append(Reason(reached, f"{points} of {possible} points{where}; {wanted}% is needed"))
    if "others_at_least" in rule:
        others = [one for one in full if not one.star]
        wanted = int(rule["others_at_least"])
        of = len(criteria) - len(stars)
        found.append(
            Reason(len(others) >= wanted, f"{len(others)} of the {of} other points given{where}; {wanted} are needed")
        )
    if rule.get("all"):
        found.append(Reason(len(full) == len(criteria), f"{len(full)} of {len(criteria)} right{where}; all are needed"))
    if "at_least" in rule:
        wanted = int(rule["at_least"])
        found.append(Reason(len(full) >= wanted, f"{len(full)} of {len(criteria)} right{where}; {wanted} are needed"))
    if "live" in rule:
        found.append(Reason(len(full) == len(criteria), f"{len(full)} of {len(criteria)} met; a live item needs all"))
    if "series" in rule:
        found += _week_met(facts, criteria, rule["series"])
    return found + _observed(facts, criteria, rule, where)


def _week_met(facts: AttemptFacts, criteria: Sequence[CriterionFact], series: Mapping[str, Any]) -> list[Reason]:
    """One weekly check by itself: enough points, and no criterion at 0 (§7.2)."""
    points = sum(int(_mark(facts, one)) for one in criteria if _mark(facts, one) not in ("", NOT_OBSERVED))
    wanted = int(series.get("points", 16))
    found = [Reason(points >= wanted, f"{points} of {FULL * len(criteria)} points; {wanted} are needed")]
    found += [
        Reason(False, f"Criterion {one.order} fell to 0", one.order) for one in criteria if _mark(facts, one) == "0"
    ]
    return found


def _observed(
    facts: AttemptFacts, criteria: Sequence[CriterionFact], rule: Mapping[str, Any], where: str
) -> list[Reason]:
    unseen = [one for one in criteria if _mark(facts, one) == NOT_OBSERVED]
    most = int(rule.get("max_not_observed", 1))
    if len(unseen) <= most:
        return []
    return [Reason(False, f"{len(unseen)} criteria were not observed{where}; {most} may be")]


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
    if int(rule.get("repeat", 1)) > 1:
        return _repeated(rule, signed)
    if signed and signed[-1].outcome == PASSED:
        return Standing(True, f"Passed at attempt {signed[-1].number}")
    return Standing(False, "Not passed yet" if signed else "Not attempted yet")


def _repeated(rule: Mapping[str, Any], signed: list[SignedAttempt]) -> Standing:
    """So many sessions in a row, in so many places: one that is not passed starts the count again."""
    run: list[SignedAttempt] = []
    for one in signed:
        run = [*run, one] if one.outcome == PASSED else []
    wanted, places = int(rule["repeat"]), int(rule.get("settings", 1))
    seen = {normalised(one.setting) for one in run}
    if len(run) < wanted:
        return Standing(False, f"{len(run)} of {wanted} sessions passed in a row")
    if len(seen) < places:
        return Standing(False, f"{len(run)} sessions passed, but in {plural(len(seen), 'place')}; {places} are needed")
    return Standing(True, f"{len(run)} sessions passed, in {plural(len(seen), 'place')}")


def _series(series: Mapping[str, Any], signed: list[SignedAttempt]) -> Standing:
    """Weekly checks: the last two of four must both pass; else two further weeks, and so on (§7.2, case 2)."""
    weeks = int(series.get("weeks", 4))
    held = [one.outcome == PASSED for one in signed]
    if len(held) < weeks:
        return Standing(False, f"{len(held)} of {weeks} weekly checks held")
    for last in range(weeks, len(held) + 1, 2):
        if all(held[last - 2 : last]):
            return Standing(True, f"Weeks {last - 1} and {last} both met the standard")
    needed = 2 - (len(held) - weeks) % 2
    return Standing(False, f"The last two weeks did not both meet the standard: {plural(needed, 'further week')}")


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
            learning=True,
        ),
    ]
    if facts.same_scenario_matters:
        used = {normalised(one.scenario) for one in facts.failed}
        lines.append(Reason(normalised(facts.scenario) not in used, "A scenario that was not used before"))
    if len(facts.failed) == MOST_ATTEMPTS - 1:
        earlier = {one.assessor for one in facts.failed}
        lines.append(Reason(facts.assessor not in earlier, "Another assessor for the last attempt"))
    return lines
