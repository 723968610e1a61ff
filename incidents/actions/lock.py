"""The first step of every action on a case: lock its row, so that two people cannot pass one gate at once."""

from __future__ import annotations

from incidents.models import Case
from records.refusals import Refused


def lock(case: Case, *, even_closed: bool = False) -> Case:
    """The case, locked until the transaction ends, with its newest values. Refuses a closed case."""
    locked: Case = Case.objects.select_for_update().get(pk=case.pk)
    if locked.closed_at is not None and not even_closed:
        raise Refused("CLOSED", "This case is closed. Re-open it first, with a reason.", source="domain.md §13")
    return locked
