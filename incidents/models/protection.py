"""Immediate protection: risk-control decisions, their reviews, task restrictions, chronology review (domain.md §3)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from accounts.models import Staff
from incidents.models.case import CaseRecord
from incidents.tasks_catalogue import Task

USER = settings.AUTH_USER_MODEL


class ControlKind(models.TextChoices):
    """Controls for the person, for staffing, for evidence, for the service; and the reasoned decision for none."""

    SAFETY_PLAN = "safety_plan", "Safety plan made with the person"
    MEDICAL_CHECK = "medical_check", "Medical check"
    SEPARATE = "separate", "Separate from the alleged source"
    EXTRA_CALLS = "extra_calls", "Extra calls or visits"
    ADVOCATE = "advocate", "Advocate"
    CHANGE_WORKER = "change_worker", "Change of worker"
    SHADOW = "shadow", "Shadowing or working in twos"
    NO_LONE_WORK = "no_lone_work", "No lone work"
    NOT_WITH_PERSON = "not_with_person", "No work with the named person"
    TASK_REMOVED = "task_removed", "Task removed"
    SHIFT_CHANGE = "shift_change", "Change of site or shift"
    NON_CONTACT = "non_contact", "Non-contact work"
    SUSPENSION = "suspension", "Precautionary suspension"
    LOCK_RECORDS = "lock_records", "Lock records"
    SECURE_EVIDENCE = "secure_evidence", "Secure CCTV, phones, scene or clothing"
    MANAGER_PRESENCE = "manager_presence", "Manager presence"
    NIGHT_CHECKS = "night_checks", "Night spot checks"
    STOP_ADMISSIONS = "stop_admissions", "Stop admissions"
    LIMITS_PERSON = "limits_person", "A limit on the person's own freedom"
    OTHER = "other", "Another control"
    NONE_NEEDED = "none_needed", "No control needed"


class RiskControl(CaseRecord):
    """One risk-control decision with everything §3 requires. Proves it was reasoned, proportionate and reviewed.

    It stays in force until a review lifts or replaces it; a passed review date never ends it (F13). A control that
    limits the person's own freedom needs a `Restriction` or is refused (F15).
    """

    kind = models.CharField(max_length=30, choices=ControlKind.choices)
    what = models.TextField("what exactly is done")
    worker = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.PROTECT, related_name="controls")
    trigger = models.TextField("what led to this, and the facts known then")
    who_at_risk = models.TextField("who is at risk, others included")
    options_considered = models.TextField("options considered, doing nothing and the least intrusive included")
    why_chosen = models.TextField("why this was chosen and the others were not")
    proportionality = models.TextField("why it is proportionate to the person and the worker")
    persons_views = models.TextField("the person's views and wanted outcomes", blank=True)
    views_not_obtained = models.TextField("why the views were not obtained", blank=True)
    capacity = models.TextField("capacity for this decision, consent, best-interests lead")
    advocate = models.TextField("advocate asked for, or why not")
    consent_to_share = models.TextField("consent to share, or the reason to override")
    impact_and_support = models.TextField("impact on those affected, and support given")
    who_was_told = models.TextField("who was told, how and when")
    exit_criteria = models.TextField("what must be true to end it")
    would_tighten = models.TextField("what would make us tighten it")
    decided_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField("time decided")
    recorded_at = models.DateTimeField("time recorded")
    #: The date the next review is due; None for "no control needed" after its one review, and when ended.
    review_due_at = models.DateTimeField(null=True, blank=True)
    restriction = models.ForeignKey(
        "incidents.Restriction", null=True, blank=True, on_delete=models.PROTECT, related_name="controls"
    )
    #: Asked where the words may limit the person or may not ("for her own safety"), and nobody says that they do (F15).
    why_no_limit = models.TextField("why this does not limit the person", blank=True)
    replaces = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by")
    # Welfare and fair treatment beside a control on a worker (F17).
    welfare_contact = models.CharField("named welfare contact", max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ended_how = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["decided_at"]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["review_due_at"], condition=models.Q(ended_at=None), name="control_review_open"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def in_force(self) -> bool:
        return self.ended_at is None and self.kind != ControlKind.NONE_NEEDED


class ReviewOutcome(models.TextChoices):
    CONTINUE = "continue", "Continue"
    AMEND = "amend", "Amend"
    STEP_DOWN = "step_down", "Step down"
    LIFT = "lift", "Lift"
    REPLACE = "replace", "Replace"


class RiskControlReview(CaseRecord):
    """Proves a control was looked at again, by whom, with what outcome and why (F13)."""

    control = models.ForeignKey(RiskControl, on_delete=models.PROTECT, related_name="reviews")
    due_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=20, choices=ReviewOutcome.choices)
    reason = models.TextField()
    changed_to = models.TextField("what changes", blank=True)
    why_no_limit = models.TextField("why this does not limit the person", blank=True)
    next_review_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["reviewed_at"]

    def __str__(self) -> str:
        return f"{self.control}: {self.get_outcome_display()}"


class TaskRestriction(CaseRecord):
    """One task a worker may not do; ends task by task (A9). The register reads this.

    Because of a risk control, or, without one, because a decision did not give the task back (domain.md §8): a plan
    also leads back to tasks which no control had taken away.
    """

    control = models.ForeignKey(
        RiskControl, null=True, blank=True, on_delete=models.PROTECT, related_name="restricted_tasks"
    )
    worker = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="task_restrictions")
    task = models.CharField(max_length=4, choices=Task.choices)
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ended_reason = models.TextField(blank=True)

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["worker", "task"], condition=models.Q(ended_at=None), name="task_restriction_open"),
        ]

    def __str__(self) -> str:
        return f"{self.worker}: {self.get_task_display()}"


class ChronologyReview(CaseRecord):
    """Proves a manager read the chronology by its due time and what they saw in it (domain.md §3 table)."""

    due_at = models.DateTimeField()
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    findings = models.TextField("what the chronology shows", blank=True)
    gaps = models.TextField("gaps and disputed points", blank=True)

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["due_at"], condition=models.Q(reviewed_at=None), name="chronology_review_open"),
        ]

    def __str__(self) -> str:
        return "Management review of the chronology"
