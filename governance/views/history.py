"""The history of a case: who changed what, when, from where, why, before and after; and whether it is intact."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from types import MappingProxyType
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
    unnamed = masking.act_of_logging(user, case)
    form, only = asked(request, case.pk, unnamed=unnamed)
    return answer_page(
        request,
        "governance/history.html",
        case.pk,
        form,
        only,
        case_page.context(case, user, "history")
        | {
            "record": only.record,
            "signatures": signatures_of(case, user, only.record),
            "unnamed": unnamed is not None,
            "here": reverse("case-history", args=[case.pk]),
            "table": reverse("case-history-csv", args=[case.pk]),
        },
        held=masking.held_by(user, case),
    )


def answer_page(
    request: HttpRequest,
    template: str,
    chain: UUID,
    form: HistoryForm,
    only: readable.Filter,
    context: dict[str, Any],
    held: Collection[str] = (),
) -> HttpResponse:
    """One page of a chain, in `template`; `held` are the compartments that the reader holds."""
    before = request.GET.get("before", "")
    page = readable.of_chain(
        chain,
        before=int(before) if before.isdecimal() and len(before) < 19 else None,
        only=only,
        compartments=held,
    )
    kept = request.GET.copy()
    kept.pop("before", None)
    shown = {"form": form, "page": page, "query": kept.urlencode(), "first_page": not before}
    return answer(request, template, context | shown)


def signatures_of(case: Case, user: Any, record: str = "") -> list[tuple[str, Any]]:
    """Every signature of the case, or the one that is this record or was withdrawn by it, and how it stands today.

    Those on practice for whoever reads the HR compartment.
    """
    hr = compartments.HR in masking.held_by(user, case)
    care = ("governance",)
    found = [one for one in signatures.of_case(case) if hr or one._meta.app_label in care]
    if record:
        found = [one for one in found if record in {str(one.pk), str(getattr(one, "withdrawn_by", one).pk)}]
    return [(signatures.kind_of(one).what(one), one) for one in found]


HEADINGS = (
    "Entry", "Written down", "By", "Entered for", "From where", "Why", "Kind of record", "Record", "Did", "What",
    "Before", "After", "Late", "Signature today",
)  # fmt: skip


@login_required
def case_history_csv(request: HttpRequest, case_id: UUID) -> HttpResponseBase:
    """The same history as a table, one line a field that changed, with the same filter and the same fields kept back."""
    case = _case(request, case_id)
    user: Any = request.user
    form, only = asked(request, case.pk, unnamed=masking.act_of_logging(user, case))
    page = reverse("case-history", args=[case.pk])
    held = masking.held_by(user, case)
    states = {one.pk: signatures.shown(one).state.text for _, one in signatures_of(case, user, only.record)}
    return answer_table(request, case.pk, form, only, name=case.reference, instead=page, held=held, states=states)


def answer_table(
    request: HttpRequest,
    chain: UUID,
    form: HistoryForm,
    only: readable.Filter,
    *,
    name: str,
    instead: str,
    held: Collection[str] = (),
    states: Mapping[UUID, str] = MappingProxyType({}),
) -> HttpResponseBase:
    """A whole chain as a table; a question with a mistake in it is sent to the page, which can say what is wrong."""
    if form.is_bound and not form.is_valid():
        return redirect(f"{instead}?{request.GET.urlencode()}")
    found = readable.all_of_chain(chain, only=only, compartments=held)
    rows = spreadsheet.lines(HEADINGS, _rows(found, states))
    response = StreamingHttpResponse(rows, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="history-{name}.csv"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _rows(found: Iterable[readable.Line], states: Mapping[UUID, str]) -> Iterator[list[Any]]:
    """`states`: of each record that is a signature, how it stands."""
    for line in found:
        same = [
            line.seq, times.to_london(line.at).isoformat(timespec="seconds"), line.who, line.entered_for, line.where,
            line.why, line.kind, line.record, line.did,
        ]  # fmt: skip
        changes = [[one.label, one.before, one.after] for one in line.changes]
        if line.kept_back:
            changes.append([f"{plural(line.kept_back, 'field')} kept from you", "", ""])
        for change in changes or [["", "", ""]]:
            yield [*same, *change, line.late, states.get(line.record, "")]


def asked(
    request: HttpRequest, chain: UUID, *, unnamed: readable.Act | None = None, with_kinds: bool = True
) -> tuple[HistoryForm, readable.Filter]:
    """The filter as it was asked for; one with a mistake in it narrows nothing, and the form says which."""
    given = request.GET if set(request.GET) - {"before", "record"} else None
    people = readable.people_of(chain, unnamed=unnamed)
    form = HistoryForm(given, people=people, kinds=readable.kinds_of(chain) if with_kinds else None)
    chosen = form.cleaned_data if form.is_valid() else {}
    only = readable.Filter(
        who=chosen.get("who") or "",
        kind=chosen.get("kind") or "",
        record=_record(request.GET.get("record", "")) if with_kinds else "",
        first=_day(chosen.get("first")),
        last=_day(chosen.get("last")),
        unnamed=unnamed,
    )
    return form, only


def _record(given: str) -> str:
    """The record's id as it is written in the ledger; empty for what is no id, which narrows nothing."""
    try:
        return str(UUID(given))
    except ValueError:
        return ""


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
