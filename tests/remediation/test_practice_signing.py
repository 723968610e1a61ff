"""Recording and signing practice tests: who may, what is fixed, what stays (F42, F43, F47, F48)."""

import pytest

from records.refusals import Refused
from remediation.actions import practice
from remediation.models import PracticeTest
from tests.remediation.scene import scene, signature


@pytest.fixture
def on(cast):
    return scene(cast)


def refused(code):
    return pytest.raises(Refused, match=f"^{code}")


def test_a_signed_attempt_says_its_outcome_with_every_reason(on):
    attempt = on.signed("P1", "22221")
    assert attempt.outcome == "passed"
    assert (attempt.points, attempt.points_possible) == (9, 10)
    assert "Met: 9 of 10 points; 80% is needed" in attempt.reasons
    assert PracticeTest.objects.get(pk=on.tests["P1"].pk).passed_at is not None


def test_a_test_is_passed_by_signing_only(on):
    attempt = on.start()
    on.mark(attempt)
    on.finish(attempt)
    assert PracticeTest.objects.get(pk=on.tests["P1"].pk).passed_at is None
    practice.sign_attempt(by=on.assessor, attempt=attempt, signature=signature())
    assert PracticeTest.objects.get(pk=on.tests["P1"].pk).passed_at is not None
