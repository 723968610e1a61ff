"""The capability track: a worker told, their own words, a fair route, support, coaching, and their right of reply."""

from __future__ import annotations

from datetime import date

from accounts.models import Staff, User
from incidents.actions.lock import lock
from incidents.models import Case, CaseStaff, Involvement
from records import times
from records.acting import action
from records.refusals import NotAllowed, Refused
from remediation import permissions
from remediation.actions.common import not_past, said
from remediation.models import (
    BEING_FAIR,
    CapabilityResponse,
    Coaching,
    Outcome,
    ReflectiveTrail,
    RemediationPlan,
    Reply,
    RightOfReply,
    Route,
)
from remediation.trail_questions import questions, why_asked_in

#: The worker's questions, in the order they are asked; the names are fields of ReflectiveTrail.
TRAIL_FIELDS = ("saw_heard", "thought_did", "why_not_escalated", "should_have", "effect_on_person", "what_i_need")


@action("capability.opened")
def open_capability(*, by: User, case: Case) -> list[CapabilityResponse]:
    """Open the capability track: one response a worker looked at, or one that asks for a reasoned "none" (F24)."""
    links = CaseStaff.objects.filter(case=case, involvement=Involvement.SUBJECT, ended_at=None).select_related("staff")
    workers = [link.staff for link in links]
    made = [_response(case, worker, by) for worker in workers]
    return made or [_response(case, None, by)]


@action("capability.worker_added")
def add_worker(*, by: User, case: Case, worker: Staff) -> CapabilityResponse:
    """Open a response for a worker named later; a response without a worker is then no longer asked for."""
    nobody = CapabilityResponse.objects.filter(case=case, worker=None, superseded_at=None).first()
    if nobody is not None:
        nobody.superseded_at = times.now()
        nobody.superseded_by = by
        nobody.save()
    return _response(case, worker, by)


def _response(case: Case, worker: Staff | None, by: User) -> CapabilityResponse:
    found = CapabilityResponse.objects.filter(case=case, worker=worker).first()
    if found is None:
        found = CapabilityResponse(case=case, worker=worker, opened_by=by, opened_at=times.now())
        found.save()
    return found


@action("capability.none_needed")
def decide_no_individual_concern(*, by: User, response: CapabilityResponse, reason: str) -> CapabilityResponse:
    """Decide, with the reason, that this failure has no individual concern (F24: a decision, not an omission).

    Refused while a worker is named: for each of them the route "no individual action" is decided instead.
    """
    response = _locked(response)
    permissions.check_lead_capability(by, response.case)
    if response.worker_id is not None or response.superseded_at is not None:
        raise Refused(
            "F24",
            "A worker is named in this case. Decide the route for each worker; one of the routes is that no "
            "individual action is needed.",
            source="domain.md §6",
        )
    response.not_needed_reason = said(reason, "reason", "Say why there is no individual concern.", code="F24")
    response.not_needed_by = by
    response.not_needed_at = times.now()
    response.save()
    return response


@action("capability.worker_told")
def tell_worker(*, by: User, response: CapabilityResponse, note: str) -> CapabilityResponse:
    """Record that the worker was told in person and asked to reflect; opens their own page to them."""
    response = _locked(response)
    permissions.check_lead_capability(by, response.case)
    _worker(response)
    if response.told_at is not None:
        raise Refused("TOLD", "This is already recorded.")
    response.told_note = said(note, "note", "Say how they were told, and who was with them.")
    response.told_at = times.now()
    response.told_by = by
    response.save()
    return response


@action("trail.written")
def write_trail(*, by: User, response: CapabilityResponse, **words: str) -> ReflectiveTrail:
    """Keep what the worker has written so far (any of TRAIL_FIELDS). Refused once it was submitted (F27).

    Written by the worker with their own sign-in, or typed for them by somebody else and marked so.
    """
    response = _locked(response)
    permissions.check_write_trail(by, response)
    _worker(response)
    own = permissions.is_worker(by, response)
    trail: ReflectiveTrail | None = ReflectiveTrail.objects.filter(response=response).first()
    if trail is None:
        trail = ReflectiveTrail(case=response.case, response=response, entered_by=by, entered_for=not own)
    _unlocked(trail)
    if not own:
        trail.entered_for, trail.entered_by = True, by
    for name, text in words.items():
        if name not in TRAIL_FIELDS:
            raise TypeError(f"The trail has no question {name}.")
        setattr(trail, name, (text or "").strip())
    if "why_not_escalated" in words:
        trail.why_asked = why_asked_in(response.case)
    trail.save()
    return trail


