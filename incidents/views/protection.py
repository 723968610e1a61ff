"""Protection: is everyone safe, controls and their reviews, restricted tasks, the level."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from incidents import actions, frame, gates, masking, permissions
from incidents.actions.rating import waits_for_second
from incidents.forms import log as log_forms
from incidents.forms import protection as forms
from incidents.levels import Floor, Harm, Likelihood, Potential, in_words
from incidents.models import Case, ControlKind, Rating, ReviewOutcome, RiskControl, Safe, TaskRestriction
from incidents.tasks_catalogue import Task
from incidents.timescales import timescale
from incidents.views.act import form_page, not_yours
from records import compartments, times
from records.forms import PageForm
from records.questions import Answers, Page, Questions

SECTION = "protection"


def _reached(one: Rating) -> str:
    return in_words(harm=one.harm, potential=one.potential, likelihood=one.likelihood, floors=one.floors)


@frame.case_page
def protection(request: HttpRequest, case: Case) -> HttpResponse:
    controls = list(
        RiskControl.objects.filter(case=case)
        .select_related("worker", "decided_by", "case__service")
        .prefetch_related("restricted_tasks")
    )
    now = times.now()
    for_ni = gates.for_nominated_individual(controls)
    shown = [
        {
            "control": one,
            "tasks": [task for task in one.restricted_tasks.all() if task.ended_at is None],
            "overdue": overdue(one, now),
            "needs_ni": one.pk in for_ni,
        }
        for one in controls
    ]
    ratings = list(Rating.objects.filter(case=case).select_related("rated_by", "confirmed_by").order_by("-rated_at"))
    waiting = next((rating for rating in ratings if waits_for_second(case, rating)), None)
    table = timescale(case.level, case.provider)
    return frame.page(
        request,
        case,
        SECTION,
        "incidents/protection.html",
        {
            "in_force": [one for one in shown if one["control"].in_force],
            "others": [one for one in shown if not one["control"].in_force],
            "by_decision": TaskRestriction.objects.filter(case=case, control=None, ended_at=None)
            .select_related("worker")
            .order_by("worker__name", "task"),
            "gates": gate_lines(gates.protection(case)),
            "may_decide": permissions.can_decide_controls(frame.me(request), case),
            "may_rate": permissions.can_rate(frame.me(request), case),
            "ratings": [
                (one, _reached(one), masking.by(one.rated_by.name, one.rated_at, frame.me(request), case))
                for one in ratings
            ],
            "safe_by": masking.by(str(case.safe_confirmed_by), case.safe_confirmed_at, frame.me(request), case),
            "waiting": waiting,
            "waiting_by": waiting and masking.by(waiting.rated_by.name, waiting.rated_at, frame.me(request), case),
            "timescale": table,
            "decide_by": table.decide.after(case.clock_start_at),
        },
    )


def gate_lines(lines: list[Any], *, linked: bool = True) -> list[dict[str, Any]]:
    """Gate lines as templates/gates/list.html wants them; `linked` where this reader may put them right."""
    met, unmet = {"text": "Met", "colour": "blue"}, {"text": "Not met", "colour": "red"}
    return [
        {
            "title": line.text,
            "state": met if line.met else unmet,
            "url": line.url if linked and not line.met else "",
            "missing": "" if line.met else line.detail,
            "source": line.source,
        }
        for line in lines
    ]


@frame.case_page
def safe(request: HttpRequest, case: Case) -> HttpResponse:
    safe_now = case.everyone_safe == Safe.YES
    form = forms.SafeNowForm(request.POST or None, initial={"note": case.safe_note} if safe_now else None)

    def do(given: dict[str, Any]) -> None:
        answer, note = form.answers()
        if answer == Safe.YES:
            actions.confirm_everyone_safe(by=frame.me(request), case=case, note=note)
        else:
            actions.say_someone_may_be_unsafe(by=frame.me(request), case=case, answer=answer, note=note)

    return form_page(
        request,
        case,
        SECTION,
        form=form,
        title="Is everyone safe now?",
        button="Save the answer",
        check=permissions.check_decide_controls,
        do=do,
        then=reverse("case-protection", args=[case.pk]),
    )


class RecordControl(Questions):
    """The decision with every field of §3, in four small pages and one to check."""

    kind, name, start_title = "control", "case-control-new", "Record a risk control"
    check_title = "Check the control before you record it"
    send_button = "Record this control"
    pages = (
        Page("control", "What is done", forms.ControlForm),
        Page("why", "Why", forms.WhyForm),
        Page("person", "The person", forms.PersonForm),
        Page("telling", "Telling, ending and review", forms.TellingForm),
    )

    def allow(self) -> None:
        self.case = frame.visible_case(frame.me(self.request), self.kwargs["case"])

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            case = frame.visible_case(frame.me(request), kwargs["case"])
            if not permissions.can_decide_controls(frame.me(request), case):
                return not_yours(request, case, SECTION, permissions.check_decide_controls, self.start_title)
        return super().dispatch(request, *args, **kwargs)

    def about(self) -> str:
        return str(self.case.pk)

    def context(self) -> dict[str, Any]:
        return {"case": self.case}

    def leave_url(self) -> str:
        return reverse("case-protection", args=[self.case.pk])

    def form_kwargs(self, page: Page) -> dict[str, Any]:
        return {"case": self.case, "staff": forms.workers_of(self.case)} if page.slug == "control" else {}

    def initial(self, page: Page) -> dict[str, Any]:
        if page.slug != "telling":
            return {}
        now = times.now()
        return {"decided_at": now, "review_due_at": actions.proposed_first_review(self.case, "", now)}

    def submit(self, answers: Answers) -> HttpResponseBase:
        given = {name: value for page in answers.values() for name, value in page.items()}
        if given["kind"] == ControlKind.NONE_NEEDED:
            given["review_due_at"] = None
        control = actions.record_control(by=frame.me(self.request), case=self.case, **given)
        return redirect("case-control", self.case.pk, control.pk)


class ReplaceControl(RecordControl):
    """The control that takes another's place; afterwards the old one's review says so."""

    name, start_title = "case-control-replace", "Record the control that takes its place"

    def allow(self) -> None:
        super().allow()
        self.old = control_of(self.case, self.kwargs["control"])

    def about(self) -> str:
        return f"{self.old.pk}"

    def leave_url(self) -> str:
        return reverse("case-control", args=[self.case.pk, self.old.pk])

    def submit(self, answers: Answers) -> HttpResponseBase:
        answers["control"]["replaces"] = self.old
        super().submit(answers)
        return redirect("case-control-review", self.case.pk, self.old.pk)


def overdue(control: RiskControl, now: datetime) -> bool:
    """Whether a review of a control is past its date. In a closed case nobody reviews what stands beside it."""
    due = control.review_due_at
    return control.case.is_open and control.in_force and due is not None and due < now


def control_of(case: Case, key: UUID) -> RiskControl:
    controls = RiskControl.objects.filter(case=case).select_related(
        "worker", "decided_by", "case__service", "restriction__person"
    )
    found: RiskControl = get_object_or_404(controls, pk=key)
    return found


@frame.case_page
def control(request: HttpRequest, case: Case, control: UUID) -> HttpResponse:
    found = control_of(case, control)
    reviews = found.reviews.select_related("reviewed_by").order_by("-reviewed_at")
    tasks = found.restricted_tasks.select_related("started_by", "ended_by").order_by("task")
    care = compartments.CARE in masking.held_by(frame.me(request), case)
    return frame.page(
        request,
        case,
        SECTION,
        "incidents/control.html",
        {
            "control": found,
            "parts": _parts(masking.shown(found, frame.me(request), case), care=care),
            "care": care,
            "reviews": [masking.shown(one, frame.me(request), case) for one in reviews],
            "tasks": tasks,
            "more_tasks": len({task.task for task in tasks if task.ended_at is None}) < len(Task),
            "needs_ni": gates.needs_nominated_individual(found),
            "overdue": overdue(found, times.now()),
            "may_decide": permissions.can_decide_controls(frame.me(request), case),
            "late": found.recorded_at - found.decided_at if found.recorded_at != found.decided_at else None,
        },
    )


def _parts(control: RiskControl, *, care: bool) -> list[tuple[str, str]]:
    """The decision record of §3, question by question; without `care`, what is kept back is not called "not obtained"."""
    names = (
        ("What is done", control.what),
        ("What led to this, and the facts known then", control.trigger),
        ("Who is at risk", control.who_at_risk),
        ("Options considered", control.options_considered),
        ("Why this one", control.why_chosen),
        ("Proportionate because", control.proportionality),
        ("The person's views and wanted outcomes", control.persons_views or (care and "Not obtained")),
        ("Why the views were not obtained", control.views_not_obtained),
        ("Capacity, consent, best interests", control.capacity),
        ("Advocate", control.advocate),
        ("Consent to share, or reason to override", control.consent_to_share),
        ("Impact and support", control.impact_and_support),
        ("Who was told, how and when", control.who_was_told),
        ("Ends when", control.exit_criteria),
        ("Tighten when", control.would_tighten),
        ("Why this does not limit the person", control.why_no_limit),
        ("Welfare contact for the worker", control.welfare_contact),
    )
    return [(name, text) for name, text in names if text]


@frame.case_page
def review(request: HttpRequest, case: Case, control: UUID) -> HttpResponse:
    found = control_of(case, control)
    if not found.in_force:
        raise Http404
    form = forms.ReviewForm(request.POST or None, control=found)

    def do(given: dict[str, Any]) -> None:
        changed = given.pop("amended_to") or "", given.pop("stepped_to") or ""
        given["changed_to"] = changed[0] if given["outcome"] == ReviewOutcome.AMEND else changed[1]
        given["limits_person"] = bool(given["limits_person"])
        actions.review_control(by=frame.me(request), control=found, **given)

    return form_page(
        request,
        case,
        SECTION,
        form=form,
        title=f"Review the control: {found}",
        button="Save the review",
        check=permissions.check_decide_controls,
        do=do,
        then=reverse("case-control", args=[case.pk, found.pk]),
        template="incidents/review.html",
        more={"control": found, "needs_ni": gates.needs_nominated_individual(found)},
    )


@frame.case_page
def tasks(request: HttpRequest, case: Case, control: UUID) -> HttpResponse:
    found = control_of(case, control)
    if not found.in_force or found.worker is None:
        raise Http404
    held = TaskRestriction.objects.filter(control=found, ended_at=None).values_list("task", flat=True)
    form = forms.TasksForm(request.POST or None)
    left = [(code, name) for code, name in form.fields["tasks"].choices if code not in set(held)]  # type: ignore[attr-defined]
    if not left:
        raise Http404  # everything is away already: the page of the control offers no more
    form.fields["tasks"].choices = left  # type: ignore[attr-defined]
    return form_page(
        request,
        case,
        SECTION,
        form=form,
        title=f"Restrict tasks: {found.worker}",
        button="Restrict these tasks now",
        check=permissions.check_decide_controls,
        do=lambda given: actions.restrict_tasks(by=frame.me(request), control=found, **given),
        then=reverse("case-control", args=[case.pk, found.pk]),
    )


@frame.case_page
def rate(request: HttpRequest, case: Case) -> HttpResponse:
    last = Rating.objects.filter(case=case).order_by("-rated_at").first()
    initial = (
        {"harm": last.harm, "potential": last.potential, "likelihood": last.likelihood, "floors": last.floors}
        if last
        else {}
    )
    form = log_forms.RateForm(request.POST or None, initial=initial)

    def do(given: dict[str, Any]) -> None:
        answers = log_forms.level_answers(given)
        actions.rate_case(by=frame.me(request), case=case, reason=given["reason"], **answers)

    return form_page(
        request,
        case,
        SECTION,
        form=form,
        title="How serious is it?",
        button="Save the level",
        check=permissions.check_rate,
        do=do,
        then=reverse("case-protection", args=[case.pk]),
    )


@frame.case_page
def confirm_rating(request: HttpRequest, case: Case, rating: UUID) -> HttpResponse:
    found = get_object_or_404(Rating.objects.filter(case=case).select_related("rated_by"), pk=rating)
    if not waits_for_second(case, found):
        raise Http404
    facts = [
        ("Level now", case.get_level_display()),
        ("New level", found.get_level_display()),
        ("Harm", Harm(found.harm).label),
        ("If repeated", Potential(found.potential).label),
        ("Likelihood", Likelihood(found.likelihood).label),
        ("What lifts the level", ", ".join(Floor(code).label for code in found.floors) or "Nothing"),
        ("Reason", found.reason),
        ("Proposed by", found.rated_by.name),
    ]
    return form_page(
        request,
        case,
        SECTION,
        form=PageForm(request.POST if request.method == "POST" else None),
        title="Confirm the lower level?",
        button="Confirm the lower level",
        check=permissions.check_rate,
        do=lambda given: actions.confirm_rating(by=frame.me(request), rating=found),
        then=reverse("case-protection", args=[case.pk]),
        more={"facts": facts},
    )
