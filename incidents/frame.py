"""The frame around every page of a case: its identity, its sections with their states, where we are.

return frame.page(request, case, "protection", "incidents/protection.html", {"controls": controls})
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from accounts.models import User
from incidents.case_page import context as case_context
from incidents.case_page import find as visible_case
from incidents.models import Case
from records.forms import answer

__all__ = ["case_page", "context", "me", "page", "visible_case"]

P = ParamSpec("P")


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


def context(request: HttpRequest, case: Case, current: str = "") -> dict[str, Any]:
    """What templates/case/frame.html needs."""
    return case_context(case, me(request), current)


def page(
    request: HttpRequest, case: Case, current: str, template: str, more: Mapping[str, Any] | None = None
) -> HttpResponse:
    """A page of the case; 422 when a form in `more` shows an error or a refusal."""
    return answer(request, template, {**context(request, case, current), **(more or {})})
