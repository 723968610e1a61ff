"""Two cases with a little history each, and a connection as the database's owner, who may do anything."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from django.db import transaction

from accounts.models import Provider, Service, User
from config import embedded
from incidents.models import Case, ChronologyEntry
from records import times
from records.acting import acting_as

#: The tables the tests tamper with; the owner may switch their triggers off for a moment, and on again.
TAMPERED = ("incidents_case", "incidents_chronologyentry", "incidents_historicalchronologyentry")


@dataclass
class Kept:
    """What the tests tamper with."""

    by: User
    service: Service
    cases: list[Case]

    def write(self, case: Case, text: str = "She looked towards the door.") -> ChronologyEntry:
        with transaction.atomic(), acting_as(self.by, "chronology.added"):
            now = times.now()
            entry = ChronologyEntry(
                case=case, event_at=now, kind="fact", text=text, source="Care notes", entered_by=self.by, entered_at=now
            )
            entry.save()
        return entry


def keep() -> Kept:
    """Make the two cases, as the product itself."""
    by = User.system()
    with transaction.atomic(), acting_as(by, "test.made"):
        provider = Provider(name="Larkfield Homecare")
        provider.save()
        service = Service(provider=provider, name="Larkfield North", kind="homecare")
        service.save()
        cases = []
        for number in (1, 2):
            case = Case(
                provider=provider,
                service=service,
                reference=f"SP-2026-000{number}",
                title="Late escalation",
                what_happened="Bruises were seen and nobody was told.",
                first_noticed_at=times.london(2026, 10, 6, 8, 10),
                everyone_safe="yes",
                owner=by,
                logged_by=by,
                logged_at=times.now(),
            )
            case.save()
            cases.append(case)
    kept = Kept(by, service, cases)
    with transaction.atomic():
        for case in cases:
            for number in range(3):
                kept.write(case, f"Entry {number} of {case.reference}")
    return kept


@pytest.fixture
def kept(cloned_db: str) -> Kept:
    return keep()


@pytest.fixture
def as_owner(cloned_db: str) -> Iterator[Callable[..., list[Any]]]:
    """Run SQL as the owner of every table, with the triggers out of the way, as a tamperer would."""
    url = embedded.with_database(os.environ["DATABASE_OWNER_URL"], cloned_db)
    with psycopg.connect(url, autocommit=True) as connection:

        def run(sql: str, *parameters: Any) -> list[Any]:
            out_of_the_way = sql.split()[0] in {"UPDATE", "DELETE", "INSERT"}
            if out_of_the_way:
                for table in TAMPERED:
                    connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER".encode())
            cursor = connection.execute(sql.encode(), parameters or None)
            rows = cursor.fetchall() if cursor.description else []
            if out_of_the_way:
                for table in TAMPERED:
                    connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER".encode())
            return rows

        yield run
