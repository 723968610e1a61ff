"""The history of a record outside cases: staff, sign-ins, roles, delegations, services, providers, the library (F96).

Each record has a chain of its own in the ledger. Whoever is shown a record's own page reads its history: `KINDS`
finds the record by the same rule, and answers 404 for one that is not theirs. What is inside a case is read on the
case's history page; what is read nowhere, and why, is in docs/decisions/0013.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse

from accounts import permissions as people
from accounts.models import Delegation, Membership, Posting, Staff, User
from governance.views import history
from records import readable
from remediation.models import GapTemplate


@dataclass(frozen=True)
class Kind:
    """One kind of record: which of them this user may read, and where it is looked at."""

    may_read: Callable[[User], QuerySet[Any]]
    page_of: Callable[[Any], str]
    #: The record whose history it is, where the address names another (a sign-in, by the member of staff).
    of: Callable[[Any], Any] = lambda found: found
    manages_people: bool = True


def _person(staff: Staff | None) -> str:
    return reverse("person", args=[staff.pk]) if staff else reverse("people")


def _places(found: Any) -> str:
    return reverse("people")


def _managed_delegations(user: User) -> QuerySet[Any]:
    return Delegation.objects.filter(service__in=people.managed_services(user)).select_related("to_user__staff")


def _memberships(user: User) -> QuerySet[Any]:
    return Membership.objects.filter(user__staff__in=people.managed_staff(user).values("pk")).select_related(
        "user__staff", "service", "provider"
    )


KINDS: dict[str, Kind] = {
    "person": Kind(people.managed_staff, _person),
    "sign-in": Kind(
        lambda user: people.managed_staff(user).filter(user__isnull=False), _person, of=lambda staff: staff.user
    ),
    "posting": Kind(
        lambda user: Posting.objects.filter(staff__in=people.managed_staff(user).values("pk")).select_related(
            "staff", "service"
        ),
        lambda found: _person(found.staff),
    ),
    "role": Kind(_memberships, lambda found: _person(found.user.staff)),
    "delegation": Kind(_managed_delegations, lambda found: _person(found.to_user.staff)),
    "service": Kind(people.managed_services, _places),
    "provider": Kind(people.managed_providers, _places),
    "library-entry": Kind(
        lambda user: GapTemplate.objects.visible_to(user),
        lambda found: reverse("library-entry", args=[found.pk]),
        manages_people=False,
    ),
}
#: Records outside cases whose history is shown nowhere, each with its reason.
SHOWN_NOWHERE = {
    "incidents.PersonSupported": "written once, by whoever logged the first case about them: it would say who (S10)",
    "incidents.ReadSeal": "hashes over the read log; the ledger page says whether they hold",
    "records.LedgerCheck": "the ledger page lists every check with what it found",
}


def _find(request: HttpRequest, kind: str, pk: UUID) -> tuple[Kind, Any]:
    user: Any = request.user
    read = KINDS[kind]
    if read.manages_people and not people.can_manage_people(user):
        raise Http404
    return read, get_object_or_404(read.may_read(user), pk=pk)


@login_required
def page(request: HttpRequest, pk: UUID, kind: str) -> HttpResponse:
    """One page of the record's history, newest first, filtered by person and day."""
    read, found = _find(request, kind, pk)
    record = read.of(found)
    form, only = history.asked(request, record.pk, with_kinds=False)
    return history.answer_page(
        request,
        "governance/record_history.html",
        record.pk,
        form,
        only,
        {
            "record_name": str(record),
            "record_kind": readable.model_name(record),
            "back_url": read.page_of(found),
            "here": reverse(f"{kind}-history", args=[pk]),
            "table": reverse(f"{kind}-history-csv", args=[pk]),
        },
    )


@login_required
def table(request: HttpRequest, pk: UUID, kind: str) -> HttpResponseBase:
    """The same history as a table."""
    read, found = _find(request, kind, pk)
    record = read.of(found)
    form, only = history.asked(request, record.pk, with_kinds=False)
    return history.answer_table(
        request, record.pk, form, only, name=kind, instead=reverse(f"{kind}-history", args=[pk])
    )
