"""Who is acting, and why: the only door through which anything is written.

An action is a function decorated with `@action("risk_control.reviewed")`. It takes the acting user as the
keyword `by`, runs in one transaction, and every row it writes carries that user and that dotted reason in its
history. A tracked model saved outside an action raises `WroteOutsideAction`.
"""

from __future__ import annotations

import functools
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from random import SystemRandom
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import structlog
from django.db import DatabaseError, OperationalError, connection, transaction

from records import reading
from records.refusals import NotAllowed, Refused

if TYPE_CHECKING:
    from accounts.models import User

log = structlog.get_logger(__name__)

P = ParamSpec("P")
R = TypeVar("R")


class WroteOutsideAction(RuntimeError):
    """A tracked record was written by code that is not an action; nothing was saved."""


@dataclass(frozen=True)
class Acting:
    """The acting user and the dotted reason of the action under way."""

    by: User
    reason: str


_acting: ContextVar[Acting | None] = ContextVar("acting", default=None)
#: Where the present request, task or command comes from ("web", "task", "command"); kept in each history row.
source: ContextVar[str] = ContextVar("source", default="command")
_undoing: ContextVar[list[Callable[[], object]] | None] = ContextVar("undoing", default=None)


def current() -> Acting:
    """The action under way. Raises WroteOutsideAction when there is none."""
    acting = _acting.get()
    if acting is None:
        raise WroteOutsideAction("Records are written by actions only. Call a function decorated with @action.")
    return acting


def is_acting() -> bool:
    return _acting.get() is not None


@contextmanager
def acting_as(by: User, reason: str) -> Iterator[None]:
    """Act as `by` for the dotted `reason`. Used by @action; tests and actions that need two reasons use it too."""
    token = _acting.set(Acting(by, reason))
    reading.forget()
    # The database refuses a write to a tracked table by the application's role while no actor is stated.
    _state(str(by.pk), reason)
    try:
        yield
    finally:
        _acting.reset(token)
        reading.forget()
        outer = _acting.get()
        if not connection.needs_rollback:
            # After an error of the database nothing can be said until it is rolled back, and what was said goes with it.
            with suppress(DatabaseError):
                _state(*((str(outer.by.pk), outer.reason) if outer else ("", "")))


def if_not_kept(undo: Callable[[], object]) -> None:
    """Call `undo` when the action under way comes to nothing: for what it did outside the database (a file written).

    Also when it is rolled back to be tried again, and when an action that called it is refused later.
    """
    found = _undoing.get()
    if found is not None:
        found.append(undo)


@contextmanager
def _whole() -> Iterator[None]:
    """Everything inside is kept, or everything of it is undone; what is kept may still be undone with the outer action."""
    mine: list[Callable[[], object]] = []
    outer = _undoing.get()
    token = _undoing.set(mine)
    try:
        yield
    except BaseException:
        for undo in reversed(mine):
            try:
                undo()
            except Exception as problem:  # what went wrong first is what is told
                logging.getLogger("records").warning("left behind: %s", type(problem).__name__)
        raise
    finally:
        _undoing.reset(token)
    if outer is not None:
        outer.extend(mine)


def _state(actor: str, reason: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('safe.actor', %s, true), set_config('safe.reason', %s, true)", [actor, reason]
        )


def action(reason: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a function the one way to do a thing: one transaction, one actor, one dotted reason.

    A transaction that met another in writing to two cases is rolled back and tried again from its start; what
    an action does outside the database belongs into `on_commit` for that reason too, or says how it is undone
    (`if_not_kept`).
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            by = kwargs.get("by")
            if by is None:
                raise TypeError(f"{function.__name__}() needs the acting user as the keyword 'by'.")
            for left in range(TRIES - 1, -1, -1):
                try:
                    with _whole(), transaction.atomic(), acting_as(by, reason):  # type: ignore[arg-type]
                        if left < TRIES - 1 and not connection.savepoint_ids:
                            _one_at_a_time()
                        return function(*args, **kwargs)
                except Refused as refused:
                    _tell(refused, by, reason)
                    raise
                except OperationalError as error:
                    if not left or connection.in_atomic_block or not _met_another(error):
                        raise
                    time.sleep(SystemRandom().uniform(0.005, 0.05))  # so that two do not meet again
            raise AssertionError("unreachable")

        run.action_reason = reason  # type: ignore[attr-defined]
        return run

    return decorate


def _tell(refused: Refused, by: Any, reason: str) -> None:
    """One line in the log for each thing that was not allowed: who tried what, and which rule said no (ASVS 5.0
    16.3.3). Without its sentence, which may name somebody; once, however deep the action lies in others."""
    if not refused.told:
        refused.told = True
        said = "action.not_allowed" if isinstance(refused, NotAllowed) else "action.refused"
        log.warning(said, action=reason, rule=refused.code, user_id=str(getattr(by, "pk", "")))


#: How often an action is tried that met another one; each try after the first is alone among such tries.
TRIES = 12


def _met_another(error: OperationalError) -> bool:
    """Whether the database gave this transaction up for another's sake: not waited (55P03), or a deadlock (40P01)."""
    return getattr(error.__cause__, "sqlstate", "") in {"55P03", "40P01"}


def _one_at_a_time() -> None:
    """Those tried again queue, before they hold anything, so that they never meet each other once more."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('safe.tried_again'))")
