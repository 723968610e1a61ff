"""Who may manage people. Roles are granted on services and providers; nobody reaches above their own."""

from __future__ import annotations

from typing import Any

from accounts import access
from accounts.models import Membership, Provider, Service, Staff, User
from accounts.permits import Permit
from accounts.roles import BY_THE_OPERATOR, ROLES, Deputy, RegisteredManager


def can_manage_people(user: User) -> bool:
    """Whether this user manages people anywhere; opens the People pages."""
    return access.of(user).anywhere(Permit.MANAGE_PEOPLE)


def managed_services(user: User) -> Any:
    """The services whose people this user manages."""
    return Service.objects.filter(pk__in=access.of(user).services(Permit.MANAGE_PEOPLE)).select_related("provider")


def managed_providers(user: User) -> Any:
    """The providers whose people this user manages throughout."""
    scope = access.of(user)
    throughout = [pk for pk in scope.providers() if scope.may_throughout(Permit.MANAGE_PEOPLE, Provider(pk=pk))]
    return Provider.objects.filter(pk__in=throughout)


def managed_staff(user: User) -> Any:
    """Staff who work in a service this user manages."""
    return (
        Staff.objects.filter(services__in=access.of(user).services(Permit.MANAGE_PEOPLE))
        .distinct()
        .select_related("user", "provider", "supervisor")
    )


def managed_memberships(user: User) -> Any:
    """Roles on services this user manages, and on providers they manage throughout."""
    on_services = Membership.objects.filter(service__in=access.of(user).services(Permit.MANAGE_PEOPLE))
    return on_services | Membership.objects.filter(provider__in=managed_providers(user))


def delegating_services(user: User, to: User) -> Any:
    """The services whose registered manager `user` is and whose deputy `to` is, today."""
    mine, theirs = access.of(user), access.of(to)
    return Service.objects.filter(
        pk__in=[
            service.pk
            for service in managed_services(user)
            if RegisteredManager in mine.roles_at(service) and Deputy in theirs.roles_at(service)
        ]
    )


def may_grant(user: User, role: str, provider: Provider, service: Service | None) -> bool:
    """Whether this role stands within the user's own, on this service or (None) the whole provider.

    It must not stand above theirs there, and must permit nothing they are not permitted there themselves: so whoever
    only looks after the accounts gives nobody, and so not themselves under another name, the sight of a case. To log
    a concern is everybody's.
    """
    scope = access.of(user)
    wanted = ROLES[role]
    return wanted.rank <= scope.rank_at(provider.pk, service.pk if service else None) and scope.permits_all(
        wanted.permits - {Permit.LOG}, provider, service
    )


def grantable_roles(user: User) -> list[tuple[str, str, str]]:
    """(code, name, sentence) of the roles this user may grant somewhere; the action asks for the place as well."""
    places: list[tuple[Provider, Service | None]] = [(one, None) for one in managed_providers(user)]
    places += [(one.provider, one) for one in managed_services(user)]
    return [
        (role.code, role.name, role.sentence)
        for role in ROLES.values()
        if role.code not in BY_THE_OPERATOR and any(may_grant(user, role.code, *place) for place in places)
    ]
