"""What every signature needs, whichever record it is on (domain.md §1 S5, S12)."""

from __future__ import annotations

from typing import Any

import pytest

from records import times
from records.acting import acting_as
from records.refusals import Refused
from records.signing import Signature, sign
from remediation.models import PlanApproval
from tests.cast import Cast
from tests.remediation import build


def ready(cast: Cast) -> dict[str, Any]:
    """Everything a plan's approval needs but the role."""
    case = cast.case(rated=True, subject=True)
    build.protect(cast, case)
    build.route(cast, case)
    return {
        "case": case,
        "plan": build.draft(cast, case),
        "meaning": "I agree",
        "snapshot": {},
        "signature": Signature(conflict="none", authenticated_at=times.now()),
    }


def test_nobody_signs_without_a_role_here_today(cast: Cast) -> None:
    given = ready(cast)
    with acting_as(cast.manager, "test.signed"), pytest.raises(Refused, match="S12"):
        sign(PlanApproval, role="", **given)
    assert not PlanApproval.objects.exists()
    with acting_as(cast.manager, "test.signed"):  # with a role, the very same is signed
        assert sign(PlanApproval, role="Registered manager", **given).role == "Registered manager"


@pytest.mark.feature("F47")
@pytest.mark.parametrize("conflict", ["", "maybe"])
def test_nobody_signs_without_saying_whether_there_is_a_conflict_even_where_one_is_lifted(
    cast: Cast, conflict: str
) -> None:
    given = ready(cast) | {"signature": Signature(conflict=conflict, authenticated_at=times.now())}
    with acting_as(cast.manager, "test.signed"), pytest.raises(Refused, match="Say whether"):
        sign(PlanApproval, role="Registered manager", allow_conflict=True, **given)
    assert not PlanApproval.objects.exists()
