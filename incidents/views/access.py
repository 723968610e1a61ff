"""Who can see this case, and why; letting somebody in and out."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from accounts.permits import Permit
from incidents import actions, frame, permissions, reading, who_sees
from incidents.actions.emergency import wanted
from incidents.forms import access as forms
from incidents.models import Case, CaseGrant, SmallServiceException
from incidents.views.act import form_page
from records.forms import PageForm, answer
from records.refusals import Refused

SECTION = "access"


@frame.case_page
def page(request: HttpRequest, case: Case) -> HttpResponse:
    """Everybody who can see the case, with the reason and the dates; what is over; who is kept out."""
    now, over = who_sees.by_exception(case)
    return frame.page(
        request,
        case,
        SECTION,
        "incidents/access.html",
        {
            "by_role": who_sees.by_role(case),
            "by_exception": now,
            "over": over,
            "cannot": who_sees.cannot(case),
            "exceptions": SmallServiceException.objects.filter(case=case).select_related("person", "allowed_by"),
            "may_lift": permissions.can_allow_exception(frame.me(request), case),
            "may_invite": permissions.holds(frame.me(request), case, Permit.EXPORT_PACKS),
            "may_read_log": permissions.can_read_read_log(frame.me(request), case),
            "may_give": permissions.can_give_access(frame.me(request), case),
        },
    )


@frame.case_page
def give(request: HttpRequest, case: Case) -> HttpResponse:
    me = frame.me(request)
    return form_page(
        request,
        case,
        SECTION,
        form=forms.GiveAccessForm(request.POST or None, people=who_sees.may_be_let_in(case, me)),
        title="Let somebody see this case",
        button="Give access",
        check=permissions.check_give_access,
        do=lambda given: actions.give_access(by=me, case=case, **given),
        then=reverse("case-access", args=[case.pk]),
    )


@frame.case_page
def end(request: HttpRequest, case: Case, grant: UUID) -> HttpResponse:
    found = get_object_or_404(CaseGrant.objects.filter(case=case).select_related("user", "case"), pk=grant)
    return form_page(
        request,
        case,
        SECTION,
        form=forms.EndAccessForm(request.POST or None),
        title="End this access?",
        button="End it now",
        check=permissions.check_give_access,
        do=lambda given: actions.end_access(by=frame.me(request), grant=found, **given),
        then=reverse("case-access", args=[case.pk]),
        more={"facts": [("Who", found.user.name), ("Why they see it", found.reason)]},
    )


@frame.case_page
def take_over(request: HttpRequest, case: Case) -> HttpResponse:
    """The nominated individual names who acts in the manager's place (S6)."""
    me = frame.me(request)
    return form_page(
        request,
        case,
        SECTION,
        form=forms.TakeOverForm(request.POST or None, people=who_sees.people_of(case, me)),
        title="Who takes over from the manager?",
        button="Let them take over",
        check=permissions.check_give_access,
        do=lambda given: actions.take_over(by=me, case=case, **given),
        then=reverse("case-access", args=[case.pk]),
    )


@frame.case_page
def take_over_outside(request: HttpRequest, case: Case) -> HttpResponse:
    """A named person from outside the provider acts in the manager's place, in this case only (S6)."""
    me = frame.me(request)
    return form_page(
        request,
        case,
        SECTION,
        form=forms.OutsideForm(request.POST or None),
        title="Who from outside takes over?",
        button="Let them take over",
        check=permissions.check_give_access,
        do=lambda given: actions.take_over_from_outside(by=me, case=case, **given),
        then=reverse("case-access", args=[case.pk]),
    )


WHAT_A_SEAL_DOES = (
    "At once, the case is there only for the people you name here. For everybody else it is gone: from lists, search, "
    "reminders, histories and packs, also for managers. They are not told. Lifting the seal needs a reason too."
)


@frame.case_page
def seal(request: HttpRequest, case: Case) -> HttpResponse:
    """One question page: the team, the owner, the reason. Then the case is there for nobody else."""
    me = frame.me(request)
    people = who_sees.people_of(case, me)
    form = forms.SealForm(
        request.POST or None,
        people=people,
        owners=who_sees.may_own(case, [me, *people]),
        initial={"owner": me.pk},
    )
    return form_page(
        request,
        case,
        SECTION,
        form=form,
        title="Seal this case",
        button="Seal it now",
        check=permissions.check_give_access,
        do=lambda given: actions.seal_case(by=me, case=case, **given),
        then=reverse("case-access", args=[case.pk]),
        more={"intro": WHAT_A_SEAL_DOES},
    )


@frame.case_page
def unseal(request: HttpRequest, case: Case) -> HttpResponse:
    return form_page(
        request,
        case,
        SECTION,
        form=forms.UnsealForm(request.POST or None),
        title="Open this case again?",
        button="Lift the seal",
        check=permissions.check_give_access,
        do=lambda given: actions.unseal_case(by=frame.me(request), case=case, **given),
        then=reverse("cases"),
    )


@login_required
def emergency(request: HttpRequest) -> HttpResponse:
    """Open one case in an emergency: reference, reason, hours. For everybody else this page is not there."""
    me = frame.me(request)
    if not permissions.can_break_glass(me):
        raise Http404
    form = forms.EmergencyForm(request.POST or None)
    if form.is_valid():
        reference = form.cleaned_data["reference"]
        try:
            grant = actions.open_in_emergency(by=me, **form.cleaned_data)
        except Refused as refused:
            form.add_refusal(refused)
            # The attempt stays, in the log of the case where there is one: a guess at references is seen there.
            reading.tried(wanted(me, reference).values_list("pk", flat=True).first())
        else:
            return redirect("case", grant.case_id)
    return answer(request, "incidents/emergency.html", {"form": form})


@frame.case_page
def exception(request: HttpRequest, case: Case) -> HttpResponse:
    """Lift one rule of separation for one person, with an outside reader (S11); printed in every pack."""
    me = frame.me(request)
    return form_page(
        request,
        case,
        SECTION,
        form=forms.ExceptionForm(request.POST or None, people=who_sees.people_of(case, me)),
        title="A rule that cannot be kept in a small service",
        button="Lift this rule for them",
        check=permissions.check_allow_exception,
        do=lambda given: actions.allow_exception(by=me, case=case, **given),
        then=reverse("case-access", args=[case.pk]),
    )


@frame.case_page
def exception_end(request: HttpRequest, case: Case, exception: UUID) -> HttpResponse:
    found = get_object_or_404(
        SmallServiceException.objects.filter(case=case, ended_at=None).select_related("person"), pk=exception
    )
    return form_page(
        request,
        case,
        SECTION,
        form=PageForm(request.POST if request.method == "POST" else None),
        title="Does the rule hold again?",
        button="It holds again",
        check=permissions.check_allow_exception,
        do=lambda given: actions.end_exception(by=frame.me(request), exception=found),
        then=reverse("case-access", args=[case.pk]),
        more={"facts": [("Rule", found.rule), ("For whom", found.person.name)]},
    )
