"""Who a case is about: people supported (by initials or a code), staff, and who may see it by exception."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models

from accounts import access
from accounts.models import Service, Staff
from accounts.permits import Permit
from incidents.models.case import CaseRecord
from records.models import Tracked, TrackedQuerySet

if TYPE_CHECKING:
    from accounts.models import User


class PersonQuerySet(TrackedQuerySet):
    def visible_to(self, user: User) -> models.QuerySet[PersonSupported]:
        return self.filter(service__in=access.of(user).services(Permit.LOG))


class PersonSupported(Tracked):
    """A person who draws on care, known here by initials or a code only (data minimised, domain.md §12)."""

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="people")
    code = models.CharField("initials or code", max_length=20)

    objects: ClassVar[Any] = models.Manager.from_queryset(PersonQuerySet)()

    class Meta:
        verbose_name_plural = "people supported"
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["service", "code"], name="person_code_once_a_service")
        ]

    def __str__(self) -> str:
        return self.code


class CasePerson(CaseRecord):
    """A person supported who was, or may be, at risk in a case."""

    person = models.ForeignKey(PersonSupported, on_delete=models.PROTECT, related_name="case_links")
    how_affected = models.TextField(blank=True)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    #: Contacts who must not be told or asked, for example a son who is the alleged source.
    blocked_contacts = models.TextField("who must not be contacted, and why", blank=True)
    agreed_contacts = models.TextField("who the person wants told", blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint(fields=["case", "person"], name="case_person_once")]

    def __str__(self) -> str:
        return self.person.code


class Involvement(models.TextChoices):
    SUBJECT = "subject", "The worker whose practice is looked at"
    REPORTER = "reporter", "Reported it"
    WITNESS = "witness", "Witness"
    NOTICED = "noticed", "Noticed it first"
    IMPLICATED = "implicated", "Their management is part of what is looked at"


class CaseStaff(CaseRecord):
    """A member of staff and their part in a case. A subject is never an accused: it is practice that is looked at."""

    SHUTS_OUT: ClassVar[tuple[str, ...]] = (Involvement.SUBJECT, Involvement.IMPLICATED)

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="case_links")
    involvement = models.CharField(max_length=20, choices=Involvement.choices)
    note = models.TextField(blank=True)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_reason = models.TextField(blank=True)

    class Meta:
        verbose_name_plural = "case staff"
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["case", "staff", "involvement"],
                condition=models.Q(ended_at=None),
                name="case_staff_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.staff}: {self.get_involvement_display()}"
