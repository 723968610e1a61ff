"""Restrictive practice: what exactly, on whose authority, until when, what less restrictive option (domain.md §9)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models

from incidents.models.case import CaseRecord
from incidents.models.people import PersonSupported
from records import times

if TYPE_CHECKING:
    from datetime import datetime

USER = settings.AUTH_USER_MODEL


class RestrictionKind(models.TextChoices):
    PHYSICAL = "physical", "Physical"
    MECHANICAL = "mechanical", "Mechanical"
    CHEMICAL = "chemical", "Chemical, PRN to control included"
    ENVIRONMENTAL = "environmental", "Environmental: locks, alarms, cameras"
    SECLUSION = "seclusion", "Seclusion or segregation"
    OBSERVATION = "observation", "Observation or surveillance"
    CONTACT = "contact", "Contact or visiting"
    POSSESSIONS = "possessions", "Possessions, phone, money or food"
    COMMUNITY = "community", "Community access"
    COERCIVE = "coercive", "Psychological or coercive"
    BLANKET = "blanket", "Blanket rule"
    INFORMAL_BAN = "informal_ban", "Informal ban"


class Authority(models.TextChoices):
    CONSENT = "consent", "The person has capacity and consents"
    MCA = "mca", "Mental Capacity Act sections 5 and 6, in best interests"
    DOLS = "dols", "Deprivation of Liberty Safeguards authorisation"
    COURT = "court", "Court of Protection order"
    MHA = "mha", "Mental Health Act"
    NONE = "none", "No authority: unauthorised"


class Restriction(CaseRecord):
    """One restriction of a person's freedom. Proves its authority, its end and what was tried instead.

    Past its end, or with authority 'none', it is unauthorised. Authority cannot be dated before it was
    recorded as given (F65): an account written later is an account, not an authority.
    """

    #: A day of something done: well before it was written down, the history says so (F98).
    past_days: ClassVar[tuple[str, ...]] = ("authority_on",)

    person = models.ForeignKey(PersonSupported, on_delete=models.PROTECT, related_name="restrictions")
    kind = models.CharField(max_length=20, choices=RestrictionKind.choices)
    what = models.TextField("what exactly is restricted")
    verbatim = models.TextField("the words it was written in, if written", blank=True)
    risk = models.TextField("risk and likelihood")
    authority = models.CharField(max_length=10, choices=Authority.choices)
    authority_detail = models.TextField("who gave the authority, and how", blank=True)
    authority_on = models.DateField(null=True, blank=True)
    capacity = models.TextField("capacity for this decision")
    alternatives = models.TextField("less restrictive options tried or considered")
    proportionality = models.TextField()
    persons_view = models.TextField("the person's own view")
    starts_at = models.DateTimeField()
    #: At most 28 days after the start. Empty only where nobody ever set an end, which makes it unauthorised.
    ends_at = models.DateTimeField("end; at most 28 days at first", null=True, blank=True)
    reduction_step = models.TextField("next step to reduce it")
    positive_risk = models.TextField("positive risk-taking: what matters, benefit, risk, supports, who decided")
    recorded_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ended_how = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["starts_at"]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["ends_at"], condition=models.Q(ended_at=None), name="restriction_open"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    def is_authorised(self, at: datetime | None = None) -> bool:
        """Whether it stands on an authority at this moment: one is named, it has begun and not passed its end (F63)."""
        moment = at or times.now()
        if self.ends_at is None:
            return False
        return self.authority != Authority.NONE and self.starts_at <= moment < self.ends_at

    @property
    def not_begun(self) -> bool:
        """Planned from a later moment: until then it authorises nothing, and nothing is done under it."""
        return self.ended_at is None and self.starts_at > times.now()

    @property
    def in_force(self) -> bool:
        return self.ended_at is None


class RestrictionTest(CaseRecord):
    """The four questions of A10, each answered with its evidence, for a failure that involves a restriction."""

    authorised = models.TextField("was it authorised, proportionate and time-limited?")
    authorised_met = models.BooleanField(null=True)
    least_restrictive = models.TextField("did staff understand the least restrictive option?")
    least_restrictive_met = models.BooleanField(null=True)
    escalated = models.TextField("was it escalated when use rose?")
    escalated_met = models.BooleanField(null=True)
    positive_risk = models.TextField("was positive risk-taking considered and recorded?")
    positive_risk_met = models.BooleanField(null=True)
    answered_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["answered_at"]

    def __str__(self) -> str:
        return "Four questions about the restriction"
