"""Packs on their way to a worker. The queue may lose a task (a killed worker, a Redis that lost its disk); the row
of the pack may not. So a sweep sends again what nobody is making, and a lock in the database says who is making it:
PostgreSQL lets go of it with the connection, also when the worker was killed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

import structlog
from django.core.cache import cache
from django.db import connection

from governance.models import Pack

log = structlog.get_logger("governance")
#: A task sent and not begun for so long is sent again; a second one finds the work done and does nothing.
SEND_AGAIN = timedelta(minutes=15)


def _key(pk: UUID | str) -> str:
    return f"pack-sent:{pk}"


def send(pk: UUID | str) -> None:
    """Ask a worker to make this pack."""
    from governance.packs.tasks import make_pack

    make_pack.delay(str(pk))
    cache.set(_key(pk), 1, SEND_AGAIN.total_seconds())


@contextmanager
def claimed(pk: UUID | str) -> Iterator[bool]:
    """Hold the right to make this pack for the length of a `with` block. False: another worker is making it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [_key(pk)])
        mine = bool(cursor.fetchone()[0])
    if mine:
        cache.delete(_key(pk))
    try:
        yield mine
    finally:
        if mine and not connection.needs_rollback:  # a broken transaction takes no statement; closing lets go too
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [_key(pk)])


def send_lost() -> int:
    """Send again every pack that waits or was begun, that nobody is making, and whose task is not on its way."""
    unfinished = Pack.objects.filter(status__in=(Pack.Status.WAITING, Pack.Status.MAKING)).order_by("asked_at")
    sent = 0
    for pk in unfinished.values_list("pk", flat=True):
        if cache.get(_key(pk)):
            continue
        with claimed(pk) as free:
            pass
        if free:
            send(pk)
            sent += 1
    if sent:
        log.warning("packs.sent_again", count=sent)
    return sent
