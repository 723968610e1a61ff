"""The frame around every page of a case: its identity, its sections with their states, where we are.

return frame.page(request, case, "protection", "incidents/protection.html", {"controls": controls})
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse

from accounts.models import User
from incidents import gates, sections
from incidents.models import Case
from records.forms import answer

P = ParamSpec("P")


@dataclass(frozen=True)
class SectionLine:
    """One line of the side navigation."""

    code: str
    title: str
    url: str
    state: sections.State
    current: bool


def visible_case(user: User, case_id: UUID) -> Case:
    """The case, or 404 when this user may not know of it."""
    queryset = Case.objects.visible_to(user).select_related(
        "service", "provider", "owner", "logged_by", "first_noticed_by", "safe_confirmed_by", "closed_by"
    )
    found: Case = get_object_or_404(queryset, pk=case_id)
    return found


def case_page(
    view: Callable[Concatenate[HttpRequest, Case, P], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """A view of one case: signed in, `case` in the URL found through `visible_to`, else 404."""

    @login_required
    @wraps(view)
    def run(request: HttpRequest, case: UUID, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        return view(request, visible_case(me(request), case), *args, **kwargs)

    return run


def me(request: HttpRequest) -> User:
    """The signed-in user, as ours."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101 (login_required stands before)
    return user


def section_lines(case: Case, user: User, current: str) -> list[SectionLine]:
    """The sections this user may know of, each with its state now."""
    lines = []
    for section in sections.all_sections():
        state = section.state(case, user)
        if state is not None:
            url = reverse(section.url_name, args=[case.pk])
            lines.append(SectionLine(section.code, section.title, url, state, section.code == current))
    return lines


def stage(case: Case) -> str:
    """Where the case stands, in a word (domain.md §13)."""
    if case.closed_at is not None:
        return "Closed"
    return "Putting it right" if gates.is_protected(case) else "Protecting people"


def context(request: HttpRequest, case: Case, current: str = "") -> dict[str, Any]:
    """What templates/case/frame.html needs."""
    return {"case": case, "sections": section_lines(case, me(request), current), "stage": stage(case)}


def page(
    request: HttpRequest, case: Case, current: str, template: str, more: Mapping[str, Any] | None = None
) -> HttpResponse:
    """A page of the case; 422 when a form in `more` shows an error or a refusal."""
    return answer(request, template, {**context(request, case, current), **(more or {})})
