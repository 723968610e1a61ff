"""Checking the ledger: every chain walked, every history row compared, every trigger looked for (F97).

    result = verify(progress=print)          the whole ledger, in bounded memory
    result = verify(chain=case.pk)           one case, for the page
    result = verify(anchors=read_anchors(p)) also against heads noted earlier, which shows a cut-off tail

What it proves and what it cannot: the hashes show any entry that was changed, moved, added or taken out; the
comparison shows any history row that was; the newest history row shows any record that was changed without one.
A tail cut off together with its head, or a chain wholly recomputed by the database's owner, is only visible
against an anchor kept outside: the heads printed in packs, or a file from `--write-anchors`.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain as both
from itertools import islice
from pathlib import Path
from typing import Any, TextIO
from uuid import UUID

from django.db import connection, transaction
from django.db.models import TextField
from django.db.models.expressions import RawSQL

from records import ledger_guards, ledger_names, ledger_sql, times
from records.broken import Broken
from records.models import LedgerEntry, LedgerHead
from records.registry import history_model, tracked_models

#: Rows fetched at a time; what bounds the memory of a walk.
CHUNK = 2_000
#: How far the clock of the product and that of the database may be apart, where the hash does not hold the time.
CLOCKS_APART = timedelta(minutes=5)
#: When an entry was written, as it is hashed: the database says it as text, whatever the session's time zone, and
#: "Infinity" too, of which Python knows no time.
_SECONDS = RawSQL('extract(epoch FROM "at")::text', [], output_field=TextField())
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Anchor:
    """Where a chain stood at an earlier time, noted outside the chain: its entry number and that entry's hash."""

    chain: UUID
    seq: int
    hash: str
    noted: str = "an anchor"


@dataclass(frozen=True)
class Result:
    """What a check found. `broken` lists the faults found, first first; empty means all is as written."""

    entries: int
    chains: int
    tables: int
    seconds: float
    broken: list[Broken] = field(default_factory=list)

    @property
    def intact(self) -> bool:
        return not self.broken

    @property
    def rate(self) -> float:
        """Entries a second."""
        return self.entries / self.seconds if self.seconds else 0.0


_anchor_sources: list[Callable[[UUID | None], Iterable[Anchor]]] = []


def register_anchors(source: Callable[[UUID | None], Iterable[Anchor]]) -> None:
    """A higher floor that prints heads (the packs) says which it has printed, of one chain or of all."""
    if source not in _anchor_sources:
        _anchor_sources.append(source)


_checks: list[Callable[[], Iterable[Broken]]] = []


def register_check(check: Callable[[], Iterable[Broken]]) -> None:
    """A higher floor adds what else belongs to a check of the whole: read in the same view, its faults beside the others."""
    if check not in _checks:
        _checks.append(check)


#: How entries are hashed today. The first formula left out when the entry was written.
FORMULA = 2


def entry_hash(
    previous: bytes, chain: UUID, seq: int, at: str, table: str, row: int, payload: str, formula: int = FORMULA
) -> bytes:
    """The hash of one entry, worked out here and not by the database that wrote it.

    `at` in seconds since 1970 (UTC) with six decimals. A formula nobody knows gives a hash that fits nothing.
    """
    if formula == 1:
        said = f"{chain}:{seq}:{table}:{row}:{payload}"
    else:
        said = f"{formula}:{chain}:{seq}:{at}:{table}:{row}:{payload}"
    return hashlib.sha256(previous + said.encode()).digest()


def verify(
    *,
    chain: UUID | None = None,
    anchors: Iterable[Anchor] = (),
    progress: Progress | None = None,
    most: int = 1,
    note_heads: TextIO | None = None,
) -> Result:
    """Check the ledger, or one chain of it; stops after `most` faults. Reads one unchanging view of the database.

    `note_heads` gets the heads of all chains as they stand in that same view, so that nothing can come between
    what was checked and what was noted; nothing is noted when there is a fault.
    """
    started = time.monotonic()
    counted = _Counted()
    with _one_view():
        found = both(
            _walk(chain, counted, progress),
            _heads(chain, most),
            _anchored(chain, anchors),
            _rows(chain, counted, most),
            _records(chain, most),
            ledger_guards.faults() if chain is None else (),
            *(check() for check in _checks if chain is None),
        )
        broken = [fault for _, fault in zip(range(most), found, strict=False)]
        if note_heads is not None and not broken:
            _write_heads(note_heads)
    return Result(counted.entries, counted.chains, counted.tables, time.monotonic() - started, broken)


