"""Restrictive practice: the record of each restriction, its end, the four questions of A10."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from incidents import actions, frame, gates, masking, permissions
from incidents.forms import restrictions as forms
from incidents.models import Case, Restriction, RestrictionTest
from incidents.views.act import form_page
from incidents.views.protection import gate_lines
from records import compartments

SECTION = "restriction"


@frame.case_page
def page(request: HttpRequest, case: Case) -> HttpResponse:
    found = Restriction.objects.filter(case=case).select_related("person", "recorded_by", "ended_by")
    me = frame.me(request)
    shown = [{"one": masking.shown(one, me, case), "authorised": one.is_authorised(one.ended_at)} for one in found]
    test = RestrictionTest.objects.filter(case=case).select_related("answered_by").order_by("-answered_at").first()
    may_decide = permissions.can_decide_controls(frame.me(request), case)
    return frame.page(
        request,
        case,
        SECTION,
        "incidents/restriction.html",
        {
            "restrictions": shown,
            "gates": gate_lines(gates.restriction_answered(case), linked=may_decide),
            "involved": gates.involves_restriction(case),
            "test": test,
            "questions": _questions(masking.shown(test, me, case)) if test else [],
            "care": compartments.CARE in masking.held_by(me, case),
            "may_decide": may_decide,
        },
    )


def _questions(test: RestrictionTest) -> list[tuple[str, bool | None, str]]:
    form = forms.FourQuestionsForm
    return [
        (str(form.base_fields[f"{name}_met"].label), getattr(test, f"{name}_met"), getattr(test, name))
        for name in ("authorised", "least_restrictive", "escalated", "positive_risk")
    ]


@frame.case_page
def new(request: HttpRequest, case: Case) -> HttpResponse:
    form = forms.RestrictionForm(request.POST or None, case=case)
    return form_page(
        request,
        case,
        SECTION,
        form=form,
        title="Record a restriction",
        button="Record this restriction",
        check=permissions.check_decide_controls,
        do=lambda given: actions.record_restriction(by=frame.me(request), case=case, **given),
        then=reverse("case-restriction", args=[case.pk]),
    )


@frame.case_page
def end(request: HttpRequest, case: Case, restriction: UUID) -> HttpResponse:
    found = get_object_or_404(
        Restriction.objects.filter(case=case, ended_at=None).select_related("person"), pk=restriction
    )
    facts = [("Whose freedom", found.person.code), ("Kind", found.get_kind_display()), ("What", found.what)]
    return form_page(
        request,
        case,
        SECTION,
        form=forms.EndRestrictionForm(request.POST or None),
        title="End this restriction",
        button="End it",
        check=permissions.check_decide_controls,
        do=lambda given: actions.end_restriction(by=frame.me(request), restriction=found, **given),
        then=reverse("case-restriction", args=[case.pk]),
        more={"facts": facts},
    )


@frame.case_page
def tests(request: HttpRequest, case: Case) -> HttpResponse:
    form = forms.FourQuestionsForm(request.POST or None)
    return form_page(
        request,
        case,
        SECTION,
        form=form,
        title="Four questions about the restriction",
        button="Save the answers",
        check=permissions.check_decide_controls,
        do=lambda given: actions.answer_restriction_tests(by=frame.me(request), case=case, **given),
        then=reverse("case-restriction", args=[case.pk]),
    )
