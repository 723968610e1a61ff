"""Logging a practice failure, and who answers for the case: the writes on the case itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from accounts import access
from accounts.models import Service, Staff, User
from accounts.permits import Permit
from accounts.roles import NominatedIndividual, RegisteredManager
from incidents import hooks, permissions
from incidents.actions import chronology, classifying, clocks, search
from incidents.actions.lock import lock
from incidents.actions.references import next_reference
from incidents.levels import level_of
from incidents.models import (
    Case,
    CasePerson,
    CaseStaff,
    EntryKind,
    Involvement,
    Level,
    PersonSupported,
    Rating,
    Safe,
)
from records import times
from records.acting import action
from records.bulk import create_all
from records.refusals import NotAllowed, Refused


@action("case.logged")
def log_incident(
    *,
    by: User,
    service: Service,
    title: str,
    what_happened: str,
    first_noticed_at: datetime,
    everyone_safe: str,
    occurred_at: datetime | None = None,
    occurred_note: str = "",
    first_noticed_by: Staff | None = None,
    reported_inside_at: datetime | None = None,
    registered_person_aware_at: datetime | None = None,
    people: Iterable[str] = (),
    staff: Iterable[tuple[Staff, str]] = (),
    service_wide_reason: str = "",
    failure_types: Iterable[str] = (),
    main_type: str = "",
    abuse_types: Iterable[str] = (),
    not_abuse_reason: str = "",
    safe_note: str = "",
    involves_restriction: bool = False,
    harm: int | None = None,
    potential: int | None = None,
    likelihood: int | None = None,
    floors: Iterable[str] = (),
    owner: User | None = None,
    sub_types: Mapping[str, str] | None = None,
) -> Case:
    """Log one practice failure and open everything that follows from it (domain.md §2, §4, A1).

    Required are only what, when, who (people by initials or code, or why no single person is at risk) and
    whether everyone is safe now. Opens, in the same transaction: the duties that apply, undecided, with their
    clocks; the management review of the chronology; and whatever higher floors registered in `hooks`.
    `sub_types` says what exactly failed, by failure type (incidents/sub_types.py).
    While it is not said when the registered person knew, whoever logs it, the clocks run from now, and the case asks.
    A case without a rating runs on L3 clocks. Refuses with code LOG what cannot be true, and with code F10 a rating
    that is not whole: part of the three scores, or what lifts the level (`floors`) without them.
    """
    permissions.check_log(by, service)
    now = times.now()
    codes = list(dict.fromkeys(code.strip() for code in people if code.strip()))
    links = list(dict.fromkeys(staff))
    _check_what_is_typed(title, what_happened, codes, service_wide_reason, everyone_safe)
    check_times(now, occurred_at, first_noticed_at, reported_inside_at, registered_person_aware_at)
    for person, _ in links:
        _check_works_here(person, service)
    if first_noticed_by is not None:
        _check_works_here(first_noticed_by, service)

    level: Level | None = None
    rating: Rating | None = None
    floors = list(floors)
    _check_rated_whole((harm, potential, likelihood), floors)
    if harm is not None and potential is not None and likelihood is not None:
        if not access.of(by).may(Permit.RATE, service):
            raise NotAllowed("ROLE", "A manager, deputy or safeguarding lead rates the level.", source="domain.md §2.3")
        floors = classifying.with_automatic_floors(floors, {involvement for _, involvement in links})
        level = level_of(harm=harm, potential=potential, likelihood=likelihood, floors=floors)
        rating = Rating(
            harm=harm,
            potential=potential,
            likelihood=likelihood,
            floors=floors,
            level=level,
            rated_by=by,
            rated_at=now,
        )
    shut_out = {person.user_id for person, involvement in links if involvement in CaseStaff.SHUTS_OUT}
    case = Case(
        provider=service.provider,
        service=service,
        reference=next_reference(service.provider, now),
        title=title.strip(),
        what_happened=what_happened,
        occurred_at=occurred_at,
        occurred_note=occurred_note,
        first_noticed_at=first_noticed_at,
        first_noticed_by=first_noticed_by,
        reported_inside_at=reported_inside_at,
        registered_person_aware_at=registered_person_aware_at,
        everyone_safe=everyone_safe,
        safe_note=safe_note,
        safe_confirmed_at=now if everyone_safe == Safe.YES else None,
        safe_confirmed_by=by if everyone_safe == Safe.YES else None,
        service_wide_reason=service_wide_reason,
        not_abuse_reason=not_abuse_reason,
        involves_restriction=involves_restriction,
        level=level,
        owner=owner or default_owner(service, shut_out, level=level, otherwise=by),
        logged_by=by,
        logged_at=now,
    )
    if case.owner_id in shut_out:
        raise _owner_is_shut_out()
    case.save()
    # The same initials typed twice, in other letters ("m.e."), are one person.
    named = {person.pk: person for person in (person_at(service, code) for code in codes)}
    create_all(
        CasePerson, [CasePerson(case=case, person=person, added_at=now, added_by=by) for person in named.values()]
    )
    create_all(
        CaseStaff,
        [
            CaseStaff(case=case, staff=person, involvement=Involvement(involvement), added_at=now, added_by=by)
            for person, involvement in links
        ],
    )
    classifying.write_types(
        case,
        failure_types=failure_types,
        main_type=main_type,
        abuse_types=abuse_types,
        not_abuse_reason=not_abuse_reason,
        sub_types=sub_types,
    )
    if rating is not None:
        rating.case = case
        rating.save()
    clocks.open_clocks(case, harm=harm)
    search.refresh(case)
    hooks.logged(case, by)
    return case


@action("case.classified")
def classify(
    *,
    by: User,
    case: Case,
    failure_types: Iterable[str],
    main_type: str,
    abuse_types: Iterable[str] = (),
    not_abuse_reason: str = "",
    involves_restriction: bool | None = None,
    sub_types: Mapping[str, str] | None = None,
) -> Case:
    """Say which of the five failures and ten abuse types it is, or why it is practice quality and not abuse."""
    case = lock(case)
    permissions.check_rate(by, case)
    failure_types, abuse_types = list(failure_types), list(abuse_types)
    if not failure_types:
        raise Refused("F04", "Choose at least one kind of failure.", source="domain.md §2.1", field="failure_types")
    if not abuse_types and not not_abuse_reason.strip():
        raise Refused(
            "F04",
            "Choose the kinds of abuse or neglect, or say why it is practice quality and not abuse.",
            source="domain.md §2.2",
            field="abuse_types",
        )
    classifying.write_types(
        case,
        failure_types=failure_types,
        main_type=main_type,
        abuse_types=abuse_types,
        not_abuse_reason=not_abuse_reason,
        sub_types=sub_types,
    )
    case.not_abuse_reason = not_abuse_reason
    if involves_restriction is not None:
        case.involves_restriction = involves_restriction
    case.save()
    clocks.open_missing_duties(case)
    return case


@action("case.everyone_safe")
def confirm_everyone_safe(*, by: User, case: Case, note: str) -> Case:
    """State that everyone is safe now, and what was done for it."""
    case = lock(case)
    permissions.check_decide_controls(by, case)
    if not note.strip():
        raise Refused("SAFE", "Say what was done so that everyone is safe.", source="domain.md §3", field="note")
    case.everyone_safe = Safe.YES
    case.safe_note = note
    case.safe_confirmed_at = times.now()
    case.safe_confirmed_by = by
    case.save()
    return case


@action("case.someone_unsafe")
def say_someone_may_be_unsafe(*, by: User, case: Case, answer: str, note: str) -> Case:
    """Take back that everyone is safe: someone may not be (NO), or it is not known (UNKNOWN), and what is done now.

    From this moment no plan starts and the case does not close. Who had confirmed it, when and how stays in the
    history; that the answer changed is written into the chronology.
    """
    case = lock(case)
    permissions.check_decide_controls(by, case)
    now_is = Safe(answer)
    if now_is == Safe.YES:
        raise Refused("SAFE", "Say what was done so that everyone is safe.", source="domain.md §3", field="note")
    if not note.strip():
        raise Refused("SAFE", "Say who may be unsafe, and what is done now.", source="domain.md §3", field="note")
    case.everyone_safe, case.safe_note = now_is, note
    case.safe_confirmed_at = case.safe_confirmed_by = None
    case.save()
    chronology.add_chronology_entry(
        by=by,
        case=case,
        event_at=times.now(),
        kind=EntryKind.FACT,
        text=f"Is everyone safe? {now_is.label}. {note}",
        source="Protection, in this case",
    )
    return case


@action("case.times_corrected")
def correct_times(
    *,
    by: User,
    case: Case,
    occurred_at: datetime | None,
    first_noticed_at: datetime,
    reported_inside_at: datetime | None,
    registered_person_aware_at: datetime | None,
    occurred_note: str = "",
) -> Case:
    """Complete or correct the five times. The duties' clocks move with them, also of what was sent; history keeps both.

    A notice that turns out to have been late asks why (`explain_lateness`).
    """
    case = lock(case)
    permissions.check_decide_duties(by, case)
    check_times(times.now(), occurred_at, first_noticed_at, reported_inside_at, registered_person_aware_at)
    if registered_person_aware_at is None and case.registered_person_aware_at is not None:
        raise Refused(
            "F07",
            "It is recorded when the registered person knew. Correct the time if it is wrong; it cannot be taken away, "
            "because the clocks run from it.",
            source="domain.md §4",
            field="registered_person_aware_at",
        )
    before = case.clock_start_at
    case.occurred_at, case.first_noticed_at = occurred_at, first_noticed_at
    case.reported_inside_at, case.registered_person_aware_at = reported_inside_at, registered_person_aware_at
    case.occurred_note = occurred_note
    case.save()
    clocks.restart_clocks(case, before)
    return case


@action("case.owner_assigned")
def assign_owner(*, by: User, case: Case, owner: User) -> Case:
    """Give the case to the person who answers for it. Never to somebody who is part of it (S6)."""
    case = lock(case)
    permissions.check_decide_controls(by, case)
    if permissions.is_shut_out(owner, case):
        raise _owner_is_shut_out()
    if not permissions.holds(owner, case, Permit.DECIDE_CONTROLS):
        raise Refused("S6", "This person cannot decide in this case, so cannot own it.", field="owner")
    if case.owner_id != owner.pk:
        case.owner = owner
        case.save()
    return case


@action("case.closed")
def set_closed(*, by: User, case: Case) -> Case:
    """Mark the case closed. The gate is governance's: it calls this after every line of it is met."""
    case = lock(case)
    permissions.check_mark_closed(by, case)
    case.closed_at, case.closed_by = times.now(), by
    case.save()
    return case


