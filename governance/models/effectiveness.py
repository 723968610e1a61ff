"""Effectiveness: shown by re-audit, observation and follow-up supervision against a measure fixed first (A11, §10)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from incidents.models import CaseRecord
from records.models import Signed

USER = settings.AUTH_USER_MODEL


class Verdict(models.TextChoices):
    """The four words, and no others (§10)."""

    CHANGED = "changed", "Changed"
    NOT_YET_SHOWN = "not_yet_shown", "Not yet shown"
    NOT_CHANGED = "not_changed", "Not changed"
    WORSE = "worse", "Worse"


class Measure(CaseRecord):
    """What would show that practice changed: baseline and target fixed before the change, then locked (F69)."""

    class Better(models.TextChoices):
        HIGHER = "higher", "Higher is better"
        LOWER = "lower", "Lower is better"

    title = models.CharField(max_length=200)
    unit = models.CharField("unit: hours, %, points of 20, queries per referral", max_length=60)
    better = models.CharField(max_length=10, choices=Better.choices)
    baseline = models.DecimalField(max_digits=10, decimal_places=2)
    baseline_n = models.PositiveIntegerField("how many items the baseline rests on")
    baseline_period = models.CharField(max_length=200)
    target = models.DecimalField(max_digits=10, decimal_places=2)
    change_on = models.DateField("when the change starts", null=True, blank=True)
    owner = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    fixed_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    fixed_at = models.DateTimeField()
    #: True when work on the case had already started: then it shows less, and says so wherever it is shown (F69).
    fixed_late = models.BooleanField("fixed after work had started", default=False)
    changed_reason = models.TextField("why it was changed before work started", blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["fixed_at"]

    def __str__(self) -> str:
        return self.title

    def is_reached_by(self, value: Any) -> bool:
        """Whether a value is at the target or beyond it."""
        return bool(value >= self.target if self.better == self.Better.HIGHER else value <= self.target)


class MeasurePoint(CaseRecord):
    """One measured point: the day, the value, on how many items, and where it comes from."""

    #: A day of something done: well before it was written down, the history says so (F98).
    past_days: ClassVar[tuple[str, ...]] = ("on",)

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="points")
    on = models.DateField()
    value = models.DecimalField(max_digits=10, decimal_places=2)
    n = models.PositiveIntegerField()
    source = models.CharField(max_length=300)
    added_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["on"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["measure", "on"], name="one_point_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.on}: {self.value}"


class EffectCheck(CaseRecord):
    """One of the three looks that show effect: promised with a date, then done with a result (A11).

    Done by someone who does not own the action it checks (S9).
    """

    class Kind(models.TextChoices):
        REAUDIT = "reaudit", "Re-audit"
        OBSERVATION = "observation", "Observation"
        SUPERVISION = "supervision", "Follow-up supervision"

    kind = models.CharField(max_length=20, choices=Kind.choices)
    week = models.PositiveSmallIntegerField("weeks after the change", null=True, blank=True)
    measure = models.ForeignKey(Measure, null=True, blank=True, on_delete=models.PROTECT, related_name="checks")
    due_on = models.DateField()
    original_due_on = models.DateField()
    owner = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="effect_checks")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    what_was_looked_at = models.TextField(
        "which later, real records or practice were looked at, and how many", blank=True
    )
    result = models.TextField(blank=True)
    verdict = models.CharField(max_length=20, choices=Verdict.choices, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["due_on"]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["due_on"], condition=models.Q(done_at=None), name="effect_check_open"),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())


class EffectVerdict(Signed, CaseRecord):
    """The signed verdict on the case's effectiveness, by someone who owns none of its actions (S9)."""

    verdict = models.CharField(max_length=20, choices=Verdict.choices)
    reason = models.TextField()
    #: "Not yet shown" may close only with a dated re-audit.
    next_reaudit_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["signed_at"]

    def __str__(self) -> str:
        return str(self.get_verdict_display())

    def what_is_signed_now(self) -> Any:
        from governance.snapshots import effect

        return effect(self.case)
