"""Closing a case: a gate, a signature, and at L3/L4 a second one; re-opening with a reason."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from incidents.models import CaseRecord
from records.models import Signed

USER = settings.AUTH_USER_MODEL


class Closure(Signed, CaseRecord):
    """Proves who closed the case on what facts. At L3/L4 it takes effect with a `ClosureSecond` (§13)."""

    person_informed = models.TextField("how the person was told what was learned")
    team_learning = models.TextField("when and how the team learned")
    needs_second = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["signed_at"]

    def __str__(self) -> str:
        return "Closure"

    def what_is_signed_now(self) -> Any:
        from governance.snapshots import closing

        return closing(self.case, self.person_informed, self.team_learning, until=self.took_effect_at)

    @property
    def took_effect_at(self) -> datetime | None:
        """When the case was closed by it: at once, or with the second person's signature; None while that waits.

        A verdict signed after this, such as the re-audit promised at closing, is a record of its own. It changes
        nothing of what was signed here; one withdrawn since does.
        """
        from governance.snapshots import agreed_at

        return agreed_at(self.case).get(self.pk) if self.needs_second else self.signed_at


class ClosureSecond(Signed, CaseRecord):
    """The second person's agreement to close, at L3 and L4."""

    closure = models.ForeignKey(Closure, on_delete=models.PROTECT, related_name="seconds")
    agrees = models.BooleanField()
    reason = models.TextField()

    class Meta:
        ordering: ClassVar[list[str]] = ["signed_at"]

    def __str__(self) -> str:
        return "Second signature on closing"

    def what_is_signed_now(self) -> Any:
        return self.closure.what_is_signed_now()


class Reopening(CaseRecord):
    """Proves why a closed case was opened again."""

    reason = models.TextField()
    reopened_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    reopened_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["reopened_at"]

    def __str__(self) -> str:
        return "Re-opening"
