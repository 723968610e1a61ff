"""What the database itself keeps fixed: changed by the owner of its tables, it shows wherever it was signed (F47)."""

from __future__ import annotations

import os

import psycopg
import pytest
from django.test import Client
from django.urls import reverse

from config import embedded
from governance.packs import contents
from records import times
from remediation.models import AttemptSignOff, PlanApproval
from tests.cast import build
from tests.governance.signing import freshly_signed_in
from tests.governance.test_signatures import (
    FIXED_BY_THE_DATABASE,
    approve,
    as_signed,
    in_pack,
    lines_of,
    pages_of,
    said,
)
from tests.remediation.scene import scene


def tamper(database: str) -> None:
    """As the owner of the tables: every mark given, and what the plan says."""
    address = embedded.with_database(os.environ["DATABASE_OWNER_URL"], database)
    with psycopg.connect(address, autocommit=True) as owner:
        for table in ("remediation_criterionmark", "remediation_remediationplan"):
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        owner.execute("UPDATE remediation_criterionmark SET mark = '1'")
        owner.execute("UPDATE remediation_remediationplan SET statement = 'Something easier'")


@pytest.mark.feature("F47")
def test_what_the_owner_of_the_tables_changes_shows_on_every_page_and_in_the_pack(cloned_db: str) -> None:
    cast = build()
    on = scene(cast)
    approve(on)
    on.pass_all()
    on.second(on.decide())
    records = [model.objects.order_by("pk").first() for model in FIXED_BY_THE_DATABASE]
    manager = freshly_signed_in(Client(), cast.manager)
    for record in records:
        for url in pages_of(record):
            as_signed(manager, url, record)
    assert "Changed since signing" not in in_pack(cast, records[0])
    on.set(on.plan.response, told_at=times.now(), told_by=cast.manager)
    worker = freshly_signed_in(Client(), cast.worker_user)
    results = said(worker, reverse("my-plan"))
    assert "My results" in results and "Changed since signing" not in results
    assert not any("Changed since signing" in told for one in records for told in lines_of(manager, one))
    tamper(cloned_db)
    assert "Changed since signing" in said(worker, reverse("my-plan"))
    # One line of the chronology for each attempt, the decision and the second: none speaks for another.
    chronology = said(manager, reverse("case-chronology", args=[on.case.pk]))
    assert chronology.count("Changed since signing") == AttemptSignOff.objects.count() + 2
    for record in records:
        assert all("Changed since signing" in told for told in lines_of(manager, record)), type(record)
        for url in pages_of(record):
            assert "Changed since signing" in said(manager, url), url
        part = {AttemptSignOff: 9, PlanApproval: 8}.get(type(record), 10)
        made = contents.find_part(contents.build(record.case, asked_by=cast.manager), part)
        rows = [row for block in made["blocks"] for row in block.get("rows", ()) if record.meaning in row]
        assert rows and all("Changed since signing" in str(row) for row in rows), type(record)
