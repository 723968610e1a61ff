"""The remediation plan: gap → learning → tests → dates → 'safe to practise', complete before it starts (F33)."""

from __future__ import annotations

from textwrap import shorten
from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from accounts.models import Staff
from incidents.models import CaseRecord
from incidents.tasks_catalogue import Task
from records import wording
from records.models import Signed
from remediation.models.capability import CapabilityQuerySet, CapabilityResponse
from remediation.models.library import GapTemplate

USER = settings.AUTH_USER_MODEL


class RemediationPlan(CaseRecord):
    """One worker's plan. Proves that what 'safe to practise' means was written before the work began (A6)."""

    response = models.ForeignKey(CapabilityResponse, on_delete=models.PROTECT, related_name="plans")
    worker = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="plans")
    template = models.ForeignKey(GapTemplate, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    gap = models.TextField("the gap, as anyone could observe it")
    baseline = models.TextField("evidence of the gap today", blank=True)
    statement = models.TextField("what 'safe to practise' will mean", blank=True)
    if_not_met = models.TextField("what happens if it is not met", blank=True)
    support = models.TextField(blank=True)
    adjustments = models.TextField(blank=True)
    written_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    ends_on = models.DateField("planned end", null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    started_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ended_how = models.CharField(max_length=60, blank=True)
    ended_reason = models.TextField(blank=True)

    objects: ClassVar[Any] = models.Manager.from_queryset(CapabilityQuerySet)()

    class Meta:
        ordering: ClassVar[list[str]] = ["written_at"]

    def __str__(self) -> str:
        return f"Remediation plan for {self.worker}"


class PlanTask(CaseRecord):
    """One task this plan must lead back to (restricted meanwhile)."""

    plan = models.ForeignKey(RemediationPlan, on_delete=models.PROTECT, related_name="tasks")
    task = models.CharField(max_length=4, choices=Task.choices)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["plan", "task"], condition=models.Q(removed_at=None), name="plan_task_once"
            ),
        ]

    def __str__(self) -> str:
        return self.get_task_display()


class LearningKind(models.TextChoices):
    COACHING = "coaching", "Coaching on shift"
    SUPERVISION = "supervision", "Reflective supervision"
    SIMULATION = "simulation", "Simulation or role-play"
    READING = "reading", "Local guide or procedure"
    COURSE = "course", "Course"
    E_LEARNING = "e_learning", "E-learning"
    SHADOWING = "shadowing", "Shadowing"


class LearningAction(CaseRecord):
    """Something that teaches. Doing it proves nothing about practice (A7)."""

    plan = models.ForeignKey(RemediationPlan, on_delete=models.PROTECT, related_name="learning_actions")
    kind = models.CharField(max_length=20, choices=LearningKind.choices)
    what = models.TextField()
    owner = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="learning_actions")
    due_on = models.DateField()
    original_due_on = models.DateField()
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    done_evidence = models.TextField(blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["due_on"]
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["due_on"], condition=models.Q(done_at=None, removed_at=None), name="learning_action_open"
            ),
        ]

    def __str__(self) -> str:
        return shorten(self.what, 80, placeholder=" …")


class TestKind(models.TextChoices):
    OBSERVATION = "observation", "Observed practice"
    RECORD_WRITING = "record_writing", "Supervised record writing"
    SCENARIO = "scenario", "Scenario with questions"
    WEEKLY_CHECK = "weekly_check", "Weekly recording check"
    LIVE = "live", "Live items audited"
    # Offered nowhere: kept so that an import or an API that tries is refused with the reason (A7).
    ATTENDANCE = "attendance", "Training attended"
    E_LEARNING = "e_learning", "E-learning completed"


class PracticeTest(CaseRecord):
    """One test of practice with its pass rule fixed before anyone is tested (F41).

    A weekly series is one PracticeTest with `series_weeks` 4; each week's window is computed from `window_starts_on`.
    """

    NOT_TESTS: ClassVar[tuple[str, ...]] = (TestKind.ATTENDANCE, TestKind.E_LEARNING)

    plan = models.ForeignKey(RemediationPlan, on_delete=models.PROTECT, related_name="tests")
    code = models.CharField(max_length=10, help_text="For example P1")
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=TestKind.choices)
    instructions = models.TextField(blank=True)
    #: How a pass is computed: the keys of remediation/pass_rules.py, e.g. {"percent": 80, "stars": "all"}.
    pass_rule = models.JSONField()
    before_return = models.BooleanField("must be passed before duties come back", default=True)
    series_weeks = models.PositiveSmallIntegerField(default=0)
    assessor = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.PROTECT, related_name="tests_to_assess")
    window_starts_on = models.DateField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    original_due_on = models.DateField(null=True, blank=True)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_reason = models.TextField(blank=True)
    #: Kept by the action that signs an attempt: when the rule was first satisfied; None until then.
    passed_at = models.DateTimeField(null=True, blank=True)
    passed_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[Any] = models.Manager.from_queryset(CapabilityQuerySet)()

    class Meta:
        ordering: ClassVar[list[str]] = ["code"]
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["due_on"], condition=models.Q(passed_at=None, withdrawn_at=None), name="practice_test_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class TestCriterion(CaseRecord):
    """One criterion of a test, in plain words; a star criterion must be met.

    Never changed: a test whose criteria change before the plan starts is withdrawn and written anew.
    """

    test = models.ForeignKey(PracticeTest, on_delete=models.PROTECT, related_name="criteria")
    order = models.PositiveSmallIntegerField()
    text = models.TextField()
    star = models.BooleanField("must be met", default=False)
    group = models.CharField("question or vignette it belongs to", max_length=200, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["order"]
        verbose_name_plural = "test criteria"
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint(fields=["test", "order"], name="criterion_once")]

    def __str__(self) -> str:
        return shorten(self.text, 80, placeholder=" …")


class PlanReview(CaseRecord):
    """A dated review of the plan: promised, then held."""

    plan = models.ForeignKey(RemediationPlan, on_delete=models.PROTECT, related_name="reviews")
    due_on = models.DateField()
    held_at = models.DateTimeField(null=True, blank=True)
    held_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    notes = models.TextField(blank=True)
    original_due_on = models.DateField()
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["due_on"]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["due_on"], condition=models.Q(held_at=None, removed_at=None), name="plan_review_open"),
        ]

    def __str__(self) -> str:
        return f"Plan review on {wording.when_text(self.due_on)}"


class PlanApproval(Signed, CaseRecord):
    """Proves who started the plan, knowing what 'safe to practise' would mean (A6)."""

    plan = models.ForeignKey(RemediationPlan, on_delete=models.PROTECT, related_name="approvals")

    def what_is_signed_now(self) -> Any:
        from remediation.plan_snapshot import snapshot

        return snapshot(self.plan)

    def __str__(self) -> str:
        return "Plan approval"
