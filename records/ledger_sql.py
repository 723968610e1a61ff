"""The database's own part of the record: append-only history, fixed signatures, one hash chain a case.

Installed after every `migrate`, on every tracked model found, so that a new model cannot be forgotten
(docs/decisions/0002). The functions run with the owner's rights and in UTC, whatever the session says.
"""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.db import connections

FUNCTIONS = """
-- Formula 2 (records/ledger.py, entry_hash). The time is seconds since 1970 with six decimals: no time zone, no locale.
CREATE OR REPLACE FUNCTION ledger_hash(previous bytea, chain uuid, seq bigint, at timestamptz, tab text, hist bigint, payload text)
RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
  SELECT sha256(previous || convert_to('2:' || chain::text || ':' || seq::text || ':' || extract(epoch FROM at)::text || ':' ||
    tab || ':' || hist::text || ':' || payload, 'UTF8'))
$$;

CREATE OR REPLACE FUNCTION ledger_append() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET timezone = 'UTC' SET search_path = public, pg_temp AS $$
DECLARE
  body jsonb := to_jsonb(NEW);
  the_chain uuid := coalesce(body->>TG_ARGV[0], body->>'id')::uuid;
  highest text := current_setting('safe.chain', true);
  head records_ledgerhead%ROWTYPE;
  text_body text := body::text;
  moment timestamptz;
  new_hash bytea;
BEGIN
  -- A history row put in by hand names whom it likes; one written by an action names who is acting.
  IF coalesce(body->>'history_user_id', '') <> coalesce(nullif(current_setting('safe.actor', true), ''), '-') THEN
    RAISE EXCEPTION '% is written by actions only: its actor is not the one who acts', TG_TABLE_NAME
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  -- One row lock a case: writers of one case queue, writers of different cases never meet. A transaction that
  -- writes in several waits only upwards, in the order of their names; for a lower one it does not wait, but
  -- fails at once and is tried again from its start (records.acting). So no two can wait for each other.
  IF the_chain < nullif(highest, '')::uuid THEN
    SELECT * INTO head FROM records_ledgerhead WHERE chain = the_chain FOR UPDATE NOWAIT;
  ELSE
    SELECT * INTO head FROM records_ledgerhead WHERE chain = the_chain FOR UPDATE;
    IF highest IS DISTINCT FROM the_chain::text THEN
      PERFORM set_config('safe.chain', the_chain::text, true);
    END IF;
  END IF;
  IF head.chain IS NULL THEN
    INSERT INTO records_ledgerhead AS h (chain, seq, hash) VALUES (the_chain, 0, ''::bytea)
      ON CONFLICT (chain) DO NOTHING;
    SELECT * INTO head FROM records_ledgerhead WHERE chain = the_chain FOR UPDATE;
  END IF;
  moment := clock_timestamp();  -- (asked once the head is held, so that times rise along the chain)
  new_hash := ledger_hash(head.hash, the_chain, head.seq + 1, moment, TG_TABLE_NAME, NEW.history_id, text_body);
  INSERT INTO records_ledgerentry (chain, seq, at, "table", "row", payload, previous, formula, hash)
    VALUES (the_chain, head.seq + 1, moment, TG_TABLE_NAME, NEW.history_id, text_body, head.hash, 2, new_hash);
  UPDATE records_ledgerhead SET seq = head.seq + 1, hash = new_hash WHERE chain = the_chain;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is kept for good: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE OR REPLACE FUNCTION refuse_without_actor() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF coalesce(current_setting('safe.actor', true), '') = '' THEN
    RAISE EXCEPTION '% is written by actions only: no actor is stated', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION refuse_without_history() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  stands jsonb := to_jsonb(NEW) - TG_ARGV[1:];
  said jsonb;
BEGIN
  -- Whatever a row says when the transaction commits, its newest history row says too, with actor and reason. An
  -- older one does not count (putting a record back is a change like any other), and each column is compared as a
  -- whole: "contains" would let through a list that was shortened.
  -- (+ 0: by the index on the record's id, never backwards through all history.)
  EXECUTE format('SELECT to_jsonb(h) FROM %I h WHERE h.id = $1 ORDER BY h.history_id + 0 DESC LIMIT 1', TG_ARGV[0])
    INTO said USING NEW.id;
  IF said IS NULL OR said || stands <> said THEN
    -- Written twice in one transaction: what counts is what stands now.
    EXECUTE format('SELECT to_jsonb(t) - $2 FROM %I t WHERE t.id = $1', TG_TABLE_NAME)
      INTO stands USING NEW.id, TG_ARGV[1:];
    IF said IS NULL OR said || stands <> said THEN
      RAISE EXCEPTION '% was written without history', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
    END IF;
  END IF;
  RETURN NULL;
END $$;
"""


def _role_exists(cursor: Any, role: str) -> bool:
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s AND NOT rolsuper", [role])
    return cursor.fetchone() is not None


def chain_column(model: Any) -> str:
    """The column that names a record's chain: its case where it belongs to one, else the record itself."""
    if model._meta.label == "incidents.Case":
        return "id"
    return "case_id" if any(f.attname == "case_id" for f in model._meta.concrete_fields) else "id"


