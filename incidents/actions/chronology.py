"""Chronology entries and addenda. Nothing here is ever edited (F16)."""

from __future__ import annotations

from datetime import datetime

from accounts.models import User
from incidents import permissions
from incidents.actions import search
from incidents.actions.lock import lock
from incidents.models import Case, ChronologyAddendum, ChronologyEntry, EntryKind
from records import times
from records.acting import action
from records.refusals import Refused

SOURCE = "domain.md §5"


@action("chronology.entered")
def add_chronology_entry(
    *,
    by: User,
    case: Case,
    event_at: datetime,
    kind: str,
    text: str,
    source: str,
    said_by: str = "",
    event_time_note: str = "",
    late_reason: str = "",
) -> ChronologyEntry:
    """Add an entry: a fact, an opinion, or somebody's own words, with where it comes from.

    An opinion or a quote says whose. Written more than a shift (12 hours) after the event, it says why, and
    stays marked as late.
    """
    case = lock(case)
    permissions.check_write_chronology(by, case)
    entry_kind = EntryKind(kind)
    if not text.strip():
        raise Refused("F16", "Say what happened, was said or was thought.", source=SOURCE, field="text")
    if not source.strip():
        raise Refused("F16", "Say where this comes from.", source=SOURCE, field="source")
    now = times.now()
    if event_at > now:
        raise Refused("F16", "The time it happened must be in the past.", source=SOURCE, field="event_at")
    if entry_kind != EntryKind.FACT and not said_by.strip():
        words = "Say who said it." if entry_kind == EntryKind.QUOTE else "Say whose opinion it is."
        raise Refused("F16", words, source=SOURCE, field="said_by")
    entry = ChronologyEntry(
        case=case,
        event_at=event_at,
        event_time_note=event_time_note,
        kind=entry_kind,
        text=text,
        said_by=said_by,
        source=source,
        entered_by=by,
        entered_at=now,
        late_reason=late_reason,
    )
    if entry.entered_late and not late_reason.strip():
        raise Refused(
            "F16",
            "This is written more than 12 hours after it happened. Say why.",
            source="domain.md §12",
            field="late_reason",
        )
    if not entry.entered_late:
        entry.late_reason = ""
    entry.save()
    search.refresh(case)
    return entry


@action("chronology.added_to")
def add_addendum(*, by: User, entry: ChronologyEntry, text: str, reason: str) -> ChronologyAddendum:
    """Add to an entry. The entry stays as it was written."""
    case = lock(entry.case)
    permissions.check_write_chronology(by, case)
    if not text.strip():
        raise Refused("F16", "Write what is added.", source=SOURCE, field="text")
    if not reason.strip():
        raise Refused("F16", "Say why this is added.", source=SOURCE, field="reason")
    addendum = ChronologyAddendum(case=case, entry=entry, text=text, reason=reason, added_by=by, added_at=times.now())
    addendum.save()
    search.refresh(case)
    return addendum
