"""Asking clamd whether there is a virus in something, over its own protocol (INSTREAM): nothing is written to disk.

`settings.CLAMD_ADDRESS` says where it listens: `unix:/run/clamav/clamd.ctl` or `tcp:host:3310`. Empty: no scanner.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from typing import IO
from urllib.parse import urlsplit

from django.conf import settings

#: Seconds for the whole of one question; a large document takes clamd a few.
TIMEOUT = 120
CHUNK = 1 << 16


class ScannerAway(Exception):
    """clamd cannot be reached, or did not finish in time; what waits is asked about again later."""


class NotScanned(Exception):
    """clamd is there and says nothing of this one file (too large for it, say); the file stays in quarantine."""


def is_set_up() -> bool:
    return bool(settings.CLAMD_ADDRESS)


def virus_in(content: IO[bytes]) -> str:
    """The name of what clamd found; "" for nothing. Raises ScannerAway or NotScanned, and what reading raises."""
    content.seek(0)
    try:
        line = _connect()
    except OSError as problem:
        raise ScannerAway(type(problem).__name__) from problem
    with line:
        answer = _ask(line, content).rstrip(b"\0").decode("utf-8", "replace").removeprefix("stream: ")
    if answer == "OK":
        return ""
    if answer.endswith(" FOUND"):
        return answer.removesuffix(" FOUND")[:200]
    raise NotScanned(answer[:200] or "no answer")


def _ask(line: socket.socket, content: IO[bytes]) -> bytes:
    """Send it all, or as much as clamd listens to, and give back what it said."""
    said = b""
    for part in _parts(content):  # what reading it raises is the file store's, not clamd's
        try:
            line.sendall(part)
        except TimeoutError as problem:
            raise ScannerAway(type(problem).__name__) from problem
        except OSError:
            break  # it stopped listening, and says why
    try:
        while not said.endswith(b"\0") and (more := line.recv(4096)):
            said += more
    except TimeoutError as problem:
        raise ScannerAway(type(problem).__name__) from problem
    except OSError as problem:
        raise NotScanned(type(problem).__name__) from problem
    return said


def _parts(content: IO[bytes]) -> Iterator[bytes]:
    yield b"zINSTREAM\0"
    while chunk := content.read(CHUNK):
        yield struct.pack(">I", len(chunk)) + chunk
    yield struct.pack(">I", 0)


def _connect() -> socket.socket:
    address = urlsplit(settings.CLAMD_ADDRESS)
    if address.scheme == "unix":
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(TIMEOUT)
        try:
            line.connect(address.path)
        except OSError:
            line.close()
            raise
        return line
    host, _, port = (address.netloc or address.path).rpartition(":")
    return socket.create_connection((host, int(port)), timeout=TIMEOUT)
