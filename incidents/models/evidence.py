"""Evidence files of a case: what it really is, how large, and its hash; served only after a permission check."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from incidents.models.case import CaseRecord, CaseRecordQuerySet
from records import clamd


def _path(instance: CaseFile, filename: str) -> str:
    # The stored path says nothing: no name, no reference.
    return f"{str(instance.pk)[:2]}/{instance.pk}"


def _copy_path(instance: CaseFile, filename: str) -> str:
    return f"{str(instance.pk)[:2]}/{instance.pk}-copy"


class Scan(models.TextChoices):
    """What is known about viruses in a file. `CLEAN` is given out; `NONE` only while no scanner is set up."""

    NONE = "none", "Not checked for viruses: no scanner is set up"
    WAITING = "waiting", "Being checked for viruses"
    CLEAN = "clean", "Checked for viruses: none found"
    FOUND = "found", "A virus was found, so nobody can open it"


class CaseFileQuerySet(CaseRecordQuerySet):
    def waiting(self) -> models.QuerySet[CaseFile]:
        """Files the virus scanner has still to be asked about: also those that came before there was one."""
        return self.filter(scan__in=[Scan.WAITING, Scan.NONE])


class CaseFile(CaseRecord):
    """Proves that this content, with this SHA-256, was put in the record by this person at this time (F08).

    `file` is the content as it came and is never given out where there is a `copy`: a picture without the
    place, time and camera it was taken with. `sha256` is always that of the original.
    """

    file = models.FileField(upload_to=_path, max_length=100)
    name = models.CharField("file name, made safe", max_length=200)
    content_type = models.CharField("what it really is", max_length=100)
    size = models.PositiveBigIntegerField("bytes")
    sha256 = models.CharField(max_length=64)
    copy = models.FileField("copy without hidden data", upload_to=_copy_path, max_length=100, blank=True)
    copy_size = models.PositiveBigIntegerField("bytes of the copy", null=True, blank=True)
    copy_sha256 = models.CharField("SHA-256 of the copy", max_length=64, blank=True)
    scan = models.CharField("virus check", max_length=10, choices=Scan.choices, default=Scan.NONE)
    scanned_at = models.DateTimeField(null=True, blank=True)
    scanned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    scan_found = models.CharField("what the virus check found", max_length=200, blank=True)
    description = models.CharField(max_length=300, blank=True)
    about = models.CharField("which record it belongs to", max_length=60, blank=True)
    about_id = models.UUIDField(null=True, blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    #: An older version stays as it is; the newer names it.
    replaces = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by")

    objects: ClassVar[Any] = models.Manager.from_queryset(CaseFileQuerySet)()

    class Meta:
        ordering: ClassVar[list[str]] = ["added_at"]

    @property
    def may_be_opened(self) -> bool:
        """Whether it may leave quarantine. What came before there was a scanner waits for it too, once there is one."""
        return self.scan == Scan.CLEAN or (self.scan == Scan.NONE and not clamd.is_set_up())

    @property
    def is_waiting(self) -> bool:
        """Whether a scanner is there and has still to say something of it."""
        return self.scan != Scan.FOUND and not self.may_be_opened

    def __str__(self) -> str:
        return self.name
