"""F97: access events are append-only and chained; what the database's own superuser did to them is found."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from governance import tasks as nightly
from incidents import read_seals, tasks
from incidents.models import CaseRead, ReadSeal
from records import ledger, times
from records.models import LedgerCheck
from tests.history.conftest import Kept
from tests.history.superuser import superuser
from tests.history.test_checkpoints import places  # noqa: F401 - a fixture

READS = "incidents_caseread"


@pytest.fixture
def read(kept: Kept) -> list[int]:
    """Seven reads, sealed in two runs of the clock; their numbers."""
    for number in range(7):
        if number == 4:
            assert tasks.seal_reads() == 4
        CaseRead.objects.create(
            at=times.now(), user=kept.by, case=kept.cases[0].pk, page=f"page-{number}", outcome="opened", under="Senior"
        )
    assert tasks.seal_reads() == 3 and ReadSeal.objects.count() == 2
    assert ledger.verify().intact
    return list(CaseRead.objects.order_by("pk").values_list("pk", flat=True))


CHANGES: dict[str, tuple[Callable[[list[int]], str], str]] = {
    "changed": (lambda ids: f"UPDATE {READS} SET user_id = (SELECT id FROM accounts_user LIMIT 1), page = 'x' WHERE id = {ids[1]}", "not as they were sealed"),
    "at another time": (lambda ids: f"UPDATE {READS} SET at = at - interval '1 second' WHERE id = {ids[5]}", "not as they were sealed"),
    "removed": (lambda ids: f"DELETE FROM {READS} WHERE id = {ids[2]}", "4 were sealed, 3 are there"),
    "all removed": (lambda ids: f"DELETE FROM {READS}", "4 were sealed, 0 are there"),
    "the end cut off": (lambda ids: f"DELETE FROM {READS} WHERE id >= {ids[5]}", "3 were sealed, 1 are there"),
    "put in": (
        lambda ids: f"INSERT INTO {READS} (id, at, user_id, page, outcome, under) "
        f"SELECT {ids[0]} - 1, at, user_id, 'case', 'opened', 'x' FROM {READS} WHERE id = {ids[0]}",
        "4 were sealed, 5 are there",
    ),
    "put in far below": (
        lambda ids: f"INSERT INTO {READS} (id, at, user_id, page, outcome, under) "
        f"SELECT -7, at, user_id, 'case', 'opened', 'x' FROM {READS} WHERE id = {ids[0]}",
        "4 were sealed, 5 are there",
    ),
    "swapped": (
        lambda ids: f"UPDATE {READS} SET page = CASE id WHEN {ids[0]} THEN 'page-1' ELSE 'page-0' END "
        f"WHERE id IN ({ids[0]}, {ids[1]})",
        "not as they were sealed",
    ),
    "a guard off": (lambda ids: f"ALTER TABLE {READS} DISABLE TRIGGER kept", "'kept' is switched off"),
    "a guard hollowed out": (
        lambda ids: "CREATE OR REPLACE FUNCTION read_is_kept() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RETURN NEW; END $$",
        "'read_is_kept' is not the one",
    ),
    "a seal removed": (
        lambda ids: "DELETE FROM incidents_readseal WHERE after = (SELECT min(after) FROM incidents_readseal)",
        "is missing",
    ),
}  # fmt: skip


@pytest.mark.feature("F97")
@pytest.mark.parametrize("what", CHANGES)
def test_what_the_superuser_did_to_sealed_reads_is_found(read: list[int], cloned_db: str, what: str) -> None:
    do, said = CHANGES[what]
    with superuser(cloned_db) as db:
        db.execute(do(read).encode())
    found = ledger.verify(most=10).broken
    assert any(said in one.what for one in found), [str(one) for one in found]
    with pytest.raises(CommandError) as told:
        call_command("verify_ledger")
    assert told.value.returncode == 1


@pytest.mark.feature("F97")
def test_reads_sealed_anew_by_the_superuser_are_found_against_the_last_checkpoint(
    read: list[int],
    cloned_db: str,
    places: Any,  # noqa: F811
) -> None:
    """Whoever changes a read, seals anew and writes the seal's own history and chain anew, cannot reach both places."""
    assert nightly.check_ledger() is True
    last = ReadSeal.objects.order_by("-after")[0]
    chain = last.pk
    with superuser(cloned_db) as db:
        db.execute(f"DELETE FROM {READS} WHERE id = {read[6]}".encode())
        for table, column in (
            ("incidents_readseal", "id"), ("incidents_historicalreadseal", "id"),
            ("records_ledgerentry", "chain"), ("records_ledgerhead", "chain"),
        ):  # fmt: skip
            db.execute(f"DELETE FROM {table} WHERE {column} = '{chain}'".encode())
    assert tasks.seal_reads() == 2  # the product seals what it finds
    assert ledger.verify().intact, "from the database alone it cannot be seen"
    assert nightly.check_ledger() is False
    assert str(chain) in "; ".join(LedgerCheck.objects.first().faults)


def test_a_read_still_being_written_is_not_passed_over_by_the_seal(kept: Kept, cloned_db: str) -> None:
    """Its number is lower than that of one already there: the seal waits for it, so it never comes to stand below."""
    import threading

    from django.db import connections, transaction

    written, go_on = threading.Event(), threading.Event()

    def row(page: str) -> None:
        CaseRead.objects.create(at=times.now(), user=User.system(), case=kept.cases[0].pk, page=page, outcome="opened")

    def slow() -> None:
        with transaction.atomic():
            row("slow")
            written.set()
            go_on.wait(10)
        connections.close_all()

    def seal() -> None:
        read_seals.seal(by=User.system())
        connections.close_all()

    writer, sealer = threading.Thread(target=slow), threading.Thread(target=seal)
    writer.start()
    assert written.wait(10)
    row("quick")
    sealer.start()
    sealer.join(0.5)
    assert sealer.is_alive(), "it waits for the one under way"
    go_on.set()
    writer.join(10)
    sealer.join(10)
    [seal_made] = ReadSeal.objects.all()
    assert seal_made.count == 2 and ledger.verify().intact
