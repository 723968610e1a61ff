"""Who may act on whom: managing people where they work, never over oneself or somebody above (domain.md §1)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from accounts import access
from accounts.models import Membership, Provider, Service, Staff, User
from accounts.permits import Permit
from accounts.roles import ROLES
from records.refusals import NotAllowed


def check_manages(by: User, provider: Provider, services: Iterable[Service | None]) -> None:
    """Whoever manages people on each of these services (None: throughout the provider) may go on."""
    if by.is_system or by.is_superuser:
        return
    scope = access.of(by)
    wanted = list(services)
    if not wanted or not all(
        scope.may(Permit.MANAGE_PEOPLE, service)
        if service is not None
        else scope.may_throughout(Permit.MANAGE_PEOPLE, provider)
        for service in wanted
    ):
        raise NotAllowed("ACCOUNTS", "Only someone who manages people here can do this.", source="domain.md §1")


def check_manages_staff(by: User, staff: Staff) -> None:
    """Whoever manages people on a service where this person works may go on."""
    if not any(_manages(by, staff.provider, service) for service in [None, *staff.services.all()]):
        raise NotAllowed("ACCOUNTS", "Only someone who manages people here can do this.", source="domain.md §1")


def check_stands_over(by: User, user: User | None, *, on: Iterable[date] = ()) -> None:
    """Nobody acts on themselves or on somebody who stands above them (domain.md §1).

    Asked wherever they stand: where both hold a role, there; where only the other does, against the giver's highest in
    the services they share. Whoever has left stands nowhere today: what counts for them is where they stood `on` their
    last day.
    """
    if by.is_system or by.is_superuser or user is None:
        return
    if user.pk == by.pk:
        raise NotAllowed(
            "ACCOUNTS",
            "You cannot do this for yourself. Ask someone else who manages people.",
            source="domain.md §1",
        )
    stands = access.of(user).held() + [
        (one.role, one.provider_id, one.service_id)
        for day in on
        for one in Membership.objects.current(day).filter(user=user)
    ]
    mine, staff = access.of(by), getattr(user, "staff", None)
    shared = [None, *staff.services.values_list("pk", flat=True)] if staff is not None else [None]

    def over(provider: UUID, service: UUID | None) -> int:
        return mine.rank_at(provider, service) or max(mine.rank_at(provider, one) for one in shared)

    if any(ROLES[role].rank > over(provider, service) for role, provider, service in stands):
        raise NotAllowed(
            "ACCOUNTS",
            "This person stands above you. Ask the nominated individual to do this.",
            source="domain.md §1",
        )


def _manages(by: User, provider: Provider, service: Service | None) -> bool:
    try:
        check_manages(by, provider, [service])
    except NotAllowed:
        return False
    return True


def end_sessions(user: User) -> None:
    """Sign out everywhere. The backend refuses the user anyway; this takes the sessions away as well."""
    from allauth.usersessions.models import UserSession

    for session in UserSession.objects.filter(user=user):
        session.end()
