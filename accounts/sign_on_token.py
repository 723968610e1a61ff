"""What the organisation's sign-on must show before anybody is let in: a token for us, for now, for this very sign-in.

allauth leaves the signature of a token unread when it fetched the token itself, sends no `nonce`, and believes the
issuer that a configuration document names. Here each of these is asked for (ASVS 5.0 6.8.2, 9.1.2, 9.2.1, 9.2.3,
10.5.1 to 10.5.4; OpenID Connect Core 1.0 §3.1.3.7): signature by a key of the sign-on and an algorithm of the list
below, issuer, audience, times, nonce, and one `sub` throughout. Whatever is wrong, the answer is the same page.
"""

from __future__ import annotations

import hmac
import secrets
import time
from typing import Any

import jwt
import structlog
from allauth.account.internal.decorators import login_not_required
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib.auth import user_logged_in
from django.dispatch import receiver
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from requests import RequestException

log = structlog.get_logger(__name__)

#: Signatures that only the holder of a private key can make; never "none", never a secret both sides know.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
WELL_KNOWN = "/.well-known/openid-configuration"
#: By how much the clocks of two machines may differ (seconds).
LEEWAY = 60
#: In the session: what the sign-on said of this sign-in (`said`).
SAID = "sign_on_said"
#: RFC 8176: the sign-on asked for more than one thing.
SEVERAL = "mfa"


class SignOn(OpenIDConnectProvider):  # type: ignore[misc]
    """allauth's provider, which asks for a nonce and a recent identity, and takes no wishes from the visitor."""

    #: Where allauth looks for the settings and addresses of this provider: its own place, not ours.
    package = "allauth.socialaccount.providers.openid_connect"

    def get_auth_params_from_request(self, request: HttpRequest, action: str) -> dict[str, str]:
        return dict(self.get_auth_params())

    def get_scope_from_request(self, request: HttpRequest) -> list[str]:
        return list(self.get_scope())

    def redirect(
        self, request: HttpRequest, process: str, next_url: Any = None, data: Any = None, **kwargs: Any
    ) -> Any:
        nonce = secrets.token_urlsafe(32)
        kwargs["auth_params"] = dict(kwargs.get("auth_params") or self.get_auth_params()) | {
            "nonce": nonce,
            # A sign-in there is at most as old as one here may grow; older: it asks for the password again.
            "max_age": str(settings.SESSION_ABSOLUTE_SECONDS),
        }
        return super().redirect(request, process, next_url, data, nonce=nonce, **kwargs)


