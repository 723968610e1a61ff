"""F97: the ledger after a backup was restored by pg_dump and pg_restore, on a server that lives in another time zone."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from psycopg import sql

from config import embedded
from records import ledger
from tests import servers
from tests.history.conftest import Kept
from tests.history.superuser import superuser

HISTORY = "incidents_historicalchronologyentry"


@pytest.fixture
def restored(kept: Kept, cloned_db: str, tmp_path: Path) -> Iterator[str]:
    """The name of a new database, filled from a dump of the test's own; the product is pointed at it."""
    program = servers.programs() / "pg_dump"
    if not program.exists():
        pytest.fail("This PostgreSQL carries no pg_dump; set PATH to one of the server's version.")
    name, kept_at = f"{cloned_db}_restored", tmp_path / "safe.dump"
    url = embedded.with_database(os.environ["DATABASE_OWNER_URL"], cloned_db)
    subprocess.run([program, "-Fc", "-d", url, "-f", kept_at], check=True)
    with servers.owner() as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        server.execute(sql.SQL("ALTER DATABASE {} SET timezone = 'Asia/Kathmandu'").format(sql.Identifier(name)))
    assert servers.restore(kept_at, name)
    servers.point_at(name)
    yield name
    servers.point_at(cloned_db)
    servers.drop(name)


@pytest.mark.feature("F97")
def test_a_restored_ledger_is_intact_and_goes_on_from_where_it_was(kept: Kept, restored: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        assert cursor.fetchone() == (restored,)
    before = ledger.verify()
    assert before.intact and before.entries > 8
    kept.write(kept.cases[0], "Written after the restore")
    after = ledger.verify()
    assert after.intact and after.entries == before.entries + 1


@pytest.mark.feature("F97")
def test_what_was_changed_in_a_restored_database_is_found(kept: Kept, restored: str) -> None:
    with superuser(restored) as db:
        db.execute(f"UPDATE {HISTORY} SET text = 'nothing was seen'")
    assert "was changed after it was written: text" in ledger.verify().broken[0].what


@pytest.mark.feature("F97")
def test_a_restored_database_refuses_the_same_things(kept: Kept, restored: str) -> None:
    from django.db import Error, transaction

    for statement in (f"UPDATE {HISTORY} SET text = 'x'", f"DELETE FROM {HISTORY}", "DELETE FROM records_ledgerentry"):
        with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
