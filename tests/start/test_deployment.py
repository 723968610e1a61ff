"""What is run elsewhere than on a developer's machine: the image, the compose file, the page that explains them."""

import ast
import json
import os
import re
import shutil
import smtplib
import subprocess
import sys
import tempfile
import tomllib
import urllib.error
import urllib.request
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import check_jsonschema
import jsonschema
import psycopg
import pytest
import yaml

from config import run, servers
from config.processes import end_group, free_port
from tests.product import Mailbox, wait_for

ROOT = Path(__file__).resolve().parent.parent.parent
APP_SERVICES = ("web", "worker", "packs", "beat")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return dict(yaml.safe_load((ROOT / "docker-compose.yml").read_text()))


def test_the_compose_file_keeps_to_the_compose_schema(compose: dict[str, Any]) -> None:
    carrier = Path(check_jsonschema.__file__).parent / "builtin_schemas" / "vendor" / "compose-spec.json"
    schema = json.loads(carrier.read_text())
    jsonschema.Draft202012Validator(schema).validate(compose)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema).validate({**compose, "servises": {}})


def test_only_the_migrate_job_is_told_the_owner_role(compose: dict[str, Any]) -> None:
    told = {n for n, s in compose["services"].items() if "DATABASE_OWNER_URL" in s.get("environment", {})}
    assert told == {"migrate"}
    for name in APP_SERVICES:
        assert "//safe_app:" in compose["services"][name]["environment"]["DATABASE_URL"]


def test_only_who_needs_it_is_given_the_key_of_the_packs(compose: dict[str, Any]) -> None:
    given = {name for name, service in compose["services"].items() if service.get("secrets")}
    assert given == {"web", "packs"}


def test_the_database_and_the_queue_are_reached_from_inside_alone_and_by_password(compose: dict[str, Any]) -> None:
    assert compose["networks"]["inside"] == {"internal": True}
    for name in ("postgres", "redis"):
        service = compose["services"][name]
        assert service["networks"] == ["inside"] and "ports" not in service
    assert "--requirepass" in compose["services"]["redis"]["command"]
    for name in APP_SERVICES:
        assert ":${REDIS_PASSWORD:?" in compose["services"][name]["environment"]["REDIS_URL"]


def test_every_variable_of_the_product_can_be_set_in_the_env_file(compose: dict[str, Any]) -> None:
    """A variable that compose does not pass on is switched on in .env, and nothing happens."""
    page = (ROOT / "docs" / "operating.md").read_text()
    named = set(re.findall(r"^\| `([A-Z0-9_]+)` \|", page, re.MULTILINE))
    given = set(compose["services"]["migrate"]["environment"])
    # Said by the image (Dockerfile), by the one process that wants it, or never where real data is.
    elsewhere = {"AS_OWNER", "CELERY_BROKER_URL", "MEDIA_ROOT", "STATIC_ROOT", "RATE_LIMITS", "DEBUG"}
    developers = set(
        re.findall(
            r"^\| `([A-Z0-9_]+)` \|", page.split("### Starting on a developer")[1].split("\n## ")[0], re.MULTILINE
        )
    )
    assert named - given - elsewhere - developers == set()


def test_a_production_compose_insists_on_a_mail_server_and_on_its_hosts() -> None:
    """With the catcher by default, chases would read as sent and reach nobody."""
    insisted = set(re.findall(r"\$\{(\w+):\?", (ROOT / "docker-compose.yml").read_text()))
    assert {"EMAIL_URL", "ALLOWED_HOSTS", "REDIS_PASSWORD", "SECRET_KEY"} <= insisted


