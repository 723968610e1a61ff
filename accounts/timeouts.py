"""How long a sign-in lasts: 15 minutes without a request, 12 hours in all, and nothing typed is lost by it.

Proves that an unattended screen closes (ASVS 5.0 7.3.1, 7.3.2; features.md F94). The times are settings in seconds:
`SESSION_IDLE_SECONDS` and `SESSION_ABSOLUTE_SECONDS`. What was being sent when the time was over is kept as a
draft of its writer and offered again after the next sign-in (`accounts.unsent`).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import user_logged_in
from django.contrib.auth.models import AnonymousUser
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from accounts import unsent

BEGAN, SEEN = "began", "seen"
#: The session is written at most this often (seconds) to say that somebody is there.
STEP = 30
#: The page shows its warning this long (seconds) before the end.
WARNING = 120
#: Addresses a page asks by itself: no sign that a person is there.
QUIET = frozenset({"session-left", "pack-progress"})
#: Pages that lead to a sign-in or need none: sent there, what was typed is a password and is not kept.
OPEN = ("/account/", "/static/", "/health/")


@receiver(user_logged_in)
def _begin(request: HttpRequest | None, **kwargs: Any) -> None:
    if request is not None and hasattr(request, "session"):
        request.session[BEGAN] = request.session[SEEN] = time.time()


def seconds_left(request: HttpRequest) -> int:
    """Whole seconds until this sign-in ends if nothing more is asked; 0 or less when it is over."""
    now = time.time()
    idle = settings.SESSION_IDLE_SECONDS - (now - request.session.get(SEEN, now))
    return int(min(idle, _whole(request, now)))


def stay(request: HttpRequest) -> None:
    """Somebody is there and said so."""
    request.session[SEEN] = time.time()


def ends_for_good(request: HttpRequest) -> bool:
    """Whether the warning is about the 12 hours, which nothing extends."""
    return _whole(request, time.time()) <= settings.SESSION_IDLE_SECONDS


def _whole(request: HttpRequest, now: float) -> float:
    return float(settings.SESSION_ABSOLUTE_SECONDS - (now - request.session.get(BEGAN, now)))


class TimeOut:
    """Ends a sign-in whose time is over, before any view is reached; keeps what was being sent."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and seconds_left(request) <= 0:
            # The session stays, ended: each window that was open can still give over what was typed, and nothing else.
            request.timed_out, request.user = request.user, AnonymousUser()  # type: ignore[attr-defined]
        response = self.get_response(request)
        unsent.forget_when_sent(request, response)
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        """Runs after the CSRF check: a forged request neither keeps a draft nor keeps a session alive."""
        user = getattr(request, "timed_out", None)
        if user is None:
            if request.user.is_authenticated:
                self._seen(request)
            return None
        if request.path.startswith(OPEN) or request.method in ("GET", "HEAD"):
            return None
        path = request.path
        if request.resolver_match and request.resolver_match.url_name == "session-keep":
            path = request.POST.get(unsent.PATH, "")
            if not unsent.may_go_to(path):
                return None
        draft = unsent.keep(user, path, request.POST, request.FILES)
        return to_sign_in(request, reverse("unsent", args=[draft.pk]))

    def _seen(self, request: HttpRequest) -> None:
        name = request.resolver_match.url_name if request.resolver_match else None
        now = time.time()
        if BEGAN not in request.session:
            request.session[BEGAN] = now
        if name not in QUIET and now - request.session.get(SEEN, 0) > STEP:
            request.session[SEEN] = now


def to_sign_in(request: HttpRequest, after: str) -> HttpResponse:
    """To the sign-in page, and from there to `after`. htmx is told in its own way."""
    address = f"{reverse('account_login')}?{urlencode({'next': after, 'ended': '1'})}"
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": address})
    return redirect(address)


def context(request: HttpRequest) -> dict[str, Any]:
    """For the page's warning: seconds left, and how long before the end it speaks."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    return {"time_left": max(seconds_left(request), 1), "time_warning": WARNING, "time_of": user.pk}
