"""(g) A page of a case with the read log, against the same page without it."""

from __future__ import annotations

import time
from statistics import median
from typing import Any

from bench.chasing import Row

ROUNDS = 60
READ_LOG = "incidents.reading.ReadLog"


def run() -> list[Row]:
    """Two clients that differ in one middleware, in turns; medians."""
    from django.conf import settings
    from django.test import Client, override_settings

    from incidents.models import CaseRead
    from tests import cast as people
    from tests import servers

    with servers.copy():
        cast = people.build()
        case = cast.case(rated=True, subject=True)

        def client(*, logged: bool) -> Any:
            made = Client()
            made.force_login(cast.manager)
            kept = [one for one in settings.MIDDLEWARE if logged or one != READ_LOG]
            with override_settings(MIDDLEWARE=kept):
                made.handler.load_middleware()
            return made

        clients = {True: client(logged=True), False: client(logged=False)}
        rows = []
        for what, path in (("overview", f"/cases/{case.pk}/"), ("chronology", f"/cases/{case.pk}/chronology/")):
            took: dict[bool, list[float]] = {True: [], False: []}
            for number in range(ROUNDS + 5):
                for logged in (True, False) if number % 2 else (False, True):
                    before = CaseRead.objects.count()
                    start = time.perf_counter()
                    answer = clients[logged].get(path)
                    spent = (time.perf_counter() - start) * 1000
                    assert answer.status_code == 200
                    assert CaseRead.objects.count() - before == int(logged), "the read is not written where it should"
                    if number >= 5:  # the first rounds warm up
                        took[logged].append(spent)
            ours, bare = median(took[True]), median(took[False])
            rows.append(Row(f"(g) {what} with the read log", "the same page without", ours, bare, ours / bare, 1.1))
        return rows
