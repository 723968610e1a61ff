"""Who may be signed in: asked again at each request, so that a leaver's open sessions end with their last day."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from accounts.models import User


class Backend(AuthenticationBackend):  # type: ignore[misc]
    """allauth's, which also knows who has left."""

    def get_user(self, user_id: Any) -> User | None:
        """The signed-in user with their staff record, in one query; nobody once they are shut off or have left."""
        user = User.objects.select_related("staff").filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None

    def user_can_authenticate(self, user: Any) -> bool:
        return bool(super().user_can_authenticate(user)) and not user.has_left
