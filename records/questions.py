"""Question pages: a few questions a page, kept on the server page by page, checked before they are sent.

    class Log(Questions):
        kind, name, start_title = "log", "log", "Log a concern or failure"
        pages = (Page("what", "What happened?", WhatForm), Page("when", "When?", WhenForm))

        def submit(self, answers):            # {"what": cleaned_data, "when": cleaned_data}
            case = actions.log_case(by=self.request.user, **answers["what"], **answers["when"])
            return redirect("logged", case.pk)

    urlpatterns = [*Log.urls("log/")]         # names: log, log-page, log-check, log-discard

The first page is shown at once; the draft begins with its first save. Works without JavaScript; with it, typing
is kept a moment after the last key. A `Refused` raised by `submit` is shown on the check page and keeps all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar
from uuid import UUID

from django.contrib.auth.mixins import LoginRequiredMixin
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views import View

from records.forms import ADD_ROW, REMOVE_ROW, PageForm, Rows, answer
from records.models import Draft
from records.refusals import Refused
from records.wording import time_text

#: Posted names that are about the page and not answers.
_NOT_ANSWERS = frozenset({"csrfmiddlewaretoken", "keep", "check", ADD_ROW, REMOVE_ROW})

Answers = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Page:
    """One page of questions. `needed` looks at the answers so far and says whether to ask it at all."""

    slug: str
    title: str
    form: type[PageForm]
    rows: type[Rows] | None = None
    needed: Callable[[Mapping[str, Any]], bool] = field(default=lambda answers: True)
    template: str = "questions/page.html"
    button: str = "Save and continue"


class Filled:
    """A page with what has been typed into it: its form and, where it has some, its rows."""

    def __init__(self, page: Page, form: PageForm, rows: Rows | None) -> None:
        self.page, self.form, self.rows = page, form, rows

    def is_valid(self) -> bool:
        return all([self.form.is_valid(), self.rows is None or self.rows.is_valid()])

    @property
    def cleaned(self) -> dict[str, Any]:
        found = dict(self.form.cleaned_data)
        if self.rows is not None:
            found[self.page.rows.prefix_name if self.page.rows else "rows"] = self.rows.answers
        return found


class Questions(LoginRequiredMixin, View):
    """A run of question pages with a draft, a check page and one action at its end."""

    #: Which drafts are ours; the name of the first URL; the h1 of the check page and its button.
    kind: ClassVar[str]
    name: ClassVar[str]
    start_title: ClassVar[str] = ""
    check_title: ClassVar[str] = "Check your answers"
    send_button: ClassVar[str] = "Confirm and send"
    pages: ClassVar[tuple[Page, ...]] = ()
    check_template: ClassVar[str] = "questions/check.html"
    step: str = "start"

    @classmethod
    def urls(cls, prefix: str) -> list[URLPattern]:
        """The addresses of this run. `prefix` may hold arguments; they reach `self.kwargs`."""
        return [
            path(prefix, cls.as_view(step="start"), name=cls.name),
            path(f"{prefix}<uuid:draft>/check/", cls.as_view(step="check"), name=f"{cls.name}-check"),
            path(f"{prefix}<uuid:draft>/discard/", cls.as_view(step="discard"), name=f"{cls.name}-discard"),
            path(f"{prefix}<uuid:draft>/<slug:page>/", cls.as_view(step="page"), name=f"{cls.name}-page"),
        ]

    # --- What a run of questions says about itself -----------------------------------------------------

    def allow(self) -> None:
        """Raise Http404 or Refused when this person may not begin. Called on every request."""

    def form_kwargs(self, page: Page) -> dict[str, Any]:
        """More arguments for a page's form, such as the user whose services it offers."""
        return {}

    def initial(self, page: Page) -> dict[str, Any]:
        """Answers proposed before the person has given any."""
        return {}

    def submit(self, answers: Answers) -> HttpResponseBase:
        """Do it: call one action with the cleaned answers and say where to go. The draft is deleted after."""
        raise NotImplementedError

    def about(self) -> str:
        """What the draft is about (a key as text), so that drafts about two things do not mix."""
        return ""

    def context(self) -> dict[str, Any]:
        """More for the templates, such as the case."""
        return {}

    def leave_url(self) -> str:
        """Where "Back" on the first page and "Discard" lead."""
        return "/"

    # --- The requests ----------------------------------------------------------------------------------

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        self.allow()
        self.draft: Draft | None = self._find(kwargs.get("draft"))
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        if self.step == "start":
            return self._show(self._filled(self.pages[0]))
        if self.step == "page":
            return self._show(self._filled(self._page(kwargs["page"])))
        if self.step == "discard":
            return answer(request, "questions/discard.html", self._context())
        return self._check()

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        if self.step == "discard":
            if self.draft is not None:
                self.draft.delete()
            return redirect(self.leave_url())
        if self.step == "check":
            return self._send()
        page = self.pages[0] if self.step == "start" else self._page(kwargs["page"])
        if request.POST.get("keep"):
            self._keep(page)
            kept = HttpResponse(f"Saved {time_text(timezone.now())}", content_type="text/plain; charset=utf-8")
            kept.headers["Draft-Location"] = self._url("page", page=page.slug)
            return kept
        filled = self._filled(page, request.POST)
        row_button = ADD_ROW in request.POST or REMOVE_ROW in request.POST
        if not row_button:
            self._keep(page)
        if not filled.is_valid():
            return self._show(filled)
        return redirect(self._after(page))

    # --- How it works ----------------------------------------------------------------------------------

    def _find(self, key: UUID | None) -> Draft | None:
        if key is None:
            return None
        mine = Draft.objects.visible_to(self.request.user).filter(kind=self.kind, about=self.about())
        return get_object_or_404(mine, pk=key)

    def _me(self) -> Any:
        """The signed-in person; `dispatch` has turned everybody else away."""
        return self.request.user

    def _page(self, slug: str) -> Page:
        for page in self.pages:
            if page.slug == slug:
                return page
        raise Http404

    def _keep(self, page: Page) -> None:
        """Keep what was posted for this page, right or wrong: nothing typed is lost."""
        posted = {key: values for key, values in self.request.POST.lists() if key not in _NOT_ANSWERS}
        if self.draft is None:
            Draft.objects.filter(owner_id=self.request.user.pk).expired().delete()
            self.draft = Draft(owner=self._me(), kind=self.kind, about=self.about())
        self.draft.answers = {**self.draft.answers, page.slug: posted}
        self.draft.updated_at = timezone.now()
        self.draft.save()

    def _filled(self, page: Page, data: QueryDict | None = None) -> Filled:
        """The page's form with what is being posted, else what is kept, else what is proposed."""
        stored = (self.draft.answers if self.draft else {}).get(page.slug)
        if data is None and stored is not None:
            data = QueryDict(mutable=True)
            for key, values in stored.items():
                data.setlist(key, values)
        form = page.form(data, initial=self.initial(page), **self.form_kwargs(page))
        rows = page.rows(data) if page.rows else None
        return Filled(page, form, rows)

    def _needed(self) -> list[tuple[Page, Filled]]:
        """The pages to be asked, given the answers so far. Answers to pages no longer asked count for nothing."""
        asked: list[tuple[Page, Filled]] = []
        known: dict[str, Any] = {}
        for page in self.pages:
            if not page.needed(known):
                continue
            filled = self._filled(page)
            if filled.form.is_bound and filled.is_valid():
                known |= filled.cleaned
            asked.append((page, filled))
        return asked

    def _after(self, page: Page) -> str:
        """The next page; back to the check page when it sent us here and nothing else is open."""
        asked = self._needed()
        unanswered = [one.slug for one, filled in asked if not (filled.form.is_bound and filled.is_valid())]
        if self._from_check:
            return self._url("page", page=unanswered[0]) + "?check=1" if unanswered else self._url("check")
        slugs = [one.slug for one, _ in asked]
        later = slugs[slugs.index(page.slug) + 1 :] if page.slug in slugs else []
        return self._url("page", page=later[0]) if later else self._url("check")

    @property
    def _from_check(self) -> bool:
        return bool(self.request.POST.get("check") or self.request.GET.get("check"))

    def _url(self, step: str, **more: Any) -> str:
        kwargs = {key: value for key, value in self.kwargs.items() if key not in {"draft", "page"}}
        if step == "start":
            return reverse(self.name, kwargs=kwargs)
        draft = self.draft.pk if self.draft else None
        return reverse(f"{self.name}-{step}", kwargs={**kwargs, "draft": draft, **more})

    def _context(self, **more: Any) -> dict[str, Any]:
        return {
            "questions": self,
            "draft": self.draft,
            "discard_url": self._url("discard") if self.draft else "",
            "leave_url": self.leave_url(),
            **self.context(),
            **more,
        }

    def _show(self, filled: Filled) -> HttpResponse:
        page = filled.page
        if self.request.method == "GET" and not self._from_check:
            # What is kept may be half typed: shown as it stands, and only called wrong when it is sent.
            filled.form.hold_back_errors = True
            if filled.rows is not None:
                filled.rows.quiet = True
        slugs = [one.slug for one, _ in self._needed()]
        number = slugs.index(page.slug) if page.slug in slugs else 0
        if self._from_check and self.draft:
            back = self._url("check")
        elif number and self.draft:
            back = self._url("page", page=slugs[number - 1])
        else:
            back = self.leave_url()
        others = Draft.objects.visible_to(self.request.user).filter(kind=self.kind, about=self.about())
        return answer(
            self.request,
            page.template,
            self._context(
                page=page,
                form=filled.form,
                rows=filled.rows,
                back_url=back,
                number=number + 1,
                count=len(slugs),
                from_check=self._from_check,
                post_url=self._url("page", page=page.slug) if self.draft else self._url("start"),
                unfinished=[(one, self._resume_url(one)) for one in others[:3]] if not self.draft else [],
            ),
        )

    def _resume_url(self, draft: Draft) -> str:
        kwargs = {key: value for key, value in self.kwargs.items() if key not in {"draft", "page"}}
        last = [page.slug for page in self.pages if page.slug in draft.answers]
        slug = last[-1] if last else self.pages[0].slug
        return reverse(f"{self.name}-page", kwargs={**kwargs, "draft": draft.pk, "page": slug})

    def _check(self, refused: Refused | None = None) -> HttpResponse | HttpResponseBase:
        asked = self._needed()
        for page, filled in asked:
            if not (filled.form.is_bound and filled.is_valid()):
                return redirect(self._url("page", page=page.slug) + "?check=1")
        form = PageForm({})
        if refused is not None:
            form.add_refusal(refused)
        groups = [
            {
                "title": page.title,
                "lines": list(filled.form.answered()),
                "row_answers": filled.rows.in_words() if filled.rows is not None else [],
                "change_url": self._url("page", page=page.slug) + "?check=1",
            }
            for page, filled in asked
        ]
        back = self._url("page", page=asked[-1][0].slug)
        return answer(self.request, self.check_template, self._context(form=form, groups=groups, back_url=back))

    def _send(self) -> HttpResponseBase:
        asked = self._needed()
        if not all(filled.form.is_bound and filled.is_valid() for _, filled in asked) or self.draft is None:
            return self._check()
        try:
            with transaction.atomic():
                # Two presses of the button: the second waits here and finds the draft gone.
                get_object_or_404(Draft.objects.select_for_update(), pk=self.draft.pk)
                response = self.submit({page.slug: filled.cleaned for page, filled in asked})
                self.draft.delete()
        except Refused as refused:
            return self._check(refused)
        return response
