"""A case with something of everything in it, so that every list would have a line of it."""

from datetime import timedelta

import pytest

from incidents import actions
from incidents.models import Case
from records import times
from tests.cast import Cast

DAY = timedelta(days=1)
TITLE = "Quixotic handover gap"


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