@dataclass
class _Counted:
    entries: int = 0
    chains: int = 0
    tables: int = 0


@contextmanager
def _one_view() -> Iterator[None]:
    """One snapshot of the database for the whole check, in UTC, so that writers neither wait nor mislead."""
    outermost = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if outermost:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT current_setting('timezone')")
        before = cursor.fetchone()[0]
        cursor.execute("SET LOCAL timezone = 'UTC'")
        yield
        cursor.execute("SELECT set_config('timezone', %s, true)", [before])


def _walk(chain: UUID | None, counted: _Counted, progress: Progress | None) -> Iterator[Broken]:
    """Every chain from its first entry: numbers without a gap, each hash from the one before."""
    entries = LedgerEntry.objects.all() if chain is None else LedgerEntry.objects.filter(chain=chain)
    total = entries.count() if progress else 0
    current: UUID | None = None
    seq, last = 0, b""
    rows = entries.annotate(moment=_SECONDS).order_by("chain", "seq")
    values = rows.values_list("chain", "seq", "table", "row", "payload", "previous", "hash", "formula", "moment")
    for of_chain, number, table, row, payload, previous, stored, formula, moment in values.iterator(chunk_size=CHUNK):
        if of_chain != current:
            current, seq, last = of_chain, 0, b""
            counted.chains += 1
        counted.entries += 1
        if progress and counted.entries % CHUNK == 0:
            progress(counted.entries, total)
        if number != seq + 1:
            yield Broken(table, row, of_chain, f"entry {seq + 1} of the chain is missing")
        elif bytes(previous) != last:
            yield Broken(table, row, of_chain, f"entry {number} does not follow from the entry before it")
        elif entry_hash(last, of_chain, number, moment, table, row, payload, formula) != bytes(stored):
            yield Broken(table, row, of_chain, f"entry {number} of the chain was changed after it was written")
        elif formula == 1 and _is_off(moment, payload):
            yield Broken(table, row, of_chain, f"entry {number} of the chain is not of the time its history row names")
        seq, last = number, bytes(stored)
    if progress:
        progress(counted.entries, total)


def _is_off(moment: str, payload: str) -> bool:
    """Whether an entry whose hash leaves its time out says another time than its payload, which is hashed.

    The payload's is the product's clock and the entry's the database's, so some minutes are allowed. Entries of
    today's formula are not asked: their time is hashed, and a clock of the product's that was wrong for an hour
    would stand as a fault for good.
    """
    said = datetime.fromisoformat(json.loads(payload)["history_date"]).timestamp()
    return not abs(float(moment) - said) <= CLOCKS_APART.total_seconds()


def _heads(chain: UUID | None, most: int) -> Iterator[Broken]:
    """Each chain ends where its head says."""
    where, given = ("WHERE chain = %s", [chain, chain]) if chain else ("", [])
    yield from _faults(
        f"""
        SELECT e."table", e.row, coalesce(h.chain, e.chain),
               CASE WHEN h.chain IS NULL THEN 'the head of this chain is missing'
                    WHEN e.chain IS NULL THEN 'entries up to number ' || h.seq || ' are missing: the chain is empty'
                    WHEN h.seq > e.seq THEN 'the end was cut off: entries ' || e.seq + 1 || ' to ' || h.seq || ' are missing'
                    ELSE 'the head does not match the last entry' END
        FROM (SELECT * FROM records_ledgerhead {where}) h
        FULL JOIN (SELECT DISTINCT ON (chain) * FROM records_ledgerentry {where} ORDER BY chain, seq DESC) e
          ON e.chain = h.chain
        WHERE h.chain IS NULL AND e.chain IS NOT NULL OR coalesce(e.seq, 0) <> h.seq OR coalesce(e.hash, ''::bytea) <> h.hash
        ORDER BY 3 LIMIT {most:d}
        """,  # noqa: S608  (names of our own tables only)
        given,
    )


