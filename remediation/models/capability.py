"""The capability track of one worker: their own words, the fair route, support, and their right of reply."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from accounts.models import Staff
from incidents.models import CaseRecord, CaseRecordQuerySet

USER = settings.AUTH_USER_MODEL


class Route(models.TextChoices):
    """Which way is fair (domain.md §6)."""

    NO_ACTION = "no_action", "No individual action: the system would have caught anyone"
    SUPPORTED = "supported", "Supported remediation plan (informal)"
    FORMAL = "formal", "Formal capability"
    DISCIPLINARY = "disciplinary", "Disciplinary"
    HEALTH = "health", "Occupational health and adjustments"


class CapabilityQuerySet(CaseRecordQuerySet):
    def visible_to(self, user: Any) -> models.QuerySet[Any]:
        """Those of visible cases, and the worker's own."""
        from incidents.models import Case

        return self.filter(models.Q(case__in=Case.objects.visible_to(user)) | models.Q(worker__user=user))

    def in_cases_of(self, user: Any) -> models.QuerySet[Any]:
        """Those of visible cases only: for pages that show the case, which the worker may not see (S1)."""
        return super().visible_to(user)


class ResponseQuerySet(CapabilityQuerySet):
    def visible_to(self, user: Any) -> models.QuerySet[Any]:
        """Those of visible cases; and the worker's own once they have been told of it in person."""
        from incidents.models import Case

        own = models.Q(worker__user=user, told_at__isnull=False)
        return self.filter(models.Q(case__in=Case.objects.visible_to(user)) | own)

    def own(self, user: Any) -> models.QuerySet[Any]:
        """The worker's own, once told: never a surprise on a screen, and never before police agree (§6)."""
        return self.filter(worker__user=user, told_at__isnull=False, superseded_at=None)


#: What must be asked before a route is chosen (domain.md §6).
BEING_FAIR: dict[str, str] = {
    "deliberate": "Was harm meant?",
    "health": "Could health or a disability explain it?",
    "rule": "Was the rule clear, workable and in use?",
    "peers": "Would someone like them have done the same?",
    "pressure": "What pressure were they under?",
}


class Outcome(models.TextChoices):
    """How a worker's track ended when it did not end with a decision on each task."""

    NO_ACTION = "no_action", "No individual action was needed"
    FORMAL = "formal", "Went on in formal capability"
    DISCIPLINARY = "disciplinary", "Went on in a disciplinary process"
    HEALTH = "health", "Went on with occupational health"
    LEFT_NOT_TESTED = "left_not_tested", "Left before being tested"
    ABSENT_NOT_TESTED = "absent_not_tested", "Absent for long, not tested"


class CapabilityResponse(CaseRecord):
    """The capability track: one a worker, or one with no worker and the reason why none is needed (F24)."""

    worker = models.ForeignKey(
        Staff, null=True, blank=True, on_delete=models.PROTECT, related_name="capability_responses"
    )
    not_needed_reason = models.TextField("no individual concern, because", blank=True)
    not_needed_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    not_needed_at = models.DateTimeField(null=True, blank=True)
    route = models.CharField(max_length=20, choices=Route.choices, blank=True)
    route_reason = models.TextField(blank=True)
    #: The five prompts of `BEING_FAIR`, each with what was found (informed by NHS England's Being fair tool).
    being_fair = models.JSONField("being fair", default=dict, blank=True)
    route_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    route_at = models.DateTimeField(null=True, blank=True)
    supporter = models.CharField("named supporter", max_length=200, blank=True)
    support = models.TextField("support offered: workload cover, EAP, reading help", blank=True)
    welfare_due_on = models.DateField("next welfare contact", null=True, blank=True)
    told_at = models.DateTimeField("when the worker was told and asked to reflect", null=True, blank=True)
    told_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    told_note = models.TextField("how they were told, and who was with them", blank=True)
    opened_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    #: Set when the worker left, or the track ended without a test; 'outcome' then says how (never blank at closing).
    outcome = models.CharField(max_length=60, choices=Outcome.choices, blank=True)
    outcome_reason = models.TextField(blank=True)
    outcome_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    outcome_at = models.DateTimeField(null=True, blank=True)
    #: Set on the response without a worker when a worker is named after all.
    superseded_at = models.DateTimeField(null=True, blank=True)
    superseded_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[Any] = models.Manager.from_queryset(ResponseQuerySet)()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["case", "worker"], nulls_distinct=False, name="capability_once_a_worker"),
        ]

    def __str__(self) -> str:
        return f"Capability response: {self.worker or 'nobody'}"


class Coaching(CaseRecord):
    """Proves who coached the worker, when and on what; a coach may not run the summative test (S2)."""

    #: A day of something done: well before it was written down, the history says so (F98).
    past_days: ClassVar[tuple[str, ...]] = ("held_on",)

    response = models.ForeignKey(CapabilityResponse, on_delete=models.PROTECT, related_name="coachings")
    coach = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    held_on = models.DateField()
    about = models.TextField()
    recorded_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Coaching on {self.held_on}"


class WhyAsked(models.TextChoices):
    """In which words the third question of the trail was asked; empty: "Why did you not pass it on?"."""

    ESCALATION = "escalation", "Whether and why it was passed on"
    RECORD = "record", "What stood in the way of a full record"
    RESTRICTION = "restriction", "What led to the limit, and whether it was raised"


class ReflectiveTrail(CaseRecord):
    """The worker's own words about their decisions; locked on submit (F27). Not an investigation interview."""

    response = models.OneToOneField(CapabilityResponse, on_delete=models.PROTECT, related_name="trail")
    saw_heard = models.TextField("what I saw or heard, when and where", blank=True)
    thought_did = models.TextField("what I thought and did", blank=True)
    why_not_escalated = models.TextField("why I did not escalate", blank=True)
    #: Kept with the answer, so that it reads as it was asked whatever the case is called later.
    why_asked = models.CharField("how that was asked", max_length=20, choices=WhyAsked.choices, blank=True)
    should_have = models.TextField("what should have happened, by when, to whom", blank=True)
    effect_on_person = models.TextField("the effect on the person", blank=True)
    what_i_need = models.TextField("what I need", blank=True)
    entered_for = models.BooleanField("typed for the worker by someone else", default=False)
    entered_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    # The supervisor's box is separate, and comes after.
    discussed_at = models.DateTimeField(null=True, blank=True)
    discussed_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    supervisor_note = models.TextField(blank=True)

    def __str__(self) -> str:
        return "Reflective decision trail"


class Reply(models.TextChoices):
    COMMENT = "comment", "Comment"
    CORRECTION = "correction", "Correction"
    DISAGREE = "disagree", "I disagree"
    DECLINED = "declined", "Declined to comment"


class RightOfReply(CaseRecord):
    """Proves the worker was asked, and what they answered, in their words (F28). Printed in the pack."""

    response = models.ForeignKey(CapabilityResponse, on_delete=models.PROTECT, related_name="replies")
    about = models.CharField(max_length=200)
    invited_at = models.DateTimeField()
    invited_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=Reply.choices, blank=True)
    text = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name_plural = "rights of reply"

    def __str__(self) -> str:
        return f"Right of reply: {self.about}"
