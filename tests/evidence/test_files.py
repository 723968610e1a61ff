"""F08: what is kept and what is refused is decided by content; what is given out has nothing hidden in it."""

import hashlib
import io
import struct
import zipfile
import zlib
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from incidents import actions, tasks
from incidents.models import CaseFile, Scan
from records import files
from records.refusals import Refused
from tests.access.test_case_access import signed_in
from tests.evidence import scanner

pytestmark = pytest.mark.django_db
SECRET = b"51.5007 N, 0.1246 W, taken by Dionne"


def photo(kind: str = "JPEG", size: tuple[int, int] = (40, 20), **options: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (10, 120, 120)).save(out, kind, **options)
    return out.getvalue()


def with_place() -> bytes:
    """A photo as a phone makes it: lying on its side, with place and camera in it."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees
    exif[0x010E] = SECRET.decode()
    exif.get_ifd(0x8825)[2] = (51.0, 30.0, 2.5)
    return photo(exif=exif, comment=SECRET)


def office(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


DOCX = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w:document/>"}


def add(cast: Any, case: Any, content: bytes, name: str = "a.jpg", **more: Any) -> CaseFile:
    return actions.add_file(by=cast.manager, case=case, upload=SimpleUploadedFile(name, content), **more)


@pytest.mark.feature_part("F08")
def test_a_photo_is_given_out_without_place_and_camera_and_the_original_keeps_its_hash(cast: Any, client: Any) -> None:
    case, original = cast.case(), with_place()
    assert SECRET in original
    kept = add(cast, case, original, "IMG 0042.png")
    assert kept.sha256 == hashlib.sha256(original).hexdigest()
    with kept.file.open("rb") as stored:
        assert stored.read() == original, "what came is kept as it came"
    client.force_login(cast.manager)
    answer = client.get(reverse("case-file", args=[case.pk, kept.pk]))
    given = b"".join(answer.streaming_content)
    assert hashlib.sha256(given).hexdigest() == kept.copy_sha256 != kept.sha256
    assert SECRET not in given
    with Image.open(io.BytesIO(given)) as shown:
        assert not shown.getexif() and "comment" not in shown.info
        assert shown.size == (20, 40), "upright, as the phone meant it"
    assert answer["Content-Disposition"] == 'attachment; filename="IMG 0042.jpg"'
    assert answer["X-Content-Type-Options"] == "nosniff" and answer["Content-Type"] == "image/jpeg"
    assert "sandbox" in answer["Content-Security-Policy"] and "no-store" in answer["Cache-Control"]


@pytest.mark.feature_part("F08")
@pytest.mark.parametrize("kind", ["PNG", "GIF", "WEBP", "TIFF"])
def test_every_kind_of_picture_loses_what_is_hidden_in_it(kind: str) -> None:
    from PIL.PngImagePlugin import PngInfo

    options: dict[str, Any] = {}
    if kind == "PNG":
        options["pnginfo"] = PngInfo()
        options["pnginfo"].add_text("Comment", SECRET.decode())
    elif kind == "GIF":
        options["comment"] = SECRET
    else:
        options["exif"] = Image.Exif()
        options["exif"][0x010E] = SECRET.decode()
    content = photo(kind, **options)
    assert SECRET in content
    copy = files.without_metadata(io.BytesIO(content), files.sniff(io.BytesIO(content)))
    assert copy and SECRET not in copy
    with Image.open(io.BytesIO(copy)) as shown:
        assert shown.convert("RGB").getpixel((5, 5)) == pytest.approx((10, 120, 120), abs=6)


@pytest.mark.feature_part("F08")
@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (photo(), "image/jpeg"),
        (photo("PNG"), "image/png"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "application/pdf"),
        (office(DOCX), f"{files.OOXML}wordprocessingml.document"),
        (office({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<x/>"}), f"{files.OOXML}spreadsheetml.sheet"),
        (office({"mimetype": f"{files.ODF}text".encode(), "content.xml": b"<x/>"}), f"{files.ODF}text"),
        ("Seen at eight: “fine”".encode(), "text/plain"),
        (b"ID3\x03\x00\x00\x00\x00\x00\x00" + b"\0" * 300, "audio/mpeg"),
        (b"RIFF\x24\x00\x00\x00WAVEfmt " + b"\0" * 40, "audio/x-wav"),
        (b"\x00\x00\x00\x20ftypM4A \x00\x00\x00\x00" + b"\0" * 40, "audio/mp4"),
    ],
)
def test_the_content_says_what_a_file_is(content: bytes, kind: str) -> None:
    assert files.sniff(io.BytesIO(content)) == kind
    files.check(io.BytesIO(content), kind)


@pytest.mark.feature_part("F08")
@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\x00" + b"\0" * 100,  # a program called photo.jpg
        b"\x7fELF" + b"\0" * 100,
        b"<html><script>alert(1)</script></html>",
        b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>',
        b"#!/bin/sh\nrm -rf /\n",
        b"{\\rtf1\\object}",
        b"Rar!\x1a\x07\x00" + b"\0" * 40,
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,  # old Word, where macros hide
        office({"anything.txt": b"a plain archive"}),
        office({"mimetype": b"application/epub+zip", "x": b"x"}),
        b"\x00\x00\x00\x20ftypisom" + b"\0" * 40,  # film
        b"\x00\x00\x00\x18ftypheic" + b"\0" * 40,
        b"PK\x03\x04 not really an archive",
        bytes(range(256)),
    ],
    ids=[
        "exe",
        "elf",
        "page",
        "svg",
        "script",
        "rtf",
        "rar",
        "ole",
        "zip",
        "epub",
        "film",
        "heic",
        "torn zip",
        "bytes",
    ],
)
def test_what_is_not_on_the_list_is_refused_whatever_it_is_called(cast: Any, content: bytes) -> None:
    case = cast.case()
    with pytest.raises(Refused) as refused:
        add(cast, case, content, "photo.jpg")
    assert refused.value.field == "upload"
    assert not CaseFile.objects.filter(case=case).exists()


def png_of(wide: int, high: int) -> bytes:
    """A few hundred bytes that claim to be a picture of this size."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", wide, high, 8, 0, 0, 0, 0)
    points = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", points) + chunk(b"IEND", b"")


