"""The navigation at the top: each app registers its lines when it starts; nobody lists another app's pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject


@dataclass(frozen=True)
class Line:
    title: str
    url_name: str
    order: int
    visible: Callable[[Any], bool]


_lines: list[Line] = []


def register(title: str, url_name: str, *, order: int, visible: Callable[[Any], bool] = lambda user: True) -> None:
    """Add a line, shown to the users for whom `visible(user)` is true. Called in AppConfig.ready()."""
    _lines.append(Line(title, url_name, order, visible))
    _lines.sort(key=lambda line: line.order)


def lines_for(user: Any) -> list[Line]:
    return [line for line in _lines if user.is_authenticated and line.visible(user)]


_introduce: Callable[[Any], str] = str


def introduce_by(words: Callable[[Any], str]) -> None:
    """Say how a signed-in person's role and service are put into words at the top of each page."""
    global _introduce  # noqa: PLW0603  (set once, while the apps start)
    _introduce = words


_may_log: Callable[[Any], bool] = bool


def offer_log_to(may: Callable[[Any], bool]) -> None:
    """Say who is shown the button that logs a failure: whoever may use it, and nobody else."""
    global _may_log  # noqa: PLW0603  (set once, while the apps start)
    _may_log = may


def context(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"navigation": []}
    # Read only when a page shows it: a fragment or a download asks for neither.
    return {
        "navigation": SimpleLazyObject(lambda: lines_for(user)),
        "my_role": SimpleLazyObject(lambda: _introduce(user)),
        "may_log": SimpleLazyObject(lambda: _may_log(user)),
    }