def not_in_history(model: Any) -> list[str]:
    """Columns the history leaves out on purpose (a password hash, the last sign-in)."""
    from records.registry import history_model

    kept = {f.column for f in history_model(model)._meta.concrete_fields}
    return [f.column for f in model._meta.concrete_fields if f.column not in kept]


def guards() -> list[tuple[str, str]]:
    """Every trigger of the tracked models, each with its table: the statement that makes it, as it is checked later."""
    from records.registry import history_model, signed_models, tracked_models

    found = []
    for model in tracked_models():
        table, history = model._meta.db_table, history_model(model)._meta.db_table
        left_out = "".join(f", '{name}'" for name in not_in_history(model))
        found += [
            (
                history,
                f"CREATE OR REPLACE TRIGGER ledger AFTER INSERT ON {history} "
                f"FOR EACH ROW EXECUTE FUNCTION ledger_append('{chain_column(model)}')",
            ),
            (
                history,
                f"CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE ON {history} "
                "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
            ),
            (
                table,
                f"CREATE OR REPLACE TRIGGER actor BEFORE INSERT OR UPDATE OR DELETE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse_without_actor()",
            ),
            # Also to the owner, who runs data migrations and may state an actor like everybody.
            (
                table,
                f"CREATE OR REPLACE TRIGGER never_deleted BEFORE DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
            ),
            (
                table,
                f"CREATE CONSTRAINT TRIGGER history_kept AFTER INSERT OR UPDATE ON {table} "
                f"DEFERRABLE INITIALLY DEFERRED FOR EACH ROW "
                f"EXECUTE FUNCTION refuse_without_history('{history}'{left_out})",
            ),
        ]
        found += [
            (
                one,
                f"CREATE OR REPLACE TRIGGER never_emptied BEFORE TRUNCATE ON {one} "
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
            )
            for one in (table, history)
        ]
    for model in signed_models():
        table = model._meta.db_table
        found.append(
            (
                table,
                f"CREATE OR REPLACE TRIGGER signed BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
            )
        )
    return found


def withheld() -> dict[str, set[str]]:
    """What the application's role may not do, a table of the record: for the installer, and for who checks it."""
    from records.registry import history_model, signed_models, tracked_models

    found = {table: {"INSERT", "UPDATE", "DELETE"} for table in ("records_ledgerentry", "records_ledgerhead")}
    for model in tracked_models():
        found[model._meta.db_table] = {"DELETE"}
        found[history_model(model)._meta.db_table] = {"UPDATE", "DELETE"}
    for model in signed_models():
        found[model._meta.db_table] = {"UPDATE", "DELETE"}
    return found


class WithoutHistory(RuntimeError):
    """A migration put records in, or put them back, by a way round the triggers; it has to write their history too."""


def _refuse_records_without_history(cursor: Any, existing: set[str]) -> None:
    """Raises WithoutHistory for the first tracked table in which a record has none. One pass over its ids."""
    from records.registry import history_model, tracked_models

    for model in tracked_models():
        table, history = model._meta.db_table, history_model(model)._meta.db_table
        if not {table, history} <= existing:
            continue
        cursor.execute(
            f"SELECT id FROM {table} EXCEPT SELECT id FROM {history} LIMIT 1"  # noqa: S608  (names of our own tables only)
        )
        if found := cursor.fetchone():
            raise WithoutHistory(f"The record {found[0]} in {table} has no history. Write it through an action.")


def install(using: str = "default") -> None:
    """(Re)create functions and triggers for every tracked model. Idempotent; run as the tables' owner."""
    connection = connections[using]
    existing = set(connection.introspection.table_names())
    if "records_ledgerhead" not in existing:
        return
    with connection.cursor() as cursor:
        cursor.execute(FUNCTIONS)
        # The first formula, without the time; entries made by it are checked in records/ledger.py.
        cursor.execute("DROP FUNCTION IF EXISTS ledger_hash(bytea, uuid, bigint, text, bigint, text)")
        cursor.execute("REVOKE ALL ON FUNCTION ledger_append() FROM PUBLIC")
        for table, statement in guards():
            if table not in existing:
                continue
            if "CONSTRAINT" in statement:  # (the one kind that cannot be replaced)
                cursor.execute(f"DROP TRIGGER IF EXISTS history_kept ON {table}")
            cursor.execute(statement)
        _refuse_records_without_history(cursor, existing)
        role = settings.DATABASE_APP_ROLE
        if role and _role_exists(cursor, role):
            for table, rights in withheld().items():
                if table in existing:
                    cursor.execute(f"REVOKE {', '.join(sorted(rights))} ON {table} FROM {role}")


def install_after_migrate(sender: AppConfig, using: str = "default", **_: Any) -> None:
    # post_migrate fires once an app, when every table is there. Ours fires first, so that what another app
    # writes at its own turn (accounts: the system user) already enters the ledger.
    if sender.name == "records":
        install(using)
