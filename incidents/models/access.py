"""Who sees a case by exception: grants, and the seal that shuts out everybody but a named team (domain.md §1, §12)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts import access
from incidents.models.case import CaseRecord, CaseRecordQuerySet
from records import times

if TYPE_CHECKING:
    from accounts.models import User

USER = settings.AUTH_USER_MODEL


class CaseGrantQuerySet(CaseRecordQuerySet):
    def current(self) -> models.QuerySet[CaseGrant]:
        now = times.now()
        return self.filter(starts_at__lte=now).filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now))

    def opening(self, user: User) -> models.QuerySet[CaseGrant]:
        """Grants that open the pages of a case to `user` now.

        A reviewer's never does: they read a redacted edition elsewhere. While a case is sealed only its named
        team's, whoever took it over, and emergency access hold; an ordinary grant sleeps.
        """
        awake = Q(kind__in=CaseGrant.THROUGH_A_SEAL) | Q(case__sealed_at__isnull=True)
        found = self.current().filter(awake, user=user).exclude(kind=CaseGrant.Kind.REVIEWER)
        if not access.of(user).roles:
            # Their last role has ended and the grant goes with it; whoever never held one was let in without.
            found = found.exclude(user__memberships__isnull=False)
        return found

    def empowering(self, user: User) -> models.QuerySet[CaseGrant]:
        """Grants by which somebody whose role permits it may act: those that open, without emergency access (0010)."""
        return self.opening(user).exclude(kind=CaseGrant.Kind.BREAK_GLASS)

    def invitations(self, user: User) -> models.QuerySet[CaseGrant]:
        """What an outside reader was invited to, as long as it lasts."""
        return self.current().filter(user=user, kind=CaseGrant.Kind.REVIEWER, user__is_active=True)


class CaseGrant(CaseRecord):
    """Proves who was let into one case by exception: for what purpose, from when until when, by whom, and how it ended."""

    class Kind(models.TextChoices):
        ACCESS = "access", "Access to this case"
        TEAM = "team", "Named team of a sealed case"
        REVIEWER = "reviewer", "External reviewer"
        BREAK_GLASS = "break_glass", "Emergency access"
        TAKE_OVER = "take_over", "Takes over from an implicated manager"

    #: What still holds while the case is sealed.
    THROUGH_A_SEAL: ClassVar[tuple[str, ...]] = (Kind.TEAM, Kind.BREAK_GLASS, Kind.TAKE_OVER)

    user = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="case_grants")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    reason = models.TextField("purpose")
    starts_at = models.DateTimeField("from")
    ends_at = models.DateTimeField("until", null=True, blank=True)
    granted_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    #: A reviewer invited to one pack and not to the whole case: that pack's id (packs live on a higher floor).
    pack = models.UUIDField("only this pack", null=True, blank=True)
    #: Set when it was ended before its day; `ends_at` then says when.
    ended_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ended_reason = models.TextField("why it was ended", blank=True)

    objects: ClassVar[Any] = models.Manager.from_queryset(CaseGrantQuerySet)()

    class Meta:
        indexes: ClassVar[list[Any]] = [models.Index(fields=["user", "ends_at"], name="case_grant_user")]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_kind_display()}"

    @property
    def is_current(self) -> bool:
        now = times.now()
        return self.starts_at <= now and (self.ends_at is None or self.ends_at > now)

    @property
    def is_over(self) -> bool:
        return self.ends_at is not None and self.ends_at <= times.now()


class CaseSeal(CaseRecord):
    """Proves when a case was shut to everybody but a named team, by whom and why, and when and why it was opened again."""

    reason = models.TextField("why it is sealed")
    sealed_at = models.DateTimeField()
    sealed_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    unsealed_at = models.DateTimeField(null=True, blank=True)
    unsealed_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    unsealed_reason = models.TextField("why it was opened again", blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-sealed_at"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["case"], condition=Q(unsealed_at=None), name="one_seal_a_case"),
        ]

    def __str__(self) -> str:
        return "Seal"


class SmallServiceException(CaseRecord):
    """Proves that a rule of separation could not be kept in a small service: for whom, why, and who from outside read it (S11).

    Printed in the pack, never silent. It lifts one rule, for one person, in one case.
    """

    rule = models.CharField("which rule", max_length=10)
    person = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", verbose_name="for whom")
    reason = models.TextField("why nobody else can do it")
    reader = models.CharField("outside second reader, and where they work", max_length=300)
    reader_said = models.TextField("what the outside reader says")
    allowed_at = models.DateTimeField()
    allowed_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["allowed_at"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["case", "rule", "person"], condition=Q(ended_at=None), name="small_service_exception_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule}: {self.person}"
