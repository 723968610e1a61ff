"""What a password must be: 12 to 128 characters, and not one that thieves already have. No rules of form, no rotation.

Source: ASVS 5.0 6.2.1, 6.2.9, 6.2.12. The list of stolen passwords is a file on this machine, so that no password,
nor any part of its hash, leaves it: `BREACHED_PASSWORDS` names a file of SHA-1 hashes in upper-case hex, sorted,
one a line, each with or without ":count" (the form in which the public list is given away). Without the file,
Django's own list of 20,000 common passwords is what is checked.
"""

from __future__ import annotations

import hashlib
import mmap
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError


class AtMost:
    """Refuses a password longer than 128 characters: hashing a very long one on purpose would slow everybody."""

    LONGEST = 128

    def validate(self, password: str, user: Any = None) -> None:
        if len(password) > self.LONGEST:
            raise ValidationError(self.get_help_text(), code="password_too_long")

    def get_help_text(self) -> str:
        return f"Use at most {self.LONGEST} characters"


class NotBreached:
    """Refuses a password that stands in the list of stolen ones. Raises at once when the named file is not there."""

    def validate(self, password: str, user: Any = None) -> None:
        if settings.BREACHED_PASSWORDS and is_in(Path(settings.BREACHED_PASSWORDS), password):
            raise ValidationError(
                "This password has been stolen somewhere and is known to thieves. Choose another",
                code="password_breached",
            )

    def get_help_text(self) -> str:
        return "Three words that nobody would guess together make a good one"


def is_in(path: Path, password: str) -> bool:
    """Whether the sorted file names this password's SHA-1: about 30 looks into a file of any size, no reading through."""
    wanted = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
    with path.open("rb") as file:
        if path.stat().st_size == 0:
            return False
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as lines:
            low, high = 0, len(lines)
            while low < high:
                start = lines.rfind(b"\n", 0, (low + high) // 2) + 1
                end = lines.find(b"\n", start)
                end = len(lines) if end == -1 else end
                found = lines[start : start + 40].upper()
                if found == wanted:
                    return True
                if found < wanted:
                    low = end + 1
                else:
                    high = start
    return False
