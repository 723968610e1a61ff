"""What the database itself keeps fixed: changed by the owner of its tables, it shows wherever it was signed (F47)."""

from __future__ import annotations

import os

import psycopg
import pytest
from django.test import Client

from config import embedded
from governance.packs import contents
from remediation.models import AttemptSignOff, PlanApproval
from tests.cast import build
from tests.governance.signing import freshly_signed_in
from tests.governance.test_signatures import FIXED_BY_THE_DATABASE, approve, as_signed, in_pack, pages_of, said
from tests.remediation.scene import scene


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
    address = embedded.with_database(os.environ["DATABASE_OWNER_URL"], cloned_db)
    with psycopg.connect(address, autocommit=True) as owner:
        for table in ("remediation_criterionmark", "remediation_remediationplan"):
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        owner.execute("UPDATE remediation_criterionmark SET mark = '1'")
        owner.execute("UPDATE remediation_remediationplan SET statement = 'Something easier'")
    for record in records:
        for url in pages_of(record):
            assert "Changed since signing" in said(manager, url), url
        part = {AttemptSignOff: 9, PlanApproval: 8}.get(type(record), 10)
        made = contents.find_part(contents.build(record.case, asked_by=cast.manager), part)
        rows = [row for block in made["blocks"] for row in block.get("rows", ()) if record.meaning in row]
        assert rows and all("Changed since signing" in str(row) for row in rows), type(record)
