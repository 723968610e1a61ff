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


def test_nobody_signs_without_a_role_here_today(cast: Cast) -> None:
    case = cast.case(rated=True, subject=True)
    build.protect(cast, case)
    build.route(cast, case)
    given: dict[str, Any] = {
        "case": case,
        "plan": build.draft(cast, case),
        "meaning": "I agree",
        "snapshot": {},
        "signature": Signature(conflict="none", authenticated_at=times.now()),
    }
    with acting_as(cast.manager, "test.signed"), pytest.raises(Refused, match="S12"):
        sign(PlanApproval, role="", **given)
    assert not PlanApproval.objects.exists()
    with acting_as(cast.manager, "test.signed"):  # with a role, the very same is signed
        assert sign(PlanApproval, role="Registered manager", **given).role == "Registered manager"
