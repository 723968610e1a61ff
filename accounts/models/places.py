"""Providers and services: the two scopes on which roles are held."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from accounts.permits import Permit
from records.models import Tracked, TrackedQuerySet

if TYPE_CHECKING:
    from accounts.models.people import User

PERMISSIONS: Any = [(permit.value, permit.label) for permit in Permit]


class Provider(Tracked):
    """A registered provider: the tenant. Nothing of one provider is ever visible in another."""

    name = models.CharField(max_length=200, unique=True)
    director_name = models.CharField("uninvolved director (S6)", max_length=200, blank=True)
    director_email = models.EmailField(blank=True)
    external_person = models.CharField("named external independent person (S6)", max_length=200, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]
        permissions = PERMISSIONS

    def __str__(self) -> str:
        return self.name


class ServiceQuerySet(TrackedQuerySet):
    def visible_to(self, user: User) -> models.QuerySet[Service]:
        """Services where the user holds any current role."""
        from accounts import access

        return self.filter(pk__in=access.of(user).services())


class Service(Tracked):
    """One registered location or branch, where people are supported and staff work."""

    class Kind(models.TextChoices):
        HOMECARE = "homecare", "Homecare"
        SUPPORTED_LIVING = "supported_living", "Supported living"
        CARE_HOME = "care_home", "Care home"
        NURSING_HOME = "nursing_home", "Nursing home"
        OTHER = "other", "Other"

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="services")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=30, choices=Kind.choices)
    local_authority = models.CharField(max_length=200, blank=True)

    objects: ClassVar[Any] = models.Manager.from_queryset(ServiceQuerySet)()

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]
        permissions = PERMISSIONS
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["provider", "name"], name="service_name_once_a_provider"),
        ]

    def __str__(self) -> str:
        return self.name


class ServiceGroupPermission(GroupObjectPermissionBase):
    """guardian's grant on a service, by direct foreign key: an orphan grant cannot exist."""

    content_object = models.ForeignKey(Service, on_delete=models.CASCADE)

    class Meta(GroupObjectPermissionBase.Meta):
        abstract = False


class ProviderGroupPermission(GroupObjectPermissionBase):
    """guardian's grant on a provider: it covers every service of the provider."""

    content_object = models.ForeignKey(Provider, on_delete=models.CASCADE)

    class Meta(GroupObjectPermissionBase.Meta):
        abstract = False


class ServiceUserPermission(UserObjectPermissionBase):
    """Present because guardian wants the pair; no row is ever written (grants go to groups)."""

    content_object = models.ForeignKey(Service, on_delete=models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        abstract = False


class ProviderUserPermission(UserObjectPermissionBase):
    content_object = models.ForeignKey(Provider, on_delete=models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        abstract = False
