"""The Celery task that makes a pack, on its own queue. Thin: find, then act. Celery knows it by governance.tasks."""

from __future__ import annotations

import structlog
from celery import shared_task

from governance.models import Pack
from governance.packs import making
from records import acting

log = structlog.get_logger("governance")


@shared_task(name="governance.tasks.make_pack", soft_time_limit=900, time_limit=960)  # type: ignore[untyped-decorator]
def make_pack(pk: str) -> str:
    """Make the pack with this id; run again after a lost worker, it starts over. Returns its state."""
    from accounts.models import User
    from governance import actions

    token = acting.source.set("task")
    try:
        pack = Pack.objects.select_related("case__service", "case__provider", "case__owner", "asked_by").get(pk=pk)
        try:
            return str(making.make_and_keep(pack).status)
        except Exception:
            # What went wrong goes to the log by its type only: a message may hold case content.
            log.exception("pack_not_made", pack=pk, exc_info=False)
            actions.fail_pack(by=User.system(), pack=pack, why="Something went wrong. Ask for it again.")
            raise
    finally:
        acting.source.reset(token)
