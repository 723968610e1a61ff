"""Who opened what: one row each time a page, file or export of a case was asked for (domain.md §12, F93)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from incidents.models.case import Case
from records.models import Tracked


class CaseReadQuerySet(models.QuerySet["CaseRead"]):
    def visible_to(self, user: Any) -> CaseReadQuerySet:
        """The reads of cases this person may see; which of them they may read is `permissions.can_read_read_log`."""
        return self.filter(case__in=Case.objects.visible_to(user).values("pk"))


class CaseRead(models.Model):
    """Proves who asked for which page, file or export of which case, when, under which right, and whether it was refused.

    Written once and never changed or removed: the database refuses it, and a `ReadSeal` over it shows it where the
    database's owner did it all the same. `case` and `record` are ids without a constraint, because a refused attempt
    may name what is not there.
    """

    class Outcome(models.TextChoices):
        OPENED = "opened", "Opened"
        REFUSED = "refused", "Not shown"

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    case = models.UUIDField(null=True, blank=True)
    #: The record, file or pack the address named, where it named one besides the case.
    record = models.UUIDField(null=True, blank=True)
    #: The name of the address: which section, file or export.
    page = models.CharField(max_length=80)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    #: The role at the service, or the kind of grant, by which it was shown; empty where it was refused.
    under = models.CharField(max_length=120, blank=True)
    grant = models.UUIDField(null=True, blank=True)

    objects: ClassVar[Any] = models.Manager.from_queryset(CaseReadQuerySet)()

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["case", "-id"], name="read_by_case"),
            models.Index(fields=["user", "-id"], name="read_by_user"),
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()}: {self.page}"


class ReadSeal(Tracked):
    """Proves that the reads after one number and up to another were as they were when it was written (domain.md §12).

    `sha256` runs over the seal before it and every read between, so the seals are one chain; each is a tracked record,
    so its history stands in the ledger and its end in every checkpoint. It tells of nobody
    (docs/decisions/0011).
    """

    #: The numbers of the reads: after this one ...
    after = models.BigIntegerField(unique=True)
    #: ... up to and with this one.
    upto = models.BigIntegerField(unique=True)
    count = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()
    sealed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["after"]

    def __str__(self) -> str:
        return f"Reads up to {self.upto}"
