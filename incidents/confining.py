"""Words that confine a person: the trap of domain.md §3, "a control that limits the person's freedom".

Pure. Finds phrases; a human decides what they mean. Two sets: words that confine whoever they are about
(always found), and words that also describe a worker's duties (looked at only where no worker is named).
"""

from __future__ import annotations

import re

_PRONOUN = r"(?:her|his|their|the)"
_ALWAYS = (
    rf"\b(?:in|to|inside) {_PRONOUN} (?:own )?(?:bed)?room\b",
    r"\b(?:kept?|keep|keeps|stays?|remains?) (?:\w+ )?(?:indoors|inside|in bed|at home)\b",
    r"\bno (?:outings?|town|community|visits?|visitors|trips?|phone|calls home|leave)\b",
    r"\bnot (?:to )?(?:go|leave|be allowed) out\b",
    r"\block(?:ed|s|ing)? (?:\w+ )?(?:in|door|doors|bedroom|kitchen|away)\b",
    r"\bconfin\w+",
    r"\bseclu\w+",
    r"\bbed ?rails?\b",
    r"\bsedat\w+",
    r"\bhouse rules?\b",
    r"\bground(?:ed|ing)\b",
    rf"\b(?:take|taken|remove|removed|hold|keep) (?:away )?{_PRONOUN} (?:phone|tablet|money|card|keys|cigarettes)\b",
    r"\bfor (?:his|her|their|\w+'s)? ?own safety\b",
)
_WITHOUT_WORKER = (
    r"\bnot allowed\b",
    r"\bbanned?\b",
    r"\buntil further notice\b|\btill further notice\b",
    r"\brestrain\w*",
    r"\bmust not (?:leave|go|see|have|use)\b",
    r"\bmay not (?:leave|go|see|have|use)\b",
    r"\bstop(?:ped)? (?:him|her|them) (?:from )?(?:going|leaving|seeing|using)\b",
)
_ALWAYS_FOUND = re.compile("|".join(_ALWAYS), re.IGNORECASE)
_FOUND_WITHOUT_WORKER = re.compile("|".join(_WITHOUT_WORKER), re.IGNORECASE)


def words_that_confine(text: str, *, about_worker: bool = False) -> list[str]:
    """The phrases found in `text`, as written. With `about_worker`, words about duties are left alone."""
    found = [match.group(0) for match in _ALWAYS_FOUND.finditer(text)]
    if not about_worker:
        found += [match.group(0) for match in _FOUND_WITHOUT_WORKER.finditer(text)]
    return found