@action("trail.submitted")
def submit_trail(*, by: User, response: CapabilityResponse) -> ReflectiveTrail:
    """Submit the trail: from now on its words are fixed, here and in the database (F27)."""
    response = _locked(response)
    permissions.check_write_trail(by, response)
    trail: ReflectiveTrail | None = ReflectiveTrail.objects.filter(response=response).first()
    if trail is None:
        raise Refused("F27", "Nothing is written yet.", source="domain.md §6")
    _unlocked(trail)
    asked = {name: question for name, question, _ in questions(trail.why_asked or why_asked_in(response.case))}
    for name in TRAIL_FIELDS[:4]:
        said(getattr(trail, name), name, f"Not answered yet: {asked[name]}", code="F27", source="domain.md §6")
    trail.submitted_at = times.now()
    trail.submitted_by = by
    trail.save()
    return trail


@action("trail.submitted")
def hand_in_trail(*, by: User, response: CapabilityResponse, words: dict[str, str]) -> ReflectiveTrail:
    """Write and submit the trail in one step: the worker's own question pages end here."""
    write_trail(by=by, response=response, **words)
    return submit_trail(by=by, response=response)


@action("trail.discussed")
def discuss_trail(*, by: User, response: CapabilityResponse, note: str) -> ReflectiveTrail:
    """The supervisor's own box, apart from the worker's words and only after they were submitted (F27)."""
    response = _locked(response)
    permissions.check_discuss_trail(by, response)
    trail: ReflectiveTrail | None = ReflectiveTrail.objects.filter(response=response).first()
    if trail is None or trail.submitted_at is None:
        raise Refused("F27", "The worker submits their own words first; then this box is written.")
    if trail.discussed_at is not None:
        raise Refused("F27", "This was already discussed and written down.")
    trail.supervisor_note = said(note, "note", "Say what you discussed, and what was agreed.")
    trail.discussed_at = times.now()
    trail.discussed_by = by
    trail.save()
    return trail


@action("capability.route_decided")
def decide_route(
    *, by: User, response: CapabilityResponse, route: str, reason: str, being_fair: dict[str, str]
) -> CapabilityResponse:
    """Decide which way is fair for this worker, with the reason and all five prompts answered (F32, §6)."""
    response = _locked(response)
    permissions.check_lead_capability(by, response.case)
    _worker(response)
    if route not in Route.values:
        raise Refused("ROUTE", "Choose a route.", field="route")
    asked = {
        key: said(being_fair.get(key, ""), key, f"Answer: {text}", code="FAIR", source="domain.md §6")
        for key, text in BEING_FAIR.items()
    }
    if route == Route.NO_ACTION and RemediationPlan.objects.filter(response=response, ended_at=None).exists():
        raise Refused("ROUTE", "A plan is under way for this worker. End it first, with its reason.")
    response.route = route
    response.route_reason = said(reason, "reason", "Say why this route is fair.", code="ROUTE")
    response.being_fair = asked
    response.route_by = by
    response.route_at = times.now()
    response.save()
    return response


@action("capability.support_offered")
def offer_support(
    *, by: User, response: CapabilityResponse, supporter: str, support: str, welfare_due_on: date | None = None
) -> CapabilityResponse:
    """Name the supporter, say what support is offered, and when the next welfare contact is due (§6: weekly)."""
    response = _locked(response)
    permissions.check_lead_capability(by, response.case)
    _worker(response)
    response.supporter = said(supporter, "supporter", "Name the supporter.")
    response.support = said(support, "support", "Say what support is offered.")
    response.welfare_due_on = not_past(welfare_due_on, "welfare_due_on", "The next contact") if welfare_due_on else None
    response.save()
    return response


