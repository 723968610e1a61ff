"""Restrictive practice: the record of one restriction, its end, and the four questions of A10 (domain.md §9)."""

from __future__ import annotations

from datetime import date, datetime

from django.urls import reverse

from accounts.models import Service, User
from incidents import permissions
from incidents.actions.lock import lock
from incidents.models import (
    Authority,
    Case,
    CasePerson,
    PersonSupported,
    Restriction,
    RestrictionKind,
    RestrictionTest,
)
from records import times
from records.acting import action
from records.refusals import Missing, NotAllowed, Refused

SOURCE = "domain.md §9"
#: How long a restriction may run at first.
FIRST_DAYS = 28
#: Where people live in their own homes, so that the Deprivation of Liberty Safeguards do not reach them.
OWN_HOMES = (Service.Kind.HOMECARE, Service.Kind.SUPPORTED_LIVING)
#: Authorities the service gives itself. An order or authorisation from outside is a dated paper of its own.
OWN_AUTHORITY = (Authority.CONSENT, Authority.MCA)

REQUIRED = {
    "what": "Say exactly what is restricted",
    "risk": "Say what the risk is, and how likely",
    "capacity": "Record the person's capacity for this decision",
    "alternatives": "Say which less restrictive options were tried or considered",
    "proportionality": "Say why it is proportionate",
    "persons_view": "Record the person's own view",
    "reduction_step": "Say what the next step is to reduce it",
    "positive_risk": "Record positive risk-taking: what matters, benefit, risk, supports, who decided",
}


@action("restriction.recorded")
def record_restriction(
    *,
    by: User,
    case: Case,
    person: PersonSupported,
    kind: str,
    what: str,
    risk: str,
    authority: str,
    capacity: str,
    alternatives: str,
    proportionality: str,
    persons_view: str,
    reduction_step: str,
    positive_risk: str,
    starts_at: datetime,
    ends_at: datetime | None = None,
    authority_on: date | None = None,
    authority_detail: str = "",
    verbatim: str = "",
) -> Restriction:
    """Record one restriction of a person's freedom.

    With an authority it ends within 28 days, is dated, and says who gave it. Authority written down afterwards
    is refused (F65): an account of earlier days is an account, and those days stay unauthorised. With authority
    NONE it is recorded as what it was: unauthorised, its end open if nobody ever set one.
    """
    case = lock(case)
    permissions.check_decide_controls(by, case)
    if not CasePerson.objects.filter(case=case, person=person).exists():
        raise NotAllowed("F59", "That person is not part of this case.", source=SOURCE)
    basis = Authority(authority)
    told = {
        "what": what,
        "risk": risk,
        "capacity": capacity,
        "alternatives": alternatives,
        "proportionality": proportionality,
        "persons_view": persons_view,
        "reduction_step": reduction_step,
        "positive_risk": positive_risk,
    }
    missing = [Missing(sentence) for name, sentence in REQUIRED.items() if not told[name].strip()]
    if missing:
        raise Refused("F59", "A restriction needs every part of its record.", missing=missing, source=SOURCE)
    now = times.now()
    if ends_at is not None and ends_at <= starts_at:
        raise Refused("F59", "The end must be after the start.", source=SOURCE, field="ends_at")
    if basis == Authority.NONE:
        if starts_at > now:
            raise Refused(
                "F59",
                "A restriction without authority cannot be planned. Get the authority first.",
                source=SOURCE,
                field="authority",
            )
        authority_on, authority_detail = None, ""
    else:
        _check_authority(case, basis, authority_on, authority_detail, starts_at, ends_at)
    restriction = Restriction(
        case=case,
        person=person,
        kind=RestrictionKind(kind),
        verbatim=verbatim,
        authority=basis,
        authority_on=authority_on,
        authority_detail=authority_detail,
        starts_at=starts_at,
        ends_at=ends_at,
        recorded_by=by,
        recorded_at=now,
        **told,
    )
    restriction.save()
    return restriction