@action("case.reopened")
def set_reopened(*, by: User, case: Case) -> Case:
    """Open a closed case again; the reason is kept by governance's own record."""
    case = lock(case, even_closed=True)
    permissions.check_mark_closed(by, case)
    case.closed_at = case.closed_by = None
    case.save()
    return case


def default_owner(service: Service, shut_out: set[Any], *, level: int | None, otherwise: User) -> User:
    """The registered manager; at L4, or where the manager is part of it, the nominated individual (§2.3, S6)."""
    return next((user for user in who_answers(service, level) if user.pk not in shut_out), otherwise)


def who_answers(service: Service, level: int | None) -> list[User]:
    """Whoever may answer for a case of this service and level, the first first (§2.3)."""
    roles = [RegisteredManager.code, NominatedIndividual.code]
    if level == Level.L4:
        roles.reverse()
    return permissions.people_with(roles, service)


def person_at(service: Service, code: str) -> PersonSupported:
    """The person known here by these initials or this code, made on first mention."""
    found = PersonSupported.objects.filter(service=service, code__iexact=code).first()
    if found:
        return found  # type: ignore[no-any-return]
    person = PersonSupported(service=service, code=code)
    person.save()
    return person


def _owner_is_shut_out() -> Refused:
    return Refused(
        "S6",
        "The owner's own practice or management is part of this case. Choose somebody else to own it.",
        source="domain.md §1 S6",
        field="owner",
    )


