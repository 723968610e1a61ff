"""Starting and stopping the embedded PostgreSQL and Redis (servers.py).

Used only where DATABASE_URL / REDIS_URL are not given.

Who stops them? Not the process that started them: that one may be killed. Each server has a **keeper**, a
small process in a session of its own, and everybody who uses the server holds a shared lock on its *lease*
file. The keeper waits for the exclusive lock. The kernel drops a lock with the process that held it, also
at SIGKILL, so when the last user is gone, however it went, the keeper gets the lock, stops the server and
ends. Should the keeper itself be killed, Linux stops the server at once (PR_SET_PDEATHSIG); elsewhere the
next start finds the orphan by its pid file and stops it first.

Nothing here imports Django: settings.py asks this module for addresses.
"""

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from config.processes import NotStarted, check_folder
from config.servers import (
    APP,
    DATABASE,
    OWNER,
    ROOT,
    START_PATIENCE,
    STOP_PATIENCE,
    Postgres,
    Redis,
    Server,
    home_of,
    short_home_of,
    socket_folder,
    var,
)

KINDS = ("postgres", "redis")

_leases: dict[tuple[str, Path], int] = {}


def addresses(where: Path | None = None) -> dict[str, str]:
    """The addresses of the embedded servers. Only computes them: starts nothing, touches nothing.

    The socket folder stands in the query (`?host=`): as a host part it would be folded to lower case.
    """
    where = (where or var()).resolve()
    folder = quote(str(socket_folder(where, "postgres")), safe="/")
    redis = quote(str(socket_folder(where, "redis") / "redis.sock"), safe="/")
    return {
        "DATABASE_URL": f"postgresql://{APP}@/{DATABASE}?host={folder}",
        "DATABASE_OWNER_URL": f"postgresql://{OWNER}@/{DATABASE}?host={folder}",
        "REDIS_URL": f"unix://{redis}?db=0",
        "CELERY_BROKER_URL": f"redis+socket://{redis}?virtual_host=0",  # how Celery spells the same place
    }


def redis_url(url: str, database: int) -> str:
    """A Redis address with another of its numbered databases, as redis-py spells it."""
    if url.startswith(("redis+socket:", "unix:")):
        return f"unix://{urlsplit(url).path}?db={database}"
    return urlsplit(url)._replace(path=f"/{database}").geturl()


def broker_url(url: str, database: int) -> str:
    """The same as Celery spells it (a socket differs)."""
    if url.startswith(("redis+socket:", "unix:")):
        return f"redis+socket://{urlsplit(url).path}?virtual_host={database}"
    return urlsplit(url)._replace(path=f"/{database}").geturl()


def with_database(url: str, name: str) -> str:
    """The same PostgreSQL address with another database."""
    # Not geturl(): it drops the empty host of a socket address, and with it the `//`.
    parts = urlsplit(url)
    query = f"?{urlencode(parse_qsl(parts.query), safe='/')}" if parts.query else ""
    return f"{parts.scheme}://{parts.netloc}/{name}{query}"


def server(kind: str, where: Path, throwaway: bool = False) -> Server:
    """The server of this kind for the project whose `var` is `where`."""
    return {"postgres": Postgres, "redis": Redis}[kind](where, throwaway)


# -- the keeper -------------------------------------------------------------------------------------


