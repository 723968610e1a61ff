"""The sign-in's time: how much is left, staying, and what was typed when it ended."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import timeouts, unsent
from accounts.models import User
from records.models import Draft


@require_GET
def left(request: HttpRequest) -> JsonResponse:
    """Seconds left of this sign-in; asking is no sign that somebody is there. 0 for nobody signed in."""
    return _left(request) if request.user.is_authenticated else JsonResponse({"left": 0, "for_good": False})


@login_required
@require_POST
def stay(request: HttpRequest) -> JsonResponse:
    """Somebody is there."""
    timeouts.stay(request)
    return _left(request)


def _left(request: HttpRequest) -> JsonResponse:
    # A window that was open while its person signed in again in another holds a form token of before.
    return JsonResponse(
        {
            "left": timeouts.seconds_left(request),
            "for_good": timeouts.ends_for_good(request),
            "token": get_token(request),
            "who": str(request.user.pk),
        }
    )


@login_required
@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """The page gives over what was typed, because its time is over; then signs out."""
    path = request.POST.get(unsent.PATH, "")
    if not unsent.may_go_to(path):
        return HttpResponseBadRequest("This address cannot be kept.")
    draft = unsent.keep(cast(User, request.user), path, request.POST, request.FILES)
    logout(request)
    return timeouts.to_sign_in(request, reverse("unsent", args=[draft.pk]))


def _mine(request: HttpRequest, pk: UUID) -> Draft:
    found: Draft = get_object_or_404(Draft.objects.visible_to(request.user).filter(kind=unsent.KIND), pk=pk)
    return found


@login_required
@require_GET
def waiting(request: HttpRequest, draft: UUID) -> HttpResponse:
    """What was typed and not sent, with a button that sends it."""
    kept = _mine(request, draft)
    hidden = [(name, value) for name, values in kept.answers["fields"].items() for value in values]
    return render(
        request,
        "accounts/unsent.html",
        {"draft": kept, "hidden": hidden, "shown": unsent.shown(kept), "field": unsent.FIELD},
    )


@login_required
@require_http_methods(["POST"])
def discard(request: HttpRequest, draft: UUID) -> HttpResponse:
    """Throw what was typed away."""
    unsent.throw_away(_mine(request, draft))
    return redirect("/")
