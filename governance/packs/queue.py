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
#: A pack that stopped its worker so often stops the next one too.
MOST_TRIES = 3
GIVEN_UP = (
    "Making it stopped three times before it was finished, so it is not tried again by itself. Ask for it again. "
    "If it stops once more, tell whoever runs this installation."
)


def _key(pk: UUID | str) -> str:
    return f"pack-sent:{pk}"


def send(pk: UUID | str) -> None:
    """Ask a worker to make this pack.

    The mark is set first: set after, it could outlive the loss of a task that a Redis forgot in between, or the
    deletion by a worker that was quicker, and the pack would wait its quarter of an hour for nothing.
    """
    from governance.packs.tasks import make_pack

    cache.set(_key(pk), 1, SEND_AGAIN.total_seconds())
    try:
        make_pack.delay(str(pk))
    except Exception:
        cache.delete(_key(pk))
        raise


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


def begun(pk: UUID | str) -> int:
    """How often a worker began to make this pack; read from its history, which outlives the worker."""
    from governance.packs.making import FIRST_STEP

    tries: int = Pack.history.filter(id=pk, status=Pack.Status.MAKING, step=FIRST_STEP).count()
    return tries


def given_up(pack: Pack) -> bool:
    """Whether the pack was begun as often as it may be; it is then kept as failed, with a plain sentence."""
    from accounts.models import User
    from governance import actions

    if begun(pack.pk) < MOST_TRIES:
        return False
    log.error("packs.given_up", pack=str(pack.pk), tries=MOST_TRIES)
    actions.fail_pack(by=User.system(), pack=pack, why=GIVEN_UP)
    return True


def send_lost() -> int:
    """Send again every pack that waits or was begun, that nobody is making, and whose task is not on its way.

    One whose making stopped `MOST_TRIES` times is not sent again: it would stop every worker after the other.
    """
    unfinished = Pack.objects.filter(status__in=(Pack.Status.WAITING, Pack.Status.MAKING)).order_by("asked_at")
    sent = 0
    for pack in unfinished.defer("contents", "replaced_names", "to_check"):
        if cache.get(_key(pack.pk)):
            continue
        with claimed(pack.pk) as free:
            over = free and given_up(pack)
        if free and not over:
            send(pack.pk)
            sent += 1
    if sent:
        log.warning("packs.sent_again", count=sent)
    return sent