def _anchored(chain: UUID | None, anchors: Iterable[Anchor]) -> Iterator[Broken]:
    """Each head noted earlier is still in its chain, with the same hash."""
    noted = both(anchors, *(source(chain) for source in _anchor_sources))
    wanted = (one for one in noted if one.seq and (chain is None or one.chain == chain))
    while some := list(islice(wanted, CHUNK)):
        with connection.cursor() as cursor:
            cursor.execute(
                'SELECT e."table", e.row, e.hash FROM unnest(%s::uuid[], %s::bigint[]) WITH ORDINALITY a (chain, seq, n) '
                "LEFT JOIN records_ledgerentry e ON e.chain = a.chain AND e.seq = a.seq ORDER BY a.n",
                [[one.chain for one in some], [one.seq for one in some]],
            )
            found = cursor.fetchall()
        for one, (table, row, stored) in zip(some, found, strict=True):
            if stored is None:
                what = f"the end was cut off: entry {one.seq}, known from {one.noted}, is missing"
                yield Broken("", None, one.chain, what)
            elif bytes(stored).hex() != one.hash:
                yield Broken(table, row, one.chain, f"entry {one.seq} is not the one known from {one.noted}")


def _rows(chain: UUID | None, counted: _Counted, most: int) -> Iterator[Broken]:
    """Entries and history rows belong together one to one, and each row still reads as its entry says.

    Only columns which both have are compared: one added later was not there to be written, and of one dropped
    later the entry itself keeps the content. Entries of a table that nobody knows are compared with nothing, so they
    are reported, unless it is said that their model is gone (records/ledger_names.py).
    """
    known = [name for model in tracked_models() for name in ledger_names.names_of(history_model(model)._meta.db_table)]
    yield from _faults(
        f"""
        SELECT "table", min("row"), NULL::uuid, 'there are ' || count(*) || ' entries of a table that this product does not know'
        FROM records_ledgerentry WHERE "table" <> ALL (%s) {"AND chain = %s" if chain else ""}
        GROUP BY "table" ORDER BY "table" LIMIT {most:d}
        """,  # noqa: S608
        [[*known, *ledger_names.DROPPED], *([chain] if chain else [])],
    )
    for model in tracked_models():
        counted.tables += 1
        table = history_model(model)._meta.db_table
        column = ledger_sql.chain_column(model)
        entries = "AND chain = %s" if chain else ""
        rows = f"WHERE coalesce({column}, id) = %s" if chain else ""
        names = ", ".join(f"'{name}'" for name in ledger_names.names_of(table))
        kept = ledger_names.as_today(table, "payload::jsonb")
        yield from _faults(
            f"""
            SELECT '{table}', coalesce(h.history_id, e.row), coalesce(e.chain, h.chain),
                   CASE WHEN e.row IS NULL THEN 'this history row was put in without a ledger entry'
                        WHEN h.history_id IS NULL THEN 'this history row was removed'
                        ELSE 'this history row was changed after it was written: ' || ({_differing("e.payload", "h.today")}) END
            FROM (SELECT row, chain, {kept} AS payload FROM records_ledgerentry WHERE "table" IN ({names}) {entries}) e
            FULL JOIN (SELECT history_id, coalesce({column}, id) AS chain, to_jsonb(history) AS today
                       FROM {table} history {rows}) h ON h.history_id = e.row
            WHERE e.row IS NULL OR h.history_id IS NULL
               OR (e.payload <> h.today AND ({_differing("e.payload", "h.today")}) IS NOT NULL)
            ORDER BY 2 LIMIT {most:d}
            """,  # noqa: S608
            [chain, chain] if chain else [],
        )


