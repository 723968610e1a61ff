from typing import Any

from django.apps import AppConfig
from django.db import transaction
from django.db.models.signals import post_migrate


def make_system_user(sender: AppConfig, **_: Any) -> None:
    """The named user by whom scheduled work acts. It has no password and cannot sign in."""
    from accounts.models import User
    from records import acting

    if User.objects.filter(email=User.SYSTEM_EMAIL).exists():
        return
    system = User(email=User.SYSTEM_EMAIL, name="Safe to Practise", is_system=True, is_active=False)
    system.set_unusable_password()
    with transaction.atomic(), acting.acting_as(system, "user.made"):
        system.save()


def follow_the_roles(sender: AppConfig, **_: Any) -> None:
    # At the turn of django.contrib.auth, which stands after us: by then there is a permission for every new permit.
    if sender.name == "django.contrib.auth":
        from accounts import access

        access.follow_the_roles()


class AccountsConfig(AppConfig):
    """Who: providers, services, staff, roles, memberships, what each may see, signing in."""

    name = "accounts"
    verbose_name = "Accounts"

    def ready(self) -> None:
        # (devices, timeouts and the log listen for sign-ins: whoever signs somebody in, however early, is heard)
        from accounts import devices, permissions, sign_in_log, timeouts, who  # noqa: F401
        from records import navigation

        navigation.introduce_by(who.role_line)
        navigation.register("People", "people", order=80, visible=permissions.can_manage_people)
        post_migrate.connect(make_system_user, sender=self, dispatch_uid="accounts.system_user")
        post_migrate.connect(follow_the_roles, dispatch_uid="accounts.follow_the_roles")
