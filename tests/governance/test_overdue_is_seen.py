"""What is overdue reaches whoever can do it, and can be told apart: the next steps, My work, the list, Chasing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from governance import chasing, due
from governance.models import Chase, DueItem
from governance.sections import chasing_state
from incidents import sections
from records import times
from records.acting import acting_as
from remediation.actions import followup
from tests.governance import promises

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def page(client: Client, user: Any, url: str = "/") -> str:
    client.force_login(user)
    answer = client.get(url)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def items(kind: str) -> list[DueItem]:
    return list(DueItem.objects.filter(kind=kind).select_related("case", "service").order_by("due_at", "key"))


@pytest.fixture
def booked(cast: Any) -> Any:
    """A follow-up of the worker, two days late, which the senior promised in the manager's case."""
    plan = promises.plan(promises.case(cast), cast.manager, cast.worker)
    return promises.follow_up(plan, cast.manager, 4, times.today() - 2 * DAY, owner=cast.senior)


# --- Whose a follow-up is ------------------------------------------------------------------------------------


def test_a_follow_up_is_due_for_whoever_was_named_and_they_are_reminded(client: Client, cast: Any, booked: Any) -> None:
    assert [item.owner for item in items("follow_up")] == [cast.senior]
    chasing.sweep(times.now())
    assert set(Chase.objects.filter(kind="follow_up", rung="due").values_list("recipient", flat=True)) == {
        cast.senior.pk
    }
    for url in ("/", reverse("due")):
        shown = page(client, cast.senior, url)
        assert reverse("follow-up", args=[booked.pk]) in shown
        assert "Record the follow-up: observation, week 4" in shown


def test_a_follow_up_with_nobody_named_is_the_case_owners(cast: Any) -> None:
    case = promises.case(cast)
    plan = promises.plan(case, cast.manager, cast.worker)
    promises.follow_up(plan, cast.manager, 4, times.today())
    assert [item.owner_id for item in items("follow_up")] == [case.owner_id]


def test_before_its_days_the_page_of_a_follow_up_says_from_when_and_shows_no_form(
    client: Client, cast: Any, booked: Any
) -> None:
    early = promises.follow_up(booked.plan, cast.manager, 8, times.today() + followup.EARLY + DAY, owner=cast.senior)
    url = reverse("follow-up", args=[early.pk])
    shown = page(client, cast.senior, url)
    assert "You can record this from" in shown
    assert "Save the follow-up" not in shown
    assert client.post(url, {"result": "Two calls watched", "meets_standard": "yes"}).status_code == 422
    assert "Save the follow-up" in page(client, cast.senior, reverse("follow-up", args=[booked.pk]))
    told = [step.url for step in sections.steps(booked.case, cast.senior)]
    assert reverse("follow-up", args=[booked.pk]) in told
    assert url not in told


# --- What must happen next -----------------------------------------------------------------------------------


def test_what_is_overdue_comes_first_as_a_step_or_as_told_with_the_name_of_who_holds_it(
    client: Client, cast: Any
) -> None:
    case, late = promises.case(cast), times.today() - 3 * DAY
    promises.control(case, cast.manager, times.now() + 3 * DAY)
    promises.plan(case, cast.manager, cast.worker, ends_on=late)
    promises.system_action(case, cast.quality_lead, late)
    steps = sections.shown_first(sections.steps(case, cast.manager), 3)
    assert steps[0].text == f"Decide how a plan ends for {cast.worker.name}"
    assert steps[0].url
    # The manager leads the learning, so the action of another is theirs to record too.
    assert any(step.text.startswith("Do a system action") and step.url for step in steps[:2])
    told = sections.shown_first(sections.steps(case, cast.senior), 3)
    said = [step.text for step in told if not step.url]
    assert "Overdue with " + case.owner.name + ": Decide how a plan ends" in said
    assert any(one.startswith(f"Overdue with {cast.quality_lead.name}: Do a system action") for one in said)
    assert not [step for step in told if step.url and "plan" in step.text.lower()]
    shown = page(client, cast.senior, reverse("case", args=[case.pk]))
    assert f"Overdue with {cast.quality_lead.name}" in shown