def test_every_service_is_watched_and_waits_for_the_migration(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert service.get("healthcheck"), f"{name} has no health check"
    for name in APP_SERVICES:
        waits = compose["services"][name]["depends_on"]
        assert waits["migrate"]["condition"] == "service_completed_successfully"


def test_compose_runs_what_make_run_runs(compose: dict[str, Any]) -> None:
    here = run.services({}, "127.0.0.1", 8000, (8025, 8026))
    assert {*here} <= {*compose["services"]}

    def queue(command: list[str]) -> str:
        return command[command.index("-Q") + 1]

    for name in ("worker", "packs"):
        assert queue(compose["services"][name]["command"]) == queue(here[name])


def test_every_variable_that_compose_insists_on_is_in_the_example() -> None:
    insisted = set(re.findall(r"\$\{(\w+):\?", (ROOT / "docker-compose.yml").read_text()))
    given = set(re.findall(r"^(\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert insisted
    assert insisted <= given


def test_the_image_has_two_stages_and_does_not_run_as_root() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    last = max(number for number, line in enumerate(lines) if line.startswith("FROM "))
    assert sum(line.startswith("FROM ") for line in lines) == 2
    users = [line.split()[1] for line in lines[last:] if line.startswith("USER ")]
    assert users, "the last stage names no user"
    assert users[-1] not in {"root", "0"}
    assert any("make ready" in line for line in lines[:last]), "the steps inside are those of make"


def test_the_roles_script_of_compose_makes_an_app_role_that_owns_nothing() -> None:
    folder = Path(tempfile.mkdtemp(prefix="safe-roles-"))
    folder.chmod(0o755)
    server = servers.Postgres(folder, throwaway=True)
    try:
        server.prepare()
        server.launch()
        subprocess.run(
            ["sh", "config/compose/roles.sh"],
            cwd=ROOT,
            env={
                "PATH": f"{server.programs}:{os.environ['PATH']}",
                "PGHOST": str(server.sockets),
                "POSTGRES_USER": "postgres",
                "OWNER_PASSWORD": "o'wner",
                "APP_PASSWORD": "app",
                "ROLES_SQL": str(ROOT / "config" / "roles.sql"),
            },
            check=True,
        )
        address = f"host={server.sockets} dbname=safe_to_practise"
        with psycopg.connect(f"{address} user=safe_owner", autocommit=True) as owner:
            owner.execute("CREATE TABLE record (words text)")
        with psycopg.connect(f"{address} user=safe_app", autocommit=True) as app:
            app.execute("INSERT INTO record VALUES ('kept')")
            for forbidden in ("TRUNCATE record", "DROP TABLE record", "CREATE TABLE mine ()", "SET ROLE safe_owner"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    app.execute(forbidden)
    finally:
        server.stop()
        shutil.rmtree(folder)


def test_static_files_can_be_collected_for_production(tmp_path: Path) -> None:
    done = subprocess.run(
        ["sh", "config/as_production.sh", "collectstatic", "--noinput", "-v", "0"],
        cwd=ROOT,
        env={**os.environ, "STATIC_ROOT": str(tmp_path / "collected")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    names = json.loads((tmp_path / "collected" / "staticfiles.json").read_text())["paths"]
    assert "build/main.css" in names, "the front end was not built: make frontend"


# -- docs/operating.md ---------------------------------------------------------------------------------


def names_read() -> set[str]:
    """Every variable the product's code asks the environment for, read from its source."""
    found = set()
    for path in (ROOT / "config").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
                continue
            called = ast.unparse(node.func)
            if called in {"env", "flag"} or called.endswith(("environ.get", "environment.get")):
                found.add(str(node.args[0].value))
    return found - {"PATH"}


def test_operating_md_lists_every_variable_and_no_other() -> None:
    page = (ROOT / "docs" / "operating.md").read_text()
    listed = set(re.findall(r"^\| `([A-Z0-9_]+)`", page, re.MULTILINE))
    read = names_read()
    assert {"SECRET_KEY", "DATABASE_URL", "VAR_DIR", "HOST"} <= read
    assert read - listed == set(), "read by the code, not in docs/operating.md"
    # These are read by the Makefile's steps and by the tests.
    assert listed - read == {"CHROMIUM", "PYTHON"}, "in docs/operating.md, read by nobody"


def test_every_package_of_pyproject_is_pinned_with_hashes_and_without_an_address() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = {
        "requirements.txt": project["dependencies"],
        "requirements-dev.txt": project["dependencies"] + project["optional-dependencies"]["dev"],
    }
    for file, dependencies in wanted.items():
        text = (ROOT / file).read_text()
        pinned = set(re.findall(r"^([a-zA-Z0-9._-]+)(?:\[.*\])?==", text, re.MULTILINE))
        missing = [d for d in dependencies if re.split(r"[\[<>=;! ]", d)[0] not in pinned]
        assert missing == [], f"{file} is behind pyproject.toml: make lock"
        assert "://" not in text
        unhashed = re.findall(r"^[a-zA-Z0-9._-]+(?:\[.*\])?==[^\\\n]*$", text, re.MULTILINE)
        assert unhashed == []


# -- config/setup.sh -----------------------------------------------------------------------------------


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[tuple[Path, dict[str, str]]]:
    """A project folder on a machine that has a shell and nothing else."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for tool in ("sh", "dirname", "cksum", "cat", "id", "find", "sort", "xargs", "rm", "mkdir"):
        (tools / tool).symlink_to(str(shutil.which(tool)))
    (tmp_path / "project" / "config").mkdir(parents=True)
    shutil.copy(ROOT / "config" / "setup.sh", tmp_path / "project" / "config")
    yield tmp_path / "project", {"PATH": str(tools), "HOME": str(tmp_path)}


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (["venv", "requirements.txt"], "Python 3.11 or newer is needed"),
        (["pango"], "Pango, which draws the PDFs, is missing"),
        (["redis"], "Redis is missing"),
        (["browser"], "Chromium is needed for the tests"),
    ],
)
def test_what_is_missing_and_may_not_be_installed_is_one_sentence(
    bare: tuple[Path, dict[str, str]], step: list[str], words: str
) -> None:
    folder, environment = bare
    done = subprocess.run(
        ["sh", "config/setup.sh", *step], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert words in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr


# -- the mail catcher -----------------------------------------------------------------------------------


def test_a_caught_message_can_be_read_in_the_folder_and_in_the_browser(tmp_path: Path) -> None:
    smtp, pages = free_port(), free_port()
    catcher = subprocess.Popen(
        [sys.executable, "-m", "config.mailcatcher", "--folder", str(tmp_path)]
        + ["--smtp-port", str(smtp), "--pages-port", str(pages)],
        cwd=ROOT,
        start_new_session=True,
    )
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.org", "b@example.org", "Due <today>"
    message.set_content("One thing is due: café.\n")

    def sent() -> bool:
        try:
            with smtplib.SMTP("127.0.0.1", smtp, timeout=5) as client:
                client.send_message(message)
        except OSError:
            return False
        return True

    try:
        wait_for(sent, 20, "the catcher")
        (kept,) = Mailbox(tmp_path).wait(1, to="b@example.org")
        assert "café" in Mailbox(tmp_path).text(kept)
        listed = urllib.request.urlopen(f"http://127.0.0.1:{pages}/", timeout=5).read().decode()
        assert "Due &lt;today&gt;" in listed
        name = next(tmp_path.glob("*.eml")).name
        shown = urllib.request.urlopen(f"http://127.0.0.1:{pages}/{name}", timeout=5).read().decode()
        assert "One thing is due: café." in shown
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(f"http://127.0.0.1:{pages}/..%2F..%2Fetc%2Fpasswd", timeout=5)
    finally:
        end_group(catcher)
