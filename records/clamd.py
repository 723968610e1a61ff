"""Asking clamd whether there is a virus in something, over its own protocol (INSTREAM): nothing is written to disk.

`settings.CLAMD_ADDRESS` says where it listens: `unix:/run/clamav/clamd.ctl` or `tcp:host:3310`. Empty: no scanner.
"""

from __future__ import annotations

import socket
import struct
from typing import IO
from urllib.parse import urlsplit

from django.conf import settings

#: Seconds for the whole of one question; a large document takes clamd a few.
TIMEOUT = 120
CHUNK = 1 << 16


class ScannerAway(Exception):
    """clamd cannot be reached, or did not finish; the file stays in quarantine and is asked about again."""


def is_set_up() -> bool:
    return bool(settings.CLAMD_ADDRESS)


def virus_in(content: IO[bytes]) -> str:
    """The name of what clamd found; "" for nothing. Raises ScannerAway."""
    content.seek(0)
    try:
        with _connect() as line:
            line.sendall(b"zINSTREAM\0")
            while chunk := content.read(CHUNK):
                line.sendall(struct.pack(">I", len(chunk)) + chunk)
            line.sendall(struct.pack(">I", 0))
            said = b""
            while not said.endswith(b"\0") and (more := line.recv(4096)):
                said += more
    except OSError as problem:
        raise ScannerAway(type(problem).__name__) from problem
    answer = said.rstrip(b"\0").decode("utf-8", "replace").removeprefix("stream: ")
    if answer == "OK":
        return ""
    if answer.endswith(" FOUND"):
        return answer.removesuffix(" FOUND")[:200]
    raise ScannerAway(answer[:200] or "no answer")


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
