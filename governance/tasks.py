"""What Celery runs for governance. Thin: find, then act."""

from __future__ import annotations

from datetime import datetime

from celery import shared_task

from accounts.models import User
from governance import chasing, ledger_alert
from governance.packs.tasks import make_pack as make_pack  # one place where Celery finds this floor's tasks
from governance.packs.tasks import send_lost_packs as send_lost_packs
from records import acting, checking


@shared_task(name="governance.tasks.chase")  # type: ignore[untyped-decorator]
def chase(at: str = "") -> dict[str, int]:
    """One round of chasing. `at` (ISO, with a zone) is for tests and for `manage.py chase`; beat leaves it out."""
    token = acting.source.set("task")
    try:
        made, sent = chasing.run(datetime.fromisoformat(at) if at else None)
    finally:
        acting.source.reset(token)
    return {**made, "sent": sent.sent}


@shared_task(name="governance.tasks.watch_ledger")  # type: ignore[untyped-decorator]
def watch_ledger() -> bool:
    """Tell people when the nightly check does not run; asked every hour, told once a day."""
    return ledger_alert.watch()


@shared_task(name="governance.tasks.check_ledger")  # type: ignore[untyped-decorator]
def check_ledger(by: str = "") -> bool:
    """Check the whole ledger and leave a checkpoint; every night by the product's clock, or asked for by `by`."""
    token = acting.source.set("task")
    try:
        user = User.objects.get(pk=by) if by else User.system()
        return checking.check(by=user).intact
    finally:
        acting.source.reset(token)
