"""Effectiveness of a case: measures and points, looks and their results, the signed verdict."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from governance import actions, facts, permissions
from governance.actions.effectiveness import VERDICT_MEANING
from governance.forms.effect import (
    CheckForm,
    MeasureChangeForm,
    MeasureForm,
    MoveCheckForm,
    PointForm,
    RecordCheckForm,
    UsualChecksForm,
    VerdictForm,
)
from governance.gates import effect as effect_gates
from governance.models import EffectCheck, EffectVerdict, Measure, Verdict
from governance.views.closing import as_shown
from governance.views.signed import identity_first, signature
from incidents import frame
from incidents.models import Case
from incidents.permissions import signing_role
from records.forms import PageForm, answer
from records.gates import unmet
from records.refusals import Refused

CODE = "effectiveness"


def _page(request: HttpRequest, case: Case, template: str, **more: Any) -> HttpResponse:
    return answer(request, template, frame.context(request, case, CODE) | more)


def _ask(request: HttpRequest, case: Case, form: PageForm, title: str, button: str, **more: Any) -> HttpResponse:
    return _page(request, case, "governance/ask.html", form=form, heading=title, button=button, **more)


@login_required
def effectiveness(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The whole section: what is measured, who looked, what is the verdict."""
    user = frame.me(request)
    case = frame.visible_case(user, case_id)
    measures = list(Measure.objects.filter(case=case).select_related("case").prefetch_related("points", "owner"))
    may = permissions.can_measure(user, case)
    shown = [
        {"measure": one, "reading": facts.reading(one), "chart": _chart(one), "points": list(one.points.all())}
        for one in measures
    ]
    checks = EffectCheck.objects.filter(case=case).select_related("owner", "done_by")
    standing = facts.standing_verdict(case)
    return _page(
        request,
        case,
        "governance/effectiveness.html",
        measures=shown,
        locked=facts.work_started_at(case) is not None,
        waiting=[one for one in checks if one.done_at is None],
        taken=[one for one in checks if one.done_at is not None],
        verdicts=list(
            EffectVerdict.objects.filter(case=case, withdraws=None)
            .select_related("withdrawn_by", "case__service")
            .order_by("-signed_at")
        ),
        may_measure=may,
        may_verify=permissions.can_verify(user, case),
        mine={one.pk for one in checks if permissions.can_record_check(user, one)},
        anew=standing.pk if standing and facts.must_sign_anew(case) else None,
        look_first=unmet(effect_gates.after_bad_news(case)),
        verdict_words=Verdict,
    )


def _chart(measure: Measure) -> str:
    """The run chart as SVG, made by governance/charts.py; empty where there is no point yet."""
    points = list(measure.points.all())
    if not points:
        return ""
    try:
        from governance import charts
    except ImportError:
        return ""
    return str(charts.measure_chart(measure))


def _measure(request: HttpRequest, pk: UUID) -> Measure:
    found: Measure = get_object_or_404(
        Measure.objects.visible_to(frame.me(request)).select_related("case__service", "case__owner"), pk=pk
    )
    return found


def _check(request: HttpRequest, pk: UUID) -> EffectCheck:
    found: EffectCheck = get_object_or_404(
        EffectCheck.objects.visible_to(frame.me(request)).select_related("case__service", "case__owner", "owner"),
        pk=pk,
    )
    return found


@login_required
def measure_new(request: HttpRequest, case_id: UUID) -> HttpResponse:
    case = frame.visible_case(frame.me(request), case_id)
    if not permissions.can_measure(frame.me(request), case):
        raise Http404
    form = MeasureForm(request.POST or None)
    if form.is_valid():
        try:
            actions.fix_measure(by=frame.me(request), case=case, **form.cleaned_data)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            return redirect("case-effectiveness", case.pk)
    late = facts.work_started_at(case) is not None
    note = (
        "Work on this case has started. A measure fixed now is kept, and marked as fixed late wherever it is shown."
        if late
        else "Once work starts, the measure, its baseline and its target are locked."
    )
    return _ask(request, case, form, "Set what is measured", "Set this measure", note=note)


