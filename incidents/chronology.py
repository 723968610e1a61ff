"""The merged chronology: entries people wrote and what the product recorded, in one order (F16).

    chronology.register(lambda case, user: [Row(...), ...])

Each app registers a source when it starts; this floor registers its own below. A source gives only what `user`
may know. The page and the packs read `rows(case, user)`; event time and entry time are both kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse

from incidents import gates, masking
from incidents.models import (
    Case,
    CaseFile,
    ChronologyAddendum,
    ChronologyEntry,
    EntryKind,
    Level,
    Rating,
    RestrictionTest,
    RiskControlReview,
    TaskRestriction,
)
from records import compartments

RECORDED = "Recorded by the product"
KIND_NAMES = {EntryKind.FACT: "Fact", EntryKind.OPINION: "Opinion", EntryKind.QUOTE: "Direct quote"}


@dataclass(frozen=True)
class Addendum:
    at: datetime
    by: str
    text: str
    reason: str = ""


@dataclass(frozen=True)
class Row:
    """One line: when it happened, when it was written down, what kind, in which words, by whom, from where."""

    event_at: datetime
    entered_at: datetime
    kind: str
    text: str
    who: str
    source: str
    url: str = ""
    title: str = ""
    #: Written more than a shift after the event; `late_reason` says why.
    late: bool = False
    late_reason: str = ""
    quote: bool = False
    #: Whose words or opinion, and how exact the time is.
    said_by: str = ""
    time_note: str = ""
    addenda: tuple[Addendum, ...] = field(default=())

    # The names templates/case/timeline.html reads.
    @property
    def at(self) -> datetime:
        return self.event_at

    @property
    def by(self) -> str:
        return self.who

    @property
    def recorded_at(self) -> datetime | None:
        return self.entered_at if self.entered_at != self.event_at else None


Source = Callable[[Case, Any], Iterable[Row]]
_sources: list[Source] = []


def register(source: Source) -> Source:
    """Add a source; once, however often an app starts. Usable as a decorator."""
    if source not in _sources:
        _sources.append(source)
    return source


def rows(case: Case, user: Any) -> list[Row]:
    """Every row this user may know, oldest event first; rows of one moment in the order they were written."""
    found = [row for source in _sources for row in source(case, user)]
    # What was written with the log would name who logged it: kept back here, once, for page, overview and pack (S10).
    if act := masking.act_of_logging(user, case):
        found = [replace(row, who=masking.unless(act, row.who, row.entered_at, case)) for row in found]
    return sorted(found, key=lambda row: (row.event_at, row.entered_at))


@register
def written_entries(case: Case, user: Any) -> list[Row]:
    addenda: dict[Any, list[Addendum]] = {}
    for added in ChronologyAddendum.objects.filter(case=case).select_related("added_by").order_by("added_at"):
        addenda.setdefault(added.entry_id, []).append(
            Addendum(added.added_at, added.added_by.name, added.text, added.reason)
        )
    return [
        Row(
            event_at=entry.event_at,
            entered_at=entry.entered_at,
            kind=KIND_NAMES[EntryKind(entry.kind)],
            text=entry.text,
            who=entry.entered_by.name,
            source=entry.source,
            url=reverse("case-chronology-entry", args=[case.pk, entry.pk]),
            title=f"{KIND_NAMES[EntryKind(entry.kind)]}: {entry.said_by}" if entry.said_by else "What happened",
            late=entry.entered_late,
            late_reason=entry.late_reason,
            quote=entry.kind == EntryKind.QUOTE,
            said_by=entry.said_by,
            time_note=entry.event_time_note,
            addenda=tuple(addenda.get(entry.pk, ())),
        )
        for entry in ChronologyEntry.objects.filter(case=case).select_related("entered_by")
    ]


def _recorded(at: datetime, title: str, text: str, who: str, source: str, url: str, **more: Any) -> Row:
    return Row(more.pop("event_at", at), at, RECORDED, text, who, source, url, title, **more)


@register
def the_case_itself(case: Case, user: Any) -> list[Row]:
    url = reverse("case-duties", args=[case.pk])
    by = case.logged_by.name
    steps = (
        (case.occurred_at, "It happened"),
        (case.first_noticed_at, "First noticed by staff"),
        (case.reported_inside_at, "Reported inside"),
        (case.registered_person_aware_at, "The registered person became aware"),
    )
    named = case.first_noticed_by and masking.act_of_logging(user, case) is None
    noticed_by = f"Noticed by {case.first_noticed_by}" if named else ""
    found = [
        _recorded(
            case.logged_at,
            title,
            noticed_by if at == case.first_noticed_at and title.startswith("First") else "",
            by,
            "The log of this case",
            url,
            event_at=at,
        )
        for at, title in steps
        if at is not None
    ]
    found.append(_recorded(case.logged_at, "Case logged", case.title, by, "The log of this case", ""))
    if case.safe_confirmed_at:
        who = case.safe_confirmed_by.name if case.safe_confirmed_by else ""
        link = reverse("case-protection", args=[case.pk])
        found.append(
            _recorded(case.safe_confirmed_at, "Everyone confirmed safe", case.safe_note, who, "Protection", link)
        )
    if case.closed_at and case.closed_by:
        found.append(_recorded(case.closed_at, "Case closed", "", case.closed_by.name, "Closing", ""))
    return found


@register
def ratings(case: Case, user: Any) -> list[Row]:
    url = reverse("case-people", args=[case.pk])
    found = []
    for rating in Rating.objects.filter(case=case).select_related("rated_by", "confirmed_by"):
        title = f"Rated {Level(rating.level).label}"
        found.append(_recorded(rating.rated_at, title, rating.reason, rating.rated_by.name, "Rating", url))
        if rating.confirmed_at and rating.confirmed_by:
            found.append(
                _recorded(
                    rating.confirmed_at,
                    f"Lower level confirmed: {Level(rating.level).label}",
                    "",
                    rating.confirmed_by.name,
                    "Rating",
                    url,
                )
            )
    return found


def _with_reason(text: str, why_no_limit: str) -> str:
    """The words, and below them why they do not limit the person where that was asked (F15)."""
    return f"{text}\nWhy this does not limit the person: {why_no_limit}" if why_no_limit else text


@register
def controls(case: Case, user: Any) -> list[Row]:
    found = []
    held = masking.held_by(user, case)
    for control in gates.controls_of(case):
        url = reverse("case-control", args=[case.pk, control.pk])
        found.append(
            _recorded(
                control.recorded_at,
                f"Control decided: {control.get_kind_display()}",
                _with_reason(control.what, compartments.of(control, held).why_no_limit),
                control.decided_by.name,
                "Risk control",
                url,
                event_at=control.decided_at,
            )
        )
    for review in RiskControlReview.objects.filter(case=case).select_related("control", "reviewed_by"):
        found.append(
            _recorded(
                review.reviewed_at,
                f"Control reviewed, {review.get_outcome_display().lower()}: {review.control}",
                _with_reason(review.reason, compartments.of(review, held).why_no_limit),
                review.reviewed_by.name,
                "Control review",
                reverse("case-control", args=[case.pk, review.control_id]),
            )
        )
    for task in TaskRestriction.objects.filter(case=case).select_related("worker", "started_by", "ended_by"):
        name = f"{task.worker}: {task.get_task_display()}"
        url, source = reverse("case-protection", args=[case.pk]), "Decision"  # on the task; no control took it away
        if task.control_id:
            url, source = reverse("case-control", args=[case.pk, task.control_id]), "Risk control"
        found.append(_recorded(task.started_at, f"Task restricted. {name}", "", task.started_by.name, source, url))
        if task.ended_at and task.ended_by:
            found.append(
                _recorded(task.ended_at, f"Task given back. {name}", task.ended_reason, task.ended_by.name, "Task", url)
            )
    return found


@register
def duties(case: Case, user: Any) -> list[Row]:
    found = []
    for duty in gates.duties_of(case):
        url = reverse("case-duty", args=[case.pk, duty.pk])
        name = duty.name
        if duty.decided_at and duty.decided_by:
            title = f"{name}: {duty.get_answer_display().lower()}"
            found.append(_recorded(duty.decided_at, title, duty.reason, duty.decided_by.name, "Outside duty", url))
        if duty.second_at and duty.second_by:
            title = f"{name}: a second person agreed with “no”"
            found.append(_recorded(duty.second_at, title, "", duty.second_by.name, "Outside duty", url))
        if duty.sent_at and duty.sent_by:
            late = f"Late. {duty.lateness_reason}".strip() if duty.was_late else ""
            text = " ".join(part for part in (duty.route, duty.reference, late) if part)
            # Typed to the minute: in the minute of its decision it stands after that.
            same_minute = duty.decided_at and timedelta(0) < duty.decided_at - duty.sent_at < timedelta(minutes=1)
            at = duty.decided_at if duty.decided_at and same_minute else duty.sent_at
            found.append(_recorded(at, f"{name}: sent", text, duty.sent_by.name, "Outside duty", url))
        if duty.acknowledged_at:
            text = duty.outcome or duty.reference
            found.append(
                _recorded(duty.acknowledged_at, f"{name}: answered", text, duty.acknowledged_by, "Their answer", url)
            )
    return found


@register
def restrictions(case: Case, user: Any) -> list[Row]:
    url = reverse("case-restriction", args=[case.pk])
    found = []
    restrictions = gates.restrictions_of(case)
    held = masking.held_by(user, case) if restrictions else ()
    for one in restrictions:
        verbatim = compartments.of(one, held).verbatim
        title = f"Restriction began. {one.person}: {one.get_kind_display()}, {one.get_authority_display()}"
        found.append(
            _recorded(
                one.recorded_at,
                title,
                verbatim or one.what,
                one.recorded_by.name,
                "Restriction record",
                url,
                event_at=one.starts_at,
                quote=bool(verbatim),
            )
        )
        if one.ended_at and one.ended_by:
            title = f"Restriction ended. {one.person}: {one.get_kind_display()}"
            found.append(_recorded(one.ended_at, title, one.ended_how, one.ended_by.name, "Restriction record", url))
    for test in RestrictionTest.objects.filter(case=case).select_related("answered_by"):
        title = "The four questions about the restriction answered"
        found.append(_recorded(test.answered_at, title, "", test.answered_by.name, "Restriction record", url))
    return found


@register
def reviews_and_files(case: Case, user: Any) -> list[Row]:
    found = []
    for review in gates.chronology_reviews_of(case):
        if review.reviewed_at is None or review.reviewed_by is None:
            continue
        text = "\n".join(part for part in (review.findings, review.gaps) if part)
        found.append(
            _recorded(
                review.reviewed_at,
                "A manager reviewed the chronology",
                text,
                review.reviewed_by.name,
                "Chronology review",
                reverse("case-chronology", args=[case.pk]),
            )
        )
    for kept in CaseFile.objects.filter(case=case).select_related("added_by"):
        found.append(
            _recorded(
                kept.added_at,
                "Evidence added",
                kept.description or kept.name,
                kept.added_by.name,
                "Evidence",
                reverse("case-evidence", args=[case.pk]),
            )
        )
    return found
