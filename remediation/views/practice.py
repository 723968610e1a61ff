"""Practice tests: the section of a case, one test with its attempts, and recording an attempt on a phone."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from incidents import actions as incident_actions
from incidents import case_page
from incidents.permissions import signing_role
from records.forms import answer
from records.refusals import Refused
from records.signing_form import SignatureForm
from remediation import facts_copies
from remediation import permissions_practice as permissions
from remediation.actions import practice
from remediation.forms.practice import EndForm, MarkForm, StartForm
from remediation.models import PracticeTest, TestAttempt, TestCriterion
from remediation.views import practice_shown as shown
from remediation.views.fresh import SignedIn, signature


@login_required
@require_safe
def section(request: SignedIn, case_id: UUID) -> HttpResponse:
    """Every practice test of the case, by worker: where each stands, and all its attempts, failures too."""
    case = case_page.find(request.user, case_id)
    _see_tests(request, case)
    context = case_page.context(case, request.user, "tests")
    return answer(request, "remediation/practice/section.html", context | {"plans": shown.plans(case)})


@login_required
@require_safe
def test(request: SignedIn, test_id: UUID) -> HttpResponse:
    """One test: its rule in words, who may run it, every attempt."""
    found = _test(request, test_id)
    context = case_page.context(found.case, request.user, "tests")
    blocking = practice.may_start(request.user, found) if permissions.can_assess(request.user, found.case) else []
    return answer(
        request,
        "remediation/practice/test.html",
        context
        | {
            "test": shown.test(found),
            "attempts": shown.attempts(found),
            "blocking": blocking,
            "may_assess": permissions.can_assess(request.user, found.case),
            "begun": _begun(request, found),
            "again": practice.before_another(request.user, found),
        },
    )


@login_required
@require_http_methods(["GET", "POST"])
def start(request: SignedIn, test_id: UUID) -> HttpResponse:
    """The start card. Who may not run this test reads why before anything is recorded."""
    found = _test(request, test_id)
    if not permissions.can_assess(request.user, found.case):
        raise Http404
    form = StartForm(request.POST or None, test=found)
    if form.is_valid():
        try:
            attempt = practice.start_attempt(by=request.user, test=found, **_filled(form.cleaned_data))
        except Refused as refused:
            form.add_refusal(refused)
        else:
            return redirect(next_page(attempt))
    return answer(
        request,
        "remediation/practice/start.html",
        {
            "form": form,
            "test": shown.test(found),
            "case": found.case,
            "blocking": practice.may_start(request.user, found),
            "again": [] if _begun(request, found) else practice.before_another(request.user, found),
        },
    )


@login_required
@require_safe
def attempt(request: SignedIn, attempt_id: UUID) -> HttpResponse:
    """One attempt: on to what is still to do when it is this assessor's and unsigned, else the signed form."""
    found = _attempt(request, attempt_id)
    if found.signed_at is None and found.assessor.user_id == request.user.pk:
        return redirect(next_page(found))
    context = case_page.context(found.case, request.user, "tests")
    return answer(
        request,
        "remediation/practice/attempt.html",
        context | {"attempt": shown.attempt(found)},
    )


@login_required
@require_http_methods(["GET", "POST"])
def criterion(request: SignedIn, attempt_id: UUID, order: int) -> HttpResponse:
    """One criterion a page. Every page saves; "Save and pause" leaves for later."""
    found = _own(request, attempt_id)
    if found.signed_at is not None and request.method == "GET":
        return redirect("attempt", found.pk)
    criteria = list(found.test.criteria.order_by("order"))
    asked: TestCriterion = get_object_or_404(TestCriterion.objects.filter(test=found.test), order=order)
    mark = found.marks.filter(criterion=asked).first()
    before = (mark.saw_heard, mark.mark) if mark else None
    initial = {"mark": mark.mark, "saw_heard": mark.saw_heard, "judgement": mark.judgement} if mark else None
    form = MarkForm(request.POST or None, initial=initial, star=asked.star)
    if form.is_valid():
        try:
            mark = practice.record_mark(by=request.user, attempt=found, criterion=asked, **form.cleaned_data)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            if "pause" in request.POST:
                return redirect("practice-test", found.test_id)
            if (mark.saw_heard, mark.mark) != before and facts_copies.copied_from(mark) is not None:
                return redirect("attempt-criterion", found.pk, asked.order)  # which says so; sent again, it goes on
            return redirect(_after(found, criteria, asked))
    place = criteria.index(asked) + 1
    return answer(
        request,
        "remediation/practice/criterion.html",
        {
            "form": form,
            "attempt": found,
            "criterion": asked,
            "place": place,
            "of": len(criteria),
            "back": _before(found, criteria, asked),
            "copied": shown.copied(request.user, mark) if mark and not form.is_bound else [],
        },
    )


