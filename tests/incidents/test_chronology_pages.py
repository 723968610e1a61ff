"""The chronology and evidence through the pages."""

from __future__ import annotations

import hashlib
import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from incidents import actions, chronology
from incidents.models import CaseFile, ChronologyEntry
from records import times
from records.refusals import Refused
from tests.incidents.test_log_pages import when


def _png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (2, 2), (10, 120, 120)).save(out, "PNG")
    return out.getvalue()


PNG = _png()


@pytest.mark.feature("F16")
def test_the_chronology_merges_what_people_wrote_with_what_was_recorded_and_is_never_edited(cast, client):
    case = cast.case(rated=True, subject=True)
    client.force_login(cast.manager)
    new, page_url = reverse("case-chronology-new", args=[case.pk]), reverse("case-chronology", args=[case.pk])
    hour = times.now() - timedelta(hours=1)
    common = {"source": "Spoken to alone at 11:00", **when("event_at", hour)}
    quote = {"kind": "quote", "text": "I just want him to stop <b>grabbing</b>."}
    assert "Say who said it" in client.post(new, common | quote).content.decode()
    assert client.post(new, common | quote | {"said_by": "M.E."}).status_code == 302
    opinion = {"kind": "opinion", "text": "She seemed afraid"}
    assert "Say whose opinion it is" in client.post(new, common | opinion).content.decode()
    assert client.post(new, common | opinion | {"opinion_of": "Manager"}).status_code == 302
    fact = {"kind": "fact", "text": "Four small bruises, left upper arm"}
    assert client.post(new, {**fact, **when("event_at", hour)}).status_code == 422  # no source
    assert client.post(new, common | fact).status_code == 302
    control = cast.control(case, tasks=["T1"])
    duty = actions.answer_duty(by=cast.manager, duty=case.duties.get(body="la_safeguarding"), answer="yes")
    actions.record_sent(by=cast.manager, duty=duty, sent_at=times.now(), route="Phone to the duty desk")
    actions.review_control(by=cast.manager, control=control, outcome="continue", reason="Still needed")
    client.post(
        reverse("case-evidence-new", args=[case.pk]),
        {"uploads": SimpleUploadedFile("a.png", PNG), "description": "Body map"},
    )

    page = client.get(page_url).content.decode()
    for text in (
        "First noticed by staff",
        "The registered person became aware",
        "Direct quote: M.E.",
        "Opinion: Manager",
        "Four small bruises",
        "Control decided: No lone work",
        "Control reviewed, continue",
        "Task restricted. Dionne Asante: Lone or unsupervised work",
        "Local authority safeguarding adults team: sent",
        "Body map",
        "Rated L3 high",
        "source: Spoken to alone at 11:00",
    ):
        assert text in page, text
    assert "&lt;b&gt;grabbing" in page and "<b>grabbing" not in page
    rows = chronology.rows(case, cast.manager)
    assert [row.event_at for row in rows] == sorted(row.event_at for row in rows)
    assert all(row.entered_at for row in rows)

    # Addenda only: an entry's page has no way to change it, and keeps what it said.
    entry = ChronologyEntry.objects.get(kind="fact")
    url = reverse("case-chronology-entry", args=[case.pk, entry.pk])
    assert client.post(url, {"text": "There were five"}).status_code == 422  # no reason
    added = {"text": "There were five", "reason": "Counted again from the picture"}
    assert client.post(url, added | {"event_at-day": "1", "kind": "opinion"}).status_code == 302
    page = client.get(page_url).content.decode()
    assert "Four small bruises" in page and "There were five" in page and "Counted again" in page
    entry.refresh_from_db()
    assert (entry.text, entry.kind, entry.history.count()) == (fact["text"], "fact", 1)
    assert not any(name.endswith("entry-edit") for name in _url_names())


def _url_names() -> list[str]:
    from incidents.urls import urlpatterns

    return [str(one.name) for one in urlpatterns]


