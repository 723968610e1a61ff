"""The Celery task that makes a pack, on its own queue. Thin: find, then act. Celery knows it by governance.tasks."""

from __future__ import annotations

import structlog
from celery import shared_task

from governance.models import Pack
from governance.packs import making, queue
from records import acting

log = structlog.get_logger("governance")


@shared_task(name="governance.tasks.make_pack", soft_time_limit=900, time_limit=960)  # type: ignore[untyped-decorator]
def make_pack(pk: str) -> str:
    """Make the pack with this id; run again after a lost worker, it starts over. Returns its state."""
    token = acting.source.set("task")
    try:
        with queue.claimed(pk) as mine:
            return _make(pk) if mine else "being made"
    finally:
        acting.source.reset(token)


def _make(pk: str) -> str:
    from accounts.models import User
    from governance import actions

    pack = Pack.objects.select_related("case__service", "case__provider", "case__owner", "asked_by").get(pk=pk)
    try:
        if not pack.is_finished and queue.given_up(pack):
            return str(Pack.Status.FAILED)
        return str(making.make_and_keep(pack).status)
    except Exception:
        # What went wrong goes to the log by its type only: a message may hold case content.
        log.exception("pack_not_made", pack=pk, exc_info=False)
        actions.fail_pack(by=User.system(), pack=pack, why="Something went wrong. Ask for it again.")
        raise


@shared_task(name="governance.tasks.send_lost_packs")  # type: ignore[untyped-decorator]
def send_lost_packs() -> int:
    """Send again the packs whose task was lost (governance/packs/queue.py). Returns how many."""
    return queue.send_lost()
