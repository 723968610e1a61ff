"""When a case may close, who signs, and how it opens again (domain.md §13, S1, S3; F25, F71)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from governance import actions, facts
from governance.gates import closing
from governance.models import Closure, ClosureSecond, DueItem, Reopening
from records import times
from records.acting import acting_as
from records.gates import unmet
from records.refusals import NotAllowed, Refused
from remediation.actions.signatures import withdraw_signature
from remediation.models import LearningResponse
from tests.governance import promises
from tests.governance.signing import SIGNED, freshly_signed_in, signature
from tests.remediation.scene import scene

pytestmark = pytest.mark.django_db
WEEK = timedelta(weeks=1)
TOLD = {
    "person_informed": "Told in person on 2 November with her daughter there; plain-language letter left",
    "team_learning": "Session on 29 October, nine of thirteen; four followed up; check question on 12 November",
}


def close(cast: Any, case: Any, by: Any = None, **more: Any) -> Closure:
    return actions.close_case(by=by or cast.manager, case=case, **({**TOLD, "signature": signature()} | more))


def lacks(case: Any) -> dict[str, str]:
    return {line.code: line.detail for line in unmet(closing.lines(case))}


def save(record: Any, by: Any, **changed: Any) -> None:
    for name, value in changed.items():
        setattr(record, name, value)
    with acting_as(by, "test.given"):
        record.save()


def test_at_level_2_one_signature_closes_a_case_in_which_nothing_is_missing(client: Client, cast: Any) -> None:
    case = promises.ready_to_close(cast)
    freshly_signed_in(client, cast.manager)
    answer = client.post(reverse("case-close", args=[case.pk]), {**TOLD, **SIGNED})
    assert answer.status_code == 302, answer.content.decode()
    case.refresh_from_db()
    assert case.closed_by == cast.manager
    signed = Closure.objects.get()
    assert signed.person_informed == TOLD["person_informed"]
    assert not signed.is_changed_since


def _learning_open(cast: Any, case: Any) -> None:
    save(LearningResponse.objects.get(case=case), cast.manager, finished_at=None, finished_by=None)


def _capability_open(cast: Any, case: Any) -> None:
    promises.capability(case, cast.manager, cast.worker, route="supported")


def _test_unpassed(cast: Any, case: Any) -> None:
    promises.practice_test(promises.plan(case, cast.manager, cast.worker), cast.manager)


def _duty_undecided(cast: Any, case: Any) -> None:
    promises.duty(case, cast.manager, times.now(), body="ico", answer="undecided", decided_by=None)


def _duty_unsent(cast: Any, case: Any) -> None:
    promises.duty(case, cast.manager, times.now(), body="ico")


def _control_in_force(cast: Any, case: Any) -> None:
    promises.control(case, cast.manager, times.now() + WEEK)


def _action_not_done(cast: Any, case: Any) -> None:
    promises.system_action(case, cast.deputy, times.today())


def _action_not_checked(cast: Any, case: Any) -> None:
    promises.system_action(case, cast.deputy, times.today(), done_at=times.now(), done_by=cast.deputy)


def _look_not_taken(cast: Any, case: Any) -> None:
    promises.effect_check(case, cast.quality_lead, times.today() + WEEK)


def _worse(cast: Any, case: Any) -> None:
    promises.verdict(case, cast.quality_lead, "worse", signed_at=times.now() + timedelta(seconds=1))


def _re_audit_in_the_past(cast: Any, case: Any) -> None:
    promises.verdict(
        case,
        cast.quality_lead,
        "not_yet_shown",
        signed_at=times.now() + timedelta(seconds=1),
        next_reaudit_on=times.today() - WEEK,
    )


def _someone_unsafe(cast: Any, case: Any) -> None:
    save(case, cast.manager, everyone_safe="no")


def _not_rated(cast: Any, case: Any) -> None:
    save(case, cast.manager, level=None)


@pytest.mark.feature("F25")
@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (_someone_unsafe, "SAFE"),
        (_learning_open, "A5L"),
        (_capability_open, "A5C"),
        (_test_unpassed, "TEST"),
        (_test_unpassed, "PLAN"),
        (_duty_undecided, "DUTY"),
        (_duty_unsent, "DUTY"),
        (_control_in_force, "CTRL"),
        (_action_not_done, "ACT"),
        (_action_not_checked, "ACT"),
        (_look_not_taken, "WEEK12"),
        (_worse, "EFFECT"),
        (_re_audit_in_the_past, "EFFECT"),
        (_not_rated, "RATE"),
    ],
)
def test_a_case_does_not_close_while_anything_is_open_and_says_what_and_where(
    client: Client, cast: Any, spoil: Callable[[Any, Any], None], code: str
) -> None:
    case = promises.ready_to_close(cast)
    spoil(cast, case)
    assert code in lacks(case)
    freshly_signed_in(client, cast.manager)
    answer = client.post(reverse("case-close", args=[case.pk]), {**TOLD, **SIGNED})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "This case cannot be closed yet." in page
    line = next(one for one in unmet(closing.lines(case)) if one.code == code)
    assert line.url
    assert f'href="{line.url}"' in page
    assert TOLD["team_learning"] in page  # nothing typed is lost
    case.refresh_from_db()
    assert case.closed_at is None
    assert not Closure.objects.exists()


def test_each_open_action_stands_once_and_each_condition_once_with_what_it_lacks_below(
    client: Client, cast: Any
) -> None:
    case = promises.ready_to_close(cast)
    learning = LearningResponse.objects.get(case=case)
    save(learning, cast.manager, finished_at=None, finished_by=None, method="")
    made = [
        promises.system_action(case, cast.manager, times.today() + WEEK, what=f"{what}, for everybody")
        for what in ("The number of the office hangs in each hall", "Travel time stands in the rota")
    ]
    client.force_login(cast.manager)
    said = client.get(reverse("case-closure", args=[case.pk])).content.decode()
    for action in made:
        assert said.count(str(action)) == 1 and reverse("action", args=[action.pk]) in said
    assert said.count("Every system action worked") == 1 and said.count("The learning response is finished") == 1
    assert "domain.md" not in said and "(rule A5)" in said
    assert {"A5L", "ACT"} <= set(lacks(case)), "both still stop the closing"


def test_everything_missing_is_named_at_once(cast: Any) -> None:
    case = promises.ready_to_close(cast)
    for spoil in (_learning_open, _duty_undecided, _control_in_force, _action_not_done):
        spoil(cast, case)
    with pytest.raises(Refused) as refused:
        close(cast, case)
    assert len(refused.value.missing) >= 4
    assert all(one.url for one in refused.value.missing)


@pytest.mark.feature("F71")
def test_the_case_stays_open_until_week_12_was_looked_at(cast: Any) -> None:
    case = promises.ready_to_close(cast)
    plan = promises.plan(
        case, cast.manager, cast.worker, ended_at=times.now(), ended_by=cast.manager, ended_how="decided"
    )
    promises.given_back(plan, cast.manager)
    for week, held in ((4, True), (8, True), (12, False)):
        given = {"held_at": times.now(), "held_by": cast.senior, "meets_standard": True} if held else {}
        promises.follow_up(plan, cast.manager, week, times.today() + (week - 8) * WEEK, **given)
    assert "week 12" in lacks(case)["WEEK12"]
    with pytest.raises(Refused):
        close(cast, case)


@pytest.mark.feature("F71")
def test_without_a_worker_the_re_audit_of_week_12_is_the_window(cast: Any) -> None:
    case = promises.ready_to_close(cast)
    for check in case.effectchecks.all():
        save(check, cast.quality_lead, week=8)
    promises.verdict(case, cast.quality_lead, "changed", signed_at=times.now() + timedelta(seconds=1))
    assert "book the re-audit of week 12" in lacks(case)["WEEK12"]


@pytest.mark.feature("F71")
def test_a_failed_re_audit_after_closing_opens_the_case_again(client: Client, cast: Any) -> None:
    case = promises.ready_to_close(cast)
    promises.measure(case, cast.manager)
    promises.verdict(
        case,
        cast.quality_lead,
        "not_yet_shown",
        signed_at=times.now(),
        next_reaudit_on=times.today() + WEEK,
    )
    close(cast, case)
    assert [item.kind for item in DueItem.objects.filter(case=case)] == ["reaudit"]
    freshly_signed_in(client, cast.quality_lead)
    answer = client.post(
        reverse("effect-verdict", args=[case.pk]),
        {"verdict": "worse", "reason": "Three of twelve later notes had marks nobody passed on", **SIGNED},
    )
    assert answer.status_code == 302, answer.content.decode()
    case.refresh_from_db()
    assert case.closed_at is None
    assert Reopening.objects.get(case=case).reason == "The re-audit after closing found: worse."
    assert not closing.looks_ready(type(case).objects.filter(pk=case.pk)).exists()


def test_something_changed_after_the_verdict_voids_it_for_closing(cast: Any) -> None:
    case = promises.ready_to_close(cast)
    promises.measure(case, cast.manager)
    assert "sign it anew" in lacks(case)["EFFECT"]


def test_not_yet_shown_closes_with_the_next_re_audit_dated(cast: Any) -> None:
    case = promises.ready_to_close(cast)
    promises.verdict(
        case,
        cast.quality_lead,
        "not_yet_shown",
        signed_at=times.now() + timedelta(seconds=1),
        next_reaudit_on=times.today() + 4 * WEEK,
    )
    close(cast, case)
    case.refresh_from_db()
    assert case.closed_at


@pytest.mark.parametrize("level", [2, 3])
def test_the_re_audit_promised_at_closing_does_not_make_the_closing_look_changed(cast: Any, level: int) -> None:
    """It is a record of its own. What the closing did rest on still voids it (F47)."""
    case = promises.ready_to_close(cast, level=level)
    signed = close(cast, case)
    signatures: list[Any] = [signed]
    if level == 3:
        between = promises.verdict(case, cast.quality_lead, "worse", signed_at=times.now())
        assert signed.is_changed_since, "between the two signatures it counts"
        withdraw_signature(by=cast.quality_lead, signed=between, reason="Too early", signature=signature())
        signatures.append(
            actions.second_close(
                by=cast.nominated_individual, closure=signed, agrees=True, reason="Read it", signature=signature()
            )
        )
    later = promises.verdict(case, cast.quality_lead, "not_changed", signed_at=times.now() + 4 * WEEK)
    assert facts.standing_verdict(case) == later
    for one in signatures:
        assert not type(one).objects.get(pk=one.pk).is_changed_since
    _duty_undecided(cast, case)
    for one in signatures:
        assert type(one).objects.get(pk=one.pk).is_changed_since


@pytest.mark.parametrize("empty", ["person_informed", "team_learning"])
def test_the_person_informed_and_the_team_learning_are_part_of_closing(cast: Any, empty: str) -> None:
    with pytest.raises(Refused) as refused:
        close(cast, promises.ready_to_close(cast), **{empty: "  "})
    assert refused.value.field == empty


# --- Two people at L3 and L4 -------------------------------------------------------------------------------


@pytest.mark.parametrize("level", [3, 4])
def test_at_level_3_and_4_the_case_closes_only_with_a_second_person(client: Client, cast: Any, level: int) -> None:
    case = promises.ready_to_close(cast, level=level)
    signed = close(cast, case)
    case.refresh_from_db()
    assert signed.needs_second
    assert case.closed_at is None
    assert [item.kind for item in DueItem.objects.filter(case=case)] == ["second_closure"]
    freshly_signed_in(client, cast.quality_lead)
    answer = client.post(
        reverse("closure-second", args=[signed.pk]), {"agrees": "yes", "reason": "I read all of it", **SIGNED}
    )
    assert answer.status_code == 302, answer.content.decode()
    case.refresh_from_db()
    assert case.closed_by == cast.quality_lead


def test_nobody_is_their_own_second_person(cast: Any) -> None:
    case = promises.ready_to_close(cast, level=3)
    signed = close(cast, case, by=cast.nominated_individual)
    with pytest.raises(NotAllowed) as refused:
        actions.second_close(
            by=cast.nominated_individual, closure=signed, agrees=True, reason="Yes", signature=signature()
        )
    assert refused.value.code == "S3"


def test_a_second_person_who_does_not_agree_leaves_the_case_open_and_it_is_signed_anew(cast: Any) -> None:
    case = promises.ready_to_close(cast, level=3)
    signed = close(cast, case)
    actions.second_close(
        by=cast.quality_lead, closure=signed, agrees=False, reason="The letter was not sent", signature=signature()
    )
    case.refresh_from_db()
    assert case.closed_at is None
    again = close(cast, case)
    actions.second_close(
        by=cast.quality_lead, closure=again, agrees=True, reason="It was sent now", signature=signature()
    )
    case.refresh_from_db()
    assert case.closed_at
    assert ClosureSecond.objects.filter(case=case).count() == 2


def test_what_came_open_between_the_two_signatures_stops_the_second(cast: Any) -> None:
    case = promises.ready_to_close(cast, level=3)
    signed = close(cast, case)
    promises.control(case, cast.manager, times.now() + WEEK)
    with pytest.raises(Refused) as refused:
        actions.second_close(
            by=cast.quality_lead, closure=signed, agrees=True, reason="Read all of it", signature=signature()
        )
    assert refused.value.code == "CTRL"


# --- Who -----------------------------------------------------------------------------------------------------


def test_a_manager_who_is_part_of_the_case_cannot_close_it(client: Client, cast: Any) -> None:
    case = promises.ready_to_close(cast)
    promises.involve(case, cast.manager_staff, "implicated", cast.nominated_individual)
    with pytest.raises(NotAllowed) as refused:
        close(cast, case)
    assert refused.value.code == "S1"
    freshly_signed_in(client, cast.manager)
    assert client.get(reverse("case-closure", args=[case.pk])).status_code == 404


def test_only_those_who_may_close_find_the_page(client: Client, cast: Any) -> None:
    case = promises.ready_to_close(cast)
    for user in (cast.senior, cast.deputy, cast.quality_lead, cast.worker_user, cast.stranger):
        freshly_signed_in(client, user)
        assert client.get(reverse("case-close", args=[case.pk])).status_code == 404
        with pytest.raises(NotAllowed):
            close(cast, case, by=user)


def test_identity_is_confirmed_again_before_the_signing_page_opens(client: Client, cast: Any) -> None:
    case = promises.ready_to_close(cast)
    client.force_login(cast.manager)
    answer = client.get(reverse("case-close", args=[case.pk]))
    assert answer.status_code == 302
    assert reverse("account_reauthenticate") in answer.url
    answer = client.post(reverse("case-close", args=[case.pk]), {**TOLD, **SIGNED})
    assert answer.status_code == 422
    assert TOLD["person_informed"] in answer.content.decode()


def test_a_closed_case_is_opened_again_with_a_reason(client: Client, cast: Any) -> None:
    case = promises.ready_to_close(cast)
    close(cast, case)
    client.force_login(cast.manager)
    url = reverse("case-reopen", args=[case.pk])
    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"reason": "A second mark was found"}).status_code == 302
    case.refresh_from_db()
    assert case.closed_at is None
    assert "A second mark was found" in client.get(reverse("case-closure", args=[case.pk])).content.decode()


@pytest.mark.feature("F71")
def test_a_case_opened_again_closes_only_on_a_look_and_a_verdict_from_after_that(client: Client, cast: Any) -> None:
    case = promises.ready_to_close(cast)
    promises.measure(case, cast.manager)
    promises.verdict(case, cast.quality_lead, "changed")
    close(cast, case)
    actions.reopen_case(by=cast.manager, case=case, reason="A second mark was found")
    freshly_signed_in(client, cast.manager)
    answer = client.post(reverse("case-close", args=[case.pk]), {**TOLD, **SIGNED})
    assert answer.status_code == 422
    assert "The case was opened again on" in answer.content.decode()
    assert TOLD["team_learning"] in answer.content.decode()
    assert not closing.looks_ready(type(case).objects.filter(pk=case.pk)).exists()

    freshly_signed_in(client, cast.quality_lead)
    word = {
        "verdict": "not_yet_shown",
        "reason": "Nine of twelve later notes",
        **promises.day("next_reaudit_on", times.today() + WEEK),
        **SIGNED,
    }
    answer = client.post(reverse("effect-verdict", args=[case.pk]), word)
    assert answer.status_code == 422, "the old re-audit cannot answer the new mark"
    assert "Hold a new re-audit" in answer.content.decode()
    check = promises.effect_check(case, cast.quality_lead, times.today(), week=13)
    seen = {"what_was_looked_at": "Twelve later notes", "result": "Nine of twelve", "verdict": "not_yet_shown"}
    assert client.post(reverse("effect-check", args=[check.pk]), seen).status_code == 302
    assert client.post(reverse("effect-verdict", args=[case.pk]), word).status_code == 302
    close(cast, case)
    case.refresh_from_db()
    assert case.closed_at


def test_ready_to_close_is_counted_and_listed_for_the_manager(client: Client, cast: Any) -> None:
    case = promises.ready_to_close(cast)
    promises.case(cast)
    client.force_login(cast.manager)
    listed = client.get(reverse("ready-to-close")).content.decode()
    assert f"Close {case.reference}" in listed
    assert listed.count("stp-work__item") == 1
    assert unmet(closing.lines(case)) == []


@pytest.mark.feature("F92")
def test_what_is_missing_of_capability_and_tests_is_told_only_to_who_may_see_them(client: Client, cast: Any) -> None:
    on = scene(cast)
    url = reverse("case-closure", args=[on.case.pk])
    told = {}
    for name in ("manager", "safeguarding_lead"):
        client.force_login(cast.users[name])
        told[name] = client.get(url).content.decode()
    tests, capability = reverse("case-tests", args=[on.case.pk]), reverse("case-capability", args=[on.case.pk])
    assert "test P1 is not passed" in told["manager"]
    assert lacks(on.case)["A5C"] in told["manager"]
    for kept in ("test P1 is not passed", f'href="{tests}', f'href="{capability}', lacks(on.case)["A5C"]):
        assert kept not in told["safeguarding_lead"], kept
    for said in ("Every practice test is passed or has its outcome", "The capability response is finished"):
        assert said in told["safeguarding_lead"]
