"""The chaser with a real beat, worker, PostgreSQL, Redis and mail server, killed at the worst moments (F84)."""

from __future__ import annotations

import asyncio
import contextlib
import email
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from governance.models import Chase
from governance.tasks import chase as chase_task
from records import times
from tests import cast as people
from tests.governance import promises
from tests.product import Product, wait_for

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CAST: dict[str, Any] = {}


def load() -> None:
    CAST["cast"] = people.build()


#: Beat's own schedule entry, only quicker: every three seconds instead of every ten minutes.
PRODUCT = {"load": load, "environment": {"CHASE_EVERY_MINUTES": "0.05"}}


def given_overdue(count: int) -> None:
    """So many new controls of the deputy's, an hour overdue."""
    case = promises.case(CAST["cast"])
    for _ in range(count):
        promises.control(case, CAST["cast"].deputy, times.now() - HOUR)


def wait_for_mail_server(product: Product) -> None:
    def answers() -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", product.mail_port), 1):
            return True
        return False

    wait_for(answers, what="the mail catcher")


def ids_in(product: Product) -> Counter[str]:
    return Counter(str(one["Message-ID"]).strip() for one in product.mailbox.messages())


def all_sent() -> bool:
    return Chase.objects.exists() and not Chase.objects.filter(sent_at=None).exists()


@contextlib.contextmanager
def instead_of_the_catcher(product: Product) -> Iterator[None]:
    """The mail catcher away for the length of a block, and back after it."""
    product.kill("mail")
    try:
        yield
    finally:
        product.start_process("mail")
        wait_for_mail_server(product)


@pytest.mark.feature("F84")
def test_beat_and_worker_chase_what_is_due_then_the_next_rung_and_never_twice(running_product: Product) -> None:
    cast = CAST["cast"]
    case = promises.case(cast)
    promises.duty(case, cast.deputy, times.now() - timedelta(minutes=10))
    promises.control(case, cast.deputy, times.now() - 2 * DAY)
    running_product.start_process("beat")
    try:
        running_product.mailbox.wait(3)
        wait_for(all_sent, what="the marks of sending")
        sweeps = running_product.log("worker").count("chase.swept")
        wait_for(lambda: running_product.log("worker").count("chase.swept") > sweeps + 1, what="two more sweeps")
    finally:
        running_product.kill("beat")
    told = Counter(one["X-Envelope-To"] for one in running_product.mailbox.messages())
    assert told == Counter({"deputy@larkfield.example": 2, "manager@larkfield.example": 1})
    later = times.now() + 25 * HOUR
    running_product.run_manage("chase", "--at", later.isoformat())
    told = Counter(one["X-Envelope-To"] for one in running_product.mailbox.messages())
    assert told["nominated_individual@larkfield.example"] == 2  # the duty after 24 hours, the control after 3 days
    assert max(ids_in(running_product).values()) == 1
    assert sum(ids_in(running_product).values()) == Chase.objects.count()


@pytest.mark.feature("F84")
def test_killed_between_deciding_and_sending_each_mail_still_goes_out_exactly_once(running_product: Product) -> None:
    running_product.mailbox.clear()
    before = set(Chase.objects.values_list("pk", flat=True))
    given_overdue(6)
    with instead_of_the_catcher(running_product):
        # A mail server that takes the call and never says a word: the worker stands between its two steps.
        with socket.create_server(("127.0.0.1", running_product.mail_port)) as silent:
            chase_task.delay()
            silent.settimeout(30)
            call, _ = silent.accept()
            made = Chase.objects.exclude(pk__in=before)
            assert made.count() == 6
            assert not made.filter(sent_at__isnull=False).exists()
            running_product.kill_worker()
            call.close()
        assert not made.filter(sent_at__isnull=False).exists()
    running_product.start_worker()
    chase_task.delay()
    wait_for(all_sent, what="the unsent chases")
    assert ids_in(running_product) == Counter(made.values_list("message_id", flat=True))
    assert len(ids_in(running_product)) == 6


class TakesSome:
    """A mail server that takes so many messages, then stops answering in the middle of the next."""

    def __init__(self, some: int) -> None:
        self.some, self.taken, self.stuck = some, [], threading.Event()  # type: ignore[var-annotated]

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if len(self.taken) >= self.some:
            self.stuck.set()
            await asyncio.sleep(60)
        envelope.mail_from = address
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.taken.append(str(email.message_from_bytes(envelope.content)["Message-ID"]).strip())
        return "250 Taken"


@pytest.mark.feature("F84")
def test_killed_in_the_middle_of_sending_none_is_lost_and_none_goes_out_twice(running_product: Product) -> None:
    running_product.mailbox.clear()
    before = set(Chase.objects.values_list("pk", flat=True))
    given_overdue(8)
    with instead_of_the_catcher(running_product):
        handler = TakesSome(3)
        server = Controller(handler, hostname="127.0.0.1", port=running_product.mail_port)
        server.start()
        try:
            chase_task.delay()
            assert handler.stuck.wait(30)
            running_product.kill_worker()
        finally:
            server.stop()
    made = Chase.objects.exclude(pk__in=before)
    assert made.filter(sent_at__isnull=False).count() == 3
    running_product.start_worker()
    chase_task.delay()
    wait_for(all_sent, what="the unsent chases")
    assert Counter(handler.taken) + ids_in(running_product) == Counter(made.values_list("message_id", flat=True))
    assert made.count() == 8
