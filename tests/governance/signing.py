"""Signing in tests: an action's signature, and a client that has just proved again who it is."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows import login
from django.test import Client

from records import times
from records.signing import Signature


def signature(conflict: str = "none") -> Signature:
    return Signature(conflict=conflict, authenticated_at=times.now())


def freshly_signed_in(client: Client, user: Any) -> Client:
    """Signed in, with identity confirmed this moment (the record allauth keeps in the session)."""
    client.force_login(user)
    session = client.session
    session[login.AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "password", "at": times.now().timestamp()}]
    session[login._AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(user.pk)
    session.save()
    return client


SIGNED = {"conflict": "none", "agree": "on"}
