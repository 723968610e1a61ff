"""Memberships: the audited grant of a role on a scope between dates. Groups and their permissions follow."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.models import Group
from django.db import models

from accounts.models.people import User
from accounts.models.places import Provider, Service
from accounts.permits import DELEGABLE
from accounts.roles import ROLE_CHOICES, ROLES, Role
from records import times
from records.models import Tracked, TrackedQuerySet

if TYPE_CHECKING:
    from django.db.models import QuerySet


class MembershipQuerySet(TrackedQuerySet):
    def current(self, on: date | None = None) -> QuerySet[Membership]:
        """Memberships in force on a day (today in England unless given); both ends are included."""
        day = on or times.today()
        return self.filter(starts_on__lte=day).filter(models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=day))


class Membership(Tracked):
    """Proves who held which role where, from when until when, and who granted it."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=40, choices=ROLE_CHOICES)
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="memberships")
    service = models.ForeignKey(
        Service,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="memberships",
        help_text="Empty: the whole provider",
    )
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True, help_text="The last day; empty: until ended")

    objects: ClassVar[Any] = models.Manager.from_queryset(MembershipQuerySet)()

    class Meta:
        ordering: ClassVar[list[str]] = ["starts_on"]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["user", "starts_on", "ends_on"])]

    def __str__(self) -> str:
        return f"{self.user}: {self.role_class.name}, {self.scope_name}"

    @property
    def role_class(self) -> type[Role]:
        return ROLES[self.role]

    @property
    def scope_name(self) -> str:
        return self.service.name if self.service else self.provider.name


class DelegationQuerySet(TrackedQuerySet):
    def current(self, on: date | None = None) -> QuerySet[Delegation]:
        """Delegations in force on a day (today in England unless given); both ends are included."""
        day = on or times.today()
        return self.filter(starts_on__lte=day, ends_on__gte=day, ended_at=None)


class Delegation(Tracked):
    """Proves what a registered manager handed to a deputy in writing: what, from when until when, and why (domain.md §1).

    It holds only while both hold their roles there; what it opens is narrower than the manager's own right
    (see `accounts.permits.DELEGABLE`).
    """

    from_user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="delegated")
    to_user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="delegations")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="delegations")
    what = models.JSONField("what is delegated")
    reason = models.TextField()
    starts_on = models.DateField()
    ends_on = models.DateField(help_text="The last day")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[Any] = models.Manager.from_queryset(DelegationQuerySet)()

    class Meta:
        ordering: ClassVar[list[str]] = ["-starts_on"]

    def __str__(self) -> str:
        return f"{self.from_user} to {self.to_user}"

    @property
    def what_names(self) -> list[str]:
        """What is delegated, in words."""
        return [DELEGABLE[code] for code in self.what if code in DELEGABLE]

    @property
    def in_force(self) -> bool:
        return self.ended_at is None and self.starts_on <= times.today() <= self.ends_on


class RoleGroup(models.Model):
    """The group that holds one role's permissions on one scope; its members follow the memberships."""

    group = models.OneToOneField(Group, on_delete=models.CASCADE, related_name="role_group")
    role = models.CharField(max_length=40, choices=ROLE_CHOICES)
    provider = models.ForeignKey(Provider, on_delete=models.CASCADE)
    service = models.ForeignKey(Service, null=True, blank=True, on_delete=models.CASCADE)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["role", "provider", "service"], nulls_distinct=False, name="role_group_once"
            ),
        ]

    def __str__(self) -> str:
        return self.group.name
