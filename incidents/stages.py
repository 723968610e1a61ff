"""Where a case stands, in words (domain.md §13), for one case or a page of them, in a fixed number of queries.

This floor knows *Protecting people*, *Putting it right* and *Closed*. A higher floor that knows more registers
`stages.register(function)`: the function gets open, protected cases and names those it can.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from incidents import gates
from incidents.models import Case

CLOSED, PROTECTING, REMEDYING = "Closed", "Protecting people", "Putting it right"

Source = Callable[[Sequence[Case]], dict[UUID, str]]
_sources: list[Source] = []


def register(source: Source) -> Source:
    """Add what a higher floor knows; the floor that registers last has the last word."""
    if source not in _sources:
        _sources.append(source)
    return source


def of(cases: Sequence[Case]) -> dict[UUID, str]:
    """The stage of each case, by its id."""
    found = {case.pk: CLOSED for case in cases if case.closed_at is not None}
    open_cases = [case for case in cases if case.closed_at is None]
    protected = gates.protected(open_cases)
    for case in open_cases:
        found[case.pk] = REMEDYING if case.pk in protected else PROTECTING
    further = [case for case in open_cases if case.pk in protected]
    if further:
        for source in _sources:
            found |= source(further)
    return found
