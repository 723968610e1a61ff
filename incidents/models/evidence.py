"""Evidence files of a case: what it really is, how large, and its hash; served only after a permission check."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from incidents.models.case import CaseRecord


def _path(instance: CaseFile, filename: str) -> str:
    # The stored path says nothing: no name, no reference.
    return f"{str(instance.pk)[:2]}/{instance.pk}"


class CaseFile(CaseRecord):
    """Proves that this content, with this SHA-256, was put in the record by this person at this time (F08)."""

    file = models.FileField(upload_to=_path, max_length=100)
    name = models.CharField("file name, made safe", max_length=200)
    content_type = models.CharField("what it really is", max_length=100)
    size = models.PositiveBigIntegerField("bytes")
    sha256 = models.CharField(max_length=64)
    description = models.CharField(max_length=300, blank=True)
    about = models.CharField("which record it belongs to", max_length=60, blank=True)
    about_id = models.UUIDField(null=True, blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    replaces = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by")

    class Meta:
        ordering: ClassVar[list[str]] = ["added_at"]

    def __str__(self) -> str:
        return self.name
