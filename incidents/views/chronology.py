"""The merged chronology, its entries, addenda and review."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from incidents import actions, chronology, frame, permissions
from incidents.forms import chronology as forms
from incidents.models import Case, ChronologyEntry, ChronologyReview
from incidents.views.act import form_page
from records.wording import when_text

SECTION = "chronology"


@frame.case_page
def page(request: HttpRequest, case: Case) -> HttpResponse:
    user = frame.me(request)
    reviews = list(ChronologyReview.objects.filter(case=case).select_related("reviewed_by").order_by("due_at"))
    return frame.page(
        request,
        case,
        SECTION,
        "incidents/chronology.html",
        {
            "entries": chronology.rows(case, user),
            "open_review": next((one for one in reviews if one.reviewed_at is None), None),
            "done_reviews": [one for one in reviews if one.reviewed_at is not None],
            "may_write": permissions.can_write_chronology(user, case),
            "may_review": permissions.can_decide_controls(user, case),
        },
    )


@frame.case_page
def new(request: HttpRequest, case: Case) -> HttpResponse:
    form = forms.EntryForm(request.POST or None)

    def do(given: dict[str, Any]) -> None:
        said_by = given.pop("said_by") or given.pop("opinion_of", "") or ""
        given.pop("opinion_of", None)
        actions.add_chronology_entry(by=frame.me(request), case=case, said_by=said_by, **given)

    return form_page(
        request,
        case,
        SECTION,
        form=form,
        title="Add to the chronology",
        button="Add this entry",
        check=permissions.check_write_chronology,
        do=do,
        then=reverse("case-chronology", args=[case.pk]),
    )


@frame.case_page
def entry(request: HttpRequest, case: Case, entry: UUID) -> HttpResponse:
    """One entry as it was written, what was added to it, and a form to add more. There is no form to change it."""
    found = get_object_or_404(ChronologyEntry.objects.filter(case=case).select_related("entered_by"), pk=entry)
    form = forms.AddendumForm(request.POST or None)
    facts = [
        ("What it is", found.get_kind_display()),
        ("Who said it", found.said_by),
        ("Text", found.text),
        ("Happened", when_text(found.event_at)),
        ("About the time", found.event_time_note),
        ("Written down", when_text(found.entered_at)),
        ("Written by", found.entered_by.name),
        ("Written late because", found.late_reason),
        ("Comes from", found.source),
    ]
    return form_page(
        request,
        case,
        SECTION,
        form=form,
        title="Add to this entry" if permissions.can_write_chronology(frame.me(request), case) else "One entry",
        button="Add this",
        check=permissions.check_write_chronology,
        do=lambda given: actions.add_addendum(by=frame.me(request), entry=found, **given),
        then=reverse("case-chronology", args=[case.pk]),
        template="incidents/chronology_entry.html",
        to_read=True,
        more={
            "entry": found,
            "facts": [(name, value) for name, value in facts if value],
            "late": found.entered_late,
            "addenda": found.addenda.select_related("added_by"),
        },
    )


@frame.case_page
def review(request: HttpRequest, case: Case) -> HttpResponse:
    open_review = get_object_or_404(ChronologyReview.objects.filter(case=case, reviewed_at=None).order_by("due_at")[:1])
    form = forms.ChronologyReviewForm(request.POST or None)
    return form_page(
        request,
        case,
        SECTION,
        form=form,
        title="Review the chronology",
        button="Save the review",
        check=permissions.check_decide_controls,
        do=lambda given: actions.record_chronology_review(by=frame.me(request), review=open_review, **given),
        then=reverse("case-chronology", args=[case.pk]),
        template="incidents/chronology_review.html",
        to_read=True,
        more={"review": open_review, "entries": chronology.rows(case, frame.me(request))},
    )
