"""Pages of the learning response: the five causes with their evidence, and the actions on the system."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from incidents.models import Case
from records.gates import unmet
from remediation import permissions
from remediation.actions import learning as actions
from remediation.forms import learning as forms
from remediation.gates import learning as gates
from remediation.models import CauseFinding, DueDateChange, Finding, LearningResponse, SystemAction
from remediation.views.frame import SignedIn, ask, find_case, post_of, section_page, shown_gates

#: The colour that repeats a finding's word.
COLOURS = {Finding.NOT_KNOWN: "grey", Finding.MAIN: "blue", Finding.CONTRIBUTED: "blue", Finding.RULED_OUT: "green"}


def find_finding(request: SignedIn, pk: UUID) -> CauseFinding:
    found: CauseFinding = get_object_or_404(
        CauseFinding.objects.visible_to(request.user).select_related("case__service", "case__owner", "found_by"), pk=pk
    )
    return found


def find_action(request: SignedIn, pk: UUID) -> SystemAction:
    found: SystemAction = get_object_or_404(
        SystemAction.objects.visible_to(request.user).select_related("case__service", "case__owner", "cause", "owner"),
        pk=pk,
    )
    return found


@login_required
def section(request: SignedIn, pk: UUID) -> HttpResponse:
    """The learning response of a case: what it still lacks, the five causes, the actions."""
    case = find_case(request, pk)
    response = LearningResponse.objects.filter(case=case).select_related("finished_by", "all_weak_by").first()
    causes = gates.in_order(case)
    lines = gates.finish(case)
    return section_page(
        request,
        case,
        "learning",
        "remediation/learning.html",
        {
            "response": response,
            "causes": [
                {
                    "finding": finding,
                    "colour": COLOURS[Finding(finding.finding)],
                    "evidence": len(finding.evidence.all()),
                }
                for finding in causes
            ],
            "actions": [(action, action_state(action)) for finding in causes for action in finding.actions.all()],
            "gates": shown_gates(lines),
            "lacking": len(unmet(lines)),
            "may_lead": permissions.can_lead_learning(request.user, case),
        },
    )


def action_state(action: SystemAction) -> tuple[str, str]:
    """The state of an action in words, with its colour. Green only for what was shown to work."""
    if action.effect_checked_at is not None:
        if action.worked:
            return "Worked", "green"
        return ("Did not work, accepted", "grey") if action.not_worked_reason else ("Did not work", "red")
    if action.done_at is not None:
        return "Done, effect not shown", "blue"
    return "Promised", "grey"


@login_required
def cause(request: SignedIn, pk: UUID) -> HttpResponse:
    """One cause: its evidence, its finding, its actions."""
    finding = find_finding(request, pk)
    evidence = list(finding.evidence.select_related("added_by", "file").order_by("added_at"))
    return section_page(
        request,
        finding.case,
        "learning",
        "remediation/cause.html",
        {
            "finding": finding,
            "colour": COLOURS[Finding(finding.finding)],
            "evidence": evidence,
            "lacks": gates.enough_sources(one.source for one in evidence),
            "actions": [(one, action_state(one)) for one in finding.actions.select_related("owner")],
            "found": finding.finding in gates.FOUND,
            "may_lead": permissions.can_lead_learning(request.user, finding.case),
        },
    )


@login_required
def add_evidence(request: SignedIn, pk: UUID) -> HttpResponse:
    """Add a piece of evidence to a cause."""
    finding = find_finding(request, pk)
    form = forms.EvidenceForm(post_of(request), case=finding.case, user=request.user)
    return ask(
        request,
        case=finding.case,
        title=f"Add evidence: {finding.get_cause_display().lower()}",
        intro="A finding needs at least two sources, one of them not an interview.",
        form=form,
        act=lambda given: actions.add_cause_evidence(by=request.user, finding=finding, **given),
        done=reverse("cause", args=[finding.pk]),
        button="Add this evidence",
    )


@login_required
def find(request: SignedIn, pk: UUID) -> HttpResponse:
    """Say what the evidence shows of a cause."""
    finding = find_finding(request, pk)
    form = forms.FindingForm(post_of(request), initial=forms.finding_initial(finding))
    return ask(
        request,
        case=finding.case,
        title=f"What did you find: {finding.get_cause_display().lower()}?",
        form=form,
        act=lambda given: actions.find_cause(by=request.user, finding=finding, **given),
        done=reverse("cause", args=[finding.pk]),
        button="Save the finding",
    )


@login_required
def settle(request: SignedIn, pk: UUID) -> HttpResponse:
    """Say whether a found cause is still live."""
    finding = find_finding(request, pk)
    form = forms.LiveForm(post_of(request), initial={"still_live": finding.still_live})
    return ask(
        request,
        case=finding.case,
        title=f"Is it still there: {finding.get_cause_display().lower()}?",
        intro="A cause that is still there blocks a full decision at re-authorisation, or needs a condition (G14).",
        form=form,
        act=lambda given: actions.settle_cause(by=request.user, finding=finding, **given),
        done=reverse("cause", args=[finding.pk]),
    )


@login_required
def add_action(request: SignedIn, pk: UUID) -> HttpResponse:
    """Promise a change to the system."""
    finding = find_finding(request, pk)
    form = forms.ActionForm(post_of(request), case=finding.case, user=request.user)

    def act(given: dict[str, Any]) -> None:
        actions.add_system_action(by=request.user, finding=finding, **(given | {"owner": given["owner"].user}))

    return ask(
        request,
        case=finding.case,
        title=f"Add an action: {finding.get_cause_display().lower()}",
        form=form,
        act=act,
        done=reverse("cause", args=[finding.pk]),
        button="Add this action",
    )


@login_required
def action(request: SignedIn, pk: UUID) -> HttpResponse:
    """One action: promised, done, worked; and how its date moved."""
    one = find_action(request, pk)
    return section_page(
        request,
        one.case,
        "learning",
        "remediation/action.html",
        {
            "action": one,
            "state": action_state(one),
            "changes": DueDateChange.objects.filter(about="systemaction", about_id=one.pk)
            .select_related("changed_by")
            .order_by("changed_at"),
            "may_lead": permissions.can_lead_learning(request.user, one.case),
            "may_do": permissions.can_record_action_done(request.user, one),
            "may_check": permissions.can_check_effect(request.user, one) and one.owner_id != request.user.pk,
        },
    )


@login_required
def action_done(request: SignedIn, pk: UUID) -> HttpResponse:
    """Record that an action is done."""
    one = find_action(request, pk)
    return ask(
        request,
        case=one.case,
        title="Record that the action is done",
        intro=one.what,
        form=forms.DoneForm(post_of(request)),
        act=lambda given: actions.record_action_done(by=request.user, system_action=one, **given),
        done=reverse("action", args=[one.pk]),
        button="Record as done",
    )


@login_required
def action_effect(request: SignedIn, pk: UUID) -> HttpResponse:
    """Record whether an action worked; by somebody who does not own it (S9)."""
    one = find_action(request, pk)
    return ask(
        request,
        case=one.case,
        title="Did the action work?",
        intro=one.what,
        form=forms.EffectForm(post_of(request)),
        act=lambda given: actions.check_effect(by=request.user, system_action=one, **given),
        done=reverse("action", args=[one.pk]),
        button="Save the answer",
    )


@login_required
def action_due(request: SignedIn, pk: UUID) -> HttpResponse:
    """Move the date of an action."""
    one = find_action(request, pk)
    return ask(
        request,
        case=one.case,
        title="Move the date of the action",
        intro=one.what,
        form=forms.DueForm(post_of(request)),
        act=lambda given: actions.change_action_due(by=request.user, system_action=one, **given),
        done=reverse("action", args=[one.pk]),
        button="Move the date",
    )


@login_required
def write(request: SignedIn, pk: UUID) -> HttpResponse:
    """Write the response as a whole."""
    case = find_case(request, pk)
    response = get_object_or_404(LearningResponse.objects.visible_to(request.user), case=case)
    initial = {name: getattr(response, name) for name in forms.LearningForm.base_fields}
    return ask(
        request,
        case=case,
        title="Write up the learning response",
        form=forms.LearningForm(post_of(request), initial=initial),
        act=lambda given: actions.write_learning(by=request.user, case=case, **given),
        done=_section_url(case),
    )


@login_required
def accept_weak(request: SignedIn, pk: UUID) -> HttpResponse:
    """The nominated individual accepts that every action is weak."""
    case = find_case(request, pk)
    return ask(
        request,
        case=case,
        title="Accept that every action is weak?",
        intro="Weak actions (a memo, a policy, a warning, training) seldom change what people do. The nominated "
        "individual may accept them with a reason, which is printed in the pack.",
        form=forms.ReasonForm(post_of(request)),
        act=lambda given: actions.accept_all_weak(by=request.user, case=case, **given),
        done=_section_url(case),
        button="Accept, with this reason",
    )


@login_required
def finish(request: SignedIn, pk: UUID) -> HttpResponse:
    """Finish the learning response."""
    case = find_case(request, pk)
    return ask(
        request,
        case=case,
        title="Finish the learning response?",
        intro="Every cause is tested, and every action is done and shown to work or accepted with a reason.",
        form=forms.JustConfirm(post_of(request)),
        act=lambda given: actions.finish_learning(by=request.user, case=case),
        done=_section_url(case),
        button="Finish it",
    )


@login_required
def reopen(request: SignedIn, pk: UUID) -> HttpResponse:
    """Open a finished response again."""
    case = find_case(request, pk)
    return ask(
        request,
        case=case,
        title="Open the learning response again?",
        form=forms.ReasonForm(post_of(request)),
        act=lambda given: actions.reopen_learning(by=request.user, case=case, **given),
        done=_section_url(case),
        button="Open it again",
    )


def _section_url(case: Case) -> str:
    return reverse("case-learning", args=[case.pk])
