"""`make run` and `manage.py`: one sentence where something is in the way, and nothing left when it ends."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from accounts.roles import ROLES
from config import embedded, servers
from config.processes import free_port
from tests.product import wait_for

ROOT = Path(__file__).resolve().parent.parent.parent
OURS = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "CELERY_BROKER_URL", "DJANGO_SETTINGS_MODULE", "EMAIL_URL")


def environment(**changes: str) -> dict[str, str]:
    """The environment of a newcomer: nothing of the test run's own."""
    return {**{k: v for k, v in os.environ.items() if k not in OURS}, "DEMO": "0", **changes}


def run(*command: str, **changes: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=environment(**changes),
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )


def one_sentence(done: "subprocess.CompletedProcess[str]") -> str:
    """What a refused start said: exit code 1, one line, no traceback."""
    said = (done.stdout + done.stderr).strip()
    assert done.returncode == 1, said
    assert "Traceback" not in said
    assert len(said.splitlines()) == 1, said
    return said


@pytest.fixture
def var() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="safe-run-"))
    folder.chmod(0o755)
    yield folder
    embedded.halt(folder)
    shutil.rmtree(folder)


def test_a_taken_port_is_one_sentence_that_names_another() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = one_sentence(run("-m", "config.run", PORT=str(port)))
    assert f"Port {port} is taken" in said
    assert f"PORT={port + 1}" in said


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"PORT": "http"}, "PORT=http is not a number"),
        ({"PORT": "99999"}, "PORT=99999 is not a port"),
        ({"MAIL_PORT": "x"}, "MAIL_PORT=x is not a number"),
        ({"HOST": "no.such.host.invalid"}, "HOST=no.such.host.invalid is not an address"),
        ({"HOST": "203.0.113.9"}, "203.0.113.9"),
    ],
)
def test_a_wrong_port_or_host_is_one_sentence(changes: dict[str, str], words: str) -> None:
    assert words in one_sentence(run("-m", "config.run", **{"PORT": str(free_port()), **changes}))


def test_an_unusable_folder_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    said = one_sentence(run("-m", "config.run", PORT=str(free_port()), VAR_DIR=str(tmp_path / "file")))
    assert str(tmp_path / "file") in said