@pytest.mark.feature_part("F08")
@pytest.mark.parametrize("size", [(9000, 9000), (12_000, 12_000), (100_000, 100_000)])
def test_a_picture_that_bursts_is_refused_unopened(size: tuple[int, int]) -> None:
    content = io.BytesIO(png_of(*size))
    with pytest.raises(Refused, match="too large to open"):
        files.check(content, files.sniff(content))


@pytest.mark.feature_part("F08")
def test_a_damaged_picture_is_refused() -> None:
    content = photo("PNG", size=(300, 300))
    torn = io.BytesIO(content[: len(content) // 2])
    with pytest.raises(Refused, match="damaged"):
        files.without_metadata(torn, files.sniff(torn))


@pytest.mark.feature_part("F08")
def test_a_document_that_bursts_is_refused() -> None:
    for parts in (
        {**DOCX, "word/media/x": b"\0" * 60_000_000},  # a thousand times smaller when packed
        {**DOCX, **{f"word/media/{n}": b"" for n in range(files.MAX_PARTS)}},
    ):
        content = io.BytesIO(office(parts))
        with pytest.raises(Refused, match="unpacks to more"):
            files.check(content, files.sniff(content))


@pytest.mark.feature_part("F08")
def test_a_document_that_lies_about_its_size_is_refused() -> None:
    content = office({**DOCX, "word/media/x": b"\0" * 5_000_000})
    lying = content.replace(struct.pack("<I", 5_000_000), struct.pack("<I", 1000))
    assert lying != content
    with pytest.raises(Refused, match="damaged"):
        files.check(io.BytesIO(lying), files.sniff(io.BytesIO(lying)))


@pytest.mark.feature_part("F08")
@pytest.mark.parametrize("part", ["word/vbaProject.bin", "xl/vbaProject.bin", "Basic/Standard/x.xml"])
def test_a_document_with_macros_is_refused(part: str) -> None:
    content = io.BytesIO(office({**DOCX, part: b"Sub AutoOpen()"}))
    with pytest.raises(Refused, match="macros"):
        files.check(content, files.sniff(content))


def with_password(content: bytes) -> bytes:
    """The same archive with the sign of a password on each part."""
    marked = bytearray(content)
    for head, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = marked.find(head)
        while place >= 0:
            marked[place + at] |= 1
            place = marked.find(head, place + 1)
    return bytes(marked)


@pytest.mark.feature_part("F08")
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (with_password(office(DOCX)), "has a password"),
        (office({**DOCX, "../../etc/cron.d/x": b"x"}), "damaged"),
        (office({**DOCX, "/etc/cron.d/x": b"x"}), "damaged"),
    ],
)
def test_a_document_with_a_password_or_a_way_out_of_its_folder_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(Refused, match=said):
        files.check(io.BytesIO(content), files.sniff(io.BytesIO(content)))


