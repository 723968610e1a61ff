"""Which files of an attempt stand as evidence: a file that nobody may open proves nothing (F08, G6)."""

from __future__ import annotations

from collections.abc import Sequence

from incidents.models import Scan
from remediation.models import AttemptFile


def counted(attached: Sequence[AttemptFile]) -> list[AttemptFile]:
    """Those that count, oldest first. One with a virus falls away when another that opens was attached after it."""
    found = []
    for at, one in enumerate(attached):
        after = attached[at + 1 :]
        if one.file.scan != Scan.FOUND or not any(other.file.may_be_opened for other in after):
            found.append(one)
    return found


def in_quarantine(attached: Sequence[AttemptFile]) -> list[str]:
    """What keeps an attempt from being signed, a sentence a file; empty when all that counts may be opened."""
    return [
        f"A virus was found in {one.file.name}. Add it again from a clean source."
        if one.file.scan == Scan.FOUND
        else f"{one.file.name} is still being checked for viruses. Sign in a few minutes."
        for one in counted(attached)
        if not one.file.may_be_opened
    ]
