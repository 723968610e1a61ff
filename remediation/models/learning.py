"""The learning track: five causes tested every time, and actions on the system with owner, due date and effect."""

from __future__ import annotations

from textwrap import shorten
from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from incidents.models import CaseFile, CaseRecord

USER = settings.AUTH_USER_MODEL


class Cause(models.TextChoices):
    """The article's five causes (A2)."""

    COMPETENCE = "competence", "Gaps in competence"
    SUPERVISION = "supervision", "Poor supervision"
    WORKLOAD = "workload", "Workload pressure"
    LEADERSHIP = "leadership", "Weak leadership"
    PROCESS = "process", "Unclear processes"


class Finding(models.TextChoices):
    NOT_KNOWN = "not_known", "Not yet known"
    MAIN = "main", "Main cause"
    CONTRIBUTED = "contributed", "Contributed"
    RULED_OUT = "ruled_out", "Ruled out"


class LearningResponse(CaseRecord):
    """The learning track of a case; opened with the case, finished only when every cause and action is settled."""

    method = models.CharField(max_length=60, blank=True)
    what_normally_happens = models.TextField(blank=True)
    what_worked = models.TextField(blank=True)
    missed_opportunities = models.TextField("missed opportunities, each with its date", blank=True)
    shared_how = models.TextField("how the learning was shared with the person, staff and other services", blank=True)
    opened_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    finished_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    finished_at = models.DateTimeField(null=True, blank=True)
    reopened_reason = models.TextField(blank=True)
    # The nominated individual's answer where every action is weak (F29); an action added later asks anew.
    all_weak_reason = models.TextField("why weak actions are accepted", blank=True)
    all_weak_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    all_weak_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint(fields=["case"], name="learning_response_once")]

    def __str__(self) -> str:
        return "Learning response"


class CauseFinding(CaseRecord):
    """One of the five causes, tested. 'Ruled out' needs evidence: two sources, one of them not an interview (§2.1)."""

    cause = models.CharField(max_length=20, choices=Cause.choices)
    finding = models.CharField(max_length=20, choices=Finding.choices, default=Finding.NOT_KNOWN)
    reason = models.TextField("why this finding", blank=True)
    contributory_statement = models.TextField("X increased the likelihood of Y because Z", blank=True)
    no_action_reason = models.TextField("no system action is needed, because", blank=True)
    #: Is this cause still live today (rota, process not yet mended)? Feeds gate G14 and S4.
    still_live = models.BooleanField(null=True, blank=True)
    still_live_note = models.TextField(blank=True)
    found_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    found_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint(fields=["case", "cause"], name="cause_once")]

    def __str__(self) -> str:
        return self.get_cause_display()


class EvidenceSource(models.TextChoices):
    INTERVIEW = "interview", "Interview or account"
    RECORD = "record", "Record or document"
    ROTA = "rota", "Rota, travel time or hours"
    SUPERVISION = "supervision", "Supervision dates against policy"
    POLICY = "policy", "Policy staff actually had"
    LOG = "log", "On-call or call log"
    OBSERVATION = "observation", "Observation"
    OTHER = "other", "Other"


class CauseEvidence(CaseRecord):
    """One piece of evidence looked at for a cause."""

    finding = models.ForeignKey(CauseFinding, on_delete=models.PROTECT, related_name="evidence")
    source = models.CharField(max_length=20, choices=EvidenceSource.choices)
    what = models.TextField("what was looked at, and what it shows")
    file = models.ForeignKey(CaseFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    added_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.get_source_display()}: {self.finding}"


class Strength(models.TextChoices):
    """VA/IHI RCA² action hierarchy (domain.md §5)."""

    STRONG = "strong", "Strong: makes the safe way the only or easiest way"
    INTERMEDIATE = "intermediate", "Intermediate: software, checklist, staffing, simulation"
    WEAK = "weak", "Weak: memo, policy, warning, training"


class SystemAction(CaseRecord):
    """A change to the system. 'Done' and 'worked' are two states, each with its own evidence (F30)."""

    cause = models.ForeignKey(CauseFinding, on_delete=models.PROTECT, related_name="actions")
    what = models.TextField("verb and object")
    measure = models.TextField("number with baseline", blank=True)
    resources = models.TextField("who and what it takes", blank=True)
    strength = models.CharField(max_length=20, choices=Strength.choices)
    owner = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="system_actions")
    due_on = models.DateField()
    original_due_on = models.DateField()
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    done_evidence = models.TextField(blank=True)
    effect_due_on = models.DateField(null=True, blank=True)
    effect_checked_at = models.DateTimeField(null=True, blank=True)
    effect_checked_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    worked = models.BooleanField(null=True, blank=True)
    effect_evidence = models.TextField(blank=True)
    not_worked_reason = models.TextField("why it is accepted all the same", blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["due_on"]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["due_on"], condition=models.Q(done_at=None), name="system_action_open"),
        ]

    def __str__(self) -> str:
        return shorten(self.what, 80, placeholder=" …")


class DueDateChange(CaseRecord):
    """Proves a promised date was moved, from when to when, and why; the first date stays visible (F37)."""

    about = models.CharField(max_length=60)
    about_id = models.UUIDField()
    was = models.DateField()
    becomes = models.DateField()
    reason = models.TextField()
    changed_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.was} to {self.becomes}"
