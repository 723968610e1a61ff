"""Who and what kind: people at risk, staff and their part, the types, the owner."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from accounts.models import User
from accounts.roles import Deputy, NominatedIndividual, RegisteredManager, SafeguardingLead
from incidents import actions, frame, masking, permissions, separation_facts, sub_types
from incidents.forms import log as log_forms
from incidents.forms import people as forms
from incidents.models import (
    AbuseType,
    Case,
    CaseAbuseType,
    CaseFailureType,
    CasePerson,
    CaseStaff,
    FailureType,
    Involvement,
)
from incidents.views.act import form_page
from records.forms import PageForm

SECTION = "people"
OWNERS = [RegisteredManager.code, NominatedIndividual.code, Deputy.code, SafeguardingLead.code]


@frame.case_page
def page(request: HttpRequest, case: Case) -> HttpResponse:
    failures = list(CaseFailureType.objects.filter(case=case, removed_at=None).order_by("-main", "code"))
    abuse = list(CaseAbuseType.objects.filter(case=case, removed_at=None).order_by("code"))
    user = frame.me(request)
    may_write = permissions.can_write_chronology(user, case)
    people = CasePerson.objects.filter(case=case).select_related("person").order_by("added_at")
    return frame.page(
        request,
        case,
        SECTION,
        "incidents/people.html",
        {
            # (the page behind it asks; who may not answer there is shown all there is to know here)
            "people": [(one, reverse("case-person", args=[case.pk, one.pk]) if may_write else "") for one in people],
            "logged_by": masking.by(case.logged_by.name, case.logged_at, user, case),
            "staff": list(_staff(case, user)),
            "failures": [
                (FailureType(one.code), one.main, sub_types.label(one.code, one.sub_type) if one.sub_type else "")
                for one in failures
            ],
            "abuse": [AbuseType(one.code) for one in abuse],
            "may_decide": permissions.can_decide_controls(user, case),
            "may_rate": permissions.can_rate(user, case),
            "may_write": may_write,
        },
    )


def _staff(case: Case, user: User) -> QuerySet[CaseStaff]:
    """Everybody's part, without the reporter's where this person may not know it (S10)."""
    found = CaseStaff.objects.filter(case=case).select_related("staff").order_by("ended_at", "added_at")
    if not separation_facts.may_know_reporter(user, case):
        found = found.exclude(involvement__in=(Involvement.REPORTER, Involvement.NOTICED))
    return found


@frame.case_page
def classify(request: HttpRequest, case: Case) -> HttpResponse:
    failures = CaseFailureType.objects.filter(case=case, removed_at=None)
    abuse = [one.code for one in CaseAbuseType.objects.filter(case=case, removed_at=None)]
    if case.not_abuse_reason:
        abuse.append(log_forms.NOT_ABUSE)
    initial = {
        "failure_types": [one.code for one in failures],
        **{f"sub_{one.code}": one.sub_type for one in failures},
        "main_type": next((one.code for one in failures if one.main), ""),
        "abuse_types": abuse,
        "not_abuse_reason": case.not_abuse_reason,
        "involves_restriction": case.involves_restriction,
    }
    form = log_forms.ClassifyForm(request.POST or None, initial=initial)
    return form_page(
        request,
        case,
        SECTION,
        form=form,
        title="What kind of failure is it?",
        check=permissions.check_rate,
        do=lambda given: actions.classify(by=frame.me(request), case=case, **log_forms.kind_answers(given)),
        then=reverse("case-people", args=[case.pk]),
    )


@frame.case_page
def person_new(request: HttpRequest, case: Case) -> HttpResponse:
    form = forms.PersonForm(request.POST or None)
    return _person_page(
        request,
        case,
        form,
        "Add a person at risk",
        lambda given: actions.add_person(by=frame.me(request), case=case, **given),
    )


@frame.case_page
def person(request: HttpRequest, case: Case, person: UUID) -> HttpResponse:
    link = get_object_or_404(CasePerson.objects.filter(case=case).select_related("person", "case"), pk=person)
    initial = {
        "how_affected": link.how_affected,
        "agreed_contacts": link.agreed_contacts,
        "blocked_contacts": link.blocked_contacts,
    }
    return _person_page(
        request,
        case,
        forms.KnownPersonForm(request.POST or None, link=link, initial=initial),
        f"What we know of {link.person.code}",
        lambda given: actions.describe_person(by=frame.me(request), link=link, **given),
    )


def _person_page(
    request: HttpRequest,
    case: Case,
    form: PageForm,
    title: str,
    do: Callable[[dict[str, Any]], CasePerson],
) -> HttpResponse:
    return form_page(
        request,
        case,
        SECTION,
        form=form,
        title=title,
        check=permissions.check_write_chronology,
        do=do,
        then=reverse("case-people", args=[case.pk]),
        more={"browser_title": "A person at risk"},
    )


@frame.case_page
def staff_new(request: HttpRequest, case: Case) -> HttpResponse:
    form = forms.StaffForm(request.POST or None, staff=log_forms.staff_choices(case.service))
    return form_page(
        request,
        case,
        SECTION,
        form=form,
        title="Name a member of staff's part",
        check=permissions.check_decide_controls,
        do=lambda given: actions.add_staff(by=frame.me(request), case=case, **given),
        then=reverse("case-people", args=[case.pk]),
    )


@frame.case_page
def staff_end(request: HttpRequest, case: Case, link: UUID) -> HttpResponse:
    found = get_object_or_404(_staff(case, frame.me(request)).filter(ended_at=None), pk=link)
    facts: list[tuple[str, Any]] = [("Who", found.staff.name), ("Their part", found.get_involvement_display())]
    return form_page(
        request,
        case,
        SECTION,
        form=forms.EndStaffForm(request.POST or None),
        title="End this part?",
        button="End it",
        check=permissions.check_decide_controls,
        do=lambda given: actions.end_staff(by=frame.me(request), link=found, **given),
        then=reverse("case-people", args=[case.pk]),
        more={"facts": facts},
    )


@frame.case_page
def owner(request: HttpRequest, case: Case) -> HttpResponse:
    keys = [user.pk for user in permissions.people_with(OWNERS, case.service)]
    form = forms.OwnerForm(
        request.POST or None, people=User.objects.filter(pk__in=keys), initial={"owner": case.owner_id}
    )
    return form_page(
        request,
        case,
        SECTION,
        form=form,
        title="Who owns this case?",
        check=permissions.check_decide_controls,
        do=lambda given: actions.assign_owner(by=frame.me(request), case=case, **given),
        then=reverse("case-people", args=[case.pk]),
    )
