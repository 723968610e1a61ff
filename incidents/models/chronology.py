"""The chronology: fact, opinion and direct quote kept apart, event time and entry time both kept, addenda only."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from incidents.models.case import CaseRecord

USER = settings.AUTH_USER_MODEL


class EntryKind(models.TextChoices):
    FACT = "fact", "Fact: what was seen, heard or done"
    OPINION = "opinion", "Opinion: what someone thought, and why"
    QUOTE = "quote", "Direct quote: the words used"


class ChronologyEntry(CaseRecord):
    """One entry by a person. Never edited: what was missed or wrong is added below it as an addendum (F16)."""

    event_at = models.DateTimeField("when it happened")
    event_time_note = models.CharField("if the time is not exact", max_length=200, blank=True)
    kind = models.CharField(max_length=10, choices=EntryKind.choices)
    text = models.TextField()
    said_by = models.CharField("who said it, or whose opinion", max_length=200, blank=True)
    source = models.CharField("where this comes from", max_length=300)
    entered_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    #: Written more than a shift (12 hours) after the event.
    late_reason = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["event_at"]
        verbose_name_plural = "chronology entries"
        default_related_name = "chronology_entries"

    case = models.ForeignKey("incidents.Case", on_delete=models.PROTECT, related_name="chronology_entries")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.event_at:%d %b %Y}"

    @property
    def entered_late(self) -> bool:
        return (self.entered_at - self.event_at).total_seconds() > 12 * 3600


class ChronologyAddendum(CaseRecord):
    """A later addition to an entry; the entry itself stays as it was."""

    entry = models.ForeignKey(ChronologyEntry, on_delete=models.PROTECT, related_name="addenda")
    text = models.TextField()
    reason = models.CharField("why this is added", max_length=300)
    added_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["added_at"]
        verbose_name_plural = "chronology addenda"

    def __str__(self) -> str:
        return f"Addendum of {self.added_at:%d %b %Y}"
