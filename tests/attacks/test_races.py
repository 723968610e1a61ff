"""Two people, or two taps, at the same moment: real threads, real PostgreSQL, commits that are real."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from django.db import connections
from django.db.models.signals import pre_save

from governance import actions as governance
from governance.models import Closure
from incidents import actions as incidents
from incidents.models import Case, CaseGrant, CaseSeal, ChronologyEntry, RiskControl
from records import times
from records.models import LedgerEntry
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


#: How long somebody about to write waits for another who is; only as long as no lock keeps them apart.
A_MOMENT = 1.0


@contextmanager
def meeting(*kinds: type) -> Iterator[None]:
    """Whoever is about to write one of these has passed every gate; they wait there for a second one.

    So where no lock keeps two apart, both have read before either writes, each time and not by chance. Where one
    does, the second never comes this far, and the first goes on after a moment.
    """
    both_here = threading.Barrier(2)

    def wait(sender: type, **_: Any) -> None:
        if sender in kinds:
            with suppress(threading.BrokenBarrierError):
                both_here.wait(A_MOMENT)

    pre_save.connect(wait, weak=False)
    try:
        yield
    finally:
        pre_save.disconnect(wait)


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


def closing(standing: Cast, case: Case) -> Callable[[], Any]:
    return lambda: governance.close_case(
        by=standing.manager, case=Case.objects.get(pk=case.pk), person_informed="Told in person",
        team_learning="Session on Monday", signature=closing_signature(),
    )  # fmt: skip


@pytest.mark.parametrize("level", [2, 3])
def test_a_case_closed_six_times_at_once_is_closed_once(standing: Cast, level: int) -> None:
    """At L2 the closing takes effect, at L3 it waits for a second person: in each case there is one, not two."""
    case = promises.ready_to_close(standing, level=level)
    with meeting(Closure):
        answers = at_once(*[closing(standing, case)] * AT_ONCE)
    assert failed(answers) == []
    assert Closure.objects.filter(case=case).count() == len(went(answers)) == 1
    assert (Case.objects.get(pk=case.pk).closed_at is None) is (level == 3)


def test_a_control_decided_while_the_case_is_closed_is_either_in_it_or_refused(standing: Cast) -> None:
    """Never a closed case with a control in force that nobody looks at again."""
    case = promises.ready_to_close(standing)
    with meeting(Closure, RiskControl):
        answers = at_once(closing(standing, case), lambda: standing.control(Case.objects.get(pk=case.pk)))
    assert failed(answers) == []
    closed = Case.objects.get(pk=case.pk).closed_at is not None
    in_force = RiskControl.objects.filter(case=case, ended_at=None).exists()
    assert closed != in_force, "one of the two was first, and the other was refused"


def sealing(standing: Cast, case: Case, team: tuple[str, ...] = ()) -> Callable[[], Any]:
    return lambda: incidents.seal_case(
        by=standing.nominated_individual, case=Case.objects.get(pk=case.pk), owner=standing.nominated_individual,
        team=[standing.users[name] for name in team], reason="The manager's own decisions are looked at",
    )  # fmt: skip


def writing(standing: Cast, case: Case) -> Callable[[], Any]:
    return lambda: incidents.add_chronology_entry(
        by=standing.deputy, case=Case.objects.get(pk=case.pk), kind="fact", event_at=times.now(),
        text="The rota was looked at", source="Rota",
    )  # fmt: skip


@contextmanager
def holding(kind: type, until: threading.Event, reached: threading.Event) -> Iterator[None]:
    """Whoever is about to write one of these says so and waits for `until`, a moment at most."""

    def wait(sender: type, **_: Any) -> None:
        if sender is kind:
            reached.set()
            until.wait(A_MOMENT)

    pre_save.connect(wait, weak=False)
    try:
        yield
    finally:
        pre_save.disconnect(wait)


def after_the_seal(case: Case) -> set[str]:
    """Who wrote in the case after its seal, by the order of its chain."""
    chain = LedgerEntry.objects.filter(chain=case.pk)
    sealed = chain.get(table=CaseSeal.history.model._meta.db_table)
    return {one.history_user.email for entry in chain.filter(seq__gt=sealed.seq) for one in _history_row(entry)}


def _history_row(entry: LedgerEntry) -> Any:
    from records.registry import history_models

    [model] = [one for one in history_models() if one._meta.db_table == entry.table]
    return model._default_manager.filter(history_id=entry.row).select_related("history_user")


@pytest.mark.feature_part("F90")
def test_a_write_from_outside_that_begins_while_the_seal_is_set_is_refused(standing: Cast) -> None:
    case = standing.case(rated=True)
    begun, ended = threading.Event(), threading.Event()

    def write() -> Any:
        begun.wait(20)  # the seal is decided and about to be written
        try:
            return writing(standing, case)()
        finally:
            ended.set()

    with holding(CaseSeal, until=ended, reached=begun):
        [seal, written] = at_once(sealing(standing, case), write)
    assert isinstance(seal, CaseSeal)
    assert isinstance(written, Refused), written
    assert not ChronologyEntry.objects.filter(case=case).exists()
    assert after_the_seal(case) == {standing.nominated_individual.email}


@pytest.mark.feature_part("F90")
def test_a_write_from_outside_that_was_allowed_before_the_seal_is_in_the_case_before_it_and_never_after(
    standing: Cast,
) -> None:
    case = standing.case(rated=True)
    begun, ended = threading.Event(), threading.Event()

    def seal() -> Any:
        begun.wait(20)  # the entry has passed every gate and is about to be written
        try:
            return sealing(standing, case)()
        finally:
            ended.set()

    with holding(ChronologyEntry, until=ended, reached=begun):
        [sealed, written] = at_once(seal, writing(standing, case))
    assert isinstance(sealed, CaseSeal) and isinstance(written, ChronologyEntry)
    assert after_the_seal(case) == {standing.nominated_individual.email}


@pytest.mark.feature_part("F90")
def test_two_seals_at_once_give_one_with_one_team(standing: Cast) -> None:
    case = standing.case(rated=True)
    with meeting(CaseSeal):
        answers = at_once(sealing(standing, case, ("hr",)), sealing(standing, case, ("quality_lead",)))
    assert failed(answers) == []
    [seal] = went(answers)
    assert CaseSeal.objects.get(case=case) == seal
    team = CaseGrant.objects.filter(case=case, kind=CaseGrant.Kind.TEAM)
    named = standing.hr if answers[0] is seal else standing.quality_lead
    assert sorted(one.user.email for one in team) == sorted([standing.nominated_individual.email, named.email])


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
