"""A form sent twice is taken once: a button pressed again on a slow line, a page sent again by the browser.

Each form carries a number of its own, new each time it is drawn (`{% csrf_token %}` puts it there, see
`records.templatetags.once`). The first answer that leads on is remembered for an hour; the same form with the same words from
the same person leads to the same place and does nothing more. Other words are another form: nothing typed is swallowed.
What is remembered is a hash and an address, never what was typed (OWASP ASVS 5.0 2.3.1, 2.3.3).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils.crypto import salted_hmac

#: The hidden input.
FIELD = "form_number"
#: How long an answer is remembered, and how long one that is being worked out holds up its double (seconds).
REMEMBERED, WORKING = 3600, 60
#: How long the double waits for the first to be answered (seconds).
PATIENCE = 8.0
#: Stands for an answer that is still being worked out; no address looks like it.
BEING_SAVED = "…"
#: Signing in and proving who one is: what was sent there goes on to the form itself, which is not taken yet.
NOT_YET = ("/account/",)


def _key(request: HttpRequest) -> str:
    typed = sorted((name, values) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken")
    files = sorted((name, one.name, one.size) for name in request.FILES for one in request.FILES.getlist(name))
    said = repr((str(request.user.pk), request.get_full_path(), typed, files))
    return "once:" + salted_hmac("records.once", said, algorithm="sha256").hexdigest()


class Once:
    """Answers the double of a form with where the first led to. After the check of forged requests, before any view."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        key = getattr(request, "once", "")
        if key:
            leads_on = response.status_code in (302, 303) and not response.headers["Location"].startswith(NOT_YET)
            if leads_on:
                cache.set(key, response.headers["Location"], REMEMBERED)
            else:  # refused, or broken: the same words may be sent again
                cache.delete(key)
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        if request.method != "POST" or not request.user.is_authenticated or request.path.startswith(NOT_YET):
            return None
        if not request.POST.get(FIELD):
            return None
        key = _key(request)
        until = time.monotonic() + PATIENCE
        while not cache.add(key, BEING_SAVED, WORKING):
            found = cache.get(key)
            if found is not None and found != BEING_SAVED:
                return HttpResponseRedirect(found)
            if time.monotonic() > until:
                return render(request, "being_saved.html", status=409)
            time.sleep(0.05)
        request.once = key  # type: ignore[attr-defined]
        return None
