"""Who sees a case by exception: given and ended access, and taking over from an implicated manager (domain.md §1, F89)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from accounts import access as roles
from accounts import actions as people
from accounts.models import User
from accounts.permits import Permit
from incidents import permissions
from incidents.actions.lock import lock
from incidents.models import Case, CaseGrant
from records import times
from records.acting import action
from records.refusals import NotAllowed, Refused

SOURCE = "domain.md §1"
#: Access by exception is looked at again at the latest after this long.
LONGEST = timedelta(days=366)


@action("case.access_given")
def give_access(
    *, by: User, case: Case, user: User, purpose: str, ends_on: date, starts_on: date | None = None
) -> CaseGrant:
    """Let one more person see this case, for a purpose, between two days (both included). Takes effect at once.

    In a sealed case the person joins the named team. Refused: to oneself; to somebody who stands above the giver;
    to a subject or somebody implicated (S1, S6); to another provider's people.
    """
    case = lock(case, even_closed=True)
    permissions.check_give_access(by, case)
    check_recipient(by, case, user)
    kind = CaseGrant.Kind.TEAM if case.sealed_at else CaseGrant.Kind.ACCESS
    if permissions.can_act(user, case):
        raise Refused("ACCESS", "This person sees the case already.", source=SOURCE, field="user")
    return make_grant(by, case, user, kind, purpose, starts_on, ends_on)


@action("case.access_ended")
def end_access(*, by: User, grant: CaseGrant, reason: str) -> CaseGrant:
    """End access by exception before its day, at once, also for somebody who is signed in."""
    case = lock(grant.case, even_closed=True)
    permissions.check_give_access(by, case)
    found: CaseGrant = CaseGrant.objects.select_for_update().get(pk=grant.pk)
    if found.is_over:
        return found
    if not reason.strip():
        raise Refused("ACCESS", "Say why it ends.", source=SOURCE, field="reason")
    if case.sealed_at and found.kind != CaseGrant.Kind.REVIEWER and found.user_id == case.owner_id:
        raise Refused(
            "S6", "This person owns the sealed case. Give it to somebody else of the team first.", source=SOURCE
        )
    above = permissions.rank_at(found.user, case.service) > permissions.rank_in(by, case)
    if case.sealed_at and found.kind in (CaseGrant.Kind.TEAM, CaseGrant.Kind.TAKE_OVER) and above:
        raise NotAllowed(
            "S6",
            "This person stands above you, so you cannot shut them out of a sealed case.",
            source="domain.md §1 S6",
        )
    return end_now(by, found, reason)


@action("case.taken_over")
def take_over(
    *, by: User, case: Case, user: User, purpose: str, ends_on: date, starts_on: date | None = None
) -> CaseGrant:
    """Let an uninvolved director or another of the provider's own people act in the manager's place (S6).

    Only the nominated individual names them; where every nominated individual is part of the case, whoever owns
    it. It carries what a registered manager may do, in this case only.
    """
    case = lock(case)
    permissions.check_give_access(by, case)
    check_recipient(by, case, user, above=True)
    _check_names_who_takes_over(by, case)
    return make_grant(by, case, user, CaseGrant.Kind.TAKE_OVER, purpose, starts_on, ends_on)


@action("case.taken_over")
def take_over_from_outside(
    *, by: User, case: Case, name: str, organisation: str, email: str, purpose: str, ends_on: date
) -> CaseGrant:
    """Let a named person from outside the provider act in the manager's place: the last step of S6.

    They get a sign-in without a staff record or a role: what they may do is in this one case, and ends with the
    grant. Refused: an address of the provider's own people, or of anybody who holds a role here (they are chosen by
    `take_over`); without a name, where they work, or a purpose. The same person names them as names a director.
    """
    case = lock(case)
    permissions.check_give_access(by, case)
    _check_names_who_takes_over(by, case)
    for given, field, sentence in (
        (name, "name", "Enter their name."),
        (organisation, "organisation", "Enter where they work."),
        (email, "email", "Enter their e-mail address."),
    ):
        if not given.strip():
            raise Refused("S6", sentence, source="domain.md §1 S6", field=field)
    user = people.make_reviewer_sign_in(by=by, email=email.strip(), name=f"{name.strip()}, {organisation.strip()}")
    return make_grant(by, case, user, CaseGrant.Kind.TAKE_OVER, purpose, None, ends_on)


def _check_names_who_takes_over(by: User, case: Case) -> None:
    """The nominated individual does; where none of them is free, whoever owns the case (S6)."""
    individuals = permissions.people_with(["nominated_individual"], case.service)
    free = [one for one in individuals if not permissions.is_shut_out(one, case)]
    if free and by not in free:
        raise NotAllowed("S6", "The nominated individual says who takes over.", source="domain.md §1 S6")
    if not free and by.pk != case.owner_id:
        raise NotAllowed("S6", "The case’s owner says who takes over.", source="domain.md §1 S6")


def check_recipient(by: User, case: Case, user: User, *, above: bool = False) -> None:
    """Who may never be let in: oneself, a stranger, whoever is part of what is looked at, somebody above (unless asked)."""
    if user.pk == by.pk:
        raise NotAllowed(
            "ACCESS", "You cannot give access to yourself. Ask somebody else who decides this.", source=SOURCE
        )
    staff = getattr(user, "staff", None)
    if staff is None or staff.provider_id != case.provider_id or not user.is_active or user.has_left:
        raise Refused(
            "ACCESS", "Choose somebody who works for this provider and can sign in.", source=SOURCE, field="user"
        )
    if permissions.is_shut_out(user, case):
        raise Refused(
            "S1",
            "This person’s own practice or management is part of the case, so they cannot see it.",
            source="domain.md §1 S1, S6",
            field="user",
        )
    stands = roles.of(user).highest_rank_in(case.provider_id)
    if not above and not by.is_system and stands > permissions.rank_in(by, case):
        raise NotAllowed(
            "ACCESS",
            "You cannot give access to somebody who stands above you. Ask the nominated individual.",
            source=SOURCE,
        )


def make_grant(
    by: User, case: Case, user: User, kind: str, purpose: str, starts_on: date | None, ends_on: date
) -> CaseGrant:
    """One grant from the start of its first day (now, when that is today) to the end of its last."""
    first = starts_on or times.today()
    if not purpose.strip():
        raise Refused("ACCESS", "Say what they need it for.", source=SOURCE, field="purpose")
    if first < times.today():
        raise Refused("ACCESS", "Access cannot begin in the past.", source=SOURCE, field="starts_on")
    if ends_on < first:
        raise Refused("ACCESS", "The last day must be the first day or later.", source=SOURCE, field="ends_on")
    if ends_on - first > LONGEST:
        raise Refused("ACCESS", "Access by exception lasts a year at most.", source=SOURCE, field="ends_on")
    starts = times.now() if first == times.today() else times.end_of_day(first - timedelta(days=1))
    grant = CaseGrant(
        case=case,
        user=user,
        kind=kind,
        reason=purpose.strip(),
        starts_at=starts,
        ends_at=times.end_of_day(ends_on),
        granted_by=by,
    )
    grant.save()
    roles.forget(user)
    return grant


def end_now(by: User, grant: CaseGrant, reason: str, at: datetime | None = None) -> CaseGrant:
    """Write down that a grant ended now, by whom and why."""
    now = at or times.now()
    grant.starts_at = min(grant.starts_at, now)
    grant.ends_at, grant.ended_by, grant.ended_reason = now, by, reason
    grant.save()
    roles.forget(grant.user)
    return grant


def may_decide(user: User, case: Case) -> bool:
    """Whether this person could own the case: they decide controls in it."""
    return permissions.holds(user, case, Permit.DECIDE_CONTROLS)
