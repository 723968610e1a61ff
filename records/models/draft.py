"""A draft: what one person has typed so far and not yet sent."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

#: A draft nobody touched for this long is deleted when its owner starts another.
KEPT_FOR = timedelta(days=30)


class DraftQuerySet(models.QuerySet["Draft"]):
    def visible_to(self, user: Any) -> DraftQuerySet:
        """Only the person who is writing it, and only while it is kept."""
        return self.filter(owner_id=user.pk, updated_at__gte=timezone.now() - KEPT_FOR)

    def expired(self) -> DraftQuerySet:
        return self.filter(updated_at__lt=timezone.now() - KEPT_FOR)


class Draft(models.Model):
    """Typing kept between pages and devices. It proves nothing, so it has no history; sending deletes it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=60)
    #: What the draft is about, where it is about something that exists (its primary key as text).
    about = models.CharField(max_length=60, blank=True)
    #: page -> {input name: [values]}, exactly as posted.
    answers = models.JSONField(default=dict)
    started_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[Any] = models.Manager.from_queryset(DraftQuerySet)()

    class Meta:
        ordering: ClassVar[list[str]] = ["-updated_at"]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["owner", "kind", "-updated_at"], name="draft_mine")]

    def __str__(self) -> str:
        return f"Draft {self.kind}"
