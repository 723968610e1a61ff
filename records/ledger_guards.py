"""Are the database's own guards as this product makes them: triggers, functions, owners and rights (F97)?

    for fault in faults(): ...        part of every whole check of the ledger

A trigger is compared in all it says (when, on what, for which rows, under which condition, with which arguments), a
function in its body and in whose rights and settings it runs with. What they should say is read from where they
are made: records/ledger_sql.py for those of every tracked model, the migrations for those written by hand, so that a
new one is checked from its first day. Read-only; needs no right beyond reading the catalogue.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.db import connection
from django.db.migrations import RunSQL
from django.db.migrations.loader import MigrationLoader

from records import ledger_sql
from records.broken import Broken

OURS = ("records", "accounts", "incidents", "remediation", "governance")
_TRIGGER = re.compile(
    r"CREATE (?:OR REPLACE )?(?P<kind>CONSTRAINT )?TRIGGER (?P<name>\w+) (?P<when>BEFORE|AFTER|INSTEAD OF) (?P<events>.+?) "
    r"ON (?:public\.)?(?P<table>\w+) (?P<deferred>DEFERRABLE INITIALLY DEFERRED )?FOR EACH (?P<each>ROW|STATEMENT) "
    r"(?:WHEN \((?P<condition>.*)\) )?EXECUTE (?:FUNCTION|PROCEDURE) (?:public\.)?(?P<function>\w+)\((?P<arguments>.*)\)$",
    re.IGNORECASE,
)
_FUNCTION = re.compile(
    r"CREATE (?:OR REPLACE )?FUNCTION (?P<name>\w+)\((?P<arguments>.*?)\)(?P<head>[^;]*?)AS \$\$(?P<body>.*?)\$\$(?P<tail>[^;]*);",
    re.IGNORECASE | re.DOTALL,
)
_STATEMENT = re.compile(
    r"(?P<make>CREATE (?:OR REPLACE )?(?:CONSTRAINT )?TRIGGER [^;]*)|DROP TRIGGER (?:IF EXISTS )?(?P<trigger>\w+) ON (?P<on>\w+)"
    r"|DROP FUNCTION (?:IF EXISTS )?(?P<function>\w+)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Trigger:
    """All that a trigger says, in one spelling."""

    table: str
    name: str
    when: str
    events: frozenset[str]
    each: str
    deferred: bool
    condition: str
    function: str
    arguments: str


@dataclass(frozen=True)
class Function:
    """All that decides what a function does, in one spelling."""

    name: str
    arguments: str
    body: str
    as_owner: bool
    settings: frozenset[str]


def trigger(statement: str) -> Trigger:
    """Read a CREATE TRIGGER statement, ours or as PostgreSQL tells it. Raises ValueError where it cannot be read."""
    found = _TRIGGER.match(" ".join(statement.split()))
    if found is None:
        raise ValueError(f"This trigger cannot be read: {statement}")
    return Trigger(
        found["table"],
        found["name"],
        found["when"].upper(),
        frozenset(event.strip().upper() for event in re.split(" or ", found["events"], flags=re.IGNORECASE)),
        found["each"].upper(),
        bool(found["kind"] and found["deferred"]),
        re.sub(r"[()\s]|::\w+", "", found["condition"] or "").lower(),
        found["function"],
        re.sub(r"\s", "", found["arguments"]),
    )


def functions(sql: str) -> list[Function]:
    """The functions that this SQL makes."""
    return [
        Function(
            found["name"],
            " ".join(found["arguments"].split()).lower().replace("timestamptz", "timestamp with time zone"),
            found["body"].strip(),
            "security definer" in (said := " ".join(f"{found['head']} {found['tail']}".lower().split())),
            frozenset(_spelt("=".join(one)) for one in re.findall(r"set (\w+) (?:=|to) (.+?)(?= set |$)", said)),
        )
        for found in _FUNCTION.finditer(sql)
    ]


def _spelt(setting: str) -> str:
    return re.sub(r"['\"\s]", "", setting).lower()


@cache
def _by_hand() -> tuple[dict[tuple[str, str], Trigger], dict[str, Function]]:
    """The triggers and functions that our migrations make and do not take away again."""
    migrations = MigrationLoader(None).disk_migrations
    triggers: dict[tuple[str, str], Trigger] = {}
    made: dict[str, Function] = {}
    for key in sorted((key for key in migrations if key[0] in OURS), key=lambda key: (OURS.index(key[0]), key[1])):
        for sql in _texts(migrations[key].operations):
            made |= {one.name: one for one in functions(sql)}
            for found in _STATEMENT.finditer(_FUNCTION.sub("", sql)):
                if found["make"]:
                    one = trigger(found["make"])
                    triggers[one.table, one.name] = one
                elif found["trigger"]:
                    triggers.pop((found["on"], found["trigger"]), None)
                else:
                    made.pop(found["function"], None)
    return triggers, made


def _texts(operations: Iterable[object]) -> Iterator[str]:
    for operation in operations:
        if isinstance(operation, RunSQL):
            parts = operation.sql if isinstance(operation.sql, (list, tuple)) else [operation.sql]
            yield from (part if isinstance(part, str) else part[0] for part in parts)


def wanted() -> tuple[dict[tuple[str, str], Trigger], dict[str, Function]]:
    """Every trigger, by table and name, and every function, by name, as this product makes them."""
    triggers, made = _by_hand()
    every = [trigger(statement) for _, statement in ledger_sql.guards()]
    return triggers | {(one.table, one.name): one for one in every}, made | {
        one.name: one for one in functions(ledger_sql.FUNCTIONS)
    }


def faults() -> Iterator[Broken]:
    """What of the guards is missing, switched off, or says something else; and who could lift them."""
    yield from _trigger_faults()
    yield from _function_faults()
    yield from _role_faults()


def _trigger_faults() -> Iterator[Broken]:
    triggers, _ = wanted()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, t.tgname, t.tgenabled, pg_get_triggerdef(t.oid, true) FROM pg_trigger t "
            "JOIN pg_class c ON c.oid = t.tgrelid WHERE c.relnamespace = 'public'::regnamespace AND NOT t.tgisinternal"
        )
        found = {(table, name): (enabled, said) for table, name, enabled, said in cursor.fetchall()}
    for (table, name), one in triggers.items():
        enabled, said = found.get((table, name), ("", ""))
        if not said:
            yield Broken(table, None, None, f"the trigger '{name}' is missing")
        elif enabled not in ("O", "A"):
            yield Broken(table, None, None, f"the trigger '{name}' is switched off")
        elif _read(said) != one:
            yield Broken(table, None, None, f"the trigger '{name}' is not the one this product installs: {said}")


def _read(said: str) -> Trigger | None:
    try:
        return trigger(said)
    except ValueError:  # (a form of trigger that this product has none of)
        return None


def _function_faults() -> Iterator[Broken]:
    _, made = wanted()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname, pg_get_function_arguments(oid), prosrc, prosecdef, coalesce(proconfig, '{}') FROM pg_proc "
            "WHERE pronamespace = 'public'::regnamespace AND proname = ANY(%s)",
            [list(made)],
        )
        found: dict[str, list[Function]] = {}
        for name, arguments, body, as_owner, given in cursor.fetchall():
            said = Function(name, arguments.lower(), body.strip(), as_owner, frozenset(map(_spelt, given)))
            found.setdefault(name, []).append(said)
    for name, one in made.items():
        if found.get(name) != [one]:
            yield Broken("", None, None, f"the database function '{name}' is not the one this product installs")


#: Rights that nobody but the owner needs on any table of the record: each of them goes round the guards.
NEVER = {"TRUNCATE", "TRIGGER"}


def _role_faults() -> Iterator[Broken]:
    """The application's role owns no table of the record, and may not change what is kept for good."""
    role = settings.DATABASE_APP_ROLE
    withheld = ledger_sql.withheld()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT c.relname, pg_has_role(r.oid, c.relowner, 'MEMBER'),
                   array(SELECT one FROM unnest(%s::text[]) one WHERE has_table_privilege(r.oid, c.oid, one)),
                   has_any_column_privilege(r.oid, c.oid, 'UPDATE')
            FROM pg_class c, pg_roles r
            WHERE r.rolname = %s AND c.relnamespace = 'public'::regnamespace AND c.relname = ANY(%s)
            ORDER BY c.relname
            """,
            [["INSERT", "UPDATE", "DELETE", *sorted(NEVER)], role, list(withheld)],
        )
        found = cursor.fetchall()
    owned = [table for table, owns, _, _ in found if owns]
    if owned:
        what = f"the product's own role {role} owns {len(owned)} tables of the record, or may act as who owns them"
        yield Broken(owned[0], None, None, f"{what}, so it could switch every guard off")
        return
    for table, _, rights, a_column in found:
        held = (set(rights) | ({"UPDATE"} if a_column else set())) & (withheld[table] | NEVER)
        if held:
            what = f"the product's own role {role} has the right to {', '.join(sorted(held))} here"
            yield Broken(table, None, None, what)
