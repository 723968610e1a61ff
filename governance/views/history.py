"""The history of a case: who changed what, when, from where, why, before and after; and whether it is intact."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from governance import permissions
from governance.forms.packs import HistoryForm
from incidents import case_page, masking
from incidents.models import Case
from records import compartments, ledger, readable, spreadsheet, times
from records.forms import answer
from records.wording import plural
from remediation import signatures


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
    form, only = _asked(request, case)
    before = request.GET.get("before", "")
    page = readable.of_chain(
        case.pk,
        before=int(before) if before.isdecimal() and len(before) < 19 else None,
        only=only,
        compartments=masking.held_by(user, case),
    )
    kept = request.GET.copy()
    kept.pop("before", None)
    return answer(
        request,
        "governance/history.html",
        case_page.context(case, user, "history")
        | {
            "form": form,
            "page": page,
            "record": only.record,
            "query": kept.urlencode(),
            "first_page": not before,
            "signatures": [] if before or only.record else signatures_of(case, user),
            "unnamed": masking.act_of_logging(user, case) is not None,
        },
    )


def signatures_of(case: Case, user: Any) -> list[tuple[str, Any]]:
    """Every signature of the case and how it stands today; those on practice for whoever reads the HR compartment."""
    hr = compartments.HR in masking.held_by(user, case)
    care = ("governance",)
    found = [one for one in signatures.of_case(case) if hr or one._meta.app_label in care]
    return [(signatures.kind_of(one).what(one), one) for one in found]


HEADINGS = (
    "Entry", "Written down", "By", "Entered for", "From where", "Why", "Kind of record", "Record", "Did", "What",
    "Before", "After", "Late",
)  # fmt: skip


@login_required
def case_history_csv(request: HttpRequest, case_id: UUID) -> HttpResponseBase:
    """The same history as a table, one line a field that changed, with the same filter and the same fields kept back."""
    case = _case(request, case_id)
    user: Any = request.user
    form, only = _asked(request, case)
    if form.is_bound and not form.is_valid():  # a table cannot say what is wrong with the question; the page can
        return redirect(f"{reverse('case-history', args=[case.pk])}?{request.GET.urlencode()}")
    found = readable.all_of_chain(case.pk, only=only, compartments=masking.held_by(user, case))
    response = StreamingHttpResponse(spreadsheet.lines(HEADINGS, _rows(found)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="history-{case.reference}.csv"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _rows(found: Iterable[readable.Line]) -> Iterator[list[Any]]:
    for line in found:
        same = [
            line.seq, times.to_london(line.at).isoformat(timespec="seconds"), line.who, line.entered_for, line.where,
            line.why, line.kind, line.record, line.did,
        ]  # fmt: skip
        changes = [[one.label, one.before, one.after] for one in line.changes]
        if line.kept_back:
            changes.append([f"{plural(line.kept_back, 'field')} kept from you", "", ""])
        for change in changes or [["", "", ""]]:
            yield [*same, *change, line.late]


def _asked(request: HttpRequest, case: Case) -> tuple[HistoryForm, readable.Filter]:
    """The filter as it was asked for; one with a mistake in it narrows nothing, and the form says which."""
    asked = request.GET if set(request.GET) - {"before", "record"} else None
    user: Any = request.user
    unnamed = masking.act_of_logging(user, case)
    people = readable.people_of(case.pk, unnamed=unnamed)
    form = HistoryForm(asked, people=people, kinds=readable.kinds_of(case.pk))
    chosen = form.cleaned_data if form.is_valid() else {}
    only = readable.Filter(
        who=chosen.get("who") or "",
        kind=chosen.get("kind") or "",
        record=request.GET.get("record", ""),
        first=_day(chosen.get("first")),
        last=_day(chosen.get("last")),
        unnamed=unnamed,
    )
    return form, only


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
