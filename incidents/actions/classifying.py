"""The five failure types and ten abuse types of a case, written by difference; and the floors that apply by fact."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from incidents.levels import Floor
from incidents.models import AbuseType, Case, CaseAbuseType, CaseFailureType, FailureType, Involvement
from incidents.sub_types import SUB_TYPES
from records import acting, times
from records.refusals import Refused


def with_automatic_floors(floors: Iterable[str], involvements: set[str]) -> list[str]:
    """The floors stated, and those the record itself shows: a manager who is part of it (§2.3)."""
    found = [str(Floor(code)) for code in dict.fromkeys(floors)]
    if Involvement.IMPLICATED in involvements and Floor.MANAGER not in found:
        found.append(Floor.MANAGER)
    return found


def write_types(
    case: Case,
    *,
    failure_types: Iterable[str],
    main_type: str,
    abuse_types: Iterable[str],
    not_abuse_reason: str,
    sub_types: Mapping[str, str] | None = None,
) -> None:
    """Make the case's types equal to these. What is taken away is ended, not removed."""
    failures = [FailureType(code) for code in dict.fromkeys(failure_types)]
    abuses = [AbuseType(code) for code in dict.fromkeys(abuse_types)]
    main = FailureType(main_type) if main_type else (failures[0] if len(failures) == 1 else None)
    if failures and main not in failures:
        raise Refused(
            "F04", "Choose which kind of failure is the main one.", source="domain.md §2.1", field="main_type"
        )
    subs = {code: sub for code, sub in (sub_types or {}).items() if sub}
    for code, sub in subs.items():
        if code not in failures or sub not in dict(SUB_TYPES[FailureType(code)]):
            raise Refused(
                "F04",
                "That is not part of the kind of failure you chose.",
                source="domain.md §2.1",
                field=f"sub_{code}",
            )
    if abuses and not_abuse_reason.strip():
        raise Refused(
            "F04",
            "It is either one of the ten kinds of abuse, or practice quality and not abuse. Choose one.",
            source="domain.md §2.2",
            field="not_abuse_reason",
        )
    now, by = times.now(), acting.current().by
    for known in CaseFailureType.objects.filter(case=case, removed_at=None):
        same = known.main == (known.code == main) and known.sub_type == subs.get(known.code, "")
        if known.code in failures and same:
            continue
        known.removed_at, known.removed_by = now, by
        known.save()
    kept = set(CaseFailureType.objects.filter(case=case, removed_at=None).values_list("code", flat=True))
    for failure in failures:
        if failure not in kept:
            CaseFailureType(case=case, code=failure, main=failure == main, sub_type=subs.get(failure, "")).save()
    for named in CaseAbuseType.objects.filter(case=case, removed_at=None).exclude(code__in=abuses):
        named.removed_at, named.removed_by = now, by
        named.save()
    kept = set(CaseAbuseType.objects.filter(case=case, removed_at=None).values_list("code", flat=True))
    for abuse in abuses:
        if abuse not in kept:
            CaseAbuseType(case=case, code=abuse).save()
