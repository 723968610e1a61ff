"""Everybody who can see a case, and why: by a role, by exception; and who cannot although they hold a role. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from accounts.models import Membership, Staff, User
from accounts.permits import Permit
from accounts.roles import ROLES
from incidents.models import Case, CaseGrant, CaseStaff


@dataclass(frozen=True)
class Seer:
    """One person and one reason."""

    name: str
    why: str
    since: date | datetime | None
    until: date | datetime | None
    by: str = ""
    grant: CaseGrant | None = None


def roles_that_see() -> list[str]:
    return [code for code, role in ROLES.items() if Permit.VIEW_CASES in role.permits]


def shut_out_users(case: Case) -> set[Any]:
    """Sign-ins of those whose practice or management is looked at."""
    found = CaseStaff.objects.filter(case=case, involvement__in=CaseStaff.SHUTS_OUT, ended_at=None)
    return set(found.exclude(staff__user=None).values_list("staff__user", flat=True))


def by_role(case: Case) -> list[Seer]:
    """Who sees it because of a role over the service today; nobody, while the case is sealed."""
    if case.sealed_at:
        return []
    shut = shut_out_users(case)
    found = (
        Membership.objects.current()
        .filter(role__in=roles_that_see(), provider=case.provider_id, user__is_active=True)
        .select_related("user", "service", "provider")
    )
    held = [m for m in found if m.service_id in (None, case.service_id) and m.user_id not in shut]
    held.sort(key=lambda m: (-m.role_class.rank, m.user.name))
    return [Seer(m.user.name, f"{m.role_class.name}, {m.scope_name}", m.starts_on, m.ends_on) for m in held]


def _said(grants: Iterable[CaseGrant]) -> list[Seer]:
    return [
        Seer(
            one.user.name,
            f"{one.get_kind_display()}: {one.reason}",
            one.starts_at,
            one.ends_at,
            one.granted_by.name,
            one,
        )
        for one in grants
    ]


def by_exception(case: Case) -> tuple[list[Seer], list[Seer]]:
    """(in force or still to come, over) of every grant there ever was."""
    grants = list(
        CaseGrant.objects.filter(case=case)
        .select_related("user", "granted_by", "ended_by")
        .order_by("-starts_at", "pk")
    )
    return _said(one for one in grants if not one.is_over), _said(one for one in grants if one.is_over)


def cannot(case: Case) -> list[str]:
    """Who is shut out by their part in it, in words."""
    links = CaseStaff.objects.filter(case=case, involvement__in=CaseStaff.SHUTS_OUT, ended_at=None)
    return [f"{link.staff.name}: {link.get_involvement_display().lower()}" for link in links.select_related("staff")]


def people_of(case: Case, by: User) -> list[User]:
    """The provider's people with a sign-in, but for `by` and whoever is part of what is looked at."""
    shut = shut_out_users(case) | {by.pk}
    here = Staff.objects.present().filter(provider=case.provider_id)
    people = User.objects.filter(is_active=True, staff__in=here)
    return list(people.exclude(pk__in=shut).order_by("name"))


def may_own(case: Case, people: Iterable[User]) -> list[User]:
    """Those of `people` who could decide in the case, and so answer for it."""
    deciding = [code for code, role in ROLES.items() if Permit.DECIDE_CONTROLS in role.permits]
    held = Membership.objects.current().filter(role__in=deciding, provider=case.provider_id)
    able = {m.user_id for m in held if m.service_id in (None, case.service_id)}
    able |= set(
        CaseGrant.objects.current().filter(case=case, kind=CaseGrant.Kind.TAKE_OVER).values_list("user", flat=True)
    )
    return [one for one in people if one.pk in able]


def may_be_let_in(case: Case, by: User) -> list[User]:
    """Whom the page offers: the provider's people with a sign-in who do not see it yet."""
    sees = {one.grant.user_id for one in by_exception(case)[0] if one.grant is not None}
    if not case.sealed_at:
        found = Membership.objects.current().filter(role__in=roles_that_see(), provider=case.provider_id)
        sees |= {m.user_id for m in found if m.service_id in (None, case.service_id)}
    return [one for one in people_of(case, by) if one.pk not in sees]
