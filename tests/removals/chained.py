"""Removals in what the database itself does to keep the record (records/ledger_sql.py), and in who checks that it does."""

from __future__ import annotations

import re

from records import ledger_sql
from tests.removals.table import Removal

SQL = "records/ledger_sql.py"
LEDGER = "records/ledger.py"
TAMPER = "tests/history/test_ledger_tampering.py::"
CHECKS = "records/ledger_guards.py"
CHECKED = "tests/history/test_guards_checked.py::"
LIFTED = CHECKED + "test_a_guard_that_was_lifted_is_found"
OWNER = "tests/start/test_owner_refused.py::"
NEWEST = "tests/records/test_newest_history.py::"


def _without(function: str, old: str, new: str) -> str:
    """The database function as it is made, with one thing in it changed."""
    made = re.search(rf"CREATE OR REPLACE FUNCTION {function}\(.*?\$\$;\n", ledger_sql.FUNCTIONS, re.DOTALL)
    assert made and old in made[0], f"{function} no longer says: {old}"
    return made[0].replace(old, new)


REMOVALS = [
    Removal(
        "F96",
        "no row is put back to what it said before",
        SQL,
        "ORDER BY h.history_id + 0 DESC LIMIT 1",
        "",
        (NEWEST + "test_a_row_put_back_to_an_earlier_version_is_refused[incidents.Case]",),
        sql=_without(
            "refuse_without_history", "ORDER BY h.history_id + 0 DESC", "ORDER BY to_jsonb(h) @> $2 DESC"
        ).replace("USING NEW.id;\n  IF", "USING NEW.id, stands;\n  IF"),
    ),
    Removal(
        "F96",
        "no list in a row is made shorter than its history says",
        SQL,
        "  IF said IS NULL OR said || stands <> said THEN\n    -- Written twice",
        "",
        (NEWEST + "test_a_list_made_shorter_or_put_in_another_order_is_refused[records.LedgerCheck]",),
        sql=_without("refuse_without_history", "said || stands <> said", "NOT said @> stands"),
    ),
    Removal(
        "F97",
        "the time of an entry is in its hash",
        SQL,
        "  new_hash := ledger_hash(head.hash, the_chain, head.seq + 1, moment, TG_TABLE_NAME, NEW.history_id, text_body);",
        "",
        (TAMPER + "test_a_changed_time_of_an_entry_is_found[at - interval '1 second']",),
        sql=_without(
            "ledger_append",
            "ledger_hash(head.hash, the_chain, head.seq + 1, moment, TG_TABLE_NAME, NEW.history_id, text_body)",
            "sha256(head.hash || convert_to(the_chain::text || ':' || (head.seq + 1)::text || ':' || TG_TABLE_NAME || ':' "
            "|| NEW.history_id::text || ':' || text_body, 'UTF8'))",
        ).replace("head.hash, 2, new_hash", "head.hash, 1, new_hash"),
    ),
    Removal(
        "F97",
        "finds a changed time of an entry from before it was hashed",
        LEDGER,
        "        elif formula == 1 and _is_off(moment, payload):",
        "        elif False:",
        (TAMPER + "test_a_changed_time_of_an_entry_from_before_it_was_hashed_is_found",),
    ),
    Removal(
        "F97",
        "finds a trigger that says something else",
        CHECKS,
        "        elif _read(said) != one:",
        "        elif False:",
        (LIFTED + "[never fires]",),
    ),
    Removal(
        "F97",
        "finds a hand-written function hollowed out",
        CHECKS,
        "            made |= {one.name: one for one in functions(sql)}",
        "            made |= {}",
        (LIFTED + "[a hand-written function emptied]",),
    ),
    Removal(
        "F97",
        "finds a right that the product should not have",
        CHECKS,
        "        if held:",
        "        if False:",
        (LIFTED + "[the product may change history]",),
    ),
    Removal(
        "F97",
        "finds a product that owns its tables",
        CHECKS,
        "    if owned:",
        "    if False:",
        (LIFTED + "[the product owns a table]",),
    ),
    Removal(
        "F97",
        "the roles file run again gives nothing back",
        "config/roles.sql",
        "        EXECUTE format('REVOKE %s ON %s FROM safe_app', kept.rights, kept.tab);",
        "        NULL;",
        (CHECKED + "test_the_roles_file_run_again_gives_nothing_back",),
    ),
    Removal(
        "F97",
        "migrating needs the owner",
        "config/settings.py",
        '    missing += ["DATABASE_OWNER_URL"] if flag("AS_OWNER") and not env("DATABASE_OWNER_URL") else []',
        "",
        (OWNER + "test_the_migrate_job_says_that_it_wants_the_owner",),
    ),
    Removal(
        "F97",
        "the product does not run as the owner",
        "config/own_role.py",
        "    if found:",
        "    if False:",
        (OWNER + "test_the_product_does_not_run_as_the_owner_of_its_tables",),
    ),
    Removal(
        "F96",
        "the owner deletes nothing either",
        SQL,
        'f"CREATE OR REPLACE TRIGGER never_deleted BEFORE DELETE ON {table} "',
        "",
        (CHECKED + "test_the_owner_who_states_an_actor_can_neither_delete_nor_empty",),
        sql="DROP TRIGGER never_deleted ON accounts_service",
    ),
    Removal(
        "F96",
        "a migrate that leaves a record without history does not pass",
        SQL,
        "        _refuse_records_without_history(cursor, existing)",
        "",
        (CHECKED + "test_a_migrate_that_leaves_a_record_without_history_does_not_pass",),
    ),
    Removal(
        "F97",
        "finds entries of a table that nobody knows",
        LEDGER,
        "        [[*known, *ledger_names.DROPPED], *([chain] if chain else [])],",
        "        [[*known, *ledger_names.DROPPED, 'gone_historicalthing'], *([chain] if chain else [])],",
        (
            "tests/history/test_ledger_migrated.py::test_entries_of_a_dropped_model_are_reported_until_it_is_said_to_be_gone",
        ),
    ),
    Removal(
        "F97",
        "compares a renamed table",
        "records/ledger_names.py",
        "    return [table, *sorted(former for former, today in FORMER.items() if today == table)]",
        "    return [table]",
        ("tests/history/test_ledger_migrated.py::test_entries_of_a_renamed_table_are_compared_under_its_new_name",),
    ),
    Removal(
        "F97",
        "compares a column of another type",
        "records/ledger_names.py",
        "        if of_table == table:",
        "        if False:",
        ("tests/history/test_ledger_migrated.py::test_a_column_of_another_type_is_compared_as_that",),
    ),
    Removal(
        "F96",
        "a sign-in is changed by actions only",
        "accounts/models/people.py",
        "            if not fields <= self.OWN_ACTS:",
        "            if False:",
        ("tests/records/test_no_write_escapes.py::test_a_sign_in_is_not_changed_outside_an_action_in_its_own_name",),
        by=("DatabaseError", "InternalError", "ProgrammingError"),
    ),
    Removal(
        "F96",
        "a grant opens no more than its role gives",
        "accounts/access.py",
        "                if (codename, pk) in given:",
        "                if True:",
        ("tests/accounts/test_grants_follow_roles.py::test_a_grant_put_in_by_a_side_door_opens_nothing",),
    ),
    Removal(
        "F96",
        "a release that changes a role reaches who holds it",
        "accounts/apps.py",
        "        access.follow_the_roles()",
        "        del access",
        (
            "tests/accounts/test_grants_follow_roles.py::test_a_release_that_changes_a_role_reaches_everybody_who_holds_it",
        ),
    ),
]
