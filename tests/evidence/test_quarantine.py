"""F08: what waits for the virus scanner, with a real clamd: before signing, after it, and beside files that fail."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from incidents import tasks
from incidents.models import CaseFile, Scan
from remediation.actions import practice
from remediation.facts_gate import plan_facts
from tests.evidence import scanner
from tests.evidence.test_files import add, photo
from tests.remediation import pages
from tests.remediation.pages import signed_in, words
from tests.remediation.scene import Scene, scene, signature

pytestmark = [pytest.mark.django_db, pytest.mark.feature_part("F08")]
BAD = b"Seen at nine. " + scanner.MARK


@pytest.fixture(scope="module")
def clamd() -> Iterator[str]:
    with scanner.clamd(largest="1M") as address:
        yield address


@pytest.fixture
def on(cast: Any) -> Scene:
    return scene(cast)


def attached(on: Scene, content: bytes, code: str = "P1", name: str = "note.txt") -> Any:
    """An attempt, marked and finished, with this file, not signed yet."""
    attempt = on.start(code)
    on.mark(attempt)
    on.finish(attempt)
    file = add(on.cast, on.case, content, name)
    practice.attach_file(by=on.assessor, attempt=attempt, file=file)
    return attempt, file


def asked(client: Any, address: str) -> int:
    """What a download answers; one that is given is read to its end, which closes it."""
    answer = client.get(address)
    if answer.status_code == 200:
        assert b"".join(answer.streaming_content)
    return int(answer.status_code)


def fixed(on: Scene, file: CaseFile, *changes: str) -> None:
    """The database refuses each of these changes of a file of a signed test, whoever sends them."""
    for what in changes:
        with (
            pytest.raises(DatabaseError, match="signed practice test"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("SELECT set_config('safe.actor', %s, true)", [str(on.assessor.pk)])
            cursor.execute(f"UPDATE incidents_casefile SET {what} WHERE id = %s", [file.pk])


@pytest.mark.feature("F48")
def test_a_file_of_a_signed_test_is_asked_about_when_a_scanner_comes_and_nothing_else_of_it_changes(
    on: Scene, settings: Any, clamd: str
) -> None:
    signed = {}
    for code, content in (("P1", b"Seen at eight"), ("P3", BAD)):
        if code not in on.tests:
            on.test(code, "scenario", {"stars": "all"})
        attempt, signed[code] = attached(on, content, code)
        practice.sign_attempt(by=on.assessor, attempt=attempt, signature=signature())
    after = add(on.cast, on.case, b"Seen at ten", "last.txt")
    fixed(on, signed["P1"], "sha256 = 'x'", "scan = 'clean', sha256 = 'x'")
    settings.CLAMD_ADDRESS = clamd
    assert tasks.scan_waiting_files() == "done"
    for file, scan in ((signed["P1"], Scan.CLEAN), (signed["P3"], Scan.FOUND), (after, Scan.CLEAN)):
        file.refresh_from_db()
        assert file.scan == scan
    fixed(on, signed["P3"], "sha256 = 'x'", "scan = 'clean', sha256 = 'x'", "scan = 'clean'", "scan_found = ''")


def test_a_file_with_a_virus_is_no_evidence_that_can_be_read(on: Scene, settings: Any, clamd: str) -> None:
    for attempt, _ in (attached(on, b"Seen at eight"), attached(on, BAD, "O")):
        practice.sign_attempt(by=on.assessor, attempt=attempt, signature=signature())
    assert plan_facts(on.plan, on.cast.manager).unreadable_evidence == []
    settings.CLAMD_ADDRESS = clamd
    assert sorted(plan_facts(on.plan, on.cast.manager).unreadable_evidence) == ["O, attempt 1", "P1, attempt 1"]
    assert tasks.scan_waiting_files() == "done"
    assert plan_facts(on.plan, on.cast.manager).unreadable_evidence == ["O, attempt 1"]


def test_nobody_signs_for_a_file_that_waits_or_has_a_virus(on: Scene, settings: Any, clamd: str) -> None:
    settings.CLAMD_ADDRESS = clamd
    grace = signed_in(on.assessor)
    attempt = pages.start(grace, on)
    pages.mark_all(grace, on, attempt)
    pages.finish(grace, attempt, attachments=SimpleUploadedFile("form.txt", BAD, "text/plain"))
    answer = pages.sign(grace, attempt)
    assert answer.status_code == 422
    assert "form.txt is still being checked for viruses. Sign in a few minutes." in words(answer)
    assert "Being checked for viruses" in words(grace.get(reverse("attempt-end", args=[attempt.pk])))
    tasks.scan_waiting_files()
    answer = pages.sign(grace, attempt)
    assert answer.status_code == 422
    assert "A virus was found in form.txt. Add it again from a clean source." in words(answer)
    assert "A virus was found" in words(grace.get(reverse("attempt-end", args=[attempt.pk])))
    pages.finish(grace, attempt, attachments=SimpleUploadedFile("form.txt", b"What she wrote", "text/plain"))
    assert "is still being checked" in words(pages.sign(grace, attempt))
    tasks.scan_waiting_files()
    assert pages.sign(grace, attempt).status_code == 302, "the clean one stands in its place"
    assert plan_facts(on.plan, on.cast.manager).unreadable_evidence == []


def test_one_file_that_cannot_be_read_or_asked_about_holds_up_no_other(
    cast: Any, client: Any, settings: Any, clamd: str
) -> None:
    case = cast.case()
    settings.CLAMD_ADDRESS = clamd
    gone = add(cast, case, b"Seen at seven", "gone.txt")
    large = add(cast, case, b"Seen at eight. " * 200_000, "large.txt")
    good, bad = add(cast, case, b"Seen at nine", "good.txt"), add(cast, case, BAD, "bad.txt")
    gone.file.storage.delete(gone.file.name)
    for _ in range(2):
        assert tasks.scan_waiting_files() == "2 not scanned"
        found = {one.name: one.scan for one in CaseFile.objects.filter(case=case)}
        assert found == {
            gone.name: Scan.WAITING,
            large.name: Scan.WAITING,
            good.name: Scan.CLEAN,
            bad.name: Scan.FOUND,
        }
    client.force_login(cast.manager)
    assert client.get(reverse("case-file", args=[case.pk, large.pk])).status_code == 404


def test_a_text_is_given_out_as_what_it_is_written_in(cast: Any, client: Any) -> None:
    case, said = cast.case(), "Seen at eight: “fine”, said Ffïon"
    kept = add(cast, case, said.encode(), "note.txt")
    client.force_login(cast.manager)
    answer = client.get(reverse("case-file", args=[case.pk, kept.pk]))
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert b"".join(answer.streaming_content).decode(answer.charset) == said
    picture = client.get(reverse("case-file", args=[case.pk, add(cast, case, photo()).pk]))
    assert picture["Content-Type"] == "image/jpeg" and b"".join(picture.streaming_content)


def test_what_came_before_there_was_a_scanner_waits_for_it_once_there_is_one(
    cast: Any, client: Any, settings: Any, clamd: str
) -> None:
    case = cast.case()
    files = [add(cast, case, content, name) for content, name in ((b"Seen at eight", "good.txt"), (BAD, "bad.txt"))]
    addresses = [reverse("case-file", args=[case.pk, one.pk]) for one in files]
    client.force_login(cast.manager)
    assert [asked(client, one) for one in addresses] == [200, 200]
    settings.CLAMD_ADDRESS = clamd
    assert [asked(client, one) for one in addresses] == [404, 404]
    page = client.get(reverse("case-evidence", args=[case.pk])).content.decode()
    assert page.count("Being checked for viruses") == 2 and "no scanner is set up" not in page
    assert tasks.scan_waiting_files() == "done"
    assert [asked(client, one) for one in addresses] == [200, 404]
