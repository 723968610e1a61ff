"""Pages of the capability response, for those who may see the HR compartment; the worker's own are in views/my.py."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from incidents.models import Case
from records import times
from records.forms import PageForm
from remediation import facts, permissions, service_length, trail_questions
from remediation.actions import capability as actions
from remediation.forms import capability as forms
from remediation.gates import capability as gates
from remediation.models import BEING_FAIR, CapabilityResponse, RightOfReply, Route
from remediation.views import disciplinary
from remediation.views.frame import SignedIn, ask, find_case, post_of, section_page, shown_gates


def find_response(request: SignedIn, pk: UUID) -> CapabilityResponse:
    """A response of a case this user may see, if they may see the compartment; the worker's supervisor may."""
    found: CapabilityResponse = get_object_or_404(
        CapabilityResponse.objects.in_cases_of(request.user).select_related(
            "case__service", "case__owner", "worker__supervisor", "route_by", "told_by", "not_needed_by", "trail"
        ),
        pk=pk,
    )
    if not (permissions.can_see_capability(request.user, found.case) or _supervises(request, found)):
        raise Http404
    return found


def _supervises(request: SignedIn, response: CapabilityResponse) -> bool:
    return permissions.can_discuss_trail(request.user, response)


@login_required
def section(request: SignedIn, pk: UUID) -> HttpResponse:
    """The capability responses of a case, one a worker, each with what it lacks."""
    case = find_case(request, pk)
    responses = [
        one
        for one in facts.responses_of(case)
        if permissions.can_see_capability(request.user, case) or _supervises(request, one)
    ]
    if not responses:
        raise Http404
    return section_page(
        request,
        case,
        "capability",
        "remediation/capability.html",
        {
            "responses": [{"response": one, "lacks": facts.response_lacks(one)} for one in responses],
            "may_lead": permissions.can_lead_capability(request.user, case),
        },
    )


@login_required
def response(request: SignedIn, pk: UUID) -> HttpResponse:
    """One worker's response: reflection, route, support, coaching, replies, plans."""
    one = find_response(request, pk)
    trail = gates.trail_of(one)
    return section_page(
        request,
        one.case,
        "capability",
        "remediation/response.html",
        {
            "response": one,
            "trail": trail,
            "words": _words(trail),
            "fair": [(text, one.being_fair.get(key, "")) for key, text in BEING_FAIR.items()] if one.route else [],
            "gates": shown_gates(gates.lines(one)),
            "coachings": one.coachings.select_related("coach", "recorded_by").order_by("held_on"),
            "replies": one.replies.select_related("invited_by", "answered_by").order_by("invited_at"),
            "plans": one.plans.order_by("written_at"),
            "service": _service(one),
            "disciplinary": disciplinary.shown(request, one),
            "with_plan": one.route in gates.WITH_PLAN,
            "ends_otherwise": bool(one.route) and one.route not in (*gates.WITH_PLAN, Route.NO_ACTION),
            "may_lead": permissions.can_lead_capability(request.user, one.case),
            "may_plan": permissions.can_write_plans(request.user, one.case),
            "may_discuss": permissions.can_discuss_trail(request.user, one),
        },
    )


def _words(trail: Any) -> list[tuple[str, str]]:
    """The worker's words, question by question; shown to others only once they were handed in."""
    if trail is None or trail.submitted_at is None:
        return []
    return trail_questions.answers(trail)


def _service(response: CapabilityResponse) -> dict[str, Any]:
    """Length of service, and the day six months are complete while it is still to come (ERA 2025)."""
    if response.worker is None:
        return {}
    day = service_length.six_months_on(response.worker.started_on)
    counts = response.worker.contract in service_length.COUNTS
    return {
        "started_on": response.worker.started_on,
        "served": service_length.served(response.worker.started_on, times.today()),
        "six_months_on": day if counts and day >= times.today() else None,
    }


@login_required
def no_concern(request: SignedIn, pk: UUID) -> HttpResponse:
    """Decide that there is no individual concern."""
    one = find_response(request, pk)
    return ask(
        request,
        case=one.case,
        title="No individual concern",
        intro="Some failures have no individual to answer for them. That is a decision with a reason, never an omission.",
        form=forms.NoConcernForm(post_of(request), initial={"reason": one.not_needed_reason}),
        act=lambda given: actions.decide_no_individual_concern(by=request.user, response=one, **given),
        done=_section_url(one.case),
        button="Save the decision",
    )


@login_required
def tell(request: SignedIn, pk: UUID) -> HttpResponse:
    """Record that the worker was told; opens their own page."""
    one = find_response(request, pk)
    return ask(
        request,
        case=one.case,
        title="Record that the worker was told",
        intro="From then on the worker finds their own page, “My plan”, and can write their reflection there. Tell them "
        "in person first. Where the police are involved, ask them first.",
        form=forms.TellForm(post_of(request)),
        act=lambda given: actions.tell_worker(by=request.user, response=one, **given),
        done=_url(one),
        button="Save and open their page",
    )


