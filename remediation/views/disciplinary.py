"""Pages of a disciplinary process (HR compartment): who does which part, somebody else does it, what came of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from remediation import facts_disciplinary as facts
from remediation import permissions
from remediation.actions import disciplinary as actions
from remediation.forms import disciplinary as forms
from remediation.models import CapabilityResponse, DisciplinaryAppointment, Part, Route
from remediation.views.frame import SignedIn, ask, post_of

TITLES = {
    Part.INVESTIGATOR: "What did the investigation find?",
    Part.CHAIR: "What did the hearing decide?",
    Part.APPEAL: "What did the appeal decide?",
}


def find_led(request: SignedIn, pk: UUID) -> CapabilityResponse:
    """A named worker's response this user leads; the worker's supervisor, who only discusses it, finds nothing here."""
    found: CapabilityResponse = get_object_or_404(
        CapabilityResponse.objects.in_cases_of(request.user)
        .exclude(worker=None)
        .select_related("case__service", "case__owner", "worker"),
        pk=pk,
    )
    if not permissions.can_lead_capability(request.user, found.case):
        raise Http404
    return found


def _find(request: SignedIn, pk: UUID) -> DisciplinaryAppointment:
    found: DisciplinaryAppointment = get_object_or_404(
        DisciplinaryAppointment.objects.visible_to(request.user).select_related("staff"), pk=pk
    )
    found.response = find_led(request, found.response_id)
    return found


@login_required
def appoint(request: SignedIn, pk: UUID) -> HttpResponse:
    """Appoint who investigates, chairs or hears the appeal."""
    one = find_led(request, pk)
    return ask(
        request,
        case=one.case,
        title="Appoint somebody in the disciplinary process",
        intro="Whoever investigates does not chair the hearing, and the appeal is heard by a manager who had nothing to "
        "do with it before, where that is possible. Being appointed opens nothing: give access to the case separately.",
        warning=""
        if one.route == Route.DISCIPLINARY
        else "The route decided for this worker is another one. Nobody can be appointed until that is decided anew.",
        form=forms.AppointForm(post_of(request), case=one.case, user=request.user),
        act=lambda given: actions.appoint(by=request.user, response=one, **given),
        done=_url(one),
        button="Appoint them",
    )


@login_required
def end(request: SignedIn, pk: UUID) -> HttpResponse:
    """Somebody else is to do it."""
    one = _find(request, pk)
    return ask(
        request,
        case=one.response.case,
        title="Does somebody else do it?",
        intro=f"{one.get_part_display()}: {one.who_and_title}. The appointment stays on the record, with why it ended.",
        form=forms.EndForm(post_of(request)),
        act=lambda given: actions.end_appointment(by=request.user, appointment=one, **given),
        done=_url(one.response),
        button="End this appointment",
    )


@login_required
def result(request: SignedIn, pk: UUID) -> HttpResponse:
    """What was found or decided, and when."""
    one = _find(request, pk)
    return ask(
        request,
        case=one.response.case,
        title=TITLES[Part(one.part)],
        intro=f"{one.who_and_title}. Once it is written down it stands. The worker gets it in writing from you: this "
        "page does not show it to them.",
        form=forms.ResultForm(post_of(request), appointment=one),
        act=lambda given: actions.record_result(by=request.user, appointment=one, **given),
        done=_url(one.response),
        button="Write it down",
    )


def shown(request: SignedIn, response: CapabilityResponse) -> dict[str, Any] | None:
    """The process as the response's page shows it; None for who may not see it, and where there is none."""
    if response.worker_id is None or not permissions.can_see_capability(request.user, response.case):
        return None
    made = facts.appointments_of(response)
    if not made and response.route != Route.DISCIPLINARY:
        return None
    taken = {one.part for one in made if one.ended_at is None}
    return {"appointments": made, "missing": [part.label for part in Part if part not in taken]}


def _url(response: CapabilityResponse) -> str:
    return reverse("capability", args=[response.pk]) + "#disciplinary"
