"""Packs as the registered manager meets them: ask, wait, check, sign the release, download; and who may not."""

import html
import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.urls import reverse

from governance import actions
from governance.models import Pack, PackRelease
from governance.packs import contents, making
from governance.views import paging
from incidents import actions as cases
from records import times
from records.acting import acting_as
from records.refusals import Refused
from records.signing import Signature
from remediation.actions.signatures import withdraw_signature
from tests.cast import Cast
from tests.remediation.build import fresh_signature

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pack of one part where the pages are tested and not the contents: printing takes seconds."""
    monkeypatch.setattr(contents, "PARTS", contents.PARTS[:1])


def made(cast: Cast, case, reader: str = "commissioner", *, by=None, **more) -> Pack:
    pack = actions.ask_for_pack(by=by or cast.manager, case=case, reader=reader, in_background=False, **more)
    return making.make_and_keep(pack)


def released(cast: Cast, pack: Pack, **changed) -> PackRelease:
    given = {
        "by": cast.manager,
        "pack": pack,
        "recipient": "Northshire Council",
        "purpose": "Contract monitoring",
        "expires_on": times.today() + timedelta(days=28),
        "checked": True,
        "signature": Signature("none", times.now()),
    }
    return actions.release_pack(**(given | changed))


@pytest.mark.feature("F75")
def test_the_manager_asks_waits_checks_signs_and_downloads(
    cast: Cast, client, django_capture_on_commit_callbacks, monkeypatch
) -> None:
    case = cast.case(rated=True, subject=True)
    client.force_login(cast.manager)
    page = client.get(reverse("pack-ask", args=[case.pk]))
    assert "Names of staff: each is called by a role code".lower() in page.content.decode().lower()
    # The task itself is run here in place of the worker; tests/packs/test_worker.py has a real one.
    from governance.packs import tasks

    sent: list[str] = []
    monkeypatch.setattr(tasks.make_pack, "delay", sent.append)
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(
            reverse("pack-ask", args=[case.pk]), {"reader": "commissioner", "names": "Margaret\nColin"}
        )
    pack = Pack.objects.get(case=case)
    assert sent == [str(pack.pk)], "one click sends it to a worker, once its row is there"
    monkeypatch.undo()  # from here on all fourteen parts
    assert answer.url == pack.get_absolute_url()
    assert "Waiting to be made" in client.get(answer.url).content.decode()
    assert client.get(reverse("pack-preview", args=[pack.pk])).status_code == 404
    tasks.make_pack(str(pack.pk))
    fragment = client.get(reverse("pack-progress", args=[pack.pk]))
    assert fragment.headers["HX-Redirect"] == answer.url
    assert (
        "What was taken out, each in its sentence"
        in client.get(reverse("pack-preview", args=[pack.pk])).content.decode()
    )
    assert client.get(reverse("pack-pdf", args=[pack.pk])).status_code == 404, "nothing leaves before it is released"
    waiting = reverse("packs-to-release")
    assert f"Check and release the pack of {case.reference}" in client.get(waiting).content.decode()
    assert waiting in client.get("/").content.decode(), "the figure on My work leads to what it counts"
    released(cast, Pack.objects.get(pk=pack.pk))
    assert "No pack is waiting" in client.get(waiting).content.decode()
    file = client.get(reverse("pack-pdf", args=[pack.pk]))
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    assert b"".join(file.streaming_content).startswith(b"%PDF")
    shown = client.get(reverse("case-packs", args=[case.pk])).content.decode()
    assert "Released to Northshire Council" in shown
    assert "Signed by Aoife Brennan" in shown


def test_lists_of_packs_link_no_full_copy_that_its_page_keeps_from_this_reader(cast: Cast, client) -> None:
    """S10: somebody else's full copy says who reported it. A copy that redacts and one of one's own open."""
    case = cast.case(rated=True)
    one = cases.add_staff(by=cast.nominated_individual, case=case, staff=cast.manager_staff, involvement="implicated")
    cases.end_staff(by=cast.nominated_individual, link=one, reason="Not so")
    theirs, redacted = (
        made(cast, case, reader, by=cast.nominated_individual) for reader in ("manager", "commissioner")
    )
    client.force_login(cast.manager)
    for page in (reverse("case-packs", args=[case.pk]), reverse("packs-to-release")):
        shown = client.get(page).content.decode()
        assert redacted.get_absolute_url() in shown
        assert theirs.get_absolute_url() not in shown
    assert client.get(theirs.get_absolute_url()).status_code == 404
    own = made(cast, case, "manager")
    assert own.get_absolute_url() in client.get(reverse("case-packs", args=[case.pk])).content.decode()
    assert own.get_absolute_url() in client.get(reverse("packs-to-release")).content.decode()
    client.force_login(cast.nominated_individual)
    assert theirs.get_absolute_url() in client.get(reverse("case-packs", args=[case.pk])).content.decode()


def test_the_list_of_packs_to_release_goes_on_below_its_first_page(
    cast: Cast, client, monkeypatch, django_assert_max_num_queries
) -> None:
    monkeypatch.setattr(paging, "SIZE", 2)
    case = cast.case(rated=True)
    with acting_as(cast.manager, "test.given"):
        for number in range(5):
            asked = times.now() + timedelta(minutes=number // 2)  # two at one moment
            Pack(
                case=case, reader="commissioner", version=number + 1, status="ready", asked_by=cast.manager,
                asked_at=asked,
            ).save()  # fmt: skip
    client.force_login(cast.manager)
    address, seen = reverse("packs-to-release"), []
    while address:
        with django_assert_max_num_queries(30):
            text = client.get(address).content.decode()
        seen += re.findall(r"version (\d+)</a>", text)
        more = re.search(r'href="(\?after=[^"]+)">Show more', text)
        address = reverse("packs-to-release") + html.unescape(more[1]) if more else ""
    assert sorted(seen) == ["1", "2", "3", "4", "5"]
    assert client.get(reverse("packs-to-release") + "?after=nonsense").status_code == 200


def test_release_is_signed_on_its_page_and_refused_without_the_check(cast: Cast, client) -> None:
    case = cast.case(rated=True)
    pack = made(cast, case)
    client.force_login(cast.manager)
    answer = client.get(reverse("pack-release", args=[pack.pk]))
    assert answer.status_code == 302 and "reauthenticate" in answer.url, "signing needs a fresh authentication"
    with pytest.raises(Refused) as refused:
        released(cast, pack, checked=False)
    assert refused.value.code == "CHECKED"
    with pytest.raises(Refused):
        released(cast, pack, signature=Signature("none", times.now() - timedelta(hours=1)))
    with pytest.raises(Refused):
        released(cast, pack, expires_on=times.today() - timedelta(days=1))
    assert not PackRelease.objects.exists()


def test_a_superseded_version_stays_and_cannot_be_released(cast: Cast) -> None:
    case = cast.case(rated=True)
    first = made(cast, case)
    second = made(cast, case)
    assert (second.version, second.supersedes_id) == (2, first.pk)
    with pytest.raises(Refused) as refused:
        released(cast, first)
    assert "Version 2" in refused.value.message
    with pytest.raises(Refused):
        actions.keep_pack(
            by=cast.manager,
            pack=first,
            contents={"ledger_seq": 0, "ledger_head": ""},
            replaced=[],
            to_check=[],
            pdf=b"",
            html=b"",
        )
    assert Pack.objects.get(pk=first.pk).sha256 == first.sha256


@pytest.mark.parametrize("name", ["case-packs", "pack-ask"])
def test_only_who_may_export_meets_packs(cast: Cast, client, name: str) -> None:
    case = cast.case(rated=True)
    for user in (cast.senior, cast.deputy, cast.hr, cast.quality_lead, cast.neighbour, *cast.strangers.values()):
        client.force_login(user)
        assert client.get(reverse(name, args=[case.pk])).status_code == 404
    client.force_login(cast.nominated_individual)
    assert client.get(reverse(name, args=[case.pk])).status_code == 200


def test_a_pack_and_its_files_are_unknown_to_everybody_else(cast: Cast, client) -> None:
    pack = made(cast, cast.case(rated=True))
    released(cast, pack)
    for name in ("pack", "pack-progress", "pack-preview", "pack-release", "pack-pdf", "pack-html"):
        for user in (cast.senior, cast.neighbour, cast.stranger):
            client.force_login(user)
            assert client.get(reverse(name, args=[pack.pk])).status_code == 404, name


def test_an_expired_release_opens_nothing(cast: Cast, client) -> None:
    pack = made(cast, cast.case(rated=True))
    released(cast, pack, expires_on=times.today() + timedelta(days=1))
    with time_machine.travel(times.now() + timedelta(days=3)):
        client.force_login(cast.manager)
        assert client.get(reverse("pack-pdf", args=[pack.pk])).status_code == 404
        assert "Expired" in client.get(reverse("pack", args=[pack.pk])).content.decode()


def test_the_list_says_when_the_case_has_changed_since(cast: Cast, client) -> None:
    case = cast.case(rated=True)
    pack = made(cast, case)
    released(cast, pack)
    client.force_login(cast.manager)
    url = reverse("case-packs", args=[case.pk])
    assert "has changed since" not in client.get(url).content.decode(), "releasing it is not a change of the case"
    cast.control(case)
    assert "has changed since" in client.get(url).content.decode()


def test_a_version_that_went_to_somebody_is_not_called_ready_to_release(cast: Cast, client) -> None:
    pack = made(cast, cast.case(rated=True))
    client.force_login(cast.manager)
    url = reverse("case-packs", args=[pack.case_id])

    def tag() -> str:
        found = re.search(r'<div class="stp-card__head">(.*?)</div>', client.get(url).content.decode(), re.DOTALL)
        assert found
        return re.sub(r"<[^>]+>", " ", found[1])

    assert "Ready to release" in tag()
    release = released(cast, pack)
    assert "Released" in tag() and "Ready" not in tag()
    assert "Released to Northshire Council, until" in client.get(url).content.decode()
    with time_machine.travel(times.now() + timedelta(days=60)):
        client.force_login(cast.manager)
        assert "Release expired" in tag()
    withdraw_signature(by=cast.manager, signed=release, reason="Sent to the wrong person", signature=fresh_signature())
    assert "Ready to release" in tag()


def test_where_the_case_has_changed_a_new_version_is_the_main_button(cast: Cast, client) -> None:
    pack = made(cast, cast.case(rated=True))
    client.force_login(cast.manager)

    def buttons() -> dict[str, bool]:
        page = client.get(pack.get_absolute_url()).content.decode()
        found = re.findall(r'<a href="[^"]+" role="button"[^>]*class="([^"]+)"[^>]*>\s*(.*?)\s*</a>', page, re.S)
        return {text: "secondary" not in classes for classes, text in found}

    assert buttons()["Release it to somebody"] and "Make a new version" not in buttons()
    cases.add_chronology_entry(
        by=cast.manager, case=pack.case, kind="fact", event_at=times.now(), text="She slept", source="Notes"
    )
    assert buttons()["Make a new version"] and not buttons()["Release it to somebody"]


def test_what_is_taken_out_keeps_its_capitals_in_the_question(cast: Cast, client) -> None:
    client.force_login(cast.manager)
    said = client.get(reverse("pack-ask", args=[cast.case(rated=True).pk])).content.decode()
    assert "Taken out: names of staff" in said and "postcodes and NHS numbers" in said


def test_the_command_makes_the_same_pack(cast: Cast, tmp_path: Path) -> None:
    case = cast.case(rated=True)
    out = io.StringIO()
    file = tmp_path / "pack.pdf"
    call_command(
        "pack", case.reference, reader="commissioner", out=file, provider=cast.provider.name, name=["Colin"], stdout=out
    )
    pack = Pack.objects.get(case=case)
    assert pack.sha256 in out.getvalue() and pack.names_added == ["Colin"]
    assert file.read_bytes().startswith(b"%PDF") and (tmp_path / "pack.html").exists()
    with pytest.raises(CommandError, match="There is no case"):
        call_command("pack", "SP-1999-0001", out=file)


def test_the_list_of_packs_asks_as_many_questions_for_four_as_for_one(cast: Cast, client) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    case = cast.case(rated=True)
    client.force_login(cast.manager)
    counts = []
    for more in (1, 3):
        for _ in range(more):
            actions.ask_for_pack(by=cast.manager, case=case, reader="manager", in_background=False)
        client.get(reverse("case-packs", args=[case.pk]))
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("case-packs", args=[case.pk]))
        counts.append(len(asked))
    assert counts[0] == counts[1]
