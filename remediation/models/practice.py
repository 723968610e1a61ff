"""Attempts at a practice test: criterion by criterion, failures kept, signed by an assessor who is free to sign."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from accounts.models import Staff
from incidents.models import CaseFile, CaseRecord
from records.models import Signed
from remediation.models.capability import CapabilityQuerySet
from remediation.models.plan import PracticeTest, TestCriterion

USER = settings.AUTH_USER_MODEL


class TestAttempt(CaseRecord):
    """One attempt. A draft until signed; then fixed, passed or not (F42). Failures are never deleted."""

    __test__ = False  # not a test of ours: pytest would collect the name

    class Outcome(models.TextChoices):
        PASSED = "passed", "Passed"
        NOT_PASSED = "not_passed", "Not passed"
        NOT_VALID = "not_valid", "Not valid as a test"

    test = models.ForeignKey(PracticeTest, on_delete=models.PROTECT, related_name="attempts")
    worker = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="test_attempts")
    assessor = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField("attempt number")
    week = models.PositiveSmallIntegerField("week of a series", null=True, blank=True)
    setting = models.CharField("place or setting", max_length=200, blank=True)
    scenario = models.TextField("the scenario or records used", blank=True)
    work = models.TextField("what the worker wrote or answered, in their words", blank=True)
    announced = models.BooleanField("planned with the worker", default=True)
    person_agreed = models.CharField("has the person agreed to being watched", max_length=20, blank=True)
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField("observation ended", null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    direct_contact = models.BooleanField("direct contact with a person", default=True)
    feedback = models.TextField("feedback given", blank=True)
    worker_comment = models.TextField("the worker's own comment", blank=True)
    unsafe_answer = models.TextField("an unsafe answer given (ends the test)", blank=True)
    improved = models.TextField("what improved since last week", blank=True)
    competent = models.CharField("the assessor's judgement: competent or not yet", max_length=20, blank=True)
    # Written by the signing action from the pass rule; never typed.
    outcome = models.CharField(max_length=20, choices=Outcome.choices, blank=True)
    points = models.PositiveSmallIntegerField(null=True, blank=True)
    points_possible = models.PositiveSmallIntegerField(null=True, blank=True)
    reasons = models.JSONField("why, line by line", default=list, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[Any] = models.Manager.from_queryset(CapabilityQuerySet)()

    class Meta:
        ordering: ClassVar[list[str]] = ["number"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["test", "number"], name="attempt_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.test}, attempt {self.number}"


class Mark(models.TextChoices):
    UNSAFE = "0", "0 Unsafe or not done"
    PROMPTED = "1", "1 Done with prompting"
    INDEPENDENT = "2", "2 Done independently"
    NOT_OBSERVED = "N", "Not observed"


class CriterionMark(CaseRecord):
    """One criterion of one attempt: the mark, what was seen or heard (fact), and the judgement, kept apart (F40)."""

    attempt = models.ForeignKey(TestAttempt, on_delete=models.PROTECT, related_name="marks")
    criterion = models.ForeignKey(TestCriterion, on_delete=models.PROTECT, related_name="marks")
    mark = models.CharField(max_length=1, choices=Mark.choices)
    saw_heard = models.TextField("what I saw or heard")
    judgement = models.TextField("my judgement", blank=True)
    marked_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    marked_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["criterion__order"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["attempt", "criterion"], name="criterion_mark_once")
        ]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.get_mark_display()}"


class AttemptFile(CaseRecord):
    """Evidence attached to an attempt (the written record, the form)."""

    attempt = models.ForeignKey(TestAttempt, on_delete=models.PROTECT, related_name="files")
    file = models.ForeignKey(CaseFile, on_delete=models.PROTECT, related_name="+")
    added_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.file)


class AttemptSignOff(Signed, CaseRecord):
    """The assessor's signature on one attempt, passed or not (S1, S2, S4, S5 checked at that moment)."""

    attempt = models.ForeignKey(TestAttempt, on_delete=models.PROTECT, related_name="sign_offs")

    def __str__(self) -> str:
        return f"Sign-off of {self.attempt}"

    def what_is_signed_now(self) -> Any:
        """The attempt as it reads now."""
        from remediation.practice_snapshot import of_attempt

        return of_attempt(self.attempt)
