"""The home page and the list of everything due (ux.md "My work", F83)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from governance import due
from governance.models import DueItem
from records import times
from remediation.actions.signatures import withdraw_signature
from remediation.models import TestAttempt
from tests.cast import Cast
from tests.governance import promises
from tests.remediation.scene import LIVE, WEEKLY, learn, scene, signature

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def page(client: Client, user: Any, url: str = "/") -> str:
    client.force_login(user)
    answer = client.get(url)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_my_work_groups_what_is_mine_by_how_near_it_is(client: Client, cast: Any) -> None:
    now = times.now()
    case = promises.case(cast)
    promises.control(case, cast.deputy, now - 2 * DAY)
    promises.duty(case, cast.deputy, times.end_of_day(times.today()))
    promises.control(case, cast.deputy, now + 3 * DAY, kind="shadow")
    promises.control(case, cast.deputy, now + 30 * DAY, kind="suspension")
    shown = page(client, cast.deputy)
    overdue, today, week = (shown.index(f">{title}<") for title in ("Overdue", "Today", "Next 7 days"))
    assert overdue < shown.index("Review a risk control: no lone work") < today
    assert today < shown.index("Tell an outside body: CQC: other incidents") < week
    assert week < shown.index("Review a risk control: shadowing or working in twos")
    assert "precautionary suspension" not in shown


def test_a_line_says_the_verb_first_then_reference_and_service_and_opens_where_it_is_done(
    client: Client, cast: Any
) -> None:
    case = promises.case(cast)
    promises.control(case, cast.deputy, times.now() - DAY)
    shown = page(client, cast.deputy)
    item = DueItem.objects.get(kind="control_review", case=case)
    assert f'href="{due.url_of(item)}"' in shown
    assert f"{case.reference} · {cast.service.name}" in shown
    assert "1 day overdue" in shown


def test_what_waits_for_a_second_person_is_shown_to_who_may_be_it_and_as_waiting_to_who_asked(
    client: Client, cast: Any
) -> None:
    case = promises.case(cast)
    promises.duty(
        case,
        cast.manager,
        times.now() + HOUR,
        answer="undecided",
        proposed_no_by=cast.manager,
        proposed_no_at=times.now(),
        proposed_no_reason="Considered",
    )
    said = "Agree or not that a body need not be told"
    second = page(client, cast.nominated_individual)
    assert second.index("Decisions waiting for you") < second.index(said)
    asker = page(client, cast.manager)
    assert "Decisions waiting for you" not in asker
    assert asker.index("Waiting for others") < asker.index(said)


def test_a_manager_sees_six_figures_each_a_link_to_its_list(client: Client, cast: Any) -> None:
    case = promises.case(cast)
    promises.control(case, cast.manager, times.now() - DAY)
    promises.duty(case, cast.manager, times.now() - HOUR)
    promises.duty(case, cast.manager, times.now() + 10 * HOUR, body="la_safeguarding")
    shown = page(client, cast.manager)
    for words in (
        "control overdue for review",
        "duties in amber or red",
        "workers restricted now",
        "conditions ending this week",
        "cases ready to close",
        "packs waiting for release",
    ):
        assert words in shown
    listed = page(client, cast.manager, f"{reverse('due')}?scope=all&kind=duty&late=amber")
    assert listed.count("Tell an outside body") == 2
    assert "stp-figure" not in page(client, cast.senior)


def test_nothing_due_says_so_and_what_is_next(client: Client, cast: Any) -> None:
    assert "Nothing is waiting for you now." in page(client, cast.deputy)
    promises.control(promises.case(cast), cast.deputy, times.now() + 20 * DAY)
    shown = page(client, cast.deputy)
    assert "Nothing is waiting for you now." in shown
    assert "Next: " in shown
    assert "Review a risk control: no lone work" in shown


@pytest.mark.feature("F83")
def test_one_list_of_everything_due_for_me_for_my_service_and_for_the_provider(client: Client, cast: Any) -> None:
    now = times.now()
    promises.control(promises.case(cast), cast.deputy, now + 20 * DAY)
    other = promises.case(cast, service=cast.second_service)
    promises.control(other, cast.nominated_individual, now + 21 * DAY, kind="suspension")
    promises.control(promises.case(cast), cast.manager, now + 22 * DAY, kind="shadow")
    url = reverse("due")
    mine = page(client, cast.deputy, url)
    assert "no lone work" in mine
    assert "precautionary suspension" not in mine
    assert "shadowing" not in mine  # a colleague's, in a case of the same service
    of_the_service = page(client, cast.manager, f"{url}?scope={cast.service.pk}")
    assert "no lone work" in of_the_service and "shadowing" in of_the_service
    assert "precautionary suspension" not in page(client, cast.manager, f"{url}?scope=all")
    everything = page(client, cast.nominated_individual, f"{url}?scope=all")
    assert "no lone work" in everything
    assert "precautionary suspension" in everything


def test_a_stranger_from_another_provider_sees_nothing_of_ours(client: Client, cast: Any) -> None:
    case = promises.case(cast)
    promises.control(case, cast.deputy, times.now() - DAY)
    for url in ("/", f"{reverse('due')}?scope=all", f"{reverse('due')}?scope={cast.service.pk}"):
        assert case.reference not in page(client, cast.stranger, url)


def test_an_owner_who_became_part_of_the_case_no_longer_sees_its_promises(client: Client, cast: Any) -> None:
    case = promises.case(cast)
    promises.control(case, cast.manager, times.now() - DAY)
    assert case.reference in page(client, cast.manager)
    promises.involve(case, cast.manager_staff, "implicated", cast.nominated_individual)
    assert case.reference not in page(client, cast.manager)
    assert case.reference not in page(client, cast.manager, f"{reverse('due')}?scope=all")


def test_the_list_goes_on_from_page_to_page_without_losing_or_repeating_a_line(client: Client, cast: Any) -> None:
    case, now = promises.case(cast), times.now()
    made = {promises.control(case, cast.deputy, now + DAY).pk for _ in range(60)}
    client.force_login(cast.deputy)
    first = client.get(reverse("due"))
    second = client.get(reverse("due") + first.context["page"].more)
    assert len(first.context["rows"]) == 50
    assert len(second.context["rows"]) == 10
    assert second.context["page"].more == ""
    assert len(made) == 60


@pytest.mark.parametrize("url", ["/", "/due/?scope=all"])
def test_my_work_and_the_list_ask_a_fixed_number_of_questions_of_the_database(
    client: Client, cast: Any, url: str, django_assert_max_num_queries: Any
) -> None:
    for _ in range(8):
        case = promises.case(cast)
        promises.control(case, cast.manager, times.now() - DAY)
        promises.duty(case, cast.manager, times.now() - HOUR)
    client.force_login(cast.manager)
    client.get(url)
    with django_assert_max_num_queries(32):
        client.get(url)


def test_the_link_of_a_chase_leads_to_the_page_where_it_is_done_and_only_for_its_recipient(
    client: Client, cast: Any
) -> None:
    from governance import chasing
    from governance.models import Chase

    case = promises.case(cast)
    promises.control(case, cast.deputy, times.now() - HOUR)
    chasing.sweep(times.now())
    url = reverse("chase", args=[Chase.objects.get().pk])
    client.force_login(cast.deputy)
    assert client.get(url).url == due.url_of(DueItem.objects.get(case=case))
    client.force_login(cast.senior)
    assert client.get(url).status_code == 404


@pytest.mark.parametrize("answer", ["attempt", "learning", "decision", "withdrawn"])
def test_a_test_not_passed_waits_for_whoever_decides_until_it_is_answered(
    cast: Any, client: Client, answer: str
) -> None:
    """§7.3: a failure is answered with more learning, another attempt, or a decision; it may not lie unseen."""
    on = scene(cast)
    told = "A practice test was not passed: plan what comes next"
    assert told not in page(client, cast.manager)
    attempt = on.signed("P1", "02222")
    address = reverse("practice-test", args=[on.tests["P1"].pk])
    assert told in page(client, cast.manager) and f'href="{address}"' in page(client, cast.manager)
    for other in (cast.senior, cast.worker_user, cast.stranger):
        assert told not in page(client, other)
    if answer == "learning":
        learn(on)
    elif answer == "attempt":
        on.signed("O")  # (another test answers nothing)
        assert told in page(client, cast.manager)
        begun = {"started_at": times.now(), "started_by": on.assessor, "assessor": attempt.assessor, "number": 2}
        on.add(TestAttempt, test=on.tests["P1"], worker=attempt.worker, **begun)
    elif answer == "withdrawn":
        withdraw_signature(
            by=on.assessor, signed=attempt.sign_offs.get(), reason="Marked on the wrong form", signature=signature()
        )
    else:
        on.decide("not_authorised")
    assert told not in page(client, cast.manager)


def test_a_withdrawn_decision_answers_no_test(cast: Any, client: Client) -> None:
    on = scene(cast)
    on.signed("P1", "02222")
    made = on.decide("not_authorised")
    withdraw_signature(by=cast.manager, signed=made, reason="Of the wrong worker", signature=signature())
    assert "A practice test was not passed: plan what comes next" in page(client, cast.manager)


def test_a_live_test_not_passed_asks_whether_the_tasks_may_stay(cast: Any, client: Client) -> None:
    on = scene(cast)
    on.test("P4", "live", LIVE, before_return=False)
    on.signed("P4", "02222")
    shown = page(client, cast.manager)
    assert "A test after the tasks came back was not passed: decide whether they may stay" in shown
    assert f'href="{reverse("plan-reauthorisation", args=[on.plan.pk])}"' in shown


def test_of_a_weekly_series_only_the_last_week_speaks(cast: Any, client: Client) -> None:
    on = scene(cast)
    on.test("P3", "weekly_check", WEEKLY, series_weeks=4, window_starts_on=times.today())
    attempt = on.signed("P3", "02222")
    assert attempt.week == 1 and attempt.outcome == "not_passed"
    assert "was not passed" not in page(client, cast.manager)
    on.test("P5", "weekly_check", WEEKLY, series_weeks=1, window_starts_on=times.today())
    on.signed("P5", "02222")
    assert "A practice test was not passed" in page(client, cast.manager)


def test_a_worker_whose_tasks_are_restricted_without_a_plan_is_led_to_what_they_may_do(
    cast: Cast, client: Client
) -> None:
    led = "see what you may do now"
    assert led not in page(client, cast.worker_user)
    cast.control(cast.case(subject=True), worker=cast.worker, tasks=["T1"])
    assert led in page(client, cast.worker_user)
    assert led not in page(client, cast.colleague)
