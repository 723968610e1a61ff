"""The readers of code and of advisories are part of the checks, and leave nothing out quietly."""

import json
import os
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOLS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]
#: bandit's check -> the rule of ruff that is the same check and judges it line by line.
SAME = {
    "B101": "S101", "B104": "S104", "B105": "S105", "B108": "S108", "B308": "S308", "B703": "S308", "B310": "S310",
    "B603": "S603", "B608": "S608", "B704": "S704", "B404": "S603",
}  # fmt: skip


def test_what_bandit_leaves_out_ruff_reads_line_by_line() -> None:
    lint = TOOLS["ruff"]["lint"]
    assert "S" in lint["select"]
    assert set(TOOLS["bandit"]["skips"]) == set(SAME)
    assert not [rule for rule in lint["ignore"] if rule.startswith("S") and not rule.startswith("SIM")]
    for place, rules in lint["per-file-ignores"].items():
        product = not place.startswith(("tests", "bench"))
        assert not product or place == "config/*.py" or not [r for r in rules if r.startswith("S")], place


def test_both_are_part_of_make_check() -> None:
    steps = (ROOT / "Makefile").read_text().split("\ncheck:")[1].split("\n\n")[0]
    assert "ruff check ." in steps and "bandit -c pyproject.toml -q -r ." in steps


class Advisories(BaseHTTPRequestHandler):
    """An OSV database that knows one advisory, about Django 5.2."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        about = asked["package"]["name"].lower() == "django"
        known = {
            "id": "TEST-2026-1", "modified": "2026-01-01T00:00:00Z", "summary": "A weakness made for this test",
            "affected": [{
                "package": {"name": "django", "ecosystem": "PyPI"},
                "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "5.2"}, {"fixed": "5.2.999"}]}],
            }],
        }  # fmt: skip
        body = json.dumps({"vulns": [known]} if about else {}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def advisories() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Advisories)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1/query"
    server.shutdown()
    server.server_close()


def audit(service: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "config.audit"], cwd=ROOT, env=os.environ | {"AUDIT_SERVICE": service},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_make_audit_names_the_package_an_advisory_is_about(advisories: str) -> None:
    done = audit(advisories)
    assert done.returncode == 1, done.stderr
    assert "django 5.2" in done.stdout.lower() and "TEST-2026-1" in done.stdout and "5.2.999" in done.stdout


def test_make_audit_says_in_one_sentence_that_nobody_answered() -> None:
    done = audit("http://127.0.0.1:9/v1/query")
    assert done.returncode == 0
    assert done.stdout.splitlines() == ["The advisory service could not be reached, so nothing was audited."]
