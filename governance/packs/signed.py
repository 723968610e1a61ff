"""Signatures in a pack: one table for every kind, and one line where a thing that was signed is shown (F47, F48)."""

from __future__ import annotations

from collections.abc import Iterable

from governance.packs.blocks import Block, table
from records.models import Signed
from remediation import signatures


def table_of(heading: str, rows: Iterable[tuple[str, Signed]], *, empty: str = "") -> list[Block]:
    """Who signed what, in which role, when, with which conflicts, how it stands today, and what it means."""
    said = [[about, signatures.in_words(one), one.meaning] for about, one in rows]
    if not said and not empty:
        return []
    return table(heading, ["What was signed", "Signed", "What the signature means"], said, empty=empty)


short = signatures.short
