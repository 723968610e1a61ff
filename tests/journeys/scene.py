"""A plan under way that asks for one observation, made through the actions: where the phone journey begins."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction

from accounts.models import User
from records import times
from records.acting import acting_as
from remediation.actions import plan as plans
from remediation.actions import plan_tests
from remediation.pass_rules import OBSERVATION
from tests import cast
from tests.remediation import build

CRITERIA = (
    ("Reports what she sees in the same shift", True),
    ("Writes the person's own words", True),
    ("Asks what the person wants", False),
    ("Says who was told, and when", False),
)


def started_with_observation() -> None:
    """The case of Dionne Asante, her plan started, O1 to be observed by Grace Lim."""
    people = cast.build()
    with transaction.atomic(), acting_as(User.system(), "staff.trained"):
        people.other_senior_staff.assessor_trained_on = date(2026, 2, 2)
        people.other_senior_staff.save()
    plan = build.ready(people)
    plan_tests.add_test(
        by=people.manager,
        plan=plan,
        code="O1",
        title="Morning call, watched",
        kind="observation",
        pass_rule=dict(OBSERVATION),
        criteria=[{"text": text, "star": star, "group": ""} for text, star in CRITERIA],
        before_return=True,
        assessor=people.other_senior_staff,
        due_on=times.today() + timedelta(days=14),
    )
    plans.start_plan(by=people.manager, plan=plan, signature=build.fresh_signature())
