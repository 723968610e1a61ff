"""Take guards out, one at a time, and see that a test fails: `python -m tests.removals [F36 ...] [--jobs 2]`.

Works on a copy of the tree in a temporary folder; the working tree is only written in seen.json. All runs share
one PostgreSQL and Redis and one migrated template (tests/servers.py); each removal is one pytest process.
First the tests are run with every guard in place: a test that fails anyway shows nothing.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from tests.removals import table
from tests.removals.table import ROOT, Removal
from tests.removals.warm import COLD

#: How a test may fail to count: it compared, or it waited for a refusal that did not come.
COUNTS = ("AssertionError", "Failed")
PATIENCE = 300


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.removals", description=__doc__.splitlines()[0])
    parser.add_argument("rows", nargs="*", help="rows of features.md, or a part of a removal's name; all when none")
    parser.add_argument("--jobs", type=int, default=1, help="how many pytest processes at once")
    parser.add_argument("--new", action="store_true", help="only those not seen yet")
    parser.add_argument("--cold", action="store_true", help="a whole new process for each, also where not needed")
    asked = parser.parse_args()
    chosen = [one for one in table.table() if not asked.rows or _is_asked(one, asked.rows)]
    if asked.new:
        chosen = [one for one in chosen if one.name not in table.seen()]
    if not chosen:
        print("No removal to try.")
        return 0 if asked.new else 2
    servers = _servers()
    with contextlib.ExitStack() as stack:
        trees = []
        for number in range(max(1, min(asked.jobs, len(chosen)))):
            # As an xdist worker each takes a Redis database of its own, and leaves the template standing.
            env = servers | {"PYTEST_XDIST_WORKER": f"gw{number}"}
            trees.append(Tree(stack.enter_context(_tree()), env, cold=asked.cold))
            stack.callback(trees[-1].close)
        broken = baseline(trees[0], sorted({test for one in chosen for test in one.tests}))
        for test, how in sorted(broken.items()):
            print(f"FAILS WITH ITS GUARD IN PLACE  {test}: {how}", flush=True)
        outcomes = run_all(chosen, trees, broken)
    table.note({one.name: told for one, told in outcomes if "test" in told})
    missed = [(one, told) for one, told in outcomes if "test" not in told]
    print(f"\n{len(outcomes) - len(missed)} of {len(outcomes)} guards: a test failed when it was taken out.")
    for one, told in missed:
        print(f"  not seen: {one.name}: {told['why']}")
    return 1 if missed or broken else 0


def _is_asked(one: Removal, rows: Sequence[str]) -> bool:
    return any(one.row == row or (not row[1:].isdigit() and row in one.name) for row in rows)


def _servers() -> dict[str, str]:
    """Start the servers of this run, make its template, and one with the cast in it; the environment of the runs."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django

    django.setup()
    from django.db import connections

    from tests import cast, servers

    servers.make_template()
    with_cast = servers.create_copy(f"safe_cast_{os.environ['SAFE_TEST_RUN']}")
    servers.point_at(with_cast)
    cast.build()
    connections.close_all()
    return dict(os.environ) | {"SAFE_CAST_TEMPLATE": with_cast}


