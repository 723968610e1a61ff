"""What a control on a worker takes from them by what it is, and what may take its place (domain.md §3, §8, F14)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from incidents import actions
from incidents.models import ControlKind, RiskControl, TaskRestriction
from incidents.tasks_catalogue import MEETING_PEOPLE, Task
from records import times
from records.acting import acting_as
from records.refusals import Refused
from tests.cast import RESTRICTION
from tests.incidents.test_protection_pages import record
from tests.remediation import build

pytestmark = pytest.mark.django_db


def away(worker) -> set[str]:
    """What the rota and the register read: the tasks this worker may not do now."""
    return set(TaskRestriction.objects.filter(worker=worker, ended_at=None).values_list("task", flat=True))


@pytest.mark.feature("F14")
@pytest.mark.parametrize(
    ("kind", "ticked", "taken"),
    [
        ("suspension", [], set(Task.values)),
        ("non_contact", [], set(MEETING_PEOPLE)),
        ("no_lone_work", [], {"T1"}),
        ("no_lone_work", ["T7"], {"T1", "T7"}),
        ("shadow", [], {"T1"}),
        ("not_with_person", [], {"T3"}),
        ("task_removed", ["T6"], {"T6"}),
        ("shift_change", [], set()),
    ],
)
def test_the_register_shows_what_a_control_takes_without_a_single_tick(cast, client, kind, ticked, taken):
    case = cast.case(rated=True)
    client.force_login(cast.manager)
    given = {"kind": kind, "worker": str(cast.worker.pk), "tasks": ticked, "welfare_contact": "Ann Bell"}
    assert record(client, case, **given).status_code == 302
    assert away(cast.worker) == taken
    register = client.get(reverse("register-service", args=[cast.service.pk])).content.decode()
    for task in Task:
        assert (task.label in register) == (task in taken), task
    assert ("may not" in register.lower()) == bool(taken)


def test_desk_work_is_left_to_who_may_not_meet_people_and_nothing_to_who_is_suspended():
    assert set(Task.values) - set(MEETING_PEOPLE) == {"T5", "T6", "T16", "T17", "T19", "T20"}


def test_when_everything_is_away_already_the_page_offers_no_more_tasks(cast, client):
    case = cast.case(rated=True)
    control = cast.control(case, kind="suspension", welfare_contact="Ann Bell")
    client.force_login(cast.manager)
    more = reverse("case-control-tasks", args=[case.pk, control.pk])
    assert more not in client.get(reverse("case-control", args=[case.pk, control.pk])).content.decode()
    assert client.get(more).status_code == 404


@pytest.mark.feature("F14")
@pytest.mark.parametrize(
    ("first", "then", "kept"),
    [
        ({"kind": "suspension"}, {"kind": "task_removed", "tasks": ["T2"]}, False),
        ({"kind": "suspension"}, {"kind": "non_contact"}, False),
        ({"kind": "non_contact"}, {"kind": "suspension"}, True),
        ({"kind": "no_lone_work"}, {"kind": "task_removed", "tasks": ["T7"]}, False),
        ({"kind": "no_lone_work"}, {"kind": "shadow"}, True),
        ({"kind": "no_lone_work", "tasks": ["T4"]}, {"kind": "no_lone_work"}, False),
        ({"kind": "shift_change"}, {"kind": "extra_calls"}, False),
        ({"kind": "shift_change"}, {"kind": "shift_change"}, True),
        ({"kind": "shift_change"}, {"kind": "no_lone_work"}, True),
        ({"kind": "no_lone_work"}, {"kind": "no_lone_work", "worker": "colleague"}, False),
    ],
)
def test_with_a_plan_only_what_restricts_as_much_takes_the_place_of_a_control(cast, client, first, then, kept):
    case = cast.case(rated=True, subject=True)
    welfare = {"welfare_contact": "Ann Bell"}
    old = cast.control(case, **first, **welfare)
    cast.answer_all_duties(case)
    build.route(cast, case)
    build.draft(cast, case)
    held = away(cast.worker)
    client.force_login(cast.manager)
    worker = cast.staff[then["worker"]] if "worker" in then else cast.worker
    url = reverse("case-control-replace", args=[case.pk, old.pk])
    record(client, case, url=url, **(then | welfare | {"worker": str(worker.pk)}))
    assert RiskControl.objects.filter(replaces=old).exists()
    review = reverse("case-control-review", args=[case.pk, old.pk])
    answer = client.post(review, {"outcome": "replace", "reason": "Another way"})
    old.refresh_from_db()
    if kept:
        assert answer.status_code == 302 and not old.in_force
    else:
        assert answer.status_code == 422 and "re-authorisation" in answer.content.decode()
        assert old.in_force
    assert held <= away(cast.worker)


def restriction(cast, case, **changed):
    """A restriction of the person at risk, with consent and a week to run unless changed."""
    now = times.now()
    common = {"by": cast.manager, "case": case, "person": case.casepersons.get().person}
    dates = {"starts_at": now - timedelta(minutes=1), "ends_at": now + timedelta(days=7), "authority_on": times.today()}
    return actions.record_restriction(**(common | RESTRICTION | dates | changed))


@pytest.mark.feature("F15")
@pytest.mark.parametrize(("outcome", "box"), [("amend", "amended_to"), ("step_down", "stepped_to")])
def test_a_review_that_comes_to_limit_the_person_names_its_restriction_and_can(cast, client, outcome, box):
    case = cast.case(rated=True, people=["J.P."])
    control = cast.control(case, kind="extra_calls", worker=None, what="Two more calls a day")
    client.force_login(cast.manager)
    url = reverse("case-control-review", args=[case.pk, control.pk])
    # No phrase gives it away: only the answer does.
    given = {"outcome": outcome, "reason": "The market is loud", box: "Market with two of us, at quiet hours"}
    assert client.post(url, given).status_code == 422  # asked, as a new control is
    refused = client.post(url, given | {"limits_person": "yes"})
    page = refused.content.decode()
    assert refused.status_code == 422 and reverse("case-restriction-new", args=[case.pk]) in page
    assert given[box] in page  # nothing typed is lost
    with pytest.raises(Refused, match="F15"):  # and the action itself, whoever calls it
        actions.review_control(
            by=cast.manager, control=control, outcome=outcome, reason="Loud", changed_to=given[box], limits_person=True
        )
    nobody = restriction(cast, case, authority="none", authority_on=None, ends_at=None)
    held = restriction(cast, case)
    refused = client.post(url, given | {"limits_person": "yes", "restriction": str(nobody.pk)})
    assert refused.status_code == 422 and "no authority in force" in refused.content.decode()
    control.refresh_from_db()
    assert control.restriction is None and control.what == "Two more calls a day"
    assert client.post(url, given | {"limits_person": "yes", "restriction": str(held.pk)}).status_code == 302
    control.refresh_from_db()
    assert control.restriction == held and control.what == given[box]
    # From here on the page knows it: the next change starts with the record it stands on.
    assert f'value="{held.pk}" checked' in client.get(url).content.decode()


@pytest.mark.feature("F15")
def test_a_control_whose_new_one_lost_its_authority_is_not_replaced_by_it(cast, client):
    case = cast.case(rated=True, people=["J.P."])
    control = cast.control(case, kind="extra_calls", worker=None, what="Two more calls a day")
    held = restriction(cast, case)
    limits = {"kind": "limits_person", "what": "Market with two of us", "limits_person": True, "restriction": held}
    cast.control(case, worker=None, replaces=control, **limits)
    actions.end_restriction(by=cast.manager, restriction=held, ended_how="He said no")
    client.force_login(cast.manager)
    url = reverse("case-control-review", args=[case.pk, control.pk])
    refused = client.post(url, {"outcome": "replace", "reason": "Another way"})
    assert refused.status_code == 422 and "no authority in force" in refused.content.decode()
    control.refresh_from_db()
    assert control.in_force


def test_a_control_from_before_its_kind_restricted_tasks_is_no_way_out_of_the_plan(cast):
    """A suspension recorded when nothing was restricted with it: a milder control still does not take its place."""
    case = cast.case(rated=True, subject=True)
    old = cast.control(case, kind="shift_change")
    with acting_as(cast.manager, "test.given"):  # as an older version left it: the kind says more than the rows do
        old.kind, old.welfare_contact = ControlKind.SUSPENSION, "Ann Bell"
        old.save()
    cast.answer_all_duties(case)
    build.route(cast, case)
    build.draft(cast, case)
    assert away(cast.worker) == set()
    cast.control(case, kind="shadow", replaces=old)
    with pytest.raises(Refused, match="LIFT"):
        actions.review_control(by=cast.manager, control=old, outcome="replace", reason="Milder")
