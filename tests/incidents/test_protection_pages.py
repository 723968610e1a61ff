"""Controls, reviews, restricted tasks and the level, through the pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from governance.packs import contents_care
from incidents import actions, gates, hooks
from incidents.actions.controls import REQUIRED
from incidents.models import Duty, Level, RiskControl, RiskControlReview, TaskRestriction
from records import times
from records.gates import unmet
from records.refusals import Missing, NotAllowed, Refused
from records.times import london
from tests.cast import CONTROL, RESTRICTION
from tests.incidents.test_log_pages import when

PAGES = {
    "control": ("kind", "what", "worker", "tasks", "welfare_contact", "limits_person", "restriction", "why_no_limit"),
    "why": ("trigger", "who_at_risk", "options_considered", "why_chosen", "proportionality"),
    "person": ("persons_views", "views_not_obtained", "capacity", "advocate", "consent_to_share"),
    "telling": ("impact_and_support", "who_was_told", "exit_criteria", "would_tighten", "decided_at", "review_due_at"),
}


def record(client, case, url: str = "", **changed: Any) -> Any:
    """Answer the four pages and the check page; gives the first answer that is not a redirect, or the last one."""
    given: dict[str, Any] = CONTROL | {"limits_person": "no", "decided_at": times.now()} | changed
    url = url or reverse("case-control-new", args=[case.pk])
    for names in PAGES.values():
        posted: dict[str, Any] = {}
        for name in names:
            value = given.get(name)
            if value is None:
                continue
            posted |= when(name, value) if name.endswith("_at") else {name: value}
        response = client.post(url, posted)
        if response.status_code != 302:
            return response
        url = response["Location"]
    return client.post(url)


@pytest.mark.feature("F11")
def test_a_control_needs_every_field_and_no_control_is_a_decision_with_all_of_them_too(cast, client):
    case = cast.case(rated=True)
    client.force_login(cast.manager)
    for name, sentence in REQUIRED.items():
        response = record(client, case, worker=str(cast.worker.pk), **{name: " "})
        assert response.status_code == 422, name
        assert sentence[:12] in response.content.decode(), name
        with pytest.raises(Refused) as refused:  # and the action itself, whoever calls it
            cast.control(case, **{name: " "})
        assert refused.value.code == "F11"
    response = record(client, case, worker=str(cast.worker.pk), persons_views="")
    assert response.status_code == 422
    with pytest.raises(Refused):
        cast.control(case, persons_views="", views_not_obtained="")
    assert not RiskControl.objects.exists()

    lines = {line.code: line.met for line in gates.protection(case)}
    assert lines["A3"] is False
    response = record(client, case, kind="none_needed", what="Calls go on as they are")
    assert response.status_code == 302
    decided = RiskControl.objects.get()
    assert decided.kind == "none_needed" and decided.review_due_at is None
    page = client.get(response["Location"]).content.decode()
    assert "Calls go on as they are" in page and CONTROL["options_considered"] in page
    assert {line.code: line.met for line in gates.protection(case)}["A3"] is True


def test_the_first_review_is_proposed_from_the_level_and_may_not_be_later(cast, client):
    aware = london(2026, 10, 12, 9, 35)
    with time_machine.travel(london(2026, 10, 12, 11, 30), tick=False):
        case = cast.case(rated=True, registered_person_aware_at=aware, reported_inside_at=london(2026, 10, 12, 9, 20))
        client.force_login(cast.manager)
        first = client.post(
            reverse("case-control-new", args=[case.pk]),
            {"kind": "extra_calls", "what": "Two more calls a day", "limits_person": "no"},
        )
        telling = first["Location"].replace("/why/", "/telling/")
        page = client.get(telling).content.decode()
        assert 'value="15"' in page and 'value="09:35"' in page  # 15 October, 09:35
        assert cast.control(case).review_due_at == london(2026, 10, 15, 9, 35)
        late = record(client, case, worker=str(cast.worker.pk), review_due_at=london(2026, 10, 20, 9, 0))
        assert late.status_code == 422 and "within 72 hours" in late.content.decode()
        with pytest.raises(Refused, match="F18"):
            cast.control(case, kind="suspension", welfare_contact="Ann", review_due_at=london(2026, 10, 30, 9, 0))
        early = cast.control(case, review_due_at=london(2026, 10, 13, 9, 0))
        assert early.review_due_at == london(2026, 10, 13, 9, 0)


@pytest.mark.feature_part("F18")
def test_reviews_follow_the_level_working_days_and_bank_holidays(cast, client):
    """Decided on Christmas Eve: L1 clocks skip the bank holidays, the CQC clock runs through them (§3, §4)."""
    with time_machine.travel(london(2026, 12, 24, 16, 0), tick=False):
        aware = london(2026, 12, 24, 10, 0)
        case = cast.case(harm=0, potential=1, likelihood=1, reported_inside_at=None, registered_person_aware_at=aware)
        assert case.level == Level.L1
        client.force_login(cast.manager)
        page = client.get(reverse("case-chronology", args=[case.pk])).content.decode()
        assert "Tue 5 Jan 2027, 10:00" in page  # 5 working days: 25 and 28 Dec, 1 Jan are holidays
        duties = client.get(reverse("case-duties", args=[case.pk])).content.decode()
        assert "Fri 25 Dec, 10:00" in duties
        cqc = Duty.objects.get(case=case, body="cqc_r18")
        assert cqc.due_at == london(2026, 12, 25, 10, 0)  # 24 hours, Christmas Day or not
        control = cast.control(case)
        assert control.review_due_at == london(2027, 1, 21, 10, 0)
        actions.rate_case(by=cast.manager, case=case, harm=3, potential=3, likelihood=2)
        page = client.get(reverse("case-chronology", args=[case.pk])).content.decode()
        assert "Fri 25 Dec, 10:00" in page
        second = cast.control(case)
        assert second.review_due_at == london(2026, 12, 27, 10, 0)
        late = client.post(
            reverse("case-control-review", args=[case.pk, second.pk]),
            {"outcome": "continue", "reason": "Still needed", **when("next_review_at", london(2027, 1, 9, 10, 0))},
        )
        assert late.status_code == 422 and "within 7 days" in late.content.decode()


@pytest.mark.feature("F13")
def test_a_passed_review_date_never_lifts_a_control_and_a_fourth_continue_is_the_nominated_individuals(cast, client):
    start = london(2026, 10, 12, 11, 0)
    with time_machine.travel(start, tick=False):
        case = cast.case(rated=True)
        control = cast.control(case, tasks=["T1"])
        url = reverse("case-control-review", args=[case.pk, control.pk])
    with time_machine.travel(start + timedelta(days=30)):
        client.force_login(cast.manager)
        page = client.get(reverse("case-protection", args=[case.pk])).content.decode()
        assert "Review overdue" in page and "It stays in force" in page
        control.refresh_from_db()
        assert control.in_force and TaskRestriction.objects.filter(control=control, ended_at=None).exists()
        assert [line.code for line in unmet(gates.controls_current(case))] == ["G1"]

        for outcome in ("continue", "amend", "step_down", "lift", "replace"):
            assert client.post(url, {"outcome": outcome}).status_code == 422  # each needs its reason
        assert client.post(url, {"outcome": "amend", "reason": "x"}).status_code == 422  # and what changes
        for number in range(3):
            response = client.post(url, {"outcome": "continue", "reason": f"Still needed, {number}"})
            assert response.status_code == 302
        fourth = client.post(url, {"outcome": "continue", "reason": "Still needed"})
        assert fourth.status_code == 422 and "nominated individual makes this review" in fourth.content.decode()
        client.force_login(cast.nominated_individual)
        assert client.post(url, {"outcome": "continue", "reason": "Seen and agreed"}).status_code == 302
        client.force_login(cast.manager)
        changed = {
            "outcome": "amend",
            "reason": "Rota changed",
            "amended_to": "In twos for personal care",
            "limits_person": "no",
        }
        assert client.post(url, changed).status_code == 302
        control.refresh_from_db()
        assert control.what == "In twos for personal care"

        replace = {"outcome": "replace", "reason": "A better one"}
        refused = client.post(url, replace)
        new = reverse("case-control-replace", args=[case.pk, control.pk])
        assert refused.status_code == 422 and new in refused.content.decode()
        made = record(client, case, url=new, kind="shadow", worker=str(cast.worker.pk))
        assert made["Location"] == url
        assert client.post(url, replace).status_code == 302
        control.refresh_from_db()
        assert not control.in_force and control.ended_how == "replace"
        assert not TaskRestriction.objects.filter(control=control, ended_at=None).exists()
        newer = RiskControl.objects.get(replaces=control)
        lift = reverse("case-control-review", args=[case.pk, newer.pk])
        assert client.post(lift, {"outcome": "lift", "reason": "She reports the same shift"}).status_code == 302
        assert RiskControlReview.objects.get(control=newer).next_review_at is None
        assert client.get(lift).status_code == 404  # nothing left to review


@pytest.mark.feature("F14")
def test_a_restricted_task_is_in_force_in_the_same_request_task_by_task(cast, client):
    case = cast.case(rated=True)
    client.force_login(cast.manager)
    done = record(client, case, kind="task_removed", worker=str(cast.worker.pk), tasks=["T4", "T6"])
    assert done.status_code == 302
    page = client.get(reverse("case-protection", args=[case.pk])).content.decode()
    assert "Disclosures and first response (T4)" in page and "(T6)" in page
    control = RiskControl.objects.get()
    url = reverse("case-control-tasks", args=[case.pk, control.pk])
    assert "Disclosures" not in client.get(url).content.decode()  # restricted already, so not offered again
    assert client.post(url, {"tasks": ["T1"]}).status_code == 302
    held = TaskRestriction.objects.filter(worker=cast.worker, ended_at=None)
    assert sorted(held.values_list("task", flat=True)) == ["T1", "T4", "T6"]
    # The register every shift lead reads shows it now.
    register = client.get(reverse("register-service", args=[cast.service.pk])).content.decode()
    assert "Dionne Asante" in register and "may not" in register.lower()
    given_back = held.get(task="T4")
    with pytest.raises(Refused, match="A9"):  # nobody gives a task back by hand: only a decision in effect does
        actions.end_task_restriction(by=cast.manager, restriction=given_back, reason="Re-authorised")
    assert sorted(held.values_list("task", flat=True)) == ["T1", "T4", "T6"]
    # A task without a worker, or "task removed" without a task, is nothing.
    assert record(client, case, kind="task_removed", worker=str(cast.worker.pk)).status_code == 422
    assert record(client, case, kind="task_removed", tasks=["T1"]).status_code == 422
    for wrong in ({"worker": None, "kind": "other", "tasks": ["T1"]}, {"kind": "task_removed"}):
        with pytest.raises(Refused, match="F14"):
            cast.control(case, **wrong)


def test_lifting_a_workers_control_asks_the_floors_above_first(cast, monkeypatch):
    case = cast.case(rated=True)
    control = cast.control(case, tasks=["T1"])
    monkeypatch.setattr(hooks, "_may_lift", [lambda control: [Missing("Decide re-authorisation", "/there/")]])
    for outcome in ("lift", "step_down"):
        with pytest.raises(Refused) as refused:
            actions.review_control(
                by=cast.manager, control=control, outcome=outcome, reason="Fine now", changed_to="Alone by day"
            )
        assert refused.value.missing == [Missing("Decide re-authorisation", "/there/")]
    cast.control(case, tasks=["T1"], replaces=control)  # the same tasks are carried over, so it may be replaced
    actions.review_control(by=cast.manager, control=control, outcome="replace", reason="Clearer words")


@pytest.mark.feature("F15")
def test_a_control_that_limits_the_person_needs_a_restriction_record_or_is_refused(cast, client):
    case = cast.case(rated=True, people=["J.P."])
    client.force_login(cast.manager)
    new = reverse("case-restriction-new", args=[case.pk])
    for what in (
        "No outings until urgent review Thursday, to keep everyone safe",
        "Keep M.E. in her room until the GP has been",
    ):
        response = record(client, case, kind="other", what=what)
        assert response.status_code == 422 and "restriction record first" in response.content.decode()
        with pytest.raises(Refused) as refused:
            cast.control(case, kind="other", what=what, worker=None)
        assert refused.value.code == "F15" and refused.value.missing[0].url == new
    said_so = record(client, case, kind="safety_plan", what="Garden time", limits_person="yes")
    assert said_so.status_code == 422
    with pytest.raises(Refused, match="F15"):
        cast.control(case, kind="limits_person", what="Garden time", worker=None)
    with pytest.raises(Refused, match="F15"):
        cast.control(case, kind="other", what="Garden time", worker=None, limits_person=True)
    assert not RiskControl.objects.exists()

    now = times.now()
    person = case.casepersons.get().person
    common = {"by": cast.manager, "case": case, "person": person, "starts_at": now - timedelta(minutes=1)}
    nobody = actions.record_restriction(**common, **(RESTRICTION | {"authority": "none"}))
    held = actions.record_restriction(
        **common, **RESTRICTION, ends_at=now + timedelta(days=7), authority_on=times.today()
    )
    given = {"kind": "limits_person", "what": "Market with two staff only", "limits_person": "yes"}
    unauthorised = record(client, case, **given, restriction=str(nobody.pk))
    assert unauthorised.status_code == 422 and "no authority in force" in unauthorised.content.decode()
    assert record(client, case, **given, restriction=str(held.pk)).status_code == 302
    control = RiskControl.objects.get()
    assert control.restriction == held
    # A review may not slip a limit in either.
    plain = cast.control(case)
    with pytest.raises(Refused, match="F15"):
        actions.review_control(
            by=cast.manager, control=plain, outcome="amend", reason="Hot day", changed_to="Keep her indoors"
        )


@pytest.mark.feature_part("F15")
def test_words_that_may_limit_the_person_need_the_record_or_the_reason_why_they_do_not(cast, client):
    case = cast.case(rated=True, people=["J.P."])
    client.force_login(cast.manager)
    why = "J.P. asked on Monday that his uncle stay away"
    given = {"kind": "other", "what": "No visits by Ron until Friday"}
    asked = record(client, case, **given)
    assert asked.status_code == 422
    page = asked.content.decode()
    assert "may limit the person" in page and "No visits by Ron until Friday" in page
    assert reverse("case-restriction-new", args=[case.pk]) in page
    with pytest.raises(Refused) as refused:
        cast.control(case, **given, worker=None)
    assert (refused.value.code, refused.value.field) == ("F15", "why_no_limit")
    # Whatever reason is given, a limit in plain words needs its record.
    for what in (
        "Keep Margaret in her room",
        "No outings until urgent review Thursday, to keep everyone safe",
        "Outings paused until Thursday",
        "Phone kept in the office",
    ):
        banned = record(client, case, kind="other", what=what, why_no_limit=why)
        assert banned.status_code == 422 and "restriction record first" in banned.content.decode(), what
        with pytest.raises(Refused, match="F15"):
            cast.control(case, kind="other", what=what, worker=None, why_no_limit=why)
    assert not RiskControl.objects.exists()

    done = record(client, case, **given, why_no_limit=why)
    assert done.status_code == 302
    control = RiskControl.objects.get()
    assert control.why_no_limit == why
    pack = str(contents_care.controls(case, {"user": cast.manager}))
    for shown in (
        client.get(done["Location"]).content.decode(),
        client.get(reverse("case-chronology", args=[case.pk])).content.decode(),
        pack,
    ):
        assert why in shown and "limit the person" in shown
    # A review keeps the reason while it adds no doubt, and asks for one where it does.
    review = {"by": cast.manager, "control": control, "outcome": "amend", "reason": "He said it again"}
    actions.review_control(**review, changed_to="No visits by Ron until Sunday")
    control.refresh_from_db()
    assert control.why_no_limit == why
    with pytest.raises(Refused, match="may limit the person"):
        actions.review_control(**review, changed_to="A sensor mat by the bed, no visits by Ron")
    # The page of a review asks for it too, with the reason of before in its place.
    url = reverse("case-control-review", args=[case.pk, control.pk])
    assert why in client.get(url).content.decode()
    amended = {"outcome": "amend", "reason": "Falls", "amended_to": "A sensor mat by the bed", "limits_person": "no"}
    told = client.post(url, amended)
    assert told.status_code == 422 and "“sensor mat” may limit the person" in told.content.decode()
    assert client.post(url, amended | {"why_no_limit": "He rings it himself"}).status_code == 302
    control.refresh_from_db()
    assert control.why_no_limit == "He rings it himself"
    assert "He rings it himself" in client.get(done["Location"]).content.decode()


def test_what_workers_of_the_service_may_not_do_limits_nobody(cast, client):
    """The service's workers are known by name, in the form and in the action, named in the control or not."""
    case = cast.case(rated=True, people=["M.E."])
    client.force_login(cast.manager)
    for what in (
        "No visits by Dionne alone",
        "Dionne must not go to M.E.’s flat",
        "Daughter stays at home with her tonight",
        "Talk to Margaret in her room, alone",
        "Medicines locked away",
    ):
        assert record(client, case, kind="other", what=what).status_code == 302, what
        assert cast.control(case, kind="other", what=what, worker=None).what == what


