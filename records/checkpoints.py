"""Checkpoints: where every chain stood after the last intact check, kept in two places outside the database (F97).

A tail cut off together with its head, or a chain written anew by the database's own superuser, cannot be seen
from the chain. It is seen against the newest checkpoint, and a checkpoint taken away or rewritten in one place is
seen against the other. Whoever would hide it must reach the database and both places.

A checkpoint is a file of JSON lines: one about itself, which names the checkpoint before it and its SHA-256, then
one a chain. Nothing in it tells of anybody.
"""

from __future__ import annotations

import hashlib
import io
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import chain, permutations
from typing import Any, TextIO

from django.core.files import File
from django.core.files.storage import Storage, storages

from records import ledger, stores, times
from records.models.check import NOT_REACHED

FOLDER = "checkpoints"
#: The file store of the product, and the second place (settings.STORAGES).
PLACES = {"default": "the file store", "checkpoints": "the second place"}


@dataclass(frozen=True)
class Checkpoint:
    """One checkpoint as it lies in a place: the name says when it was written."""

    name: str
    sha256: str


@dataclass
class Kept:
    """What the two places hold: the newest checkpoint of each, and what is wrong with them."""

    newest: dict[str, Checkpoint] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    #: Newest checkpoints that lie in one place only, with the place that lacks them: a night that broke off between
    #: the two. When their heads are found in the ledger, they are copied.
    lone: list[tuple[str, str, Checkpoint]] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The newest checkpoint's name; empty where there is none."""
        return max((one.name for one in self.newest.values()), default="")


def look(expected: Checkpoint | None = None) -> Kept:
    """The newest checkpoint in each place. `expected`, which the database remembers, must be in both as it was.

    A place that does not answer is a fault that is written down, never an end of the check.
    """
    kept = Kept()
    there: dict[str, list[str]] = {}
    for alias, place in PLACES.items():
        try:
            storage = storages[alias]
            names = _names(storage)
            if names:
                kept.newest[alias] = Checkpoint(names[-1], _digest(storage, names[-1]))
            there[alias] = names
            if expected is None:
                continue
            if expected.name not in names:
                kept.wrong.append(f"checkpoint {expected.name} is missing from {place}")
            elif _digest(storage, expected.name) != expected.sha256:
                kept.wrong.append(f"checkpoint {expected.name} in {place} is not the one that was written")
        except stores.ERRORS as problem:
            kept.wrong.append(_not_reached(place, problem))
    if len(there) == len(PLACES):
        for alias, other in permutations(PLACES, 2):
            if alias in kept.newest and kept.newest[alias].name not in there[other]:
                kept.lone.append((alias, other, kept.newest[alias]))
        if len({one.name for one in kept.newest.values()}) == 1 and len(set(kept.newest.values())) > 1:
            kept.wrong = kept.wrong or [f"the newest checkpoint is not the same in {' and '.join(PLACES.values())}"]
    return kept


def anchors(kept: Kept) -> Iterator[ledger.Anchor]:
    """Every head of the newest checkpoints, of one file where both places agree, else of both.

    What cannot be read, or is no checkpoint, is added to what is wrong; the check goes on with the rest.
    """
    seen: set[Checkpoint] = set()
    for alias, one in kept.newest.items():
        if one in seen:
            continue
        seen.add(one)
        try:
            with storages[alias].open(_path(one.name), "rb") as raw:
                lines = io.TextIOWrapper(raw, encoding="utf-8")
                head = lines.readline()
                if "checkpoint" not in json.loads(head):
                    raise ValueError("no first line")
                yield from ledger.anchors_in(chain([head], lines), one.name)
        except stores.ERRORS as problem:
            kept.wrong.append(_not_reached(PLACES[alias], problem))
        except (ValueError, TypeError):
            kept.wrong.append(f"checkpoint {one.name} in {PLACES[alias]} is damaged or was not written to its end")


def complete(kept: Kept) -> None:
    """Copy each checkpoint that lies in one place only to the other. Raises what a place raises (stores.ERRORS)."""
    for alias, other, one in kept.lone:
        with storages[alias].open(_path(one.name), "rb") as content:
            _put(other, one.name, File(content))


@contextmanager
def draft(before: Kept) -> Iterator[TextIO]:
    """A file to note the heads in; its first line is written already."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as out:
        last = max(before.newest.values(), key=lambda one: one.name, default=None)
        about: dict[str, Any] = {"checkpoint": 1, "at": times.now().isoformat(timespec="seconds")}
        about |= {"before": last.name, "before_sha256": last.sha256} if last else {}
        out.write(json.dumps(about) + "\n")
        yield out


def keep(noted: TextIO) -> Checkpoint:
    """Put the noted heads into both places, under one name. Raises what a place raises (stores.ERRORS)."""
    noted.flush()
    name = f"{times.now():%Y%m%dT%H%M%S%f}Z.jsonl"
    seal = ""
    for alias in PLACES:
        raw: Any = noted.buffer
        raw.seek(0)
        seal = _put(alias, name, File(raw))
    return Checkpoint(name, seal)


def _put(alias: str, name: str, content: File[Any]) -> str:
    """Write one checkpoint into one place, whole or not at all as far as the place lets us. Gives its SHA-256."""
    storage = storages[alias]
    try:
        storage.save(_path(name), content)
        return _digest(storage, name)
    except stores.ERRORS:
        with suppress(*stores.ERRORS):
            storage.delete(_path(name))
        raise


def _not_reached(place: str, problem: Exception) -> str:
    return f"{place} {NOT_REACHED}: {type(problem).__name__}"


def _path(name: str) -> str:
    return f"{FOLDER}/{name}"


def _names(storage: Storage) -> list[str]:
    try:
        return sorted(name for name in storage.listdir(FOLDER)[1] if name.endswith(".jsonl"))
    except FileNotFoundError:
        return []


def _digest(storage: Storage, name: str) -> str:
    seal = hashlib.sha256()
    with storage.open(_path(name), "rb") as content:
        while chunk := content.read(1 << 20):
            seal.update(chunk)
    return seal.hexdigest()
