"""The case: one practice failure, from the first phone call to closure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.functional import cached_property

from accounts import access
from accounts.models import Provider, Service, Staff, User
from accounts.permits import Permit
from records.models import Tracked, TrackedQuerySet

if TYPE_CHECKING:
    from datetime import datetime

    from incidents.models.access import CaseGrant


class FailureType(models.TextChoices):
    """The article's five types of practice failure (domain.md §2.1)."""

    DELAYED_ESCALATION = "F1", "Delayed escalation or failure to report"
    POOR_RECORDS = "F2", "Poor records"
    NO_PROTECTION = "F3", "No immediate protection"
    RESTRICTION = "F4", "Inappropriate or excessive restriction"
    NOT_CONNECTED = "F5", "Low-level concerns not connected"


class AbuseType(models.TextChoices):
    """The ten types of the Care and Support Statutory Guidance, chapter 14 (domain.md §2.2)."""

    PHYSICAL = "physical", "Physical"
    DOMESTIC = "domestic", "Domestic"
    SEXUAL = "sexual", "Sexual"
    PSYCHOLOGICAL = "psychological", "Psychological"
    FINANCIAL = "financial", "Financial or material"
    SLAVERY = "slavery", "Modern slavery"
    DISCRIMINATORY = "discriminatory", "Discriminatory"
    ORGANISATIONAL = "organisational", "Organisational"
    NEGLECT = "neglect", "Neglect and acts of omission"
    SELF_NEGLECT = "self_neglect", "Self-neglect"


class Level(models.IntegerChoices):
    """How grave, by harm and by risk of repeat (domain.md §2.3). Separate from blame."""

    L1 = 1, "L1 low-level"
    L2 = 2, "L2 moderate"
    L3 = 3, "L3 high"
    L4 = 4, "L4 critical"


class Safe(models.TextChoices):
    YES = "yes", "Yes, everyone is safe now"
    NO = "no", "No, someone may be unsafe"
    UNKNOWN = "unknown", "I do not know yet"


class CaseQuerySet(TrackedQuerySet):
    def visible_to(self, user: User) -> models.QuerySet[Case]:
        """Cases of services where the user may see cases, or which a grant names.

        Left out: cases the user is the subject of (S1; they see their own plan elsewhere), and sealed cases
        unless the user is of the named team (S6, §12). One SQL query, used by every list, search, count and export.
        """
        from incidents.models.access import CaseGrant

        return self._opened_to(user, CaseGrant.objects.opening(user))

    def acted_in_by(self, user: User) -> models.QuerySet[Case]:
        """Cases the user sees otherwise than by emergency access: the only ones in which they may change anything.

        Break-glass shows and never empowers (docs/decisions/0010), also somebody whose role holds every permit here.
        """
        from incidents.models.access import CaseGrant

        return self._opened_to(user, CaseGrant.objects.empowering(user))

    def _opened_to(self, user: User, grants: models.QuerySet[CaseGrant]) -> models.QuerySet[Case]:
        from incidents.models.people import CaseStaff

        granted = grants.values("case")
        subject = CaseStaff.objects.filter(
            staff__user=user, involvement__in=CaseStaff.SHUTS_OUT, ended_at__isnull=True
        ).values("case")
        scope = access.of(user).services(Permit.VIEW_CASES)
        return self.filter(models.Q(service__in=scope, sealed_at__isnull=True) | models.Q(pk__in=granted)).exclude(
            pk__in=subject
        )

    def open(self) -> models.QuerySet[Case]:
        return self.filter(closed_at__isnull=True)


