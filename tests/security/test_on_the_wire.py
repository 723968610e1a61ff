"""Requests no browser sends, written to a real gunicorn as the product runs it: what could be read in two ways is read in
none (request smuggling; OWASP ASVS 5.0 4.2.1). What a proxy in front does is its operator's."""

from __future__ import annotations

import re
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import run
from config.processes import end_group, free_port
from tests.product import wait_for

ROOT = Path(__file__).resolve().parent.parent.parent
HIDDEN = "GET /health/ HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    chosen = free_port()
    command = run.services({}, "127.0.0.1", chosen, None)["web"]
    web = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        wait_for(lambda: said(chosen, HIDDEN).startswith(b"HTTP/1.1 "), 60, "gunicorn")
        yield chosen
    finally:
        end_group(web)


def said(port: int, request: str) -> bytes:
    """All that comes back on one connection until the server closes it or says no more."""
    answer = b""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=3) as line:
            line.sendall(request.encode("latin-1"))
            while part := line.recv(65536):
                answer += part
    except OSError:
        pass
    return answer


def post(headers: str, body: str) -> str:
    return f"POST /verify/ HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n{body}"


def test_a_plain_request_is_answered(port: int) -> None:
    assert said(port, HIDDEN).split(b"\r\n")[0].startswith(b"HTTP/1.1 ")


@pytest.mark.parametrize(
    "request_",
    [
        post(f"Content-Length: {len(HIDDEN) + 5}\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n" + HIDDEN),
        post("Content-Length: 5\r\nContent-Length: 6\r\n", "a=b&c=" + HIDDEN),
        post("Content-Length: 5, 6\r\n", "a=b&c=" + HIDDEN),
        post("Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n" + HIDDEN),
        post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n" + HIDDEN),
        post("Transfer-Encoding : chunked\r\n", "0\r\n\r\n" + HIDDEN),
        post("Content-Length: +5\r\n", "a=b&c" + HIDDEN),
        post("Content-Length: 0x5\r\n", "a=b&c" + HIDDEN),
        post("Transfer-Encoding: chunked\r\n", "x\r\n\r\n" + HIDDEN),
        "GET /health/ HTTP/1.1\r\nHost: localhost\r\n Folded: yes\r\n\r\n" + HIDDEN,
    ],
    ids=["length and chunks", "two lengths", "a list of lengths", "chunked is not last", "unknown coding",
         "a space before the colon", "a signed length", "a length in hex", "a chunk of no length", "a folded header"],
)  # fmt: skip
def test_a_request_whose_end_is_doubtful_is_refused_and_nothing_hidden_behind_it_is_answered(
    port: int, request_: str
) -> None:
    answers = re.findall(rb"HTTP/1\.1 (\d{3}) ", said(port, request_))
    # 403: the forged post itself, where its end is doubted only after its head was taken.
    assert set(answers) <= {b"400", b"501", b"403"}, "the hidden request was answered"
    assert answers[-1:] != [b"403"], "the connection was kept for what came behind"
