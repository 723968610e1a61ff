"""The frame of a case page: finding the case, the sections with their states, the stage in words.

    def protection(request, case_id):
        case = case_page.find(request.user, case_id)            # 404 for what one may not know of
        form = ...
        return answer(request, "incidents/protection.html", case_page.context(case, request.user, "protection") | {"form": form})

The template extends `case/frame.html` and fills the block `section`. Addresses: `cases/<uuid:case>/…/`, url names
`case-<section code>` with the case's id as the only argument.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.urls import reverse

from accounts.models import User
from incidents import reading, sections, stages
from incidents.models import Case, CaseGrant, Safe


@dataclass(frozen=True)
class Shown:
    """One line of the side navigation."""

    code: str
    title: str
    url: str
    state: sections.State
    current: bool


@dataclass(frozen=True)
class Mark:
    """A word beside the case's name, with a colour that only repeats it."""

    text: str
    colour: str = "grey"


def find(user: User, pk: UUID) -> Case:
    """The case, or 404 when it is not there or not to be known of."""
    cases = Case.objects.visible_to(user).select_related(
        "service", "provider", "owner", "logged_by", "first_noticed_by", "safe_confirmed_by", "closed_by"
    )
    found: Case = get_object_or_404(cases, pk=pk)
    reading.opened(found)
    return found


def shown_sections(case: Case, user: User, current: str = "") -> list[Shown]:
    """The sections this user may know of, each with its state now."""
    found = []
    for section in sections.all_sections():
        state = section.state(case, user)
        if state is not None:
            url = reverse(section.url_name, args=[case.pk])
            found.append(Shown(section.code, section.title, url, state, section.code == current))
    return found


def marks(case: Case) -> list[Mark]:
    """What everybody who opens this case must know at once, in words."""
    found = []
    if case.sealed_at:
        found.append(Mark("Sealed: only its named team sees this case", "red"))
    if CaseGrant.Kind.BREAK_GLASS in case.exceptions_now:
        found.append(Mark("Opened in an emergency: see who can see this case", "red"))
    if case.everyone_safe != Safe.YES:
        found.append(Mark("Someone may be unsafe", "red"))
    if case.involves_restriction:
        found.append(Mark("Involves a restriction", "grey"))
    if case.closed_at:
        found.append(Mark("Closed", "grey"))
    return found


def context(case: Case, user: User, current: str = "") -> dict[str, Any]:
    """What `case/frame.html` needs: `case`, `sections`, `stage`, `marks`."""
    reading.opened(case)
    return {
        "case": case,
        "sections": shown_sections(case, user, current),
        "stage": stages.of([case])[case.pk],
        "marks": marks(case),
    }
