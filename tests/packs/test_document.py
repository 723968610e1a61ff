"""F79, F81: the document itself: tagged, named, bookmarked, numbered; the same bytes again; nothing loaded from outside."""

import io
import re
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest
from pypdf import PdfReader

from governance.models import Pack
from governance.packs import blocks, contents, making, printer, redaction, render
from incidents.models import Case
from records import times
from tests.cast import Cast
from tests.packs import verapdf

pytestmark = pytest.mark.django_db


#: Printed once for this module: plain data and bytes, which no test changes.
_made: list[making.Made] = []


@pytest.fixture
def made(cast: Cast, case: Case) -> making.Made:
    if not _made:
        _made.append(
            making.make(
                case,
                reader="commissioner",
                version=1,
                asked_by=cast.manager,
                mark="safe-to-practise-pack:x",
                names=["Colin"],
            )
        )
    return _made[0]


@pytest.mark.feature("F79")
def test_an_independent_validator_finds_nothing_against_pdf_ua(made: making.Made, tmp_path: Path) -> None:
    file = tmp_path / "pack.pdf"
    file.write_bytes(made.pdf)
    assert verapdf.failures(file) == []


def walk(node, found: list) -> list:
    found.append(node)
    kids = node.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            walk(kid, found)
    return found


@pytest.mark.feature("F79")
def test_the_structure_is_tagged_in_words_a_reader_s_software_knows(made: making.Made) -> None:
    with pikepdf.open(io.BytesIO(made.pdf)) as pdf:
        assert str(pdf.Root.Lang).startswith("en-GB") and pdf.Root.MarkInfo.Marked
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1" and "SP-" in metadata["dc:title"]
        tags = walk(
            pdf.Root.StructTreeRoot.K[0]
            if isinstance(pdf.Root.StructTreeRoot.K, pikepdf.Array)
            else pdf.Root.StructTreeRoot.K,
            [],
        )
        kinds = [str(tag.S) for tag in tags]
        assert {"/H1", "/H2", "/H3", "/Table", "/TH", "/TD", "/Figure", "/P"} <= set(kinds)
        assert all(str(tag.get("/Alt", "")) for tag in tags if str(tag.S) == "/Figure"), (
            "each picture says what it shows"
        )
        headings = {bytes(tag.ID) for tag in tags if str(tag.S) == "/TH"}
        for cell in (tag for tag in tags if str(tag.S) == "/TD"):
            named = [bytes(one) for one in cell.A.get("/Headers", [])]
            assert named and set(named) <= headings, "each cell names its row's and its column's heading"


@pytest.mark.feature("F79")
def test_fourteen_parts_are_bookmarked_and_the_contents_give_their_true_pages(made: making.Made) -> None:
    reader = PdfReader(io.BytesIO(made.pdf))
    top = [entry for entry in reader.outline if not isinstance(entry, list)]
    parts = [entry for entry in top if re.match(r"\d+\. ", str(entry.title))]
    assert [int(str(entry.title).split(".")[0]) for entry in parts] == list(range(1, 15))
    listed = dict(re.findall(r"(\d+)\. [^\n]*? (?:\. ?)+ ?(\d+)\n", reader.pages[1].extract_text() + "\n"))
    assert len(listed) == 14
    for entry in parts:
        assert int(listed[str(entry.title).split(".")[0]]) == reader.get_destination_page_number(entry) + 1
    for number, page in enumerate(reader.pages, start=1):
        assert f"Page {number} of {len(reader.pages)}" in page.extract_text()


@pytest.mark.feature("F79")
def test_the_html_twin_says_the_same_and_needs_nothing_else(made: making.Made) -> None:
    document = made.html.decode()
    assert '<html lang="en-GB">' in document
    assert not re.search(r'(?:src|href)="(?!#|data:image/svg)', document) and "@font-face" not in document
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(made.pdf)).pages)
    squeezed = re.sub(r"\s+", "", text)
    for part in made.contents["parts"]:
        assert f'id="part-{part["number"]}"' in document and re.sub(r"\s+", "", part["title"]) in squeezed


