"""F97: what the application's role may not do, and what the database's own superuser cannot hide."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import Error, connection, transaction

from incidents.models import ChronologyEntry
from records import ledger
from records.models import LedgerEntry
from records.registry import tracked_models
from tests.history.conftest import Kept

HISTORY = "incidents_historicalchronologyentry"


def fault(**options) -> str:
    """The one line `verify_ledger` prints about the first broken row; it must end with exit code 1."""
    out = io.StringIO()
    with pytest.raises(CommandError) as refused:
        call_command("verify_ledger", stderr=out, **options)
    assert refused.value.returncode == 1
    return out.getvalue()


def row_of(case, number=0) -> int:
    return ChronologyEntry.history.filter(case=case).order_by("history_id")[number].history_id


@pytest.mark.feature("F97")
def test_an_untouched_ledger_is_intact_and_says_how_much_was_read(kept: Kept) -> None:
    out = io.StringIO()
    call_command("verify_ledger", stdout=out)
    assert f"Intact: {LedgerEntry.objects.count():,} entries in" in out.getvalue()
    assert "entries a second" in out.getvalue()


@pytest.mark.feature("F97")
@pytest.mark.parametrize(
    "statement",
    [
        f"UPDATE {HISTORY} SET text = 'nothing was seen'",
        f"DELETE FROM {HISTORY}",
        f"TRUNCATE {HISTORY}",
        f"ALTER TABLE {HISTORY} DISABLE TRIGGER ALL",
        "UPDATE records_ledgerentry SET payload = '{}'",
        "DELETE FROM records_ledgerentry",
        "INSERT INTO records_ledgerhead (chain, seq, hash) VALUES (gen_random_uuid(), 0, '')",
        "UPDATE incidents_chronologyentry SET text = 'nothing was seen'",
        "DELETE FROM incidents_chronologyentry",
        "SET session_replication_role = replica",
    ],
)
def test_the_application_s_own_role_is_refused(kept: Kept, statement: str) -> None:
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert ledger.verify().intact


@pytest.mark.feature("F97")
def test_a_changed_history_row_is_named(kept: Kept, as_owner) -> None:
    row = row_of(kept.cases[0])
    as_owner(f"UPDATE {HISTORY} SET text = 'nothing was seen' WHERE history_id = %s", row)
    said = fault()
    assert HISTORY in said and f"row {row}," in said and str(kept.cases[0].pk) in said
    assert "was changed after it was written: text" in said


@pytest.mark.feature("F97")
def test_a_changed_history_row_whose_entry_was_changed_with_it_is_named(kept: Kept, as_owner) -> None:
    row = row_of(kept.cases[0])
    as_owner(f"UPDATE {HISTORY} SET text = 'nothing was seen' WHERE history_id = %s", row)
    as_owner(
        f'UPDATE records_ledgerentry SET payload = (SELECT to_jsonb(h)::text FROM {HISTORY} h WHERE history_id = "row") '
        f'WHERE "table" = \'{HISTORY}\' AND "row" = %s',
        row,
    )
    assert f"row {row}," in (said := fault()) and "of the chain was changed" in said


@pytest.mark.feature("F97")
def test_a_removed_history_row_is_named(kept: Kept, as_owner) -> None:
    row = row_of(kept.cases[1], 1)
    as_owner(f"DELETE FROM {HISTORY} WHERE history_id = %s", row)
    assert f"row {row}," in (said := fault()) and "was removed" in said


@pytest.mark.feature("F97")
def test_a_history_row_removed_with_its_entry_is_named(kept: Kept, as_owner) -> None:
    row = row_of(kept.cases[1], 1)
    as_owner(f"DELETE FROM {HISTORY} WHERE history_id = %s", row)
    as_owner(f'DELETE FROM records_ledgerentry WHERE "table" = \'{HISTORY}\' AND "row" = %s', row)
    assert "of the chain is missing" in fault()


@pytest.mark.feature("F97")
def test_an_inserted_history_row_is_named(kept: Kept, as_owner) -> None:
    columns = ", ".join(
        field.column for field in ChronologyEntry.history.model._meta.concrete_fields if field.column != "history_id"
    )
    [(row,)] = as_owner(
        f"INSERT INTO {HISTORY} (history_id, {columns}) SELECT 999999, {columns} FROM {HISTORY} LIMIT 1 "
        "RETURNING history_id"
    )
    assert f"row {row}," in (said := fault()) and "put in without a ledger entry" in said


@pytest.mark.feature("F97")
def test_two_swapped_history_rows_are_found(kept: Kept, as_owner) -> None:
    first, second = row_of(kept.cases[0], 0), row_of(kept.cases[0], 1)
    for was, becomes in ((first, -1), (second, first), (-1, second)):
        as_owner(f"UPDATE {HISTORY} SET history_id = %s WHERE history_id = %s", becomes, was)
    assert f"row {first}," in (said := fault()) and "was changed after it was written" in said


@pytest.mark.feature("F97")
def test_two_swapped_entries_are_found(kept: Kept, as_owner) -> None:
    chain = kept.cases[0].pk
    for was, becomes in ((2, -1), (3, 2), (-1, 3)):
        as_owner("UPDATE records_ledgerentry SET seq = %s WHERE chain = %s AND seq = %s", becomes, chain, was)
    assert "does not follow from the entry before it" in fault()


@pytest.mark.feature("F97")
def test_a_tail_cut_off_without_its_head_is_found(kept: Kept, as_owner) -> None:
    cut_tail(kept, as_owner, head_too=False)
    assert "the end was cut off" in fault()


@pytest.mark.feature("F97")
def test_a_tail_cut_off_with_its_head_and_its_rows_is_found_by_a_head_noted_earlier(
    kept: Kept, as_owner, tmp_path: Path
) -> None:
    noted = tmp_path / "heads.jsonl"
    call_command("verify_ledger", write_anchors=noted, stdout=io.StringIO())
    cut_tail(kept, as_owner, head_too=True)
    assert ledger.verify().intact, "without an outside anchor this cannot be seen; that is why packs print the head"
    assert "the end was cut off: entry 4" in fault(anchors=noted)


def cut_tail(kept: Kept, as_owner, *, head_too: bool) -> None:
    """Take the last entry of the first case away, with its history row and its record."""
    chain = kept.cases[0].pk
    row = row_of(kept.cases[0], 2)
    [(record,)] = as_owner(f"DELETE FROM {HISTORY} WHERE history_id = %s RETURNING id", row)
    as_owner("DELETE FROM incidents_chronologyentry WHERE id = %s", record)
    as_owner("DELETE FROM records_ledgerentry WHERE chain = %s AND seq = 4", chain)
    if head_too:
        as_owner(
            "UPDATE records_ledgerhead h SET seq = 3, hash = e.hash FROM records_ledgerentry e "
            "WHERE e.chain = h.chain AND e.seq = 3 AND h.chain = %s",
            chain,
        )


@pytest.mark.feature("F97")
def test_a_chain_written_anew_is_found_by_a_head_noted_earlier(kept: Kept, as_owner, tmp_path: Path) -> None:
    noted = tmp_path / "heads.jsonl"
    ledger.write_anchors(noted)
    row = row_of(kept.cases[0], 2)
    record = as_owner(f"UPDATE {HISTORY} SET text = 'all well' WHERE history_id = %s RETURNING id", row)[0][0]
    as_owner("UPDATE incidents_chronologyentry SET text = 'all well' WHERE id = %s", record)
    as_owner(
        f"UPDATE records_ledgerentry SET payload = (SELECT to_jsonb(h)::text FROM {HISTORY} h WHERE history_id = %s) "
        f'WHERE "table" = \'{HISTORY}\' AND "row" = %s',
        row,
        row,
    )
    as_owner(
        'UPDATE records_ledgerentry SET hash = ledger_hash(previous, chain, seq, "at", "table", "row", payload) '
        "WHERE chain = %s AND seq = 4",
        kept.cases[0].pk,
    )
    as_owner(
        "UPDATE records_ledgerhead h SET hash = e.hash FROM records_ledgerentry e "
        "WHERE e.chain = h.chain AND e.seq = h.seq AND h.chain = %s",
        kept.cases[0].pk,
    )
    assert ledger.verify().intact
    assert "is not the one known from" in fault(anchors=noted)


@pytest.mark.feature("F97")
@pytest.mark.parametrize("when", ["at - interval '1 second'", "'2026-01-05 10:00+00'", "'infinity'"])
def test_a_changed_time_of_an_entry_is_found(kept: Kept, as_owner, when: str) -> None:
    """The time an entry was written is what the pages call "written down": it says what was entered late."""
    as_owner(f"UPDATE records_ledgerentry SET at = {when} WHERE chain = %s AND seq = 3", kept.cases[0].pk)
    assert "entry 3 of the chain was changed after it was written" in fault()


def by_the_first_formula(kept: Kept, as_owner) -> None:
    """Write the chain of the first case as it would stand had it been written before the time was hashed."""
    last = b""
    for entry in LedgerEntry.objects.filter(chain=kept.cases[0].pk).order_by("seq"):
        made = ledger.entry_hash(last, entry.chain, entry.seq, "", entry.table, entry.row, entry.payload, 1)
        as_owner(
            "UPDATE records_ledgerentry SET formula = 1, previous = %s, hash = %s WHERE id = %s", last, made, entry.pk
        )
        last = made
    as_owner("UPDATE records_ledgerhead SET hash = %s WHERE chain = %s", last, kept.cases[0].pk)


@pytest.mark.feature("F97")
def test_entries_from_before_the_time_was_hashed_stay_good_and_go_on(kept: Kept, as_owner) -> None:
    by_the_first_formula(kept, as_owner)
    kept.write(kept.cases[0], "Written after the upgrade")
    assert ledger.verify().intact
    assert LedgerEntry.objects.filter(chain=kept.cases[0].pk).order_by("-seq")[0].formula == ledger.FORMULA
    as_owner("UPDATE records_ledgerentry SET at = at - interval '4 minutes' WHERE formula = 1")
    assert ledger.verify().intact, "two clocks may be some minutes apart"


@pytest.mark.feature("F97")
@pytest.mark.parametrize("when", ["at - interval '1 hour'", "at + interval '6 minutes'", "'infinity'"])
def test_a_changed_time_of_an_entry_from_before_it_was_hashed_is_found(kept: Kept, as_owner, when: str) -> None:
    by_the_first_formula(kept, as_owner)
    as_owner(f"UPDATE records_ledgerentry SET at = {when} WHERE chain = %s AND seq = 3", kept.cases[0].pk)
    assert "entry 3 of the chain is not of the time its history row names" in fault()


@pytest.mark.feature("F97")
def test_an_entry_said_to_be_of_the_first_formula_is_found(kept: Kept, as_owner) -> None:
    as_owner("UPDATE records_ledgerentry SET formula = 1 WHERE chain = %s AND seq = 3", kept.cases[0].pk)
    assert "entry 3 of the chain was changed after it was written" in fault()


@pytest.mark.feature("F97")
@pytest.mark.parametrize(
    ("table", "trigger"),
    [(HISTORY, "ledger"), (HISTORY, "append_only"), ("incidents_case", "actor"), ("governance_closure", "signed")],
)
def test_a_trigger_switched_off_or_taken_away_is_found(kept: Kept, as_owner, table: str, trigger: str) -> None:
    as_owner(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
    assert table in (said := fault()) and f"the trigger '{trigger}' is switched off" in said
    as_owner(f"DROP TRIGGER {trigger} ON {table}")
    assert f"the trigger '{trigger}' is missing" in fault()


@pytest.mark.feature("F97")
def test_a_function_made_harmless_is_found(kept: Kept, as_owner) -> None:
    as_owner(
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$"
    )
    assert "'refuse_change' is not the one this product installs" in fault()


@pytest.mark.feature("F97")
def test_a_record_changed_without_a_history_row_is_found(kept: Kept, as_owner) -> None:
    as_owner("UPDATE incidents_case SET title = 'Nothing much' WHERE id = %s", kept.cases[0].pk)
    assert "was changed without a history row: title" in fault()


def test_each_tracked_table_is_guarded(kept: Kept, as_owner) -> None:
    """The list of what is checked comes from the models, so a new model cannot be left out."""
    assert ledger.verify().tables == len(tracked_models()) > 40


def test_a_chain_survives_a_new_column_and_another_time_zone(kept: Kept, as_owner) -> None:
    as_owner(f"ALTER TABLE {HISTORY} ADD COLUMN later text DEFAULT 'x'")
    with connection.cursor() as cursor:
        cursor.execute("SET timezone = 'Asia/Kathmandu'")
    kept.write(kept.cases[0], "Written by a session in another time zone")
    assert ledger.verify().intact
    with connection.cursor() as cursor:
        cursor.execute("SHOW timezone")
        assert cursor.fetchone() == ("Asia/Kathmandu",), "the check leaves the session as it was"


def test_one_chain_can_be_checked_on_its_own(kept: Kept, as_owner) -> None:
    row = row_of(kept.cases[0])
    as_owner(f"UPDATE {HISTORY} SET text = 'nothing was seen' WHERE history_id = %s", row)
    assert ledger.verify(chain=kept.cases[1].pk).intact
    assert ledger.verify(chain=kept.cases[0].pk).broken[0].row == row
