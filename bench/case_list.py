"""(a) The case list for somebody who may see one service of twenty, at 1,000, 10,000 and 100,000 cases.

Ours is the whole page as a browser asks for it: who I am, my rights, 25 rows with stage and next date. Its time
in the database is compared with one statement written by hand for the same answer, which is simply told the
service and asks for no rights; and the page as a whole with itself at 1,000 cases.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import psycopg

from bench.chasing import Row

SIZES = (1_000, 10_000, 100_000)
SERVICES, ROUNDS = 20, 25

#: The same 25 rows and columns: the rows, their next date, and what their stage is made of.
BARE = """
SELECT c.*, s.name, o.name,
  (SELECT min(d.due_at) FROM governance_dueitem d WHERE d.case_id = c.id),
  EXISTS (SELECT 1 FROM incidents_riskcontrol WHERE case_id = c.id),
  EXISTS (SELECT 1 FROM incidents_riskcontrolreview WHERE case_id = c.id),
  EXISTS (SELECT 1 FROM incidents_duty WHERE case_id = c.id AND answer = 'undecided')
FROM (
  SELECT id, reference, title, level, logged_at, closed_at, service_id, owner_id FROM incidents_case x
  WHERE service_id = %(service)s AND sealed_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM incidents_casestaff p JOIN accounts_staff f ON f.id = p.staff_id
      WHERE p.case_id = x.id AND f.user_id = %(user)s AND p.ended_at IS NULL
        AND p.involvement IN ('subject', 'implicated'))
  ORDER BY logged_at DESC, id DESC LIMIT 25
) c JOIN accounts_service s ON s.id = c.service_id JOIN accounts_user o ON o.id = c.owner_id
ORDER BY c.logged_at DESC, c.id DESC
"""

SERVICES_SQL = """
INSERT INTO accounts_service (id, provider_id, name, kind, local_authority)
  SELECT gen_random_uuid(), provider_id, 'Bench ' || n, kind, '' FROM accounts_service, generate_series(2, {services}) n
  WHERE id = %(service)s;
CREATE TEMP TABLE numbered AS
  SELECT id, row_number() OVER (ORDER BY id <> %(service)s) - 1 AS n FROM accounts_service
  WHERE id = %(service)s OR name LIKE 'Bench %%';
"""
#: Cases evenly over the services; each with a subject, six duties, a control, a review of its chronology and a
#: search entry; one in 50 sealed, one in 40 of the service with the manager's own part in it, one in 3 closed.
FILL = """
CREATE TEMP TABLE fresh AS SELECT gen_random_uuid() AS id, n FROM generate_series(%(first)s, %(last)s) n;
INSERT INTO incidents_case (id, provider_id, service_id, reference, title, what_happened, first_noticed_at, everyone_safe,
    occurred_note, safe_note, not_abuse_reason, service_wide_reason, involves_restriction, level, owner_id, logged_by_id,
    logged_at, sealed_at, closed_at)
  SELECT f.id, %(provider)s, s.id, 'B-' || f.n, 'Bruises not reported', repeat('Nobody was told. ', 60), now(), 'yes',
    '', '', '', '', false, 1 + f.n %% 4, %(manager)s, %(manager)s, now() - (1000000 - f.n) * interval '1 minute',
    CASE WHEN (f.n / 20) %% 50 = 0 THEN now() END, CASE WHEN f.n %% 3 = 0 THEN now() END
  FROM fresh f JOIN numbered s ON s.n = f.n %% {services};
INSERT INTO incidents_casestaff (id, case_id, staff_id, involvement, note, added_at, added_by_id, ended_reason)
  SELECT gen_random_uuid(), id, CASE WHEN n %% 800 = 20 THEN %(own)s::uuid ELSE %(worker)s::uuid END, 'subject', '',
    now(), %(manager)s, '' FROM fresh;
