"""The history of a case: who changed what, when, from where, why, before and after; and whether it is intact."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from governance import permissions
from governance.forms.packs import HistoryForm
from incidents import case_page, masking
from incidents.models import Case
from records import ledger, readable
from records.forms import answer


def _case(request: HttpRequest, case_id: UUID) -> Case:
    user: Any = request.user
    case = case_page.find(user, case_id)
    if not permissions.can_read_history(user, case):
        raise Http404
    return case


@login_required
def case_history(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """One page of the history, newest first, filtered by person, kind, record and day."""
    case = _case(request, case_id)
    user: Any = request.user
    asked = request.GET if set(request.GET) - {"before", "record"} else None
    form = HistoryForm(asked, people=readable.people_of(case.pk), kinds=readable.kinds_of(case.pk))
    chosen = form.cleaned_data if form.is_valid() else {}
    record = request.GET.get("record", "")
    only = readable.Filter(
        who=chosen.get("who") or "",
        kind=chosen.get("kind") or "",
        record=record,
        first=_day(chosen.get("first")),
        last=_day(chosen.get("last")),
    )
    before = request.GET.get("before", "")
    compartments = masking.held_by(user, case)
    page = readable.of_chain(
        case.pk, before=int(before) if before.isdigit() else None, only=only, compartments=compartments
    )
    kept = request.GET.copy()
    kept.pop("before", None)
    return answer(
        request,
        "governance/history.html",
        case_page.context(case, user, "history")
        | {"form": form, "page": page, "record": record, "query": kept.urlencode(), "first_page": not before},
    )


def _day(value: Any) -> date | None:
    return value if isinstance(value, date) else None


@login_required
@require_POST
def check_history(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Walk this case's chain now, and say whether it is as it was written."""
    case = _case(request, case_id)
    user: Any = request.user
    result = ledger.verify(chain=case.pk, most=5)
    return render(
        request, "governance/history_checked.html", case_page.context(case, user, "history") | {"result": result}
    )
