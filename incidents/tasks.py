"""What Celery runs for incidents. Thin: find, then act."""

from __future__ import annotations

import structlog
from celery import shared_task
from django.db import DatabaseError
from django.db.models import QuerySet

from accounts.models import User
from incidents import actions, read_seals
from incidents.models import CaseFile
from records import acting, clamd, stores

log = structlog.get_logger("incidents")
#: One file that cannot be read or asked about holds up no other. It stays in quarantine.
FAILS_ALONE: tuple[type[Exception], ...] = (clamd.NotScanned, DatabaseError, *stores.ERRORS)


@shared_task(name="incidents.tasks.scan_file")  # type: ignore[untyped-decorator]
def scan_file(pk: str) -> str:
    """Ask the virus scanner about one file in quarantine. When the scanner is away it waits for the next sweep."""
    return _scan(CaseFile.objects.waiting().filter(pk=pk))


@shared_task(name="incidents.tasks.scan_waiting_files")  # type: ignore[untyped-decorator]
def scan_waiting_files() -> str:
    """Ask about every file that still waits: the scanner was away, or the first task was lost."""
    return _scan(CaseFile.objects.waiting().order_by("added_at"))


def _scan(waiting: QuerySet[CaseFile]) -> str:
    if not clamd.is_set_up():
        return "no scanner"
    token = acting.source.set("task")
    try:
        left = 0
        for file in waiting.select_related("case").iterator(chunk_size=50):
            try:
                with file.file.open("rb") as content:
                    found = clamd.virus_in(content)
                actions.record_scan(by=User.system(), file=file, found=found)
            except FAILS_ALONE as problem:
                left += 1
                log.error("evidence.not_scanned", file=str(file.pk), problem=type(problem).__name__)
                continue
            log.info("evidence.scanned", file=str(file.pk), clean=not found)
        return f"{left} not scanned" if left else "done"
    except clamd.ScannerAway as problem:
        log.warning("evidence.scanner_away", problem=str(problem))
        return "away"
    finally:
        acting.source.reset(token)


@shared_task(name="incidents.tasks.seal_reads")  # type: ignore[untyped-decorator]
def seal_reads() -> int:
    """Seal the reads since the last seal (F97). A run that was missed is made good by the next."""
    token = acting.source.set("task")
    try:
        sealed: int = read_seals.seal(by=User.system())
    finally:
        acting.source.reset(token)
    log.info("reads.sealed", reads=sealed)
    return sealed