@pytest.mark.feature("F10")
def test_the_level_has_floors_and_a_lower_one_waits_for_a_second_person(cast, client):
    case = cast.case()
    client.force_login(cast.manager)
    url = reverse("case-rate", args=[case.pk])
    page = client.get(reverse("case-protection", args=[case.pk])).content.decode()
    assert "every clock runs as for L3" in page
    low = {"harm": "0", "potential": "1", "likelihood": "1"}
    client.post(url, low | {"floors": ["altered_records"]})
    case.refresh_from_db()
    assert case.level == Level.L3  # the floor, not the score
    refused = client.post(url, low)
    assert refused.status_code == 422 and "a second person then confirms it" in refused.content.decode()
    client.post(url, low | {"reason": "The log shows nobody altered anything"})
    case.refresh_from_db()
    assert case.level == Level.L3
    waiting = case.ratings.last()
    confirm = reverse("case-rating-confirm", args=[case.pk, waiting.pk])
    own = client.post(confirm)
    assert own.status_code == 422 and "You lowered this level yourself" in own.content.decode()
    client.force_login(cast.senior)
    assert client.post(confirm).status_code == 422
    client.force_login(cast.deputy)
    assert client.post(confirm).status_code == 302
    case.refresh_from_db()
    assert case.level == Level.L1
    # A manager whose own part is looked at lifts the level by fact, whoever rates.
    actions.add_staff(by=cast.deputy, case=case, staff=cast.manager_staff, involvement="implicated")
    rating = actions.rate_case(by=cast.deputy, case=case, harm=0, potential=1, likelihood=1)
    case.refresh_from_db()
    assert case.level == Level.L3 and "manager_implicated" in rating.floors


