"""What a user may see and do, resolved once a request from guardian's grants. Nobody else calls guardian.

Usage:
    access.of(user).services(Permit.VIEW_CASES)   a queryset of service ids (a subquery, not a list)
    access.of(user).may(Permit.LOG, service)      bool
    access.of(user).roles_at(service)             the role codes held there today
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import models, transaction

from accounts.permits import DELEGABLE, Permit
from accounts.roles import ROLES, Deputy, RegisteredManager
from records import times

if TYPE_CHECKING:
    from accounts.models import Provider, Service, User


class Access:
    """One user's rights at this moment. Made by `of(user)`, kept on the user object for the request."""

    def __init__(self, user: Any) -> None:
        self.user = user
        self.day = times.today()
        self._services: dict[str, set[UUID]] = {}
        self._providers: dict[str, set[UUID]] = {}
        self._roles: list[tuple[str, UUID, UUID | None]] = []
        self._places: list[tuple[str, str]] = []
        self._delegated: dict[UUID, set[str]] | None = None
        if user.is_authenticated and user.is_active:
            self._load()

    def _load(self) -> None:
        """Two queries: what the user holds today, and what the groups of these roles give."""
        from accounts.models import Membership

        current = Membership.objects.current(self.day).filter(user=self.user).order_by("starts_on", "pk")
        current = current.exclude(user__staff__left_on__lt=self.day)  # a leaver holds nothing
        for role, provider, service, of_provider, of_service in current.values_list(
            "role", "provider_id", "service_id", "provider__name", "service__name"
        ):
            self._roles.append((role, provider, service))
            self._places.append((role, of_service or of_provider))
        wanted = set(self._roles)
        grants = _grants_of(self.user)
        if {group.scope for group in grants} != wanted:
            _follow(self.user, wanted)
            grants = _grants_of(self.user)
        # A grant counts only where a membership in force and its role as written today give it: grants have no history,
        # so one put in by a side door, or left over from an earlier release, opens nothing.
        given = {
            (permit, service or provider) for role, provider, service in self._roles for permit in ROLES[role].permits
        }
        for group in grants:
            found = self._services if group.service else self._providers
            for codename, pk in group.permits:
                if (codename, pk) in given:
                    found.setdefault(codename, set()).add(pk)

    @property
    def roles(self) -> set[str]:
        """Every role code held anywhere today."""
        return {role for role, _, _ in self._roles}

    @property
    def highest_rank(self) -> int:
        """How high the user stands anywhere. Of one service or provider, ask `rank_at`."""
        return max((ROLES[role].rank for role in self.roles), default=0)

    def held(self) -> list[tuple[str, UUID, UUID | None]]:
        """Every role held today: its code, provider, and service (None: the whole provider)."""
        return list(self._roles)

    def places(self) -> list[tuple[str, str]]:
        """Every role held today, the longest first: its code, and the name of its service or (over all of it) provider."""
        return list(self._places)

    def rank_at(self, provider: UUID, service: UUID | None) -> int:
        """How high the user stands over this service, or (None) over the whole provider; 0 without a role that reaches it.

        A role over one service says nothing of another: somebody may be nominated individual of one and manager of the
        next. A role over the provider reaches each of its services.
        """
        reach = (None, service)
        return max(
            (ROLES[role].rank for role, whose, scope in self._roles if whose == provider and scope in reach), default=0
        )

    def highest_rank_in(self, provider: UUID) -> int:
        """How high the user stands anywhere in this provider; 0 without a role there."""
        return max((ROLES[role].rank for role, whose, _ in self._roles if whose == provider), default=0)

    def permits_all(self, permits: Iterable[str], provider: Provider, service: Service | None) -> bool:
        """Whether the user holds each of these permits on this service, or (None) throughout the provider."""
        return all(
            self.may(Permit(one), service) if service is not None else self.may_throughout(Permit(one), provider)
            for one in permits
        )

    def providers(self) -> set[UUID]:
        """Providers in which the user holds any role."""
        return {provider for _, provider, _ in self._roles}

    def services(self, permit: Permit | None = None) -> models.QuerySet[Any]:
        """Ids of the services where the user holds `permit` (any role, when none is named), as a subquery."""
        from accounts.models import Service

        if permit is None:
            service_ids = {service for _, _, service in self._roles if service}
            provider_ids = {provider for _, provider, service in self._roles if service is None}
        else:
            service_ids = self._services.get(permit, set())
            provider_ids = self._providers.get(permit, set())
        return Service.objects.filter(models.Q(pk__in=service_ids) | models.Q(provider__in=provider_ids)).values("pk")

    def anywhere(self, permit: Permit) -> bool:
        return bool(self._services.get(permit) or self._providers.get(permit))

    def may(self, permit: Permit, service: Service) -> bool:
        """Whether the user holds `permit` on this service, directly or through its provider."""
        return service.pk in self._services.get(permit, ()) or service.provider_id in self._providers.get(permit, ())

    def may_throughout(self, permit: Permit, provider: Provider) -> bool:
        """Whether the user holds `permit` on the whole provider, not just on one of its services."""
        return provider.pk in self._providers.get(permit, ())

    def delegated(self, permit: Permit, service: Service) -> bool:
        """Whether this was handed to the user in writing here (a deputy, by a manager who still holds it)."""
        if not any(role is Deputy for role in self.roles_at(service)):
            return False
        if self._delegated is None:
            self._delegated = _delegated_to(self.user, self.day)
        return permit in self._delegated.get(service.pk, ())

    def roles_at(self, service: Service) -> list[type]:
        """The role classes held at this service today, highest first."""
        found = {
            role
            for role, provider, scope in self._roles
            if scope == service.pk or (scope is None and provider == service.provider_id)
        }
        return sorted((ROLES[code] for code in found), key=lambda role: -role.rank)

    def role_name_at(self, service: Service) -> str:
        """The name of the highest role held at this service, for signatures; empty when none is held."""
        roles = self.roles_at(service)
        return str(roles[0].name) if roles else ""  # type: ignore[attr-defined]