@login_required
@require_http_methods(["GET", "POST"])
def end(request: SignedIn, attempt_id: UUID) -> HttpResponse:
    """The end page: how long, feedback, the worker's words, the judgement; the computed result stands below."""
    found = _own(request, attempt_id)
    if found.signed_at is not None and request.method == "GET":
        return redirect("attempt", found.pk)
    form = EndForm(request.POST or None, request.FILES or None, test=found.test, initial=shown.end_initial(found))
    if form.is_valid():
        try:
            _attach(request, found, form.cleaned_data.get("attachments") or [])
            practice.finish_attempt(by=request.user, attempt=found, **form.answers)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            return (
                redirect("practice-test", found.test_id)
                if "pause" in request.POST
                else redirect("attempt-sign", found.pk)
            )
    return answer(
        request,
        "remediation/practice/end.html",
        {"form": form, "attempt": found, "result": practice.result_of(found), "files": shown.files(found)},
    )


@login_required
@require_http_methods(["GET", "POST"])
def sign(request: SignedIn, attempt_id: UUID) -> HttpResponse:
    """The computed result with its reasons, and the signature."""
    found = _own(request, attempt_id)
    if found.signed_at is not None and request.method == "GET":
        return redirect("attempt", found.pk)
    result = practice.result_of(found)
    form = SignatureForm(request.POST or None, meaning=practice.meaning(found, result))
    if form.is_valid():
        signed = signature(request, form.cleaned_data)
        try:
            practice.sign_attempt(by=request.user, attempt=found, signature=signed)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            return redirect("attempt", found.pk)
    return answer(
        request,
        "remediation/practice/sign.html",
        {
            "form": form,
            "attempt": found,
            "result": result,
            "lines": (lines := shown.reasons(found, result)),
            "because": next((one for one in lines if not one["met"]), None),
            "signing_as": signing_role(request.user, found.case),
        },
    )


def next_page(found: TestAttempt) -> Any:
    """Where recording goes on: the first criterion without a mark, else the end page."""
    marked = set(found.marks.values_list("criterion__order", flat=True))
    for order in found.test.criteria.order_by("order").values_list("order", flat=True):
        if order not in marked:
            return reverse("attempt-criterion", args=[found.pk, order])
    return reverse("attempt-end", args=[found.pk])


def _after(found: TestAttempt, criteria: list[TestCriterion], asked: TestCriterion) -> Any:
    place = criteria.index(asked)
    if place + 1 < len(criteria):
        return reverse("attempt-criterion", args=[found.pk, criteria[place + 1].order])
    return next_page(found)


def _before(found: TestAttempt, criteria: list[TestCriterion], asked: TestCriterion) -> str:
    place = criteria.index(asked)
    if place == 0:
        return reverse("practice-test", args=[found.test_id])
    return reverse("attempt-criterion", args=[found.pk, criteria[place - 1].order])


def _filled(answers: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in answers.items() if value is not None}


def _see_tests(request: SignedIn, case: Any) -> None:
    if not permissions.can_see_tests(request.user, case):
        raise Http404


def _test(request: SignedIn, test_id: UUID) -> PracticeTest:
    tests = PracticeTest.objects.in_cases_of(request.user).select_related(
        "plan__worker", "case__service", "case__provider", "case__owner", "assessor"
    )
    found: PracticeTest = get_object_or_404(tests, pk=test_id)
    _see_tests(request, found.case)
    return found


def _attempt(request: SignedIn, attempt_id: UUID) -> TestAttempt:
    attempts = TestAttempt.objects.in_cases_of(request.user).select_related(
        "test__plan__worker",
        "test__case__service",
        "case__service",
        "case__provider",
        "case__owner",
        "worker",
        "assessor",
    )
    found: TestAttempt = get_object_or_404(attempts, pk=attempt_id)
    _see_tests(request, found.case)
    return found


def _own(request: SignedIn, attempt_id: UUID) -> TestAttempt:
    """An attempt this person records; a signed one can only be read."""
    found = _attempt(request, attempt_id)
    if found.assessor.user_id != request.user.pk:
        raise Http404
    return found


def _begun(request: SignedIn, found: PracticeTest) -> TestAttempt | None:
    begun: TestAttempt | None = found.attempts.filter(assessor__user=request.user, signed_at=None).last()
    return begun


def _attach(request: SignedIn, found: TestAttempt, uploads: list[Any]) -> None:
    for upload in uploads:
        kept = incident_actions.add_file(
            by=request.user,
            case=found.case,
            upload=upload,
            description=f"{found.test.code}, attempt {found.number}",
            about="practice test",
            about_id=found.pk,
        )
        practice.attach_file(by=request.user, attempt=found, file=kept)
