"""Everything with a date: one read-only view over all open promises, and the chases it caused (domain.md §13)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from accounts.models import Service, User
from incidents.models import Case
from records.models import TrackedQuerySet

USER = settings.AUTH_USER_MODEL


class DueQuerySet(TrackedQuerySet):
    def visible_to(self, user: User) -> models.QuerySet[DueItem]:
        return self.filter(models.Q(case__in=Case.objects.visible_to(user)) | models.Q(owner=user))


class DueItem(models.Model):
    """One open, dated promise. A row of the PostgreSQL view `governance_dueitem`; there is no second copy of a date."""

    #: "<kind>:<uuid of the record>", stable for as long as the promise is open.
    key = models.CharField(primary_key=True, max_length=80)
    kind = models.CharField(max_length=40)
    record = models.UUIDField()
    case = models.ForeignKey(Case, on_delete=models.DO_NOTHING, related_name="+")
    service = models.ForeignKey(Service, on_delete=models.DO_NOTHING, related_name="+")
    owner = models.ForeignKey(USER, null=True, on_delete=models.DO_NOTHING, related_name="+")
    due_at = models.DateTimeField()
    #: When it was set, for the half-time nudge.
    since = models.DateTimeField()
    #: "duty" ladders in hours (+4 h, +24 h), "plan" ladders in days (+1, +3, +7).
    ladder = models.CharField(max_length=10)
    what = models.CharField("verb first, without case content", max_length=200)

    objects: ClassVar[Any] = models.Manager.from_queryset(DueQuerySet)()

    class Meta:
        managed = False
        db_table = "governance_dueitem"
        ordering: ClassVar[list[str]] = ["due_at"]

    def __str__(self) -> str:
        return self.what


class Chase(models.Model):
    """One chase: this promise, this rung, this due date, this person; unique, so never twice. Its own evidence (F87).

    Inserted by the sweep in one statement a rung; sent as a second step. Rows are never deleted; the application
    may only set the sending fields, once.
    """

    class Rung(models.TextChoices):
        HALF = "half", "Half-time reminder"
        DUE = "due", "Due"
        UP1 = "up1", "To the registered manager"
        UP2 = "up2", "To the nominated individual"
        UP3 = "up3", "To the director"

    id = models.BigAutoField(primary_key=True)
    item = models.CharField(max_length=80)
    kind = models.CharField(max_length=40)
    what = models.CharField(max_length=200)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="chases")
    rung = models.CharField(max_length=10, choices=Rung.choices)
    due_at = models.DateTimeField()
    recipient = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="chases")
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    message_id = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["made_at"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["item", "rung", "due_at", "recipient"], name="chase_never_twice"),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["id"], condition=models.Q(sent_at=None), name="chase_unsent"),
            models.Index(fields=["case", "made_at"], name="chase_of_case"),
        ]

    def __str__(self) -> str:
        return f"{self.get_rung_display()}: {self.what}"
