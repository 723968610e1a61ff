"""Many records at once, each with its history row; for imports and demo data, inside an action only."""

from __future__ import annotations

from typing import Any, TypeVar

from simple_history.utils import bulk_create_with_history

from records import acting
from records.models import Tracked
from records.models.tracked import TrackedQuerySet

T = TypeVar("T", bound=Tracked)


def create_all(model: type[T], rows: list[T]) -> list[T]:
    """Create the rows and their history in a few statements. Raises WroteOutsideAction outside an action."""
    acting.current()
    made: Any = bulk_create_with_history(rows, model, manager=_Plain(model))
    return list(made)


class _Plain(TrackedQuerySet):
    """The one queryset that may bulk_create, because create_all writes the history beside it."""

    def bulk_create(self, *args: Any, **kwargs: Any) -> list[Any]:
        from django.db.models import QuerySet

        return QuerySet.bulk_create(self, *args, **kwargs)
