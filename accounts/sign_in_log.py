"""What the log keeps of signing in: who came in and by what, who did not, and every change of what somebody signs in
with (ASVS 5.0 16.3.1). Never what was typed: a password typed into the wrong box is an e-mail address to a program.
"""

from __future__ import annotations

from typing import Any

import structlog
from allauth.account import signals as account
from allauth.account.adapter import get_adapter
from allauth.mfa import signals as mfa
from django.contrib.auth import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.models import User

log = structlog.get_logger(__name__)


def _from(request: HttpRequest | None) -> dict[str, str]:
    """The visitor's address, believing only our own proxies; nothing where no request came."""
    if request is None or "REMOTE_ADDR" not in request.META:
        return {}
    return {"ip": str(get_adapter().get_client_ip(request))}


@receiver(user_logged_in)
def _came_in(request: HttpRequest | None, user: Any, **kwargs: Any) -> None:
    log.info("sign_in.opened", user_id=str(user.pk), **_from(request))


@receiver(account.authentication_step_completed)
def _step(request: HttpRequest, user: Any, method: str, **kwargs: Any) -> None:
    again = bool(kwargs.get("reauthenticated"))
    kind = ":".join(filter(None, (method, str(kwargs.get("type") or ""))))
    log.info("sign_in.confirmed" if again else "sign_in.step", user_id=str(user.pk), by=kind, **_from(request))


@receiver(user_logged_out)
def _went(request: HttpRequest | None, user: Any, **kwargs: Any) -> None:
    if user is not None:
        log.info("sign_in.closed", user_id=str(user.pk), **_from(request))


@receiver(user_login_failed)
def _failed(credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any) -> None:
    email = str(credentials.get("email") or credentials.get("username") or "")
    known = User.objects.filter(email__iexact=email).values_list("pk", flat=True).first() if email else None
    log.warning("sign_in.refused", by="password", user_id=str(known or ""), **_from(request))


@receiver(mfa.authentication_failed)
def _factor_failed(request: HttpRequest, user: Any, authenticator: Any = None, **kwargs: Any) -> None:
    kind = f"mfa:{getattr(authenticator, 'type', '') or 'unknown'}"
    log.warning("sign_in.refused", by=kind, user_id=str(user.pk), **_from(request))


def _changed(event: str) -> Any:
    def tell(request: HttpRequest | None = None, user: Any = None, authenticator: Any = None, **kwargs: Any) -> None:
        kind = {"by": f"mfa:{authenticator.type}"} if authenticator is not None else {}
        log.info(event, user_id=str(getattr(user, "pk", "")), **kind, **_from(request))

    return tell


#: (kept here: a signal forgets a function that nobody else holds)
CHANGES = [
    (account.password_set, _changed("sign_in.password_set")),
    (account.password_changed, _changed("sign_in.password_changed")),
    (account.password_reset, _changed("sign_in.password_reset")),
    (mfa.authenticator_added, _changed("sign_in.factor_added")),
    (mfa.authenticator_removed, _changed("sign_in.factor_removed")),
    (mfa.authenticator_reset, _changed("sign_in.factor_made_anew")),
]
for _signal, _tell in CHANGES:
    _signal.connect(_tell)
