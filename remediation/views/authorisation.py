"""Re-authorisation: the gate and the tasks of a plan, one decision, its second, holds and follow-ups."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from incidents import case_page
from incidents.permissions import is_nominated_individual, signing_role
from incidents.tasks_catalogue import Task
from records import times
from records.forms import answer
from records.refusals import Refused
from remediation import facts_gate
from remediation import facts_practice as facts
from remediation import permissions_practice as permissions
from remediation.actions import authorisation, followup
from remediation.actions import holds as hold_actions
from remediation.forms.authorisation import DecideForm, HoldForm, ReleaseForm, SecondForm, people_of
from remediation.forms.practice import FollowUpForm
from remediation.gates import reauthorisation as gate
from remediation.models import FollowUp, HoldRequest, Reauthorisation, RemediationPlan, SecondDecision
from remediation.views import authorisation_shown as shown
from remediation.views.fresh import SignedIn, signature


@login_required
@require_safe
def section(request: SignedIn, case_id: UUID) -> HttpResponse:
    """Every plan of the case with its tasks, decisions and follow-ups."""
    case = case_page.find(request.user, case_id)
    _see(request, case)
    context = case_page.context(case, request.user, "reauthorisation")
    return answer(
        request,
        "remediation/authorisation/section.html",
        context
        | {
            "plans": shown.plans(case, request.user),
            "holds": HoldRequest.objects.filter(case=case, released_at=None),
            "may_hold": permissions.can_hold(request.user, case),
        },
    )


@login_required
@require_safe
def plan(request: SignedIn, plan_id: UUID) -> HttpResponse:
    """The gate G1–G15 as it stands for this reader, and the decision of each task."""
    found = _plan(request, plan_id)
    context = case_page.context(found.case, request.user, "reauthorisation")
    lines = gate.lines(facts_gate.plan_facts(found, request.user))
    return answer(
        request,
        "remediation/authorisation/plan.html",
        context
        | {
            "plan": found,
            "gates": shown.gates(lines),
            "tasks": shown.tasks(found, request.user),
            "live": facts_gate.unpassed_live_tests(found),
            "live_causes": facts_gate.live_cause_names(found.case),
            "may_decide": permissions.can_decide(request.user, found.case),
        },
    )


@login_required
@require_http_methods(["GET", "POST"])
def decide(request: SignedIn, plan_id: UUID, task: str) -> HttpResponse:
    """Decide one task: what is decided and why, then the signature, on one page."""
    found = _plan(request, plan_id)
    if not permissions.can_decide(request.user, found.case) or not _is_task(found, task):
        raise Http404
    lines = gate.lines(facts_gate.plan_facts(found, request.user))
    form = _decide_form(request, found, task, lines)
    if form.is_valid():
        answers = form.cleaned_data
        signed = signature(request, answers)
        try:
            authorisation.decide(
                by=request.user,
                plan=found,
                task=task,
                decision=answers["decision"],
                reason=answers["reason"],
                statement_text=answers["statement_text"],
                condition=answers["condition"] or "",
                supervisor=answers["supervisor"],
                expires_at=times.end_of_day(answers["expires_on"]) if answers["expires_on"] else None,
                persons_view=answers.get("persons_view") or "",
                follow_up_by=answers.get("follow_up_by"),
                new_test_dates=answers["new_test_dates"] or "",
                overrides=form.overrides,
                signature=signed,
            )
        except Refused as refused:
            form.add_refusal(refused)
        else:
            return redirect("plan-reauthorisation", found.pk)
    return answer(
        request,
        "remediation/authorisation/decide.html",
        {
            "form": form,
            "plan": found,
            "case": found.case,
            "task": Task(task).label,
            "gates": shown.gates(lines),
            "evidence": shown.evidence(found),
            "needs_second": facts.needs_second(found.case),
            "signing_as": signing_role(request.user, found.case),
        },
    )


@login_required
@require_http_methods(["GET", "POST"])
def second(request: SignedIn, decision_id: UUID) -> HttpResponse:
    """The second decision at L3 and L4: everything the first signed, then agree or not."""
    decisions = (
        Reauthorisation.objects.in_cases_of(request.user)
        .filter(withdraws=None)
        .select_related(
            "plan__worker",
            "plan__case__service",
            "case__service",
            "case__provider",
            "worker",
            "signed_by",
            "supervisor",
            "withdrawn_by",
        )
        .prefetch_related(Prefetch("seconds", SecondDecision.objects.select_related("withdrawn_by", "case__service")))
    )
    found = get_object_or_404(decisions, pk=decision_id)
    _see(request, found.case)
    may = permissions.can_second(request.user, found.case)
    form = SecondForm(request.POST or None, meaning=authorisation.second_meaning(found))
    if may and form.is_valid():
        agrees = form.cleaned_data["agrees"] == "yes"
        signed = signature(request, form.cleaned_data)
        try:
            authorisation.second_decision(
                by=request.user, first=found, agrees=agrees, reason=form.cleaned_data["reason"], signature=signed
            )
        except Refused as refused:
            form.add_refusal(refused)
        else:
            return redirect("plan-reauthorisation", found.plan_id)
    return answer(
        request,
        "remediation/authorisation/second.html",
        {
            "form": form,
            "decision": shown.decision(found),
            "case": found.case,
            "evidence": shown.evidence(found.plan),
            "may_second": may and facts.waits_for_second(found),
            "signing_as": signing_role(request.user, found.case),
        },
    )


@login_required
@require_http_methods(["GET", "POST"])
def holds(request: SignedIn, case_id: UUID) -> HttpResponse:
    """Who asked that duties do not come back yet; record a new one (G10)."""
    case = case_page.find(request.user, case_id)
    if not (permissions.can_hold(request.user, case) or permissions.can_see_decisions(request.user, case)):
        raise Http404
    form = HoldForm(request.POST or None)
    if form.is_valid():
        try:
            hold_actions.request_hold(by=request.user, case=case, **form.cleaned_data)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            return redirect("case-holds", case.pk)
    context = case_page.context(case, request.user, "reauthorisation")
    # Whoever may record a hold need not be one who reads what is decided on tasks.
    back = "case-reauthorisation" if permissions.can_see_decisions(request.user, case) else "case"
    context["back_url"] = reverse(back, args=[case.pk])
    found = HoldRequest.objects.filter(case=case).select_related("recorded_by", "released_by").order_by("recorded_at")
    return answer(
        request,
        "remediation/authorisation/holds.html",
        context | {"form": form, "holds": found, "may_hold": permissions.can_hold(request.user, case)},
    )


@login_required
@require_http_methods(["GET", "POST"])
def release(request: SignedIn, hold_id: UUID) -> HttpResponse:
    """A hold ends when whoever asked for it lets go; say how that is known."""
    found = get_object_or_404(
        HoldRequest.objects.visible_to(request.user).select_related("case__service"), pk=hold_id, released_at=None
    )
    if not permissions.can_hold(request.user, found.case):
        raise Http404
    form = ReleaseForm(request.POST or None)
    if form.is_valid():
        try:
            hold_actions.release_hold(by=request.user, hold=found, **form.cleaned_data)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            return redirect("case-holds", found.case_id)
    return answer(request, "remediation/authorisation/release.html", {"form": form, "hold": found, "case": found.case})


@login_required
@require_http_methods(["GET", "POST"])
def follow_up(request: SignedIn, follow_up_id: UUID) -> HttpResponse:
    """Hold a follow-up: what was seen or understood, and whether practice still meets the standard."""
    booked: Any = FollowUp.objects.visible_to(request.user)
    found = get_object_or_404(
        booked.with_asked_for().select_related("worker", "case__service", "held_by", "owner"), pk=follow_up_id
    )
    if not permissions.can_follow_up(request.user, found):
        raise Http404
    form = FollowUpForm(request.POST or None)
    if found.held_at is None and form.is_valid():
        try:
            followup.hold_follow_up(by=request.user, follow_up=found, **form.cleaned_data)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            return redirect("follow-up", found.pk)
    opens_on = followup.opens_on(found)
    # Whoever assesses holds follow-ups, and need not be one who reads what is decided on tasks.
    back = "case-reauthorisation" if permissions.can_see_decisions(request.user, found.case) else "case-tests"
    return answer(
        request,
        "remediation/authorisation/follow_up.html",
        {
            "form": form,
            "follow_up": found,
            "case": found.case,
            "back_url": reverse(back, args=[found.case_id]),
            "opens_on": opens_on,
            "open_now": opens_on <= times.today(),
        },
    )


def _decide_form(request: SignedIn, found: RemediationPlan, task: str, lines: Any) -> DecideForm:
    nominated = is_nominated_individual(request.user, found.case.service)
    overridable = [
        line for line in lines if not line.met and line.override and line.code not in gate.AT_DECISION and nominated
    ]
    supervisors, holders = people_of(found.case, found.worker)
    return DecideForm(
        request.POST or None,
        initial={"statement_text": shown.proposed_statement(found, task)},
        supervisors=supervisors,
        holders=holders,
        named_person=task == Task.T3,
        booked=bool(facts_gate.follow_ups_ahead(found)),
        overridable=overridable,
        full_closed=next((line.detail for line in lines if line.code == "G14" and not line.met), ""),
        meaning=authorisation.meaning(found, task),
    )


def _is_task(found: RemediationPlan, task: str) -> bool:
    return task in Task.values and found.tasks.filter(task=task, removed_at=None).exists()


def _see(request: SignedIn, case: Any) -> None:
    if not permissions.can_see_decisions(request.user, case):
        raise Http404


def _plan(request: SignedIn, plan_id: UUID) -> RemediationPlan:
    plans = RemediationPlan.objects.in_cases_of(request.user).select_related(
        "worker", "case__service", "case__provider", "case__owner", "response"
    )
    found: RemediationPlan = get_object_or_404(plans, pk=plan_id)
    _see(request, found.case)
    return found
