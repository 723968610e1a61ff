"""The library after every `migrate`: a fresh production has it without a further command (F34)."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


def register() -> None:
    """Called once, when the app starts."""
    post_migrate.connect(load_library_after_migrate, dispatch_uid="remediation.library")


def load_library_after_migrate(sender: AppConfig, using: str = "default", **_: Any) -> None:
    """A fresh production has the library; after the last app, when the ledger's triggers are in place."""
    with_models = [one for one in apps.get_app_configs() if one.models_module is not None]
    if sender is not with_models[-1]:
        return
    from accounts.models import User
    from remediation.actions.library import load_library

    load_library(by=User.system())
