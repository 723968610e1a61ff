"""Take guards out, one at a time, and see that a test fails: `python -m tests.removals [F36 ...] [--new] [--cold]`.

Works on a copy of the tree in a temporary folder; of the working tree only seen.json is written. One PostgreSQL and
Redis and one migrated template for all (tests/servers.py). A test that failed without its guard is also run with every
guard in place: one that fails anyway shows nothing.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from tests.removals import table
from tests.removals.table import ROOT, Removal

#: How a test may fail to count: it compared, or it waited for a refusal that did not come.
COUNTS = ("AssertionError", "Failed")
PATIENCE = 300
QUIET = ("-q", "-n0", "--tb=short", "--show-capture=no", "-p", "no:cacheprovider")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.removals", description=__doc__.splitlines()[0])
    parser.add_argument(
        "rows", nargs="*", help="rows of features.md, or parts of names, in the order wanted; all when none"
    )
    parser.add_argument("--new", action="store_true", help="only those not seen yet")
    parser.add_argument("--cold", action="store_true", help="a new pytest process for each, also where not needed")
    asked = parser.parse_args()
    chosen = [one for one in table.table() if not asked.rows or _is_asked(one, asked.rows)]
    if asked.new:
        chosen = [one for one in chosen if one.name not in table.seen()]
    chosen.sort(key=lambda one: next((place for place, row in enumerate(asked.rows) if _is_asked(one, [row])), 0))
    if not chosen:
        print("No removal to try.")
        return 0 if asked.new else 2
    missed: list[tuple[Removal, str]] = []
    broken: dict[str, str] = {}
    commit = _commit()
    with _tree() as folder:
        for one, told in _outcomes(chosen, folder, _servers(), broken, cold=asked.cold):
            if "test" in told:
                print(f"seen      {one.name}\n            {told['test']}\n            {told['how']}", flush=True)
                of = {"date": datetime.now(UTC).date().isoformat(), "commit": commit, "of": one.seal}
                table.note({one.name: {"feature": one.row, "removal": one.rule, **told, **of}})
            else:
                print(f"NOT SEEN  {one.name}: {told['why']}", flush=True)
                missed.append((one, told["why"]))
    for test, how in sorted(broken.items()):
        print(f"FAILS WITH EVERY GUARD IN PLACE  {test}: {how}")
    print(f"\n{len(chosen) - len(missed)} of {len(chosen)} guards: a test failed when it was taken out.")
    for one, why in missed:
        print(f"  not seen: {one.name}: {why}")
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
    # As an xdist worker a run leaves the template standing.
    return dict(os.environ) | {"SAFE_CAST_TEMPLATE": with_cast, "PYTEST_XDIST_WORKER": "gw0"}


@contextlib.contextmanager
def _tree() -> Iterator[Path]:
    """A copy of every file that git knows or would know, in a folder that goes away."""
    folder = Path(tempfile.mkdtemp(prefix="safe-removals-")).resolve()
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    try:
        for name in filter(None, names):
            if (ROOT / name).is_file():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, folder / name)
        # A copy: a pack loads what lies in its own folder, and a link would lead out of it.
        if (ROOT / "static/build").exists():
            shutil.copytree(ROOT / "static/build", folder / "static/build")
        for made in ("node_modules", ".venv"):
            if (ROOT / made).exists() and not (folder / made).exists():
                (folder / made).symlink_to((ROOT / made).resolve())
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _outcomes(
    chosen: list[Removal], folder: Path, env: dict[str, str], broken: dict[str, str], *, cold: bool
) -> Iterator[tuple[Removal, dict[str, str]]]:
    """Each removal with {"test", "how"} when seen, {"why"} when not; as they come."""
    left = []
    for one in chosen:
        times = (folder / one.file).read_text().count(one.old)
        if times == 1:
            left.append(one)
        else:
            yield one, {"why": f"its text stands {times} times in {one.file}"}
    by_name = {one.name: one for one in left}
    for said in _session([] if cold else [one for one in left if not one.sql], folder, env):
        if said["kind"] == "broken":
            broken[said["test"]] = f"{said['kinds'][0]}: {said['said']} ({said['at']})"
        elif said["kind"] == "tried":
            one = by_name[said["name"]]
            told = _judged(one, said["failures"], "no test failed")
            if "test" in told:
                left.remove(one)
                yield one, told
    whole: dict[str, bool] = {}
    for one in left:
        told = _cold(one, one.tests, folder, env)
        if (test := told.get("test")) and test not in whole:
            whole[test] = not _pytest([test], folder, env)[0]
        yield one, told if not test or whole[test] else {"why": f"{test} fails with every guard in place"}


def _session(tried: list[Removal], folder: Path, env: dict[str, str]) -> Iterator[dict[str, Any]]:
    """One pytest session (warm.py) over the removals that it can do; what it says, as it goes."""
    asked, said = folder / "removals-asked.json", folder / "removals-said.jsonl"
    texts = {one: (folder / one.file).read_text() for one in tried}
    asked.write_text(
        json.dumps(
            [
                {
                    "name": one.name,
                    "file": one.file,
                    "tests": one.tests,
                    "old": text,
                    "new": text.replace(one.old, one.new),
                }
                for one, text in texts.items()
            ]
        )
    )
    tests = sorted({test for one in tried for test in one.tests})
    if not tests:
        return
    said.touch()
    out = folder / "removals-out.txt"
    with out.open("w") as printed, said.open() as lines:
        running = subprocess.Popen(
            [sys.executable, "-m", "pytest", *QUIET, "-p", "tests.removals.warm", *tests],
            cwd=folder,
            env=env | {"REMOVALS_ASKED": str(asked), "REMOVALS_SAID": str(said)},
            stdout=printed,
            stderr=printed,
        )
        over = False
        while not over:
            over = running.poll() is not None
            while line := lines.readline():
                yield json.loads(line)
            time.sleep(0 if over else 0.2)
    # 5 is what pytest says when no test was *reported*: this session runs them without.
    if running.returncode not in (0, 1, 5):
        sys.exit(f"The tests do not start with every guard in place:\n{out.read_text()[-3000:]}")


def _cold(one: Removal, tests: Sequence[str], folder: Path, env: dict[str, str]) -> dict[str, str]:
    """A pytest process of its own over a tree, or a database, without the guard."""
    path = folder / one.file
    text = path.read_text()
    try:
        with _database_without(one, env) as without:
            if not one.sql:
                path.write_text(text.replace(one.old, one.new))
            code, failures, printed = _pytest(tests, folder, without)
    except psycopg.Error as error:
        return {"why": f"{one.sql}: {error}"}
    except subprocess.TimeoutExpired:
        return {"why": f"no end after {PATIENCE} s"}
    finally:
        path.write_text(text)
    return _judged(one, failures, "no test failed" if code == 0 else f"pytest ended with {code}: {printed[-300:]}")


def _pytest(tests: Sequence[str], folder: Path, env: dict[str, str]) -> tuple[int, list[dict[str, Any]], str]:
    """One process over some tests, the first failure ending it: its exit code, how it failed, what it printed."""
    told = folder / "removals-told.jsonl"
    told.unlink(missing_ok=True)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *QUIET, "-x", "-p", "tests.removals.watch", *tests],
        cwd=folder,
        env=env | {"REMOVALS_TOLD": str(told)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    failures = [json.loads(line) for line in told.read_text().splitlines()] if told.exists() else []
    return done.returncode, failures, done.stdout


@contextlib.contextmanager
def _database_without(one: Removal, env: dict[str, str]) -> Iterator[dict[str, str]]:
    """The environment of a run that meets databases, with and without the cast, whose guard is gone."""
    if not one.sql:
        yield env
        return
    from config import embedded
    from tests import servers

    run = f"{env['SAFE_TEST_RUN']}n{one.seal}"
    made = {"safe_template": servers.template(), "safe_cast": env["SAFE_CAST_TEMPLATE"]}
    try:
        for kind, template in made.items():
            name = servers.create_copy(f"{kind}_{run}", of=template)
            with psycopg.connect(embedded.with_database(env["DATABASE_OWNER_URL"], name), autocommit=True) as inside:
                inside.execute(one.sql.encode())
        yield env | {"SAFE_TEST_RUN": run, "SAFE_CAST_TEMPLATE": f"safe_cast_{run}"}
    finally:
        for kind in made:
            servers.drop(f"{kind}_{run}")


def _judged(one: Removal, failures: list[dict[str, Any]], quiet: str) -> dict[str, str]:
    """Whether one of the failures counts: in the test itself, and by a comparison or a refusal that did not come."""
    for found in failures:
        if found["when"] == "call" and set(found["kinds"]) & {*COUNTS, *one.by}:
            return {"test": found["test"], "how": f"{found['kinds'][0]}: {found['said']} ({found['at']})"}
    if failures:
        first = failures[0]
        return {"why": f"{first['kinds'][0]} in {first['when']} does not count: {first['said']} ({first['at']})"}
    return {"why": quiet}


def _commit() -> str:
    """The commit that was tried, with a + where the tree held more than that."""
    told = subprocess.run(
        ["git", "rev-parse", "--short=10", "HEAD"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    besides = ["git", "status", "--porcelain", "--", ".", ":!tests/removals/seen.json", ":!docs/features.md"]
    changed = subprocess.run(besides, cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()
    return f"{told.stdout.strip()}{'+' if changed else ''}"


if __name__ == "__main__":
    sys.exit(main())
