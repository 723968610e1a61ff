"""The list of cases one person may see, newest first, a page at a time by the index; reads only.

However many cases there are, a page costs the same few queries: its rows, the facts their stage is made of,
and their next dates. Nothing is counted and nothing is skipped over (no OFFSET).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib.postgres.search import SearchQuery
from django.db.models import Q, QuerySet

from accounts import access
from accounts.models import Service
from accounts.permits import Permit
from incidents import next_due, stages
from incidents.actions.search import CONFIG
from incidents.forms.cases import NOT_RATED, OPEN
from incidents.models import Case, CaseGrant

if TYPE_CHECKING:
    from accounts.models import User

PAGE = 25
#: A reference as people type it: "SP-2026-0001", "sp 2026 1".
REFERENCE = re.compile(r"\s*sp[-\s]?(\d{4})[-\s]?(\d{1,8})\s*", re.IGNORECASE)
#: What a row shows, so that no long text is read for a list.
SHOWN = (
    "reference",
    "title",
    "level",
    "logged_at",
    "closed_at",
    "everyone_safe",  # the stage asks it
    "registered_person_aware_at",
    "provider_id",
    "service__name",
    "owner__name",
)


@dataclass(frozen=True)
class Line:
    """One case of the list."""

    case: Case
    stage: str
    next_due: datetime | None


@dataclass(frozen=True)
class ListPage:
    """Up to 25 cases and, where there are older ones, the place in the index where they begin."""

    lines: list[Line]
    older: str = ""


def services(user: User) -> QuerySet[Service]:
    """The services whose cases this person may see, for the filter."""
    found: QuerySet[Service] = Service.objects.filter(pk__in=access.of(user).services(Permit.VIEW_CASES))
    return found


def page(user: User, chosen: Mapping[str, str], before: str = "", within: Iterable[Service] | None = None) -> ListPage:
    """The cases `user` may see, narrowed by what was `chosen`, from just below the row `before` names.

    `within` are the user's `services`, where the caller has read them already.
    """
    cases = Case.objects.visible_to(user)
    if not CaseGrant.objects.opening(user).exists():
        # Says nothing new, but lets a service's own index be walked: the manager of one small service among
        # hundreds gets a page as fast as a director.
        cases = cases.filter(service__in=list(services(user) if within is None else within))
    cases = _older_than(_narrowed(cases, user, chosen), before)
    found = list(cases.select_related("service", "owner").only(*SHOWN).order_by("-logged_at", "-id")[: PAGE + 1])
    shown = found[:PAGE]
    stage, due = stages.of(shown), next_due.of(shown)
    lines = [Line(case, stage[case.pk], due.get(case.pk)) for case in shown]
    last = shown[-1] if len(found) > PAGE else None
    return ListPage(lines, f"{last.logged_at.isoformat()}|{last.pk}" if last else "")


def _narrowed(cases: QuerySet[Case], user: User, chosen: Mapping[str, str]) -> QuerySet[Case]:
    if words := chosen.get("q"):
        cases = _searched(cases, words)
    if service := chosen.get("service"):
        cases = cases.filter(service=UUID(service))
    if level := chosen.get("level"):
        cases = cases.filter(level=None if level == NOT_RATED else int(level))
    if state := chosen.get("state"):
        cases = cases.filter(closed_at__isnull=state == OPEN)
    if chosen.get("whose"):
        cases = cases.filter(owner=user)
    return cases


def _searched(cases: QuerySet[Case], words: str) -> QuerySet[Case]:
    """Full text over what everybody who sees a case may read of it; a whole reference finds that case alone."""
    if typed := REFERENCE.fullmatch(words):
        reference = f"SP-{typed[1]}-{int(typed[2]):04d}"
        cases, words = cases.filter(reference=reference), reference
    return cases.filter(search__vector=SearchQuery(words, config=CONFIG, search_type="websearch"))


def _older_than(cases: QuerySet[Case], before: str) -> QuerySet[Case]:
    """The rows below the last one shown; a place that cannot be read is the top."""
    moment, _, key = before.partition("|")
    try:
        at, last = datetime.fromisoformat(moment), UUID(key)
    except ValueError:
        return cases
    if at.tzinfo is None:
        return cases
    # The first condition bounds the index; the second settles rows of the same moment.
    return cases.filter(logged_at__lte=at).filter(Q(logged_at__lt=at) | Q(pk__lt=last))
