"""F97: the nightly check, its checkpoints in two places, and what the database's own superuser cannot hide from it."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts.models import User
from governance import ledger_alert, tasks
from incidents.models import ChronologyEntry
from records import checking, ledger
from records.broken import Broken
from records.models import LedgerCheck, LedgerEntry
from records.registry import history_model
from tests.history.conftest import Kept
from tests.history.superuser import superuser

HISTORY = "incidents_historicalchronologyentry"
ENTRY = "incidents_chronologyentry"


@pytest.fixture
def places(settings: Any, tmp_path: Path) -> tuple[Path, Path]:
    """The file store and the second place, empty, of this test alone."""
    first, second = tmp_path / "store", tmp_path / "second"
    where = {"default": first, "checkpoints": second}
    settings.STORAGES = settings.STORAGES | {
        alias: {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(folder), "base_url": None},
        }
        for alias, folder in where.items()
    }
    return first, second


@pytest.fixture
def noted(kept: Kept, places: tuple[Path, Path]) -> Kept:
    """Two cases whose ends were kept last night, checked and intact."""
    assert tasks.check_ledger() is True
    return kept


def found_tonight() -> str:
    """What the next nightly check writes down; it must not be intact."""
    assert tasks.check_ledger() is False
    return "; ".join(LedgerCheck.objects.first().faults)


def rows(case: Any) -> list[int]:
    return list(ChronologyEntry.history.filter(case=case).order_by("history_id").values_list("history_id", flat=True))


@pytest.mark.feature("F97")
def test_an_intact_night_leaves_the_same_checkpoint_in_both_places(noted: Kept, places: tuple[Path, Path]) -> None:
    check = LedgerCheck.objects.get()
    assert check.intact and check.faults == [] and check.checked_by == User.system()
    [first], [second] = (list((place / "checkpoints").iterdir()) for place in places)
    assert first.name == second.name == check.checkpoint
    assert first.read_bytes() == second.read_bytes()
    about, *heads = [json.loads(line) for line in first.read_text().splitlines()]
    assert about["checkpoint"] == 1 and len(heads) == check.chains
    assert {str(case.pk) for case in noted.cases} <= {one["chain"] for one in heads}
    assert tasks.check_ledger() is True
    again = LedgerCheck.objects.first()
    assert again.compared_with == check.checkpoint != again.checkpoint
    newest = (places[0] / "checkpoints" / again.checkpoint).read_text().splitlines()[0]
    assert json.loads(newest)["before_sha256"] == check.checkpoint_sha256, "checkpoints are chained too"


@pytest.mark.feature("F97")
def test_the_superuser_s_changed_row_is_found(noted: Kept, cloned_db: str) -> None:
    row = rows(noted.cases[0])[0]
    with superuser(cloned_db) as db:
        db.execute(f"UPDATE {HISTORY} SET text = 'nothing was seen' WHERE history_id = {row}")
        db.execute(
            f"UPDATE {ENTRY} SET text = 'nothing was seen' WHERE id = (SELECT id FROM {HISTORY} WHERE history_id = {row})"
        )
    assert f"row {row}, chain {noted.cases[0].pk}: this history row was changed" in found_tonight()


@pytest.mark.feature("F97")
def test_the_superuser_s_removed_row_is_found(noted: Kept, cloned_db: str) -> None:
    row = rows(noted.cases[1])[1]
    with superuser(cloned_db) as db:
        db.execute(f"DELETE FROM {ENTRY} WHERE id = (SELECT id FROM {HISTORY} WHERE history_id = {row})")
        db.execute(f"DELETE FROM {HISTORY} WHERE history_id = {row}")
    assert f"row {row}, chain {noted.cases[1].pk}: this history row was removed" in found_tonight()


@pytest.mark.feature("F97")
def test_the_superuser_s_inserted_row_is_found(noted: Kept, cloned_db: str) -> None:
    columns = ", ".join(
        field.column for field in history_model(ChronologyEntry)._meta.concrete_fields if field.column != "history_id"
    )
    with superuser(cloned_db) as db:
        db.execute(f"INSERT INTO {HISTORY} (history_id, {columns}) SELECT 999999, {columns} FROM {HISTORY} LIMIT 1")
    assert "row 999999," in (said := found_tonight()) and "put in without a ledger entry" in said


@pytest.mark.feature("F97")
def test_the_superuser_s_two_swapped_rows_are_found(noted: Kept, cloned_db: str) -> None:
    first, second = rows(noted.cases[0])[:2]
    with superuser(cloned_db) as db:
        for was, becomes in ((first, -1), (second, first), (-1, second)):
            db.execute(f"UPDATE {HISTORY} SET history_id = {becomes} WHERE history_id = {was}")
    said = found_tonight()
    assert f"row {first}," in said and f"row {second}," in said


@pytest.mark.feature("F97")
def test_the_superuser_s_two_swapped_entries_of_the_chain_are_found(noted: Kept, cloned_db: str) -> None:
    with superuser(cloned_db) as db:
        for was, becomes in ((2, -1), (3, 2), (-1, 3)):
            db.execute(
                "UPDATE records_ledgerentry SET seq = %s WHERE chain = %s AND seq = %s",
                [becomes, noted.cases[0].pk, was],
            )
    assert "does not follow from the entry before it" in found_tonight()


@pytest.mark.feature("F97")
def test_the_superuser_s_cut_off_tail_is_found_though_nothing_inside_the_database_tells_of_it(
    noted: Kept, cloned_db: str
) -> None:
    cut(noted, cloned_db)
    assert ledger.verify().intact, "the chain alone cannot show it"
    assert "the end was cut off: entry 4" in found_tonight()


@pytest.mark.feature("F97")
def test_a_whole_chain_taken_away_by_the_superuser_is_found(noted: Kept, cloned_db: str) -> None:
    case = noted.cases[0].pk
    with superuser(cloned_db) as db:
        db.execute("DELETE FROM records_ledgerentry WHERE chain = %s", [case])
        db.execute("DELETE FROM records_ledgerhead WHERE chain = %s", [case])
        for table in ("incidents_case", "incidents_historicalcase"):
            db.execute(f"DELETE FROM {table} WHERE id = %s", [case])
        for table in (ENTRY, HISTORY):
            db.execute(f"DELETE FROM {table} WHERE case_id = %s", [case])
    assert ledger.verify().intact
    assert f"chain {case}: the end was cut off" in found_tonight()


@pytest.mark.feature("F97")
def test_a_trigger_the_superuser_switched_off_is_found(noted: Kept, cloned_db: str) -> None:
    with superuser(cloned_db) as db:
        db.execute(f"ALTER TABLE {HISTORY} DISABLE TRIGGER append_only")
    assert f"table {HISTORY}: the trigger 'append_only' is switched off" in found_tonight()
    with superuser(cloned_db) as db:
        db.execute(f"ALTER TABLE {HISTORY} ENABLE REPLICA TRIGGER append_only")
    assert "is switched off" in found_tonight(), "a trigger that fires for replicas only does not fire"


@pytest.mark.feature("F97")
def test_a_rewritten_chain_is_found_even_with_one_of_the_two_places_rewritten_too(
    noted: Kept, cloned_db: str, places: tuple[Path, Path]
) -> None:
    cut(noted, cloned_db)
    [one] = (places[0] / "checkpoints").iterdir()
    head = LedgerEntry.objects.get(chain=noted.cases[0].pk, seq=3)
    told = [json.loads(line) for line in one.read_text().splitlines()]
    for line in told[1:]:
        if line["chain"] == str(head.chain):
            line |= {"seq": 3, "hash": bytes(head.hash).hex()}
    one.write_text("".join(json.dumps(line) + "\n" for line in told))
    said = found_tonight()
    assert "in the file store is not the one that was written" in said
    assert "the end was cut off: entry 4" in said, "the second place still knows it"


@pytest.mark.feature("F97")
@pytest.mark.parametrize("place", [0, 1])
def test_a_checkpoint_taken_away_is_found(noted: Kept, places: tuple[Path, Path], place: int) -> None:
    for one in (places[place] / "checkpoints").iterdir():
        one.unlink()
    assert f"is missing from {('the file store', 'the second place')[place]}" in found_tonight()


def cut(kept: Kept, database: str) -> None:
    """The last entry of the first case, with its head, its history row and its record: nothing is left that tells."""
    chain, row = kept.cases[0].pk, rows(kept.cases[0])[2]
    with superuser(database) as db:
        db.execute(f"DELETE FROM {ENTRY} WHERE id = (SELECT id FROM {HISTORY} WHERE history_id = {row})")
        db.execute(f"DELETE FROM {HISTORY} WHERE history_id = {row}")
        db.execute("DELETE FROM records_ledgerentry WHERE chain = %s AND seq = 4", [chain])
        db.execute(
            "UPDATE records_ledgerhead h SET seq = 3, hash = e.hash FROM records_ledgerentry e "
            "WHERE e.chain = h.chain AND e.seq = 3 AND h.chain = %s",
            [chain],
        )


@pytest.mark.feature("F97")
def test_the_command_compares_with_the_last_checkpoint_and_a_loss_is_accepted_only_with_a_reason(
    noted: Kept, cloned_db: str
) -> None:
    cut(noted, cloned_db)
    said = io.StringIO()
    with pytest.raises(CommandError) as refused:
        call_command("verify_ledger", stderr=said)
    assert refused.value.returncode == 1 and "the end was cut off: entry 4" in said.getvalue()
    call_command("verify_ledger", accept_loss="Restored from Sunday's backup", stdout=io.StringIO())
    newest = LedgerCheck.objects.first()
    assert newest.intact and newest.loss_accepted == "Restored from Sunday's backup" and newest.checkpoint
    assert tasks.check_ledger() is True, "from the new checkpoint on all is compared again"


def test_progress_is_shown_in_a_log_too(kept: Kept, places: tuple[Path, Path]) -> None:
    said = io.StringIO()
    call_command("verify_ledger", stdout=io.StringIO(), stderr=said)
    count = LedgerEntry.objects.count()
    assert f"{count:,} of {count:,} entries read" in said.getvalue()


@pytest.mark.feature("F97")
def test_a_check_that_finds_something_tells_quality_lead_and_administrator_without_saying_of_whom(
    cast: Any, client: Any, places: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    case = cast.case()
    broken = Broken(HISTORY, 7, case.pk, "this history row was changed after it was written: text")
    found = checking.Found(ledger.Result(10, 2, 40, 0.1, [broken]), [str(broken)], "", None)
    check = checking.record(by=User.system(), found=found)
    ledger_alert.tell(check)
    told = {message.to[0] for message in mail.outbox}
    assert {cast.quality_lead.email, cast.system_administrator.email} <= told
    assert cast.strangers["quality_lead"].email in told, "it is about the whole installation"
    assert cast.manager.email not in told and cast.worker_user.email not in told
    for message in mail.outbox:
        for word in (case.reference, str(case.pk), "M.E.", "Larkfield", HISTORY, "Bruises"):
            assert word not in message.body + message.subject
    for user in (cast.quality_lead, cast.system_administrator):
        client.force_login(user)
        assert "the record is not as it was written" in client.get(reverse("my-work")).content.decode()
        page = client.get(reverse("ledger")).content.decode()
        assert "Not intact" in page and "this history row was changed" in page
    client.force_login(cast.manager)
    assert "not as it was written" not in client.get(reverse("my-work")).content.decode()


@pytest.mark.feature("F97")
def test_the_page_shows_the_last_verification_to_those_who_keep_the_record_only(
    cast: Any, client: Any, places: tuple[Path, Path], django_assert_max_num_queries: Any
) -> None:
    client.force_login(cast.quality_lead)
    assert "has not been checked yet" in client.get(reverse("ledger")).content.decode()
    for _ in range(4):
        kept = checking.check(by=User.system())
    with django_assert_max_num_queries(12):
        page = client.get(reverse("ledger")).content.decode()
    assert "Intact" in page and kept.checkpoint in page and "Checks before it" in page
    for user in (cast.manager, cast.worker_user, cast.senior, cast.hr):
        client.force_login(user)
        assert client.get(reverse("ledger")).status_code == 404
        assert client.post(reverse("ledger-check")).status_code == 404


def test_a_check_asked_for_on_the_page_is_done_by_that_person(cast: Any, places: tuple[Path, Path]) -> None:
    assert tasks.check_ledger(str(cast.quality_lead.pk)) is True
    assert LedgerCheck.objects.get().checked_by == cast.quality_lead
