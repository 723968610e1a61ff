"""What every signature needs, whichever record it is on (domain.md §1 S5, S12)."""

from __future__ import annotations

import pytest

from records import times
from records.acting import acting_as
from records.refusals import Refused
from records.signing import Signature, sign
from remediation.models import PlanApproval
from tests.cast import Cast


def test_nobody_signs_without_a_role_here_today(cast: Cast) -> None:
    with acting_as(cast.manager, "test.signed"), pytest.raises(Refused, match="S12"):
        sign(
            PlanApproval,
            role="",
            meaning="I agree",
            snapshot={},
            signature=Signature(conflict="none", authenticated_at=times.now()),
        )
