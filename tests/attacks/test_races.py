"""Two people, or two taps, at the same moment: real threads, real PostgreSQL, commits that are real."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections

from governance import actions as governance
from governance.models import Closure
from incidents import actions as incidents
from incidents.models import Case, RiskControl
from records.refusals import Refused
from remediation.actions import practice
from remediation.models import AttemptSignOff, TestAttempt
from tests.cast import Cast, build
from tests.governance import promises
from tests.governance.signing import signature as closing_signature
from tests.remediation.scene import scene, signature

AT_ONCE = 6


def at_once(*work: Callable[[], Any]) -> list[Any]:
    """Run these in threads that start together; what each gave back, or the refusal it met."""
    gate = threading.Barrier(len(work))
    answers: list[Any] = [None] * len(work)

    def one(number: int) -> None:
        try:
            gate.wait(20)
            answers[number] = work[number]()
        except BaseException as error:
            answers[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(len(work))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads), "somebody waits for ever: a deadlock"
    return answers


@pytest.fixture
def standing(cloned_db: str) -> Cast:
    return build()


def went(answers: list[Any]) -> list[Any]:
    return [one for one in answers if not isinstance(one, BaseException)]


def failed(answers: list[Any]) -> list[BaseException]:
    """What went wrong for a reason that is no plain refusal."""
    return [one for one in answers if isinstance(one, BaseException) and not isinstance(one, Refused)]


@pytest.mark.feature("F47")
def test_one_attempt_signed_six_times_at_once_has_one_signature(standing: Cast) -> None:
    on = scene(standing)
    attempt = on.start("P1")
    on.mark(attempt)
    on.finish(attempt)
    answers = at_once(
        *[
            lambda: practice.sign_attempt(
                by=on.assessor, attempt=TestAttempt.objects.get(pk=attempt.pk), signature=signature()
            )
        ]
        * AT_ONCE
    )
    assert failed(answers) == []
    assert len(went(answers)) == 1
    assert AttemptSignOff.objects.filter(attempt=attempt).count() == 1


def test_a_case_closed_six_times_at_once_is_closed_once(standing: Cast) -> None:
    case = promises.ready_to_close(standing)
    answers = at_once(
        *[
            lambda: governance.close_case(
                by=standing.manager, case=Case.objects.get(pk=case.pk), person_informed="Told in person",
                team_learning="Session on Monday", signature=closing_signature(),
            )
        ] * AT_ONCE
    )  # fmt: skip
    assert failed(answers) == []
    assert Closure.objects.filter(case=case).count() == len(went(answers)) == 1


def test_a_control_decided_while_the_case_is_closed_is_either_in_it_or_refused(standing: Cast) -> None:
    """Never a closed case with a control in force that nobody looks at again."""
    case = promises.ready_to_close(standing)

    def close() -> Any:
        return governance.close_case(
            by=standing.manager, case=Case.objects.get(pk=case.pk), person_informed="Told in person",
            team_learning="Session on Monday", signature=closing_signature(),
        )  # fmt: skip

    answers = at_once(close, *[lambda: standing.control(Case.objects.get(pk=case.pk))] * 3)
    assert failed(answers) == []
    closed = Case.objects.get(pk=case.pk).closed_at is not None
    in_force = RiskControl.objects.filter(case=case, ended_at=None).exists()
    assert closed != in_force, "one of the two was first, and the other was refused"


def test_twelve_failures_logged_at_once_have_twelve_references(standing: Cast) -> None:
    answers = at_once(*[lambda: standing.case().reference] * 12)
    assert failed(answers) == []
    assert len(set(answers)) == 12


def test_a_case_given_two_owners_at_once_has_one_and_both_are_in_its_history(standing: Cast) -> None:
    case = standing.case()
    answers = at_once(
        lambda: incidents.assign_owner(by=standing.manager, case=Case.objects.get(pk=case.pk), owner=standing.deputy),
        lambda: incidents.assign_owner(
            by=standing.manager, case=Case.objects.get(pk=case.pk), owner=standing.safeguarding_lead
        ),
    )
    assert failed(answers) == []
    owners = [row.owner_id for row in Case.history.filter(id=case.pk).order_by("history_id")]
    assert owners[-1] == Case.objects.get(pk=case.pk).owner_id
    assert {standing.manager.pk, *(one.owner_id for one in went(answers))} <= set(owners)
