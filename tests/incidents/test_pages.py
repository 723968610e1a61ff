"""Every page of the floor opens for who may see it, and is not there for who may not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from incidents import actions
from incidents.models import PersonSupported
from records import times
from tests.cast import RESTRICTION


@pytest.fixture
def full_case(cast):
    return one_of_everything(cast)


def one_of_everything(cast):
    """A case with one of everything."""
    case = cast.case(rated=True, subject=True, involves_restriction=True)
    control = cast.control(case, tasks=["T1", "T4"])
    entry = actions.add_chronology_entry(
        by=cast.manager,
        case=case,
        event_at=times.now() - timedelta(hours=20),
        kind="quote",
        text="He gets cross when I'm slow.",
        said_by="M.E.",
        source="Spoken to alone",
        late_reason="Written up after the visit",
    )
    person = PersonSupported.objects.get(code="M.E.")
    now = times.now()
    restriction = actions.record_restriction(
        by=cast.manager,
        case=case,
        person=person,
        **RESTRICTION,
        authority_on=times.today(),
        starts_at=now,
        ends_at=now + timedelta(days=28),
    )
    kept = actions.add_file(
        by=cast.manager,
        case=case,
        upload=SimpleUploadedFile("note.txt", b"Seen at eight"),
        description="Daily note",
    )
    duty = actions.answer_duty(
        by=cast.deputy, duty=case.duties.get(body="la_safeguarding"), answer="no", reason="Not abuse"
    )
    lower = actions.rate_case(
        by=cast.deputy, case=case, harm=0, potential=1, likelihood=1, reason="The son has moved out"
    )
    return {
        "case": case,
        "control": control,
        "entry": entry,
        "restriction": restriction,
        "file": kept,
        "duty": duty,
        "rating": lower,
        "person": case.casepersons.get(),
        "link": case.casestaffs.get(),
    }


PAGES = [
    ("case-protection", ()),
    ("case-safe", ()),
    ("case-control-new", ()),
    ("case-control", ("control",)),
    ("case-control-review", ("control",)),
    ("case-control-tasks", ("control",)),
    ("case-control-replace", ("control",)),
    ("case-rate", ()),
    ("case-rating-confirm", ("rating",)),
    ("case-duties", ()),
    ("case-duty-raise", ()),
    ("case-duty", ("duty",)),
    ("case-duty-answer", ("duty",)),
    ("case-duty-second", ("duty",)),
    ("case-duty-sent", ("duty",)),
    ("case-times", ()),
    ("case-chronology", ()),
    ("case-chronology-new", ()),
    ("case-chronology-review", ()),
    ("case-chronology-entry", ("entry",)),
    ("case-evidence", ()),
    ("case-evidence-new", ()),
    ("case-file", ("file",)),
    ("case-people", ()),
    ("case-classify", ()),
    ("case-person-new", ()),
    ("case-person", ("person",)),
    ("case-staff-new", ()),
    ("case-staff-end", ("link",)),
    ("case-owner", ()),
    ("case-restriction", ()),
    ("case-restriction-new", ()),
    ("case-restriction-end", ("restriction",)),
    ("case-restriction-tests", ()),
]


def address(full_case, name, parts):
    return reverse(name, args=[full_case["case"].pk, *[full_case[part].pk for part in parts]])


def test_every_page_opens_for_the_manager_and_is_not_there_for_anyone_outside(cast, full_case, client):
    addresses = [address(full_case, name, parts) for name, parts in PAGES]
    client.force_login(cast.manager)
    for one in addresses:
        response = client.get(one)
        assert response.status_code == 200, (one, response.status_code)
        if response.streaming:
            assert b"".join(response.streaming_content) == b"Seen at eight"
    client.force_login(cast.stranger)
    for one in addresses:
        assert client.get(one).status_code == 404, one
        assert client.post(one).status_code == 404, one
    others = [*cast.strangers.values(), cast.neighbour, cast.worker_user, cast.colleague, cast.system_administrator]
    for user in others:
        client.force_login(user)
        assert client.get(addresses[0]).status_code == 404, user
    client.logout()
    for one in addresses:
        response = client.get(one)
        assert response.status_code == 302 and "/login/" in response["Location"]


def test_a_senior_sees_the_case_and_is_told_who_decides(cast, full_case, client):
    client.force_login(cast.senior)
    assert client.get(address(full_case, "case-protection", ())).status_code == 200
    response = client.get(address(full_case, "case-safe", ()))
    assert response.status_code == 422
    assert "A manager, deputy or safeguarding lead" in response.content.decode()
    response = client.get(address(full_case, "case-control-new", ()))
    assert response.status_code == 422
    response = client.post(address(full_case, "case-safe", ()), {"everyone_safe": "yes", "note": "All fine"})
    assert response.status_code == 422


def test_the_sections_ask_the_same_number_of_questions_however_much_there_is(cast, full_case, client):
    client.force_login(cast.manager)
    case = full_case["case"]
    names = ("protection", "duties", "chronology", "people", "restriction", "evidence")

    def queries() -> dict[str, int]:
        counts = {}
        for name in names:
            with CaptureQueriesContext(connection) as asked:
                client.get(reverse(f"case-{name}", args=[case.pk]))
            counts[name] = len(asked)
        return counts

    actions.review_control(by=cast.manager, control=full_case["control"], outcome="continue", reason="Still needed")
    queries()  # rights are resolved and sessions made on the first
    before = queries()
    for number in range(4):
        control = cast.control(case, tasks=["T2"])
        actions.review_control(by=cast.manager, control=control, outcome="continue", reason="Still needed")
        actions.add_person(by=cast.manager, case=case, code=f"P{number}")
        actions.add_addendum(by=cast.manager, entry=full_case["entry"], text="More", reason="Seen later")
        upload = SimpleUploadedFile("note.txt", b"Seen")
        actions.add_file(by=cast.manager, case=case, upload=upload, description="Note")
    actions.raise_duty(by=cast.manager, case=case, body="ico", why="A lost list")
    assert queries() == before
    assert max(before.values()) < 65
