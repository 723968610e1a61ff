"""(b) Logging a failure, against the same rows saved with plain django-simple-history.

Ours is the whole action: what may be logged, the next reference, duties with their clocks, both tracks, the
search entry; and in the database the hash chain and the check that each row's content stands in its history.
Theirs saves the very same records once each, one `.save()` a record, history row included, with our triggers
switched off by the tables' owner: no rules, no reference, no ledger, no search.
"""

from __future__ import annotations

import os
import time
import uuid
from statistics import median
from typing import Any

import psycopg

from bench.chasing import Row

ROUNDS = 25


def run() -> list[Row]:
    """On a database of its own, with real commits, in turns; medians."""
    from config import embedded
    from tests import cast as people
    from tests import servers

    with servers.copy() as name:
        cast = people.build()
        owner = psycopg.connect(embedded.with_database(os.environ["DATABASE_OWNER_URL"], name), autocommit=True)
        try:
            return _measure(cast, owner)
        finally:
            owner.close()


def _measure(cast: Any, owner: psycopg.Connection[Any]) -> list[Row]:
    from records.registry import history_model, tracked_models

    tables = [one._meta.db_table for model in tracked_models() for one in (model, history_model(model))]

    def triggers(state: str) -> None:
        owner.execute(";".join(f"ALTER TABLE {table} {state} TRIGGER USER" for table in tables).encode())

    case = cast.case(rated=True, subject=True)
    written = rows_of(case)
    ours: list[float] = []
    theirs: list[float] = []
    for number in range(ROUNDS + 5):
        start = time.perf_counter()
        cast.case(rated=True, subject=True)
        mine = time.perf_counter() - start
        triggers("DISABLE")
        copies = fresh(written, number)
        start = time.perf_counter()
        save(copies, cast.manager)
        plain = time.perf_counter() - start
        triggers("ENABLE")
        if number >= 5:  # the first rounds warm up
            ours.append(mine * 1000)
            theirs.append(plain * 1000)
    mine, plain = median(ours), median(theirs)
    return [
        Row(f"(b) logging a failure, {len(written)} records", "plain simple-history", mine, plain, mine / plain, 2.0)
    ]


def rows_of(case: Any) -> list[Any]:
    """The records that logging wrote for the case, in the order of the ledger, so that each comes after its parents."""
    from records.models import LedgerEntry
    from records.registry import history_model, tracked_models

    by_table = {history_model(model)._meta.db_table: model for model in tracked_models()}
    found: dict[Any, Any] = {}
    for entry in LedgerEntry.objects.filter(chain=case.pk).order_by("seq"):
        model = by_table[entry.table]
        history: Any = history_model(model)
        record = history.objects.get(history_id=entry.row).id
        found.setdefault((model, record), None)
    return [model.objects.get(pk=record) for model, record in found]


def fresh(written: list[Any], number: int) -> list[Any]:
    """The same records as new ones, pointing at each other as the old ones do."""
    new = {one.pk: uuid.uuid4() for one in written}
    copies = []
    for one in written:
        values = {field.attname: getattr(one, field.attname) for field in one._meta.concrete_fields}
        values = {
            name: new.get(value, value) if isinstance(value, uuid.UUID) else value for name, value in values.items()
        }
        if "reference" in values and one._meta.label == "incidents.Case":
            values["reference"] = f"B-{number}"
        copies.append(type(one)(**values))
    return copies


def save(copies: list[Any], by: Any) -> None:
    from django.db import transaction

    from records.acting import acting_as

    with transaction.atomic(), acting_as(by, "case.logged"):
        for one in copies:
            one.save(force_insert=True)
