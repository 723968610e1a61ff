"""The library of gaps, learning actions and practice tests (domain.md §7.1); versioned: a plan keeps what it started with."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from accounts.models import Provider
from records.models import Tracked


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
    learning = models.JSONField("learning actions", default=list)
    #: List of tests: {code, title, kind, before_return, minutes, instructions, pass_rule{…}, criteria[{text, star}], repeat}
    tests = models.JSONField("practice tests with their pass rules", default=list)
    retired = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["name", "-version"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["provider", "code", "version"], nulls_distinct=False, name="gap_version_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} (version {self.version})"