@action("restriction.ended")
def end_restriction(
    *, by: User, restriction: Restriction, ended_how: str, ended_at: datetime | None = None
) -> Restriction:
    """End a restriction, and say how. One that ran without authority may state the day it really ended."""
    case = lock(restriction.case)
    permissions.check_decide_controls(by, case)
    restriction = Restriction.objects.get(pk=restriction.pk)
    now = times.now()
    if restriction.ended_at is not None:
        raise Refused("F59", "This restriction has already ended.", source=SOURCE)
    if not ended_how.strip():
        raise Refused("F59", "Say how it ended, and what takes its place.", source=SOURCE, field="ended_how")
    ended_at = ended_at or now
    if ended_at > now or ended_at < restriction.starts_at:
        raise Refused("F59", "The end must be between the start and now.", source=SOURCE, field="ended_at")
    restriction.ended_at, restriction.ended_by, restriction.ended_how = ended_at, by, ended_how
    restriction.save()
    return restriction


@action("restriction.questions_answered")
def answer_restriction_tests(
    *,
    by: User,
    case: Case,
    authorised: str,
    authorised_met: bool,
    least_restrictive: str,
    least_restrictive_met: bool,
    escalated: str,
    escalated_met: bool,
    positive_risk: str,
    positive_risk_met: bool,
) -> RestrictionTest:
    """Answer the four questions of A10, each with yes or no and its evidence. A later answer is a new record."""
    case = lock(case)
    permissions.check_decide_controls(by, case)
    answers = (
        ("authorised", authorised, authorised_met),
        ("least_restrictive", least_restrictive, least_restrictive_met),
        ("escalated", escalated, escalated_met),
        ("positive_risk", positive_risk, positive_risk_met),
    )
    for field, evidence, met in answers:
        if met is None:
            raise Refused("A10", "Answer yes or no.", source="domain.md §0.2 A10", field=f"{field}_met")
        if not evidence.strip():
            raise Refused("A10", "Say what shows it.", source="domain.md §0.2 A10", field=field)
    test = RestrictionTest(
        case=case,
        authorised=authorised,
        authorised_met=authorised_met,
        least_restrictive=least_restrictive,
        least_restrictive_met=least_restrictive_met,
        escalated=escalated,
        escalated_met=escalated_met,
        positive_risk=positive_risk,
        positive_risk_met=positive_risk_met,
        answered_by=by,
        answered_at=times.now(),
    )
    test.save()
    return test


def no_such_authority(case: Case, basis: str) -> str:
    """Why this service cannot hold that authority, or "": DoLS is for care homes and hospitals (§9)."""
    if basis != Authority.DOLS or case.service.kind not in OWN_HOMES:
        return ""
    return (
        f"A DoLS authorisation does not count in {case.service.get_kind_display().lower()}: it is for care homes and "
        "hospitals. In a person's own home only the Court of Protection can authorise this. Ask the commissioner to "
        "apply to the court"
    )


def _check_authority(
    case: Case,
    basis: Authority,
    given_on: date | None,
    detail: str,
    starts_at: datetime,
    ends_at: datetime | None,
) -> None:
    if elsewhere := no_such_authority(case, basis):
        raise Refused("F59", f"{elsewhere}.", source=SOURCE, field="authority")
    if not detail.strip():
        raise Refused("F59", "Say who gave the authority, and how.", source=SOURCE, field="authority_detail")
    if given_on is None:
        raise Refused("F59", "Enter the day the authority was given.", source=SOURCE, field="authority_on")
    today = times.today()
    if given_on > today:
        raise Refused(
            "F59", "The authority must be given already: today or earlier.", source=SOURCE, field="authority_on"
        )
    backdated = basis in OWN_AUTHORITY and given_on < today
    before = times.to_london(starts_at).date() < given_on
    if backdated or before:
        reason = (
            "Consent and best-interests decisions count from the day they are recorded, so an earlier date is refused."
            if backdated
            else "It started before its authority was given, and authority does not reach back."
        )
        raise Refused(
            "F65",
            f"{reason} What is remembered of earlier days is an account of those days: it goes in the "
            "chronology, and the restriction of those days is recorded with no authority.",
            missing=[
                Missing("Write the account in the chronology", reverse("case-chronology-new", args=[case.pk])),
                Missing(
                    "Record the earlier days as a restriction with no authority, and a new one from today",
                    reverse("case-restriction-new", args=[case.pk]),
                ),
            ],
            source=SOURCE,
        )
    if ends_at is None:
        raise Refused("F59", "Enter when it ends.", source=SOURCE, field="ends_at")
    if ends_at > times.days_later(starts_at, FIRST_DAYS):
        raise Refused("F59", f"The end must be within {FIRST_DAYS} days of the start.", source=SOURCE, field="ends_at")