class Case(Tracked):
    """One practice failure. Proves what was known, when, by whom, and who answers for it.

    A case may have no individual subject and no single person at risk (A1; then `service_wide_reason` says why).
    The level is that of the newest `Rating`. Stage and section states are computed by gates, never stored here.
    """

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="cases")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="cases")
    reference = models.CharField(max_length=20)
    title = models.CharField("short title", max_length=120)
    what_happened = models.TextField()

    # The five timestamps (domain.md §4). "Sent outside" is the earliest `Duty.sent_at`: see `sent_outside_at`.
    occurred_at = models.DateTimeField(null=True, blank=True)
    occurred_note = models.CharField("when it happened, if not exact", max_length=300, blank=True)
    first_noticed_at = models.DateTimeField("first noticed by any employee")
    first_noticed_by = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reported_inside_at = models.DateTimeField(null=True, blank=True)
    registered_person_aware_at = models.DateTimeField(null=True, blank=True)

    everyone_safe = models.CharField(max_length=10, choices=Safe.choices)
    safe_note = models.TextField("what was done to make everyone safe", blank=True)
    safe_confirmed_at = models.DateTimeField(null=True, blank=True)
    safe_confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    not_abuse_reason = models.TextField("why this is practice quality and not abuse", blank=True)
    service_wide_reason = models.TextField("why no single person is at risk", blank=True)
    involves_restriction = models.BooleanField("a restriction is part of the failure", default=False)
    level = models.PositiveSmallIntegerField(choices=Level.choices, null=True, blank=True)

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="owned_cases")
    logged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    logged_at = models.DateTimeField()
    sealed_at = models.DateTimeField(null=True, blank=True)
    sealed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects: ClassVar[Any] = models.Manager.from_queryset(CaseQuerySet)()

    class Meta:
        ordering: ClassVar[list[str]] = ["-logged_at", "-id"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["provider", "reference"], name="case_reference_once_a_provider"),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["service", "-logged_at", "-id"], name="case_by_service"),
            models.Index(fields=["-logged_at", "-id"], name="case_newest"),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        from django.urls import reverse

        return reverse("case", args=[self.pk])

    @cached_property
    def exceptions_now(self) -> list[str]:
        """The kinds of every grant in force, read once for as long as this object lives (a page)."""
        from incidents.models.access import CaseGrant

        return list(CaseGrant.objects.current().filter(case=self).values_list("kind", flat=True))

    @property
    def clock_start_at(self) -> datetime:
        """When every clock of the case started: the registered person aware, or logged while that is not known."""
        return self.registered_person_aware_at or self.logged_at

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def sent_outside_at(self) -> datetime | None:
        """When anyone outside was first told (the fifth timestamp)."""
        return self.duties.filter(sent_at__isnull=False).order_by("sent_at").values_list("sent_at", flat=True).first()


class CaseRecordQuerySet(TrackedQuerySet):
    """For every record that belongs to a case: who may see the case may see the record, unless it says otherwise."""

    def visible_to(self, user: User) -> models.QuerySet[Any]:
        return self.filter(case__in=Case.objects.visible_to(user))


class CaseRecord(Tracked):
    """The base of every record inside a case. Its own `case` column names the ledger chain it is kept in."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="%(class)ss")

    objects: ClassVar[Any] = models.Manager.from_queryset(CaseRecordQuerySet)()

    class Meta:
        abstract = True


class CaseFailureType(CaseRecord):
    """One of the five failure types of a case; exactly one is the main type."""

    code = models.CharField(max_length=2, choices=FailureType.choices)
    main = models.BooleanField(default=False)
    sub_type = models.CharField(max_length=60, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["case", "code"], condition=models.Q(removed_at=None), name="failure_type_once"
            ),
            models.UniqueConstraint(
                fields=["case"], condition=models.Q(main=True, removed_at=None), name="one_main_failure_type"
            ),
        ]

    def __str__(self) -> str:
        return self.get_code_display()


class CaseAbuseType(CaseRecord):
    """One of the ten abuse types that may apply to a case."""

    code = models.CharField(max_length=20, choices=AbuseType.choices)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["case", "code"], condition=models.Q(removed_at=None), name="abuse_type_once"
            ),
        ]

    def __str__(self) -> str:
        return self.get_code_display()


class Rating(CaseRecord):
    """Proves how the level was reached: harm, potential if repeated × likelihood without controls, automatic floors.

    A later rating supersedes; earlier ones stay. A lower level than before needs a second person (F10, §2.3).
    """

    harm = models.PositiveSmallIntegerField("actual harm, 0 to 4")
    potential = models.PositiveSmallIntegerField("potential if repeated, 1 to 4")
    likelihood = models.PositiveSmallIntegerField("likelihood without controls, 1 to 4")
    floors = models.JSONField("automatic floors that apply", default=list, blank=True)
    level = models.PositiveSmallIntegerField(choices=Level.choices)
    reason = models.TextField(blank=True)
    rated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    rated_at = models.DateTimeField()
    #: A downgrade waits here until a second person confirms it; until then the case keeps its level.
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["rated_at"]

    def __str__(self) -> str:
        return self.get_level_display()


class CaseSearch(models.Model):
    """What the one search box looks in. Derived data, rebuilt by the actions that write the texts; no history."""

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.CASCADE, related_name="search")
    vector = SearchVectorField()

    class Meta:
        indexes: ClassVar[list[Any]] = [GinIndex(fields=["vector"], name="case_search")]

    def __str__(self) -> str:
        return "Search entry"


class ReferenceCounter(models.Model):
    """The last case number of a provider in a year. Counted inside the logging transaction, so no number is lost."""

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["provider", "year"], name="one_counter_a_provider_and_year"),
        ]

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"
