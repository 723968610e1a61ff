"""A signature needs identity confirmed just now; where it was not, ask, and go on with what was typed."""

from __future__ import annotations

from typing import Any

from allauth.core.exceptions import ReauthenticationRequired
from django.http import HttpRequest

from accounts.models import User
from records.signing import Signature, authenticated_at, is_fresh


class SignedIn(HttpRequest):
    """A request whose user has signed in (`login_required`)."""

    user: User


def signature(request: SignedIn, answers: dict[str, Any]) -> Signature:
    """The signature a person makes with this request.

    When their identity was not confirmed in the last minutes, allauth keeps the whole posted form, asks for the
    password or passkey, and hands the form to the same view again: nothing is lost.
    """
    moment = authenticated_at(request)
    if not is_fresh(moment):
        raise ReauthenticationRequired
    return Signature(
        conflict=answers["conflict"],
        conflict_detail=answers.get("conflict_detail") or "",
        authenticated_at=moment,
    )