@login_required
def measure_change(request: HttpRequest, pk: UUID) -> HttpResponse:
    measure = _measure(request, pk)
    if not permissions.can_measure(frame.me(request), measure.case):
        raise Http404
    fields = ("title", "unit", "better", "baseline", "baseline_n", "baseline_period", "target", "change_on")
    form = MeasureChangeForm(request.POST or None, initial={name: getattr(measure, name) for name in fields})
    if form.is_valid():
        try:
            actions.change_measure(by=frame.me(request), measure=measure, **form.cleaned_data)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            return redirect("case-effectiveness", measure.case_id)
    return _ask(request, measure.case, form, "Change what is measured", "Save the change")


@login_required
def point_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    measure = _measure(request, pk)
    if not permissions.can_measure(frame.me(request), measure.case):
        raise Http404
    form = PointForm(request.POST or None)
    if form.is_valid():
        try:
            actions.add_point(by=frame.me(request), measure=measure, **form.cleaned_data)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            return redirect("case-effectiveness", measure.case_id)
    return _ask(request, measure.case, form, f"Add a point: {measure.title}", "Add this point")


@login_required
def check_new(request: HttpRequest, case_id: UUID) -> HttpResponse:
    case = frame.visible_case(frame.me(request), case_id)
    if not permissions.can_measure(frame.me(request), case):
        raise Http404
    form = CheckForm(request.POST or None, case=case)
    if form.is_valid():
        try:
            actions.book_check(by=frame.me(request), case=case, **form.cleaned_data)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            return redirect("case-effectiveness", case.pk)
    return _ask(request, case, form, "Book one check", "Book it")


@login_required
def checks_usual(request: HttpRequest, case_id: UUID) -> HttpResponse:
    case = frame.visible_case(frame.me(request), case_id)
    if not permissions.can_measure(frame.me(request), case):
        raise Http404
    form = UsualChecksForm(request.POST or None, case=case)
    if form.is_valid():
        try:
            actions.book_usual_checks(by=frame.me(request), case=case, **form.cleaned_data)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            return redirect("case-effectiveness", case.pk)
    return _ask(request, case, form, "Book the checks of weeks 4, 8 and 12", "Book them")


@login_required
def check_move(request: HttpRequest, pk: UUID) -> HttpResponse:
    check = _check(request, pk)
    if not permissions.can_measure(frame.me(request), check.case):
        raise Http404
    form = MoveCheckForm(request.POST or None)
    if form.is_valid():
        try:
            actions.move_check(by=frame.me(request), check=check, **form.cleaned_data)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            return redirect("case-effectiveness", check.case_id)
    return _ask(request, check.case, form, "Move the day of a look", "Move it")


@login_required
def check_record(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Record what a look showed."""
    check = _check(request, pk)
    if not permissions.can_record_check(frame.me(request), check):
        raise Http404
    form = RecordCheckForm(request.POST or None)
    if form.is_valid():
        try:
            actions.record_check(by=frame.me(request), check=check, **form.cleaned_data)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            return redirect("case-effectiveness", check.case_id)
    title = f"{check.get_kind_display()}{f' of week {check.week}' if check.week else ''}: what it shows"
    return _ask(request, check.case, form, title, "Save the result")


@login_required
def verdict(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Sign one of the four words."""
    user = frame.me(request)
    case = frame.visible_case(user, case_id)
    if not permissions.can_verify(user, case):
        raise Http404
    first = identity_first(request)
    if first:
        return first
    form = VerdictForm(request.POST or None, meaning=VERDICT_MEANING)
    if form.is_valid():
        answers = dict(form.cleaned_data)
        try:
            actions.give_verdict(by=user, case=case, signature=signature(request, answers), **answers)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            return redirect("case-effectiveness", case.pk)
    measures = Measure.objects.filter(case=case).select_related("case").prefetch_related("points")
    return _page(
        request,
        case,
        "governance/verdict.html",
        form=form,
        advice=[(one, facts.reading(one)) for one in measures],
        needs=as_shown(
            [
                *effect_gates.before_any_verdict(case),
                *effect_gates.after_bad_news(case),
                *effect_gates.for_changed(case),
            ]
        ),
        signing_as=signing_role(user, case),
    )
