"""How often one person, or one address, may ask for what is costly or carries much away.

One table, by the name of the address, so that a view needs no line of its own and a guard test can see what is
left out (tests/security/test_throttling.py). Counted in the cache, so over all web processes together; sign-in
has allauth's own limits. Limits are far above what a person does in a bad hour: they stop programs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog
from allauth.account.adapter import get_adapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django_ratelimit.core import get_usage

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Limit:
    """So many requests by one of these methods in so much time: "30/10m" is 30 in ten minutes."""

    rate: str
    methods: tuple[str, ...] = ("POST",)


UPLOAD = Limit("30/10m")
DOWNLOAD = Limit("120/10m", ("GET", "HEAD"))
EXPORT = Limit("60/1h", ("GET", "HEAD", "POST"))
#: By the name of the address in the URL configuration.
LIMITS: dict[str, Limit] = {
    "case-evidence-new": UPLOAD,
    "case-file-replace": UPLOAD,
    "case-file": DOWNLOAD,
    "case-history-csv": EXPORT,
    "person-history-csv": EXPORT,
    "sign-in-history-csv": EXPORT,
    "posting-history-csv": EXPORT,
    "role-history-csv": EXPORT,
    "delegation-history-csv": EXPORT,
    "service-history-csv": EXPORT,
    "provider-history-csv": EXPORT,
    "library-entry-history-csv": EXPORT,
    "ledger-check": Limit("10/1h"),
    "pack-ask": Limit("20/1h"),
    "pack-pdf": EXPORT,
    "pack-html": EXPORT,
    "reading": Limit("60/10m", ("GET", "HEAD")),  # an outside reader's edition, made for each look
    "pack-preview": Limit("60/10m", ("GET", "HEAD")),
    "case-history-check": Limit("20/10m", ("GET", "HEAD", "POST")),
    "log-check": Limit("60/1h"),
    "person-add": Limit("60/1h"),
    "person-sign-in-help": Limit("30/1h"),
    # Open to everybody: counted by address.
    "verify": Limit("30/10m"),
}


def client_address(request: HttpRequest) -> str:
    """The visitor's address, believing only our own proxies (TRUSTED_PROXIES), as allauth's limits do."""
    return str(get_adapter().get_client_ip(request))


class Throttle:
    """Answers 429 with Retry-After when a limit is passed; what was typed is still in the browser's form."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        name = request.resolver_match.url_name if request.resolver_match else None
        limit = LIMITS.get(name or "")
        if limit is None or request.method not in limit.methods:
            return None
        usage = get_usage(request, group=name, key="user_or_ip", rate=limit.rate, increment=True)
        if usage is None or not usage["should_limit"]:
            return None
        log.warning("request.throttled", address=name, user_id=str(request.user.pk or ""))
        response = render(request, "429.html", {"minutes": max(1, -(-usage["time_left"] // 60))}, status=429)
        response.headers["Retry-After"] = str(max(1, usage["time_left"]))
        return response
