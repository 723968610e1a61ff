"""The clock of a journey's web process, set from outside: a case takes weeks and a test takes a minute.

Gunicorn reads this file as its configuration (GUNICORN_CMD_ARGS) and calls `post_worker_init`. Before each
request the web process looks at the file JOURNEY_CLOCK: it holds the moment (UTC, ISO 8601) it shall be, and from
then on time runs on from there. Everything else is as in production: every step is still taken by a person in a
browser; only the waiting between the steps is left out. The database's own clock (the ledger's) stays true, and
so does the worker's.
"""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import Any


class Clocked:
    """A WSGI application that first sets the clock, if it was set anew."""

    def __init__(self, application: Any, told_in: Path) -> None:
        self.application, self.told_in = application, told_in
        self.said = ""
        self.travel: Any = None

    def __call__(self, environ: Any, start_response: Any) -> Any:
        said = self.told_in.read_text() if self.told_in.exists() else ""
        if said != self.said:
            import time_machine

            if self.travel is not None:
                self.travel.stop()
            self.travel = time_machine.travel(datetime.fromisoformat(said), tick=True)
            self.travel.start()
            self.said = said
        return self.application(environ, start_response)


def post_worker_init(worker: Any) -> None:
    """Gunicorn's hook: the application is loaded, no request has come yet."""
    worker.wsgi = Clocked(worker.wsgi, Path(os.environ["JOURNEY_CLOCK"]))