def test_nobody_who_is_part_of_the_case_decides_in_it(cast, client):
    case = cast.case(by=cast.deputy, staff=[(cast.manager_staff, "implicated")])
    client.force_login(cast.manager)
    assert client.get(reverse("case-protection", args=[case.pk])).status_code == 404
    with pytest.raises(NotAllowed) as refused:
        cast.control(case)
    assert refused.value.code == "S1"
    # The same person decides in every other case: it is this case that shuts them out.
    assert cast.control(cast.case()).decided_by == cast.manager


def test_the_decider_of_a_suspension_is_not_its_only_reviewer(cast):
    case = cast.case(rated=True)
    control = cast.control(case, kind="suspension", welfare_contact="Ann Bell")
    for number in range(2):
        outcome = {"outcome": "amend", "changed_to": f"Paid, at home, call {number}"}
        actions.review_control(by=cast.manager, control=control, reason="Inquiry goes on", **outcome)
    with pytest.raises(Refused, match="S7"):
        actions.review_control(
            by=cast.manager, control=control, outcome="amend", changed_to="At home", reason="Inquiry goes on"
        )
    actions.review_control(
        by=cast.deputy, control=control, outcome="amend", changed_to="At home", reason="Inquiry goes on"
    )


def test_everyone_safe_is_confirmed_with_what_was_done(cast, client):
    case = cast.case(everyone_safe="no", safe_note="")
    client.force_login(cast.manager)
    page = client.get(reverse("case-protection", args=[case.pk])).content.decode()
    assert "No, someone may be unsafe" in page
    url = reverse("case-safe", args=[case.pk])
    assert client.post(url, {"everyone_safe": "yes", "note": ""}).status_code == 422
    given = {"everyone_safe": "yes", "note": "Son is staying elsewhere; daughter with her"}
    assert client.post(url, given).status_code == 302
    page = client.get(reverse("case-protection", args=[case.pk])).content.decode()
    assert "Everyone confirmed safe" in page and "by Aoife Brennan" in page


