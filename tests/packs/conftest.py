"""A case with something of everything in it, as a pack meets it."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from incidents import actions
from incidents.models import Case
from records import times
from tests.cast import Cast

WHAT_HAPPENED = (
    "Dionne wrote it down as accidental. dionne asante told PAUL REID nothing, and Grace said that she may help. "
    "Will Margaret’s son Colin be told? Ring 07700 900123 or write to petra.novak@larkfield.example. "
    "M.E. told me she was afraid. Petra Novak rang the office."
)


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def case(cast: Cast) -> Case:
    """The L3 case of the acceptance cases with a control, duties, quotes; names everywhere people type them."""
    made = cast.case(
        rated=True,
        staff=[(cast.worker, "subject"), (cast.colleague_staff, "reporter")],
        what_happened=WHAT_HAPPENED,
    )
    cast.control(made, tasks=["T1", "T4"], welfare_contact="Helen Marsh, for Dionne’s anxiety")
    cast.answer_all_duties(made)
    actions.add_chronology_entry(
        by=cast.manager,
        case=made,
        event_at=times.now() - timedelta(hours=20),
        kind="quote",
        text="He gets cross when I’m slow.",
        said_by="Margaret Ellis",
        source="Told to Aoife Brennan alone",
        late_reason="Written after the round",
    )
    return made
