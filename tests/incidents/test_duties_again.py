"""The same body told again of something new, and the questions that come up by themselves (F19, F20, F22)."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts import actions as people
from incidents import actions, gates
from incidents.models import DutyAnswer
from records import times
from records.gates import unmet
from records.refusals import Refused
from records.times import london
from tests.incidents.test_log_pages import when


def tell(cast, duty, **more):
    """Answered yes and sent now."""
    duty = actions.answer_duty(by=cast.manager, duty=duty, answer="yes", **more)
    return actions.record_sent(by=cast.manager, duty=duty, sent_at=times.now(), route="Portal", reference="N-1")


@pytest.mark.feature("F19")
def test_a_body_that_was_told_is_told_again_of_something_new_with_an_answer_and_clock_of_its_own(cast, client):
    case = cast.case(rated=True)
    first = tell(cast, case.duties.get(body="cqc_r18"), grounds=["2e"])
    client.force_login(cast.manager)
    add = reverse("case-duty-raise", args=[case.pk])
    page = client.get(reverse("case-duty", args=[case.pk, first.pk])).content.decode()
    assert f"{add}?body=cqc_r18" in page and "Tell them of something new" in page
    learned = times.now() - timedelta(hours=3)
    given = {"body": "cqc_r18", "why": "The hospital found a broken wrist"} | when("at", learned)
    refused = client.post(add, given)
    assert refused.status_code == 422 and "on the list already. Say what is new" in refused.content.decode()
    assert "The hospital found a broken wrist" in refused.content.decode()
    assert client.post(add, given | {"about": "A serious injury"}).status_code == 302
    further = case.duties.get(body="cqc_r18", about="A serious injury")
    assert (further.answer, further.sent_at) == (DutyAnswer.UNDECIDED, None)
    assert abs(further.due_at - (learned + timedelta(hours=24))) < timedelta(minutes=1)
    shown = client.get(reverse("case-duties", args=[case.pk])).content.decode()
    assert "CQC: other incidents: A serious injury" in shown
    assert "CQC r18: A serious injury" in unmet(gates.duties_answered(case))[0].detail
    # The first stays as it was sent, and the same matter is not asked a second time once told.
    first.refresh_from_db()
    assert first.sent_at is not None and first.answer == DutyAnswer.YES
    tell(cast, further, grounds=["2a"])
    again = client.post(add, given | {"about": "A serious injury"})
    assert again.status_code == 422 and "told about this already" in again.content.decode()
    assert case.duties.filter(body="cqc_r18").count() == 2
    # Without words of its own, what is new is why the question comes up.
    third = actions.raise_duty(by=cast.manager, case=case, body="cqc_r18", why="A second person is found hurt")
    assert third.about == "A second person is found hurt" and case.duties.filter(body="cqc_r18").count() == 3


@pytest.mark.feature("F19")
def test_a_second_worker_has_a_question_of_their_own(cast, client):
    case = cast.case(rated=True, staff=[(cast.worker, "subject"), (cast.colleague_staff, "subject")])
    client.force_login(cast.manager)
    add = reverse("case-duty-raise", args=[case.pk])
    for number, worker in enumerate((cast.worker, cast.colleague_staff)):
        given = {"body": "dbs", "worker": str(worker.pk), "why": "Dismissed"} | when("at", times.now())
        assert client.post(add, given).status_code == 302, number
    asked = {duty.worker: duty for duty in case.duties.filter(body="dbs", worker__isnull=False)}
    assert set(asked) == {cast.worker, cast.colleague_staff} and case.duties.filter(body="dbs").count() == 2
    actions.answer_duty(by=cast.manager, duty=asked[cast.worker], answer="yes")
    assert case.duties.get(pk=asked[cast.colleague_staff].pk).answer == DutyAnswer.UNDECIDED
    assert (
        f"Disclosure and Barring Service: {cast.worker.name}"
        in client.get(reverse("case-duties", args=[case.pk])).content.decode()
    )


@pytest.mark.feature("F20")
def test_asking_again_never_moves_a_running_clock_later(cast):
    case = cast.case(rated=True)
    before = case.duties.get(body="cqc_r18").due_at
    again = actions.raise_duty(by=cast.manager, case=case, body="cqc_r18", why="A further mark was seen")
    assert case.duties.get(body="cqc_r18").pk == again.pk and again.due_at == before


@pytest.mark.feature("F20")
def test_a_duty_added_later_runs_from_when_it_was_learned_of_and_keeps_that_when_the_times_are_corrected(cast, client):
    case = cast.case(rated=True)
    client.force_login(cast.manager)
    add = reverse("case-duty-raise", args=[case.pk])
    given = {"body": "lado", "why": "A child lives there"}
    asked = client.post(add, given)
    assert asked.status_code == 422 and "time you learned of it" in asked.content.decode()
    ahead = client.post(add, given | when("at", times.now() + timedelta(days=1)))
    assert ahead.status_code == 422
    with pytest.raises(Refused, match="must be in the past"):
        actions.raise_duty(by=cast.manager, case=case, **given, at=times.now() + timedelta(hours=1))
    learned = (times.now() - timedelta(minutes=20)).replace(second=0, microsecond=0)
    assert client.post(add, given | when("at", learned)).status_code == 302
    assert case.duties.get(body="lado").clock_start_at == learned
    earlier = (case.registered_person_aware_at - timedelta(minutes=30)).replace(second=0, microsecond=0)
    corrected = when("first_noticed_at", case.first_noticed_at) | when("registered_person_aware_at", earlier)
    assert client.post(reverse("case-times", args=[case.pk]), corrected).status_code == 302
    assert case.duties.get(body="lado").clock_start_at == learned
    assert case.duties.get(body="commissioner").clock_start_at == earlier


@pytest.mark.feature("F19")
def test_telling_the_police_brings_up_the_cqc_s_own_question_by_itself(cast, client):
    """Case 1: CQC 18(2)(e) was sent; the police are told, so 18(2)(f) is asked."""
    aware = london(2026, 10, 12, 9, 35)
    with time_machine.travel(london(2026, 10, 12, 13, 5), tick=False):
        case = cast.case(rated=True, reported_inside_at=None, registered_person_aware_at=aware)
        tell(cast, case.duties.get(body="cqc_r18"), grounds=["2e"])
        client.force_login(cast.manager)
        police = case.duties.get(body="emergency_police")
        assert client.post(reverse("case-duty-answer", args=[case.pk, police.pk]), {"answer": "yes"}).status_code == 302
        shown = client.get(reverse("case-duties", args=[case.pk])).content.decode()
        assert "CQC: other incidents: (2)(f) reported to, or investigated by, the police" in shown
        further = case.duties.get(body="cqc_r18", sent_at=None)
        assert (further.answer, further.grounds) == (DutyAnswer.UNDECIDED, ["2f"])
        assert further.due_at == london(2026, 10, 13, 13, 5)
        # Told earlier than it was answered here: the clock runs from then.
        sent = {**when("sent_at", london(2026, 10, 12, 12, 20)), "route": "101"}
        assert client.post(reverse("case-duty-sent", args=[case.pk, police.pk]), sent).status_code == 302
        further.refresh_from_db()
        assert further.due_at == london(2026, 10, 13, 12, 20)
        tell(cast, further)
        assert case.duties.filter(body="cqc_r18").count() == 2


def test_one_cqc_notice_may_cover_the_police_as_well(cast):
    case = cast.case(rated=True)
    tell(cast, case.duties.get(body="emergency_police"))
    main = case.duties.get(body="cqc_r18", about="")
    tell(cast, main, grounds=["2e", "2f"])
    other = case.duties.exclude(about="").get(body="cqc_r18")
    assert other.answer == DutyAnswer.YES and other.sent_at is not None and other.reference == "N-1"
    # And where it was covered before the police were told, nothing is asked twice.
    second = cast.case(rated=True)
    actions.answer_duty(by=cast.manager, duty=second.duties.get(body="cqc_r18"), answer="yes", grounds=["2e", "2f"])
    tell(cast, second.duties.get(body="emergency_police"))
    assert second.duties.filter(body="cqc_r18").count() == 1


@pytest.mark.feature("F22")
def test_a_leaver_with_an_open_case_brings_up_the_dbs_with_its_clock(cast, client):
    with time_machine.travel(london(2026, 10, 14, 10, 0), tick=False):
        case = cast.case(rated=True, staff=[(cast.worker, "subject"), (cast.colleague_staff, "reporter")])
        closed = cast.case(rated=True, subject=True)
        actions.set_closed(by=cast.manager, case=closed)
        assert case.duties.get(body="dbs").due_at is None
        people.end_employment(by=cast.nominated_individual, staff=cast.colleague_staff, last_day=times.today())
        assert case.duties.get(body="dbs").due_at is None  # their own practice is not looked at
        people.end_employment(by=cast.nominated_individual, staff=cast.worker, last_day=times.today())
        dbs = case.duties.get(body="dbs")
        assert (dbs.worker, dbs.answer) == (cast.worker, DutyAnswer.UNDECIDED)
        assert dbs.due_at == london(2026, 10, 21, 10, 0)
        assert case.duties.get(body="home_office").worker == cast.worker
        assert closed.duties.get(body="dbs").due_at is None
        client.force_login(cast.manager)
        assert (
            "The worker leaves while this case is open"
            in client.get(reverse("case-duty", args=[case.pk, dbs.pk])).content.decode()
        )
