"""F97: entries outlive a renamed table, a column of another type and a dropped model; said in records/ledger_names.py."""

import datetime
import os
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from accounts import actions
from accounts.models import Staff
from config import embedded
from records import ledger, ledger_names
from records.registry import history_model
from tests.history.conftest import Kept

STAFF = "accounts_historicalstaff"


@pytest.fixture
def migrate(cloned_db: str) -> Iterator[Callable[..., Any]]:
    """Run SQL as a migration does: as the tables' owner, nothing switched off."""
    url = embedded.with_database(os.environ["DATABASE_OWNER_URL"], cloned_db)
    with psycopg.connect(url, autocommit=True) as connection:
        yield lambda sql, *given: connection.execute(sql.encode(), given or None)


def hire(kept: Kept) -> None:
    actions.add_staff(
        by=kept.by, provider=kept.service.provider, name="A B", job_title="Care worker",
        started_on=datetime.date(2026, 1, 5), services=[kept.service],
    )  # fmt: skip


def broken() -> str:
    return "; ".join(str(one) for one in ledger.verify(most=5).broken)


@pytest.mark.feature("F97")
def test_entries_of_a_renamed_table_are_compared_under_its_new_name(
    kept: Kept, migrate: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    hire(kept)
    migrate(f"ALTER TABLE {STAFF} RENAME TO accounts_historicalcolleague")
    migrate("DROP TRIGGER history_kept ON accounts_staff")
    migrate(
        "CREATE CONSTRAINT TRIGGER history_kept AFTER INSERT OR UPDATE ON accounts_staff DEFERRABLE INITIALLY DEFERRED "
        "FOR EACH ROW EXECUTE FUNCTION refuse_without_history('accounts_historicalcolleague')"
    )
    monkeypatch.setattr(history_model(Staff)._meta, "db_table", "accounts_historicalcolleague")
    assert "entries of a table that this product does not know" in broken()
    monkeypatch.setitem(ledger_names.FORMER, STAFF, "accounts_historicalcolleague")
    assert broken() == ""
    migrate("ALTER TABLE accounts_historicalcolleague DISABLE TRIGGER append_only")
    migrate("UPDATE accounts_historicalcolleague SET job_title = 'Nobody'")
    assert "was changed after it was written: job_title" in broken()


@pytest.mark.feature("F97")
def test_a_column_of_another_type_is_compared_as_that(
    kept: Kept, migrate: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    hire(kept)
    migrate("SET timezone = 'UTC'")  # (as Django sets it)
    for table in ("accounts_staff", STAFF):
        migrate(f"ALTER TABLE {table} ALTER COLUMN started_on TYPE timestamptz")
    assert "was changed after it was written: started_on" in broken()
    monkeypatch.setitem(ledger_names.RETYPED, (STAFF, "started_on"), "timestamptz")
    assert broken() == ""
    migrate(f"ALTER TABLE {STAFF} DISABLE TRIGGER append_only")
    migrate(f"UPDATE {STAFF} SET started_on = started_on + interval '1 day'")
    assert "was changed after it was written: started_on" in broken()


@pytest.mark.feature("F97")
def test_entries_of_a_dropped_model_are_reported_until_it_is_said_to_be_gone(
    kept: Kept, migrate: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    migrate(
        "CREATE TABLE gone_historicalthing (history_id serial, id uuid, history_user_id uuid, history_date timestamptz)"
    )
    migrate(
        "CREATE TRIGGER ledger AFTER INSERT ON gone_historicalthing FOR EACH ROW EXECUTE FUNCTION ledger_append('id')"
    )
    migrate("SELECT set_config('safe.actor', %s, false)", str(kept.by.pk))
    migrate(
        "INSERT INTO gone_historicalthing (id, history_user_id, history_date) VALUES (%s, %s, now())",
        uuid.uuid4(),
        kept.by.pk,
    )
    migrate("DROP TABLE gone_historicalthing")
    assert (
        "table gone_historicalthing, row 1: there are 1 entries of a table that this product does not know" in broken()
    )
    monkeypatch.setitem(ledger_names.DROPPED, "gone_historicalthing", "docs/decisions/0000")
    assert broken() == ""
