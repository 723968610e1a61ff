"""Sealing the read log: every hour one digest over the reads since the last, chained and kept in the ledger (F97).

    seal(by=User.system())      what the clock does; returns how many reads it sealed
    faults()                    what is not as it was sealed; part of every whole check of the ledger

A page writes its read in one statement and waits for nobody: a chain row by row would make all readers of a case
queue (docs/decisions/0011). What the database's superuser does to a read between its writing and its seal, an hour
at most, is not seen; everything after it is.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC

from django.db import connection

from accounts.models import User
from incidents.models import CaseRead, ReadSeal
from records import ledger, times
from records.acting import action
from records.broken import Broken
from records.refusals import NotAllowed

TABLE = "incidents_caseread"
#: Reads under one seal at most: what a fault can be narrowed to.
MOST = 5_000
#: Where the first seal begins: below every number there can be, so that nothing can be put in before it.
FIRST = -(2**63)
COLUMNS = ("id", "at", "user_id", "case", "record", "page", "outcome", "under", "grant")


@action("reads.sealed")
def seal(*, by: User) -> int:
    """Put a seal over every read not yet sealed; how many there were. By the product itself only.

    Numbers are given out before their rows can be seen. So the last number is asked for when no writer is under way
    (`reads_settled`, a lock held for one statement); no read can come to stand below it later.
    """
    if not by.is_system:
        raise NotAllowed("F97", "Only the product itself seals the read log.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('safe.reads_sealed'))")  # one sealer at a time
    last = ReadSeal.objects.order_by("-after").first()
    after, previous, sealed = (last.upto, last.sha256, 0) if last else (FIRST, "", 0)
    settled = _settled()
    while after < settled:
        numbers = CaseRead.objects.filter(pk__gt=after, pk__lte=settled).order_by("pk")
        upto = max(numbers.values_list("pk", flat=True)[:MOST], default=settled)
        count, previous = digest(previous, after, upto)
        ReadSeal(after=after, upto=upto, count=count, sha256=previous, sealed_at=times.now(), sealed_by=by).save()
        after, sealed = upto, sealed + count
    return sealed


def _settled() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reads_settled()")
        return int(cursor.fetchone()[0])


def digest(previous: str, after: int, upto: int) -> tuple[int, str]:
    """How many reads there are between two numbers, and SHA-256 over the seal before and all they say.

    Worked out here and not by the database that keeps them. The columns are named, so that one added later changes
    no earlier digest.
    """
    sha, count = hashlib.sha256(previous.encode()), 0
    rows = CaseRead.objects.filter(pk__gt=after, pk__lte=upto).order_by("pk").values_list(*COLUMNS)
    for number, at, *rest in rows.iterator(chunk_size=ledger.CHUNK):
        said = [number, at.astimezone(UTC).isoformat(), *(None if one is None else str(one) for one in rest)]
        sha.update(b"\n" + json.dumps(said, ensure_ascii=False).encode())
        count += 1
    return count, sha.hexdigest()


def faults() -> Iterator[Broken]:
    """Every seal from the first: no gap, each from the one before, and the reads under it as they were."""
    after, previous = FIRST, ""
    for one in ReadSeal.objects.order_by("after", "upto").iterator(chunk_size=ledger.CHUNK):
        if one.after != after:
            yield Broken(
                ReadSeal._meta.db_table,
                None,
                one.pk,
                f"the seal before it, over the reads after number {after}, is missing",
            )
        count, found = digest(previous, one.after, one.upto)
        if found != one.sha256:
            what = f"the reads up to number {one.upto} are not as they were sealed"
            if count != one.count:
                what += f": {one.count} were sealed, {count} are there"
            yield Broken(TABLE, None, one.pk, what)
        after, previous = one.upto, one.sha256