class Tokens(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """Reads what the sign-on answers, and believes none of it unproven."""

    #: The nonce of this sign-in, from the session; set by the view that receives the answer.
    nonce = ""

    @property
    def openid_config(self) -> dict[str, Any]:
        """The sign-on's own description; refused when it names another issuer than the setting."""
        if not hasattr(self, "_openid_config"):
            issuer = str(self.get_provider().app.settings["server_url"]).removesuffix(WELL_KNOWN)
            try:
                with get_adapter().get_requests_session() as asking:
                    answer = asking.get(issuer.rstrip("/") + WELL_KNOWN)
                    answer.raise_for_status()
                    found = answer.json()
                if not isinstance(found, dict) or found.get("issuer") != issuer:
                    raise ValueError("another issuer")
            except (RequestException, ValueError) as problem:
                # allauth asks for this outside its own care for errors.
                log.warning("sign_on.no_configuration", problem=type(problem).__name__)
                raise ImmediateHttpResponse(
                    render(self.request, "accounts/sign_on_failed.html", status=403)
                ) from problem
            self._openid_config = found
        return self._openid_config

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> Any:
        text = kwargs["response"].get("id_token")
        if not isinstance(text, str):
            raise OAuth2Error("no ID token")
        claims = self._decode_id_token(app, text)
        if not self.nonce or not hmac.compare_digest(str(claims.get("nonce", "")), self.nonce):
            raise OAuth2Error("a token of another sign-in")
        person = self._fetch_user_info(token.token)
        if not isinstance(person, dict) or person.get("sub") != claims["sub"]:
            raise OAuth2Error("two people in one answer")
        request.sign_on_said = said(claims)  # type: ignore[attr-defined]
        return self.get_provider().sociallogin_from_response(request, {"userinfo": person, "id_token": claims})

    def _decode_id_token(self, app: Any, id_token: str) -> dict[str, Any]:
        try:
            claims: dict[str, Any] = jwt.decode(
                id_token,
                key=self._key(jwt.get_unverified_header(id_token)),
                algorithms=list(ALGORITHMS),
                audience=app.client_id,
                issuer=self.openid_config["issuer"],
                leeway=LEEWAY,
                options={"require": ["iss", "sub", "aud", "exp", "iat"]},
            )
        except (jwt.PyJWTError, ValueError, KeyError, TypeError, AttributeError) as problem:
            raise OAuth2Error("a token that proves nothing") from problem
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if (several or "azp" in claims) and claims.get("azp") != app.client_id:
            raise OAuth2Error("a token for somebody else")
        when = claims.get("auth_time")
        if when is not None and not _is_recent(when, settings.SESSION_ABSOLUTE_SECONDS):
            raise OAuth2Error("an identity proven too long ago")
        return claims

    def _key(self, header: dict[str, Any]) -> Any:
        """The sign-on's public key that the token names, used with that key's own kind of algorithm only."""
        if header.get("alg") not in ALGORITHMS:
            raise OAuth2Error("an algorithm that is not on our list")
        with get_adapter().get_requests_session() as asking:
            answer = asking.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
            keys = jwt.PyJWKSet.from_dict(answer.json()).keys
        ours = [one for one in keys if one.public_key_use in (None, "sig") and one.key_type != "oct"]
        named = [one for one in ours if one.key_id == header.get("kid")] if "kid" in header else ours
        if len(named) != 1:
            raise OAuth2Error("a key the sign-on does not have")
        return named[0]


def said(claims: dict[str, Any]) -> dict[str, Any]:
    """What is kept of a token in the session: when identity was proven there, and whether by two things.

    What the sign-on does not say counts as the least: proven nobody knows when, by a password alone.
    """
    methods = claims.get("amr")
    level = claims.get("acr")
    by_two = (isinstance(methods, list) and SEVERAL in methods) or (
        isinstance(level, str) and level in settings.OIDC_SECOND_FACTOR_ACR
    )
    when = claims.get("auth_time")
    return {"at": when if isinstance(when, int) else 0, "by_two": bool(by_two)}


def asked_for_two(request: HttpRequest) -> bool:
    """Whether this session began with a sign-on whose own token says that it asked for more than a password."""
    return bool((request.session.get(SAID) or {}).get("by_two"))


@receiver(user_logged_in)
def _keep(request: HttpRequest | None, **kwargs: Any) -> None:
    """Each sign-in begins anew: what a sign-on said holds for the sign-in it was said for, and for no later one."""
    if request is not None and hasattr(request, "session"):
        request.session[SAID] = getattr(request, "sign_on_said", {})


def _is_recent(moment: Any, seconds: int) -> bool:
    return isinstance(moment, int | float) and -LEEWAY <= time.time() - moment <= seconds + LEEWAY


class _Callback(OAuth2CallbackView):  # type: ignore[misc]
    def _get_state(self, request: HttpRequest, provider: Any) -> Any:
        state, response = super()._get_state(request, provider)
        self.adapter.nonce = str((state or {}).get("nonce", ""))
        return state, response


@login_not_required  # type: ignore[untyped-decorator]
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Where the sign-on sends the browser back to."""
    try:
        return _Callback.adapter_view(Tokens(request, provider_id))(request)  # type: ignore[no-any-return]
    except SocialApp.DoesNotExist:
        raise Http404 from None


SignOn.oauth2_adapter_class = Tokens
