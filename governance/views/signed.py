"""Before a signing page: the person proves again who they are, then comes back to it."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse

from records import signing
from records.signing import Signature


def identity_first(request: HttpRequest) -> HttpResponseRedirect | None:
    """A redirect to the page that confirms identity when that was not done just now; None to go on."""
    if request.method != "GET" or signing.is_fresh(signing.authenticated_at(request)):
        return None
    return redirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': request.get_full_path()})}")


def signature(request: HttpRequest, answers: dict[str, object]) -> Signature:
    """The signature as it was stated on the page; takes its answers out of `answers`."""
    answers.pop("agree", None)
    return Signature(
        conflict=str(answers.pop("conflict", "")),
        conflict_detail=str(answers.pop("conflict_detail", "") or ""),
        authenticated_at=signing.authenticated_at(request),
    )
