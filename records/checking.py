"""One whole check of the ledger, kept as a record: against the last checkpoint, and leaving a new one behind (F97).

check(by=system_user())                      what the clock does every night, and the page's button
check(by=…, accept_loss="Restored from …")   after a restore: the loss is written down, a new checkpoint begins
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

import structlog
from django.apps import apps
from django.db import DatabaseError, connection

from records import checkpoints, ledger, stores, times
from records.acting import action
from records.models import LedgerCheck
from records.models.check import NOT_REACHED

if TYPE_CHECKING:
    from accounts.models import User

log = structlog.get_logger("records")
#: Faults named in the record of a check; the first is what matters, a hundred show how far it goes.
MOST = 100
_told: list[Callable[[LedgerCheck], None]] = []


def tell(listener: Callable[[LedgerCheck], None]) -> None:
    """A higher floor says whom to tell when a check finds the record not as it was written."""
    if listener not in _told:
        _told.append(listener)


def system_user() -> User:
    user: Any = apps.get_model("accounts.User")
    found: User = user.system()
    return found


@dataclass(frozen=True)
class Found:
    """What a check against the checkpoints found, before anything is written down."""

    result: ledger.Result
    faults: list[str]
    compared_with: str
    checkpoint: checkpoints.Checkpoint | None


def look(
    *, most: int = MOST, keep: bool = False, without_checkpoint: bool = False, anchors: Iterable[ledger.Anchor] = (),
    progress: ledger.Progress | None = None,
) -> Found:  # fmt: skip
    """Walk the ledger and compare it with the last checkpoint; `keep` puts a new one into both places when intact.

    One at a time, so that none meets the two places while another has written into one of them.
    """
    with _one_at_a_time():
        return _look(most, keep, without_checkpoint, anchors, progress)


def _look(
    most: int, keep: bool, without_checkpoint: bool, anchors: Iterable[ledger.Anchor], progress: ledger.Progress | None
) -> Found:
    kept = checkpoints.Kept() if without_checkpoint else checkpoints.look(_expected())
    noted_before = chain(anchors, checkpoints.anchors(kept))
    with checkpoints.draft(kept) as noted:
        result = ledger.verify(anchors=noted_before, most=most, progress=progress, note_heads=noted if keep else None)
        faults = [*kept.wrong, *(str(one) for one in result.broken)]
        made = None
        if keep and not faults:
            try:
                checkpoints.complete(kept)
                made = checkpoints.keep(noted)
            except stores.ERRORS as problem:
                faults.append(f"a place of the checkpoints {NOT_REACHED}: {type(problem).__name__}")
    return Found(result, faults, kept.name, made)


def check(*, by: User, accept_loss: str = "", progress: ledger.Progress | None = None) -> LedgerCheck:
    """Check all, keep what was found, leave a checkpoint, and tell those who must know when it is not intact."""
    with _one_at_a_time():
        found = look(keep=True, without_checkpoint=bool(accept_loss), progress=progress)
        kept = record(by=by, found=found, accept_loss=accept_loss)
    log.info("ledger.checked", intact=kept.intact, entries=kept.entries, chains=kept.chains, faults=len(kept.faults))
    if not kept.intact:
        for listener in _told:
            listener(kept)
    return kept


@action("ledger.checked")
def record(*, by: User, found: Found, accept_loss: str = "") -> LedgerCheck:
    """Write down one check of the ledger."""
    kept = LedgerCheck(
        checked_at=times.now(),
        checked_by=by,
        seconds=found.result.seconds,
        entries=found.result.entries,
        chains=found.result.chains,
        tables=found.result.tables,
        intact=not found.faults,
        faults=found.faults[:MOST],
        compared_with=found.compared_with,
        checkpoint=found.checkpoint.name if found.checkpoint else "",
        checkpoint_sha256=found.checkpoint.sha256 if found.checkpoint else "",
        loss_accepted=accept_loss,
    )
    kept.save()
    return kept


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Wait until no other check is under way, anywhere; held by this connection, and let go with it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext('safe.ledger_check'))")
    try:
        yield
    finally:
        # After an error of the database the lock goes with the connection, which Django then closes.
        with suppress(DatabaseError), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtext('safe.ledger_check'))")


def _expected() -> checkpoints.Checkpoint | None:
    """The checkpoint that the newest intact check left behind."""
    last = LedgerCheck.objects.exclude(checkpoint="").order_by("-checked_at").first()
    return checkpoints.Checkpoint(last.checkpoint, last.checkpoint_sha256) if last else None
