"""Signatures in a pack: one table for every kind, and one line where a thing that was signed is shown (F47, F48)."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.models import User
from governance.packs.blocks import Block, table
from records.models import Signed
from remediation import signatures


def table_of(heading: str, rows: Iterable[tuple[str, Signed]], reader: User, *, empty: str = "") -> list[Block]:
    """Who signed what, in which role, when, with which conflicts, how it stands today, and what it means.

    `reader` asked for the pack: a conflict that would tell them who reported the failure is kept back (S10).
    """
    said = [[about, signatures.in_words(one, reader), one.meaning] for about, one in rows]
    if not said and not empty:
        return []
    return table(heading, ["What was signed", "Signed", "What the signature means"], said, empty=empty)


short = signatures.short
