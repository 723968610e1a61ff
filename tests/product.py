"""The whole product as processes of its own, for journeys and for tests that kill something."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

from config import embedded, mailcatcher
from config.processes import dies_with_parent, end_group, free_port, signal_group

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60.0  # seconds for anything to start on a busy machine


class Mailbox:
    """What the mail catcher holds, oldest first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def messages(self, to: str = "") -> list[EmailMessage]:
        """All messages kept so far, or those to one address."""
        kept = [mailcatcher.read(path) for path in sorted(self.folder.glob("[!.]*.eml"))]
        return [m for m in kept if to.lower() in str(m["X-Envelope-To"]).lower()]

    def text(self, message: EmailMessage) -> str:
        return mailcatcher.text_of(message)

    def wait(self, count: int = 1, to: str = "", patience: float = 30.0) -> list[EmailMessage]:
        """The messages, once there are `count` of them; fails after `patience` seconds."""
        wait_for(lambda: len(self.messages(to)) >= count, patience, f"{count} messages to {to or 'anybody'}")
        return self.messages(to)

    def clear(self) -> None:
        for path in self.folder.glob("*.eml"):
            path.unlink()


def wait_for(holds: Callable[[], object], patience: float = PATIENCE, what: str = "it") -> None:
    """Return as soon as `holds()` is true; fail after `patience` seconds."""
    deadline = time.monotonic() + patience
    while not holds():
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {patience:.0f} s in vain for {what}")
        time.sleep(0.05)


class Product:
    """Web, worker and mail catcher (packs worker and beat if asked) on one database of the test run."""

    def __init__(
        self,
        database: str,
        folder: Path,
        *,
        worker: bool = True,
        packs: bool = False,
        beat: bool = False,
        environment: dict[str, str] | None = None,
    ) -> None:
        self.database_name = database
        self.folder = folder
        self.wanted = ["web", *(["worker"] * worker), *(["packs"] * packs), *(["beat"] * beat)]
        self.mailbox = Mailbox(folder / "mail")
        self.port = free_port()
        self.mail_port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": embedded.with_database(os.environ["DATABASE_URL"], database),
            "DATABASE_OWNER_URL": embedded.with_database(os.environ["DATABASE_OWNER_URL"], database),
            "EMAIL_URL": f"smtp://127.0.0.1:{self.mail_port}",
            "SITE_URL": self.url,
            "PORT": str(self.port),
            "PYTHONUNBUFFERED": "1",
            **(environment or {}),
        }
        python = sys.executable
        celery = [python, "-m", "celery", "-A", "config.celery"]
        worker_options = ["--pool", "prefork", "--without-mingle", "--without-gossip", "-l", "INFO"]
        self.commands = {
            "mail": [python, "-m", "config.mailcatcher"]
            + ["--folder", str(self.mailbox.folder), "--smtp-port", str(self.mail_port)],
            "web": [python, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{self.port}"]
            + ["--workers", "1", "--threads", "4", "--log-level", "warning", "--capture-output", "--no-control-socket"],
            "worker": [
                *celery,
                "worker",
                "-Q",
                "default",
                "-n",
                f"worker-{database}@%h",
                "-c",
                "1",
                *worker_options,
            ],
            "packs": [
                *celery,
                "worker",
                "-Q",
                "packs",
                "-n",
                f"packs-{database}@%h",
                "-c",
                "1",
                *worker_options,
            ],
            "beat": [*celery, "beat", "-s", str(folder / "beat"), "--pidfile=", "-l", "INFO"],
        }

    # -- starting and stopping ----------------------------------------------------------------------

    def start(self) -> None:
        import redis

        redis.Redis.from_url(os.environ["REDIS_URL"]).flushdb()  # no task of an earlier test
        self.mailbox.folder.mkdir(parents=True, exist_ok=True)
        for name in ("mail", *self.wanted):
            self.start_process(name)
        self.wait_until_ready()

    def start_process(self, name: str) -> None:
        with self.log_file(name).open("ab") as log:
            self.processes[name] = subprocess.Popen(
                self.commands[name],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=dies_with_parent(),
            )

    def log_file(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def log(self, name: str) -> str:
        return self.log_file(name).read_text(errors="replace")

    def wait_until_ready(self) -> None:
        for name in self.processes:
            self.wait_ready(name)

    def wait_ready(self, name: str) -> None:
        asks = {
            "web": self._answers,
            "worker": lambda: " ready." in self.log(name),
            "packs": lambda: " ready." in self.log(name),
            "beat": lambda: "beat: Starting" in self.log(name),
        }
        process = self.processes[name]
        deadline = time.monotonic() + PATIENCE
        while not asks.get(name, lambda: True)():
            if process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"{name} did not start:\n{self.log(name)[-3000:]}")
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            urllib.request.urlopen(self.url + "/health/", timeout=5)  # noqa: S310 (our own address)
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False
        return True

    def stop(self) -> None:
        """End everything this product started."""
        for process in self.processes.values():
            signal_group(process.pid, 15)
        for process in self.processes.values():
            end_group(process)
        self.processes.clear()

    # -- what a test does to it -----------------------------------------------------------------------

    def kill(self, name: str) -> None:
        """SIGKILL a process and all it started, as a failing machine would."""
        process = self.processes.pop(name)
        signal_group(process.pid, 9)
        process.wait()

    def kill_worker(self) -> None:
        self.kill("worker")

    def start_worker(self) -> None:
        """Start the worker (again) and wait until it takes tasks."""
        self.log_file("worker").unlink(missing_ok=True)
        self.start_process("worker")
        self.wait_ready("worker")

    def run_manage(
        self, *arguments: str, check: bool = True, environment: dict[str, str] | None = None
    ) -> "subprocess.CompletedProcess[str]":
        """`manage.py …` on the product's database; with `check`, a failing command fails the test."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env={**self.environment, **(environment or {})},
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        if check and done.returncode:
            raise AssertionError(f"manage.py {' '.join(arguments)} ended with {done.returncode}:\n{done.stderr}")
        return done
