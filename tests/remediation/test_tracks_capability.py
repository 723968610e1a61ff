"""The capability response: the worker's own words, fixed once handed in; a fair route; the right of reply."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Staff
from records import times
from records.acting import acting_as
from records.refusals import NotAllowed, Refused
from remediation import facts, service_length
from remediation.actions import capability
from remediation.actions.capability import TRAIL_FIELDS
from remediation.models import CapabilityResponse, Coaching, ReflectiveTrail, RightOfReply
from tests.cast import Cast
from tests.remediation import build

pytestmark = pytest.mark.django_db
WORDS = {
    "saw_heard": "Four small bruises inside her left arm, 6 October in the bathroom",
    "thought_did": "I thought she had knocked it. I wrote it down",
    "why_not_escalated": "I was forty minutes behind and the number didn't work, and I thought I'd look silly",
    "should_have": "Ring at once, the same shift, the office or on-call",
    "effect_on_person": "Six more days of it",
    "what_i_need": "A number that works",
}


def told(cast: Cast) -> CapabilityResponse:
    case = cast.case(subject=True)
    return capability.tell_worker(by=cast.manager, response=build.response(case), note="In person, supporter there")


def write_own(client: Client, response: CapabilityResponse) -> Any:
    """Answer the six questions as the worker does, page by page, up to the check page."""
    url = reverse("my-reflection", args=[response.pk])
    for name in TRAIL_FIELDS:
        answered = client.post(url, {name: WORDS[name]})
        assert answered.status_code == 302, answered.content.decode()
        url = answered.headers["Location"]
    return url


# --- The worker's own page ----------------------------------------------------------------------------------


def test_a_worker_sees_nothing_before_they_were_told_in_person(cast: Cast, client: Client) -> None:
    case = cast.case(subject=True)
    response = build.response(case)
    client.force_login(cast.worker_user)
    assert "There is no plan for you" in client.get(reverse("my-plan")).content.decode()
    assert client.get(reverse("my-reflection", args=[response.pk])).status_code == 404
    with pytest.raises(NotAllowed):
        capability.write_trail(by=cast.worker_user, response=response, saw_heard="x")


def test_the_worker_sees_their_own_page_and_nothing_of_the_case(cast: Cast, client: Client) -> None:
    plan = build.started(cast)
    capability.tell_worker(by=cast.manager, response=plan.response, note="In person")
    client.force_login(cast.worker_user)
    text = client.get(reverse("my-plan")).content.decode()
    assert "P1" not in plan.case.title and "Concern form from a scenario" in text and build.STATEMENT in text
    assert plan.case.reference not in text and plan.case.title not in text and str(plan.case_id) not in text
    for name, key in (("plan", plan.pk), ("case-plans", plan.case_id), ("capability", plan.response_id)):
        assert client.get(reverse(name, args=[key])).status_code == 404


@pytest.mark.feature("F27")
def test_the_reflection_is_written_by_the_worker_and_fixed_when_handed_in(cast: Cast, client: Client) -> None:
    response = told(cast)
    client.force_login(cast.worker_user)
    check = write_own(client, response)
    assert not ReflectiveTrail.objects.filter(response=response).exists()  # a draft is the worker's alone
    assert WORDS["why_not_escalated"][:40] in client.get(check).content.decode()
    assert client.post(check).status_code == 302
    trail = ReflectiveTrail.objects.get(response=response)
    assert {name: getattr(trail, name) for name in WORDS} == WORDS
    assert trail.submitted_by == cast.worker_user and trail.entered_for is False
    for by in (cast.worker_user, cast.manager):
        with pytest.raises(NotAllowed) as refused:
            capability.write_trail(by=by, response=response, saw_heard="Something else")
        assert refused.value.code == "F27"
    client.force_login(cast.manager)
    page = client.get(reverse("capability", args=[response.pk])).content.decode()
    assert "These words are fixed" in page and "Four small bruises" in page


@pytest.mark.feature_part("F27")
@pytest.mark.parametrize(
    ("main", "asked"),
    [
        ("F1", "Did you pass it on? If you did, to whom and when? If you did not, why not?"),
        ("F2", "What stood in the way of a full record at the time? If you told somebody as well, whom and when?"),
        ("F4", "What led to the limit on the person? Did you raise it: with whom and when? If you did not, why not?"),
    ],
)
def test_the_third_question_fits_the_failure_and_presumes_nothing(
    cast: Cast, client: Client, main: str, asked: str
) -> None:
    case = cast.case(subject=True, failure_types=[main], main_type=main)
    response = capability.tell_worker(by=cast.manager, response=build.response(case), note="In person")
    client.force_login(cast.worker_user)
    url = reverse("my-reflection", args=[response.pk])
    for name in ("saw_heard", "thought_did"):
        url = client.post(url, {name: WORDS[name]}).headers["Location"]
    page = client.get(url).content.decode()
    assert asked in page and "Why did you not" not in page
    words = WORDS | {"why_not_escalated": "I did pass it on, to Paul Reid, on 6 October at 8:20"}
    capability.hand_in_trail(by=cast.worker_user, response=response, words=words)
    # It reads as it was asked, to the worker and to the manager, whatever the case is called afterwards.
    change_type(cast, case, "F3")
    assert asked in client.get(reverse("my-plan")).content.decode()
    client.force_login(cast.manager)
    shown = client.get(reverse("capability", args=[response.pk])).content.decode()
    assert asked in shown and "to Paul Reid" in shown


def change_type(cast: Cast, case: Any, main: str) -> None:
    with acting_as(cast.manager, "test.type_changed"):
        found = case.casefailuretypes.get(main=True, removed_at=None)
        found.code = main
        found.save()


def test_what_was_handed_in_before_the_question_changed_reads_as_it_was_asked(cast: Cast, client: Client) -> None:
    response = told(cast)
    trail = capability.write_trail(by=cast.manager, response=response, **WORDS)
    with acting_as(cast.manager, "test.as_before"):
        trail.why_asked = ""
        trail.save()
    capability.submit_trail(by=cast.manager, response=response)
    client.force_login(cast.manager)
    assert "Why did you not pass it on?" in client.get(reverse("capability", args=[response.pk])).content.decode()


@pytest.mark.feature("F27")
def test_the_database_too_refuses_to_change_words_that_were_handed_in(cast: Cast) -> None:
    response = told(cast)
    trail = capability.hand_in_trail(by=cast.worker_user, response=response, words=WORDS)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('safe.actor', 'x', true)")
        cursor.execute("UPDATE remediation_reflectivetrail SET saw_heard = 'nothing' WHERE id = %s", [trail.pk])
    trail.refresh_from_db()
    assert trail.saw_heard == WORDS["saw_heard"]


@pytest.mark.feature("F27")
def test_the_supervisors_box_is_separate_and_comes_after(cast: Cast, client: Client) -> None:
    response = told(cast)
    build.supervised_by(cast, "senior")
    client.force_login(cast.senior)
    box = reverse("capability-discuss", args=[response.pk])
    assert client.post(box, {"note": "We talked"}).status_code == 422
    capability.hand_in_trail(by=cast.worker_user, response=response, words=WORDS)
    assert WORDS["saw_heard"] in client.get(box).content.decode().replace("&#x27;", "'")
    assert client.post(box, {"note": "We agreed she rings first"}).status_code == 302
    trail = ReflectiveTrail.objects.get(response=response)
    assert trail.discussed_by == cast.senior and trail.supervisor_note == "We agreed she rings first"
    assert trail.saw_heard == WORDS["saw_heard"]
    client.force_login(cast.other_senior)
    assert client.get(box).status_code == 404


def test_words_typed_for_the_worker_are_marked_so(cast: Cast, client: Client) -> None:
    response = told(cast)
    client.force_login(cast.manager)
    assert client.post(reverse("capability-trail", args=[response.pk]), WORDS).status_code == 302
    assert client.post(reverse("capability-trail-submit", args=[response.pk])).status_code == 302
    trail = ReflectiveTrail.objects.get(response=response)
    assert trail.entered_for and trail.entered_by == cast.manager
    assert "Typed for the worker" in client.get(reverse("capability", args=[response.pk])).content.decode()


def test_a_reflection_without_its_four_main_answers_is_not_handed_in(cast: Cast) -> None:
    response = told(cast)
    capability.write_trail(by=cast.worker_user, response=response, saw_heard="A bruise")
    with pytest.raises(Refused) as refused:
        capability.submit_trail(by=cast.worker_user, response=response)
    assert refused.value.field == "thought_did"


# --- Route, support, coaching -------------------------------------------------------------------------------


@pytest.mark.feature_part("F32")
def test_a_route_is_decided_only_when_all_five_fairness_prompts_are_answered(cast: Cast, client: Client) -> None:
    case = cast.case(subject=True)
    response = build.response(case)
    client.force_login(cast.hr)
    url = reverse("capability-route", args=[response.pk])
    answers = dict(build.FAIR) | {"route": "supported", "reason": "She could not know"}
    assert client.post(url, answers | {"peers": ""}).status_code == 422
    with pytest.raises(Refused) as refused:
        capability.decide_route(
            by=cast.hr, response=response, route="supported", reason="x", being_fair=build.FAIR | {"peers": " "}
        )
    assert refused.value.code == "FAIR"
    assert client.post(url, answers).status_code == 302
    response.refresh_from_db()
    assert response.route == "supported" and response.being_fair["peers"] == "Considered"


def test_no_individual_action_with_its_reason_and_an_invited_reply_finishes_a_workers_track(cast: Cast) -> None:
    case = cast.case(subject=True)
    response = build.route(cast, case, "no_action")
    lacks = [missing.text for missing in facts.response_lacks(response)]
    assert any("comment" in text for text in lacks)
    capability.record_outcome(
        by=cast.manager, response=response, outcome="no_action", reason="The system would have caught anyone"
    )
    assert facts.tracks_state(case).capability_finished


def test_coaching_makes_the_coach_known_to_the_tests(cast: Cast, client: Client) -> None:
    case = cast.case(subject=True)
    response = build.response(case)
    client.force_login(cast.manager)
    answers = build.posted(coach=cast.senior_staff, held_on=times.today(), about="Indicators of physical abuse")
    assert client.post(reverse("capability-coaching", args=[response.pk]), answers).status_code == 302
    assert facts.coaches_of(cast.worker, case) == {cast.senior_staff.pk}
    with pytest.raises(Refused):
        capability.record_coaching(
            by=cast.manager, response=response, coach=cast.worker, held_on=times.today(), about="Herself"
        )
    assert Coaching.objects.filter(case=case).count() == 1


def test_a_leaver_is_recorded_as_left_and_not_tested(cast: Cast) -> None:
    case = cast.case(subject=True)
    response = build.route(cast, case)
    assert not facts.tracks_state(case).capability_finished
    capability.record_outcome(
        by=cast.manager, response=response, outcome="left_not_tested", reason="Left on 30 November, week two"
    )
    assert facts.tracks_state(case).capability_finished


# --- Right of reply -------------------------------------------------------------------------------------------


@pytest.mark.feature_part("F28")
def test_the_worker_answers_in_their_own_words_and_the_answer_is_fixed(cast: Cast, client: Client) -> None:
    response = told(cast)
    reply = capability.invite_reply(by=cast.manager, response=response, about="The remediation plan")
    client.force_login(cast.worker_user)
    assert "Comment on: The remediation plan" in client.get(reverse("my-plan")).content.decode()
    url = reverse("my-reply", args=[reply.pk])
    assert client.post(url, {"kind": "disagree", "text": ""}).status_code == 422
    assert client.post(url, {"kind": "disagree", "text": "The number was wrong"}).status_code == 302
    reply.refresh_from_db()
    assert (reply.kind, reply.text, reply.answered_by) == ("disagree", "The number was wrong", cast.worker_user)
    with pytest.raises(Refused):
        capability.answer_reply(by=cast.worker_user, reply=reply, kind="comment", text="Else")
    client.force_login(cast.manager)
    assert "The number was wrong" in client.get(reverse("capability", args=[response.pk])).content.decode()


@pytest.mark.feature_part("F28")
def test_that_the_worker_declined_is_kept_with_its_date(cast: Cast, client: Client) -> None:
    response = told(cast)
    reply = capability.invite_reply(by=cast.manager, response=response, about="The findings")
    client.force_login(cast.manager)
    assert client.post(reverse("reply", args=[reply.pk]), {"kind": "declined", "text": ""}).status_code == 302
    answered = RightOfReply.objects.get(pk=reply.pk)
    assert answered.kind == "declined" and answered.answered_at is not None
    assert "Declined to comment" in client.get(reverse("capability", args=[response.pk])).content.decode()


def test_nobody_elses_reply_can_be_answered(cast: Cast, client: Client) -> None:
    reply = capability.invite_reply(by=cast.manager, response=told(cast), about="The findings")
    client.force_login(cast.colleague)
    assert client.get(reverse("my-reply", args=[reply.pk])).status_code == 404
    with pytest.raises(NotAllowed):
        capability.answer_reply(by=cast.colleague, reply=reply, kind="comment", text="x")


# --- Length of service ----------------------------------------------------------------------------------------


def test_six_months_after_27_july_2026_is_27_january_2027() -> None:
    assert service_length.six_months_on(date(2026, 7, 27)) == date(2027, 1, 27)
    assert service_length.six_months_on(date(2026, 8, 31)) == date(2027, 2, 28)
    assert service_length.served(date(2026, 7, 27), date(2026, 11, 23)) == "3 months"


@pytest.mark.parametrize(
    ("contract", "begins", "ends", "warned"),
    [
        ("employed", date(2026, 11, 23), date(2027, 2, 15), True),
        ("employed", date(2026, 11, 23), date(2026, 12, 20), False),
        ("agency", date(2026, 11, 23), date(2027, 2, 15), False),
    ],
)
def test_a_plan_that_spans_six_months_of_service_warns(contract: str, begins: date, ends: date, warned: bool) -> None:
    worker = Staff(name="Dionne", contract=contract, started_on=date(2026, 7, 27))
    said = service_length.warning(worker, begins=begins, ends=ends)
    assert ("Wed 27 Jan 2027" in said) is warned


@time_machine.travel("2026-11-23 10:00", tick=True)
def test_the_plan_page_shows_the_service_warning(cast: Cast, client: Client) -> None:
    plan = build.ready(cast)
    from records.acting import acting_as

    with acting_as(cast.manager, "staff.corrected"):
        plan.worker.started_on = date(2026, 7, 27)
        plan.worker.save()
    client.force_login(cast.manager)
    assert "27 Jan 2027" in client.get(reverse("plan", args=[plan.pk])).content.decode()


def test_the_supervisors_box_waits_for_words_that_are_handed_in(cast: Cast) -> None:
    response = told(cast)
    build.supervised_by(cast, "senior")
    capability.write_trail(by=cast.worker_user, response=response, **WORDS)
    with pytest.raises(Refused, match="F27"):
        capability.discuss_trail(by=cast.senior, response=response, note="We talked")
    capability.submit_trail(by=cast.worker_user, response=response)
    assert capability.discuss_trail(by=cast.senior, response=response, note="We talked").discussed_by == cast.senior
