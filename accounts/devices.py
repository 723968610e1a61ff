"""Known devices: somebody else's wrong passwords never lock a person out of the device they always use.

Wrong tries are counted for one account separately for each device that has signed in to it before (a signed
cookie, one year) and for each network elsewhere; and elsewhere per address too. So a stranger who types wrong passwords on
purpose fills only their own count (ASVS 5.0 6.3.1; OWASP "device cookies").
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from typing import Any

from allauth.account.signals import password_reset
from django.conf import settings
from django.contrib.auth import user_logged_in
from django.core import signing
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

COOKIE = settings.DEVICE_COOKIE_NAME
SALT = "accounts.devices"
#: A device is known for a year after its last sign-in (seconds).
KNOWN_FOR = 365 * 24 * 3600
#: So many accounts of one device are remembered: about 1,200 bytes of cookie.
AT_MOST = 16


def _of(email: str) -> str:
    return hashlib.sha256(email.strip().lower().encode()).hexdigest()[:32]


def _accounts(request: HttpRequest) -> dict[str, str]:
    """The accounts this device has signed in to, the last one last: what stands for each address, and its name there."""
    try:
        held = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=KNOWN_FOR)
        return {str(account): str(device) for account, device in held}
    except (signing.BadSignature, ValueError, TypeError):
        return {}


def known(request: HttpRequest, email: str) -> str:
    """The name of this device if it has signed in to this account before; empty otherwise."""
    return _accounts(request).get(_of(email), "")


@receiver(user_logged_in)
@receiver(password_reset)
def _proven(request: HttpRequest | None, user: Any, **kwargs: Any) -> None:
    """Somebody signed in here, or set a new password by the link from their mailbox: this device is theirs now.

    The link matters: whoever is kept off a new device by wrong tries of others asks for a new password and gets in.
    """
    if request is not None and not known(request, user.email):
        request.new_device_of = user.email  # type: ignore[attr-defined]


class KnownDevice:
    """Gives the browser its cookie in the answer to a sign-in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        email = getattr(request, "new_device_of", "")
        if email:
            # A home's tablet has several users: the last ones to sign in stay known beside each other.
            held = {**_accounts(request), _of(email): secrets.token_urlsafe(12)}
            response.set_cookie(
                COOKIE,
                signing.dumps(list(held.items())[-AT_MOST:], salt=SALT),
                max_age=KNOWN_FOR,
                path="/",
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response
