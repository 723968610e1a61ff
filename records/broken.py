"""A fault of the record: one thing that is not as it was written."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Broken:
    """One thing that is not as it was written: where, and what is wrong, in words."""

    table: str
    row: int | None
    chain: UUID | None
    what: str

    def __str__(self) -> str:
        place = [f"table {self.table}"] if self.table else []
        place += [f"row {self.row}"] if self.row is not None else []
        place += [f"chain {self.chain}"] if self.chain is not None else []
        return f"{', '.join(place)}: {self.what}" if place else self.what
