"""What the case records about one person at this moment, for the rules of separation (S12). Reads only."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from accounts import access
from accounts.models import User
from accounts.permits import Permit
from incidents import permissions
from incidents.models import Case, CaseStaff, Involvement, SmallServiceException
from incidents.separation import Person, Successor, s6_who_acts, s10_may_know_reporter, to_sign
from records.gates import refuse_unless_met
from records.reading import once

#: Parts that keep somebody from signing though they may see the case (S5), in words.
IN_CONFLICT = {Involvement.REPORTER: "reporter", Involvement.WITNESS: "witness"}


@once
def _parts(case: Case) -> dict[UUID, list[tuple[str, datetime | None]]]:
    """By user: every part they have or had in the case."""
    found: dict[UUID, list[tuple[str, datetime | None]]] = {}
    rows = CaseStaff.objects.filter(case=case).exclude(staff__user=None)
    for user, part, ended in rows.values_list("staff__user", "involvement", "ended_at"):
        found.setdefault(user, []).append((part, ended))
    return found


@once
def _exceptions(case: Case) -> list[SmallServiceException]:
    return list(SmallServiceException.objects.filter(case=case, ended_at=None).order_by("allowed_at"))


def person(user: User, case: Case, *, declared: str = "") -> Person:
    """The person in the case, without a worker beside them: their parts, past ones too, and what is lifted for them."""
    links = _parts(case).get(user.pk, [])
    now = {part for part, ended in links if ended is None}
    lifted = [one for one in _exceptions(case) if one.person_id == user.pk]
    return Person(
        name=user.name,
        worker="",
        is_subject=Involvement.SUBJECT in now,
        is_implicated=Involvement.IMPLICATED in now,
        recorded_as=tuple(word for part, word in IN_CONFLICT.items() if part in now),
        declared=declared,
        was_part=any(part in CaseStaff.SHUTS_OUT for part, _ in links),
        exceptions=tuple((one.rule, f"{one.reason} Read by {one.reader}") for one in lifted),
    )


@once
def by_delegation(user: User, case: Case, permit: Permit) -> bool:
    """Whether the permit is theirs only because the manager delegated it in writing."""
    scope = access.of(user)
    return not scope.may(permit, case.service) and scope.delegated(permit, case.service)


def check_may_sign(user: User, case: Case, *, declared: str) -> bool:
    """Refuse a signature this person may not give in this case; True when a declared conflict is lifted by S11."""
    found = person(user, case, declared=declared)
    lines = to_sign(found)
    refuse_unless_met(lines, "You cannot sign this. Ask somebody who is free to.")
    return any(line.code == "S5" and line.detail for line in lines)


def may_know_reporter(user: User, case: Case) -> bool:
    """S10, for pages, history and packs alike."""
    return s10_may_know_reporter(person(user, case)).met


def successors(case: Case) -> list[Successor]:
    """The ladder of S6 for this case: each step with whoever stands on it."""
    steps = []
    for step, role in (("registered manager", "registered_manager"), ("nominated individual", "nominated_individual")):
        people = permissions.people_with([role], case.service)
        free = [one for one in people if not permissions.is_shut_out(one, case)]
        shown = free or people
        steps.append(Successor(step, shown[0].name if shown else "", bool(free)))
    provider = case.provider
    steps.append(Successor("uninvolved director", provider.director_name, bool(provider.director_name)))
    steps.append(Successor("named external person", provider.external_person, bool(provider.external_person)))
    return steps


def who_acts(case: Case) -> Successor | None:
    """Who answers in the manager's place now (S6)."""
    return s6_who_acts(successors(case))