def test_the_manager_s_full_copy_holds_all_fourteen_parts_even_of_an_empty_case(cast: Cast) -> None:
    data = contents.build(cast.case())
    assert [part["number"] for part in data["parts"]] == list(range(1, 15))
    assert "Not recorded yet" in str(contents.find_part(data, 6)) or "Not tested yet" in str(
        contents.find_part(data, 6)
    )


def test_what_went_badly_is_in_the_pack(cast: Cast, case: Case) -> None:
    """A late duty, said out loud in part 4 and again in part 12."""
    import time_machine as clock

    late = cast.case(rated=True)
    with clock.travel(times.now() + timedelta(days=3)):
        data = contents.build(late)
    assert "overdue" in str(contents.find_part(data, 4)["blocks"][1]["rows"])
    assert "overdue" in str(contents.find_part(data, 12)["blocks"][0])


def test_the_hours_of_each_step_are_charted_in_the_pack(cast: Cast, case: Case) -> None:
    """F07: the latencies computed, shown and charted: a picture with its numbers beside it."""
    charted = [b for b in contents.find_part(contents.build(case), 1)["blocks"] if b.get("svg")]
    assert len(charted) == 1 and charted[0]["heading"] == "Hours each step took"
    assert "<svg" in charted[0]["svg"] and charted[0]["alt"]
    hours = times.hours_between(case.first_noticed_at, case.reported_inside_at)
    assert any(f"{hours:.1f}" in str(row) for row in charted[0]["rows"])


def test_a_length_is_in_words_and_from_an_hour_on_in_hours_too() -> None:
    assert blocks.span(timedelta(seconds=20)) == "less than a minute"
    assert blocks.span(timedelta(minutes=59)) == "59 minutes"
    assert blocks.span(timedelta(days=6, hours=1)) == "6 days 1 hour (145.0 hours)"
    assert blocks.lateness(times.now() - timedelta(minutes=2), None) == "2 minutes overdue"


def test_the_same_data_gives_the_same_bytes(made: making.Made) -> None:
    again = render.pdf(made.contents, mark="safe-to-practise-pack:x")
    assert made.pdf.startswith(again)


@pytest.mark.feature("F81")
def test_a_kept_pack_is_made_again_byte_for_byte_although_the_case_went_on(cast: Cast, case: Case) -> None:
    from governance import actions

    pack = actions.ask_for_pack(by=cast.manager, case=case, reader="commissioner", names=["Colin"], in_background=False)
    pack = making.make_and_keep(pack)
    cast.control(case)
    kept = Pack.objects.get(pk=pack.pk)
    assert making.reproduced(kept)
    kept.contents["parts"][0]["title"] = "Another summary"
    assert not making.reproduced(kept)


@pytest.mark.parametrize(
    ("url", "may"),
    [
        ("file:{folder}/build/pack.css", True),
        ("file:{folder}/build/fonts/a.woff2", True),
        ("data:image/svg+xml;base64,AAAA", True),
        ("file:{folder}/../var/pack-signing.pem", False),
        ("file:{folder}/icon.svg", False),
        ("file:/etc/passwd", False),
        ("file://host/share/pack.css", False),
        ("http://127.0.0.1/pack.css", False),
        ("https://example.org/x.woff2", False),
        ("data:text/html;base64,AAAA", False),
    ],
)
def test_a_pack_loads_its_sheet_and_typeface_and_nothing_else(tmp_path: Path, url: str, may: bool) -> None:
    assert printer.allowed(url.format(folder=tmp_path), tmp_path) is may


def test_a_document_that_asks_for_anything_else_is_not_printed() -> None:
    with pytest.raises(render.NotPrinted, match="may not load"):
        render.print_pdf('<html lang="en"><title>x</title><img src="http://127.0.0.1:9/x.png" alt="x"></html>')


def test_typed_markup_stays_text(cast: Cast) -> None:
    case = cast.case(what_happened="<img src=http://127.0.0.1:9/x> <script>alert(1)</script>")
    document = render.html(contents.build(case))
    assert "&lt;script&gt;" in document and "<script" not in document


def test_profiles_cover_every_reader() -> None:
    from governance.models import Reader

    assert set(redaction.PROFILES) == set(Reader.values)