@contextlib.contextmanager
def _tree() -> Iterator[str]:
    """A copy of every file that git knows or would know, in a folder that goes away."""
    folder = Path(tempfile.mkdtemp(prefix="safe-removals-"))
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    try:
        for name in filter(None, names):
            if (ROOT / name).is_file():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, folder / name)
        for made in ("static/build", "node_modules", ".venv"):
            if (ROOT / made).exists() and not (folder / made).exists():
                (folder / made).symlink_to((ROOT / made).resolve())
        yield str(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Tree:
    """A copy of the tree with a process in which it is loaded (warm.py), or with new processes only."""

    def __init__(self, folder: str, env: dict[str, str], *, cold: bool) -> None:
        self.folder, self.env = Path(folder), env
        self.told, self.out = self.folder / "removals-told.jsonl", self.folder / "removals-out.txt"
        self.loaded: subprocess.Popen[str] | None = None
        if not cold:
            self.loaded = subprocess.Popen(
                [sys.executable, "-m", "tests.removals.warm"],
                cwd=folder,
                env=self._env({}),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )

    def close(self) -> None:
        if self.loaded is not None:
            self.loaded.communicate()

    def _env(self, more: dict[str, str]) -> dict[str, str]:
        return self.env | {"REMOVALS_TOLD": str(self.told), "DJANGO_SETTINGS_MODULE": "tests.settings"} | more

    def run(
        self, tests: Sequence[str], *, edit: tuple[str, str, str] | None, env: dict[str, str], cold: bool = False
    ) -> tuple[int, list[dict[str, Any]], str]:
        """Pytest over some tests while a file of the copy reads otherwise: exit code, what failed, what was printed."""
        self.told.unlink(missing_ok=True)
        quiet = ["-q", "-n0", "--tb=short", "--show-capture=no", "-p", "no:cacheprovider", "-p", "tests.removals.watch"]
        quiet += ["-W", "ignore:Module already imported:pytest.PytestAssertRewriteWarning"]
        arguments = [*quiet, *(["-x"] if edit else []), *tests]
        patience = PATIENCE if edit else 60 * PATIENCE
        file, old, new = edit or ("", "", "")
        path = self.folder / file
        try:
            if file:
                path.write_text(new)
            code = COLD if cold or self.loaded is None else self._warm(arguments, file, old, new, env, patience)
            if code == COLD:
                code = self._cold(arguments, env, patience)
        finally:
            if file:
                path.write_text(old)
        failures = [json.loads(line) for line in self.told.read_text().splitlines()] if self.told.exists() else []
        return code, failures, self.out.read_text(errors="replace") if self.out.exists() else ""

    def _warm(self, arguments: list[str], file: str, old: str, new: str, env: dict[str, str], patience: float) -> int:
        assert self.loaded is not None and self.loaded.stdin is not None and self.loaded.stdout is not None
        if not hasattr(self, "ready"):
            self.ready = self.loaded.stdout.readline()
        asked = {"file": file, "old": old, "new": new, "env": env, "arguments": arguments}
        self.loaded.stdin.write(json.dumps(asked | {"out": str(self.out), "patience": patience}) + "\n")
        self.loaded.stdin.flush()
        return int(self.loaded.stdout.readline() or COLD)

    def _cold(self, arguments: list[str], env: dict[str, str], patience: float) -> int:
        with self.out.open("w") as out:
            try:
                done = subprocess.run(
                    [sys.executable, "-m", "pytest", *arguments],
                    cwd=self.folder,
                    env=self._env(env),
                    stdout=out,
                    stderr=out,
                    timeout=patience,
                )
            except subprocess.TimeoutExpired:
                return -1
        return done.returncode


def baseline(tree: Tree, tests: list[str]) -> dict[str, str]:
    """The tests that fail with every guard in place, with how."""
    code, failures, out = tree.run(tests, edit=None, env={})
    broken = {one["test"]: f"{one['kinds'][0]}: {one['said']} ({one['at']})" for one in failures}
    if code not in (0, 1) and not broken:
        sys.exit(f"The tests do not start with every guard in place:\n{out[-3000:]}")
    return broken


def run_all(chosen: list[Removal], trees: list[Tree], broken: dict[str, str]) -> list[tuple[Removal, dict[str, str]]]:
    waiting: queue.SimpleQueue[Removal] = queue.SimpleQueue()
    for one in chosen:
        waiting.put(one)
    commit = _commit()
    outcomes: list[tuple[Removal, dict[str, str]]] = []

    def work(tree: Tree) -> None:
        while True:
            try:
                one = waiting.get_nowait()
            except queue.Empty:
                return
            began = time.monotonic()
            told = try_one(one, tree, broken)
            if "test" in told:
                told = {
                    "feature": one.row,
                    "removal": one.rule,
                    **told,
                    "date": datetime.now(UTC).date().isoformat(),
                    "commit": commit,
                    "of": one.seal,
                }
            outcomes.append((one, told))
            took = f"[{time.monotonic() - began:.0f} s]"
            if "test" in told:
                print(f"seen      {one.name} {took}\n            {told['test']}\n            {told['how']}", flush=True)
            else:
                print(f"NOT SEEN  {one.name} {took}: {told['why']}", flush=True)

    workers = [threading.Thread(target=work, args=[tree]) for tree in trees]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return outcomes


def try_one(one: Removal, tree: Tree, broken: dict[str, str]) -> dict[str, str]:
    """Take one guard out, run its tests, put it back. {"test", "how"} when seen, {"why"} when not."""
    tests = [test for test in one.tests if not any(name == test or name.startswith(f"{test}[") for name in broken)]
    if not tests:
        return {"why": "its tests fail with the guard in place"}
    text = (tree.folder / one.file).read_text()
    if text.count(one.old) != 1:
        return {"why": f"its text stands {text.count(one.old)} times in {one.file}"}
    edit = (one.file, text, text if one.sql else text.replace(one.old, one.new))
    try:
        with _without(one, tree.env) as without:
            told = _judged(one, *tree.run(tests, edit=edit, env=without))
            if "test" not in told and tree.loaded is not None:
                told = _judged(one, *tree.run(tests, edit=edit, env=without, cold=True))
    except psycopg.Error as error:
        return {"why": f"{one.sql}: {error}"}
    return told


def _judged(one: Removal, code: int, failures: list[dict[str, Any]], out: str) -> dict[str, str]:
    for failure in failures:
        if failure["when"] == "call" and set(failure["kinds"]) & {*COUNTS, *one.by}:
            return {"test": failure["test"], "how": f"{failure['kinds'][0]}: {failure['said']} ({failure['at']})"}
    if failures:
        first = failures[0]
        return {"why": f"{first['kinds'][0]} in {first['when']} does not count: {first['said']} ({first['at']})"}
    if code == -1:
        return {"why": f"no end after {PATIENCE} s"}
    return {"why": "no test failed" if code == 0 else f"pytest ended with {code}: {out[-400:]}"}


@contextlib.contextmanager
def _without(one: Removal, env: dict[str, str]) -> Iterator[dict[str, str]]:
    """What a run needs in its environment to meet databases, with and without the cast, whose guard is gone."""
    if not one.sql:
        yield {}
        return
    from config import embedded
    from tests import servers

    run = f"{env['SAFE_TEST_RUN']}{env['PYTEST_XDIST_WORKER']}{one.seal}"
    made = {"safe_template": servers.template(), "safe_cast": env["SAFE_CAST_TEMPLATE"]}
    try:
        for kind, template in made.items():
            name = servers.create_copy(f"{kind}_{run}", of=template)
            with psycopg.connect(embedded.with_database(env["DATABASE_OWNER_URL"], name), autocommit=True) as inside:
                inside.execute(one.sql.encode())
        yield {"SAFE_TEST_RUN": run, "SAFE_CAST_TEMPLATE": f"safe_cast_{run}"}
    finally:
        for kind in made:
            servers.drop(f"{kind}_{run}")


def _commit() -> str:
    """The commit that was tried, with a + where the tree had more than that."""
    head = subprocess.run(
        ["git", "rev-parse", "--short=10", "HEAD"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.strip()
    changed = subprocess.run(
        ["git", "status", "--porcelain", "--", ".", ":!tests/removals/seen.json", ":!docs/features.md"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    return f"{head}+" if changed else head


if __name__ == "__main__":
    sys.exit(main())
