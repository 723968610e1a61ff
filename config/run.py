"""`make run`: the whole product in one terminal.

Servers (embedded where none are named), migration, demo data, then web, two workers, beat and the mail
catcher under honcho. Ctrl-C ends all of it. So does a killed terminal, `kill -9` of this process or of the
`make` above it: each service has a guardian, the small process honcho puts between itself and the service,
which ends the service's whole process group as soon as this process is gone.
"""

import contextlib
import functools
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from honcho.manager import Manager
from honcho.printer import Printer
from honcho.process import Popen, Process

from config import embedded
from config.processes import NotStarted, check_folder, check_port, dies_with_parent, end_group, free_port
from config.servers import ROOT, var

LOOPBACK = {"localhost", "127.0.0.1", "::1"}
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PATIENCE = 5.0  # seconds a service has to end when nobody is left to wait for it


class Guardian(Process):  # type: ignore[misc]  # honcho has no types
    """honcho's process, which outlives honcho just long enough to end the service."""

    def run(self, events: Any = None, ignore_signals: bool = False) -> None:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # a closing terminal: first the service, then we
        for number in (signal.SIGINT, signal.SIGTERM):  # the same; what is ignored the service would ignore too
            signal.signal(number, lambda *_: None)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDINGS)  # and what is blocked it would inherit blocked
        if self.name != "web":
            os.nice(5)  # the pages come up first, and stay quick while a pack is made
        # And should this guardian itself be killed, Linux tells the service.
        self._child_ctor = functools.partial(Popen, shell=False, preexec_fn=dies_with_parent())
        threading.Thread(target=self.watch, daemon=True).start()
        super().run(events, ignore_signals)

    def watch(self) -> None:
        supervisor = multiprocessing.parent_process()
        if supervisor is None:
            return
        supervisor.join()
        if self._child is not None:
            end_group(self._child, PATIENCE)
        os._exit(1)


class Terminal(Printer):  # type: ignore[misc]  # honcho has no types
    """honcho's printer, for a terminal that may be closed under it."""

    def write(self, message: Any) -> None:
        try:
            super().write(message)
        except OSError:  # the terminal is gone: end as if it had said so
            self.output = open(os.devnull, "w")  # noqa: SIM115 (lives as long as the process)
            os.kill(os.getpid(), signal.SIGTERM)


class Supervisor(Manager):  # type: ignore[misc]  # honcho has no types
    """honcho's manager, with guardians, which also ends when whoever started it is gone."""

    def __init__(self, parent: int) -> None:
        super().__init__(Terminal(sys.stdout))
        self._process_ctor = Guardian
        self.parent = parent
        self.wanted: bool | None = None  # an end asked for before all have started; True: by force

    def _start(self) -> None:
        signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
        # An end asked for in here waits until every guardian has been made and ignores it itself.
        signal.pthread_sigmask(signal.SIG_BLOCK, ENDINGS)
        try:
            super()._start()
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDINGS)
        threading.Thread(target=self.watch_parent, daemon=True).start()

    def _killall(self, force: bool = False) -> None:
        """End the services, once each has said its number: honcho knows no other way to reach them."""
        if self._all_started():
            super()._killall(force)
        else:
            self.wanted = force

    def _all_started(self) -> bool:
        for found in self._processes.values():
            if found.get("pid") is None and found["process"].exitcode is not None:
                # Its guardian is gone and said nothing: nobody will ever say that it started or stopped.
                found["pid"], found["returncode"] = found["process"].pid, 1
        started = bool(super()._all_started())
        if started and self.wanted is not None:
            force, self.wanted = self.wanted, None
            super()._killall(force)
        return started

    def watch_parent(self) -> None:
        # `make` killed with -9 tells nobody, but its child is handed to another parent.
        while os.getppid() == self.parent:
            time.sleep(0.5)
        os.kill(os.getpid(), signal.SIGTERM)


def addresses_of_host(host: str) -> list[str]:
    """The names under which a browser may reach a server that listens on `host`."""
    if host in LOOPBACK:
        return []
    if host not in {"0.0.0.0", "::", ""}:  # noqa: S104 (compared, not bound)
        return [host]
    name = socket.gethostname()
    found = [name]
    with contextlib.suppress(OSError):  # a machine that does not know its own name
        found += [str(info[4][0]) for info in socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)]
    return sorted(set(found))


