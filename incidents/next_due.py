"""When a case next needs somebody, for a page of cases, in one query.

This floor knows its own dates: duties, control reviews, the chronology review, the end of restrictions. The
floor that has the view over everything with a date takes this over with `next_due.read_from(function)`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F

from incidents.models import Case, ChronologyReview, Duty, DutyAnswer, Restriction, RiskControl

Reader = Callable[[Sequence[UUID]], dict[UUID, datetime]]


def _of_this_floor(cases: Sequence[UUID]) -> dict[UUID, datetime]:
    parts: list[Any] = [
        Duty.objects.filter(case__in=cases, sent_at=None, due_at__isnull=False)
        .exclude(answer=DutyAnswer.NO)
        .values_list("case_id", F("due_at")),
        RiskControl.objects.filter(case__in=cases, ended_at=None, review_due_at__isnull=False).values_list(
            "case_id", F("review_due_at")
        ),
        ChronologyReview.objects.filter(case__in=cases, reviewed_at=None).values_list("case_id", F("due_at")),
        Restriction.objects.filter(case__in=cases, ended_at=None, ends_at__isnull=False).values_list(
            "case_id", F("ends_at")
        ),
    ]
    found: dict[UUID, datetime] = {}
    for case, due in parts[0].order_by().union(*[part.order_by() for part in parts[1:]], all=True):
        found[case] = min(due, found.get(case, due))
    return found


_read: Reader = _of_this_floor


def read_from(reader: Reader) -> None:
    """Let a higher floor, which knows every date, answer instead. Called in AppConfig.ready()."""
    global _read  # noqa: PLW0603  (set once, while the apps start)
    _read = reader


def of(cases: Sequence[Case]) -> dict[UUID, datetime]:
    """The earliest open date of each case that is open and has one, by the case's id."""
    keys = [case.pk for case in cases if case.closed_at is None]
    return _read(keys) if keys else {}
