"""What the pages of this floor are called in the read log (F93; incidents/reading_words.py)."""

from __future__ import annotations

WORDS = {
    "measure-new": "Fixing a measure",
    "measure-change": "Changing a measure",
    "measure-point": "Adding a point to a measure",
    "effect-check-new": "Planning a look at practice",
    "effect-checks-usual": "Planning the usual looks at practice",
    "effect-check": "A look at whether practice changed",
    "effect-check-move": "Moving a look at practice",
    "effect-verdict": "Saying whether practice changed",
    "case-close": "Signing the closing",
    "case-reopen": "Opening the case again",
    "closure-second": "The second signature on closing",
    "pack-ask": "Asking for a pack",
    "pack": "A pack",
    "pack-progress": "How far the making of a pack is",
    "pack-preview": "A pack, before release",
    "pack-release": "Releasing a pack",
    "pack-pdf": "A pack, downloaded as PDF",
    "pack-html": "A pack, downloaded as a web page",
    "case-invite": "Inviting somebody from outside to read",
    "reading": "A redacted edition, in the reading room",
    "case-history-csv": "The history, downloaded as a table",
    "case-history-check": "Checking the history",
}
