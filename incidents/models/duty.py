"""External duties: one decision a body, each with its own clock (domain.md §4). The table itself is incidents/duties.py."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from incidents.models.case import CaseRecord

USER = settings.AUTH_USER_MODEL


class DutyAnswer(models.TextChoices):
    UNDECIDED = "undecided", "Not decided yet"
    YES = "yes", "Yes, they must be told"
    NO = "no", "No"


class Duty(CaseRecord):
    """Proves that one outside body was thought of: the answer, why, by whom, and what was sent when.

    One body's decision never closes another's. "No" for abuse, police or DBS needs a second person: until then
    the answer stays undecided (F19). The same body may have to be told again of something new: each of those is a
    record of its own, with its own answer and clock, which says what it is about (a worker, a further matter).
    """

    body = models.CharField("which duty", max_length=40)  # a code of incidents.duties.DUTIES
    worker = models.ForeignKey(
        "accounts.Staff", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name="about whom"
    )
    about = models.CharField("what this further notice is about", max_length=200, blank=True, default="", db_default="")
    answer = models.CharField(max_length=12, choices=DutyAnswer.choices, default=DutyAnswer.UNDECIDED)
    reason = models.TextField(blank=True)
    grounds = models.JSONField("which paragraphs apply", default=list, blank=True)
    scope_reasoning = models.TextField("why the duty applies although the alleged source is not staff", blank=True)
    professional = models.CharField("health care professional whose opinion it is", max_length=200, blank=True)
    clock_start_at = models.DateTimeField(null=True, blank=True)
    amber_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField("red at", null=True, blank=True)
    decided_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    second_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    second_at = models.DateTimeField(null=True, blank=True)
    proposed_no_reason = models.TextField("reason of a 'no' that waits for a second person", blank=True)
    proposed_no_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    proposed_no_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    route = models.CharField("how it was sent", max_length=200, blank=True)
    reference = models.CharField("their reference", max_length=100, blank=True)
    lateness_reason = models.TextField(blank=True)
    #: Set where the times were corrected and the notice turned out to be late: why is asked by then.
    lateness_due_at = models.DateTimeField("why it was late is to be said by", null=True, blank=True)
    #: When to ask the body for its answer, to ask again, and to ask for its team manager: working days (§13).
    reply_due_at = models.DateTimeField("their answer is due", null=True, blank=True)
    reply_again_due_at = models.DateTimeField("ask again", null=True, blank=True)
    reply_team_due_at = models.DateTimeField("ask for their team manager", null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.CharField("who acknowledged", max_length=200, blank=True)
    outcome = models.TextField(blank=True)

    class Meta:
        verbose_name_plural = "duties"
        default_related_name = "duties"
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["case", "body", "worker", "about"], nulls_distinct=False, name="duty_once_a_body_and_matter"
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["due_at"], condition=models.Q(sent_at=None) & ~models.Q(answer="no"), name="duty_open"
            ),
        ]

    case = models.ForeignKey("incidents.Case", on_delete=models.PROTECT, related_name="duties")

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The body, and what it is to be told about where it is told more than once: "… Service: Dionne Asante"."""
        from incidents.duties import DUTIES

        return self._with_matter(DUTIES[self.body].name)

    @property
    def short(self) -> str:
        from incidents.duties import DUTIES

        return self._with_matter(DUTIES[self.body].short)

    def _with_matter(self, name: str) -> str:
        matter = ", ".join(part for part in (self.worker.name if self.worker else "", self.about) if part)
        return f"{name}: {matter}" if matter else name

    @property
    def was_late(self) -> bool:
        """Whether it was sent after red, by the times as they are known now."""
        return self.sent_at is not None and self.due_at is not None and self.sent_at > self.due_at

    @property
    def wants_lateness_reason(self) -> bool:
        """Sent late, as it turned out, and nobody has said why yet."""
        return self.was_late and not self.lateness_reason.strip()
