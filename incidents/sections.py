"""The case page's sections. Each app registers its own when it starts; this floor doesn't know the higher ones.

    sections.register(Section(code="plans", title="Remediation plans", url_name="case-plans", order=60, state=plans_state))

`state(case, user)` returns a `State` computed from gates, or None where this user may not know of the section.
`next_steps(case, user)` may return the steps this section asks for, worst first; the overview shows three.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from incidents.models import Case
from records import times


@dataclass(frozen=True)
class State:
    """A section's state in words, with a colour that only repeats the word."""

    text: str
    colour: str = "grey"
    detail: str = ""


NEEDS_ACTION = State("Needs action", "red")
IN_PROGRESS = State("In progress", "light-blue")
COMPLETE = State("Complete", "green")
CANNOT_START = State("Cannot start yet", "grey")
NOT_NEEDED = State("Not needed", "grey")


@dataclass(frozen=True)
class Step:
    """One thing that must happen next: what, where, and by when."""

    text: str
    url: str
    button: str
    urgency: int = 50
    due: Any = None
    #: The id of the one record it is about, where a section may ask for the same thing in better words.
    about: str = ""


@dataclass(frozen=True)
class Section:
    code: str
    title: str
    url_name: str
    order: int
    state: Callable[[Case, Any], State | None]
    next_steps: Callable[[Case, Any], list[Step]] = field(default=lambda case, user: [])
    #: Template and context for this section's part of the overview page, where it has one.
    overview: Callable[[Case, Any], tuple[str, dict[str, Any]] | None] = field(default=lambda case, user: None)


_sections: list[Section] = []


def register(section: Section) -> None:
    if any(known.code == section.code for known in _sections):
        raise ValueError(f"Two sections are called {section.code}.")
    _sections.append(section)
    _sections.sort(key=lambda known: known.order)


def all_sections() -> list[Section]:
    return list(_sections)


#: How urgent whatever is overdue is, the least. Only people who may be unsafe at this moment come before it.
OVERDUE = 20


def steps(case: Case, user: Any) -> list[Step]:
    """What every section asks this person for, worst first: what is overdue, then by urgency, then the earliest date.

    Of what is overdue, what this person may do comes before what they are only told (it has no page for them).
    """
    found = _each_once([step for section in _sections for step in section.next_steps(case, user)])
    now = times.now()

    def worst_first(step: Step) -> tuple[int, bool, bool, datetime]:
        late = step.due is not None and _moment(step.due) < now
        urgency = min(step.urgency, OVERDUE) if late else step.urgency
        return (urgency, not step.url, step.due is None, _moment(step.due))

    return sorted(found, key=worst_first)


def _each_once(found: list[Step]) -> list[Step]:
    """A thing that its own section asks for too is asked for once: in the section's words, with the date it has."""
    kept = [step for step in found if not step.about]
    for step in [step for step in found if step.about]:
        same = next(
            (at for at, one in enumerate(kept) if one.url and (step.about in one.url or one.url == step.url)), None
        )
        if same is None:
            kept.append(step)
        elif kept[same].due is None:
            kept[same] = replace(kept[same], due=step.due)
    return kept


def shown_first(found: list[Step], most: int) -> list[Step]:
    """The first few to do, and the first few that others are late with: neither may push the other off the page."""
    doable, told = [step for step in found if step.url][:most], [step for step in found if not step.url][:most]
    return [step for step in found if step in doable or step in told]


def _moment(due: Any) -> datetime:
    """A date counts until the end of its day."""
    if due is None:
        return datetime.max.replace(tzinfo=UTC)
    return due if isinstance(due, datetime) else times.end_of_day(due)
