"""A second factor for everybody, where the setting asks for it (on in production); a new session number whenever
somebody proves again who they are."""

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import HASH_SESSION_KEY
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts import access, sign_on_token
from accounts.models import User

#: Where someone without a second factor may still go: to set one up, to sign out, to get style sheets.
OPEN = ("/account/", "/static/", "/health/")


def _exempt(request: HttpRequest) -> bool:
    """Whoever holds exempt roles only, and whoever came through a sign-on whose token says that it asked for two."""
    if settings.OIDC_SECOND_FACTOR and sign_on_token.asked_for_two(request):
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


def _proven(request: HttpRequest) -> int:
    """How often in this session identity was confirmed again (allauth's own record)."""
    records = request.session.get("account_authentication_methods", [])
    return int(sum(one["at"] for one in records if one.get("reauthenticated")))


class NewNumber:
    """Gives the session a new number when identity is confirmed again, as Django does at signing in: whoever had
    found out the old one does not come along to what only a confirmed person may do (ASVS 5.0 7.2.4)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        before = _proven(request) if request.user.is_authenticated else None
        number = request.session.session_key
        response = self.get_response(request)
        if (
            before is not None
            and request.user.is_authenticated
            and request.session.session_key == number
            and _proven(request) != before
        ):
            request.session.cycle_key()
            # The password may have been hashed anew as it was checked (a stronger hasher since): that is no change of
            # the password, and must not sign out whoever has just given it.
            user = User.objects.get(pk=request.user.pk)
            request.session[HASH_SESSION_KEY] = user.get_session_auth_hash()
            UserSession.objects.filter(session_key=number).update(session_key=request.session.session_key)
        return response
