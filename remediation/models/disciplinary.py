"""Who investigates misconduct, who chairs the hearing and who hears the appeal (domain.md §1 S8, §6; Acas Code 6, 27)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from accounts.models import Staff
from incidents.models import CaseRecord
from records.models import Conflict
from remediation.models.capability import CapabilityResponse

USER = settings.AUTH_USER_MODEL


class Part(models.TextChoices):
    """The three parts that one person should not play twice."""

    INVESTIGATOR = "investigator", "Investigates"
    CHAIR = "chair", "Chairs the hearing"
    APPEAL = "appeal", "Hears the appeal"


class DisciplinaryAppointment(CaseRecord):
    """Proves who was asked to do which part, by whom and when, that they were free to, and what came of it (S8).

    All of it belongs to the HR compartment. Somebody else for the same part is a new appointment; the old one ends
    with its reason and stays.
    """

    #: A day of something done: well before it was written down, the history says so (F98).
    past_days: ClassVar[tuple[str, ...]] = ("held_on",)

    response = models.ForeignKey(CapabilityResponse, on_delete=models.PROTECT, related_name="appointments")
    part = models.CharField(max_length=20, choices=Part.choices)
    staff = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    outside_person = models.CharField("who, from outside the provider", max_length=200, blank=True)
    declared = models.CharField("what they declared", max_length=20, choices=Conflict.choices)
    #: What S8 said against it on that day, in its words; empty where nothing did.
    set_aside = models.TextField("what the rule says against it", blank=True)
    no_other_reason = models.TextField("why nobody else could be found", blank=True)
    appointed_at = models.DateTimeField()
    appointed_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ended_reason = models.TextField("why somebody else does it", blank=True)
    held_on = models.DateField("the day it was held or finished", null=True, blank=True)
    rights_told = models.BooleanField("told of the right to be accompanied, and to appeal", default=False)
    companion = models.CharField("who accompanied the worker", max_length=200, blank=True)
    result = models.TextField("what was found or decided", blank=True)
    result_at = models.DateTimeField("when the result was written down", null=True, blank=True)
    result_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["appointed_at"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["response", "part"], condition=models.Q(ended_at=None), name="one_appointed_a_part"
            ),
            models.CheckConstraint(
                condition=models.Q(staff__isnull=False, outside_person="")
                | models.Q(staff__isnull=True) & ~models.Q(outside_person=""),
                name="appointed_staff_or_outside_person",
            ),
            models.CheckConstraint(
                condition=models.Q(set_aside="") | ~models.Q(no_other_reason=""),
                name="set_aside_only_with_its_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_part_display()}: {self.who}"

    @property
    def who(self) -> str:
        return self.staff.name if self.staff else self.outside_person

    @property
    def who_and_title(self) -> str:
        return f"{self.staff.name}, {self.staff.job_title}" if self.staff else f"{self.outside_person}, from outside"
