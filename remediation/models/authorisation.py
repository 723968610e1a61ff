"""Re-authorisation task by task, and the follow-ups that show it held (domain.md §8)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from accounts.models import Staff
from incidents.models import CaseRecord, CaseRecordQuerySet, TaskRestriction
from incidents.tasks_catalogue import Task
from records.models import Signed
from remediation import endings
from remediation.models.capability import CapabilityQuerySet
from remediation.models.plan import RemediationPlan

USER = settings.AUTH_USER_MODEL


class Decision(models.TextChoices):
    FULL = "full", "Full"
    CONDITIONAL = "conditional", "Conditional, supervised"
    EXTEND = "extend", "Extend the plan"
    NOT_AUTHORISED = "not_authorised", "Not authorised"
    REDEPLOY = "redeploy", "Redeploy"


class Reauthorisation(Signed, CaseRecord):
    """One decision about one task of one worker, signed by the decider with the gate as it stood (G1–G15).

    At L3 and L4 it takes effect only with a `SecondDecision` by another person (S3, F53). A conditional one ends
    at `expires_at` and is then 'not authorised' again.
    """

    plan = models.ForeignKey(RemediationPlan, on_delete=models.PROTECT, related_name="decisions")
    worker = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="reauthorisations")
    restriction = models.ForeignKey(
        TaskRestriction, null=True, blank=True, on_delete=models.PROTECT, related_name="decisions"
    )
    task = models.CharField(max_length=4, choices=Task.choices)
    decision = models.CharField(max_length=20, choices=Decision.choices)
    reason = models.TextField()
    statement = models.TextField("safe to practise, from the evidence", blank=True)
    condition = models.TextField(blank=True)
    supervisor = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField(null=True, blank=True)
    needs_second = models.BooleanField(default=False)
    overrides = models.JSONField("gate lines overridden, with reasons", default=list, blank=True)
    new_test_dates = models.TextField(blank=True)
    persons_view = models.TextField("the view of the person or family, where it is work with them (T3)", blank=True)
    #: Who will hold the follow-ups of weeks 4, 8 and 12; booked when the decision takes effect.
    follow_up_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[Any] = models.Manager.from_queryset(CapabilityQuerySet)()

    class Meta:
        ordering: ClassVar[list[str]] = ["signed_at"]

    def __str__(self) -> str:
        return f"{self.get_task_display()}: {self.get_decision_display()}"

    def what_is_signed_now(self) -> Any:
        """The decision and, read again, whether each signed test it rests on still stands."""
        from remediation.practice_snapshot import of_decision

        rests_on = [one["sign_off"] for one in self.snapshot["rests_on"]]
        return of_decision(self, gate=self.snapshot["gate"], rests_on=rests_on)


class SecondDecision(Signed, CaseRecord):
    """The second decider's signature at L3/L4: agrees or does not."""

    first = models.ForeignKey(Reauthorisation, on_delete=models.PROTECT, related_name="seconds")
    agrees = models.BooleanField()
    reason = models.TextField()

    def __str__(self) -> str:
        return f"Second decision on {self.first}"

    def what_is_signed_now(self) -> Any:
        """The first decision by its hash, and what this person said of it."""
        return {
            "first": str(self.first_id),
            "sha256": self.first.sha256,
            "agrees": self.agrees,
            "reason": self.reason,
            "first_changed": self.first.is_changed_since,
        }


class TaskAuthorisation(CaseRecord):
    """What the register shows for a task that came back: since when, under which condition, until when.

    Made by the action that puts a decision into effect. Ended (never deleted) when suspended again or expired.
    """

    decision = models.ForeignKey(Reauthorisation, on_delete=models.PROTECT, related_name="authorisations")
    worker = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="task_authorisations")
    task = models.CharField(max_length=4, choices=Task.choices)
    condition = models.TextField(blank=True)
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ended_reason = models.TextField(blank=True)

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["expires_at"], condition=models.Q(ended_at=None), name="authorisation_open"),
        ]

    def __str__(self) -> str:
        return f"{self.worker}: {self.get_task_display()}"


class FollowUpQuerySet(CaseRecordQuerySet):
    def with_asked_for(self) -> models.QuerySet[Any]:
        """Each with `asked_for`: whether there is still something to look at (A11).

        Not when the worker has left, nor when the plan ended and nothing it gave back stands any more (not
        authorised, redeployed, taken away): a follow-up shows that practice holds, and there is none to see. The due
        view says the same in SQL (governance/due_view.py).
        """
        stands = TaskAuthorisation.objects.filter(decision__plan=models.OuterRef("plan"), ended_at=None)
        nothing = models.Q(plan__ended_how=endings.LEFT) | ~models.Exists(stands)
        over = models.Q(plan__ended_at__isnull=False) & nothing
        found: models.QuerySet[Any] = self.annotate(
            asked_for=models.Case(
                models.When(over, then=models.Value(False)),
                default=models.Value(True),
                output_field=models.BooleanField(),
            )
        )
        return found


class FollowUp(CaseRecord):
    """A check in weeks 4, 8 and 12 after duties came back: booked, then held, with its result (A11)."""

    class Kind(models.TextChoices):
        OBSERVATION = "observation", "Observation"
        SUPERVISION = "supervision", "Follow-up supervision"

    plan = models.ForeignKey(RemediationPlan, on_delete=models.PROTECT, related_name="follow_ups")
    worker = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="follow_ups")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    week = models.PositiveSmallIntegerField("weeks after duties came back")
    due_on = models.DateField()
    owner = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="follow_ups")
    held_at = models.DateTimeField(null=True, blank=True)
    held_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    result = models.TextField("what was seen or understood", blank=True)
    meets_standard = models.BooleanField(null=True, blank=True)
    #: Known where it was read `with_asked_for`.
    asked_for: bool

    objects: ClassVar[Any] = models.Manager.from_queryset(FollowUpQuerySet)()

    class Meta:
        ordering: ClassVar[list[str]] = ["due_on"]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["due_on"], condition=models.Q(held_at=None), name="follow_up_open"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, week {self.week}"


class HoldRequest(CaseRecord):
    """Police, the council or HR asked that duties do not come back yet (G10); no override."""

    asked_by = models.CharField("who asked", max_length=200)
    reason = models.TextField()
    recorded_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    release_note = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"Hold asked by {self.asked_by}"
