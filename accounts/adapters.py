"""How allauth behaves here: nobody signs up by themselves, addresses are lower case."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by a manager; the public sign-up is closed."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "Check the e-mail address and the password: together they fit no account",
        "too_many_login_attempts": "Too many tries. Wait a few minutes, or ask for a new password",
        "incorrect_password": "This is not your password",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        raise PermissionError("Accounts are made by a manager.")
