"""A signature: who, in which role, meaning what, with which conflicts, freshly authenticated, on exactly what."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from records.models.tracked import Tracked


def canonical(data: Any) -> str:
    """The one spelling of a snapshot, so that equal content always gives an equal hash."""
    return json.dumps(data, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def fingerprint(data: Any) -> str:
    """SHA-256 (hex) of a snapshot in its canonical spelling."""
    return hashlib.sha256(canonical(data).encode()).hexdigest()


class Conflict(models.TextChoices):
    """The conflict declaration made with each signature (domain.md §1, S5)."""

    NONE = "none", "I have no conflict of interest"
    RELATIVE = "relative", "I am a relative or partner of someone involved"
    REPORTER = "reporter", "I reported this"
    WITNESS = "witness", "I am a witness"
    GRIEVANCE = "grievance", "There is an open grievance between us"
    OTHER = "other", "Another conflict"


class Signed(Tracked):
    """Proves that one person put their name to one exact content at one time (domain.md S5, S12).

    A signed row is fixed: the database refuses UPDATE and DELETE for the application's role. To withdraw it,
    write a new row that names it in `withdraws`, with the reason. `snapshot` is what was signed, frozen.
    """

    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()
    name = models.CharField("name at signing", max_length=200)
    role = models.CharField("role at signing", max_length=100)
    meaning = models.TextField("what this signature means")
    conflict = models.CharField(max_length=20, choices=Conflict.choices)
    conflict_detail = models.TextField(blank=True)
    authenticated_at = models.DateTimeField("identity confirmed again at")
    snapshot = models.JSONField(encoder=DjangoJSONEncoder)
    sha256 = models.CharField(max_length=64)
    withdraws = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="withdrawn_by"
    )
    withdrawal_reason = models.TextField(blank=True)

    class Meta:
        abstract = True

    def what_is_signed_now(self) -> Any:
        """The same snapshot taken today; each kind of signature says how. Compared by `is_changed_since`."""
        raise NotImplementedError

    def withdrawal(self) -> dict[str, str]:
        """What the signer of a withdrawal puts their name to: which signature, by its hash."""
        return {"withdraws": str(self.pk), "sha256": self.sha256}

    @property
    def stands(self) -> bool:
        """Whether it counts: not itself a withdrawal, and not withdrawn by a later entry (F48)."""
        return self.withdraws is None and not hasattr(self, "withdrawn_by")

    @property
    def is_changed_since(self) -> bool:
        """True when what was signed no longer reads as it did; the signature is then void, visibly (F47)."""
        now = self.what_is_signed_now() if self.withdraws is None else self.withdraws.withdrawal()
        return fingerprint(now) != self.sha256

    @property
    def is_intact(self) -> bool:
        return fingerprint(self.snapshot) == self.sha256
