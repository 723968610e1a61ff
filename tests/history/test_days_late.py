"""F98: a day given for something done, well before it was written down, is said to be late; a day to come is not."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import models
from django.urls import reverse

from governance.models import MeasurePoint
from records import readable, times
from records.acting import acting_as
from records.compartments import HR
from records.registry import tracked_models
from remediation.models import Coaching
from tests.governance import promises
from tests.remediation.scene import scene

pytestmark = [pytest.mark.django_db, pytest.mark.feature("F98")]

#: Days that are promised or planned, or that tell of a time before the product, each with its reason.
NOT_SAID = {
    "accounts.Membership.starts_on": "a role may start on a day to come; who gave it and when stands beside it",
    "accounts.Membership.ends_on": "the last day, to come",
    "accounts.Delegation.starts_on": "refused where it lies in the past",
    "accounts.Delegation.ends_on": "the last day, to come",
    "accounts.Staff.started_on": "people worked there before the product did",
    "accounts.Staff.left_on": "the last day, to come",
    "accounts.Staff.assessor_trained_on": "people were trained before the product was there",
    "governance.Measure.change_on": "planned",
    "governance.EffectCheck.due_on": "promised",
    "governance.EffectCheck.original_due_on": "promised",
    "governance.EffectVerdict.next_reaudit_on": "promised",
    "governance.PackRelease.expires_on": "to come",
    "remediation.DueDateChange.was": "a promised day that moved",
    "remediation.DueDateChange.becomes": "promised",
    "remediation.RemediationPlan.ends_on": "planned",
    "remediation.PracticeTest.window_starts_on": "planned",
}


def test_every_day_a_record_holds_is_of_something_done_or_of_something_to_come() -> None:
    unsaid = [
        f"{model._meta.label}.{field.name}"
        for model in tracked_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.DateField)
        and not isinstance(field, models.DateTimeField)
        and not field.name.endswith("due_on")
        and field.name not in getattr(model, "past_days", ())
    ]
    assert sorted(set(unsaid) - set(NOT_SAID)) == []


def coached(on: Any, days_ago: int) -> list[str]:
    """What the history says of a coaching held so many days ago and written down now."""
    kept = on.coached_by(on.cast.other_senior_staff, days_ago=days_ago)
    assert isinstance(kept, Coaching)
    lines = readable.of_chain(on.case.pk, compartments=[HR]).lines
    return [line.late for line in lines if line.record == kept.pk]


def test_a_day_is_late_when_it_lies_before_yesterday(cast: Any) -> None:
    on = scene(cast)
    assert coached(on, 0) == coached(on, 1) == [""]
    [late] = coached(on, 21)
    assert late.startswith("Held on is given as ") and late.endswith(", written down 21 days later")


def test_a_measured_day_entered_late_stands_in_the_history(cast: Any, client: Any) -> None:
    case = promises.ready_to_close(cast)
    measure = promises.measure(case, cast.manager)
    with acting_as(cast.manager, "measure.point_added"):
        MeasurePoint(
            case=case, measure=measure, on=times.today() - timedelta(days=40), value=Decimal(3), n=10,
            source="MAR charts", added_by=cast.manager, added_at=times.now(),
        ).save()  # fmt: skip
    client.force_login(cast.manager)
    page = " ".join(client.get(reverse("case-history", args=[case.pk])).content.decode().split())
    assert "On is given as" in page and "written down 40 days later" in page
