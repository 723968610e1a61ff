"""The overview of a case: what next, safety, five times, duties, two tracks, timeline, in that order."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from incidents import actions, sections
from records import times
from records.acting import acting_as


@pytest.fixture
def opened(client):
    """The overview as `user` sees it: its text and its context."""

    def get(user, case):
        client.force_login(user)
        response = client.get(case.get_absolute_url())
        assert response.status_code == 200
        return response.content.decode(), response.context

    return get


def test_the_parts_come_in_the_order_of_the_questions_asked_on_a_bad_day(cast, opened):
    page, _ = opened(cast.manager, cast.case(rated=True, subject=True))
    headings = ["What must happen next", "Safety now", "Five times", "Duties", "Two tracks", "Timeline: the latest"]
    places = [page.index(f">{heading}</h2>") for heading in headings]
    assert places == sorted(places)


def test_the_bar_says_reference_title_level_stage_service_owner_and_marks(cast, opened):
    case = cast.case(rated=True, everyone_safe="no", involves_restriction=True)
    page, _ = opened(cast.manager, case)
    bar = page[page.index('aria-label="This case"') : page.index('aria-label="Sections of this case"')]
    for words in (
        case.reference,
        case.title,
        "L3 high",
        "Stage: Protecting people",
        "Larkfield North",
        "Case owner: Aoife Brennan",
        "Someone may be unsafe",
        "Involves a restriction",
    ):
        assert words in bar, words


def test_at_most_three_steps_the_worst_first_each_with_its_button(cast, opened):
    case = cast.case(everyone_safe="no")
    page, context = opened(cast.manager, case)
    steps = context["steps"]
    assert len(steps) == 3
    assert steps[0].text == "Make everyone safe, and say how"
    assert [one.urgency for one in steps] == sorted(one.urgency for one in steps)
    assert all(f'href="{one.url}"' in page for one in steps)


def test_steps_with_a_day_and_steps_with_a_time_can_stand_together(cast):
    case = cast.case()
    now = times.now()
    given = [
        sections.Step("later today", "/", "Do", 40, times.today()),
        sections.Step("no date", "/", "Do", 40),
        sections.Step("now", "/", "Do", 40, now - timedelta(minutes=1)),
        sections.Step("worst", "/", "Do", 10),
    ]
    section = sections.Section("x", "X", "case", 999, lambda case, user: None, lambda case, user: given)
    sections.register(section)
    try:
        found = [one.text for one in sections.steps(case, cast.manager) if one in given]
    finally:
        sections._sections.remove(section)
    assert found == ["worst", "now", "later today", "no date"]


def test_a_senior_who_decides_nothing_gets_no_step_of_a_decision_and_no_link_to_confirm(cast, opened):
    case = cast.case(everyone_safe="no")
    page, context = opened(cast.senior, case)
    assert not [one for one in context["steps"] if "safe" in one.text.lower()]
    assert f"/cases/{case.pk}/safe/" not in page
    assert "No, someone may be unsafe" in page


def test_safety_now_shows_controls_in_force_restricted_tasks_and_who_confirmed(cast, opened):
    case = cast.case(rated=True, subject=True)
    cast.control(case, tasks=["T1", "T4"])
    page, _ = opened(cast.manager, case)
    for words in (
        "Everyone confirmed safe",
        "by Aoife Brennan",
        "No lone work",
        "Dionne Asante</strong> may not, for now:",
    ):
        assert words in page, words
    assert "(T1)" in page and "(T4)" in page


def test_a_control_past_its_review_stays_in_force_and_says_so(cast, opened):
    case = cast.case(rated=True)
    cast.control(case)
    with time_machine.travel(times.now() + timedelta(days=60)):
        page, context = opened(cast.manager, case)
    assert len(context["controls"]) == 1
    assert "It stays in force." in page
    assert "overdue" in page


def test_the_five_times_say_the_gaps_in_words(cast, opened):
    noticed, reported = times.london(2026, 10, 6, 8, 10), times.london(2026, 10, 12, 9, 20)
    with time_machine.travel(times.london(2026, 10, 12, 12, 0), tick=False):
        case = cast.case(
            first_noticed_at=noticed,
            reported_inside_at=reported,
            registered_person_aware_at=reported + timedelta(minutes=15),
        )
        page, _ = opened(cast.manager, case)
    assert "6 days 1 hour (145.2 h) before anyone was told" in page
    assert "15 minutes before the registered person knew" in page


def test_each_duty_stands_there_with_its_answer_and_clock(cast, opened):
    case = cast.case(rated=True)
    page, context = opened(cast.manager, case)
    assert len(context["duties"]) == case.duties.count()
    assert "Not decided yet" in page
    assert "CQC" in page


def test_the_timeline_shows_the_latest_ten_newest_first(cast, opened):
    case = cast.case()
    for number in range(12):
        actions.add_chronology_entry(
            by=cast.manager,
            case=case,
            event_at=times.now() - timedelta(minutes=30 - number),
            kind="fact",
            text=f"Event {number}.",
            source="Daily notes",
        )
    page, context = opened(cast.manager, case)
    entries = context["entries"]
    assert len(entries) == 10
    assert [one.event_at for one in entries] == sorted((one.event_at for one in entries), reverse=True)
    assert "Event 11." in page and "Event 0." not in page
    assert f"/cases/{case.pk}/chronology/" in page


def test_a_closed_case_asks_for_nothing(cast, opened):
    case = cast.case(everyone_safe="no")
    with acting_as(cast.manager, "case.closed"):
        case.closed_at, case.closed_by = times.now(), cast.manager
        case.save()
    page, context = opened(cast.manager, case)
    assert context["steps"] == []
    assert "This case is closed" in page and "Stage: Closed" in page
    assert f"/cases/{case.pk}/safe/" not in page


def test_the_overview_is_not_there_for_anyone_outside(cast, client):
    case = cast.case(subject=True)
    for user in [*cast.strangers.values(), cast.neighbour, cast.worker_user, cast.system_administrator]:
        client.force_login(user)
        assert client.get(case.get_absolute_url()).status_code == 404
    client.logout()
    assert client.get(case.get_absolute_url()).status_code == 302


def test_the_overview_asks_the_database_no_more_the_more_the_case_holds(cast, client):
    case = cast.case(rated=True, subject=True)
    cast.control(case, tasks=["T1"])
    client.force_login(cast.manager)
    client.get(case.get_absolute_url())
    with CaptureQueriesContext(connection) as before:
        client.get(case.get_absolute_url())
    for kind in ("shadow", "extra_calls", "manager_presence"):
        cast.control(case, kind=kind, tasks=[])
    for number in range(5):
        actions.add_chronology_entry(
            by=cast.manager,
            case=case,
            event_at=times.now() - timedelta(minutes=number),
            kind="fact",
            text="Seen",
            source="Notes",
        )
    with CaptureQueriesContext(connection) as after:
        client.get(case.get_absolute_url())
    assert len(after) <= len(before) + 3, (len(before), len(after))
    assert len(after) <= 80, len(after)
