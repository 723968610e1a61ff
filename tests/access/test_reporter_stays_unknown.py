"""S10: who reported it is found neither by searching name after name nor in the log of who read it first."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.urls import reverse

from incidents import actions, reading
from incidents.models import Case, CaseRead, CaseSearch
from records import readable, times
from records.acting import acting_as
from tests.access.test_case_access import signed_in
from tests.access.test_leaving_and_delegating import anew
from tests.access.test_sealed import look
from tests.cast import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.feature("F90")]


@pytest.fixture
def told(cast: Cast) -> Case:
    """Grace Lim noticed it and Petra Novak reported it; a senior logged it. The manager was implicated for an hour."""
    case = cast.case(
        by=cast.senior, rated=False, title="Quixotic gap",
        staff=[(cast.worker, "subject"), (cast.staff["colleague"], "reporter"), (cast.staff["other_senior"], "noticed")],
    )  # fmt: skip
    assert signed_in(cast.senior).get(reverse("case", args=[case.pk])).status_code == 200
    assert signed_in(cast.senior).get(reverse("logged", args=[case.pk])).status_code == 200
    by = cast.nominated_individual
    link = actions.add_staff(by=by, case=case, staff=cast.manager_staff, involvement="implicated")
    actions.end_staff(by=by, link=link, reason="Not so")
    case.refresh_from_db()
    return case


def found_by(user: Any, words: str, case: Case) -> bool:
    return case.title in look(signed_in(user), f"search for {words}").content.decode()


def test_a_search_finds_a_case_by_its_subject_and_not_by_who_told(cast: Cast, told: Case) -> None:
    for user in (cast.manager, cast.deputy):
        assert found_by(user, "Dionne", told)
        assert not found_by(user, "Petra", told) and not found_by(user, "Grace", told)


def test_what_was_indexed_before_is_made_anew_by_the_migration(cast: Cast, told: Case) -> None:
    from importlib import import_module

    sql = import_module("incidents.migrations.0008_access").WITHOUT_THE_REPORTER
    now = CaseSearch.objects.get(case=told).vector
    with connection.cursor() as cursor:
        cursor.execute("UPDATE incidents_casesearch SET vector = to_tsvector('english', 'Petra')")
    assert found_by(cast.deputy, "Petra", told)
    with connection.cursor() as cursor:
        cursor.execute(sql)
    assert CaseSearch.objects.get(case=told).vector == now
    assert not found_by(cast.deputy, "Petra", told)


def test_whoever_was_part_of_it_does_not_read_who_was_there_first(cast: Cast, told: Case) -> None:
    page = reverse("case-reads", args=[told.pk])
    assert "Paul Reid" in signed_in(cast.nominated_individual).get(page).content.decode()
    shown = signed_in(cast.manager).get(page).content.decode()
    assert "Paul Reid" not in shown and readable.UNNAMED in shown
    theirs = reverse("person-reads", args=[cast.senior_staff.pk])
    assert told.reference not in signed_in(cast.manager).get(theirs).content.decode()
    with time_machine.travel(times.now() + timedelta(hours=2)):
        # what only whoever logged it is shown tells as much later; another page says no more of them than of anybody
        with acting_as(cast.senior, "test.given"):
            for name in ("logged", "case-duties"):
                CaseRead(at=times.now(), user=cast.senior, case=told.pk, page=name, outcome="opened", under="").save()
        lines, _ = reading.of_case(told, anew(cast.manager))
        assert [line.who for line in lines if line.what == "Duties"] in ([], ["Paul Reid"])
        assert "Paul Reid" in {line.who for line in lines}
        assert {line.who for line in lines if line.what == reading.reading_words.of("logged")} == {readable.UNNAMED}