def test_a_floor_above_adds_its_own_lines(cast, monkeypatch):
    case = cast.case()
    now = times.now()
    row = chronology.Row(now, now, chronology.RECORDED, "4 of 4", "Sunil Rao", "Practice test", title="Test passed")
    monkeypatch.setattr(chronology, "_sources", [*chronology._sources, lambda case, user: [row]])
    assert row in chronology.rows(case, cast.manager)


def test_a_manager_records_the_review_of_the_chronology_once(cast, client):
    case = cast.case(rated=True)
    url = reverse("case-chronology-review", args=[case.pk])
    client.force_login(cast.manager)
    assert client.post(url, {"findings": " "}).status_code == 422
    given = {"findings": "The first employee knew six days earlier", "gaps": "No body map"}
    assert client.post(url, given).status_code == 302
    review = case.chronologyreviews.get()
    assert review.reviewed_by == cast.manager
    assert client.get(url).status_code == 404
    with pytest.raises(Refused):
        actions.record_chronology_review(by=cast.manager, review=review, findings="Again")


def test_evidence_is_kept_by_what_it_really_is_and_only_served_as_a_download(cast, client, settings):
    case = cast.case()
    client.force_login(cast.senior)
    new = reverse("case-evidence-new", args=[case.pk])
    for name, content in (
        ("picture.png", b"<html><script>alert(1)</script></html>"),
        ("page.txt", b"\xef\xbb\xbf <svg onload=alert(1)>"),
        ("run.pdf", b"MZ\x90\x00" + b"\x00" * 100),
        ("all.docx", b"PK\x03\x04" + b"\x00" * 100),
        ("blob.txt", b"\x00\x01\x02"),
    ):
        response = client.post(new, {"uploads": SimpleUploadedFile(name, content), "description": "x"})
        assert response.status_code == 422, name
    settings.EVIDENCE_MAX_BYTES = 10
    big = client.post(new, {"uploads": SimpleUploadedFile("a.txt", b"more than ten"), "description": "x"})
    assert big.status_code == 422 and "smaller than" in big.content.decode()
    settings.EVIDENCE_MAX_BYTES = 1024 * 1024
    assert not CaseFile.objects.exists()

    files = [SimpleUploadedFile("../../map\u202egnp.exe", PNG), SimpleUploadedFile("notes.txt", b"Seen at 8")]
    assert client.post(new, {"uploads": files, "description": "Body map"}).status_code == 302
    kept = CaseFile.objects.get(content_type="image/png")
    assert kept.name == "mapgnp.png" and kept.sha256 == hashlib.sha256(PNG).hexdigest() and kept.size == len(PNG)
    assert "map" not in kept.file.name
    url = reverse("case-file", args=[case.pk, kept.pk])
    response = client.get(url)
    given = b"".join(response.streaming_content)
    assert hashlib.sha256(given).hexdigest() == kept.copy_sha256, "the copy without hidden data is given out"
    with kept.file.open("rb") as original:
        assert original.read() == PNG, "the original is kept as it came"
    assert response["Content-Type"] == "image/png"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"].startswith("attachment")
    for user in (cast.stranger, cast.worker_user, cast.neighbour):
        client.force_login(user)
        assert client.get(url).status_code == 404
    # Another case's address does not open it either.
    other = cast.case()
    client.force_login(cast.senior)
    assert client.get(reverse("case-file", args=[other.pk, kept.pk])).status_code == 404


def test_an_entry_says_whose_words_and_from_where(cast):
    case = cast.case()
    given = {"by": cast.manager, "case": case, "event_at": times.now(), "text": "I want him to stop", "source": "M.E."}
    for wrong in ({"kind": "quote"}, {"kind": "opinion", "said_by": " "}, {"kind": "fact", "source": " "}):
        with pytest.raises(Refused, match="F16"):
            actions.add_chronology_entry(**(given | wrong))
    assert not ChronologyEntry.objects.exists()


def test_an_addendum_says_why_it_is_added(cast):
    entry = actions.add_chronology_entry(
        by=cast.manager, case=cast.case(), event_at=times.now(), kind="fact", text="Four bruises", source="Notes"
    )
    with pytest.raises(Refused, match="F16"):
        actions.add_addendum(by=cast.manager, entry=entry, text="There were five", reason=" ")