def _records(chain: UUID | None, most: int) -> Iterator[Broken]:
    """Each record reads as its newest history row says: a change by a side door shows here.

    Rows are compared as they stand; only where they are not the same is it worked out, as JSON, in what.
    """
    for model in tracked_models():
        table, history = model._meta.db_table, history_model(model)._meta.db_table
        column = ledger_sql.chain_column(model)
        own = f"WHERE coalesce({column}, id) = %s" if chain else ""
        kept = {f.column for f in history_model(model)._meta.concrete_fields}
        both_have = [f.column for f in model._meta.concrete_fields if f.column in kept]
        today = ", ".join(f'(t.record)."{name}"' for name in both_have)
        last = ", ".join(f'(h.history)."{name}"' for name in both_have)
        differing = _differing("to_jsonb(h.history)", "to_jsonb(t.record)")
        yield from _faults(
            f"""
            SELECT '{table}', h.history_id, coalesce(t.chain, h.chain),
                   CASE WHEN h.id IS NULL THEN 'the record ' || t.id || ' was put in without a history'
                        WHEN t.id IS NULL THEN 'the record ' || h.id || ' was removed'
                        ELSE 'the record ' || t.id || ' was changed without a history row: ' || ({differing}) END
            FROM (SELECT id, coalesce({column}, id) AS chain, record FROM {table} record {own}) t
            FULL JOIN (SELECT id, history_id, coalesce({column}, id) AS chain, history FROM {history} history
                       WHERE history_id IN (SELECT max(history_id) FROM {history} {own} GROUP BY id)) h ON h.id = t.id
            WHERE h.id IS NULL OR t.id IS NULL
               OR (ROW({today}) IS DISTINCT FROM ROW({last}) AND ({differing}) IS NOT NULL)
            ORDER BY 2 LIMIT {most:d}
            """,  # noqa: S608
            [chain, chain] if chain else [],
        )


def _differing(kept: str, today: str) -> str:
    """SQL: the names of the columns whose kept value is not today's; null when there are none."""
    return (
        f"SELECT string_agg(kept.key, ', ' ORDER BY kept.key) FROM jsonb_each({kept}) kept "  # noqa: S608
        f"WHERE {today} ? kept.key AND {today} -> kept.key IS DISTINCT FROM kept.value"
    )


def _faults(sql: str, parameters: list[Any]) -> Iterator[Broken]:
    with connection.cursor() as cursor:
        cursor.execute(sql.replace("%s", "\0").replace("%", "%%").replace("\0", "%s"), parameters or None)
        while rows := cursor.fetchmany(50):
            for table, row, chain, what in rows:
                yield Broken(table or "", row, chain, what)


def heads() -> Iterator[Anchor]:
    """Where every chain stands now."""
    rows = LedgerHead.objects.order_by("chain").values_list("chain", "seq", "hash")
    for chain, seq, digest in rows.iterator(chunk_size=CHUNK):
        yield Anchor(chain, seq, bytes(digest).hex())


def _write_heads(out: TextIO) -> int:
    """Where every chain stands, one JSON line a chain. Returns how many."""
    noted = times.now().isoformat(timespec="seconds")
    count = 0
    for count, anchor in enumerate(heads(), start=1):  # noqa: B007  (it is what is returned)
        out.write(json.dumps({"chain": str(anchor.chain), "seq": anchor.seq, "hash": anchor.hash, "at": noted}) + "\n")
    return count


def write_anchors(path: Path) -> int:
    """Note where every chain stands in a file; keep it away from the database. Returns how many chains."""
    with transaction.atomic(), path.open("w", encoding="utf-8") as out:
        return _write_heads(out)


def read_anchors(path: Path) -> Iterator[Anchor]:
    """The heads noted in a file by `write_anchors`. Raises ValueError for a file that is not one."""
    with path.open(encoding="utf-8") as lines:
        yield from anchors_in(lines, path.name)


def anchors_in(lines: Iterable[str], name: str) -> Iterator[Anchor]:
    """The heads noted line by line, after a first line about the file itself where it has one."""
    for number, line in enumerate(lines, start=1):
        try:
            row = json.loads(line)
            if number == 1 and "checkpoint" in row:
                continue
            yield Anchor(UUID(row["chain"]), int(row["seq"]), row["hash"], f"the file of {row['at']}")
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"Line {number} of {name} is not a noted head.") from error
