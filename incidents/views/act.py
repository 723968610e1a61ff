"""One page that asks and acts: find → form → action → redirect. Shared by every form page of a case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from incidents import frame
from incidents.models import Case
from records.forms import PageForm
from records.refusals import Refused


def form_page(
    request: HttpRequest,
    case: Case,
    section: str,
    *,
    form: PageForm,
    title: str,
    do: Callable[[dict[str, Any]], Any],
    then: str,
    check: Callable[[Any, Case], None] | None = None,
    button: str = "Save",
    template: str = "incidents/form.html",
    more: Mapping[str, Any] | None = None,
    to_read: bool = False,
) -> HttpResponse:
    """Ask `form` on a page of the case; when it is right, `do` its answers (an action) and go to `then`.

    `check` says at once, before anything is typed, when this person may not do it. A refusal by the action is
    shown above the form with what is missing; nothing typed is lost. A page with something `to_read` shows that to
    whoever sees the case, and asks nothing of who may not do more.
    """
    not_yours, only_read = False, ""
    try:
        if check is not None:
            check(request.user, case)
        if request.method == "POST" and form.is_valid():
            do(form.cleaned_data)
            return redirect(then)
    except Refused as refused:
        asked_for = request.method != "POST"
        only_read, not_yours = (refused.message if to_read and asked_for else ""), asked_for and not to_read
        if not only_read:
            form.add_refusal(refused)
    asked = {
        "form": form,
        "title": title,
        # A browser keeps titles in its history: what stands after the colon is about somebody.
        "browser_title": title.partition(":")[0],
        "button": button,
        "back_url": then,
        "not_yours": not_yours,
        "only_read": only_read,
        "has_files": form.is_multipart(),
    }
    return frame.page(request, case, section, template, {**asked, **(more or {})})


def not_yours(
    request: HttpRequest, case: Case, section: str, check: Callable[[Any, Case], None], title: str
) -> HttpResponse:
    """The page that says who may do this, for somebody who sees the case but may not."""
    form = PageForm()
    try:
        check(request.user, case)
    except Refused as refused:
        form.add_refusal(refused)
    asked = {"form": form, "title": title, "not_yours": True, "back_url": reverse("case", args=[case.pk])}
    return frame.page(request, case, section, "incidents/form.html", asked)
