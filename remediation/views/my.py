"""The worker's own page: their words, their plan, their results, their replies. Nothing of the case itself (S1)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from incidents import reading
from records.questions import Answers, Page, Questions
from remediation import facts_case, pass_rules, signatures, trail_questions
from remediation.actions import capability as actions
from remediation.forms import capability as forms
from remediation.gates import capability as gates
from remediation.models import CapabilityResponse, RemediationPlan, RightOfReply, Route, TestAttempt
from remediation.views import practice_shown
from remediation.views.frame import SignedIn, ask, post_of


@login_required
def my_plan(request: SignedIn) -> HttpResponse:
    """Everything the worker has here, the newest first, and which tasks they may do now."""
    responses = list(
        CapabilityResponse.objects.own(request.user)
        .select_related("worker", "trail", "case")
        .prefetch_related("replies", "appointments__staff")
        .order_by("-told_at")
    )
    for response in responses:
        reading.opened(response.case, own=True)
    return render(request, "remediation/my.html", {"mine": [_mine(one) for one in responses]})


def _mine(response: CapabilityResponse) -> dict[str, Any]:
    trail = gates.trail_of(response)
    submitted = trail is not None and trail.submitted_at is not None
    plans = (
        RemediationPlan.objects.filter(response=response, started_at__isnull=False)
        .prefetch_related("tasks", "learning_actions", "tests__criteria", "reviews")
        .order_by("started_at")
    )
    attempts = (
        TestAttempt.objects.filter(test__plan__response=response, signed_at__isnull=False)
        .select_related("test", "assessor")
        .order_by("signed_at")
    )
    # How the signature on each result stands; one withdrawn counts neither for nor against the worker.
    signed = {
        one.attempt_id: signatures.shown(one)
        for one in facts_case.sign_offs(response.case_id).values()
        if one.withdraws_id is None and one.attempt.worker_id == response.worker_id
    }
    return {
        "response": response,
        "trail": trail,
        "submitted": submitted,
        "words": trail_questions.answers(trail) if trail is not None and submitted else [],
        "plans": [_plan(plan) for plan in plans],
        "attempts": [(one, signed.get(one.pk), practice_shown.not_met(one)) for one in attempts],
        "disciplinary": [one for one in response.appointments.all() if one.ended_at is None]
        if response.route == Route.DISCIPLINARY
        else None,
        "replies": sorted(response.replies.all(), key=lambda one: one.invited_at),
    }


def _plan(plan: RemediationPlan) -> dict[str, Any]:
    return {
        "plan": plan,
        "tasks": [one for one in plan.tasks.all() if one.removed_at is None],
        "learning": [one for one in plan.learning_actions.all() if one.removed_at is None],
        "tests": [
            {
                "test": test,
                "rule": pass_rules.in_words(test.pass_rule),
                "criteria": sorted(test.criteria.all(), key=lambda one: one.order),
            }
            for test in plan.tests.all()
            if test.withdrawn_at is None
        ],
        "reviews": [one for one in plan.reviews.all() if one.removed_at is None],
    }


#: What each page is called above its question.
TITLES = (
    "What I saw or heard",
    "What I thought and did",
    "Why, and whom I told",
    "What should have happened",
    "What it meant for the person",
    "What I need",
)


def _page(step: int, name: str) -> Page:
    """One question of the reflection as a question page."""
    form = type(f"Trail{step}", (forms.TrailPage,), {"step": step})
    return Page(name.replace("_", "-"), TITLES[step - 1], form)


class Reflection(Questions):
    """The reflective trail: six questions, one a page, kept as the worker's own draft until it is handed in."""

    kind = "reflection"
    name = "my-reflection"
    start_title = "My reflection"
    check_title = "Read your words once more"
    pages = tuple(_page(step, name) for step, name in enumerate(actions.TRAIL_FIELDS, start=1))

    def own(self) -> CapabilityResponse:
        found: CapabilityResponse = get_object_or_404(
            CapabilityResponse.objects.own(self.request.user).select_related("case"), pk=self.kwargs["pk"]
        )
        reading.opened(found.case, own=True)
        return found

    def about(self) -> str:
        return str(self.kwargs["pk"])

    def form_kwargs(self, page: Page) -> dict[str, Any]:
        return {"asked": trail_questions.why_asked_in(self.own().case)}

    def leave_url(self) -> str:
        return reverse("my-plan")

    def allow(self) -> None:
        trail = gates.trail_of(self.own())
        if trail is not None and (trail.submitted_at is not None or trail.entered_for):
            raise Http404

    def submit(self, answers: Answers) -> HttpResponseBase:
        response = self.own()
        words = {name: text for page in answers.values() for name, text in page.items()}
        actions.hand_in_trail(by=self._me(), response=response, words=words)
        return redirect("my-plan")


@login_required
def my_reply(request: SignedIn, pk: UUID) -> HttpResponse:
    """Answer what one was asked to comment on, or decline."""
    found: RightOfReply = get_object_or_404(
        RightOfReply.objects.filter(
            response__in=CapabilityResponse.objects.own(request.user), answered_at=None
        ).select_related("response__worker", "case__service"),
        pk=pk,
    )
    reading.opened(found.case, own=True)
    return ask(
        request,
        case=None,
        title="Your comment",
        intro=f"You are asked about: {found.about}. You need not answer. What you write is kept as you write it and is "
        "printed wherever this is reported.",
        form=forms.ReplyForm(post_of(request)),
        act=lambda given: actions.answer_reply(by=request.user, reply=found, **given),
        done=reverse("my-plan"),
        button="Send it",
    )
