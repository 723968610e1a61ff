"""The base of every domain record: a UUID, a full history, and no way to write it but through an action."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar, NoReturn

from django.db import models

from records import acting, locks
from records.history import History


class TrackedQuerySet(models.QuerySet[Any]):
    """A queryset that reads freely and refuses every write that would leave no history."""

    def _refuse(self, how: str) -> NoReturn:
        raise acting.WroteOutsideAction(
            f"{how} on {self.model.__name__} would leave no history. Save each record inside an action, "
            "or use records.bulk.create_all()."
        )

    def update(self, **kwargs: Any) -> int:
        self._refuse("update()")

    def bulk_create(self, *args: Any, **kwargs: Any) -> list[Any]:
        self._refuse("bulk_create()")

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        self._refuse("bulk_update()")

    def delete(self) -> tuple[int, dict[str, int]]:
        self._refuse("delete()")

    def _raw_delete(self, using: str | None) -> int:
        self._refuse("delete()")


class Tracked(models.Model):
    """A record that keeps every version of itself (domain.md §12: nothing is overwritten)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    objects: ClassVar[Any] = models.Manager.from_queryset(TrackedQuerySet)()
    history = History()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def save(self, *args: Any, **kwargs: Any) -> None:
        acting.current()  # raises outside an action
        key = getattr(self, "case_id", None) or self.pk
        if not self._state.adding and not locks.may_wait_for(key):
            # An UPDATE would wait for whoever writes this row, against the order of locks.
            list(type(self)._base_manager.filter(pk=self.pk).select_for_update(nowait=True).values("pk"))
        super().save(*args, **kwargs)
        locks.hold(key)  # its row and its chain are locked until the transaction ends

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise acting.WroteOutsideAction(
            f"A {self._meta.verbose_name} stays in the record for good; withdraw or end it instead."
        )
