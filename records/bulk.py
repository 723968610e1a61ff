"""Many records at once, each with its history row; for imports and demo data, inside an action only."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db import transaction
from django.db.models import QuerySet

from records import acting
from records.models import Tracked

T = TypeVar("T", bound=Tracked)


def create_all(model: type[T], rows: list[T], batch_size: int = 500) -> list[T]:
    """Create the rows and their history in a few statements. Raises WroteOutsideAction outside an action."""
    now = acting.current()
    history: Any = model.history
    with transaction.atomic():
        plain: Any = QuerySet(model)  # the tracked queryset refuses it
        made: list[T] = plain.bulk_create(rows, batch_size=batch_size)
        history.bulk_history_create(
            made,
            batch_size=batch_size,
            default_user=now.by,
            default_change_reason=now.reason,
            custom_historical_attrs={"history_source": acting.source.get()},
        )
    return made