INSERT INTO incidents_duty (id, case_id, body, answer, reason, grounds, scope_reasoning, professional, clock_start_at,
    amber_at, due_at, proposed_no_reason, sent_at, route, reference, lateness_reason, acknowledged_by, outcome)
  SELECT gen_random_uuid(), f.id, b.body, CASE WHEN f.n %% 5 = 0 THEN 'undecided' ELSE 'yes' END, '', '[]', '', '', now(),
    now(), now() + f.n * interval '1 second', '', CASE WHEN f.n %% 5 > 1 THEN now() END, '', '', '', '', ''
  FROM fresh f, unnest(ARRAY['la_safeguarding', 'cqc_r18', 'candour', 'dbs', 'commissioner', 'family']) AS b(body);
INSERT INTO incidents_riskcontrol (id, case_id, kind, what, trigger, who_at_risk, options_considered, why_chosen,
    proportionality, persons_views, views_not_obtained, capacity, advocate, consent_to_share, impact_and_support,
    who_was_told, exit_criteria, would_tighten, decided_by_id, decided_at, recorded_at, review_due_at, welfare_contact,
    why_no_limit, ended_how)
  SELECT gen_random_uuid(), id, 'no_lone_work', 'In twos', 'Seen', '', '', '', '', '', '', '', '', '', '', '', '', '',
    %(manager)s, now(), now(), now() + interval '3 days', '', '', '' FROM fresh;
INSERT INTO incidents_chronologyreview (id, case_id, due_at, findings, gaps)
  SELECT gen_random_uuid(), id, now() + interval '2 days', '', '' FROM fresh;
INSERT INTO incidents_casesearch (case_id, vector)
  SELECT id, to_tsvector('english', 'B-' || n || ' bruises not reported word' || n %% 977) FROM fresh;
DROP TABLE fresh;
"""
TABLES = (
    "accounts_service",
    "incidents_case",
    "incidents_casestaff",
    "incidents_duty",
    "incidents_riskcontrol",
    "incidents_chronologyreview",
    "incidents_casesearch",
)


def run() -> list[Row]:
    """Fill a database of its own step by step, and at each size read the page and the bare statement in turns."""
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
    from django.test import Client

    given = {
        "service": cast.service.pk,
        "provider": cast.provider.pk,
        "manager": cast.manager.pk,
        "worker": cast.worker.pk,
        "own": cast.manager_staff.pk,
        "user": cast.manager.pk,
    }
    # The rows' history is not what is measured; the owner of a throwaway database may leave it out.
    for table in TABLES:
        owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    owner.execute(SERVICES_SQL.format(services=SERVICES), given)
    client = Client()
    client.force_login(cast.manager)
    spent = 0.0

    def in_database(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        nonlocal spent
        start = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            spent += time.perf_counter() - start

    def ours() -> list[Any]:
        response = client.get("/cases/")
        return [line.case.pk for line in response.context["page"].lines]

    def bare() -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(BARE, given)
            return [row[0] for row in cursor.fetchall()]

    rows, pages, last = [], {}, 0
    for size in SIZES:
        owner.execute(FILL.format(services=SERVICES), given | {"first": last + 1, "last": size})
        last = size
        owner.execute("VACUUM ANALYZE")
        assert ours() == bare(), "the page and the bare statement show different cases"
        whole: list[float] = []
        ours_db: list[float] = []
        bare_db: list[float] = []
        with connection.execute_wrapper(in_database):
            for number in range(ROUNDS + 5):
                spent = 0.0
                took = _timed(ours)
                database, spent = spent, 0.0
                bare()
                if number >= 5:  # the first rounds warm up
                    whole.append(took)
                    ours_db.append(database * 1000)
                    bare_db.append(spent * 1000)
        pages[size] = median(whole)
        mine, theirs = median(ours_db), median(bare_db)
        rows.append(
            Row(f"(a) case list at {size:,}: database", "one statement by hand", mine, theirs, mine / theirs, 5.0)
        )
    first = pages[SIZES[0]]
    rows += [
        Row(f"(a) case list at {size:,}: page", f"at {SIZES[0]:,}", pages[size], first, pages[size] / first, 1.5)
        for size in SIZES[1:]
    ]
    return rows


def _timed(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000
