"""The first step of every action on a case: lock its row, so that two people cannot pass one gate at once."""

from __future__ import annotations

from collections.abc import Iterable

from incidents.models import Case
from records import locks
from records.refusals import Refused


def lock(case: Case, *, even_closed: bool = False) -> Case:
    """The case, locked until the transaction ends, with its newest values. Refuses a closed case.

    A transaction that locks several waits only upwards, in the order of their keys. Where the order is broken
    it does not wait: it fails at once and `@action` tries it again, so that no two can wait for each other.
    """
    locked: Case = Case.objects.select_for_update(nowait=not locks.may_wait_for(case.pk)).get(pk=case.pk)
    locks.hold(case.pk)
    if locked.closed_at is not None and not even_closed:
        raise Refused("CLOSED", "This case is closed. Re-open it first, with a reason.", source="domain.md §13")
    return locked


def lock_all(cases: Iterable[Case], *, even_closed: bool = False) -> list[Case]:
    """Several cases, locked in the one order in which nobody waits for anybody in a circle; as they were given."""
    given = list(cases)
    locked = {one.pk: lock(one, even_closed=even_closed) for one in sorted(given, key=lambda one: one.pk)}
    return [locked[one.pk] for one in given]
