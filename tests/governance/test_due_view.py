"""The one due view: every dated promise is in it, each in words and with its page, and its indexes carry it."""

from __future__ import annotations

import os
import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.apps import apps
from django.db import connection
from django.urls import reverse

from config import embedded
from governance import due, due_view
from governance.models import DueItem
from records import times
from records.registry import tracked_models
from tests.governance import promises

DATED = re.compile(r"due|expires|ends_(at|on)|reaudit_on|next_review")
OURS = ("records", "accounts", "incidents", "remediation", "governance")
DAY = timedelta(days=1)


def test_every_dated_field_of_every_model_is_in_the_view_or_says_why_it_is_no_promise() -> None:
    history = {model.history.model for model in tracked_models()}  # type: ignore[attr-defined]
    missing = []
    for app in OURS:
        for model in apps.get_app_config(app).get_models():
            if model in history or model is DueItem or not model._meta.managed:
                continue
            for field in model._meta.concrete_fields:
                if field.get_internal_type() not in ("DateField", "DateTimeField") or not DATED.search(field.name):
                    continue
                name = f"{model._meta.label}.{field.name}"
                in_view = any(
                    branch.table == model._meta.db_table and re.search(rf"t\.{field.column}\b", branch.due)
                    for branch in due_view.BRANCHES
                )
                if not in_view and name not in due.NO_PROMISE:
                    missing.append(name)
    assert not missing, f"In no branch of governance/due_view.py and not in due.NO_PROMISE: {missing}"


def test_no_exemption_outlives_its_field() -> None:
    for name in due.NO_PROMISE:
        label, field = name.rsplit(".", 1)
        assert apps.get_model(label)._meta.get_field(field)


def test_every_kind_of_the_view_has_its_words_and_its_pages() -> None:
    assert {branch.kind for branch in due_view.BRANCHES} == set(due.KINDS)


@pytest.mark.django_db
def test_the_installed_view_is_the_one_in_the_code() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE indexname LIKE 'due_%%'")
        installed = {name for (name,) in cursor.fetchall()}
    assert installed >= {name for branch in due_view.BRANCHES for name, _ in branch.indexes()}
    columns = {field.column for field in DueItem._meta.concrete_fields}
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM governance_dueitem LIMIT 0")
        assert {column.name for column in cursor.description} == columns


@pytest.mark.parametrize("column", ["due", "half"])
def test_each_branch_reads_only_what_is_due_through_its_own_partial_index(cloned_db: str, column: str) -> None:
    """On empty tables the planner takes any index; so all others are taken away, and rolled back."""
    url = embedded.with_database(os.environ["DATABASE_OWNER_URL"], cloned_db)
    with psycopg.connect(url) as owner:
        tables = list({branch.table for branch in due_view.BRANCHES})
        indexes = owner.execute(
            "SELECT i.indexrelid::regclass::text FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid "
            "WHERE c.relname = ANY(%s) AND NOT i.indisunique",
            [tables],
        ).fetchall()
        wanted = {f"due_{branch.kind}_{column}" for branch in due_view.BRANCHES}
        for (name,) in indexes:
            if name not in wanted:
                owner.execute(f"DROP INDEX {name}")
        owner.execute("SET LOCAL enable_seqscan = off")
        owner.execute("SET LOCAL enable_bitmapscan = off")
        found = owner.execute(f"EXPLAIN SELECT * FROM governance_dueitem WHERE {column}_at <= now()").fetchall()
        owner.rollback()
    plan = "\n".join(line for (line,) in found)
    for branch in due_view.BRANCHES:
        scan = rf"Index Scan using \w+ on {branch.table} t(_\d+)?  .*\n\s+Index Cond:"
        assert re.search(scan, plan), f"{branch.kind} is not bounded by an index for {column}:\n{plan}"
    bounded = len(re.findall(r"Index Scan using \w+ on \w+ t(?:_\d+)?  .*\n\s+Index Cond:", plan))
    assert bounded == len(due_view.BRANCHES)


@pytest.mark.django_db
def test_a_day_counts_until_its_last_minute_in_england_also_when_the_clocks_change(cast: Any) -> None:
    case = promises.case(cast)
    for day in (times.london(2026, 10, 25).date(), times.london(2027, 3, 28).date(), times.london(2026, 7, 1).date()):
        promises.effect_check(case, cast.quality_lead, day)
    found = DueItem.objects.filter(case=case).values_list("due_at", flat=True)
    assert sorted(found) == sorted(
        times.end_of_day(day)
        for day in (
            times.london(2026, 10, 25).date(),
            times.london(2027, 3, 28).date(),
            times.london(2026, 7, 1).date(),
        )
    )


@pytest.mark.django_db
def test_no_item_says_anything_of_the_case_it_is_about(cast: Any) -> None:
    case = promises.case(cast)
    promises.control(case, cast.deputy, times.now() + DAY)
    promises.duty(case, cast.deputy, times.now() + DAY)
    for item in DueItem.objects.filter(case=case):
        said = due.title(item)
        assert said[0].isupper()
        for content in (case.title, "Margaret", "As written on the day"):
            assert content not in said


@pytest.mark.django_db
def test_a_re_audit_promised_at_closing_outlives_it(cast: Any) -> None:
    case = promises.case(cast, closed_at=times.now() - DAY, closed_by=cast.manager)
    promises.verdict(case, cast.quality_lead, "not_yet_shown", next_reaudit_on=times.today() + DAY)
    promises.control(case, cast.manager, times.now() + DAY)
    assert [item.kind for item in DueItem.objects.filter(case=case)] == ["reaudit"]
    assert reverse("case-effectiveness", args=[case.pk]).rsplit("/", 2)[0] in due.url_of(DueItem.objects.get(case=case))


@pytest.mark.parametrize("kind", due.KINDS)
def test_every_kind_opens_the_page_where_it_is_done(kind: str) -> None:
    for owner, what, own in (
        (uuid4(), "Tell an outside body", True),
        (uuid4(), "Decide", False),
        (None, "Agree", False),
    ):
        item = DueItem(kind=kind, case_id=uuid4(), record=uuid4(), owner_id=owner, what=what, own=own)
        pages = due.KINDS[kind].pages
        name, wanted = (pages(item) if callable(pages) else pages)[0]
        found = due.url_of(item)
        assert found == reverse(name, args=[{"case": item.case_id, "record": item.record}[one] for one in wanted])
        assert found != reverse("due")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "kind", ["control_review", "duty", "system_action", "practice_test", "follow_up", "effect_check"]
)
def test_a_promise_of_each_kind_is_in_the_view(cast: Any, kind: str) -> None:
    case, by, day = promises.case(cast), cast.manager, times.today() + DAY
    plan = promises.plan(case, by, cast.worker)
    made = {
        "control_review": lambda: promises.control(case, by, times.now() + DAY),
        "duty": lambda: promises.duty(case, by, times.now() + DAY),
        "system_action": lambda: promises.system_action(case, by, day),
        "practice_test": lambda: promises.practice_test(plan, by),
        "follow_up": lambda: promises.follow_up(plan, by, 4, day),
        "effect_check": lambda: promises.effect_check(case, by, day),
    }[kind]()
    assert DueItem.objects.filter(case=case, kind=kind, record=made.pk).exists()
