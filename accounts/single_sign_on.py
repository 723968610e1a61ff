"""Single sign-on: who may come in through the organisation's own account, and as what.

A person who has a sign-in here is known by their verified e-mail address; their roles stay those granted on the
People page, where somebody answers for them. A new person is let in only where a home service is set, and as a care
worker unless the operator's own map names a role for one of their groups: nothing the sign-on says is a role here by
itself (features.md F94; issue "role mapping that never defaults to more than care worker").
"""

from __future__ import annotations

from typing import Any

import structlog
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import render

from accounts.actions import people
from accounts.models import Service, User
from accounts.roles import ROLES, CareWorker

log = structlog.get_logger(__name__)


class SignOnAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """What happens between the organisation's answer and our session."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Only where new people have a service to join, and only with a verified address that is nobody's here yet."""
        email = _verified(sociallogin)
        return bool(settings.OIDC_HOME_SERVICE and email) and not User.objects.filter(email__iexact=email).exists()

    def authenticate_by_email(self, sociallogin: Any) -> Any:
        """An address joins the two accounts once. Afterwards `sub` alone counts: an address can be given to another."""
        found = super().authenticate_by_email(sociallogin)
        if found and SocialAccount.objects.filter(user=found[0], provider=sociallogin.account.provider).exists():
            log.warning("sign_on.another_sub", user_id=str(found[0].pk))
            return None
        return found

    def get_requests_session(self) -> Any:
        """The sign-on is asked at the addresses it names itself; it cannot send us on to others (ASVS 15.3.2)."""
        asking = super().get_requests_session()
        asking.max_redirects = 0
        return asking

    def save_user(self, request: HttpRequest, sociallogin: Any, form: Any = None) -> User:
        """Make the new person's staff record, sign-in and one role."""
        claims = _claims(sociallogin)
        email = _verified(sociallogin)
        name = str(claims.get("name") or email.split("@")[0])[:200]
        with transaction.atomic():
            user = people.join_by_sign_on(
                by=User.system(),
                service=Service.objects.get(pk=settings.OIDC_HOME_SERVICE),
                email=email,
                name=name,
                role=role_for(claims.get(settings.OIDC_GROUPS_CLAIM)),
            )
            sociallogin.user = user
            sociallogin.save(request, connect=True)
        return user

    def on_authentication_error(self, request: HttpRequest, provider: Any, **kwargs: Any) -> None:
        """The sign-on failed or was given up: one page that says so, without the provider's own words."""
        problem = kwargs.get("exception")
        log.warning("sign_on.failed", problem=type(problem).__name__ if problem else str(kwargs.get("error") or ""))
        raise ImmediateHttpResponse(render(request, "accounts/sign_on_failed.html", status=403))


def role_for(groups: Any) -> str:
    """The role code a new person gets: the highest that the operator's map names for one of their groups, else care
    worker. Raises ImproperlyConfigured when the map names a role that does not exist."""
    unknown = set(settings.OIDC_ROLE_MAP.values()) - set(ROLES)
    if unknown:
        raise ImproperlyConfigured(f"OIDC_ROLE_MAP names no role of ours: {', '.join(sorted(unknown))}")
    named = [groups] if isinstance(groups, str) else groups if isinstance(groups, list) else []
    found = [settings.OIDC_ROLE_MAP[one] for one in named if isinstance(one, str) and one in settings.OIDC_ROLE_MAP]
    return max(found, key=lambda code: ROLES[code].rank, default=CareWorker.code)


def _claims(sociallogin: Any) -> dict[str, Any]:
    data = sociallogin.account.extra_data
    return {**data.get("id_token", {}), **data.get("userinfo", {})} or dict(data)


def _verified(sociallogin: Any) -> str:
    """The address the sign-on says it has verified; empty when there is none."""
    return next((one.email.lower() for one in sociallogin.email_addresses if one.verified), "")
