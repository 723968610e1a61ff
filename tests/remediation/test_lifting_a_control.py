"""A worker's control: held while any task is away, free to be lifted once re-authorisation gave all back (§3, §8)."""

import pytest

from incidents import actions as incidents
from incidents.models import RiskControl, TaskRestriction
from records import times
from records.acting import acting_as
from records.refusals import Refused
from remediation.actions import plan as plans
from tests.cast import Cast
from tests.remediation import build

pytestmark = pytest.mark.django_db


def lift(cast: Cast, control: RiskControl) -> None:
    incidents.review_control(by=cast.manager, control=control, outcome="lift", reason="Nothing is left to restrict")


def test_a_control_is_held_while_a_task_is_away_and_lifts_when_all_came_back_and_the_plan_ended(cast: Cast) -> None:
    case = cast.case(rated=True, subject=True)
    build.protect(cast, case, tasks=("T1",))
    build.route(cast, case)
    plan = build.draft(cast, case)
    control = RiskControl.objects.get(case=case, worker=cast.worker)

    with pytest.raises(Refused):
        lift(cast, control)
    plans.end_plan(by=cast.manager, plan=plan, how="not_met", reason="Ended before a decision")
    with pytest.raises(Refused):  # the plan has ended, the task is still away: only re-authorisation gives it back
        lift(cast, control)
    restriction = TaskRestriction.objects.get(control=control)
    with pytest.raises(Refused, match="A9"):  # by hand it never comes back
        incidents.end_task_restriction(by=cast.manager, restriction=restriction, reason="Re-authorised")
    with acting_as(cast.manager, "task_restriction.ended"):  # as a decision in effect leaves it
        restriction.ended_at, restriction.ended_by, restriction.ended_reason = times.now(), cast.manager, "Decided"
        restriction.save()
    lift(cast, control)
    control.refresh_from_db()
    assert control.ended_at is not None