@action("coaching.recorded")
def record_coaching(*, by: User, response: CapabilityResponse, coach: Staff, held_on: date, about: str) -> Coaching:
    """Record who coached the worker, when and on what. From then on the coach may not run the last test (S2)."""
    response = _locked(response)
    case = response.case
    worker = _worker(response)
    if by.pk != coach.user_id or not permissions.can_discuss_trail(by, response):
        permissions.check_write_plans(by, case)
    if coach.pk == worker.pk or coach.provider_id != case.provider_id:
        raise Refused("S2", "Choose a coach who works for this provider and is not the worker.", field="coach")
    if held_on > times.today():
        raise Refused("S2", "The date of the coaching must be today or in the past.", field="held_on")
    coaching = Coaching(
        case=case,
        response=response,
        coach=coach,
        held_on=held_on,
        about=said(about, "about", "Say what the coaching was about."),
        recorded_by=by,
        recorded_at=times.now(),
    )
    coaching.save()
    return coaching


@action("reply.invited")
def invite_reply(*, by: User, response: CapabilityResponse, about: str) -> RightOfReply:
    """Ask the worker for their comment on something, named so that they know what (F28)."""
    response = _locked(response)
    permissions.check_lead_capability(by, response.case)
    _worker(response)
    reply = RightOfReply(
        case=response.case,
        response=response,
        about=said(about, "about", "Say what the worker is asked to comment on."),
        invited_at=times.now(),
        invited_by=by,
    )
    reply.save()
    return reply


@action("reply.answered")
def answer_reply(*, by: User, reply: RightOfReply, kind: str, text: str = "") -> RightOfReply:
    """Keep the worker's comment, correction or disagreement in their words, or that they declined (F28).

    Once given it is fixed; a further comment is a further reply.
    """
    lock(reply.case)
    permissions.check_answer_reply(by, reply)
    reply = RightOfReply.objects.select_for_update(of=("self",)).get(pk=reply.pk)
    if reply.answered_at is not None:
        raise Refused("F28", "This is already answered and fixed. Ask for a further comment to add to it.")
    if kind not in Reply.values:
        raise Refused("F28", "Choose what kind of answer it is.", field="kind")
    if kind != Reply.DECLINED:
        text = said(text, "text", "Write the comment in the worker's words.", code="F28")
    reply.kind = kind
    reply.text = text.strip()
    reply.answered_at = times.now()
    reply.answered_by = by
    reply.save()
    return reply


@action("capability.outcome_recorded")
def record_outcome(*, by: User, response: CapabilityResponse, outcome: str, reason: str) -> CapabilityResponse:
    """Record how a worker's track ended where it did not end with a decision on each task (never blank, §8)."""
    response = _locked(response)
    permissions.check_lead_capability(by, response.case)
    _worker(response)
    if outcome not in Outcome.values:
        raise Refused("OUTCOME", "Choose how it ended.", field="outcome")
    if outcome == Outcome.NO_ACTION and response.route != Route.NO_ACTION:
        raise Refused("OUTCOME", "The route decided for this worker is another one. Decide the route first.")
    response.outcome = outcome
    response.outcome_reason = said(reason, "reason", "Say why it ended in this way.")
    response.outcome_by = by
    response.outcome_at = times.now()
    response.save()
    return response


def _locked(response: CapabilityResponse) -> CapabilityResponse:
    """The response with its case locked and its newest values."""
    case = lock(response.case)
    fresh: CapabilityResponse = (
        CapabilityResponse.objects.select_for_update(of=("self",)).select_related("worker").get(pk=response.pk)
    )
    fresh.case = case
    return fresh


def _worker(response: CapabilityResponse) -> Staff:
    if response.worker is None:
        raise Refused("F24", "No worker is named in this response.")
    return response.worker


def _unlocked(trail: ReflectiveTrail) -> None:
    if trail.submitted_at is not None:
        raise NotAllowed(
            "F27",
            "This was submitted and its words are fixed. What is to be added goes into the right of reply.",
            source="domain.md §6",
        )
