"""The library of gaps, learning actions and practice tests (domain.md §7.1); versioned: a plan keeps what it started with."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from accounts import access
from accounts.models import Provider
from records.models import Tracked, TrackedQuerySet


class GapQuerySet(TrackedQuerySet):
    def visible_to(self, user: Any) -> GapQuerySet:
        """Ours, and those of the providers where the user holds a role."""
        return self.filter(models.Q(provider=None) | models.Q(provider__in=access.of(user).providers()))

    def newest(self) -> models.QuerySet[GapTemplate]:
        """The newest version of each gap that is not retired; a provider's own stands before ours."""
        return (
            self.filter(retired=False)
            .order_by("code", models.F("provider").asc(nulls_last=True), "-version")
            .distinct("code")
        )


class GapTemplate(Tracked):
    """One observable gap with what teaches it, what tests it and what counts as a pass, at one version."""

    provider = models.ForeignKey(
        Provider, null=True, blank=True, on_delete=models.PROTECT, related_name="gaps", help_text="Empty: ours"
    )
    code = models.CharField(max_length=40)
    version = models.PositiveIntegerField(default=1)
    name = models.CharField(max_length=200)
    gap = models.TextField("the gap, observable")
    tasks = models.JSONField("tasks usually restricted", default=list)
    #: A list of {kind, what, days}: taught by when, in days after the plan starts.
    learning = models.JSONField("learning actions", default=list)
    #: A list of {code, title, kind, before_return, instructions, pass_rule{…}, criteria[{text, star, group}], days}
    tests = models.JSONField("practice tests with their pass rules", default=list)
    statement = models.TextField("what 'safe to practise' usually says", blank=True)
    retired = models.BooleanField(default=False)
    changed_reason = models.TextField("why this version was written", blank=True)

    objects: ClassVar[Any] = models.Manager.from_queryset(GapQuerySet)()

    class Meta:
        ordering: ClassVar[list[str]] = ["name", "-version"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["provider", "code", "version"], nulls_distinct=False, name="gap_version_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} (version {self.version})"