@pytest.mark.feature_part("F08")
def test_a_document_that_may_not_be_kept_is_refused_by_the_action(cast: Any) -> None:
    case = cast.case()
    with pytest.raises(Refused, match="macros"):
        add(cast, case, office({**DOCX, "word/vbaProject.bin": b"Sub AutoOpen()"}), "a.docx")
    assert not CaseFile.objects.filter(case=case).exists()


@pytest.mark.feature_part("F08")
def test_an_empty_and_a_too_large_file_are_refused(cast: Any, settings: Any) -> None:
    case = cast.case()
    settings.EVIDENCE_MAX_BYTES = 1024 * 1024
    for content, said in ((b"", "empty"), (b"a" * (1024 * 1024 + 1), "smaller than 1 MB")):
        with pytest.raises(Refused, match=said):
            add(cast, case, content, "a.txt")


@pytest.mark.feature_part("F08")
@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd.txt"),
        ("C:\\Users\\me\\note.exe", "note.txt"),
        ("a\u202etxt.exe", "atxt.txt"),
        ("<script>alert(1)</script>.html", "script.txt"),
        ('x"; filename="evil.sh', "x filename=evil.txt"),
        ("...", "file.txt"),
        ("n" * 400, "n" * 150 + ".txt"),
        ("Ffïon’s note.txt", "Ffïon’s note.txt"),
    ],
)
def test_a_file_name_is_made_safe(given: str, kept: str) -> None:
    assert files.safe_name(given, "text/plain") == kept


@pytest.mark.feature_part("F08")
def test_where_it_lies_says_nothing_of_anybody(cast: Any) -> None:
    case = cast.case()
    kept = add(cast, case, with_place(), "Bruises of M.E. on the left arm.jpg")
    for path in (kept.file.name, kept.copy.name):
        assert path.removesuffix("-copy") == f"{str(kept.pk)[:2]}/{kept.pk}"
    address = reverse("case-file", args=[case.pk, kept.pk])
    assert address == f"/cases/{case.pk}/evidence/{kept.pk}/"


@pytest.mark.feature_part("F08")
def test_a_newer_version_stands_beside_the_old_one_which_stays(cast: Any, client: Any) -> None:
    case = cast.case()
    first = add(cast, case, b"Seen at eight", "note.txt", description="Daily note")
    client.force_login(cast.manager)
    address = reverse("case-file-replace", args=[case.pk, first.pk])
    assert "Add a newer version of note.txt" in client.get(address).content.decode()
    sent = {"upload": SimpleUploadedFile("note.txt", b"Seen at nine"), "description": "The time put right"}
    assert client.post(address, sent).status_code == 302
    second = CaseFile.objects.get(replaces=first)
    page = client.get(reverse("case-evidence", args=[case.pk])).content.decode()
    assert "This is version 2" in page and "The time put right" in page and "Daily note" in page
    for one, content in ((first, b"Seen at eight"), (second, b"Seen at nine")):
        answer = client.get(reverse("case-file", args=[case.pk, one.pk]))
        assert b"".join(answer.streaming_content) == content
    again = client.post(address, {"upload": SimpleUploadedFile("note.txt", b"Third"), "description": "x"})
    assert again.status_code == 422 and "already a newer version" in again.content.decode()
    client.force_login(cast.stranger)
    assert client.get(address).status_code == client.post(address).status_code == 404


