"""The embedded PostgreSQL and Redis: they start, they stop, and nothing that is killed leaves them behind."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from config import embedded, servers
from config.processes import NotStarted
from tests.product import wait_for

ROOT = Path(__file__).resolve().parent.parent.parent
USER = "import sys, time\nfrom config import embedded\nembedded.start(where=__import__('pathlib').Path(sys.argv[1]))\nprint('up', flush=True)\ntime.sleep(600)\n"


@pytest.fixture
def var() -> Iterator[Path]:
    """A `var/` of the test's own, reachable for the user the servers run as, and emptied of servers at the end."""
    folder = Path(tempfile.mkdtemp(prefix="safe-start-"))
    folder.chmod(0o755)
    yield folder
    embedded.stop(where=folder)
    embedded.halt(folder)
    shutil.rmtree(folder)


def processes_of(folder: Path) -> list[psutil.Process]:
    """Every living process that has `folder` in its command line: keepers and servers."""
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        if process.info["status"] != psutil.STATUS_ZOMBIE and any(
            str(folder) in a for a in process.info["cmdline"] or []
        ):
            found.append(process)
    return found


def start_user(folder: Path) -> "subprocess.Popen[str]":
    """Another process that uses the servers of `folder`."""
    user = subprocess.Popen([sys.executable, "-c", USER, str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert user.stdout is not None
    assert user.stdout.readline() == "up\n"
    return user


def kill(user: "subprocess.Popen[str]") -> None:
    user.kill()
    user.wait()
    assert user.stdout is not None
    user.stdout.close()


def redis_of(addresses: dict[str, str]) -> "redis.Redis":
    return redis.Redis.from_url(addresses["REDIS_URL"])


def test_a_second_start_finds_what_the_first_one_kept(var: Path) -> None:
    with embedded.servers(embedded.KINDS, var) as addresses:
        with psycopg.connect(addresses["DATABASE_OWNER_URL"]) as owner:
            owner.execute("CREATE TABLE kept (words text)")
            owner.execute("INSERT INTO kept VALUES ('still here')")
        with redis_of(addresses) as queue:
            queue.set("task", "waiting")
    assert not embedded.running(where=var)
    assert processes_of(var) == []
    with embedded.servers(embedded.KINDS, var) as addresses:
        with psycopg.connect(addresses["DATABASE_URL"]) as app:
            assert app.execute("SELECT words FROM kept").fetchall() == [("still here",)]
        with redis_of(addresses) as queue:
            assert queue.get("task") == b"waiting", "a second start finds the queue that the first one kept"


@pytest.mark.parametrize("victim", ["redis-server", "config.embedded"])
def test_the_queue_outlives_a_killed_redis_and_a_killed_keeper(var: Path, victim: str) -> None:
    with embedded.servers(("redis",), var) as addresses, redis_of(addresses) as queue:
        queue.rpush("packs", "one", "two")
        time.sleep(1.5)  # the log goes to disk every second; a killed process keeps what it wrote anyway
        for process in processes_of(var):
            if any(victim in part for part in process.cmdline()):
                process.kill()
        wait_for(lambda: not embedded.running(("redis",), var), 15, "the servers to be gone")
    # At once, while the last one may still be ending: nothing may be half-read.
    with embedded.servers(("redis",), var) as addresses, redis_of(addresses) as queue:
        assert queue.lrange("packs", 0, -1) == [b"one", b"two"]


def test_an_orphan_is_gone_before_the_next_redis_touches_its_files(var: Path) -> None:
    orphan, following = servers.Redis(var), servers.Redis(var)
    orphan.prepare()
    orphan.launch()
    try:
        following.prepare()
        assert orphan.process is not None
        assert orphan.process.wait(10) == 0, "it ended by itself, after its last write"
    finally:
        orphan.stop()


def test_a_queue_nobody_can_read_is_put_aside_and_the_product_starts(var: Path) -> None:
    with embedded.servers(("redis",), var) as addresses, redis_of(addresses) as queue:
        queue.set("task", "waiting")
    for path in (var / "redis" / "appendonlydir").iterdir():
        path.write_bytes(b"not a log of Redis\n")
    with embedded.servers(("redis",), var) as addresses, redis_of(addresses) as queue:
        assert queue.get("task") is None
    assert list((var / "redis").glob("unreadable-*/appendonlydir")), "what could not be read is kept for a person"


def test_servers_outlive_neither_a_killed_user_nor_leave_while_another_uses_them(var: Path) -> None:
    first, second = start_user(var), start_user(var)
    try:
        kill(first)
        time.sleep(1)
        assert embedded.running(where=var), "the second user was robbed of its servers"
    finally:
        kill(second)
    wait_for(lambda: not processes_of(var), 15, "keepers and servers to end")
    assert not list(var.glob("*/socket/*")), "a socket was left behind"


@pytest.mark.skipif(sys.platform != "linux", reason="PR_SET_PDEATHSIG is Linux; elsewhere the next start clears up")
def test_servers_do_not_outlive_a_killed_keeper(var: Path) -> None:
    user = start_user(var)
    try:
        for process in processes_of(var):
            if "config.embedded" in process.cmdline():
                process.kill()
        wait_for(lambda: not [p for p in processes_of(var) if p.pid != user.pid], 15, "orphaned servers to end")
        # And the next one starts as if nothing had been.
        with embedded.servers(embedded.KINDS, var):
            assert embedded.running(where=var)
    finally:
        kill(user)


def test_a_pid_file_of_a_machine_that_died_is_no_obstacle(var: Path) -> None:
    with embedded.servers(("postgres",), var):
        pass
    # After a power cut the file names a process number that by now may be any other program's of that user.
    pid_file = var / "postgres" / "data" / "postmaster.pid"
    other = subprocess.Popen(["sleep", "600"], user=pid_file.parent.stat().st_uid)
    try:
        pid_file.write_text(f"{other.pid}\n{pid_file.parent}\n1\n5432\n\n\n\nready\n")
        with embedded.servers(("postgres",), var):
            assert embedded.running(("postgres",), var)
        assert other.poll() is None, "it was ended, though no server of ours"
    finally:
        other.kill()
        other.wait()


def test_a_folder_that_cannot_be_used_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(NotStarted) as refusal:
        embedded.start(where=tmp_path / "file" / "var")
    assert "VAR_DIR" in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_long_and_capitalised_paths_still_give_addresses_that_work() -> None:
    tmp = Path(tempfile.gettempdir())
    short = tmp / "Safe Start" / "VAR"
    for folder in (short, tmp / ("Deep-" + "x" * 90) / "Var"):
        socket = servers.socket_folder(folder, "postgres") / ".s.PGSQL.5432"
        assert len(os.fsencode(socket)) <= servers.SOCKET_PATH_LIMIT
        address = psycopg.conninfo.conninfo_to_dict(embedded.addresses(folder)["DATABASE_URL"])
        assert address["host"] == str(socket.parent)
        assert address["user"] == "safe_app"
    assert servers.socket_folder(short, "postgres").is_relative_to(short)


def test_nobody_reaches_the_servers_from_the_network_or_from_another_account(var: Path) -> None:
    with embedded.servers(embedded.KINDS, var):
        assert [c for p in processes_of(var) for c in p.net_connections("inet")] == []
        for kind in embedded.KINDS:
            assert servers.socket_folder(var, kind).stat().st_mode & 0o077 == 0


class TestTheAppRole:
    """What the product's own database role may not do (architecture.md "History that stands up")."""

    def test_it_owns_nothing(self, cloned_db: str) -> None:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT current_user, rolsuper, rolcreatedb, rolcreaterole, rolbypassrls FROM pg_roles "
                "WHERE rolname = current_user"
            )
            assert cursor.fetchone() == ("safe_app", False, False, False, False)
            cursor.execute(
                "SELECT relname FROM pg_class WHERE relowner = current_user::regrole "
                "UNION ALL SELECT nspname FROM pg_namespace WHERE nspowner = current_user::regrole "
                "UNION ALL SELECT proname FROM pg_proc WHERE proowner = current_user::regrole "
                "UNION ALL SELECT datname FROM pg_database WHERE datdba = current_user::regrole"
            )
            assert cursor.fetchall() == []
            cursor.execute("SELECT count(*) FROM pg_auth_members WHERE member = current_user::regrole")
            assert cursor.fetchone() == (0,), "the app role must not be a member of the owner role"

    @pytest.mark.parametrize(
        "forbidden",
        [
            "TRUNCATE accounts_user CASCADE",
            "CREATE TABLE mine (id int)",
            "CREATE TEMPORARY TABLE mine (id int)",
            "ALTER TABLE accounts_user DISABLE TRIGGER ALL",
            "DROP TABLE accounts_user",
            "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
            "SET session_replication_role = replica",
            "SET ROLE safe_owner",
            "CREATE DATABASE mine",
        ],
    )
    def test_it_may_not(self, cloned_db: str, forbidden: str) -> None:
        from django.db import connection, utils

        with connection.cursor() as cursor, pytest.raises(utils.Error, match="permission denied|must be owner"):
            cursor.execute(forbidden)


def test_the_signal_that_stops_postgres_is_the_one_that_ends_sessions() -> None:
    assert servers.Postgres.stop_signal == signal.SIGINT
