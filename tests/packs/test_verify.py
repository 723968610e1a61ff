"""F80: the verify page says intact, changed since, or not ours; one flipped byte is caught."""

import random

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from governance import actions
from governance.models import Pack
from governance.packs import checking, contents, making, seal
from records import ledger
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pack of two parts: what is tested here is the seal, not the contents."""
    monkeypatch.setattr(contents, "PARTS", (contents.PARTS[0], contents.PARTS[13]))


@pytest.fixture
def pack(cast: Cast) -> Pack:
    asked = actions.ask_for_pack(by=cast.manager, case=cast.case(rated=True), reader="manager", in_background=False)
    return making.make_and_keep(asked)


def data_of(pack: Pack) -> bytes:
    with pack.pdf.open("rb") as file:
        return file.read()


def check(client, data: bytes) -> str:
    file = SimpleUploadedFile("pack.pdf", data, "application/pdf")
    return client.post(reverse("verify"), {"file": file}).content.decode()


@pytest.mark.feature("F80")
def test_anybody_with_the_file_learns_that_it_is_intact(client, pack: Pack) -> None:
    assert client.get(reverse("verify")).status_code == 200, "no account is needed"
    said = check(client, data_of(pack))
    assert "Intact" in said and pack.case.reference in said
    said = client.post(reverse("verify"), {"sha256": f" {pack.sha256.upper()} "}).content.decode()
    assert "Intact" in said
    with pack.html.open("rb") as file:
        assert "Intact" in check(client, file.read())


@pytest.mark.feature("F80")
def test_one_flipped_byte_anywhere_is_caught(client, pack: Pack) -> None:
    data = data_of(pack)
    places = random.Random(7).sample(range(len(data)), 12)  # noqa: S311
    for place in places:
        changed = bytearray(data)
        changed[place] ^= 1
        assert not seal.is_sealed_by_us(bytes(changed)), place
        said = check(client, bytes(changed))
        assert "Changed since" in said and pack.case.reference not in said, place
    assert seal.is_sealed_by_us(data)


@pytest.mark.feature("F80")
def test_something_added_after_the_seal_is_caught(client, pack: Pack) -> None:
    longer = data_of(pack) + b"\n% one more word\n"
    assert not seal.is_sealed_by_us(longer)
    assert "Changed since" in check(client, longer)


@pytest.mark.feature("F80")
def test_a_file_of_somebody_else_is_not_ours(client, pack: Pack) -> None:
    assert "Not ours" in check(client, b"%PDF-1.7\nanything")
    assert "Not ours" in client.post(reverse("verify"), {"sha256": "0" * 64}).content.decode()


def test_nothing_given_or_half_a_hash_is_asked_for_again(client) -> None:
    answer = client.post(reverse("verify"), {})
    assert answer.status_code == 422 and "Upload the pack, or enter its SHA-256" in answer.content.decode()
    assert client.post(reverse("verify"), {"sha256": "abc"}).status_code == 422


def test_a_superseded_pack_is_intact_and_says_so(client, pack: Pack, cast: Cast) -> None:
    again = actions.ask_for_pack(by=cast.manager, case=pack.case, reader="manager", in_background=False)
    making.make_and_keep(again)
    assert "Superseded by" in check(client, data_of(pack))


@pytest.mark.feature("F80")
def test_the_head_printed_in_a_pack_anchors_the_ledger(pack: Pack) -> None:
    [anchor] = checking.anchors(pack.case_id)
    assert (anchor.seq, anchor.hash) == (pack.ledger_seq, pack.ledger_head)
    assert ledger.verify(chain=pack.case_id).intact
    assert pack.ledger_head in str(pack.contents["parts"][1])


def test_the_key_is_made_once_and_kept_to_its_owner(tmp_path, settings) -> None:
    settings.PACK_SIGNING_KEY = str(tmp_path / "key.pem")
    first = seal.key_file().read_bytes()
    assert seal.key_file().read_bytes() == first
    assert (tmp_path / "key.pem").stat().st_mode & 0o077 == 0


def test_production_without_a_key_does_not_seal(tmp_path, settings) -> None:
    from django.core.exceptions import ImproperlyConfigured

    settings.PRODUCTION, settings.PACK_SIGNING_KEY = True, str(tmp_path / "missing.pem")
    with pytest.raises(ImproperlyConfigured, match="PACK_SIGNING_KEY"):
        seal.key_file()
