"""Pages of the remediation plan: written, completed, started by a signature, followed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from incidents import masking
from incidents.models import TaskRestriction
from incidents.permissions import signing_role
from incidents.sections import State
from records import compartments, signing, times
from records.gates import unmet
from records.signing_form import SignatureForm
from records.wording import day_text
from remediation import chain, endings, facts, facts_case, pass_rules, permissions, permissions_practice, service_length
from remediation import facts_practice as practice
from remediation.actions import plan as actions
from remediation.forms import plan as forms
from remediation.gates import plan as gates
from remediation.models import Decision, DueDateChange, GapTemplate, PlanTask, RemediationPlan
from remediation.views.capability import find_response
from remediation.views.frame import SignedIn, ask, find_case, post_of, section_page, shown_gates


def find_plan(request: SignedIn, pk: UUID) -> RemediationPlan:
    """A plan of a case this user may see. The worker reads their own at /my/, without the case."""
    found: RemediationPlan = get_object_or_404(
        RemediationPlan.objects.in_cases_of(request.user).select_related(
            "case__service", "case__owner", "worker__supervisor", "response", "template", "written_by", "started_by"
        ),
        pk=pk,
    )
    return found


@login_required
def section(request: SignedIn, pk: UUID) -> HttpResponse:
    """The plans of a case, and the workers who still need one."""
    case = find_case(request, pk)
    plans = facts_case.plans(case.pk)
    with_plan = {plan.worker_id for plan in plans}
    may_write = permissions.can_write_plans(request.user, case)
    return section_page(
        request,
        case,
        "plans",
        "remediation/plans.html",
        {
            "plans": [{"plan": plan, "state": plan_state(plan), "links": chain.of(plan)} for plan in plans],
            "without": [one for one in facts.responses_of(case) if one.worker_id and one.worker_id not in with_plan]
            if may_write
            else [],
            "may_write": may_write,
        },
    )


def plan_state(plan: RemediationPlan) -> tuple[str, str]:
    """The state of a plan in words with its colour."""
    if plan.ended_at is not None:
        return f"Ended: {endings.in_words(plan.ended_how).lower()}", "grey"
    return ("Under way", "blue") if plan.started_at else ("Draft", "amber")


@login_required
def plan(request: SignedIn, pk: UUID) -> HttpResponse:
    """One plan: its chain, what it still lacks, and every part of it."""
    one = find_plan(request, pk)
    lines = gates.start(one) if one.started_at is None and one.ended_at is None else []
    tests = list(
        one.tests.select_related("assessor", "withdrawn_by").prefetch_related("criteria", "attempts").order_by("code")
    )
    first = times.to_london(one.started_at).date() if one.started_at else times.today()
    may_write = permissions.can_write_plans(request.user, one.case)
    return section_page(
        request,
        one.case,
        "plans",
        "remediation/plan.html",
        {
            "plan": masking.shown(one, request.user, one.case),
            "hr": _reads_hr(request, one),
            "state": plan_state(one),
            "links": chain.of(one, lines) if lines else chain.of(one),
            "gates": shown_gates(unmet(lines)),
            "ready": bool(lines) and not unmet(lines),
            "warnings": gates.assessor_warnings(one) if one.ended_at is None else [],
            "service_warning": service_length.warning(one.worker, begins=first, ends=_last_day(one)),
            "tasks": _tasks_now(one),
            "learning": facts_case.learning(one.case_id).get(one.pk, []),
            "tests": [
                {"test": test, "rule": pass_rules.in_words(test.pass_rule), "state": test_state(test)}
                for test in tests
                if test.withdrawn_at is None
            ],
            "withdrawn": [
                test for test in tests if test.withdrawn_at and one.started_at and test.withdrawn_at > one.started_at
            ],
            "reviews": facts_case.reviews(one.case_id).get(one.pk, []),
            "approvals": one.approvals.filter(withdraws=None).select_related("withdrawn_by", "case__service", "plan"),
            "decisions": facts_case.decisions(one.case_id).get(one.pk, []),
            "changes": _changes(one),
            "draft": one.started_at is None and one.ended_at is None,
            "may_write": may_write and one.ended_at is None,
        },
    )


def test_state(test: Any) -> tuple[str, str]:
    """The state of a test in words; green only when it was passed and signed."""
    if test.passed_at is not None:
        return "Passed", "green"
    signed = [one for one in test.attempts.all() if one.signed_at is not None]
    if signed:
        return f"Not passed yet, {len(signed)} attempted", "amber"
    return "Not attempted yet", "grey"


def _tasks_now(plan: RemediationPlan) -> list[tuple[PlanTask, State | None]]:
    """Each task of the plan with what the register says of it now: may not, with condition; nothing where it may."""
    restricted = facts_case.restricted_tasks(plan.case_id).get(plan.worker_id, set())
    found: list[tuple[PlanTask, State | None]] = []
    for one in practice.task_states(plan):
        given = one.effective
        if given is not None and given.decision == Decision.CONDITIONAL and given.expires_at and not one.expired:
            found.append(
                (one.task, State(f"with condition until {day_text(times.to_london(given.expires_at))}", "amber"))
            )
        else:
            found.append((one.task, State("may not", "red") if one.task.task in restricted else None))
    return found


def _last_day(plan: RemediationPlan) -> Any:
    """The last day the plan reaches, live items included."""
    days = [one.due_on for one in gates.live_tests(plan) if one.due_on]
    if plan.ends_on:
        days.append(plan.ends_on)
    return max(days, default=None)


def _changes(plan: RemediationPlan) -> list[DueDateChange]:
    """Every date of this plan that moved, with its reason (F37)."""
    about = {
        "learningaction": plan.learning_actions.values_list("pk", flat=True),
        "practicetest": plan.tests.values_list("pk", flat=True),
        "planreview": plan.reviews.values_list("pk", flat=True),
    }
    keys = [key for keys in about.values() for key in keys]
    return list(
        DueDateChange.objects.filter(case=plan.case, about__in=about, about_id__in=keys)
        .select_related("changed_by")
        .order_by("changed_at")
    )


def _reads_hr(request: SignedIn, plan: RemediationPlan) -> bool:
    """Whether what is HR in the plan is told here: where it is not, nothing says that it was "not written yet"."""
    return compartments.HR in masking.held_by(request.user, plan.case)


@login_required
def new(request: SignedIn, pk: UUID) -> HttpResponse:
    """Choose the gap from the library, then write the plan from it."""
    response = find_response(request, pk)
    if response.worker is None:
        raise Http404
    chosen = request.GET.get("gap", "")
    known = GapTemplate.objects.visible_to(request.user).newest()
    if not chosen:
        return section_page(
            request, response.case, "plans", "remediation/choose_gap.html", {"response": response, "gaps": known}
        )
    template = None
    if chosen != "own":
        template = next((one for one in known if str(one.pk) == chosen), None)
        if template is None:
            raise Http404
    restricted = TaskRestriction.objects.filter(case=response.case, worker=response.worker, ended_at=None)
    usual = template.tasks if template else []
    initial = {
        "gap": template.gap if template else "",
        "tasks": sorted({*restricted.values_list("task", flat=True)} or set(usual), key=lambda code: int(code[1:])),
        "starts_on": times.today(),
        "learning_owner": getattr(request.user, "staff", None),
    }
    form = forms.NewPlanForm(post_of(request), initial=initial, case=response.case, user=request.user)
    made: list[RemediationPlan] = []

    def act(given: dict[str, Any]) -> None:
        owner = given.pop("learning_owner")
        made.append(
            actions.write_plan(
                by=request.user, response=response, template=template, learning_owner=owner.user, **given
            )
        )

    answered = ask(
        request,
        case=response.case,
        title=f"New plan: {template.name.lower()}" if template else "New plan",
        intro="Learning actions, tests and their pass rules are copied from the library, and stay as they are in this "
        "plan when the library changes."
        if template
        else "",
        form=form,
        act=act,
        done=reverse("case-plans", args=[response.case_id]),
        back=reverse("plan-new", args=[response.pk]),
        button="Write the draft",
    )
    if made:
        answered.headers["Location"] = reverse("plan", args=[made[0].pk])
    return answered


@login_required
def gap(request: SignedIn, pk: UUID) -> HttpResponse:
    """Edit gap, baseline and planned end."""
    one = find_plan(request, pk)
    initial = {"gap": one.gap, "baseline": one.baseline, "ends_on": one.ends_on}
    return ask(
        request,
        case=one.case,
        title="The gap and the planned end",
        form=forms.GapForm(post_of(request), initial=initial),
        act=lambda given: actions.edit_plan(by=request.user, plan=one, **given),
        done=_url(one),
    )


@login_required
def statement(request: SignedIn, pk: UUID) -> HttpResponse:
    """Write what 'safe to practise' will mean."""
    one = find_plan(request, pk)
    read = masking.shown(one, request.user, one.case)
    proposal = one.template.statement.replace("{name}", one.worker.name) if one.template else ""
    return ask(
        request,
        case=one.case,
        title="What ‘safe to practise’ will mean",
        intro="Written now, before the work begins, so that nobody can move the mark later.",
        form=forms.StatementForm(post_of(request), initial={"statement": one.statement, "if_not_met": read.if_not_met}),
        act=lambda given: actions.edit_plan(by=request.user, plan=one, **given),
        done=_url(one),
        proposal="" if one.statement else proposal,
    )


@login_required
def support(request: SignedIn, pk: UUID) -> HttpResponse:
    """Support and adjustments."""
    one = find_plan(request, pk)
    read = masking.shown(one, request.user, one.case)
    return ask(
        request,
        case=one.case,
        title="Support and adjustments",
        form=forms.SupportForm(post_of(request), initial={"support": read.support, "adjustments": read.adjustments}),
        act=lambda given: actions.edit_plan(by=request.user, plan=one, **given),
        done=_url(one),
    )


@login_required
def tasks(request: SignedIn, pk: UUID) -> HttpResponse:
    """Choose the tasks."""
    one = find_plan(request, pk)
    initial = {"tasks": list(one.tasks.filter(removed_at=None).values_list("task", flat=True))}
    return ask(
        request,
        case=one.case,
        title="Tasks this plan leads back to",
        form=forms.TasksForm(post_of(request), initial=initial),
        act=lambda given: actions.choose_tasks(by=request.user, plan=one, **given),
        done=_url(one),
    )


@login_required
def add_review(request: SignedIn, pk: UUID) -> HttpResponse:
    """Promise a review."""
    one = find_plan(request, pk)
    return ask(
        request,
        case=one.case,
        title="Add a review date",
        form=forms.ReviewForm(post_of(request), initial={"due_on": times.today() + timedelta(days=7)}),
        act=lambda given: actions.add_review(by=request.user, plan=one, **given),
        done=_url(one) + "#reviews",
        button="Add this date",
    )


@login_required
def start(request: SignedIn, pk: UUID) -> HttpResponse:
    """Start the plan: what is signed, the gates, the signature. Identity is confirmed again just before."""
    one = find_plan(request, pk)
    if one.started_at is not None or one.ended_at is not None:
        raise Http404
    moment = signing.authenticated_at(request)
    form = SignatureForm(post_of(request), meaning=actions.MEANING)
    lines = gates.start(one)

    def act(given: dict[str, Any]) -> None:
        signature = signing.Signature(
            conflict=given["conflict"],
            conflict_detail=given.get("conflict_detail") or "",
            authenticated_at=moment,
        )
        actions.start_plan(by=request.user, plan=one, signature=signature)

    return ask(
        request,
        case=one.case,
        title="Start the plan",
        form=form,
        act=act,
        done=_url(one),
        button="Sign and start the plan",
        template="remediation/start.html",
        plan=masking.shown(one, request.user, one.case),
        hr=_reads_hr(request, one),
        fresh=signing.is_fresh(moment),
        confirm_url=f"{reverse('account_reauthenticate')}?next={request.path}",
        signing_as=signing_role(request.user, one.case),
        gates=shown_gates(unmet(lines)),
        warnings=gates.assessor_warnings(one),
        tests=[(test, pass_rules.in_words(test.pass_rule)) for test in gates.live_tests(one)],
    )


END_INTRO = (
    "A plan that is going well needs no ending here: it ends by itself when every task it leads back to is decided. "
    "Its planned end is fixed once it has started. If more time is needed, go on, and decide the tasks when they are "
    "ready.\n\n"
    "End it here only if it is to stop before that. Tasks that are restricted stay restricted: only re-authorisation "
    "gives them back."
)


@login_required
def end(request: SignedIn, pk: UUID) -> HttpResponse:
    """End a plan."""
    one = find_plan(request, pk)
    return ask(
        request,
        case=one.case,
        title="End the plan",
        intro=END_INTRO,
        links=_instead_of_ending(request, one),
        form=forms.EndForm(post_of(request)),
        act=lambda given: actions.end_plan(by=request.user, plan=one, **given),
        done=_url(one),
        button="End the plan",
    )


def _instead_of_ending(request: SignedIn, plan: RemediationPlan) -> list[tuple[str, str]]:
    """Where a plan that goes well is brought to its end: the decisions on its tasks, for whoever reads them."""
    if plan.started_at is None or not permissions_practice.can_see_decisions(request.user, plan.case):
        return []
    return [("Go to the decisions on its tasks", reverse("case-reauthorisation", args=[plan.case_id]))]


def _url(plan: RemediationPlan) -> str:
    return reverse("plan", args=[plan.pk])
