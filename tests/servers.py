"""PostgreSQL and Redis for one run of the tests, and databases in them.

One embedded pair a run (or the servers that DATABASE_URL, DATABASE_OWNER_URL and REDIS_URL name), started by
the first process, inherited by its xdist workers, ended when the last of them is gone. In it one
*template* database, migrated once as the owner; every other database of the run is a copy of it (0.1 s).
The tests themselves connect as the app role, which owns nothing: what it may not do, no test can do.
"""

import contextlib
import fcntl
import hashlib
import itertools
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dj_database_url
import psycopg
from psycopg import sql

from config import embedded
from config.processes import NotStarted
from config.servers import Postgres, roles_sql

_copies = itertools.count()


def prepare() -> None:
    """Make the environment of this run. Called by tests/settings.py, before Django reads any setting."""
    if "SAFE_TEST_RUN" not in os.environ:
        folder = Path(tempfile.mkdtemp(prefix="safe-tests-", dir=in_memory()))
        folder.chmod(0o755)
        needed = embedded.needed()
        if "postgres" not in needed and not os.environ.get("DATABASE_OWNER_URL"):
            sys.exit("Set DATABASE_OWNER_URL too (a role that may create databases), or unset DATABASE_URL.")
        try:
            embedded.start(needed, folder, throwaway=True)
        except NotStarted as refusal:
            sys.exit(str(refusal))
        own = embedded.addresses(folder)
        if "postgres" in needed:
            os.environ["DATABASE_URL"] = own["DATABASE_URL"]
            os.environ["DATABASE_OWNER_URL"] = own["DATABASE_OWNER_URL"]
        if "redis" in needed:
            os.environ["REDIS_URL"] = own["REDIS_URL"]
        os.environ["SAFE_TEST_RUN"] = f"{os.getpid()}"
        os.environ["VAR_DIR"] = str(folder)
        os.environ["MEDIA_ROOT"] = str(folder / "files")
        os.environ["STATIC_ROOT"] = str(folder / "static")
        (folder / "static").mkdir()
        os.environ.pop("ENVIRONMENT", None)
    # Each xdist worker has a Redis database of its own, or one's cache would be another's surprise.
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    os.environ["REDIS_URL"] = embedded.redis_url(os.environ["REDIS_URL"], worker)
    os.environ["CELERY_BROKER_URL"] = embedded.broker_url(os.environ["REDIS_URL"], worker)


#: What the databases, the files and the static copies of a run may come to, several times over.
ROOM = 4 * 1024**3


def in_memory() -> str | None:
    """A folder in memory for what a run throws away; None where there is none with room (a container's is 64 MB).

    Each copy of a database is a thousand small files: 55 tests that make one each take 41 s there, and 106 s on a disk.
    """
    memory = Path("/dev/shm")  # noqa: S108  (a folder of the run's own is made in it, with a name of its own)
    if not memory.is_dir() or not os.access(memory, os.W_OK) or shutil.disk_usage(memory).free < ROOM:
        return None
    return str(memory)


def template() -> str:
    return f"safe_template_{os.environ['SAFE_TEST_RUN']}"


def owner() -> "psycopg.Connection[Any]":
    """A connection to the server as the owner role, for making and dropping databases."""
    url = os.environ["DATABASE_OWNER_URL"]
    return psycopg.connect(embedded.with_database(url, "postgres"), autocommit=True)


def point_at(name: str, url_variable: str = "DATABASE_URL") -> None:
    """Have Django's default connection, in every thread, go to another database of the run."""
    from django.contrib.contenttypes.models import ContentType
    from django.db import connections

    connections["default"].close()
    parsed = dj_database_url.parse(embedded.with_database(os.environ[url_variable], name))
    # The dictionary is shared by the connections of all threads.
    for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS"):
        connections.settings["default"][key] = parsed.get(key, "")
    connections["default"].settings_dict.update(connections.settings["default"])
    ContentType.objects.clear_cache()


def make_template() -> None:
    """Migrate the template, unless another worker of this run has done so."""
    from django.core.management import call_command
    from django.db import connections

    with (Path(os.environ["VAR_DIR"]) / "template.lock").open("w") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        name = template()
        with owner() as server:
            if server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                return
            unfinished = f"{name}_unfinished"
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(unfinished)))
            kept = kept_dump()
            # The dump holds every right as it was. With roles.sql run first, its default privileges would give
            # the app role on each restored table what the triggers' installer had taken away.
            if kept is None or not restore(kept, unfinished):
                with psycopg.connect(
                    embedded.with_database(os.environ["DATABASE_OWNER_URL"], unfinished), autocommit=True
                ) as inside:
                    inside.execute(roles_sql().encode())
                point_at(unfinished, "DATABASE_OWNER_URL")
                call_command("migrate", verbosity=0, interactive=False)
                connections["default"].close()
                if kept is not None:
                    dump(unfinished, kept)
            server.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(unfinished), sql.Identifier(name))
            )


