"""The merged chronology for packs, in the words of incidents/chronology.py and as the person who asked may know it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from incidents import chronology
from incidents.models import Case
from records.wording import when_text


@dataclass(frozen=True)
class Line:
    """One line: when it happened, when it was written down and by whom, its kind, words and source."""

    event_at: datetime
    entered_at: datetime
    kind: str
    text: str
    who: str
    source: str
    late: bool
    late_reason: str
    time_note: str


def lines(case: Case, user: Any) -> list[Line]:
    """Every line of the case that `user` may know, earliest first, its addenda within it."""
    found = []
    for row in chronology.rows(case, user):
        said = f"{row.said_by}: {row.text}" if row.said_by else row.text
        for added in row.addenda:
            said += f" [Added {when_text(added.at)} by {added.by}: {added.text}]"
        found.append(
            Line(
                row.event_at, row.entered_at, row.title if row.kind == chronology.RECORDED else row.kind, said, row.who, row.source, row.late, row.late_reason,
                row.time_note,
            )
        )  # fmt: skip
    return sorted(found, key=lambda line: line.event_at)
