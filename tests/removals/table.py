"""What a removal is, and the whole table of them, gathered from the files beside this one.

A removal takes one guard out of the product, as small as can be, and names the tests that must then fail.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SEEN = Path(__file__).with_name("seen.json")
PARTS = (
    "logged",
    "protection",
    "outside",
    "tracks",
    "practice",
    "copied",
    "separation",
    "returning",
    "governing",
    "withdrawn",
    "packs",
    "access",
    "sealed",
    "grants",
    "compartments",
    "signing_in",
    "attacks",
    "files",
    "history",
    "chained",
)


@dataclass(frozen=True)
class Removal:
    """One guard of one row of features.md, and how it is taken out.

    `row` is the feature, `rule` says which of its rules in a few words. `old` stands exactly once in `file` and
    is replaced by `new`. A guard in the database is taken out by `sql`, run as the owner on a copy of the
    migrated template; `old` then names the text that makes it, so that the pair cannot drift apart.
    `tests` are node ids; one of them has to fail by an assertion or because nothing was refused.
    `by` names further exception types that count, for a guard behind which another one stands.
    """

    row: str
    rule: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]
    sql: str = ""
    by: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.row} {self.rule}"

    @property
    def seal(self) -> str:
        """Changes when anything of the removal does: what was seen of another removal does not count for it."""
        told = json.dumps([self.row, self.rule, self.file, self.old, self.new, self.tests, self.sql, self.by])
        return hashlib.sha256(told.encode()).hexdigest()[:12]


def due_without(kind: str) -> str:
    """SQL that takes one kind of promise out of the due view."""
    view = "governance_dueitem"
    return f"""DO $$ BEGIN
EXECUTE 'CREATE OR REPLACE VIEW {view} AS SELECT * FROM ('
  || rtrim(pg_get_viewdef('{view}'::regclass), ';') || ') v WHERE kind <> ' || quote_literal('{kind}');
END $$"""


def table() -> list[Removal]:
    """Every removal, in the order of the rows."""
    found = [one for part in PARTS for one in import_module(f"tests.removals.{part}").REMOVALS]
    return sorted(found, key=lambda one: (int(one.row[1:]), found.index(one)))


def noted() -> dict[str, dict[str, str]]:
    """What seen.json says of each removal as it stands today, by name; of one that changed since, nothing."""
    if not SEEN.exists():
        return {}
    kept = {f"{one['feature']} {one['removal']}": one for one in json.loads(SEEN.read_text())}
    return {one.name: kept[one.name] for one in table() if kept.get(one.name, {}).get("of") == one.seal}


def seen() -> dict[str, dict[str, str]]:
    """The removals of which a test was seen to fail: which test, how, when, at which commit."""
    return {name: one for name, one in noted().items() if "test" in one}


def note(found: dict[str, dict[str, str]]) -> None:
    """Write what was seen beside what was seen before; a removal that was not tried since it was written says so."""
    told = seen() | found
    lines = []
    for one in table():
        waits = {"feature": one.row, "removal": one.rule, "not_seen": "not tried since it was written", "of": one.seal}
        lines.append(told.get(one.name, waits))
    SEEN.write_text(json.dumps(lines, indent=1, ensure_ascii=False) + "\n")