@pytest.mark.feature_part("F08")
def test_several_files_come_at_once_or_not_at_all(cast: Any, client: Any) -> None:
    case = cast.case()
    client.force_login(cast.manager)
    address = reverse("case-evidence-new", args=[case.pk])
    good, bad = SimpleUploadedFile("a.txt", b"One"), SimpleUploadedFile("b.jpg", b"MZ\x90\x00" + b"\0" * 90)
    answer = client.post(address, {"uploads": [good, bad], "description": "Two"})
    assert answer.status_code == 422 and not CaseFile.objects.filter(case=case).exists()
    assert "“b.jpg” was not kept, nor the others with it." in answer.content.decode()
    both = [SimpleUploadedFile("a.txt", b"One"), SimpleUploadedFile("b.jpg", photo())]
    assert client.post(address, {"uploads": both, "description": "Two"}).status_code == 302
    assert CaseFile.objects.filter(case=case).count() == 2


@pytest.mark.feature_part("F08")
def test_a_file_is_in_quarantine_until_a_real_clamd_found_it_clean(
    cast: Any, client: Any, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    case = cast.case()
    client.force_login(cast.manager)
    settings.CLAMD_ADDRESS = "unix:/nowhere/clamd"
    with django_capture_on_commit_callbacks():
        good = add(cast, case, b"Seen at eight", "good.txt")
        bad = add(cast, case, b"Seen at nine. " + scanner.MARK, "bad.txt")
        hidden = add(cast, case, office({**DOCX, "word/media/x": b"x" * 999 + scanner.MARK}), "hidden.docx")
    assert {one.scan for one in (good, bad, hidden)} == {Scan.WAITING}
    page = client.get(reverse("case-evidence", args=[case.pk])).content.decode()
    assert "Being checked for viruses" in page
    assert tasks.scan_waiting_files() == "away", "the scanner cannot be reached: they wait"
    for one in (good, bad, hidden):
        address = reverse("case-file", args=[case.pk, one.pk])
        assert address not in page.replace(f"{address}replace/", "")
        assert client.get(address).status_code == 404
    with scanner.clamd() as address:
        settings.CLAMD_ADDRESS = address
        assert tasks.scan_file(str(good.pk)) == "done"
        assert tasks.scan_waiting_files() == "done"
    for one in (good, bad, hidden):
        one.refresh_from_db()
    assert (good.scan, good.scan_found) == (Scan.CLEAN, "")
    assert bad.scan == hidden.scan == Scan.FOUND
    assert scanner.NAME in bad.scan_found and scanner.NAME in hidden.scan_found, "inside a document too"
    assert (
        good.history.first().history_change_reason == "evidence.scanned" and good.history.first().history_user.is_system
    )
    answer = client.get(reverse("case-file", args=[case.pk, good.pk]))
    assert b"".join(answer.streaming_content) == b"Seen at eight"
    for one in (bad, hidden):
        assert client.get(reverse("case-file", args=[case.pk, one.pk])).status_code == 404
    assert "Virus found" in client.get(reverse("case-evidence", args=[case.pk])).content.decode()


@pytest.mark.feature_part("F08")
def test_without_a_scanner_the_page_says_that_nobody_looked(cast: Any, client: Any, settings: Any) -> None:
    settings.CLAMD_ADDRESS = ""
    case = cast.case()
    add(cast, case, b"Seen at eight", "note.txt")
    client.force_login(cast.manager)
    assert "Not checked for viruses" in client.get(reverse("case-evidence", args=[case.pk])).content.decode()


def test_nobody_but_the_product_says_that_a_file_is_clean(cast: Any) -> None:
    case = cast.case()
    kept = add(cast, case, b"Seen at eight", "note.txt")
    with pytest.raises(Refused):
        actions.record_scan(by=cast.manager, file=kept, found="")


def stored() -> set[str]:
    """Everything that lies in the file store."""
    from django.core.files.storage import default_storage

    def walk(folder: str) -> set[str]:
        folders, names = default_storage.listdir(folder)
        return {f"{folder}/{name}" for name in names}.union(*(walk(f"{folder}/{one}") for one in folders))

    return walk(".")


@pytest.mark.feature_part("F08")
def test_a_file_whose_record_comes_to_nothing_is_not_left_behind(cast: Any, settings: Any, tmp_path: Any) -> None:
    """Refused after it was written, rolled back with an action around it, or tried again after meeting another."""
    from django.db import OperationalError, connection
    from django.db.models.signals import pre_save

    from records.acting import action

    settings.MEDIA_ROOT = tmp_path
    case, tries = cast.case(), []
    before = stored()

    @action("evidence.added_with_more")
    def with_more(*, by: Any) -> None:
        actions.add_file(by=by, case=case, upload=SimpleUploadedFile("a.jpg", with_place()))
        raise Refused("F08", "Something else was wrong.")

    with pytest.raises(Refused):
        with_more(by=cast.manager)
    assert stored() == before

    def fail(sender: type, **_: Any) -> None:
        if sender is CaseFile:
            tries.append(stored() - before)
            raise OperationalError("the database went away")

    client = signed_in(cast.manager)
    both = [SimpleUploadedFile("a.jpg", with_place()), SimpleUploadedFile("b.jpg", b"MZ\x90\x00" + b"\0" * 90)]
    answer = client.post(reverse("case-evidence-new", args=[case.pk]), {"uploads": both, "description": "Two"})
    assert answer.status_code == 422 and stored() == before, "the first of two, when the second is refused"

    pre_save.connect(fail)
    try:
        with pytest.raises(OperationalError):
            add(cast, case, with_place())
    finally:
        pre_save.disconnect(fail)
    assert len(tries[0]) == 2, "the original and its copy were written"
    assert stored() == before
    assert connection.is_usable()
    kept = add(cast, case, with_place())
    assert stored() - before == {f"./{kept.file.name}", f"./{kept.copy.name}"}


def profile(words: str) -> bytes:
    """A real colour profile, sRGB, with words of somebody in it."""
    from PIL import ImageCms

    made = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = int.from_bytes(made[128:132], "big")
    for at in range(132, 132 + 12 * count, 12):
        if made[at : at + 4] == b"desc":
            place, size = int.from_bytes(made[at + 4 : at + 8], "big"), int.from_bytes(made[at + 8 : at + 12], "big")
            said = words.encode("utf-16-be")[: size - 28]
            made[place + 28 : place + 28 + len(said)] = said
    return bytes(made)


@pytest.mark.feature_part("F08")
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_a_picture_keeps_its_colours_and_no_word_of_their_profile(kind: str) -> None:
    from PIL import ImageCms

    given = profile("Dionne's")
    assert "Dionne"[:4].encode("utf-16-be") in given
    content = photo(kind, icc_profile=given)
    copy = files.without_metadata(io.BytesIO(content), files.sniff(io.BytesIO(content)))
    assert copy is not None
    with Image.open(io.BytesIO(copy)) as shown:
        kept = shown.info["icc_profile"]
        same = shown.convert("RGB").getpixel((5, 5))
    assert "Dion".encode("utf-16-be") not in kept and len(kept) < len(given)
    # It is a profile still, and says the same colour of the same point.
    point = Image.new("RGB", (1, 1), same)
    srgb = ImageCms.createProfile("sRGB")
    seen = [
        ImageCms.profileToProfile(point, io.BytesIO(one), srgb, renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC)
        for one in (given, kept)
    ]
    assert seen[0] and seen[1] and seen[0].getpixel((0, 0)) == seen[1].getpixel((0, 0))


@pytest.mark.feature_part("F08")
def test_a_colour_profile_that_is_none_is_left_out() -> None:
    for bad in (b"x" * 200, profile("x")[:140], profile("x")[:36] + b"nope" + profile("x")[40:]):
        content = photo("PNG", icc_profile=bad)
        copy = files.without_metadata(io.BytesIO(content), "image/png")
        assert copy is not None
        with Image.open(io.BytesIO(copy)) as shown:
            assert "icc_profile" not in shown.info
