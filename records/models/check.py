"""A check of the whole ledger: when, of how much, with what result, and which checkpoint it left behind."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from records.models.tracked import Tracked

#: Stands in each fault that says a place could not be asked, which is no fault of the record itself.
NOT_REACHED = "cannot be read or written now"


class LedgerCheck(Tracked):
    """Proves that the ledger was checked at this time, by whom, and what was found (F97).

    `faults` names tables, rows and chains, never what a record says. `checkpoint` is the file with the heads of
    all chains that was written after an intact check; its SHA-256 stands here, and so in the ledger itself.
    """

    checked_at = models.DateTimeField()
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    seconds = models.FloatField()
    entries = models.PositiveBigIntegerField()
    chains = models.PositiveBigIntegerField()
    tables = models.PositiveIntegerField()
    intact = models.BooleanField()
    faults = models.JSONField(default=list, blank=True)
    #: The checkpoint this check was compared with; empty where there was none yet.
    compared_with = models.CharField(max_length=100, blank=True)
    checkpoint = models.CharField(max_length=100, blank=True)
    checkpoint_sha256 = models.CharField(max_length=64, blank=True)
    #: Why a loss against the last checkpoint was accepted (after a restore from a backup); empty otherwise.
    loss_accepted = models.TextField("why the loss since the last checkpoint was accepted", blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-checked_at"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["-checked_at"], name="ledger_check_newest")]

    @property
    def only_not_reached(self) -> bool:
        """Whether nothing was found but that a checkpoint's place did not answer."""
        return bool(self.faults) and all(NOT_REACHED in fault for fault in self.faults)

    def __str__(self) -> str:
        return f"Check of the ledger, {self.checked_at:%Y-%m-%d %H:%M}"
