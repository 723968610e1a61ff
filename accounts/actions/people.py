"""Providers, services, staff, sign-ins and roles: the only code that writes them."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q

from accounts import access, addresses, hooks, permissions
from accounts.actions.standing import check_manages, check_manages_staff, check_stands_over, end_sessions
from accounts.models import Delegation, Membership, Posting, Provider, Service, Staff, User
from accounts.roles import BY_THE_OPERATOR, ROLES
from records import times
from records.acting import action
from records.refusals import NotAllowed, Refused
from records.wording import day_text


@action("provider.added")
def add_provider(*, by: User, name: str, **fields: Any) -> Provider:
    """Add a provider (a tenant). By the product itself or a superuser only."""
    if not (by.is_system or by.is_superuser):
        raise NotAllowed("ACCOUNTS", "Only the product's operator can add a provider.")
    if fields.get("director_email"):
        addresses.checked(fields["director_email"], "director_email")
    provider = Provider(name=name, **fields)
    provider.save()
    return provider


@action("service.added")
def add_service(*, by: User, provider: Provider, name: str, kind: str, local_authority: str = "") -> Service:
    """Add a service to a provider."""
    check_manages(by, provider, [None])
    service = Service(provider=provider, name=name, kind=kind, local_authority=local_authority)
    service.save()
    return service


@action("staff.added")
def add_staff(
    *,
    by: User,
    provider: Provider,
    name: str,
    job_title: str,
    started_on: date,
    services: list[Service],
    role_code: str = "",
    **fields: Any,
) -> Staff:
    """Add a member of staff, with or without a sign-in (agency included), and post them to services."""
    check_manages(by, provider, services)
    if any(service.provider_id != provider.pk for service in services):
        raise NotAllowed("ACCOUNTS", "That service belongs to another provider.")
    if not role_code:
        role_code = _free_code(provider, job_title)
    staff = Staff(
        provider=provider,
        name=name,
        job_title=job_title,
        role_code=role_code,
        started_on=started_on,
        **fields,
    )
    staff.save()
    for service in services:
        Posting(staff=staff, service=service).save()
    return staff


@action("staff.posted")
def post_to_service(*, by: User, staff: Staff, service: Service) -> Posting:
    """Post a member of staff to one more service of the same provider."""
    check_manages_staff(by, staff)
    if service.provider_id != staff.provider_id:
        raise NotAllowed("ACCOUNTS", "That service belongs to another provider.")
    check_manages(by, staff.provider, [service])
    found = Posting.objects.filter(staff=staff, service=service).first()
    if found:
        return found  # type: ignore[no-any-return]
    posting = Posting(staff=staff, service=service)
    posting.save()
    return posting


@action("staff.supervisor_set")
def set_supervisor(*, by: User, staff: Staff, supervisor: Staff | None) -> Staff:
    """Say who supervises a member of staff; S4 asks this at each sign-off."""
    check_manages_staff(by, staff)
    check_stands_over(by, staff.user)
    if supervisor is not None and supervisor.provider_id != staff.provider_id:
        raise NotAllowed("ACCOUNTS", "That person works for another provider.")
    if supervisor is not None and supervisor.pk == staff.pk:
        raise Refused("ACCOUNTS", "Nobody supervises themselves. Choose someone else.", field="supervisor")
    staff.supervisor = supervisor
    staff.save()
    return staff


@action("user.made")
def make_sign_in(*, by: User, staff: Staff, email: str, password: str | None = None) -> User:
    """Give a member of staff a sign-in. Without a password, they set one by the reset e-mail."""
    check_manages_staff(by, staff)
    addresses.checked(email)
    if User.objects.filter(email__iexact=email).exists():
        raise Refused("ACCOUNTS", "Someone already signs in with this e-mail address.", field="email")
    if Staff.objects.select_for_update(of=("self",)).get(pk=staff.pk).user_id is not None:
        raise Refused("ACCOUNTS", "This person has a sign-in already.", field="email")
    user = User.objects.create_user(email, password, name=staff.name)
    staff.user = user
    staff.save()
    return user


@action("user.joined_by_sign_on")
def join_by_sign_on(*, by: User, service: Service, email: str, name: str, role: str) -> User:
    """Let a person in whom the organisation's own sign-on vouches for: staff of this service with one role.

    By the product itself only. Raises Refused when the address is known already.
    """
    if not by.is_system:
        raise NotAllowed("ACCOUNTS", "Only the product itself lets people in by single sign-on.")
    staff = add_staff(
        by=by,
        provider=service.provider,
        name=name,
        job_title=ROLES[role].name,
        started_on=times.today(),
        services=[service],
    )
    user = make_sign_in(by=by, staff=staff, email=email)
    whole = "service" not in ROLES[role].scopes
    grant_membership(by=by, user=user, role=role, provider=service.provider, service=None if whole else service)
    return user


@action("user.made")
def make_reviewer_sign_in(*, by: User, email: str, name: str, password: str | None = None) -> User:
    """A sign-in for somebody from outside who reads by invitation: no staff record, no role, no rights of its own.

    Only called by the action that invites them, which asks whether `by` may. An address known to the product is
    used again when it is a reviewer's, and refused when it belongs to staff. Without a password, they set one by the
    reset e-mail.
    """
    addresses.checked(email)
    found: User | None = User.objects.filter(email__iexact=email).first()
    if found is None:
        return User.objects.create_user(email, password, name=name)
    if (
        getattr(found, "staff", None) is not None
        or found.is_superuser
        or Membership.objects.filter(user=found).exists()
    ):
        raise Refused("ACCOUNTS", "This address cannot be invited. Ask the person for another one.", field="email")
    return found


@action("membership.granted")
def grant_membership(
    *,
    by: User,
    user: User,
    role: str,
    provider: Provider,
    service: Service | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Membership:
    """Grant a role on a scope. Nobody grants above their own role there, more than it permits, or to themselves (§1)."""
    check_manages(by, provider, [service])
    if not by.is_system:
        if user.pk == by.pk:
            raise NotAllowed("ACCOUNTS", "You cannot grant a role to yourself. Ask someone else who manages people.")
        if ROLES[role].rank > access.of(by).rank_at(provider.pk, service.pk if service else None):
            raise NotAllowed("ACCOUNTS", "You cannot grant a role that stands above your own.")
        if not permissions.may_grant(by, role, provider, service):
            raise NotAllowed(
                "ACCOUNTS",
                "This role may do more than yours may. Ask the registered manager or the nominated individual to grant it.",
                source="domain.md §1",
            )
        if role in BY_THE_OPERATOR:
            raise NotAllowed("ACCOUNTS", "This role is not granted here. Ask whoever runs the product for you.")
    if service is not None and "service" not in ROLES[role].scopes:
        raise Refused("ACCOUNTS", "This role is held for the whole provider only.", field="service")
    if ends_on is not None and ends_on < (starts_on or times.today()):
        raise Refused("ACCOUNTS", "The last day must be the first day or later.", field="ends_on")
    if service is not None and service.provider_id != provider.pk:
        raise NotAllowed("ACCOUNTS", "That service belongs to another provider.")
    staff = getattr(user, "staff", None)
    if staff is not None and staff.provider_id != provider.pk:
        raise NotAllowed("ACCOUNTS", "This person works for another provider.")
    first = starts_on or times.today()
    same = Membership.objects.filter(user=user, role=role, provider=provider, service=service)
    same = same.filter(Q(ends_on=None) | Q(ends_on__gte=first))
    if (held := (same if ends_on is None else same.filter(starts_on__lte=ends_on)).first()) is not None:
        raise Refused(
            "ACCOUNTS",
            f"They hold this role there already, from {day_text(held.starts_on)}. End that first.",
            field="role",
        )
    membership = Membership(
        user=user,
        role=role,
        provider=provider,
        service=service,
        starts_on=first,
        ends_on=ends_on,
    )
    membership.save()
    access.forget(user)
    access.of(user)
    return membership


@action("membership.ended")
def end_membership(*, by: User, membership: Membership, last_day: date) -> Membership:
    """End a role; its last day is `last_day` (a day in the past takes effect at once).

    Ending never lengthens: whoever is to hold a role longer is granted it anew, by the rules of granting.
    """
    membership = Membership.objects.select_for_update(of=("self",)).get(pk=membership.pk)
    check_manages(by, membership.provider, [membership.service])
    if not by.is_system and ROLES[membership.role].rank > access.of(by).rank_at(
        membership.provider_id, membership.service_id
    ):
        raise NotAllowed("ACCOUNTS", "You cannot end a role that stands above your own.", source="domain.md §1")
    check_stands_over(by, membership.user)
    if membership.ends_on is not None and last_day > membership.ends_on:
        raise Refused(
            "ACCOUNTS",
            f"This role ends on {day_text(membership.ends_on)} already. To lengthen it, give it again.",
            field="last_day",
        )
    membership.ends_on = last_day
    membership.save()
    access.forget(membership.user)
    if not access.of(membership.user).roles:
        hooks.gone(membership.user, by, "Their last role ended.")
    return membership


@action("staff.left")
def end_employment(*, by: User, staff: Staff, last_day: date) -> Staff:
    """Record the last day at work. Roles, delegations and access by exception end with it; where it has come, every session ends now.

    A day still to come takes effect by itself: rights and sign-in are asked for at each request. What leaving brings
    up elsewhere is registered in `accounts.hooks`.
    """
    check_manages_staff(by, staff)
    staff = Staff.objects.select_for_update(of=("self",)).select_related("user").get(pk=staff.pk)
    user = staff.user
    check_stands_over(by, user)
    if last_day < staff.started_on:
        raise Refused("ACCOUNTS", "The last day cannot be before the first.", field="last_day")
    staff.left_on = last_day
    staff.save()
    hooks.leaving(staff, last_day, by)
    if user is None:
        return staff
    for membership in Membership.objects.filter(user=user).exclude(ends_on__lte=last_day):
        membership.ends_on = last_day
        membership.save()
    for delegation in Delegation.objects.filter(ended_at=None).filter(Q(to_user=user) | Q(from_user=user)):
        if last_day < delegation.ends_on:
            delegation.ends_on = max(last_day, delegation.starts_on)
            if last_day <= times.today():
                delegation.ended_at, delegation.ended_by = times.now(), by
            delegation.save()
    if last_day <= times.today():
        user.is_active = False
        user.save()
        transaction.on_commit(lambda: end_sessions(user))
        hooks.gone(user, by, "They left.")
    access.forget(user)
    return staff


@action("staff.returned")
def undo_leaving(*, by: User, staff: Staff) -> Staff:
    """Somebody who comes back, or whose leaving was a mistake: they may sign in again. Roles are given anew."""
    check_manages_staff(by, staff)
    staff = Staff.objects.select_for_update(of=("self",)).select_related("user").get(pk=staff.pk)
    check_stands_over(by, staff.user, on=[staff.left_on] if staff.left_on else [])
    if staff.has_left and staff.user is not None:
        hooks.gone(staff.user, by, "They left.")  # nothing that was theirs wakes with them
    staff.left_on = None
    staff.save()
    if staff.user is not None and not staff.user.is_active:
        staff.user.is_active = True
        staff.user.save()
    return staff


def shut_off_leavers() -> int:
    """Shut off everybody whose last day has passed; how many. The backend refuses them already: this writes it down."""
    gone = Staff.objects.filter(left_on__lt=times.today(), user__is_active=True).select_related("user")
    found = list(gone)
    for staff in found:
        _shut_off(by=User.system(), user=staff.user)
    return len(found)


@action("staff.left")
def _shut_off(*, by: User, user: User) -> None:
    user.is_active = False
    user.save()
    transaction.on_commit(lambda: end_sessions(user))
    hooks.gone(user, by, "They left.")


def _free_code(provider: Provider, job_title: str) -> str:
    """How a shared pack will name one more person of this job: "Care worker 3", the first number that is free."""
    short = job_title[: Staff.LONGEST_CODE - 6].strip()
    taken = set(
        Staff.objects.filter(provider=provider, role_code__startswith=short).values_list("role_code", flat=True)
    )
    return next(code for number in itertools.count(1) if (code := f"{short} {number}") not in taken)
