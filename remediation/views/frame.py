"""What the pages of this floor share: the frame of a case's section, and a page that asks and then acts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect

from incidents import case_page, reading
from incidents.models import Case
from incidents.sections import State
from records.forms import PageForm, Rows, answer
from records.gates import GateLine
from records.refusals import Refused
from remediation.views.fresh import SignedIn

__all__ = ["SignedIn", "ask", "find_case", "post_of", "section_page", "shown_gates"]

MET, NOT_MET = State("Met", "green"), State("Not met", "red")


def find_case(request: SignedIn, pk: UUID) -> Case:
    """The case, or 404 when this user may not know of it."""
    return case_page.find(request.user, pk)


def section_page(request: SignedIn, case: Case, code: str, template: str, context: Mapping[str, Any]) -> HttpResponse:
    """A page inside the case's frame, with the section `code` marked as the one shown."""
    return answer(request, template, case_page.context(case, request.user, code) | dict(context))


def post_of(request: SignedIn) -> Any:
    """What was posted, also when the page asks nothing but its button; None when nothing was."""
    return request.POST if request.method == "POST" else None


def ask(
    request: SignedIn,
    *,
    case: Case | None,
    title: str,
    form: PageForm,
    act: Callable[[dict[str, Any]], Any],
    done: str,
    back: str = "",
    button: str = "Save",
    intro: str = "",
    warning: str = "",
    rows: Rows | None = None,
    more_rows: Rows | None = None,
    template: str = "remediation/ask.html",
    **context: Any,
) -> HttpResponse:
    """A page with one form: valid answers go to `act`, then to `done`; a refusal is shown with nothing lost."""
    if case is not None:
        reading.opened(case)
    # Each is asked, so that whatever is wrong is shown at once.
    if all([form.is_valid(), *(one.is_valid() for one in (rows, more_rows) if one is not None)]):
        try:
            act(form.cleaned_data)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            return redirect(done)
    shown: dict[str, Any] = {
        "case": case,
        "title": title,
        # A browser keeps titles in its history: what stands after the colon is about the case.
        "browser_title": title.partition(":")[0],
        "form": form,
        "button": button,
        "intro": intro,
        "warning": warning,
        "back": back or done,
    }
    if rows is not None:
        shown["rows"] = rows
    if more_rows is not None:
        shown["more_rows"] = more_rows
    return answer(request, template, shown | context)


def shown_gates(lines: list[GateLine]) -> list[dict[str, Any]]:
    """Gate lines as `gates/list.html` shows them: a met line leads nowhere, an unmet one to where it is put right."""
    return [
        {
            "title": line.text,
            "state": MET if line.met else NOT_MET,
            "url": "" if line.met else line.url,
            "missing": line.detail,
            "source": f"{line.code}, {line.source}" if line.source else line.code,
        }
        for line in lines
    ]
