"""When a chase is made, to whom, and when not (domain.md §13). The mail itself: test_chasing_mail.py."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError

from governance import chasing
from governance.models import Chase
from records import times
from records.acting import acting_as
from tests.governance import promises

pytestmark = pytest.mark.django_db
NOW = times.london(2026, 11, 24, 9, 0)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def told(case: Any = None, at: datetime = NOW) -> Counter[tuple[str, str]]:
    """(rung, e-mail before the @) of every chase made by a sweep at `at`, new ones and earlier ones."""
    chasing.sweep(at)
    made = Chase.objects.filter(case=case) if case else Chase.objects.all()
    return Counter((one.rung, one.recipient.email.split("@")[0] if one.recipient else "director") for one in made)


def director(cast: Any) -> None:
    with acting_as(cast.manager, "test.given"):
        cast.provider.director_email = "director@larkfield.example"
        cast.provider.save()


def test_nothing_is_chased_before_half_its_time_has_passed(cast: Any) -> None:
    promises.control(promises.case(cast), cast.manager, NOW + 3 * DAY, decided=NOW - DAY)
    assert told() == Counter()


def test_the_owner_is_reminded_once_half_the_time_has_passed(cast: Any) -> None:
    promises.control(promises.case(cast), cast.manager, NOW + DAY, decided=NOW - 2 * DAY)
    assert told() == Counter({("half", "manager"): 1})


def test_a_duty_is_reminded_at_amber(cast: Any) -> None:
    promises.duty(promises.case(cast), cast.deputy, NOW + 20 * HOUR)
    assert told(at=NOW - HOUR) == Counter()
    assert told(at=NOW + timedelta(minutes=1)) == Counter({("half", "deputy"): 1})


@pytest.mark.feature("F84")
def test_an_overdue_plan_item_climbs_from_owner_to_manager_to_nominated_individual_to_director(cast: Any) -> None:
    director(cast)
    case = promises.case(cast)
    promises.control(case, cast.deputy, NOW)
    assert told(at=NOW) == Counter({("due", "deputy"): 1})
    assert told(at=NOW + DAY - HOUR) == Counter({("due", "deputy"): 1})
    assert told(at=NOW + DAY)[("up1", "manager")] == 1
    assert told(at=NOW + 3 * DAY)[("up2", "nominated_individual")] == 1
    assert told(at=NOW + 7 * DAY) == Counter(
        {("due", "deputy"): 1, ("up1", "manager"): 1, ("up2", "nominated_individual"): 1, ("up3", "director"): 1}
    )


def test_a_duty_climbs_in_hours_and_never_rests_at_a_weekend(cast: Any) -> None:
    red = times.london(2026, 11, 27, 20, 0)  # a Friday evening
    promises.duty(promises.case(cast), cast.deputy, red)
    made = told(at=red + 4 * HOUR)
    assert made == Counter({("due", "deputy"): 1, ("up1", "manager"): 1})
    assert told(at=red + 24 * HOUR)[("up2", "nominated_individual")] == 1


def test_a_missed_week_of_sweeps_is_made_good_by_one_and_the_early_reminder_lapses(cast: Any) -> None:
    director(cast)
    promises.control(promises.case(cast), cast.deputy, NOW - 8 * DAY, decided=NOW - 20 * DAY)
    assert told() == Counter(
        {("due", "deputy"): 1, ("up1", "manager"): 1, ("up2", "nominated_individual"): 1, ("up3", "director"): 1}
    )


def test_a_second_sweep_adds_nothing(cast: Any) -> None:
    promises.control(promises.case(cast), cast.deputy, NOW - 2 * DAY)
    before = told()
    assert sum(chasing.sweep(NOW).values()) == 0
    assert told() == before


def test_a_new_due_date_is_chased_anew(cast: Any) -> None:
    control = promises.control(promises.case(cast), cast.deputy, NOW - HOUR)
    chasing.sweep(NOW)
    with acting_as(cast.manager, "test.reviewed"):
        control.review_due_at = NOW + DAY
        control.save()
    assert told(at=NOW + DAY + HOUR)[("due", "deputy")] == 2


def test_what_is_done_or_closed_is_not_chased(cast: Any) -> None:
    done = promises.control(promises.case(cast), cast.deputy, NOW - 5 * DAY)
    with acting_as(cast.manager, "test.lifted"):
        done.ended_at = NOW - 5 * DAY
        done.save()
    promises.control(promises.case(cast, closed_at=NOW - DAY), cast.deputy, NOW - 5 * DAY)
    assert told() == Counter()


def test_an_implicated_manager_is_passed_over_and_the_nominated_individual_told_first(cast: Any) -> None:
    case = promises.case(cast)
    promises.involve(case, cast.manager_staff, "implicated", cast.nominated_individual)
    promises.control(case, cast.manager, NOW - DAY)
    assert told(case) == Counter({("due", "nominated_individual"): 1, ("up1", "nominated_individual"): 1})


def test_a_manager_implicated_in_one_case_is_still_told_of_the_others(cast: Any) -> None:
    promises.involve(promises.case(cast), cast.manager_staff, "implicated", cast.nominated_individual)
    other = promises.case(cast)
    promises.control(other, cast.manager, NOW - HOUR)
    assert told(other) == Counter({("due", "manager"): 1})


def test_only_the_named_team_of_a_sealed_case_is_told(cast: Any) -> None:
    from incidents.models import CaseGrant

    case = promises.case(cast, sealed_at=NOW - 9 * DAY, sealed_by=cast.nominated_individual)
    grant = CaseGrant(
        case=case,
        user=cast.nominated_individual,
        kind="team",
        reason="Named team",
        starts_at=NOW - 9 * DAY,
        granted_by=cast.nominated_individual,
    )
    with acting_as(cast.nominated_individual, "test.given"):
        grant.save()
    promises.control(case, cast.manager, NOW - 8 * DAY)
    assert {who for _, who in told(case)} == {"nominated_individual"}


def test_somebody_who_has_left_is_passed_over(cast: Any) -> None:
    from accounts import actions as people

    people.end_membership(
        by=cast.nominated_individual,
        membership=cast.deputy.memberships.get(),
        last_day=times.to_london(NOW).date() - 2 * DAY,
    )
    promises.control(promises.case(cast), cast.deputy, NOW - HOUR)
    assert told() == Counter({("due", "manager"): 1})


def test_nobody_of_another_service_or_provider_is_told(cast: Any) -> None:
    promises.control(promises.case(cast), cast.deputy, NOW - 9 * DAY)
    assert {who for _, who in told()} == {"deputy", "manager", "nominated_individual"}


def test_a_no_that_waits_goes_to_a_second_person_and_not_to_the_one_who_said_it(cast: Any) -> None:
    promises.duty(
        promises.case(cast),
        cast.manager,
        NOW - HOUR,
        answer="undecided",
        proposed_no_by=cast.nominated_individual,
        proposed_no_at=NOW - 2 * HOUR,
        proposed_no_reason="Considered",
    )
    assert told() == Counter({("due", "manager"): 1})


def test_one_promise_is_never_chased_twice_for_the_same_rung_date_and_person(cast: Any) -> None:
    promises.control(promises.case(cast), cast.deputy, NOW - HOUR)
    chasing.sweep(NOW)
    made = Chase.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Chase(
            item=made.item,
            kind=made.kind,
            what=made.what,
            case=made.case,
            rung=made.rung,
            due_at=made.due_at,
            recipient=made.recipient,
            made_at=NOW,
        ).save()


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM governance_chase",
        "UPDATE governance_chase SET what = 'Something else'",
        "UPDATE governance_chase SET sent_at = now(), due_at = now()",
    ],
)
def test_the_database_keeps_a_chase_as_it_was_made(cast: Any, change: str) -> None:
    promises.control(promises.case(cast), cast.deputy, NOW - HOUR)
    chasing.sweep(NOW)
    with pytest.raises(ProgrammingError, match="kept as it was made"), transaction.atomic():
        connection.cursor().execute(change)


def test_a_chase_that_was_sent_cannot_be_unsent(cast: Any) -> None:
    promises.control(promises.case(cast), cast.deputy, NOW - HOUR)
    chasing.sweep(NOW)
    chasing.send()
    assert Chase.objects.get().sent_at
    with pytest.raises(ProgrammingError, match="kept as it was made"), transaction.atomic():
        connection.cursor().execute("UPDATE governance_chase SET sent_at = NULL")
