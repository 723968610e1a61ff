"""How allauth behaves here: nobody signs up by themselves, addresses are lower case."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from accounts import devices


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by a manager; the public sign-up is closed."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "Check the e-mail address and the password: together they fit no account",
        "too_many_login_attempts": "Too many tries. Wait a few minutes, or ask for a new password",
        "incorrect_password": "This is not your password",
    }

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """allauth's ways to confirm who one is, in our words."""
        words = {
            "mfa_reauthenticate": "Use a code from your app, or a recovery code",
            "mfa_reauthenticate:webauthn": "Use a passkey or security key",
        }
        return [
            {**one, "description": words.get(one["id"], one["description"])}
            for one in super().get_reauthentication_methods(user)
        ]

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Counted for this device, or for this network: strangers cannot lock somebody out of their own phone."""
        email = credentials.get("email", "")
        where = devices.known(request, email) or f"from {ratelimit.get_ip(request)}"
        return f"{super()._get_login_attempts_cache_key(request, **credentials)}:{where}"

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Raises the sentence of too many tries; a device that is known is held by its own only.

        Not by what others try elsewhere, nor by what others behind the same address (a home's Wi-Fi) get wrong.
        """
        known = devices.known(request, credentials.get("email", ""))
        self._login_failed_rl_usage = ratelimit.consume(
            request,
            app="allauth.account",
            action="login_failed_known_device" if known else "login_failed",
            key=self._get_login_attempts_cache_key(request, **credentials),
        )
        self._elsewhere = None
        if self._login_failed_rl_usage and not known:
            self._elsewhere = ratelimit.consume(
                request,
                app="allauth.account",
                action="login_failed_elsewhere",
                key=credentials.get("email", "").lower(),
            )
        if not self._login_failed_rl_usage or not (known or self._elsewhere):
            raise self.validation_error("too_many_login_attempts")

    def _rollback_login_failed_rl_usage(self) -> None:
        super()._rollback_login_failed_rl_usage()
        if self._elsewhere:
            self._elsewhere.rollback()

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        raise PermissionError("Accounts are made by a manager.")


class SecondStepAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """What a new passkey is called until its owner names it."""

    def generate_authenticator_name(self, user: Any, type: Any) -> str:  # noqa: A002  (allauth's own name)
        return f"Key {Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1}"