@login_required
def trail(request: SignedIn, pk: UUID) -> HttpResponse:
    """Type the worker's reflection for them; marked so."""
    one = find_response(request, pk)
    kept = gates.trail_of(one)
    initial = {name: getattr(kept, name) for name in actions.TRAIL_FIELDS} if kept else None
    return ask(
        request,
        case=one.case,
        title="Type the worker's reflection for them",
        intro="In the worker's own words, with them beside you. The record says that you typed it. This is not an "
        "investigation interview: if conduct or a crime comes up, stop and decide the route.",
        form=forms.WholeTrailForm(post_of(request), asked=trail_questions.why_asked_in(one.case), initial=initial),
        act=lambda given: actions.write_trail(by=request.user, response=one, **given),
        done=_url(one),
        button="Keep as a draft",
    )


@login_required
def submit_trail(request: SignedIn, pk: UUID) -> HttpResponse:
    """Hand in what was typed for the worker."""
    one = find_response(request, pk)
    kept = gates.trail_of(one)
    if kept is None or not kept.entered_for:
        raise Http404
    return ask(
        request,
        case=one.case,
        title="Hand in the reflection?",
        intro="Read it to the worker once more. From then on its words are fixed.",
        form=PageForm(post_of(request)),
        act=lambda given: actions.submit_trail(by=request.user, response=one),
        done=_url(one),
        button="Hand it in",
        words=trail_questions.answers(kept),
    )


@login_required
def discuss(request: SignedIn, pk: UUID) -> HttpResponse:
    """The supervisor's own box."""
    one = find_response(request, pk)
    return ask(
        request,
        case=one.case,
        title="Write down the discussion",
        form=forms.DiscussForm(post_of(request)),
        act=lambda given: actions.discuss_trail(by=request.user, response=one, **given),
        done=_url(one),
        words=_words(gates.trail_of(one)),
    )


@login_required
def route(request: SignedIn, pk: UUID) -> HttpResponse:
    """Decide the route."""
    one = find_response(request, pk)
    initial = {**one.being_fair, "route": one.route, "reason": one.route_reason}

    def act(given: dict[str, Any]) -> None:
        fair = {key: given.pop(key) for key in BEING_FAIR}
        actions.decide_route(by=request.user, response=one, being_fair=fair, **given)

    return ask(
        request,
        case=one.case,
        title="Which route is fair?",
        intro="Answer the five prompts first (informed by NHS England's Being fair tool).",
        form=forms.RouteForm(post_of(request), initial=initial),
        act=act,
        done=_url(one),
        button="Save the decision",
    )


@login_required
def support(request: SignedIn, pk: UUID) -> HttpResponse:
    """Offer support."""
    one = find_response(request, pk)
    initial = {"supporter": one.supporter, "support": one.support, "welfare_due_on": one.welfare_due_on}
    return ask(
        request,
        case=one.case,
        title="Support for the worker",
        form=forms.SupportForm(post_of(request), initial=initial),
        act=lambda given: actions.offer_support(by=request.user, response=one, **given),
        done=_url(one),
    )


@login_required
def coaching(request: SignedIn, pk: UUID) -> HttpResponse:
    """Record coaching."""
    one = find_response(request, pk)
    return ask(
        request,
        case=one.case,
        title="Record coaching",
        intro="Whoever coached the worker cannot sign the test that decides (S2).",
        form=forms.CoachingForm(post_of(request), case=one.case, user=request.user),
        act=lambda given: actions.record_coaching(by=request.user, response=one, **given),
        done=_url(one),
    )


@login_required
def invite(request: SignedIn, pk: UUID) -> HttpResponse:
    """Ask the worker for a comment."""
    one = find_response(request, pk)
    return ask(
        request,
        case=one.case,
        title="Ask the worker for their comment",
        form=forms.InviteForm(post_of(request)),
        act=lambda given: actions.invite_reply(by=request.user, response=one, **given),
        done=_url(one),
        button="Ask for their comment",
    )


@login_required
def reply(request: SignedIn, pk: UUID) -> HttpResponse:
    """Write down what the worker answered, in their words."""
    one: RightOfReply = get_object_or_404(
        RightOfReply.objects.visible_to(request.user).select_related("response__worker", "response__case"), pk=pk
    )
    found = find_response(request, one.response_id)
    return ask(
        request,
        case=found.case,
        title="Write down the worker's answer",
        intro=f"Asked about: {one.about}",
        form=forms.ReplyForm(post_of(request), for_worker=True),
        act=lambda given: actions.answer_reply(by=request.user, reply=one, **given),
        done=_url(found),
    )


@login_required
def outcome(request: SignedIn, pk: UUID) -> HttpResponse:
    """Record how the track ended where no decision on tasks ends it."""
    one = find_response(request, pk)
    return ask(
        request,
        case=one.case,
        title="Record how this ended",
        intro="For a track that ends without a decision on each task: another process took over, or the worker left "
        "or was absent for long before being tested. Then ask the DBS question too.",
        form=forms.OutcomeForm(post_of(request)),
        act=lambda given: actions.record_outcome(by=request.user, response=one, **given),
        done=_url(one),
    )


def _url(response: CapabilityResponse) -> str:
    return reverse("capability", args=[response.pk])


def _section_url(case: Case) -> str:
    return reverse("case-capability", args=[case.pk])