def _delegated_to(user: User, day: date) -> dict[UUID, set[str]]:
    """What was handed to the user today, a service, by managers who are still managers there."""
    from accounts.models import Delegation, Membership

    still = Membership.objects.current(day).filter(
        user=models.OuterRef("from_user"),
        role=RegisteredManager.code,
        provider=models.OuterRef("service__provider"),
        user__is_active=True,
    )
    still = still.filter(models.Q(service=None) | models.Q(service=models.OuterRef("service")))
    found: dict[UUID, set[str]] = {}
    for service, what in (
        Delegation.objects.current(day).filter(models.Exists(still), to_user=user).values_list("service_id", "what")
    ):
        found.setdefault(service, set()).update(code for code in what if code in DELEGABLE)
    return found


def of(user: Any) -> Access:
    """The access of a user, resolved once and kept on the user object until the day changes or `forget` is called."""
    found: Access | None = getattr(user, "_access", None)
    if found is None or found.day != times.today():
        found = Access(user)
        user._access = found
    return found


def forget(user: Any) -> None:
    """Resolve anew next time; called when memberships change."""
    if hasattr(user, "_access"):
        del user._access


@dataclass(frozen=True)
class _Group:
    """One group of one role on one scope that the user is in, and what guardian's grants give it there."""

    pk: int
    role: str
    provider: UUID
    service: UUID | None
    #: Permit and the id of the service or provider it is on.
    permits: frozenset[tuple[str, UUID]]

    @property
    def scope(self) -> tuple[str, UUID, UUID | None]:
        return self.role, self.provider, self.service


def _grants_of(user: User) -> list[_Group]:
    """The groups this user is in with their grants, in one query: a role on a service has grants on the service, a role
    over a provider has them on the provider."""
    from accounts.models import RoleGroup

    service, provider = "group__servicegrouppermission__", "group__providergrouppermission__"
    rows = RoleGroup.objects.filter(group__user=user).values_list(
        "group_id", "role", "provider_id", "service_id",
        f"{service}permission__codename", f"{service}content_object_id",
        f"{provider}permission__codename", f"{provider}content_object_id",
    )  # fmt: skip
    found: dict[tuple[int, str, UUID, UUID | None], set[tuple[str, UUID]]] = {}
    for pk, role, whose, scope, on_service, of_service, on_provider, of_provider in rows:
        permit = (on_service, of_service) if scope else (on_provider, of_provider)
        found.setdefault((pk, role, whose, scope), set()).add(permit)
    return [_Group(pk, role, whose, scope, frozenset(permits)) for (pk, role, whose, scope), permits in found.items()]


def _follow(user: User, wanted: set[tuple[str, UUID, UUID | None]]) -> None:
    """Make the user's groups equal to the memberships in force today, so that a date takes effect at once."""
    from accounts.models import RoleGroup

    with transaction.atomic():
        held = {
            (role, provider, service): group
            for role, provider, service, group in RoleGroup.objects.filter(group__user=user).values_list(
                "role", "provider_id", "service_id", "group_id"
            )
        }
        user.groups.remove(*[group for key, group in held.items() if key not in wanted])
        user.groups.add(*[role_group(*key).group_id for key in wanted if key not in held])


def role_group(role: str, provider_id: UUID, service_id: Any) -> Any:
    """The group of one role on one scope, with its guardian grants; made when first needed."""
    from django.contrib.auth.models import Group
    from guardian.shortcuts import assign_perm

    from accounts.models import Provider, RoleGroup, Service

    found = RoleGroup.objects.filter(role=role, provider_id=provider_id, service_id=service_id).first()
    if found:
        return found
    scope = Service.objects.get(pk=service_id) if service_id else Provider.objects.get(pk=provider_id)
    group, _ = Group.objects.get_or_create(name=f"{role} {scope.pk}")
    made, _ = RoleGroup.objects.get_or_create(
        role=role, provider_id=provider_id, service_id=service_id, defaults={"group": group}
    )
    for permit in ROLES[role].permits:
        assign_perm(permit, group, scope)
    return made


def follow_the_roles() -> None:
    """Make the grants of every role's group equal to what its role gives today. Run after each migrate: a release that
    gives a role more reaches everybody who holds it, and one that takes something away takes it from all."""
    from guardian.shortcuts import assign_perm

    from accounts.models import ProviderGroupPermission, RoleGroup, ServiceGroupPermission

    groups = list(RoleGroup.objects.select_related("group", "provider", "service"))
    with transaction.atomic():
        for table in (ServiceGroupPermission, ProviderGroupPermission):
            table.objects.exclude(group__role_group__isnull=False).delete()
            for one in groups:
                scope, of_service = one.service or one.provider, table is ServiceGroupPermission
                permits = (
                    ROLES[one.role].permits if one.role in ROLES and of_service == bool(one.service) else frozenset()
                )
                grants = table.objects.filter(group=one.group)
                grants.exclude(permission__codename__in=permits, content_object_id=scope.pk).delete()
                held = set(grants.values_list("permission__codename", flat=True))
                for permit in permits - held:
                    assign_perm(permit, one.group, scope)