def test_a_production_start_refuses_and_names_everything_that_is_missing() -> None:
    names = ["SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "REDIS_URL", "EMAIL_URL", "SITE_URL"]
    said = one_sentence(run("manage.py", "check", ENVIRONMENT="production"))
    assert all(name in said for name in names), said
    given = {name: "https://a.example" for name in names if name != "EMAIL_URL"}
    said = one_sentence(run("manage.py", "check", ENVIRONMENT="production", **given))
    assert "EMAIL_URL" in said
    assert not [name for name in names if name != "EMAIL_URL" and name in said], said


@pytest.mark.parametrize("value", ["Production", "prod", "staging"])
def test_an_environment_that_is_not_known_never_starts_with_insecure_defaults(value: str) -> None:
    assert f"ENVIRONMENT={value} is not known" in one_sentence(run("manage.py", "check", ENVIRONMENT=value))


def test_no_port_is_promised_twice() -> None:
    first = free_port()
    assert free_port(wanted=first, other_than=(first,)) != first
    taken = [free_port(other_than=(first,)) for _ in range(20)]
    assert first not in taken


def test_cleaning_removes_what_is_ours_and_nothing_beside_it() -> None:
    """A long path puts the sockets into a folder of ours in /tmp; /tmp itself is everybody's."""
    base = Path(tempfile.mkdtemp(prefix="safe-run-"))
    base.chmod(0o755)
    long = base / ("d" * 100)
    long.mkdir()
    neighbour = Path(tempfile.mkdtemp(prefix="not-ours-"))
    try:
        with embedded.servers(("redis",), long):
            ours = servers.short_home_of(long)
            assert servers.socket_folder(long, "redis").parent == ours
            assert ours.exists()
        done = run("-m", "config.embedded", "clean", VAR_DIR=str(long))
        assert done.returncode == 0, done.stderr
        assert not ours.exists()
        assert neighbour.exists(), "it removed what is not ours"
    finally:
        shutil.rmtree(base, ignore_errors=True)
        shutil.rmtree(neighbour, ignore_errors=True)


def test_a_command_starts_the_servers_by_itself_and_leaves_none(var: Path) -> None:
    done = run("manage.py", "showmigrations", "accounts", VAR_DIR=str(var))
    assert done.returncode == 0, done.stderr
    assert "[ ] 0001_initial" in done.stdout
    wait_for(lambda: not of_folder(var), 15, "the servers to end")


def test_a_command_uses_the_servers_that_run_already(var: Path) -> None:
    with embedded.servers(embedded.KINDS, var):
        keepers = of_folder(var)
        done = run("manage.py", "showmigrations", "accounts", VAR_DIR=str(var))
        assert done.returncode == 0, done.stderr
        assert {p.pid for p in keepers} <= {p.pid for p in of_folder(var)}, "it stopped servers of somebody else's"
        assert embedded.running(where=var)


def of_folder(folder: Path) -> list[psutil.Process]:
    return [
        process
        for process in psutil.process_iter(["cmdline", "status", "environ"])
        if process.info["status"] != psutil.STATUS_ZOMBIE
        and process.pid != os.getpid()
        and (
            any(str(folder) in argument for argument in process.info["cmdline"] or [])
            or (process.info["environ"] or {}).get("VAR_DIR") == str(folder)
        )
    ]


def sign_in(port: int, address: str, password: str) -> str:
    """The first page somebody gets who signs in with a browser's cookies and forms, and no more."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    url = f"http://127.0.0.1:{port}/account/login/"
    form = browser.open(url, timeout=30).read().decode()
    token = form.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    typed = urllib.parse.urlencode({"csrfmiddlewaretoken": token, "login": address, "password": password}).encode()
    asked = urllib.request.Request(url, typed, {"Referer": url})  # noqa: S310 (our own http address)
    return str(browser.open(asked, timeout=30).read().decode())


class Running:
    """`python -m config.run` below a parent that plays `make`, on a migrated database and a Redis of its own."""

    def __init__(self, folder: Path, database: str = "", *, wait: bool = True, patience: float = 60) -> None:
        self.folder = folder
        self.port = free_port()
        self.log = folder / "run.log"
        settings = environment(VAR_DIR=str(folder), PORT=str(self.port), MEDIA_ROOT="", STATIC_ROOT="")
        if database:
            for name in ("DATABASE_OWNER_URL", "DATABASE_URL"):
                settings[name] = embedded.with_database(os.environ[name], database)
        else:  # as a newcomer has it
            del settings["DEMO"]
        with self.log.open("w") as log:
            # Two commands, so that the shell stays, as make does.
            self.make = subprocess.Popen(
                ["sh", "-c", f"{sys.executable} -m config.run; exit $?"],
                cwd=ROOT,
                env={k: v for k, v in settings.items() if v},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        if wait:
            wait_for(lambda: self.log.read_text().count("started (pid=") == 5, patience, "the services")

    def answers(self) -> bool:
        try:
            return bool(urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health/", timeout=5).status == 200)
        except OSError:
            return False

    def supervisor(self) -> psutil.Process:
        return psutil.Process(self.make.pid).children()[0]


@pytest.fixture
def running(var: Path, cloned_db: str) -> Iterator[Running]:
    product = Running(var, cloned_db)
    yield product
    for process in of_folder(var):
        process.kill()
    product.make.wait()


def test_it_prints_the_address_answers_there_and_ctrl_c_ends_all_of_it(running: Running) -> None:
    said = running.log.read_text()
    assert f"http://localhost:{running.port}/" in said
    assert "E-mail is not sent but kept" in said
    wait_for(running.answers, 60, "the web server")
    os.killpg(running.make.pid, signal.SIGINT)  # as a terminal does: everybody in the foreground
    wait_for(lambda: not of_folder(running.folder), 30, f"all to end\n{of_folder(running.folder)}")
    running.make.wait()
    assert "Traceback" not in running.log.read_text()
    assert not list(running.folder.rglob("*.sock"))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_an_end_asked_for_while_the_services_still_start_is_heard(var: Path, cloned_db: str, number: int) -> None:
    product = Running(var, cloned_db, wait=False)
    try:
        wait_for(lambda: "Ctrl-C ends everything" in product.log.read_text(), 60, "the invitation to press it")
        os.killpg(product.make.pid, number)
        wait_for(lambda: not of_folder(var), 30, f"all to end\n{product.log.read_text()}")
        assert "Traceback" not in product.log.read_text()
    finally:
        for process in of_folder(var):
            process.kill()
        product.make.wait()


@pytest.mark.parametrize("who", ["supervisor", "make", "terminal"])
def test_a_killed_start_leaves_no_process_and_no_lock(running: Running, who: str) -> None:
    if who == "supervisor":
        running.supervisor().kill()
    elif who == "make":
        running.make.kill()
    else:
        os.killpg(running.make.pid, signal.SIGHUP)
    wait_for(lambda: not of_folder(running.folder), 30, f"all to end\n{running.log.read_text()}")
    # And the next start finds nothing in its way.
    with embedded.servers(("redis",), running.folder):
        assert embedded.running(("redis",), running.folder)


def test_a_newcomers_first_start_makes_everything_and_its_sign_ins_work_and_a_second_loads_nothing(var: Path) -> None:
    """What `make run` does in a fresh clone: embedded servers, migration, demo, five services, one sign-in a role."""
    product = Running(var, patience=240)
    try:
        said = product.log.read_text()
        assert "Loading the demo provider" in said
        missing = [role.name for role in ROLES.values() if role.name not in said]
        assert not missing, f"no sign-in is printed for: {missing}"
        address = next(
            word for line in said.splitlines() if "Registered manager" in line for word in line.split() if "@" in word
        )
        wait_for(product.answers, 60, "the web server")
        page = sign_in(product.port, address, said.split("every demo sign-in: ")[1].split()[0])
        assert "My work" in page
        os.killpg(product.make.pid, signal.SIGINT)
        wait_for(lambda: not of_folder(var), 60, "all to end")
        product.make.wait()

        again = Running(var, patience=120)
        assert "Loading the demo provider" not in again.log.read_text()
        assert address in again.log.read_text()
        wait_for(again.answers, 60, "the web server")
        os.killpg(again.make.pid, signal.SIGINT)
        wait_for(lambda: not of_folder(var), 60, "all to end")
        again.make.wait()
    finally:
        for process in of_folder(var):
            process.kill()
