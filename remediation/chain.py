"""The plan in one picture: gap → tasks restricted → learning → tests → reviews → statement → decision (ux.md).

Each link says its state in words and its date; the weakest link is marked and says what is missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.urls import reverse

from incidents.sections import State
from records import times
from records.gates import GateLine, unmet
from records.wording import plural
from remediation import facts, facts_case
from remediation.gates import plan as gates
from remediation.models import RemediationPlan

WRITTEN, MISSING, WAITING = State("Written", "blue"), State("Missing", "red"), State("Not yet", "grey")
DONE, UNDER_WAY, OVERDUE = State("Done", "green"), State("Under way", "blue"), State("Overdue", "red")


@dataclass(frozen=True)
class Link:
    """One link of the chain."""

    title: str
    state: State
    url: str = ""
    at: date | None = None
    missing: str = ""
    weakest: bool = False

    @property
    def done(self) -> bool:
        return self.state.colour == "green"


def of(plan: RemediationPlan, lines: list[GateLine] | None = None) -> list[Link]:
    """The seven links of a plan, the weakest marked. `lines` are the start gates, when the caller has them."""
    links = _started(plan) if plan.started_at else _draft(plan, gates.start(plan) if lines is None else lines)
    weak = next((n for n, one in enumerate(links) if one.state in (MISSING, OVERDUE)), None)
    if weak is None:
        weak = next((n for n, one in enumerate(links) if one.missing), None)
    return [replace(one, weakest=True) if n == weak else one for n, one in enumerate(links)]


def _draft(plan: RemediationPlan, lines: list[GateLine]) -> list[Link]:
    """Before the start: each link is written, or says what its gate lines miss."""

    def link(title: str, url: str, *, tells: tuple[str, ...], at: date | None = None) -> Link:
        open_lines = [line for line in unmet(lines) if any(line.text.startswith(start) for start in tells)]
        if not open_lines:
            return Link(title, WRITTEN, url, at)
        return Link(title, MISSING, open_lines[0].url or url, at, open_lines[0].detail)

    tests = gates.live_tests(plan)
    names = tuple(f"{test.code} {test.title}" for test in tests)
    protected = [line for line in unmet(lines) if line.code in ("A3", "A4", "G2")]
    tasks = link("Tasks restricted", reverse("plan-tasks", args=[plan.pk]), tells=("Every restricted task",))
    if protected:
        tasks = Link("Protection first", MISSING, protected[0].url, None, protected[0].detail)
    return [
        link("Gap", reverse("plan-gap", args=[plan.pk]), tells=("The gap",)),
        tasks,
        link("Learning", reverse("plan", args=[plan.pk]) + "#learning", tells=("Learning actions",)),
        link(
            "Practice tests",
            reverse("plan", args=[plan.pk]) + "#tests",
            tells=("At least one practice test", *names),
            at=max((test.due_on for test in tests if test.due_on), default=None),
        ),
        link(
            "Reviews",
            reverse("plan", args=[plan.pk]) + "#reviews",
            tells=("At least one review date", "A planned end"),
            at=_first_review(plan),
        ),
        link(
            "‘Safe to practise’",
            reverse("plan-statement", args=[plan.pk]),
            tells=("What ‘safe to practise’", "The statement", "What happens"),
        ),
        Link("Decision", WAITING),
    ]


def _first_review(plan: RemediationPlan) -> date | None:
    reviews = facts_case.reviews(plan.case_id).get(plan.pk, [])
    return min((one.due_on for one in reviews if one.held_at is None), default=None)


def _started(plan: RemediationPlan) -> list[Link]:
    """After the start: what is done of each link, and what is late."""
    here = reverse("plan", args=[plan.pk])
    restricted = len(facts_case.restricted_tasks(plan.case_id).get(plan.worker_id, ()))
    taught = facts_case.learning(plan.case_id).get(plan.pk, [])
    learning = [(one.due_on, one.done_at is not None) for one in taught]
    tests = gates.live_tests(plan)
    before = [(one.due_on, one.passed_at is not None) for one in tests if one.before_return]
    live = [one for one in tests if not one.before_return and one.passed_at is None]
    practice = _counted("Practice tests", before, here + "#tests", "test")
    if practice.done and live:  # duties may come back; the test of the first weeks after that still runs
        said = State(f"{len(tests) - len(live)} of {len(tests)} passed", "blue")
        practice = replace(practice, state=said, at=live[0].due_on)
    promised = facts_case.reviews(plan.case_id).get(plan.pk, [])
    reviews = [(one.due_on, one.held_at is not None) for one in promised]
    waiting = facts.undecided_tasks(plan)
    decided = (
        State("Decided", "green") if not waiting else UNDER_WAY if before and all(d for _, d in before) else WAITING
    )
    missing = ". ".join(left[:1].upper() + left[1:] for left in facts.decisions_left(plan))
    if not waiting and live:
        missing = f"{live[0].code} is still to be passed"
    return [
        Link("Gap", WRITTEN, here + "#gap"),
        Link("Tasks restricted", State(f"{plural(restricted, 'task')} restricted now", "blue"), here + "#tasks"),
        _counted("Learning", learning, here + "#learning", "learning action"),
        practice,
        _counted("Reviews", reviews, here + "#reviews", "review"),
        Link("‘Safe to practise’", WRITTEN, here + "#statement"),
        Link("Decision", decided, here + "#decisions", None, missing if decided is not WAITING else ""),
    ]


def _counted(title: str, rows: Sequence[tuple[date | None, bool]], url: str, one: str) -> Link:
    """A link of several dated things: how many are done, the next date, and whether one is late."""
    left = sorted(due for due, done in rows if not done and due is not None)
    undone = sum(1 for _, done in rows if not done)
    if not undone:
        return Link(title, DONE if rows else WAITING, url)
    late = [due for due in left if due < times.today()]
    if late:
        return Link(title, OVERDUE, url, late[0], f"{plural(len(late), one)} overdue")
    said = f"{len(rows) - undone} of {len(rows)} done"
    return Link(title, State(said, "blue"), url, left[0] if left else None, f"{plural(undone, one)} still to do")
