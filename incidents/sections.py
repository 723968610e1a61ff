"""The case page's sections. Each app registers its own when it starts; this floor doesn't know the higher ones.

    sections.register(Section(code="plans", title="Remediation plans", url_name="case-plans", order=60, state=plans_state))

`state(case, user)` returns a `State` computed from gates, or None where this user may not know of the section.
`next_steps(case, user)` may return the steps this section asks for, worst first; the overview shows three.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
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


def steps(case: Case, user: Any) -> list[Step]:
    """What every section asks this person for, worst first: by urgency, then the earliest date."""
    found = [step for section in _sections for step in section.next_steps(case, user)]
    return sorted(found, key=lambda step: (step.urgency, step.due is None, _moment(step.due)))


def _moment(due: Any) -> datetime:
    """A date counts until the end of its day."""
    if due is None:
        return datetime.max.replace(tzinfo=UTC)
    return due if isinstance(due, datetime) else times.end_of_day(due)
