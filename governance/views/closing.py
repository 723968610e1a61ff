"""Closing a case: the gate line by line, the signature, the second one, and opening it again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts import access
from accounts.models import User
from accounts.permits import Permit
from governance import actions, facts, permissions
from governance.actions.closure import CLOSE_MEANING, SECOND_MEANING
from governance.forms.closing import CloseForm, ReopenForm, SecondCloseForm
from governance.gates import closing as gates
from governance.models import Closure, ClosureSecond, Reopening
from governance.views import paging
from governance.views.signed import identity_first, signature
from incidents import frame
from incidents.models import Case
from incidents.permissions import signing_role
from records.forms import answer
from records.gates import GateLine, unmet
from records.refusals import Refused
from remediation import permissions as capability
from remediation import permissions_practice as practice

CODE = "closure"


def as_shown(lines: list[GateLine]) -> list[dict[str, Any]]:
    """Gate lines as gates/list.html shows them, each unmet one with where it is put right.

    Where one condition lacks several things, it stands once, and below it what it lacks, each thing with its link.
    """
    by_condition: dict[str, list[GateLine]] = {}
    for line in lines:
        by_condition.setdefault(line.text, []).append(line)
    return [
        {
            "title": condition,
            "state": {"text": "Done", "colour": "green"} if own[0].met else {"text": "Not yet", "colour": "red"},
            "url": "" if own[0].met or len(own) > 1 else own[0].url,
            "missing": "" if own[0].met or len(own) > 1 else own[0].detail,
            "source": "" if own[0].met else own[0].source,
            "parts": [{"text": line.detail or line.text, "url": line.url} for line in own] if len(own) > 1 else [],
        }
        for condition, own in by_condition.items()
    ]


def read_by(user: User, case: Case, lines: list[GateLine]) -> list[GateLine]:
    """The lines as this person may read them: the condition always; what is missing of it, and the way there, only
    where they may open that part of the case (F92)."""
    closed = set() if practice.can_see_tests(user, case) else {"TEST", "WEEK12"}
    if not capability.can_see_capability(user, case):
        closed.add("A5C")
    shown = [replace(line, detail="", url="") if line.code in closed and not line.met else line for line in lines]
    if not practice.can_see_decisions(user, case):  # fewer read those than the tests
        decisions = reverse("case-reauthorisation", args=[case.pk])
        shown = [replace(line, url="") if line.url == decisions else line for line in shown]
    return list(dict.fromkeys(shown))


def _context(request: HttpRequest, case: Case) -> dict[str, Any]:
    return frame.context(request, case, CODE)


@login_required
def closure(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Where closing stands: what is missing, who signed, what comes next."""
    user = frame.me(request)
    case = frame.visible_case(user, case_id)
    lines = [] if case.closed_at else gates.lines(case)
    waiting = facts.waiting_closure(case)
    return render(
        request,
        "governance/closure.html",
        _context(request, case)
        | {
            "lines": as_shown(read_by(user, case, lines)),
            "left": len(unmet(lines)),
            "second_needed": gates.needs_second(case),
            "waiting": waiting,
            "signed": _signed(case),
            "opened_again": list(Reopening.objects.filter(case=case).select_related("reopened_by")),
            "may_close": permissions.can_close(user, case),
            "may_second": waiting is not None
            and waiting.signed_by_id != user.pk
            and permissions.can_second_close(user, case),
            "may_reopen": case.closed_at is not None and permissions.can_reopen(user, case),
        },
    )


def _signed(case: Case) -> list[Closure]:
    """Every signature on closing with its second ones, the newest first; a withdrawal is drawn with what it withdraws."""
    seconds = ClosureSecond.objects.filter(withdraws=None).select_related("withdrawn_by", "closure__case__service")
    found = Closure.objects.filter(case=case, withdraws=None).select_related("withdrawn_by", "case__service")
    return list(found.prefetch_related(Prefetch("seconds", seconds)).order_by("-signed_at"))


@login_required
def close(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Sign the closing."""
    user = frame.me(request)
    case = frame.visible_case(user, case_id)
    if not permissions.can_close(user, case):
        raise Http404
    first = identity_first(request)
    if first:
        return first
    form = CloseForm(request.POST or None, meaning=CLOSE_MEANING)
    if form.is_valid():
        answers = dict(form.cleaned_data)
        try:
            actions.close_case(by=user, case=case, signature=signature(request, answers), **answers)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            return redirect("case-closure", case.pk)
    return answer(
        request,
        "governance/close.html",
        _context(request, case)
        | {
            "form": form,
            "second_needed": gates.needs_second(case),
            "signing_as": signing_role(user, case),
        },
    )


@login_required
def second(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Sign as the second person."""
    user = frame.me(request)
    found: Closure = get_object_or_404(
        Closure.objects.visible_to(user)
        .filter(withdraws=None)
        .select_related("case__service", "case__owner", "signed_by"),
        pk=pk,
    )
    if not permissions.can_second_close(user, found.case):
        raise Http404
    first = identity_first(request)
    if first:
        return first
    form = SecondCloseForm(request.POST or None, meaning=SECOND_MEANING)
    if form.is_valid():
        answers = dict(form.cleaned_data)
        try:
            actions.second_close(by=user, closure=found, signature=signature(request, answers), **answers)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            return redirect("case-closure", found.case_id)
    return answer(
        request,
        "governance/second_close.html",
        _context(request, found.case)
        | {
            "form": form,
            "closure": found,
            "lines": as_shown(gates.lines(found.case)),
            "signing_as": signing_role(user, found.case),
        },
    )


@login_required
def reopen(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Open a closed case again."""
    user = frame.me(request)
    case = frame.visible_case(user, case_id)
    if not permissions.can_reopen(user, case):
        raise Http404
    form = ReopenForm(request.POST or None)
    if form.is_valid():
        try:
            actions.reopen_case(by=user, case=case, **form.cleaned_data)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            return redirect("case-closure", case.pk)
    return answer(
        request,
        "governance/ask.html",
        _context(request, case) | {"form": form, "heading": "Open this case again", "button": "Open it again"},
    )


@login_required
def ready(request: HttpRequest) -> HttpResponse:
    """The cases that look ready to close, for the manager's figure."""
    user = frame.me(request)
    scope = access.of(user)
    if not scope.anywhere(Permit.CLOSE_CASES):
        raise Http404
    cases = Case.objects.visible_to(user).filter(service__in=scope.services(Permit.CLOSE_CASES))
    found = gates.looks_ready(cases).select_related("service")
    page = paging.of(request, found, by="logged_at", key="pk")
    return render(request, "governance/ready.html", {"page": page})
