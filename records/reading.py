"""One page reads a fact once: answers of small read functions, kept while one page is looked at.

    @reading.once
    def live_causes(case): ...

Kept only while a page is being *read* (GET, HEAD), between `reading.page()` and its end: twelve sections and their
next steps may ask the same fact of the same case, and the database is asked once. A form that is sent keeps
nothing, so whatever decides a write reads the record as it is at that moment (domain.md §1 S12). A write forgets
everything kept, wherever it comes from. Answers are shared: who gets one must not change it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

_kept: ContextVar[dict[Hashable, Any] | None] = ContextVar("kept", default=None)


@contextmanager
def page() -> Iterator[None]:
    """Keep what is read until the end of this page."""
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


def forget() -> None:
    """Read everything anew from here on: something was written."""
    kept = _kept.get()
    if kept is not None:
        kept.clear()


def once(function: Callable[P, R]) -> Callable[P, R]:
    """Ask the database once a page for the same arguments (records compare by their key)."""

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        kept = _kept.get()
        if kept is None:
            return function(*args, **kwargs)
        key = (function, args, tuple(sorted(kwargs.items())))
        if key not in kept:
            kept[key] = function(*args, **kwargs)
        answer: R = kept[key]
        return answer

    return run
