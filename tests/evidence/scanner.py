"""A real clamd for the tests, on a socket of its own, with one signature of ours: no signature of anybody else's."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

#: What our signature finds: this line of text, anywhere in a file. It is no virus and does nothing.
MARK = b"Safe to Practise: this line stands for a virus in our tests"
NAME = "Safe.To.Practise.Test"


@contextmanager
def clamd(largest: str = "30M") -> Iterator[str]:
    """The address of a running clamd; ended afterwards. Fails the test, never skips it, where there is none.

    `largest`: of a file larger than this it says nothing but that it is too large.
    """
    program = os.environ.get("CLAMD") or shutil.which("clamd", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
    if not program:
        pytest.fail("clamd is not installed: config/setup.sh scanner (Debian: apt-get install clamav-daemon).")
    with tempfile.TemporaryDirectory(prefix="clamd-") as name:
        folder = Path(name)
        (folder / "db").mkdir()
        (folder / "db" / "ours.ndb").write_text(f"{NAME}:0:*:{MARK.hex()}\n")
        settings = {
            "LocalSocket": folder / "clamd",
            "DatabaseDirectory": folder / "db",
            "TemporaryDirectory": folder,
            "Foreground": "yes",
            "StreamMaxLength": largest,
            "ConcurrentDatabaseReload": "no",
        }
        (folder / "clamd.conf").write_text("".join(f"{key} {value}\n" for key, value in settings.items()))
        with (folder / "log").open("w+") as log:
            running = subprocess.Popen([program, "-c", folder / "clamd.conf"], stdout=log, stderr=subprocess.STDOUT)
            try:
                for _ in range(600):
                    if (folder / "clamd").exists() or running.poll() is not None:
                        break
                    time.sleep(0.1)
                if running.poll() is not None or not (folder / "clamd").exists():
                    log.seek(0)
                    pytest.fail(f"clamd did not start: {log.read()[-2000:]}")
                yield f"unix:{folder / 'clamd'}"
            finally:
                running.terminate()
                running.wait(20)
