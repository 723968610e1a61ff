"""The list of cases with its search, and the overview: is everyone safe, what must I do next, by when."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse

from incidents import case_list, chronology, frame, gates, masking, next_due, permissions, sections
from incidents.duties import DUTIES
from incidents.forms.cases import CaseFilter
from incidents.models import Case, TaskRestriction
from incidents.states import duty_state
from incidents.views.duties import times_strip
from records import searching, times

#: How many steps and how much of the timeline the overview shows (ux.md "The case").
STEPS, LATEST = 3, 10
_ORDER = {code: place for place, code in enumerate(DUTIES)}


@login_required
def cases(request: HttpRequest) -> HttpResponse:
    """The cases I may see, newest first. The header's search is sent here and kept in the session: no address holds it."""
    user = frame.me(request)
    if request.method == "POST":
        key = searching.keep(request, request.POST.get("q", ""))
        return redirect(reverse("cases") + (f"?{urlencode({searching.KEY: key})}" if key else ""))
    services = list(case_list.services(user))
    words = searching.words(request)
    form = CaseFilter({**request.GET.dict(), "q": words}, services=services)
    chosen = form.chosen
    before = request.GET.get("before", "")
    page = case_list.page(user, chosen, before, services)
    narrowed = {name: value for name, value in chosen.items() if name != "q"}
    search = {searching.KEY: request.GET[searching.KEY]} if words else {}
    return render(
        request,
        "incidents/cases.html",
        {
            "filter": form,
            "page": page,
            "words": words,
            "search": words,
            "search_key": search.get(searching.KEY, ""),
            "narrowed": bool(narrowed),
            "only_words": "?" + urlencode(search),
            "without_words": "?" + urlencode(narrowed),
            "older": "?" + urlencode({**search, **narrowed, "before": page.older}) if page.older else "",
            "newest": "?" + urlencode({**search, **narrowed}) if before else "",
        },
    )


@frame.case_page
def overview(request: HttpRequest, case: Case) -> HttpResponse:
    """The case in ux.md's order: next, safety, five times, duties, two tracks, timeline."""
    user = frame.me(request)
    steps = sections.shown_first(sections.steps(case, user), STEPS) if case.is_open else []
    return frame.page(
        request,
        case,
        "",
        "incidents/overview.html",
        {
            "steps": steps,
            "safe_by": masking.by(str(case.safe_confirmed_by), case.safe_confirmed_at, user, case),
            "next_date": None if steps else next_due.of([case]).get(case.pk),
            "controls": _controls(case),
            "restricted": _restricted(case),
            "times": times_strip(case),
            "duties": _duties(case),
            "parts": _parts(case, request),
            "entries": chronology.rows(case, user)[: -LATEST - 1 : -1],
            "may_decide": case.is_open and permissions.can_decide_controls(user, case),
            "clock_from_log": case.registered_person_aware_at is None,
        },
    )


def _controls(case: Case) -> list[dict[str, Any]]:
    """The controls in force, the one to review first on top. A passed date never ends one (F13)."""
    now = times.now()
    found = [one for one in gates.controls_of(case) if one.in_force]
    return [
        {"control": one, "overdue": case.is_open and one.review_due_at is not None and one.review_due_at < now}
        for one in sorted(found, key=lambda one: (one.review_due_at is None, one.review_due_at or now, one.decided_at))
    ]


def _restricted(case: Case) -> list[dict[str, Any]]:
    """Each worker with the tasks they may not do because of this case."""
    by_worker: dict[Any, list[TaskRestriction]] = {}
    for one in gates.open_restrictions(case.pk):
        by_worker.setdefault(one.worker, []).append(one)
    return [{"worker": worker, "tasks": tasks} for worker, tasks in by_worker.items()]


def _duties(case: Case) -> list[dict[str, Any]]:
    return [
        {"duty": one, "line": DUTIES[one.body], "state": duty_state(one)}
        for one in sorted(gates.duties_of(case), key=lambda duty: (_ORDER[duty.body], duty.name))
    ]


def _parts(case: Case, request: HttpRequest) -> list[dict[str, Any]]:
    """What the floors above show on the overview, ready made: the two tracks."""
    found = []
    for section in sections.all_sections():
        if part := section.overview(case, request.user):
            template, shown = part
            title = shown.get("heading") or ("Two tracks" if "tracks" in shown else section.title)
            found.append({"title": title, "inside": render_to_string(template, shown, request)})
    return found
