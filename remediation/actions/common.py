"""What several actions of this floor share: which rows may still change, and moving a promised date (F37)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from accounts.models import User
from incidents.models import Case, CaseStaff
from records import times
from records.refusals import Refused
from remediation.models import DueDateChange


def subject_user_ids(case: Case) -> set[UUID]:
    """Sign-ins of the workers whose practice, or whose management, is looked at in this case."""
    found: set[UUID] = set(
        CaseStaff.objects.filter(
            case=case, involvement__in=CaseStaff.SHUTS_OUT, ended_at=None, staff__user__isnull=False
        ).values_list("staff__user", flat=True)
    )
    return found


def said(text: str, field: str, sentence: str, *, code: str = "MISSING", source: str = "") -> str:
    """The text without its outer blanks; refused when nothing is left of it."""
    stripped = (text or "").strip()
    if not stripped:
        raise Refused(code, sentence, field=field, source=source)
    return stripped


def not_past(day: date, field: str, what: str) -> date:
    """A day that is today or later in England; refused otherwise."""
    if day < times.today():
        raise Refused("DATE", f"{what} must be today or in the future.", field=field)
    return day


def move_due_date(record: Any, becomes: date, reason: str, by: User) -> DueDateChange:
    """Move a promised date: the reason is kept, and the first date stays on the record (F37)."""
    reason = said(reason, "reason", "Say why the date moves.", code="F37", source="features F37")
    not_past(becomes, "becomes", "The new date")
    if becomes == record.due_on:
        raise Refused("F37", "This is the date it already has. Enter the new one.", field="becomes")
    change = DueDateChange(
        case=record.case,
        about=record._meta.model_name,
        about_id=record.pk,
        was=record.due_on,
        becomes=becomes,
        reason=reason,
        changed_by=by,
        changed_at=times.now(),
    )
    change.save()
    record.due_on = becomes
    record.save()
    return change