def test_a_closed_case_takes_no_control(cast):
    case = cast.case(rated=True)
    actions.set_closed(by=cast.manager, case=case)
    with pytest.raises(Refused, match="CLOSED"):
        cast.control(case)
    actions.set_reopened(by=cast.manager, case=case)
    assert cast.control(case).in_force


def test_no_control_needed_says_why_like_any_other_decision(cast):
    case = cast.case(rated=True)
    for name in ("options_considered", "why_chosen", "proportionality", "exit_criteria"):
        with pytest.raises(Refused, match="F11"):
            cast.control(case, kind="none_needed", worker=None, **{name: " "})
    assert not RiskControl.objects.exists()


def test_a_review_says_why_and_what_changes(cast):
    control = cast.control(cast.case(rated=True))
    for outcome in ("continue", "amend", "step_down", "lift"):
        with pytest.raises(Refused, match="F13"):
            actions.review_control(by=cast.manager, control=control, outcome=outcome, reason=" ", changed_to="Alone")
    for outcome in ("amend", "step_down"):
        with pytest.raises(Refused, match="F13"):
            actions.review_control(by=cast.manager, control=control, outcome=outcome, reason="Rota", changed_to=" ")
    assert not RiskControlReview.objects.exists()


def test_protection_asks_for_a_control_its_review_and_every_duty(cast):
    case = cast.case(rated=True)
    assert {line.code for line in unmet(gates.protection(case))} == {"A3", "A4", "G2"}
    cast.control(case)
    assert {line.code for line in unmet(gates.protection(case))} == {"G2"}
    cast.answer_all_duties(case)
    assert gates.is_protected(case)
