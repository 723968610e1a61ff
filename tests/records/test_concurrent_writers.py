"""Several writers at once, each in two chains in one transaction: nobody waits in a circle and no entry is lost (F97)."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection, connections

from accounts import actions
from accounts.models import Service, User
from incidents.actions.lock import lock, lock_all
from incidents.models import Case, ChronologyEntry
from records import ledger, times
from records.acting import action
from records.models import LedgerEntry
from tests.history.conftest import Kept, keep

WRITERS = 24


def together(write: Callable[[int], object]) -> list[BaseException]:
    """Run `write(number)` in many threads that start at once; what went wrong in any of them."""
    problems: list[BaseException] = []
    start = threading.Barrier(WRITERS)

    def run(number: int) -> None:
        try:
            start.wait(30)
            write(number)
        except BaseException as error:
            problems.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(WRITERS)]
    [thread.start() for thread in threads]
    [thread.join(120) for thread in threads]
    return problems


def deadlocks() -> int:
    """How often the server had to break a circle in this database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return cursor.fetchone()[0]


@action("service.renamed")
def rename_both(*, by: User, order: list[Service], number: int) -> None:
    """Two records outside cases, each with a chain of its own, in one transaction and in the order given."""
    for one in order:
        fresh = Service.objects.get(pk=one.pk)
        fresh.name = f"{one.name} {number}"
        fresh.save()


@action("chronology.added")
def write_in_both(*, by: User, order: list[Case], number: int) -> None:
    """Two cases in one transaction, each locked when it is its turn."""
    for case in order:
        locked = lock(case)
        ChronologyEntry(
            case=locked,
            event_at=times.now(),
            kind="fact",
            text=f"Writer {number}",
            source="Care notes",
            entered_by=by,
            entered_at=times.now(),
        ).save()


@pytest.mark.feature("F97")
def test_transactions_over_two_chains_in_opposite_orders_never_deadlock(cloned_db: str) -> None:
    system = User.system()
    provider = actions.add_provider(by=system, name="Two chains")
    pair = [actions.add_service(by=system, provider=provider, name=n, kind="homecare") for n in "AB"]
    before = deadlocks()
    problems = together(lambda number: rename_both(by=system, order=pair[:: 1 if number % 2 else -1], number=number))
    assert problems == []
    assert deadlocks() == before
    for one in pair:
        seqs = list(LedgerEntry.objects.filter(chain=one.pk).order_by("seq").values_list("seq", flat=True))
        assert seqs == list(range(1, WRITERS + 2))


@pytest.mark.feature("F97")
def test_two_case_actions_in_opposite_orders_never_deadlock_and_lose_nothing(cloned_db: str) -> None:
    kept: Kept = keep()
    before = deadlocks()
    problems = together(
        lambda number: write_in_both(by=kept.by, order=kept.cases[:: 1 if number % 2 else -1], number=number)
    )
    assert problems == []
    assert deadlocks() == before
    for case in kept.cases:
        assert ChronologyEntry.objects.filter(case=case, text__startswith="Writer").count() == WRITERS
    assert ledger.verify().intact


def test_several_cases_are_locked_in_one_order_and_returned_as_given(cloned_db: str) -> None:
    from django.db import transaction

    kept = keep()
    backwards = sorted(kept.cases, key=lambda case: case.pk, reverse=True)
    with transaction.atomic():
        assert lock_all(backwards) == backwards
