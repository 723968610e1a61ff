"""Outside duties: who must be told, by when, what was sent; and the five times above them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from accounts.models import Staff
from incidents import actions, frame, gates, permissions
from incidents.duties import ASKED_FOR_REPLY, DUTIES
from incidents.forms import duties as forms
from incidents.latency import Step, five_times
from incidents.models import Case, CaseStaff, Duty
from incidents.states import duty_state
from incidents.views.act import form_page
from records.wording import gap_text, when_text

SECTION = "duties"
#: A gap longer than this, in hours, is marked in the strip of five times.
LONG_GAP_HOURS = 24
_ORDER = list(DUTIES)


def times_strip(case: Case) -> list[dict[str, Any]]:
    """The five times as templates/case/five_times.html wants them."""
    return [
        {
            "what": step.name,
            "at": step.at,
            "gap": _gap_words(step),
            "long": (step.hours or 0) > LONG_GAP_HOURS,
            "note": step.note,
            "unknown": "not known" if step.code == "occurred" else "",
        }
        for step in five_times(case)
    ]


def _gap_words(step: Step) -> str:
    """A gap in words; a long one also in hours, the number that packs and measures give (domain.md §4)."""
    if step.gap is None:
        return ""
    hours = f" ({step.hours} h)" if (step.hours or 0) > LONG_GAP_HOURS else ""
    return f"{gap_text(step.gap)}{hours} {step.meaning}"


@frame.case_page
def duties(request: HttpRequest, case: Case) -> HttpResponse:
    found = sorted(
        gates.duties_of(case),
        key=lambda duty: (_ORDER.index(duty.body), duty.name),
    )
    return frame.page(
        request,
        case,
        SECTION,
        "incidents/duties.html",
        {
            "times": times_strip(case),
            "duties": [{"duty": one, "line": DUTIES[one.body], "state": duty_state(one)} for one in found],
            "may_decide": permissions.can_decide_duties(frame.me(request), case),
            "clock_from_log": case.registered_person_aware_at is None,
        },
    )


def duty_of(case: Case, key: UUID) -> Duty:
    duties = Duty.objects.filter(case=case).select_related(
        "decided_by", "second_by", "proposed_no_by", "sent_by", "worker"
    )
    found: Duty = get_object_or_404(duties, pk=key)
    return found


@frame.case_page
def duty(request: HttpRequest, case: Case, duty: UUID) -> HttpResponse:
    found = duty_of(case, duty)
    line = DUTIES[found.body]
    grounds = [text for code, text in line.grounds if code in found.grounds]
    return frame.page(
        request,
        case,
        SECTION,
        "incidents/duty.html",
        {
            "duty": found,
            "line": line,
            "state": duty_state(found),
            "grounds": grounds,
            "asks": found.reply_due_at is not None and found.body in ASKED_FOR_REPLY,
            "may_decide": permissions.can_decide_duties(frame.me(request), case),
        },
    )


@frame.case_page
def answer_duty(request: HttpRequest, case: Case, duty: UUID) -> HttpResponse:
    found = duty_of(case, duty)
    if found.sent_at is not None:
        raise Http404
    initial = {
        "answer": "" if found.answer == "undecided" else found.answer,
        "grounds": found.grounds,
        "scope_reasoning": found.scope_reasoning,
        "professional": found.professional,
    }
    form = forms.AnswerForm(request.POST or None, duty=found, initial=initial)
    return form_page(
        request,
        case,
        SECTION,
        form=form,
        title=found.name,
        check=permissions.check_decide_duties,
        do=lambda given: actions.answer_duty(by=frame.me(request), duty=found, **form.answers),
        then=reverse("case-duty", args=[case.pk, found.pk]),
        template="incidents/duty_form.html",
        more={"duty": found, "line": DUTIES[found.body], "browser_title": "Outside duty"},
    )


@frame.case_page
def second_no(request: HttpRequest, case: Case, duty: UUID) -> HttpResponse:
    found = duty_of(case, duty)
    if found.proposed_no_at is None:
        raise Http404
    form = forms.SecondForm(request.POST or None)
    facts = [
        ("Who would not be told", found.name),
        ("Because", found.proposed_no_reason),
        ("Proposed by", found.proposed_no_by.name if found.proposed_no_by else ""),
    ]
    return form_page(
        request,
        case,
        SECTION,
        form=form,
        title=f"{found.short}: is “no” right?",
        check=permissions.check_decide_duties,
        do=lambda given: actions.second_no(
            by=frame.me(request), duty=found, agree=given["agree"], reason=given["reason"] or ""
        ),
        then=reverse("case-duty", args=[case.pk, found.pk]),
        more={"facts": facts, "browser_title": "Outside duty"},
    )


@frame.case_page
def sent(request: HttpRequest, case: Case, duty: UUID) -> HttpResponse:
    found = duty_of(case, duty)
    form = forms.SentForm(request.POST or None, duty=found)
    return form_page(
        request,
        case,
        SECTION,
        form=form,
        title=f"{found.short}: record that they were told",
        check=permissions.check_decide_duties,
        do=lambda given: actions.record_sent(by=frame.me(request), duty=found, **given),
        then=reverse("case-duty", args=[case.pk, found.pk]),
        template="incidents/duty_form.html",
        more={"duty": found, "line": DUTIES[found.body], "browser_title": "Outside duty"},
    )


@frame.case_page
def acknowledged(request: HttpRequest, case: Case, duty: UUID) -> HttpResponse:
    found = duty_of(case, duty)
    if found.sent_at is None:
        raise Http404
    initial = {"reference": found.reference, "outcome": found.outcome}
    form = forms.AcknowledgedForm(request.POST or None, initial=initial)
    return form_page(
        request,
        case,
        SECTION,
        form=form,
        title=f"{found.short}: what they answered",
        check=permissions.check_decide_duties,
        do=lambda given: actions.record_acknowledgement(by=frame.me(request), duty=found, **given),
        then=reverse("case-duty", args=[case.pk, found.pk]),
        more={"browser_title": "Outside duty"},
    )


@frame.case_page
def late(request: HttpRequest, case: Case, duty: UUID) -> HttpResponse:
    found = duty_of(case, duty)
    if not found.wants_lateness_reason:
        raise Http404
    moments = (("Was due", found.due_at), ("Was sent", found.sent_at))
    facts = [(name, when_text(at)) for name, at in moments if at is not None]
    return form_page(
        request,
        case,
        SECTION,
        form=forms.LateForm(request.POST or None),
        title=f"{found.short}: why was it late?",
        check=permissions.check_decide_duties,
        do=lambda given: actions.explain_lateness(by=frame.me(request), duty=found, reason=given["lateness_reason"]),
        then=reverse("case-duty", args=[case.pk, found.pk]),
        more={"facts": facts, "browser_title": "Outside duty"},
    )


@frame.case_page
def raise_duty(request: HttpRequest, case: Case) -> HttpResponse:
    known = set(Duty.objects.filter(case=case).values_list("body", flat=True))
    part = CaseStaff.objects.filter(case=case, involvement__in=CaseStaff.SHUTS_OUT)
    staff = Staff.objects.filter(pk__in=part.values("staff")).order_by("name")
    again = request.GET.get("body", "")
    form = forms.RaiseForm(
        request.POST or None, known=known, staff=staff, initial={"body": again if again in DUTIES else ""}
    )
    return form_page(
        request,
        case,
        SECTION,
        form=form,
        title="Does anyone else need to be told, or be told of something new?",
        button="Add this duty",
        check=permissions.check_decide_duties,
        do=lambda given: actions.raise_duty(by=frame.me(request), case=case, **given),
        then=reverse("case-duties", args=[case.pk]),
    )


@frame.case_page
def times(request: HttpRequest, case: Case) -> HttpResponse:
    names = (
        "occurred_at",
        "occurred_note",
        "first_noticed_at",
        "reported_inside_at",
        "registered_person_aware_at",
    )
    form = forms.TimesForm(request.POST or None, staff=None, initial={name: getattr(case, name) for name in names})
    return form_page(
        request,
        case,
        SECTION,
        form=form,
        title="When was it noticed, reported and known?",
        button="Save the times",
        check=permissions.check_decide_duties,
        do=lambda given: actions.correct_times(by=frame.me(request), case=case, **given),
        then=reverse("case-duties", args=[case.pk]),
    )
