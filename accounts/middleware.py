"""A second factor for everybody, where the setting asks for it (on in production)."""

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts import access

#: Where someone without a second factor may still go: to set one up, to sign out, to get style sheets.
OPEN = ("/account/", "/static/", "/health/")


def _exempt(request: HttpRequest) -> bool:
    """Whoever holds exempt roles only, and whoever came through a sign-on that asked for a second factor itself."""
    if settings.OIDC_SECOND_FACTOR:
        methods = request.session.get("account_authentication_methods", [])
        if any(one.get("method") == "socialaccount" for one in methods):
            return True
    roles = access.of(request.user).roles
    return bool(roles) and roles <= settings.MFA_EXEMPT_ROLES


class SecondFactor:
    """Sends a signed-in user without a second factor to the page that sets one up; every other page waits."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if (
            settings.MFA_REQUIRED
            and request.user.is_authenticated
            and not request.path.startswith(OPEN)
            and not is_mfa_enabled(request.user)
            and not _exempt(request)
        ):
            messages.warning(request, "Set up a second way to prove it is you. Then you can go on.")
            return redirect("mfa_index")
        return self.get_response(request)
