"""(c) A sweep of 100,000 due among 1,000,000 open promises, against the bare INSERT … SELECT into the same table.

The bare statement reads the one table with a partial index and names the recipient that stands beside it. Ours
reads the due view over every kind of promise, climbs seven rungs, and asks for each item who may be told: who
holds which role that day, who is part of the case, which case is sealed. Both write 100,000 chases with the
same constraints and foreign keys.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import timedelta
from statistics import median
from typing import Any, NamedTuple

import psycopg

ROUNDS = 3
PROMISES, DUE, CASES, SERVICES = 1_000_000, 100_000, 20_000, 50

BARE = """
INSERT INTO governance_chase (item, kind, what, case_id, rung, due_at, recipient_id, made_at, message_id)
SELECT 'control_review:' || t.id, 'control_review', 'Review a risk control', t.case_id, 'due', t.review_due_at,
       t.decided_by_id, %(at)s, ''
FROM incidents_riskcontrol t WHERE t.ended_at IS NULL AND t.review_due_at <= %(at)s
ON CONFLICT DO NOTHING
"""

#: Cases, each with a subject (so that somebody is shut out of every one), and promises with spread-out dates.
FILL = """
INSERT INTO accounts_service (id, provider_id, name, kind, local_authority)
  SELECT gen_random_uuid(), s.provider_id, 'Bench ' || n, s.kind, '' FROM accounts_service s, generate_series(1, {services}) n
  WHERE s.id = %(service)s;
INSERT INTO accounts_membership (id, user_id, role, provider_id, service_id, starts_on)
  SELECT gen_random_uuid(), m.user_id, m.role, m.provider_id, s.id, m.starts_on
  FROM accounts_membership m, accounts_service s WHERE m.service_id = %(service)s AND s.name LIKE 'Bench %%';
CREATE TEMP TABLE numbered AS SELECT id, row_number() OVER () AS n FROM accounts_service WHERE name LIKE 'Bench %%';
CREATE TEMP TABLE bench_case AS SELECT gen_random_uuid() AS id, n FROM generate_series(1, {cases}) n;
INSERT INTO incidents_case (id, provider_id, service_id, reference, title, what_happened, first_noticed_at, everyone_safe,
    occurred_note, safe_note, not_abuse_reason, service_wide_reason, involves_restriction, owner_id, logged_by_id, logged_at)
  SELECT b.id, %(provider)s, s.id, 'B-' || b.n, '', '', now(), 'yes', '', '', '', '', false, %(manager)s, %(manager)s, now()
  FROM bench_case b JOIN numbered s ON s.n = 1 + b.n %% {services};
INSERT INTO incidents_casestaff (id, case_id, staff_id, involvement, note, added_at, added_by_id, ended_reason)
  SELECT gen_random_uuid(), id, %(worker)s, 'subject', '', now(), %(manager)s, '' FROM bench_case;
INSERT INTO incidents_riskcontrol (id, case_id, kind, what, trigger, who_at_risk, options_considered, why_chosen,
    proportionality, persons_views, views_not_obtained, capacity, advocate, consent_to_share, impact_and_support,
    who_was_told, exit_criteria, would_tighten, decided_by_id, decided_at, recorded_at, review_due_at, welfare_contact,
    why_no_limit, ended_how)
  SELECT gen_random_uuid(), b.id, 'no_lone_work', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', %(manager)s,
    %(at)s - interval '1 hour', now(),
    CASE WHEN i <= {due} THEN %(at)s - i * interval '0.5 second' ELSE %(at)s + interval '3 days' + i * interval '1 second' END,
    '', '', ''
  FROM generate_series(1, {promises}) i JOIN bench_case b ON b.n = 1 + i %% {cases};
"""
#: Their history is not what is measured; the owner of a throwaway database may leave it out.
TABLES = ("accounts_service", "accounts_membership", "incidents_case", "incidents_casestaff", "incidents_riskcontrol")


class Row(NamedTuple):
    """One line of the table `make bench` prints."""

    name: str
    compared: str
    ours_ms: float
    theirs_ms: float
    ratio: float
    limit: float


def run() -> list[Row]:
    """Fill a database of its own, then sweep it in turns; medians of ROUNDS."""
    from config import embedded
    from tests import cast as people
    from tests import servers

    with servers.copy() as name:
        cast = people.build()
        owner = psycopg.connect(
            embedded.with_database(os.environ["DATABASE_OWNER_URL"], name),
            autocommit=True,
            cursor_factory=psycopg.ClientCursor,
        )
        try:
            return _measure(cast, owner)
        finally:
            owner.close()


def _measure(cast: Any, owner: psycopg.Connection[Any]) -> list[Row]:
    from django.db import connection

    from governance import chasing
    from records import times

    at = times.now()
    for table in TABLES:
        owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    owner.execute(
        FILL.format(services=SERVICES, cases=CASES, promises=PROMISES, due=DUE),
        {
            "service": cast.service.pk,
            "provider": cast.provider.pk,
            "manager": cast.manager.pk,
            "worker": cast.worker.pk,
            "at": at,
        },
    )
    for table in TABLES:
        owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    owner.execute("VACUUM ANALYZE")

    def bare() -> None:
        with connection.cursor() as cursor:
            cursor.execute(BARE, {"at": at})

    def ours() -> None:
        chasing.sweep(at)

    first: dict[str, list[float]] = {"bare": [], "ours": []}
    again: dict[str, list[float]] = {"bare": [], "ours": []}
    for number in range(ROUNDS + 1):
        for name, work in (("bare", bare), ("ours", ours)):
            owner.execute("TRUNCATE governance_chase")
            owner.execute("VACUUM ANALYZE governance_chase")
            fresh, repeated = _timed(work), _timed(work)
            written = owner.execute("SELECT count(*) FROM governance_chase").fetchone()
            assert written == (DUE,), f"{name} wrote {written} chases, not {DUE}"
            if number:  # the first round warms up
                first[name].append(fresh)
                again[name].append(repeated)
    return [
        _row("(c) sweep, 100,000 due of 1,000,000", "the bare INSERT … SELECT", first),
        _row("(c) the same sweep again, nothing new", "the bare INSERT … SELECT again", again),
    ]


def _timed(work: Callable[[], None]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def _row(name: str, compared: str, times_: dict[str, list[float]]) -> Row:
    ours, theirs = median(times_["ours"]), median(times_["bare"])
    return Row(name, compared, ours, theirs, ours / theirs, 2.0)


#: How far in the past the last of the due promises lies: none has reached the next rung.
assert timedelta(seconds=DUE / 2) < timedelta(days=1)
