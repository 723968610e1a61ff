"""Words that are about attendance, certificates or time served, and not about practice (A7, domain.md §7.5).

Pure. The first line is the kind of a test, which cannot be wrong by its wording; these words are the second line,
for a test that is called something else but asks only that a course was done.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_COURSE = r"(?:training|course|workshop|session|module|webinar|e-?learning|class|refresher|induction|certificate)"
#: Someone was there, or pressed through to the end.
_ATTENDANCE = (
    r"\be-?learning\b",
    r"\bonline (?:training|course|module|quiz|test)\b",
    r"\bcertificat(?:e|ed|es|ion)\b",
    rf"\battend(?:ed|s|ing|ance)?\b[^.;]{{0,60}}\b{_COURSE}s?\b",
    rf"\b{_COURSE}s?\b[^.;]{{0,40}}\battend(?:ed|ance)\b",
    r"^\W*attend(?:ed|ance)?\b",
    r"\battendance\b",
    rf"\b(?:complet|finish|pass|repeat|redo|did|do|done|book|renew|refresh)\w*\b[^.;]{{0,40}}\b{_COURSE}s?\b",
    rf"\b{_COURSE}s?\b[^.;]{{0,40}}\b(?:complet|finish|pass|repeat|done|renew|booked|up to date)\w*\b",
    r"\b(?:level|part) \d safeguarding\b|\bsafeguarding (?:adults )?level \d\b",
    r"\bmandatory training\b|\btraining (?:record|matrix)\b",
    r"\b(?:read|signed)\b[^.;]{0,30}\b(?:the )?polic(?:y|ies)\b",
)
#: Time passed, or nothing came to light.
_TIME_SERVED = (
    r"\bno (?:further|more|new|other) (?:incidents?|concerns?|issues?|problems?|complaints?)\b",
    r"\bwithout (?:further |another |any )?(?:incidents?|concerns?|issues?|problems?|complaints?)\b",
    r"\bafter \w+ (?:days?|weeks?|months?)\b",
    r"\b(?:has|have) (?:worked|been) (?:here|with us|back|in post)\b",
    r"\b(?:probation|time served|years of experience|long service)\b",
    r"\b(?:is|was|seems|feels|now) (?:fine|confident|sorry|aware)\b",
)
#: Practice that somebody saw, read or marked.
_PRACTICE = (
    r"\b(?:observ|watch|seen|saw|shadowed by|assess|mark|scor|re-?audit|audit|sampl)\w*",
    r"\b(?:scenario|vignette|role-?play|practice test|criteri|live item|record check|weekly check)\w*",
    r"\b\d+ ?(?:/|of|out of) ?\d+\b|\b\d+ ?(?:%|per cent)",
    r"\b(?:reports?|reported|writes?|wrote|records?|quotes?|rings?|rang|tells?|told|asks?|escalates?|raises?) "
    r"(?:\w+ ){0,6}(?:shift|hour|at once|in full|words|log|concerns?)\b",
)

_FOUND_ATTENDANCE = re.compile("|".join(_ATTENDANCE), re.IGNORECASE)
_FOUND_TIME = re.compile("|".join(_TIME_SERVED), re.IGNORECASE)
_FOUND_PRACTICE = re.compile("|".join(_PRACTICE), re.IGNORECASE)
_CLAUSE = re.compile(r"[.;:\n]|\band\b|\bbut\b|\bwhen\b|\bbecause\b|\bonce\b|\buntil\b", re.IGNORECASE)


def attendance_in(text: str) -> str:
    """The words about attendance or a certificate, as written; empty when there are none."""
    found = _FOUND_ATTENDANCE.search(text)
    return found.group(0).strip() if found else ""


def is_only_attendance(title: str, instructions: str = "", criteria: Iterable[str] = ()) -> str:
    """Why this test would only show attendance, or "" (A7).

    The title decides; instructions count only where no criterion says anything else; criteria when all of them
    are about attendance.
    """
    texts = [text for text in criteria if text.strip()]
    of_practice = [text for text in texts if not attendance_in(text)]
    if found := attendance_in(title):
        return found
    if texts and not of_practice:
        return attendance_in(texts[0])
    if not texts:
        return attendance_in(instructions)
    return ""


def without_evidence_of_practice(statement: str) -> str:
    """The words that make a 'safe to practise' statement rest on attendance or time served alone, or "" (§7.5).

    A statement may mention a course beside the practice somebody saw; it may not rest on the course.
    """
    rejected = ""
    for clause in _CLAUSE.split(statement):
        found = _FOUND_ATTENDANCE.search(clause) or _FOUND_TIME.search(clause)
        if found:
            rejected = rejected or found.group(0).strip()
        elif _FOUND_PRACTICE.search(clause):
            return ""
    found = _FOUND_TIME.search(statement) or _FOUND_ATTENDANCE.search(statement)
    return rejected or (found.group(0).strip() if found else "")


def names_practice(statement: str, codes: Iterable[str] = ()) -> bool:
    """Whether a statement says what will be seen: a test by its code, or practice that is observed or marked."""
    if any(re.search(rf"\b{re.escape(code)}\b", statement) for code in codes if code):
        return True
    return bool(_FOUND_PRACTICE.search(statement))
