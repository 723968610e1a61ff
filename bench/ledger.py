"""(e) verify_ledger, in entries a second and in memory, against reading and hashing the same entries and no more.

Ours also compares each history row with its entry, each record with its newest history row, each chain with its
head, and looks at every trigger. LEDGER_ROWS says how many history rows are put in first (200,000; a million
takes some minutes to write). They are written by the ledger's own trigger, in chains of a thousand.
"""

from __future__ import annotations

import hashlib
import os
import resource
import time
import tracemalloc
from typing import Any

import psycopg

from bench.chasing import Row

ROWS = int(os.environ.get("LEDGER_ROWS", "200000"))
A_CHAIN = 1_000
#: What a check of the whole may add to the process, in MB, however many entries there are.
CEILING_MB = 150

FILL = """
INSERT INTO incidents_chronologyentry (id, case_id, event_at, event_time_note, kind, text, said_by, source,
                                       entered_by_id, entered_at, late_reason)
SELECT gen_random_uuid(), c.id, now(), '', 'fact', 'Entry ' || n || ': four small bruises inside the left upper arm', '',
       'Care notes', c.owner_id, now(), ''
FROM incidents_case c, generate_series(1, %(each)s) n WHERE c.reference LIKE 'B-%%';
INSERT INTO incidents_historicalchronologyentry (id, case_id, event_at, event_time_note, kind, text, said_by, source,
       entered_by_id, entered_at, late_reason, history_date, history_type, history_change_reason, history_source, history_user_id)
SELECT id, case_id, event_at, event_time_note, kind, text, said_by, source, entered_by_id, entered_at, late_reason,
       now(), '+', 'chronology.added', 'command', entered_by_id FROM incidents_chronologyentry;
"""


def run() -> list[Row]:
    from config import embedded
    from tests import cast as people
    from tests import servers

    with servers.copy() as name:
        cast = people.build()
        url = embedded.with_database(os.environ["DATABASE_OWNER_URL"], name)
        with psycopg.connect(url, autocommit=True) as owner:
            _fill(cast, owner)
            return [_measure()]


def _fill(cast: Any, owner: psycopg.Connection[Any]) -> None:
    from django.db import transaction

    from accounts.models import User
    from incidents.models import Case
    from records.acting import acting_as
    from records.bulk import create_all
    from records.times import now

    by = User.system()
    with transaction.atomic(), acting_as(by, "bench.made"):
        create_all(
            Case,
            [
                Case(
                    provider=cast.provider,
                    service=cast.service,
                    reference=f"B-{n}",
                    title="Bench",
                    what_happened="x",
                    first_noticed_at=now(),
                    everyone_safe="yes",
                    owner=by,
                    logged_by=by,
                    logged_at=now(),
                )
                for n in range(max(1, ROWS // A_CHAIN))
            ],
        )
    # A statement a hundred chains: the actor is stated as an action states it, and the triggers do their part.
    with owner.transaction():
        owner.execute("SELECT set_config('safe.actor', %s, true)", [str(by.pk)])
        owner.execute("SET CONSTRAINTS ALL DEFERRED")
        for statement in FILL.split(";\n"):
            if statement.strip():
                owner.execute(psycopg.sql.SQL(statement), {"each": A_CHAIN} if "%(each)s" in statement else None)
        owner.execute("SET LOCAL work_mem = '256MB'")
    owner.execute("VACUUM ANALYZE")


def _measure() -> Row:
    from django.db import connection, transaction

    from records import ledger

    start = time.perf_counter()
    with transaction.atomic():
        read = ledger.LedgerEntry.objects.order_by("chain", "seq").values_list("previous", "payload")
        for previous, payload in read.iterator(chunk_size=ledger.CHUNK):
            hashlib.sha256(previous + payload.encode()).digest()
    bare = time.perf_counter() - start
    connection.close()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    result = ledger.verify()
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert result.intact, result.broken
    assert grown < CEILING_MB, f"the check of {result.entries:,} entries took {grown:.0f} MB more"
    tracemalloc.start()
    ledger.verify(chain=ledger.LedgerHead.objects.order_by("-seq").first().chain)
    peak = tracemalloc.get_traced_memory()[1] / 1024 / 1024
    tracemalloc.stop()
    print(
        f"    {result.entries:,} entries, {result.rate:,.0f} a second; the process grew by {grown:.0f} MB, "
        f"one chain takes {peak:.1f} MB of Python objects"
    )
    return Row(
        f"(e) verify_ledger, {result.entries:,} entries",
        "reading and hashing them",
        result.seconds * 1000,
        bare * 1000,
        result.seconds / bare,
        10.0,
    )
