"""A second factor for everybody, where the setting asks for it (on in production)."""

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

#: Where someone without a second factor may still go: to set one up, to sign out, to get style sheets.
OPEN = ("/account/", "/static/", "/health/")


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
        ):
            messages.warning(request, "Set up a second way to prove it is you. Then you can go on.")
            return redirect("mfa_index")
        return self.get_response(request)
