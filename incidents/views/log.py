"""Logging: question pages, check answers, and what happens next."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render

from accounts import access
from accounts.models import Service
from accounts.permits import Permit
from incidents import actions, frame, permissions
from incidents.forms import log as forms
from incidents.models import Case, Involvement
from records.questions import Answers, Page, Questions

_WORKS_HERE = {"when", "who"}


class Log(Questions):
    """Four pages that are needed (what, when, who, safe now) and two that can wait."""

    kind, name, start_title = "log", "log", "Log a concern or failure"
    check_title = "Check your answers before you log this"
    send_button = "Log this"
    pages: ClassVar[tuple[Page, ...]] = (
        Page("what", "What happened", forms.WhatForm),
        Page("when", "When", forms.WhenForm),
        Page("who", "Who", forms.WhoForm),
        Page("safe", "Is everyone safe now?", forms.SafeForm),
        Page("kind", "What kind of failure (this can wait)", forms.KindForm),
        Page("level", "How serious (this can wait)", forms.LevelForm),
    )

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not self._rates_anywhere(request):
            self.pages = self.pages[:-1]  # type: ignore[misc]
        return super().dispatch(request, *args, **kwargs)

    @staticmethod
    def _rates_anywhere(request: HttpRequest) -> bool:
        return access.of(request.user).anywhere(Permit.RATE)

    def allow(self) -> None:
        if not permissions.can_log_anywhere(frame.me(self.request)):
            raise Http404

    def form_kwargs(self, page: Page) -> dict[str, Any]:
        if page.slug == "what":
            return {"user": self.request.user}
        return {"staff": forms.staff_choices(self._service())} if page.slug in _WORKS_HERE else {}

    def _service(self) -> Service | None:
        """The service chosen on the first page, if this person may log for it."""
        given = (self.draft.answers if self.draft else {}).get("what", {}).get("service") or [""]
        if self.request.POST.get("service"):
            given = [self.request.POST["service"]]
        try:
            key = UUID(given[0])
        except ValueError:
            return None
        found: Service | None = forms.services_to_log_for(frame.me(self.request)).filter(pk=key).first()
        return found

    def submit(self, answers: Answers) -> HttpResponseBase:
        what, when, who, safe, kind = (answers[slug] for slug in ("what", "when", "who", "safe", "kind"))
        parts = [(one, Involvement.SUBJECT) for one in who["subjects"]]
        parts += [(one, Involvement.IMPLICATED) for one in who["implicated"]]
        parts += [(who["reporter"], Involvement.REPORTER)] if who["reporter"] else []
        level = forms.level_answers(answers["level"]) if "level" in answers else {}
        case = actions.log_incident(
            by=frame.me(self.request),
            **what,
            **when,
            people=forms.split_codes(who["people"] or ""),
            service_wide_reason=who["service_wide_reason"] or "",
            staff=parts,
            **safe,
            **forms.kind_answers(kind),
            **level,
        )
        return redirect("logged", case.pk)


@login_required
def logged(request: HttpRequest, case: UUID) -> HttpResponse:
    """The reference, and what happens next. For the person who logged it, also where they may not see the case."""
    me = frame.me(request)
    # Sealed since, it is not there any more for whoever logged it either: by one question, whether it is or never was.
    there = Q(sealed_at=None) | Q(pk__in=Case.objects.visible_to(me).values("pk"))
    found = get_object_or_404(Case.objects.filter(there).select_related("owner"), pk=case, logged_by=me.pk)
    can_see = permissions.can_see(me, found)
    then = "then decide how people are protected" if found.owner_id == me.pk else f"then {found.owner}"
    warning = f"Someone may be unsafe. If anyone is in danger, call 999 now, {then}."
    return render(request, "incidents/logged.html", {"case": found, "can_see": can_see, "warning": warning})
