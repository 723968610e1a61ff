"""Keeps the one search box's entry of a case in step with the texts everybody who sees the case may read."""

from __future__ import annotations

from django.contrib.postgres.search import SearchVector
from django.db.models import TextField, Value

from incidents.models import (
    Case,
    CasePerson,
    CaseSearch,
    CaseStaff,
    ChronologyAddendum,
    ChronologyEntry,
    Involvement,
)

#: The search configuration; queries must use the same one.
CONFIG = "english"


def refresh(case: Case) -> None:
    """Rebuild the entry from reference, title, account, people, staff, chronology. No capability (HR) text.

    Nor who reported or first noticed it: whoever was part of the case may see it one day, and would find out who
    told by searching for one name after another (S10).
    """
    heading = " ".join([case.reference, case.title])
    people = CasePerson.objects.filter(case=case).values_list("person__code", flat=True)
    named = CaseStaff.objects.filter(case=case, ended_at=None).exclude(
        involvement__in=(Involvement.REPORTER, Involvement.NOTICED)
    )
    staff = named.values_list("staff__name", flat=True)
    told = ChronologyEntry.objects.filter(case=case).values_list("text", flat=True)
    added = ChronologyAddendum.objects.filter(case=case).values_list("text", flat=True)
    names = " ".join([*people, *staff])
    body = " ".join([case.what_happened, *told, *added])
    vector = (
        SearchVector(Value(heading, TextField()), config=CONFIG, weight="A")
        + SearchVector(Value(names, TextField()), config=CONFIG, weight="B")
        + SearchVector(Value(body, TextField()), config=CONFIG, weight="C")
    )
    CaseSearch.objects.update_or_create(case=case, defaults={"vector": vector})
