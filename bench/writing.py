"""(f) Saving records with their history and the hash chain, against plain django-simple-history.

The very same records are saved one `.save()` each, history row included: once with the database's triggers that
chain each history row and check that it says what the record says, once with them switched off by the tables' owner.
"""

from __future__ import annotations

import os
import time
from statistics import median
from typing import Any

import psycopg

from bench.chasing import Row
from bench.logging import fresh, rows_of, save

ROUNDS = 40


def run() -> list[Row]:
    """On a database of its own, with real commits, in turns; medians."""
    from config import embedded
    from tests import cast as people
    from tests import servers

    with servers.copy() as name:
        cast = people.build()
        url = embedded.with_database(os.environ["DATABASE_OWNER_URL"], name)
        with psycopg.connect(url, autocommit=True) as owner:
            return [_measure(cast, owner)]


def _measure(cast: Any, owner: psycopg.Connection[Any]) -> Row:
    from records.registry import history_model, tracked_models

    tables = [one._meta.db_table for model in tracked_models() for one in (model, history_model(model))]

    def triggers(state: str) -> None:
        owner.execute(";".join(f"ALTER TABLE {table} {state} TRIGGER USER" for table in tables).encode())

    written = rows_of(cast.case(rated=True, subject=True))
    took: dict[str, list[float]] = {"ENABLE": [], "DISABLE": []}
    for number in range(ROUNDS + 5):
        for at, state in enumerate(took):
            triggers(state)
            copies = fresh(written, 2 * number + at)
            start = time.perf_counter()
            save(copies, cast.manager)
            if number >= 5:  # the first rounds warm up
                took[state].append((time.perf_counter() - start) * 1000)
    triggers("ENABLE")
    ours, plain = median(took["ENABLE"]), median(took["DISABLE"])
    return Row(f"(f) saving {len(written)} records, chained", "plain simple-history", ours, plain, ours / plain, 1.5)
