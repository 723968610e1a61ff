"""Many people log at once: every reference once, none left out."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from django.db import connections

from incidents.models import Case
from records import times
from tests.cast import build


def test_references_have_no_gap_and_no_double_when_many_log_at_once_and_some_are_refused(cloned_db):
    cast = build()

    def log(number: int) -> None:
        try:
            fresh = cast.read_anew()
            # Every third is refused late, after its number was drawn.
            wrong = {"not_abuse_reason": "No"} if number % 3 == 0 else {}
            fresh.case(title=f"Case {number}", **wrong)
        except Exception as problem:
            assert "Choose one" in str(problem), problem
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(log, range(18)))
    references = sorted(Case.objects.values_list("reference", flat=True))
    assert references == [f"SP-{times.today().year}-{number:04d}" for number in range(1, 13)]
