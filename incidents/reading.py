"""The read log: who opened which case, section, file or export, when and under which right; refused attempts too (F93).

    reading.opened(case)             said wherever a case is found for somebody; `case_page.find` says it for all
    reading.opened(case, own=True)   the worker's own plan and results, read without the case
    reading.tried(case or None)      asked for by its reference and not given: emergency access

The middleware writes one row after the page is made, in one statement, and only for what was really shown. A
refused attempt is answered alike, by the same work, whether the thing is sealed, another provider's, or not there at
all, so neither the answer nor its time says which (domain.md §12). The row names the case it was about where there is
one, so that the case's own log finds it by one index, however long the case or the log has grown.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.http import HttpRequest, HttpResponse

from accounts import access
from accounts.models import User
from accounts.permits import Permit
from incidents import reading_words, separation_facts
from incidents.models import Case, CaseGrant, CaseRead, CaseStaff
from records import readable, times
from records.ledger_sql import chain_column
from records.registry import tracked_models

#: Answers that show something: a page, or the same page with its errors.
SHOWN = (200, 422)
OWN = "Their own record"
_open: ContextVar[dict[UUID, tuple[Case, bool, CaseGrant | None]] | None] = ContextVar("opened_cases", default=None)


def opened(case: Case, *, own: bool = False, grant: CaseGrant | None = None) -> None:
    """Note that this case is being shown in the present request; outside one, nothing happens."""
    seen = _open.get()
    if seen is not None and case.pk not in seen:
        seen[case.pk] = (case, own, grant)


_tried: ContextVar[list[UUID | None] | None] = ContextVar("tried_case", default=None)


def tried(case: UUID | None) -> None:
    """Note that this request asked for a case by other means than its address and was not given it (None: not there)."""
    asked = _tried.get()
    if asked is not None:
        asked.append(case)


class ReadLog:
    """Writes down what was opened and what was refused, after the answer is made."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token, asked = _open.set({}), _tried.set([])
        try:
            response = self.get_response(request)
            seen, refused = _open.get() or {}, _tried.get() or []
        finally:
            _open.reset(token)
            _tried.reset(asked)
        rows = _rows(request, response, seen)
        if refused and request.resolver_match is not None:
            page = request.resolver_match.url_name or ""
            rows += [refusal(request.user, page, {"case": one} if one else {}, in_case=True) for one in refused]
        if rows:
            CaseRead.objects.bulk_create(rows)
        return response


def _rows(
    request: HttpRequest, response: HttpResponse, seen: dict[UUID, tuple[Case, bool, CaseGrant | None]]
) -> list[CaseRead]:
    match = request.resolver_match
    if match is None or match.namespaces or not request.user.is_authenticated:
        return []
    ids = {name: value for name, value in match.kwargs.items() if isinstance(value, UUID)}
    page = match.url_name or ""
    if response.status_code in SHOWN and (seen or ids):
        return [_read(request.user, page, case, ids, own, grant) for case, own, grant in seen.values()] or [
            CaseRead(at=times.now(), user=request.user, record=_last(ids), page=page, outcome=CaseRead.Outcome.OPENED)
        ]
    if response.status_code == 404 and ids:
        return [refusal(request.user, page, ids, in_case=match.route.startswith("cases/<"))]
    return []


def _read(user: Any, page: str, case: Case, ids: dict[str, UUID], own: bool, given: CaseGrant | None) -> CaseRead:
    under: str = OWN
    grant: UUID | None = None
    if given is not None:
        under, grant = CaseGrant.Kind(given.kind).label, given.pk
    elif not own:
        under, grant = _right(user, case)
    others = {name: value for name, value in ids.items() if value != case.pk}
    return CaseRead(
        at=times.now(),
        user=user,
        case=case.pk,
        record=_last(others),
        page=page,
        outcome=CaseRead.Outcome.OPENED,
        under=under,
        grant=grant,
    )


def refusal(user: Any, page: str, ids: dict[str, UUID], *, in_case: bool = False) -> CaseRead:
    """A row for what was asked for and not shown: the ids that were in the address, and the case the record is of.

    In an address that begins with a case (`in_case`), the first id is the case's. In another the case is looked up,
    by the same question whatever there is or is not.
    """
    case = next(iter(ids.values()), None) if in_case else None
    others = {name: value for name, value in ids.items() if value != case}
    record = _last(others)
    if case is None and record is not None:
        case = case_of(record)
    return CaseRead(at=times.now(), user=user, case=case, record=record, page=page, outcome=CaseRead.Outcome.REFUSED)