def programs() -> Path:
    """The PostgreSQL programs of the run's embedded server."""
    return Postgres(Path(os.environ["VAR_DIR"])).programs


def kept_dump() -> Path | None:
    """Where the migrated template is kept between runs, or None where there is no pg_dump of the right version.

    The name is a hash of everything that decides what `migrate` makes, so a changed migration, trigger or role
    is never met by an old dump. Migrating from nothing takes half a minute; reading the dump a second or two.
    """
    if not (programs() / "pg_dump").exists():
        return None
    root = Path(__file__).resolve().parent.parent
    decides = sorted(
        [
            *root.glob("*/migrations/*.py"),
            *root.glob("*/apps.py"),
            *root.glob("*/models/*.py"),
            root / "records/ledger_sql.py",
            root / "governance/due_view.py",
            root / "records/history.py",
            root / "accounts/permits.py",
            root / "accounts/roles.py",
            root / "config/roles.sql",
            *root.glob("remediation/library*.py"),
            *root.glob("requirements*.txt"),
        ]
    )
    seal = hashlib.sha256()
    for path in decides:
        if path.exists():
            seal.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    folder = Path(tempfile.gettempdir()) / f"safe-to-practise-templates-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / f"{seal.hexdigest()[:32]}.dump"


def dump(database: str, kept: Path) -> None:
    """Keep a migrated database for the next run; an unfinished file is never taken for a whole one."""
    part = kept.with_suffix(f".{os.getpid()}")
    with part.open("wb") as out:
        subprocess.run(
            [programs() / "pg_dump", "-Fc", "-d", embedded.with_database(os.environ["DATABASE_OWNER_URL"], database)],
            stdout=out,
            check=True,
        )
    part.replace(kept)


def restore(kept: Path, database: str) -> bool:
    """Fill a new database from the kept dump. False where there is none."""
    if not kept.exists():
        return False
    subprocess.run(
        [
            programs() / "pg_restore",
            "--exit-on-error",
            "-d",
            embedded.with_database(os.environ["DATABASE_OWNER_URL"], database),
            kept,
        ],
        check=True,
    )
    return True


def demo() -> str:
    """A second template with the whole demo in it, loaded once a run, by the first worker that asks."""
    from django.core.management import call_command
    from django.db import connections

    name = f"safe_demo_{os.environ['SAFE_TEST_RUN']}"
    before = connections.settings["default"]["NAME"]
    with (Path(os.environ["VAR_DIR"]) / "demo.lock").open("w") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        with owner() as server:
            if server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                return name
        unfinished = create_copy(f"{name}_unfinished")
        point_at(unfinished)
        try:
            call_command("load_demo", verbosity=0)
        finally:
            connections.close_all()
            point_at(before)
        with owner() as server:
            server.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(unfinished), sql.Identifier(name))
            )
    return name


def create_copy(name: str | None = None, *, of: str | None = None) -> str:
    """A new database like the template (or like `of`); returns its name."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    name = name or f"safe_{os.environ['SAFE_TEST_RUN']}_{worker}_{next(_copies)}"
    with owner() as server:
        server.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(of or template()))
        )
        # A copy has the template's tables and rights, but the rights on the database itself start anew.
        server.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))
        server.execute(
            sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(
                sql.Identifier(name),
                sql.Identifier(dj_database_url.parse(os.environ["DATABASE_URL"])["USER"]),
            )
        )
    return name


def drop(name: str) -> None:
    """Drop a database of the run. A superuser's session that a test has just ended may take a moment to be gone,
    and the owner may not end it: waited for, up to 20 seconds."""
    until = time.monotonic() + 20
    while True:
        try:
            with owner() as server:
                server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        except (psycopg.errors.InsufficientPrivilege, psycopg.errors.ObjectInUse):
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return


@contextlib.contextmanager
def copy(like: str | None = None) -> Iterator[str]:
    """A copy of the template (or of `like`) for a `with` block, Django pointed at it, commits allowed."""
    from django.db import connections

    before = connections.settings["default"]["NAME"]
    name = create_copy(of=like)
    point_at(name)
    try:
        yield name
    finally:
        connections.close_all()
        point_at(before)
        drop(name)