def _check_works_here(staff: Staff, service: Service) -> None:
    if staff.provider_id != service.provider_id:
        raise NotAllowed("LOG", "That member of staff works for another provider.")


def _check_what_is_typed(
    title: str, what_happened: str, people: list[str], service_wide_reason: str, everyone_safe: str
) -> None:
    if not title.strip() or not what_happened.strip():
        raise Refused("LOG", "Say what happened, and give it a short title.", field="what_happened")
    if not people and not service_wide_reason.strip():
        raise Refused(
            "LOG",
            "Say who is at risk, by initials or a code. If it is no single person, say why.",
            source="domain.md §13",
            field="people",
        )
    if everyone_safe not in Safe.values:
        raise Refused("LOG", "Say whether everyone is safe now.", field="everyone_safe")


def _check_rated_whole(scores: tuple[int | None, ...], floors: list[str]) -> None:
    """A rating is whole or is left for later: nothing that was said about how serious it is gets lost."""
    if None in scores and (floors or any(score is not None for score in scores)):
        raise Refused(
            "F10",
            "Say what harm was done, what could happen if it is repeated and how likely that is: all three, so that "
            "what you said counts. Or leave how serious it is for later.",
            source="domain.md §2.3",
            field=next(
                name for name, score in zip(("harm", "potential", "likelihood"), scores, strict=True) if score is None
            ),
        )


def check_times(now: datetime, occurred: datetime | None, noticed: datetime, *later: datetime | None) -> None:
    """Refuse a time in the future, or a later step before an earlier one (domain.md §4)."""
    names = ("it happened", "it was first noticed", "it was reported inside", "the registered person knew")
    fields = ("occurred_at", "first_noticed_at", "reported_inside_at", "registered_person_aware_at")
    last: tuple[datetime, str] | None = None
    for moment, name, field in zip((occurred, noticed, *later), names, fields, strict=True):
        if moment is None:
            continue
        if moment > now:
            raise Refused("LOG", f"The time {name} must be in the past.", source="domain.md §4", field=field)
        if last is not None and moment < last[0]:
            raise Refused(
                "LOG", f"The time {name} cannot be before the time {last[1]}.", source="domain.md §4", field=field
            )
        last = (moment, name)
