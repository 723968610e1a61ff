"""The frame of a case page: finding the case, the sections with their states, the stage in words.

    def protection(request, case_id):
        case = case_page.find(request.user, case_id)            # 404 for what one may not know of
        form = ...
        return answer(request, "incidents/protection.html", case_page.context(case, request.user, "protection") | {"form": form})

The template extends `case/frame.html` and fills the block `section`. Addresses: `cases/<uuid:case>/…/`, url names
`case-<section code>` with the case's id as the only argument.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.urls import reverse

from accounts.models import User
from incidents import sections
from incidents.models import Case


@dataclass(frozen=True)
class Shown:
    """One line of the side navigation."""

    code: str
    title: str
    url: str
    state: sections.State
    current: bool


def _open_or_closed(case: Case) -> str:
    return "Closed" if case.closed_at else "Open"


_stage: Callable[[Case], str] = _open_or_closed


def stage_by(function: Callable[[Case], str]) -> None:
    """Say how the stage of a case is put into words; the floors above know more of it than this one."""
    global _stage  # noqa: PLW0603  (set once, while the apps start)
    _stage = function


def find(user: User, pk: UUID) -> Case:
    """The case, or 404 when it is not there or not to be known of."""
    cases = Case.objects.visible_to(user).select_related("service", "provider", "owner")
    found: Case = get_object_or_404(cases, pk=pk)
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


def context(case: Case, user: User, current: str = "") -> dict[str, Any]:
    """What `case/frame.html` needs: `case`, `sections`, `stage`, `marks`."""
    return {
        "case": case,
        "sections": shown_sections(case, user, current),
        "stage": _stage(case),
        "marks": [],
    }