def test_a_thing_its_own_section_asks_for_is_asked_for_once(cast: Any) -> None:
    case = promises.case(cast)
    action = promises.system_action(case, cast.manager, times.today() - 3 * DAY)
    control = promises.control(case, cast.manager, times.now() - 2 * DAY)
    asked = [step.url for step in sections.steps(case, cast.manager)]
    assert sum(str(action.pk) in url for url in asked) == 1
    assert sum(str(control.pk) in url for url in asked) == 1


def test_the_answer_a_worker_owes_is_for_nobody_else_to_open(cast: Any) -> None:
    item = DueItem(kind="reply", own=True, owner_id=cast.worker_user.pk, case=promises.case(cast))
    item.service = item.case.service
    assert due.may_open(cast.worker_user, item)
    assert not due.may_open(cast.manager, item)


# --- Lines that can be told apart ----------------------------------------------------------------------------


def test_two_of_a_kind_can_be_told_apart_by_those_who_may_know(cast: Any, booked: Any) -> None:
    promises.follow_up(booked.plan, cast.manager, 4, times.today() - 2 * DAY, kind="supervision")
    promises.practice_test(booked.plan, cast.manager)
    promises.system_action(booked.case, cast.quality_lead, times.today() - DAY)
    name = cast.worker.name
    lines = [due.title(item, cast.senior) for item in items("follow_up")]
    assert sorted(lines) == [
        f"Record the follow-up: observation, week 4, for {name}",
        f"Record the follow-up: supervision, week 4, for {name}",
    ]
    assert due.title(items("practice_test")[0], cast.senior) == f"Record a practice test P1 for {name}"
    assert "“" in due.title(items("system_action")[0], cast.senior)


def test_the_workers_name_is_kept_from_whoever_may_not_open_the_page_and_from_every_chase(
    cast: Any, booked: Any
) -> None:
    with acting_as(cast.manager, "test.given"):
        response = booked.plan.response
        response.welfare_due_on = times.today() - 2 * DAY
        response.save()
    contact = items("welfare")[0]
    assert due.title(contact, cast.manager) == f"Make the welfare contact with {cast.worker.name}"
    # A senior reads the case and not the HR compartment; a stranger reads neither.
    for reader in (cast.senior, cast.stranger, None):
        assert due.title(contact, reader) == "Make the welfare contact with a worker"
    chasing.sweep(times.now())
    assert not Chase.objects.filter(what__contains=cast.worker.name).exists()


# --- My work -------------------------------------------------------------------------------------------------


def test_a_safeguarding_lead_sees_the_overdue_duties_they_may_decide(client: Client, cast: Any) -> None:
    case = promises.case(cast)
    promises.duty(case, cast.manager, times.now() - DAY)
    promises.duty(case, cast.manager, times.now() - 2 * DAY, body="la_safeguarding")
    shown = page(client, cast.safeguarding_lead)
    assert "duties overdue" in shown
    assert "Nothing is waiting for you now" not in shown
    listed = page(client, cast.safeguarding_lead, f"{reverse('due')}?scope=all&kind=duty&late=1")
    assert listed.count("Tell an outside body") == 2
    assert "overdue in your services" not in page(client, cast.senior)


