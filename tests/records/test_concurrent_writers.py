"""Several writers at once: the chain neither deadlocks nor loses an entry."""

import threading

from django.db import connection, transaction

from accounts import actions
from accounts.models import Service, User
from records import acting
from records.models import LedgerEntry


def test_writers_of_two_cases_never_deadlock_and_no_entry_is_lost(cloned_db: str) -> None:
    """Forty writers over two chains, each touching both in one transaction but in opposite orders."""
    system = User.system()
    provider = actions.add_provider(by=system, name="Two chains")
    pair = [actions.add_service(by=system, provider=provider, name=n, kind="homecare") for n in "AB"]
    failures: list[BaseException] = []

    def write(order: list[Service], number: int) -> None:
        try:
            for one in order:
                with transaction.atomic(), acting.acting_as(system, "service.renamed"):
                    mine = Service.objects.select_for_update().get(pk=one.pk)
                    mine.name = f"{one.name} {number}"
                    mine.save()
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(pair[:: 1 if i % 2 else -1], i)) for i in range(40)]
    [thread.start() for thread in threads]
    [thread.join(60) for thread in threads]
    assert failures == []
    for one in pair:
        seqs = list(LedgerEntry.objects.filter(chain=one.pk).order_by("seq").values_list("seq", flat=True))
        assert seqs == list(range(1, 42))
