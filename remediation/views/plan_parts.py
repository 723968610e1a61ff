"""Pages of a plan's parts: one learning action, one practice test, one review."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from records.forms import PageForm
from remediation.actions import plan as actions
from remediation.actions import plan_tests
from remediation.forms import plan as forms
from remediation.forms.learning import DueForm, ReasonForm
from remediation.models import LearningAction, PlanReview, PracticeTest, RemediationPlan
from remediation.views.frame import SignedIn, ask, post_of
from remediation.views.plan import find_plan


def _part(request: SignedIn, model: Any, pk: UUID) -> Any:
    """A part of a plan of a case this user may see."""
    plans = RemediationPlan.objects.in_cases_of(request.user)
    return get_object_or_404(
        model.objects.filter(plan__in=plans).select_related(
            "plan__case__service", "plan__case__owner", "plan__worker", "plan__response"
        ),
        pk=pk,
    )


def _back(plan: RemediationPlan, part: str) -> str:
    return reverse("plan", args=[plan.pk]) + f"#{part}"


@login_required
def add_learning(request: SignedIn, pk: UUID) -> HttpResponse:
    """Add a learning action."""
    plan = find_plan(request, pk)
    form = forms.LearningActionForm(post_of(request), case=plan.case, user=request.user)

    def act(given: dict[str, Any]) -> None:
        actions.add_learning_action(by=request.user, plan=plan, **(given | {"owner": given["owner"].user}))

    return ask(
        request,
        case=plan.case,
        title="Add a learning action",
        intro="It may be a course. A course is never a test.",
        form=form,
        act=act,
        done=_back(plan, "learning"),
        button="Add it",
    )


@login_required
def edit_learning(request: SignedIn, pk: UUID) -> HttpResponse:
    """Change a learning action of a draft."""
    one: LearningAction = _part(request, LearningAction, pk)
    owner = getattr(one.owner, "staff", None) if one.owner else None
    form = forms.LearningActionForm(
        post_of(request),
        initial={"kind": one.kind, "what": one.what, "owner": owner, "due_on": one.due_on},
        case=one.plan.case,
        user=request.user,
    )

    def act(given: dict[str, Any]) -> None:
        actions.edit_learning_action(by=request.user, learning=one, **(given | {"owner": given["owner"].user}))

    return ask(
        request,
        case=one.plan.case,
        title="Change the learning action",
        form=form,
        act=act,
        done=_back(one.plan, "learning"),
    )


@login_required
def remove_learning(request: SignedIn, pk: UUID) -> HttpResponse:
    """Take a learning action out of a draft."""
    one: LearningAction = _part(request, LearningAction, pk)
    return ask(
        request,
        case=one.plan.case,
        title="Take this learning action out?",
        intro=one.what,
        form=PageForm(post_of(request)),
        act=lambda given: actions.remove_learning_action(by=request.user, learning=one),
        done=_back(one.plan, "learning"),
        button="Take it out",
    )


@login_required
def learning_done(request: SignedIn, pk: UUID) -> HttpResponse:
    """Record that learning took place."""
    one: LearningAction = _part(request, LearningAction, pk)
    return ask(
        request,
        case=one.plan.case,
        title="Record that the learning took place",
        intro=one.what,
        form=forms.LearningDoneForm(post_of(request)),
        act=lambda given: actions.record_learning_done(by=request.user, learning=one, **given),
        done=_back(one.plan, "learning"),
    )


@login_required
def learning_due(request: SignedIn, pk: UUID) -> HttpResponse:
    """Move a date."""
    one: LearningAction = _part(request, LearningAction, pk)
    return _move(
        request, one, "learning", lambda given: actions.change_learning_due(by=request.user, learning=one, **given)
    )


def _move(request: SignedIn, one: Any, part: str, act: Any) -> HttpResponse:
    return ask(
        request,
        case=one.plan.case,
        title="Move the date",
        intro=str(one),
        form=DueForm(post_of(request)),
        act=act,
        done=_back(one.plan, part),
        button="Move the date",
    )


@login_required
def add_test(request: SignedIn, pk: UUID) -> HttpResponse:
    """Add a practice test."""
    plan = find_plan(request, pk)
    form = forms.TestForm(post_of(request), case=plan.case, user=request.user)
    rows = forms.CriterionRows(post_of(request))
    return ask(
        request,
        case=plan.case,
        title="Add a practice test",
        intro="A test asks for practice that somebody will see, hear or read. That a course was attended is no test.",
        form=form,
        rows=rows,
        act=lambda given: plan_tests.add_test(by=request.user, plan=plan, criteria=rows.kept, **form.answers()),
        done=_back(plan, "tests"),
        button="Add this test",
    )


@login_required
def edit_test(request: SignedIn, pk: UUID) -> HttpResponse:
    """Change a test of a draft; after the start only who assesses it."""
    one: PracticeTest = _part(request, PracticeTest, pk)
    plan = one.plan
    if plan.started_at is not None:
        return ask(
            request,
            case=plan.case,
            title="Name another assessor",
            intro=f"{one}. The plan has started, so the test itself is fixed.",
            form=forms.AssessorForm(
                post_of(request), initial={"assessor": one.assessor_id}, case=plan.case, user=request.user
            ),
            act=lambda given: plan_tests.change_assessor(by=request.user, test=one, **given),
            done=_back(plan, "tests"),
        )
    held = [{"text": c.text, "star": c.star, "group": c.group} for c in one.criteria.all()]
    form = forms.TestForm(
        post_of(request), initial=forms.test_initial(one), case=plan.case, user=request.user, keep=one.pass_rule
    )
    rows = forms.CriterionRows(post_of(request), initial=held)

    def act(given: dict[str, Any]) -> None:
        plan_tests.edit_test(by=request.user, test=one, criteria=rows.kept, **form.answers())

    return ask(
        request,
        case=plan.case,
        title=f"Change the test {one.code}",
        form=form,
        rows=rows,
        act=act,
        done=_back(plan, "tests"),
    )


@login_required
def withdraw_test(request: SignedIn, pk: UUID) -> HttpResponse:
    """Take a test out."""
    one: PracticeTest = _part(request, PracticeTest, pk)
    return ask(
        request,
        case=one.plan.case,
        title="Take this test out?",
        intro=str(one),
        form=ReasonForm(post_of(request)),
        act=lambda given: plan_tests.withdraw_test(by=request.user, test=one, **given),
        done=_back(one.plan, "tests"),
        button="Take it out",
    )


@login_required
def test_due(request: SignedIn, pk: UUID) -> HttpResponse:
    """Move the date of a test."""
    one: PracticeTest = _part(request, PracticeTest, pk)
    return _move(request, one, "tests", lambda given: plan_tests.change_test_due(by=request.user, test=one, **given))


@login_required
def hold_review(request: SignedIn, pk: UUID) -> HttpResponse:
    """Record that a review was held."""
    one: PlanReview = _part(request, PlanReview, pk)
    return ask(
        request,
        case=one.plan.case,
        title="Record the review",
        intro=str(one),
        form=forms.HoldReviewForm(post_of(request)),
        act=lambda given: actions.hold_review(by=request.user, review=one, **given),
        done=_back(one.plan, "reviews"),
        button="Save the review",
    )


@login_required
def remove_review(request: SignedIn, pk: UUID) -> HttpResponse:
    """Take a review date out of a draft."""
    one: PlanReview = _part(request, PlanReview, pk)
    return ask(
        request,
        case=one.plan.case,
        title="Take this review date out?",
        intro=str(one),
        form=PageForm(post_of(request)),
        act=lambda given: actions.remove_review(by=request.user, review=one),
        done=_back(one.plan, "reviews"),
        button="Take it out",
    )


@login_required
def review_due(request: SignedIn, pk: UUID) -> HttpResponse:
    """Move a review."""
    one: PlanReview = _part(request, PlanReview, pk)
    return _move(request, one, "reviews", lambda given: actions.change_review_due(by=request.user, review=one, **given))
