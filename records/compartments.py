"""Compartments: which fields belong to HR, tell of a person's care or would name the reporter, said once for all (§12).

Pages, history, packs and exports ask the same list.

    declare("remediation.Coaching", HR)                          every field of the kind
    declare("incidents.RiskControl", HR, ["welfare_contact"])    these fields
    declare("incidents.RiskControl", CARE, ["capacity"])         and these, to another compartment
    kept_back("incidents.RiskControl", "welfare_contact", held)  may a reader who holds these compartments not read it?
    of(control, held).welfare_contact                            the value, or "" where it is kept back

What a person holds in a case is `incidents.masking.held_by`. A field that is not declared is of the
case: whoever may see the case reads it.
Health and union detail are part of HR here: nobody reads one of the three without the others (docs/decisions).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.apps import apps

HR, REPORTER, CARE = "hr", "reporter", "care"
#: Nobody outside the provider, and no co-worker, holds any of these. Care is not one of them: co-workers give it, and
#: whoever reads a pack reads of it.
ALL: frozenset[str] = frozenset({HR, REPORTER})
#: Shorter values are ordinary words; they are not searched for in a finished document.
LONG_ENOUGH = 12

#: By kind of record: each compartment it has fields in, with those fields (None: every field).
_declared: dict[str, dict[str, frozenset[str] | None]] = {}


def declare(label: str, compartment: str, fields: Iterable[str] | None = None) -> None:
    """Put a model's fields (all of them when none are named) in a compartment. Called while the apps start."""
    _declared.setdefault(label, {})[compartment] = None if fields is None else frozenset(fields)


def declared() -> Iterator[tuple[str, str, frozenset[str] | None]]:
    """(kind of record, compartment, its fields or None for all of them), one for each declaration."""
    for label, parts in _declared.items():
        for compartment, fields in parts.items():
            yield label, compartment, fields


def kept_back(label: str, column: str, held: Collection[str]) -> bool:
    """Whether a reader who holds only these compartments may not read this field (or its `_id` column)."""
    return any(
        fields is None or column in fields or column.removesuffix("_id") in fields
        for compartment, fields in _declared.get(label, {}).items()
        if compartment not in held
    )


class Masked:
    """A record as one reader may have it: what is kept back reads as empty."""

    def __init__(self, record: Any, held: Collection[str]) -> None:
        self._record, self._held = record, held

    def __getattr__(self, name: str) -> Any:
        if kept_back(self._record._meta.label, name, self._held):
            return ""
        return getattr(self._record, name)

    def __str__(self) -> str:
        return str(self._record)


def of(record: Any, held: Collection[str]) -> Any:
    """The record for a reader who holds these compartments."""
    return Masked(record, held)


def texts_of(case: Any, compartments: Collection[str]) -> Iterator[str]:
    """Every text of the case that lies in these compartments: what must not be in a document for somebody without them."""
    for label, compartment, fields in declared():
        model = apps.get_model(label)
        if compartment not in compartments or not any(f.name == "case" for f in model._meta.concrete_fields):
            continue
        kept = [
            f.name
            for f in model._meta.concrete_fields
            if f.get_internal_type() in ("TextField", "JSONField")
            and (fields is None or f.name in fields)
            or f.get_internal_type() == "CharField"
            and not f.choices
            and (fields is None or f.name in fields)
        ]
        for row in model._default_manager.filter(case=case).values_list(*kept) if kept else ():
            for value in row:
                yield from _texts(value)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str) and len(value.strip()) >= LONG_ENOUGH:
        yield value.strip()
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _texts(one)
