"""Governance packs: what a reader gets, sealed; every version kept, none replaced (domain.md §11)."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from incidents.models import Case, CaseRecord
from records import times
from records.models import Signed

USER = settings.AUTH_USER_MODEL


class Reader(models.TextChoices):
    MANAGER = "manager", "Registered manager's copy, nothing taken out"
    COMMISSIONER = "commissioner", "Commissioner, names and HR taken out"
    INSPECTOR = "inspector", "Inspector, names and HR taken out"


class Pack(CaseRecord):
    """One version of a case pack for one kind of reader: the data it was made from, the files, their seal."""

    class Status(models.TextChoices):
        WAITING = "waiting", "Waiting to be made"
        MAKING = "making", "Being made"
        READY = "ready", "Ready to check and release"
        FAILED = "failed", "Could not be made"

    reader = models.CharField(max_length=20, choices=Reader.choices)
    version = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    step = models.CharField("what is being done", max_length=100, blank=True)
    percent = models.PositiveSmallIntegerField(default=0)
    asked_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True, blank=True)
    made_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    #: The redacted data the pack was made from, so that it can be made again, byte for byte.
    contents = models.JSONField(null=True, blank=True)
    replaced_names = models.JSONField("what was taken out, each in its sentence", default=list, blank=True)
    #: Words a person must look at: they may be names, or speak of health or a union.
    to_check = models.JSONField("what a person should look at", default=list, blank=True)
    names_added = models.JSONField("names to take out which the product cannot know", default=list, blank=True)
    pdf = models.FileField(upload_to="packs/", null=True, blank=True, max_length=100)
    html = models.FileField(upload_to="packs/", null=True, blank=True, max_length=100)
    sha256 = models.CharField("SHA-256 of the PDF", max_length=64, blank=True)
    html_sha256 = models.CharField(max_length=64, blank=True)
    ledger_seq = models.BigIntegerField("ledger entries of the case", null=True, blank=True)
    ledger_head = models.CharField(max_length=64, blank=True)
    failure = models.TextField("why it could not be made", blank=True)
    supersedes = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="superseded_by"
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["-asked_at"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["case", "reader", "version"], name="pack_version_once"),
        ]

    def __str__(self) -> str:
        return f"Pack {self.get_reader_display()}, version {self.version}"

    def get_absolute_url(self) -> str:
        from django.urls import reverse

        return reverse("pack", args=[self.pk])

    @property
    def is_finished(self) -> bool:
        """Whether nothing more is being made: ready, or failed."""
        return self.status in (self.Status.READY, self.Status.FAILED)


class PackRelease(Signed, CaseRecord):
    """Proves who released which version to whom, for what purpose, until when (F82)."""

    pack = models.ForeignKey(Pack, on_delete=models.PROTECT, related_name="releases")
    recipient = models.CharField(max_length=200)
    purpose = models.CharField(max_length=300)
    lawful_basis = models.CharField(max_length=200, blank=True)
    expires_on = models.DateField()

    class Meta:
        ordering: ClassVar[list[str]] = ["signed_at"]

    @staticmethod
    def standing(case: Case) -> models.QuerySet[Any]:
        """The releases of this case that hold today: neither withdrawn nor past their day; newest version first.

        Each is signed by somebody free to, who looked at what was taken out; a redacted one counts for outside readers
        only with its lawful basis.
        """
        return (
            PackRelease.objects.filter(
                case=case,
                withdraws=None,
                withdrawn_by=None,
                expires_on__gte=times.today(),
                pack__status=Pack.Status.READY,
            )
            .select_related("pack")
            .order_by("-pack__made_at", "-signed_at")
        )

    @staticmethod
    def for_outside(case: Case) -> models.QuerySet[Any]:
        """What somebody from outside may be shown: the standing releases of redacted packs, with a lawful basis."""
        return PackRelease.standing(case).exclude(pack__reader=Reader.MANAGER).exclude(lawful_basis="")

    def what_is_signed_now(self) -> Any:
        """Which file went to whom, for what, until when; the file by its hash."""
        return self.snapshot_of(self.pack, self.recipient, self.purpose, self.lawful_basis, self.expires_on)

    @staticmethod
    def snapshot_of(pack: Pack, recipient: str, purpose: str, lawful_basis: str, expires_on: date) -> dict[str, Any]:
        return {
            "pack": str(pack.pk),
            "reference": pack.case.reference,
            "reader": pack.reader,
            "version": pack.version,
            "sha256": pack.sha256,
            "recipient": recipient,
            "purpose": purpose,
            "lawful_basis": lawful_basis,
            "expires_on": expires_on.isoformat(),
        }

    def __str__(self) -> str:
        return f"Released to {self.recipient}"
