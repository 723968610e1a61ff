"""Which models are tracked, and where their history lies. Walks the installed apps; nothing registers by hand."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db.models import Model

from records.models import Signed, Tracked


def tracked_models() -> list[type[Tracked]]:
    """Every concrete tracked model of the product, lowest floor first."""
    found: list[Any] = [m for m in apps.get_models() if hasattr(m, "history") and not m._meta.proxy]
    return found


def signed_models() -> list[type[Signed]]:
    return [m for m in tracked_models() if issubclass(m, Signed)]


def history_model(model: type[Tracked]) -> type[Model]:
    """The history model of a tracked model."""
    history: Any = model.history
    found: type[Model] = history.model
    return found


def history_models() -> list[type[Model]]:
    return [history_model(m) for m in tracked_models()]
