"""Many writers at once: one chain a case, so writers of different cases never wait for one another, and none lock up."""

import threading

from django.db import connection, connections, transaction

from records import ledger
from records.models import LedgerHead
from tests.history.conftest import Kept

WRITERS, EACH = 8, 15


def test_concurrent_writers_of_two_cases_leave_two_whole_chains_and_no_deadlock(kept: Kept) -> None:
    before = {case.pk: LedgerHead.objects.get(chain=case.pk).seq for case in kept.cases}
    problems: list[BaseException] = []

    def write(number: int) -> None:
        try:
            for count in range(EACH):
                with transaction.atomic():
                    kept.write(kept.cases[number % 2], f"Writer {number}, entry {count}")
        except BaseException as error:
            problems.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not problems
    assert ledger.verify().intact
    for case in kept.cases:
        assert LedgerHead.objects.get(chain=case.pk).seq == before[case.pk] + WRITERS // 2 * EACH


def test_a_writer_of_one_case_does_not_wait_for_an_open_transaction_on_another(kept: Kept) -> None:
    done = threading.Event()

    def write_the_other() -> None:
        try:
            kept.write(kept.cases[1])
            done.set()
        finally:
            connections.close_all()

    with transaction.atomic():
        kept.write(kept.cases[0])
        thread = threading.Thread(target=write_the_other)
        thread.start()
        assert done.wait(10), "the other case's writer was held up"
    thread.join(10)
    assert connection.is_usable()
