"""What became of tables and columns since their entries were written (docs/decisions/0002).

A ledger entry keeps the name of its history table and the row's JSON as they were. Whoever renames a model, gives a
column another type or drops a model says so here, in the commit of the migration; `verify_ledger` reads it. What
is not said here is reported as broken.
"""

from __future__ import annotations

#: Former name of a history table -> its name today (RenameModel, db_table).
FORMER: dict[str, str] = {}

#: (history table, as today; column) -> its PostgreSQL type today, where it had another one. The kept value is read as
#: that type, in UTC, before it is compared. One that cannot be read so is reported as changed.
RETYPED: dict[tuple[str, str], str] = {}

#: History tables of models that are gone -> the decision by which. Their entries stay, and hold what was in them.
DROPPED: dict[str, str] = {}


def names_of(table: str) -> list[str]:
    """Today's name of a history table and every former one."""
    return [table, *sorted(former for former, today in FORMER.items() if today == table)]


def as_today(table: str, payload: str) -> str:
    """SQL: the JSON of an entry of this table, with the columns that have another type today read as that."""
    for (of_table, column), kind in sorted(RETYPED.items()):
        if of_table == table:
            kept = f"{payload} ->> '{column}'"
            payload = (
                f"CASE WHEN pg_input_is_valid({kept}, '{kind}') THEN "
                f"jsonb_set({payload}, '{{{column}}}', to_jsonb(({kept})::{kind}), false) ELSE {payload} END"
            )
    return f"({payload})"