def test_a_system_administrator_sees_that_the_check_of_the_record_is_overdue(
    client: Client, cast: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from governance import ledger_alert

    monkeypatch.setattr(ledger_alert, "overdue", lambda last: True)
    shown = page(client, cast.system_administrator)
    assert "The nightly check of the record has not run" in shown
    assert "Nothing is waiting for you now" not in shown
    assert "The nightly check" not in page(client, cast.senior)


def test_a_worker_with_a_plan_they_were_told_of_is_led_to_it(client: Client, cast: Any) -> None:
    link = "see what you may do now"
    assert link not in page(client, cast.worker_user)
    plan = promises.plan(promises.case(cast), cast.manager, cast.worker)
    with acting_as(cast.manager, "test.given"):
        plan.response.told_at, plan.response.told_by = None, None
        plan.response.save()
    assert link not in page(client, cast.worker_user), "never a surprise on a screen"
    with acting_as(cast.manager, "test.given"):
        plan.response.told_at, plan.response.told_by = times.now(), cast.manager
        plan.response.save()
    assert link in page(client, cast.worker_user)
    assert link not in page(client, cast.senior)


# --- The list and Chasing ------------------------------------------------------------------------------------


def test_the_list_says_whose_it_is_and_what_is_due_elsewhere(client: Client, cast: Any) -> None:
    promises.control(promises.case(cast), cast.deputy, times.now() - DAY)
    shown = page(client, cast.quality_lead, reverse("due"))
    assert "Due: mine" in shown
    assert '<option value="" selected>Mine</option>' in shown
    assert "Nothing is due for you." in shown
    assert "1 thing is due in your services" in shown
    assert 'href="?scope=all"' in shown
    everything = page(client, cast.quality_lead, f"{reverse('due')}?scope=all")
    assert "Due: everything you may see" in everything
    assert f"Due: {cast.service.name}" in page(client, cast.manager, f"{reverse('due')}?scope={cast.service.pk}")
    assert "in your services" not in page(client, cast.stranger, reverse("due"))


def test_chasing_says_that_no_reminder_was_sent_while_something_is_overdue(client: Client, cast: Any) -> None:
    case = promises.case(cast)
    assert chasing_state(case, cast.manager).text == "None"  # type: ignore[union-attr]
    for _ in range(3):
        promises.control(case, cast.manager, times.now() - DAY)
    assert chasing_state(case, cast.manager).text == "3 overdue, no reminder sent"  # type: ignore[union-attr]
    assert "No reminder has been sent yet." in page(client, cast.manager, reverse("case-chasing", args=[case.pk]))
    chasing.sweep(times.now())
    assert chasing_state(case, cast.manager).text == "3 overdue, no reminder sent", "none was mailed yet"  # type: ignore[union-attr]
    chasing.send()
    count = Chase.objects.filter(case=case, sent_at__isnull=False).count()
    assert count
    assert chasing_state(case, cast.manager).text == f"3 overdue, {count} reminders sent"  # type: ignore[union-attr]


def test_a_promise_with_only_a_day_shows_no_minute_and_the_same_days_everywhere(client: Client, cast: Any) -> None:
    promises.system_action(promises.case(cast), cast.manager, times.today() - 6 * DAY)
    shown = page(client, cast.manager)
    assert "6 days overdue" in shown
    assert "23:59" not in shown
    assert "23:59" not in page(client, cast.manager, reverse("due"))


def test_the_list_of_cases_says_overdue_by(client: Client, cast: Any) -> None:
    promises.control(promises.case(cast), cast.manager, times.now() - 3 * DAY)
    assert "Overdue by 3 days" in page(client, cast.manager, reverse("cases"))


# --- Ending a plan -------------------------------------------------------------------------------------------


def test_the_end_of_a_plan_says_that_a_good_one_ends_by_itself_and_leads_to_the_decisions(
    client: Client, cast: Any
) -> None:
    case = promises.case(cast)
    plan = promises.plan(case, cast.manager, cast.worker, ends_on=times.today() - 12 * DAY)
    shown = page(client, cast.manager, reverse("plan-end", args=[plan.pk]))
    assert "it ends by itself when every task it leads back to is decided" in shown
    assert reverse("case-reauthorisation", args=[case.pk]) in shown
    assert "12 days overdue" in page(client, cast.manager, reverse("plan", args=[plan.pk]))


def test_that_someone_may_be_unsafe_or_nothing_is_decided_comes_before_all_else(client: Client, cast: Any) -> None:
    """Immediate protection before everything (§0.2 A3): on the home of whoever may decide it, not only in the case."""
    case = cast.case(everyone_safe="unknown", safe_note="We are ringing the family")
    for user in (cast.manager, cast.deputy):
        shown = page(client, user)
        assert shown.index("People to protect now") < shown.index(reverse("case-safe", args=[case.pk]))
        assert shown.index("People to protect now") < shown.index("Decide how people are protected now")
        headings = [part.split("</h2>")[0] for part in shown.split("<h2")[1:]]
        assert "People to protect now" in headings[0], headings
    assert "People to protect now" not in page(client, cast.senior)
    assert "People to protect now" not in page(client, cast.stranger)
    cast.control(case)
    with acting_as(cast.manager, "test.arranged"):
        case.refresh_from_db()
        case.everyone_safe = "yes"
        case.save()
    assert "People to protect now" not in page(client, cast.manager)
