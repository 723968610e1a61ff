"""Silence is not success: "no concerns since" says that nobody wrote anything down, not that practice changed (C8, §10)."""

from __future__ import annotations

import re

_NOTHING = re.compile(
    r"\b(?:there (?:have|has) been|we (?:have|had)|have had|has had)?\s*"
    r"(?:no|zero|nil|not any|without any|0)\s+(?:more |further |new |other |repeat |similar |reported )*"
    r"(?:concerns?|incidents?|issues?|problems?|complaints?|events?|reports?|failures?|recurrences?)"
    r"(?:\s+(?:were |was |have been |has been )?(?:reported|raised|received|logged|recorded|noted|seen))?",
    re.IGNORECASE,
)
_FILLING = re.compile(
    r"\b(?:since(?: then)?|at all|to date|so far|any ?more|in (?:the )?(?:last|past) \w+ \w+|and|all|is|was|has been|"
    r"fine|good|ok|okay|well|quiet|nothing (?:reported|raised|to report)|the|staff|team|service|everything|now|"
    r"for \w+ (?:weeks?|months?|days?)|from \w+)\b",
    re.IGNORECASE,
)


def says_only_silence(text: str) -> bool:
    """Whether a result rests on the absence of concerns alone: fewer than four other words remain."""
    if not _NOTHING.search(text) and not re.search(r"\bnothing (?:reported|raised|to report)\b", text, re.IGNORECASE):
        return False
    rest = _FILLING.sub(" ", _NOTHING.sub(" ", text))
    return len(re.findall(r"[A-Za-z0-9%]{2,}", rest)) < 4
