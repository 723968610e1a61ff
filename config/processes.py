"""Starting a process so that it cannot outlive the one that started it."""

import ctypes
import errno
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1


class NotStarted(Exception):
    """Something a person has to put right first. The message is the one sentence they are shown."""


def dies_with_parent(sig: int = signal.SIGTERM) -> Callable[[], None] | None:
    """Return a `preexec_fn` that has Linux send `sig` to the child when its parent dies, however it dies.

    None elsewhere: there the watchers (the keeper in embedded.py, the guardian in run.py) do it alone.
    The C library is loaded here and not in the child: between fork and exec nothing may be imported.
    """
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parent = os.getpid()

    def ask() -> None:
        prctl(PR_SET_PDEATHSIG, int(sig), 0, 0, 0)
        if os.getppid() != parent:  # it died before we asked
            os.kill(os.getpid(), sig)

    return ask


def alive(pid: int) -> bool:
    """True while a process with this number exists (also one that belongs to somebody else)."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def signal_group(pgid: int, sig: int) -> bool:
    """Send `sig` to a whole process group; False when nobody is left in it."""
    try:
        os.killpg(pgid, sig)
    except (ProcessLookupError, PermissionError):  # macOS answers EPERM for a group of zombies
        return False
    return True


def end_group(process: "subprocess.Popen[Any]", patience: float = 5.0, sig: int = signal.SIGTERM) -> None:
    """End a process started with `start_new_session=True`, and all it started: ask, wait, then insist.

    `patience` is in seconds. On return the process is reaped and nobody of its group is left running.
    """
    deadline = time.monotonic() + patience
    signal_group(process.pid, sig)
    while time.monotonic() < deadline:
        if process.poll() is not None and not signal_group(process.pid, 0):
            return
        time.sleep(0.05)
    signal_group(process.pid, signal.SIGKILL)
    process.wait()


def check_port(host: str, port: int) -> None:
    """Refuse, in one sentence, a port that the web server could not take.

    Raises NotStarted. SO_REUSEADDR as gunicorn sets it, so that a port only just left is no obstacle.
    """
    try:
        found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError:
        raise NotStarted(f"HOST={host} is not an address of this machine: leave HOST out or correct it.") from None
    family, kind, protocol, _, address = found[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
            probe.listen(1)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise NotStarted(
                    f"Port {port} is taken by another program: stop it, or choose another port, "
                    f"for example `make run PORT={port + 1}`."
                ) from None
            if error.errno == errno.EACCES:
                raise NotStarted(f"Port {port} needs root: choose one above 1023, for example PORT=8000.") from None
            raise NotStarted(f"{host}:{port} cannot be used ({error.strerror}): choose another HOST or PORT.") from None


def free_port(host: str = "127.0.0.1", wanted: int = 0, other_than: Sequence[int] = ()) -> int:
    """Return `wanted` if it is free and none of those promised to others already, else any such port."""
    for port in (wanted, *[0] * (1 + len(other_than))):
        if port in other_than:
            continue
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            found = int(probe.getsockname()[1])
            if found not in other_than:
                return found
    raise NotStarted("No free port is left on this machine.")


def check_folder(folder: Path) -> None:
    """Make `folder` if need be, and refuse in one sentence where it cannot be written. Raises NotStarted."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".writable-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise NotStarted(
            f"The folder {folder} cannot be read and written by this user ({error.strerror}): "
            f"change its owner, or name another with VAR_DIR=."
        ) from None
