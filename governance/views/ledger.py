"""The check of the whole record: when it last ran, of how much, what it found, and a button that starts one."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from governance import ledger_alert, permissions, tasks
from incidents import frame
from records.models import LedgerCheck

SHOWN = 30
#: One check asked for by a person at a time; it reads the whole database.
PAUSE_SECONDS = 300


@login_required
def ledger(request: HttpRequest) -> HttpResponse:
    """The last check and those before it. Counts and places only: it is about every case, so it names none."""
    if not permissions.can_see_ledger(frame.me(request)):
        raise Http404
    checks = list(LedgerCheck.objects.select_related("checked_by").order_by("-checked_at")[:SHOWN])
    last = checks[0] if checks else None
    return render(
        request,
        "governance/ledger.html",
        {
            "last": last,
            "earlier": checks[1:],
            "overdue": last is None or ledger_alert.overdue(last),
            "told": ledger_alert.told(),
            "seal": [last.checkpoint_sha256[at : at + 8] for at in range(0, 64, 8)] if last else [],
        },
    )


@login_required
@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """Ask for a check now. It runs in the background; the page shows its result."""
    user = frame.me(request)
    if not permissions.can_see_ledger(user):
        raise Http404
    if cache.add("ledger-check-asked", 1, PAUSE_SECONDS):
        tasks.check_ledger.delay(str(user.pk))
        messages.info(request, "The check has started. Look again in a few minutes.")
    else:
        messages.info(request, "A check was started a few minutes ago. Look again soon.")
    return redirect("ledger")
