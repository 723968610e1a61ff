"""In which order a transaction locks what: upwards by key it may wait, downwards it may not (docs/decisions/0005).

A circle of transactions that wait for each other needs one that waits downwards. Cases are locked by
`incidents.actions.lock`, chains of the ledger by the trigger that writes them; both keep to this.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction


@dataclass(frozen=True)
class _Held:
    """Kept among what happens at commit, where a rolled back transaction or savepoint takes it away with its lock."""

    key: UUID

    def __call__(self) -> None:
        """Nothing is left to do."""


def may_wait_for(key: UUID) -> bool:
    """Whether nothing above `key` is held by this transaction, so that waiting for it closes no circle."""
    return all(held <= key for held in _held())


def hold(key: UUID) -> None:
    """Note that this transaction holds `key` from now on."""
    if connection.in_atomic_block and all(held < key for held in _held()):
        transaction.on_commit(_Held(key))


def _held() -> list[UUID]:
    return [kept[1].key for kept in connection.run_on_commit if isinstance(kept[1], _Held)]