@cache
def _belonging() -> str:
    """SQL: the case of the record with this id, whatever kind it is; one look into each table's own key."""
    tables = (model._meta.db_table for model in tracked_models() if chain_column(model) == "case_id")
    return " UNION ALL ".join(f"SELECT case_id FROM {table} WHERE id = %(id)s" for table in tables)  # noqa: S608


def case_of(record: UUID) -> UUID | None:
    """The case a record belongs to; None for a record outside cases, and for an id that is none."""
    with connection.cursor() as cursor:
        cursor.execute(_belonging(), {"id": record})
        found = cursor.fetchone()
    return found[0] if found else None


def _last(ids: dict[str, UUID]) -> UUID | None:
    return list(ids.values())[-1] if ids else None


def _right(user: Any, case: Case) -> tuple[str, UUID | None]:
    """The role at the service, or the grant, under which this person sees the case. No query for a role."""
    scope = access.of(user)
    if case.sealed_at is None and scope.may(Permit.VIEW_CASES, case.service):
        return scope.role_name_at(case.service), None
    grant = CaseGrant.objects.opening(user).filter(case=case).order_by("starts_at", "pk").first()
    if grant is None:
        return "", None
    return CaseGrant.Kind(grant.kind).label, grant.pk


# --- Reading the log ---------------------------------------------------------------------------------------

PAGE = 50


@dataclass(frozen=True)
class Line:
    """One read, as a person reads it."""

    at: datetime
    who: str
    what: str
    outcome: str
    under: str
    reference: str
    key: int


#: Whoever reported a failure mostly reads what became of it at once. For as long after the logging as this, who read
#: is nobody's to know who may not know the reporter.
FIRST_READS = timedelta(hours=1)
#: Shown to whoever logged the case alone, whenever they come back to it.
THE_LOGGERS = "logged"


def of_case(case: Case, reader: User, before: int | None = None) -> tuple[list[Line], int | None]:
    """One page of who read this case and who tried to, newest first, and where the older ones begin.

    For a reader who may not know who reported it (S10) the first reads have no name, whoever made them, so that
    nothing can be told from which name is missing.
    """
    lines, older = _page(CaseRead.objects.filter(case=case.pk), before, {case.pk: case.reference})
    if not separation_facts.may_know_reporter(reader, case):
        until, its = case.logged_at + FIRST_READS, reading_words.of(THE_LOGGERS)
        lines = [
            replace(line, who=readable.UNNAMED, under="") if line.at <= until or line.what == its else line
            for line in lines
        ]
    return lines, older


def of_person(user: User, reader: User, before: int | None = None) -> tuple[list[Line], int | None]:
    """What `user` opened and tried, as `reader` may know it: nothing of a case the reader may not know of.

    A refused attempt stays in the list without a name, whatever it was on; so it says nothing of a seal.
    """
    visible = Case.objects.visible_to(reader)
    rows = CaseRead.objects.filter(user=user).filter(
        Q(outcome=CaseRead.Outcome.REFUSED) | Q(case__in=visible.values("pk"))
    )
    # S10, the same from the other side: that this person was there first is not to be read here either.
    mine = CaseStaff.objects.filter(staff__user=reader, involvement__in=CaseStaff.SHUTS_OUT).values_list(
        "case_id", "case__logged_at"
    )
    for part_of, logged_at in mine:
        rows = rows.exclude(Q(case=part_of) & (Q(at__lte=logged_at + FIRST_READS) | Q(page=THE_LOGGERS)))
    return _page(rows, before, visible)


def _page(rows: Any, before: int | None, known: Any) -> tuple[list[Line], int | None]:
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.select_related("user").order_by("-pk")[: PAGE + 1])
    shown = found[:PAGE]
    names: dict[Any, str] = known if isinstance(known, dict) else {}
    if not names:
        cases = {one.case for one in shown if one.case}
        names = dict(known.filter(pk__in=cases).values_list("pk", "reference")) if cases else {}
    lines = [
        Line(
            one.at,
            one.user.name,
            reading_words.of(one.page),
            one.get_outcome_display(),
            one.under,
            names.get(one.case, ""),
            one.pk,
        )
        for one in shown
    ]
    return lines, shown[-1].pk if len(found) > PAGE else None
