"""Everything with a date: one read-only view over all open promises, and the chases it caused (domain.md §13)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from accounts.models import Service, User
from incidents.models import Case, CaseRecordQuerySet, CaseStaff
from records.models import TrackedQuerySet

USER = settings.AUTH_USER_MODEL


class DueQuerySet(TrackedQuerySet):
    def visible_to(self, user: User) -> models.QuerySet[DueItem]:
        """What is due in cases the user may see, and what is the user's own to do.

        A person who is part of what is looked at, or outside the named team of a sealed case, sees only what
        is theirs as the worker (their answer, not the case).
        """
        shut = CaseStaff.objects.filter(
            staff__user=user, involvement__in=CaseStaff.SHUTS_OUT, ended_at__isnull=True
        ).values("case")
        mine = models.Q(owner=user)
        return self.filter(
            models.Q(case__in=Case.objects.visible_to(user))
            | (mine & models.Q(own=True))
            | (mine & models.Q(case__sealed_at__isnull=True) & ~models.Q(case__in=shut))
        )


class DueItem(models.Model):
    """One open, dated promise. A row of the PostgreSQL view `governance_dueitem`; there is no second copy of a date.

    The view's SQL is governance/due_view.py; its words and pages are governance/due.py.
    """

    #: "<kind>:<uuid of the record>", stable for as long as the promise is open.
    key = models.CharField(primary_key=True, max_length=80)
    kind = models.CharField(max_length=40)
    record = models.UUIDField()
    case = models.ForeignKey(Case, on_delete=models.DO_NOTHING, related_name="+")
    service = models.ForeignKey(Service, on_delete=models.DO_NOTHING, related_name="+")
    #: Who answers for it; empty where it waits for a second person, whoever that may be.
    owner = models.ForeignKey(USER, null=True, on_delete=models.DO_NOTHING, related_name="+")
    #: Who asked, and waits for the answer; never the one who may give it.
    asker = models.ForeignKey(USER, null=True, on_delete=models.DO_NOTHING, related_name="+")
    due_at = models.DateTimeField()
    #: When the early reminder goes out: half-way, or at amber.
    half_at = models.DateTimeField()
    since = models.DateTimeField()
    #: How fast it climbs when nobody answers: see governance.chasing.LADDERS.
    ladder = models.CharField(max_length=10)
    #: The worker's own thing, although the case itself is closed to them.
    own = models.BooleanField()
    #: A code that says more (kind of control, body, task); put into words by governance.due.
    detail = models.CharField(max_length=60)
    #: The worker's name or what was promised: content, said by `governance.due.title` to those who may open it.
    about = models.CharField(max_length=120)
    #: What somebody outside owes: when to ask again, and when to ask for their team manager; else empty.
    again_at = models.DateTimeField(null=True)
    team_at = models.DateTimeField(null=True)
    what = models.CharField("verb first, without case content", max_length=200)

    objects: ClassVar[Any] = models.Manager.from_queryset(DueQuerySet)()

    class Meta:
        managed = False
        db_table = "governance_dueitem"
        ordering: ClassVar[list[str]] = ["due_at", "key"]

    def __str__(self) -> str:
        return self.what


class Chase(models.Model):
    """One chase: this promise, this rung, this due date, this person; unique, so never twice. Its own evidence (F87).

    Inserted by the sweep in one statement a rung; sent as a second step. The database refuses to delete a row or
    to change anything but its sending, once: that it was sent, or that it was no longer theirs and was not.
    """

    class Rung(models.TextChoices):
        HALF = "half", "Reminder before it is due"
        DUE = "due", "It is due"
        AGAIN = "again", "Still no answer: ask again"
        TEAM = "team", "Still no answer: ask for their team manager"
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
    #: Empty: the provider's uninvolved director, at the address the provider gave (S6).
    recipient = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="chases")
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    #: Instead of sending: when the mail would have gone, it was no longer the recipient's (a seal, a leaver).
    not_sent_at = models.DateTimeField(null=True, blank=True)
    message_id = models.CharField(max_length=200, blank=True, default="", db_default="")

    objects: ClassVar[Any] = models.Manager.from_queryset(CaseRecordQuerySet)()

    class Meta:
        ordering: ClassVar[list[str]] = ["made_at", "id"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["item", "rung", "due_at", "recipient"], nulls_distinct=False, name="chase_never_twice"
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["id"], condition=models.Q(sent_at=None, not_sent_at=None), name="chase_unsent"),
            models.Index(fields=["case", "made_at"], name="chase_of_case"),
        ]

    def __str__(self) -> str:
        return f"{self.get_rung_display()}: {self.what}"

    @property
    def mail(self) -> Any:
        """When the mail went, or in words why it did not."""
        if self.not_sent_at is not None:
            return "Not sent: no longer theirs"
        return self.sent_at or "Waits to be sent"

    @property
    def told(self) -> str:
        """Who was told, in words."""
        return self.recipient.name if self.recipient else "the provider's director"
