"""What a password must be: 12 to 128 characters, not one that thieves already have, and not made of the words anybody
here would guess. No rules of form, no rotation.

Source: ASVS 5.0 6.1.2, 6.2.1, 6.2.9, 6.2.11, 6.2.12. The list of stolen passwords is a file on this machine, so that no password,
nor any part of its hash, leaves it: `BREACHED_PASSWORDS` names a file of SHA-1 hashes in upper-case hex, sorted,
one a line, each with or without ":count" (the form in which the public list is given away). Without the file,
Django's own list of 20,000 common passwords is what is checked.
"""

from __future__ import annotations

import hashlib
import mmap
import re
import unicodedata
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


#: Words of this product and this work that a thief tries first. To them come the names of the person's own provider
#: and services, and of every role (`NotOurWords.words`). docs/security.md says so.
OURS = (
    "safe to practise", "safe to practice", "safetopractise", "practise", "practice", "safeguarding", "safeguard", "safe",
    "care", "carer", "caring", "homecare", "care home", "supported living", "nursing", "domiciliary", "manager", "staff",
    "password", "passwort", "welcome", "login", "signin", "admin", "letmein", "secret", "summer", "winter", "spring",
    "autumn", "january", "february", "march", "april", "june", "july", "august", "september", "october", "november",
    "december", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
)  # fmt: skip


class NotOurWords:
    """Refuses a password of which little is left once the words that anybody here would guess are taken away."""

    #: So many letters must be left. Numbers and signs do not count: "Larkfield2026!" is the first guess.
    LEFT = 6

    def validate(self, password: str, user: Any = None) -> None:
        typed = _letters(password)
        left = typed
        for word in sorted(self.words(user), key=len, reverse=True):
            left = left.replace(word, " ")
        if left != typed and sum(sign.isalpha() for sign in left) < self.LEFT:
            raise ValidationError(self.get_help_text(), code="password_our_words")

    def words(self, user: Any = None) -> set[str]:
        """The words as they are looked for: without spaces, signs or accents, and each part of a name by itself."""
        from accounts.models import Provider, Service
        from accounts.roles import ROLES

        names = [*OURS, *(role.name for role in ROLES.values())]
        staff = getattr(user, "staff", None)
        if staff is not None:
            names += [
                staff.provider.name,
                *Service.objects.filter(provider=staff.provider).values_list("name", flat=True),
            ]
        elif user is not None:
            names += Provider.objects.values_list("name", flat=True)
        parts = {_letters(part) for name in names for part in [name, *re.split(r"\W+", name)]}
        return {part for part in parts if len(part) >= 4}

    def get_help_text(self) -> str:
        return "Choose words that have nothing to do with your work: the name of your service is the first guess"


def _letters(text: str) -> str:
    """Lower case, without accents and spaces, and with the signs people put for letters read as these."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(sign))
    read = plain.translate(str.maketrans("013457@$!", "oieastasi"))
    return re.sub(r"[\W_]+", "", read)


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