def services(environment: dict[str, str], host: str, port: int, mail: tuple[int, int] | None) -> dict[str, list[str]]:
    """What runs, as commands."""
    python = sys.executable
    celery = [python, "-m", "celery", "-q", "-A", "config.celery", "--skip-checks"]
    quiet = ["--without-mingle", "--without-gossip", "-l", "WARNING"]
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    if environment.get("DEBUG", "").lower() in {"1", "true", "yes", "on"}:
        web = [python, "manage.py", "runserver", address]
    else:
        web = [python, "-m", "gunicorn", "config.wsgi", "--bind", address, "--workers", "2", "--threads", "4"]
        web += ["--preload", "--no-control-socket", "--log-level", "warning"]
    running = {
        "web": web,
        "worker": [*celery, "worker", "-Q", "default", "-n", "worker@%h", "-c", "2", *quiet],
        # One pack a process: rendering gets slower in a process that has rendered (technical-notes.md "PDF").
        "packs": [*celery, "worker", "-Q", "packs", "-n", "packs@%h", "-c", "1", "--max-tasks-per-child", "1", *quiet],
        "beat": [*celery, "beat", "-s", str(var() / "celerybeat-schedule"), "--pidfile=", "-l", "WARNING"],
    }
    if mail:
        running["mail"] = [python, "-m", "config.mailcatcher", "--folder", str(var() / "mail")]
        running["mail"] += ["--smtp-port", str(mail[0]), "--pages-port", str(mail[1])]
    return running


def prepare(environment: dict[str, str]) -> None:
    """Migrate, load the demo, print the sign-ins (prepare.py)."""
    done = subprocess.run(
        [sys.executable, "-m", "config.prepare"],
        cwd=ROOT,
        env=environment,
        check=False,
        preexec_fn=dies_with_parent(),  # noqa: PLW1509 (no threads yet)
    )
    if done.returncode:
        raise NotStarted("The database could not be made ready: what is printed above says why.")


def say(text: str = "") -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def asked_port(environment: dict[str, str], name: str, default: int) -> int:
    """The port a variable asks for, or the default. Raises NotStarted for what is no port."""
    said = environment.get(name) or str(default)
    if not said.isdecimal():
        raise NotStarted(f"{name}={said} is not a number: choose one, for example {name}={default}.")
    port = int(said)
    if not 0 < port < 65536:
        raise NotStarted(f"{name}={port} is not a port: choose a number from 1024 to 65535.")
    return port


def run() -> int:
    """Start everything and wait until it is ended; returns the exit code."""
    parent = os.getppid()  # before the long first start, in which it may be killed
    environment = dict(os.environ)
    host = environment.get("HOST") or "127.0.0.1"
    port = asked_port(environment, "PORT", 8000)
    mail_port = asked_port(environment, "MAIL_PORT", 8025)
    check_port(host, port)
    check_folder(var())
    check_folder(Path(environment.get("MEDIA_ROOT") or var() / "files"))
    check_folder(Path(environment.get("STATIC_ROOT") or var() / "static"))
    environment["PORT"] = str(port)
    environment["PYTHONUNBUFFERED"] = "1"
    if os.geteuid() == 0:  # true, and no use to somebody trying the product on a machine of theirs
        environment.setdefault("PYTHONWARNINGS", "ignore:You're running the worker with superuser")
    names = addresses_of_host(host)
    if names and not environment.get("ALLOWED_HOSTS"):
        environment["ALLOWED_HOSTS"] = ",".join([*sorted(LOOPBACK - {"::1"}), "[::1]", *names])
    mail = None
    if not environment.get("EMAIL_URL"):
        smtp = free_port(wanted=mail_port, other_than=(port,))
        mail = (smtp, free_port(wanted=8026, other_than=(port, smtp)))
        environment["MAIL_PORT"] = str(mail[0])

    with embedded.servers():
        prepare(environment)
        shown = "localhost" if host in LOOPBACK or not names else names[0] if host in names else "localhost"
        if environment.get("ENVIRONMENT") != "production":
            say("\nA developer's machine (ENVIRONMENT is not set): insecure defaults are in use.")
        say(f"Open http://{shown}:{port}/")
        if mail:
            say(f"E-mail is not sent but kept: read it at http://localhost:{mail[1]}/ or in {var() / 'mail'}")
        say("Ctrl-C ends everything.\n")
        supervisor = Supervisor(parent)
        for name, command in services(environment, host, port, mail).items():
            supervisor.add_process(name, command, env=environment, cwd=str(ROOT))
        supervisor.loop()
    # Ctrl-C is how one ends it, not a failure.
    return 0 if supervisor.returncode in {130, 143} else int(supervisor.returncode or 0)


def main() -> None:
    try:
        sys.exit(run())
    except NotStarted as refusal:
        sys.exit(str(refusal))
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
