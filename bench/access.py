"""(h) The permission-filtered case list among 10,000 users, 2,000 services and 100,000 cases.

As in (a): the time the whole page spends in the database against one statement by hand that is told the services.
For a manager of one service, for one who holds twenty roles at twenty services, and for the nominated individual,
who may see them all.
"""

from __future__ import annotations

import os
import time
from statistics import median
from typing import Any

import psycopg

from bench import case_list
from bench.chasing import Row

USERS, SERVICES, CASES, ROUNDS = 10_000, 2_000, 100_000, 25

BARE = case_list.BARE.replace("service_id = %(service)s", "service_id = ANY(%(services)s)")

#: Everybody holds the manager's role at one service; each service has the group that carries it, with its grants.
PEOPLE = """
INSERT INTO accounts_user
  SELECT (jsonb_populate_record(u, jsonb_build_object('id', gen_random_uuid(), 'email', 'b' || n || '@bench.example'))).*
  FROM accounts_user u, generate_series(1, {users}) n WHERE u.id = %(manager)s;
CREATE TEMP TABLE person AS
  SELECT id, row_number() OVER () AS n FROM accounts_user WHERE email LIKE 'b%%@bench.example';
INSERT INTO accounts_membership (id, user_id, role, provider_id, service_id, starts_on)
  SELECT gen_random_uuid(), p.id, 'registered_manager', %(provider)s, s.id, CURRENT_DATE - 30
  FROM person p JOIN numbered s ON s.n = p.n %% {services};
INSERT INTO auth_group (name) SELECT 'registered_manager ' || id FROM numbered
  WHERE id <> %(service)s ON CONFLICT DO NOTHING;
INSERT INTO accounts_rolegroup (group_id, role, provider_id, service_id)
  SELECT g.id, 'registered_manager', %(provider)s, s.id FROM numbered s
  JOIN auth_group g ON g.name = 'registered_manager ' || s.id ON CONFLICT DO NOTHING;
INSERT INTO accounts_servicegrouppermission (group_id, permission_id, content_object_id)
  SELECT r.group_id, g.permission_id, r.service_id FROM accounts_rolegroup r,
    (SELECT DISTINCT permission_id FROM accounts_servicegrouppermission WHERE content_object_id = %(service)s
       AND group_id IN (SELECT group_id FROM accounts_rolegroup WHERE role = 'registered_manager')) g
  WHERE r.service_id IS NOT NULL ON CONFLICT DO NOTHING;
INSERT INTO accounts_user_groups (user_id, group_id)
  SELECT p.id, r.group_id FROM person p JOIN numbered s ON s.n = p.n %% {services}
  JOIN accounts_rolegroup r ON r.service_id = s.id AND r.role = 'registered_manager' ON CONFLICT DO NOTHING;
"""
MORE_ROLES = """
INSERT INTO accounts_membership (id, user_id, role, provider_id, service_id, starts_on)
  SELECT gen_random_uuid(), (SELECT id FROM person WHERE n = 7), 'registered_manager', %(provider)s, s.id, CURRENT_DATE - 30
  FROM numbered s WHERE s.n BETWEEN 100 AND 118;
"""


def run() -> list[Row]:
    from config import embedded
    from tests import cast as people
    from tests import servers

    with servers.copy() as name:
        cast = people.build()
        url = embedded.with_database(os.environ["DATABASE_OWNER_URL"], name)
        with psycopg.connect(url, autocommit=True, cursor_factory=psycopg.ClientCursor) as owner:
            given = _fill(cast, owner)
            return [_measure(owner, given, *reader) for reader in _readers(cast, owner)]


def _fill(cast: Any, owner: psycopg.Connection[Any]) -> dict[str, Any]:
    from django.test import Client

    warm = Client()  # makes the groups of the cast's own roles, whose grants are copied
    for user in (cast.manager, cast.users["nominated_individual"]):
        warm.force_login(user)
        assert warm.get("/cases/").status_code == 200
    given = {
        "service": cast.service.pk,
        "provider": cast.provider.pk,
        "manager": cast.manager.pk,
        "worker": cast.worker.pk,
        "own": cast.manager_staff.pk,
    }
    for table in (*case_list.TABLES, "accounts_user", "accounts_membership"):
        owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    owner.execute(case_list.SERVICES_SQL.format(services=SERVICES), given)
    owner.execute(PEOPLE.format(users=USERS, services=SERVICES), given)
    owner.execute(MORE_ROLES, given)
    owner.execute(case_list.FILL.format(services=SERVICES), given | {"first": 1, "last": CASES})
    owner.execute("VACUUM ANALYZE")
    return given


def _readers(cast: Any, owner: psycopg.Connection[Any]) -> list[tuple[str, Any]]:
    from accounts.models import User

    ids = dict(owner.execute("SELECT n, id FROM person WHERE n IN (3, 7)").fetchall())
    return [
        ("one service", User.objects.get(pk=ids[3])),
        ("twenty services", User.objects.get(pk=ids[7])),
        ("all services", cast.users["nominated_individual"]),
    ]


def _measure(owner: psycopg.Connection[Any], given: dict[str, Any], what: str, user: Any) -> Row:
    from django.db import connection
    from django.test import Client

    from accounts import access
    from accounts.permits import Permit

    services = [row["pk"] for row in access.of(user).services(Permit.VIEW_CASES)]
    values = given | {"user": user.pk, "services": services}
    client = Client()
    client.force_login(user)
    spent = 0.0

    def in_database(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        nonlocal spent
        start = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            spent += time.perf_counter() - start

    def ours() -> list[Any]:
        return [line.case.pk for line in client.get("/cases/").context["page"].lines]

    def bare() -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(BARE, values)
            return [row[0] for row in cursor.fetchall()]

    assert ours() == bare(), "the page and the bare statement show different cases"
    mine: list[float] = []
    theirs: list[float] = []
    with connection.execute_wrapper(in_database):
        for number in range(ROUNDS + 5):
            spent = 0.0
            ours()
            database, spent = spent, 0.0
            bare()
            if number >= 5:  # the first rounds warm up
                mine.append(database * 1000)
                theirs.append(spent * 1000)
    ratio = median(mine) / median(theirs)
    name = f"(h) list of {what} ({len(services):,}): database"
    return Row(name, "one statement by hand", median(mine), median(theirs), ratio, 5.0)
