"""A case with something of everything in it, so that every list would have a line of it."""

from datetime import timedelta
from typing import Any

import pytest

from governance import actions as governance
from governance.models import Pack, Reader
from governance.packs import contents, redaction
from incidents import actions
from incidents.models import Case
from records import times
from records.acting import acting_as
from tests.cast import Cast
from tests.governance.signing import signature

DAY = timedelta(days=1)
TITLE = "Quixotic handover gap"


def released(cast: Cast, case: Case, *, lawful_basis: str = "Contract monitoring clause", **changed: Any) -> Pack:
    """A redacted pack of the case, finished, and released by the manager until next month."""
    reader = changed.get("reader", Reader.INSPECTOR)
    data = redaction.redact(contents.build(case, asked_by=cast.manager), case, reader=reader).contents
    given = {"reader": reader, "status": Pack.Status.READY, "version": 1, "contents": data, "made_at": times.now()}
    pack = Pack(case=case, asked_at=times.now(), asked_by=cast.manager, **(given | changed))
    with acting_as(cast.manager, "pack.asked"):
        pack.save()
    governance.release_pack(
        by=cast.manager, pack=pack, recipient="Northshire Council", purpose="Contract monitoring", checked=True,
        expires_on=times.today() + DAY * 40, lawful_basis=lawful_basis, signature=signature(),
    )  # fmt: skip
    return pack


@pytest.fixture
def case(cast: Cast) -> Case:
    """A case with something of everything in it, so that every list would have a line of it."""
    case = cast.case(
        rated=True, title=TITLE, people=["Zq.W."], what_happened="Zanzibar was said at the handover",
        staff=[(cast.worker, "subject"), (cast.staff["colleague"], "reporter")], owner=cast.manager,
    )  # fmt: skip
    cast.control(case, tasks=["T1"])
    actions.add_chronology_entry(
        by=cast.manager, case=case, kind="fact", event_at=times.now() - DAY, late_reason="Found later", text="Xylophone was heard",
        source="Handover book",
    )  # fmt: skip
    return case
