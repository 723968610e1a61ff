"""F08: a small file that fills the memory when it is opened is refused, and nobody waits for a picture to be drawn."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from incidents.models import CaseFile
from records import files
from records.refusals import Refused
from tests.evidence.test_files import add, photo

pytestmark = [pytest.mark.django_db, pytest.mark.feature_part("F08")]


def moving(kind: str, frames: int, size: tuple[int, int] = (1000, 1000)) -> bytes:
    """A picture that moves, or has many pages: a few kilobytes, a colour a frame."""
    made = [Image.new("RGB", size, (at, 0, 0)) for at in range(frames)]
    options: dict[str, Any] = {"TIFF": {"compression": "tiff_deflate"}, "WEBP": {"lossless": True}}.get(kind, {})
    out = io.BytesIO()
    made[0].save(out, kind, save_all=True, append_images=made[1:], **options)
    return out.getvalue()


BOMBS = {
    "a webp that moves": ("WEBP", 26, (1000, 1000)),
    "a gif that moves": ("GIF", 61, (1000, 1000)),
    "a tiff of many pages": ("TIFF", 61, (1000, 1000)),
    "one large webp": ("WEBP", 1, (5100, 5000)),
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_a_picture_whose_pages_together_fill_the_memory_is_refused(bomb: Any) -> None:
    content = io.BytesIO(moving(*bomb))
    assert len(content.getvalue()) < 600_000
    with pytest.raises(Refused, match="too large to open"):
        files.check(content, files.sniff(content))


@pytest.mark.parametrize("kind", ["WEBP", "GIF", "TIFF"])
def test_a_picture_of_a_few_pages_keeps_them_all(kind: str) -> None:
    content = moving(kind, 5, (40, 30))
    copy = files.without_metadata(io.BytesIO(content), files.sniff(io.BytesIO(content)))
    assert copy is not None
    with Image.open(io.BytesIO(copy)) as shown:
        assert getattr(shown, "n_frames", 1) == 5


def test_a_tiff_whose_later_pages_are_larger_than_its_first_is_refused() -> None:
    out = io.BytesIO()
    later = [Image.new("1", (7000, 7000), at) for at in range(2)]
    Image.new("1", (10, 10)).save(out, "TIFF", save_all=True, append_images=later, compression="group4")
    files.check(out, "image/tiff")
    with pytest.raises(Refused, match="too large to open"):
        files.without_metadata(out, "image/tiff")


def test_the_page_says_what_to_do_about_it_and_keeps_what_was_typed(cast: Any, client: Any) -> None:
    case = cast.case()
    client.force_login(cast.manager)
    sent = {
        "uploads": [SimpleUploadedFile("good.jpg", photo()), SimpleUploadedFile("bruise.webp", moving("WEBP", 190))],
        "description": "The left arm at eight",
    }
    answer = client.post(reverse("case-evidence-new", args=[case.pk]), sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "This picture is too large to open. Make it smaller, then add it." in page
    assert "The left arm at eight" in page
    assert not CaseFile.objects.filter(case=case).exists()


@pytest.mark.parametrize("content", [moving("WEBP", 26), photo("PNG", size=(300, 300))[:200]], ids=["bomb", "torn"])
@pytest.mark.parametrize("page", ["new", "replace"])
def test_a_picture_is_opened_before_the_case_is_locked(cast: Any, client: Any, content: bytes, page: str) -> None:
    case = cast.case()
    client.force_login(cast.manager)
    one = {"description": "One", "upload" if page == "replace" else "uploads": SimpleUploadedFile("a.png", content)}
    kept = [add(cast, case, photo()).pk] if page == "replace" else []
    with CaptureQueriesContext(connection) as asked:
        answer = client.post(reverse(f"case-{'file-replace' if kept else 'evidence-new'}", args=[case.pk, *kept]), one)
    assert answer.status_code == 422
    assert not [one["sql"] for one in asked.captured_queries if "FOR UPDATE" in one["sql"]]