def _lock(path: Path, how: int, patience: float = 0.0) -> int | None:
    """Lock `path` (fcntl.LOCK_SH or LOCK_EX); None when it is still held by others after `patience` seconds.

    The returned descriptor is the lock: closing it, or dying, lets go.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    deadline = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(descriptor, how | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                os.close(descriptor)
                return None
            time.sleep(0.05)
        else:
            return descriptor


def _kept(kind: str, where: Path) -> bool:
    """True while a keeper of this kind lives: it holds its lock for as long."""
    path = where / "locks" / f"{kind}.keeper"
    if not path.exists():
        return False
    descriptor = _lock(path, fcntl.LOCK_SH)  # shared: two who ask at once must not take each other for a keeper
    if descriptor is None:
        return True
    os.close(descriptor)
    return False


def keep(kind: str, where: Path, throwaway: bool) -> None:
    """Run a server until nobody uses it any more. Becomes a process of its own; returns when it is ready.

    The first process waits until the server answers (or says on standard error, in one sentence, why it
    cannot) and ends; the second, in a session of its own so that no terminal can take it along, stays.
    """
    reading, writing = os.pipe()
    if os.fork():
        os.close(writing)
        with os.fdopen(reading, "rb") as ready:
            said = ready.read().decode(errors="replace")
        if said != "ready":
            sys.stderr.write(said or f"The keeper of the embedded {kind} ended before it was ready.")
        os._exit(0 if said == "ready" else 1)
    os.close(reading)
    os.setsid()
    os.chdir("/")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    stopping = False

    def stop_now(_signal: int, _frame: object) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop_now)
    signal.signal(signal.SIGINT, stop_now)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    subject = server(kind, where, throwaway)
    try:
        held = _lock(subject.locks / f"{kind}.keeper", fcntl.LOCK_EX, STOP_PATIENCE)
        if held is None:
            raise NotStarted(f"The embedded {kind} is already being started: try again.")
        (subject.locks / f"{kind}.pid").write_text(str(os.getpid()))
        subject.prepare()
        subject.launch()
        subject.settle()
    except (NotStarted, OSError) as error:
        subject.stop()
        with contextlib.suppress(OSError):  # whoever started us may be gone
            os.write(writing, str(error).encode())
        os._exit(1)
    with contextlib.suppress(OSError):  # gone as well: nobody holds the lease, so the loop below ends at once
        os.write(writing, b"ready")
    os.close(writing)
    lease = None
    while not stopping and lease is None and subject.process is not None and subject.process.poll() is None:
        time.sleep(0.2)
        lease = _lock(subject.locks / f"{kind}.lease", fcntl.LOCK_EX)
    subject.stop()
    (subject.locks / f"{kind}.pid").unlink(missing_ok=True)
    if throwaway:
        shutil.rmtree(subject.home, ignore_errors=True)
        if not any((where / other).exists() for other in KINDS):
            shutil.rmtree(where, ignore_errors=True)
    os._exit(0)


# -- using them -------------------------------------------------------------------------------------


def needed() -> tuple[str, ...]:
    """The kinds for which the environment names no server."""
    given = {"postgres": "DATABASE_URL", "redis": "REDIS_URL"}
    return tuple(kind for kind in KINDS if not os.environ.get(given[kind]))


def start(kinds: Sequence[str] = KINDS, where: Path | None = None, *, throwaway: bool = False) -> None:
    """Have the servers running for as long as this process lives, or until `stop`.

    Finds those that run already. Raises NotStarted, with one sentence, where that is not possible.
    `throwaway`: for tests; no durability, and its folder goes with the last user.
    """
    where = (where or var()).resolve()
    check_folder(where / "locks")
    if os.geteuid() == 0:  # a strict umask would lock the servers' user out of its own folders
        where.chmod(where.stat().st_mode | 0o711)
    for kind in kinds:
        if (kind, where) in _leases:
            continue
        try:
            lease = _lock(where / "locks" / f"{kind}.lease", fcntl.LOCK_SH, STOP_PATIENCE * 2)
            gate = _lock(where / "locks" / f"{kind}.starting", fcntl.LOCK_EX, START_PATIENCE)
        except OSError as error:
            raise NotStarted(
                f"{where / 'locks'} cannot be used ({error.strerror}): its files belong to another user; "
                f"remove {where} or name another place with VAR_DIR=."
            ) from None
        if lease is None or gate is None:
            raise NotStarted(f"The embedded {kind} is neither up nor down: end the processes that use {where}.")
        try:
            if not _kept(kind, where):
                _start_keeper(kind, where, throwaway)
        except BaseException:
            os.close(lease)
            raise
        finally:
            os.close(gate)
        _leases[kind, where] = lease


def _start_keeper(kind: str, where: Path, throwaway: bool) -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "config.embedded",
            "keep",
            kind,
            str(where),
            "throwaway" if throwaway else "lasting",
        ],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise NotStarted((done.stderr.strip().splitlines() or [f"The embedded {kind} did not start."])[-1])


def running(kinds: Sequence[str] = KINDS, where: Path | None = None) -> bool:
    """True when all the servers of these kinds run now, whoever started them."""
    where = (where or var()).resolve()
    return all(_kept(kind, where) and server(kind, where).answers() for kind in kinds)


def stop(kinds: Sequence[str] = KINDS, where: Path | None = None) -> None:
    """Let go of the servers and, where nobody else uses them, wait until they are down."""
    where = (where or var()).resolve()
    for kind in kinds:
        lease = _leases.pop((kind, where), None)
        if lease is not None:
            os.close(lease)
    deadline = time.monotonic() + STOP_PATIENCE * 2
    for kind in kinds:
        while _kept(kind, where) and not _used(kind, where) and time.monotonic() < deadline:
            time.sleep(0.05)


def _used(kind: str, where: Path) -> bool:
    """True while somebody holds a lease; a keeper that is stopping its server is nobody."""
    path = where / "locks" / f"{kind}.lease"
    shared = _lock(path, fcntl.LOCK_SH) if path.exists() else None
    if shared is None:
        return False
    try:
        fcntl.flock(shared, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(shared)
    return False


def halt(where: Path | None = None) -> None:
    """Stop the servers now, whoever uses them (`make clean`)."""
    where = (where or var()).resolve()
    for kind in KINDS:
        with contextlib.suppress(OSError, ValueError):
            if _kept(kind, where):
                os.kill(int((where / "locks" / f"{kind}.pid").read_text()), signal.SIGTERM)
        deadline = time.monotonic() + STOP_PATIENCE * 2
        while _kept(kind, where) and time.monotonic() < deadline:
            time.sleep(0.05)


def clean() -> None:
    """Stop the servers and remove what of theirs lies outside `var/` (`make clean` removes the rest)."""
    where = var()
    halt(where)
    for folder in (home_of(where), short_home_of(where)):
        if folder != where:  # that one holds more than ours; and a link in /tmp is not followed (rmtree refuses it)
            shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def servers(
    kinds: Sequence[str] | None = None, where: Path | None = None, *, throwaway: bool = False
) -> Iterator[dict[str, str]]:
    """The embedded servers that the environment does not name, for the length of a `with` block."""
    kinds = needed() if kinds is None else kinds
    start(kinds, where, throwaway=throwaway)
    try:
        yield addresses(where)
    finally:
        stop(kinds, where)


if __name__ == "__main__":
    if sys.argv[1:2] == ["keep"]:
        keep(sys.argv[2], Path(sys.argv[3]), sys.argv[4] == "throwaway")
    elif sys.argv[1:2] == ["clean"]:
        clean()
    else:
        sys.exit("usage: python -m config.embedded clean")
