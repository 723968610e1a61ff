"""F78: what a reader may not have is taken out of the data, and no name is left in the bytes that leave."""

import io
import re

import pytest
from pypdf import PdfReader

from governance.packs import contents, making, redaction, render
from governance.packs.blocks import strings
from incidents.models import Case
from tests.cast import Cast

pytestmark = pytest.mark.django_db

NAMES = (
    "Dionne", "Asante", "Paul", "Reid", "Aoife", "Brennan", "Petra", "Novak", "Margaret", "Ellis", "Colin", "Iqbal",
    "larkfield.example", "07700", "Helen Marsh", "anxiety",
)  # fmt: skip


def make(cast: Cast, case: Case, reader: str = "commissioner", **more) -> making.Made:
    given = {"reader": reader, "version": 1, "asked_by": cast.manager, "mark": "m", "names": ["Colin"]}
    return making.make(case, **(given | more))


def clean(cast: Cast, case: Case, reader: str = "commissioner") -> redaction.Redacted:
    """The data only: quicker than the files, and the same."""
    full = contents.build(case, reader=reader, asked_by=cast.manager)
    return redaction.redact(full, case, reader=reader, also=["Colin"])


def everything(data) -> str:
    found: list[str] = []
    strings(data, lambda text: found.append(text) or text)
    return "\n".join(found)


@pytest.mark.feature("F78")
def test_no_name_is_left_in_the_data_the_pdf_or_the_html(cast: Cast, case: Case) -> None:
    made = make(cast, case)
    said = everything(made.contents)
    # Read here by other means than the product's own search: pypdf's text, the raw bytes, the HTML as it is.
    pages = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(made.pdf)).pages)
    for text in (said, pages, made.pdf.decode("latin-1"), made.html.decode()):
        for name in NAMES:
            assert not re.search(rf"\b{re.escape(name)}", text, re.IGNORECASE), name
    assert "Care worker 1" in pages and "Person 1" in pages, "people are called by their codes"


def test_the_manager_s_copy_keeps_every_name(cast: Cast, case: Case) -> None:
    made = make(cast, case, "manager")
    pages = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(made.pdf)).pages)
    assert "Dionne" in pages and "Paul" in pages.title() and "anxiety" in pages and not made.replaced


@pytest.mark.feature("F78")
def test_a_file_that_still_holds_a_name_is_thrown_away(cast: Cast, case: Case, monkeypatch) -> None:
    """As if taking out had missed one: the search of the finished files must stop it."""
    real = redaction.redact

    def missed(data, of_case, **more):
        done = real(data, of_case, **more)
        done.contents["parts"][0]["blocks"][1]["paragraphs"].append("Asked by dionne.")
        return done

    monkeypatch.setattr(redaction, "redact", missed)
    with pytest.raises(making.NotMade, match="Dionne"):
        make(cast, case)


@pytest.mark.feature("F78")
@pytest.mark.parametrize("where", ["title", "alt", "keywords", "attachment", "picture", "object", "stream"])
def test_the_search_looks_where_nobody_reads(where: str) -> None:
    """Metadata, descriptions of pictures, attachments, words inside a drawing."""
    known = [redaction.Known("Dionne Asante", "Care worker 1")]
    drawn = "data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciLz4="
    keywords = "Dionne Asante" if where == "keywords" else "x"
    document = (
        f'<html lang="en"><head><title>A pack</title><meta name="keywords" content="{keywords}"></head>'
        f'<body><h1>A pack</h1><img src="{drawn}" alt="A chart"></body></html>'
    )
    if where == "title":
        document = document.replace("<title>", "<title>Dionne Asante ")
    if where == "alt":
        document = re.sub(r'alt="', 'alt="Dionne Asante ', document, count=1)
    if where == "picture":
        import base64

        drawing = base64.b64encode(
            b'<svg xmlns="http://www.w3.org/2000/svg" width="90" height="20"><text x="1" y="15">Dionne</text></svg>'
        ).decode()
        document = re.sub(r"(base64,)[A-Za-z0-9+/=]+", rf"\g<1>{drawing}", document, count=1)
    data = render.print_pdf(document)
    if where in ("attachment", "object", "stream"):
        from pypdf import PdfWriter
        from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject, PdfObject, TextStringObject

        writer = PdfWriter(clone_from=io.BytesIO(data))
        said = "seen by Dionne Asante"
        if where == "attachment":
            writer.add_attachment("notes.txt", said.encode())
        else:
            # Where no page shows it: a note of its own, or the bytes of a stream nothing draws.
            hidden: PdfObject = DictionaryObject({NameObject("/Said"): TextStringObject(said)})
            if where == "stream":
                hidden = DecodedStreamObject()
                hidden.set_data(said.encode())
            writer.root_object[NameObject("/Hidden")] = writer._add_object(hidden)
        out = io.BytesIO()
        writer.write(out)
        data = out.getvalue()
    assert "Dionne" in redaction.leaks(redaction.texts_of_pdf(data), known)


@pytest.mark.feature("F78")
@pytest.mark.parametrize(
    "divided", ["Asan-\nte", "Asan-\r\nte", "Asan\ufffe\r\nte", "Asan\x02te", "As\u00adante", "As\u200bante"]
)
def test_a_name_divided_at_the_end_of_a_line_is_found(divided: str) -> None:
    known = [redaction.Known("Dionne Asante", "Care worker 1")]
    assert "Asante" in redaction.leaks([f"It was {divided} who rang."], known)


@pytest.mark.feature("F78")
def test_each_replacement_is_listed_in_its_sentence_for_a_person_to_check(cast: Cast, case: Case) -> None:
    made = clean(cast, case)
    found = {(one["was"], one["now"]) for one in made.replaced}
    assert ("dionne asante", "Care worker 1") in found and ("PAUL REID", "Senior carer 1") in found
    assert ("Grace", "Senior carer 2") in found, "a name that is a word is taken out where it is written like a name"
    sentence = next(one["sentence"] for one in made.replaced if one["was"] == "Colin")
    assert sentence == "Will Margaret’s son Colin be told?"


def test_ordinary_words_stay_and_what_may_be_a_name_is_listed(cast: Cast, case: Case) -> None:
    from incidents.models import Case as Cases
    from records.acting import acting_as

    with acting_as(cast.manager, "test.changed"):
        case.what_happened = (
            "She may be told. By grace of the rota nobody came. Then Zebedee rang. Off sick since Monday."
        )
        case.save()
    made = clean(cast, Cases.objects.get(pk=case.pk))
    said = everything(made.contents)
    assert "She may be told" in said and "By grace of the rota" in said
    why = {one["word"]: one["why"] for one in made.doubtful}
    assert why["Zebedee"] == "may be a name" and why["sick"] == "speaks of health or a union"
    assert why["grace"] == "is also somebody’s name"


@pytest.mark.feature("F78")
def test_the_reporter_is_not_even_known_by_a_role_code(cast: Cast, case: Case) -> None:
    said = everything(clean(cast, case).contents)
    assert cast.colleague_staff.role_code == "Care worker 2"
    assert "Care worker 2" not in said and "a member of staff rang the office" in said


@pytest.mark.feature("F78")
def test_the_hr_compartment_is_dropped_whole_and_says_so(cast: Cast, case: Case) -> None:
    data = clean(cast, case).contents
    control = next(b for b in contents.find_part(data, 3)["blocks"] if b["kind"] == "record")
    assert dict(control["rows"])["Welfare contact of the worker"] == redaction.HR_GONE


@pytest.mark.feature("F78")
def test_what_a_part_marks_as_hr_is_dropped_even_where_no_field_is_declared() -> None:
    """Whole blocks, lines of a record and columns of a table; nothing else of them."""
    marked = [
        {"kind": "record", "rows": [["Kept", "one"], ["Dropped", "two"]], "hr_names": ["Dropped"]},
        {"kind": "table", "columns": ["Kept", "Dropped"], "rows": [["three", "four"], ["five", "–"]], "hr_columns": ["Dropped"]},
        {"kind": "words", "heading": "Capability", "paragraphs": ["six"], "hr": True},
    ]  # fmt: skip
    data = {"service": "", "provider": "", "parts": [{"blocks": marked}]}
    record, table, whole = redaction.take_out(data, []).contents["parts"][0]["blocks"]
    assert record["rows"] == [["Kept", "one"], ["Dropped", redaction.HR_GONE]]
    assert table["rows"] == [["three", redaction.HR_GONE], ["five", "–"]]
    assert whole["paragraphs"] == [redaction.HR_GONE] and "six" not in str(whole)


@pytest.mark.feature("F78")
def test_former_names_are_taken_out_too(cast: Cast, case: Case) -> None:
    """Of staff without a sign-in as well, whom only their own record names."""
    from records.acting import acting_as

    agency = cast.staff["agency"]
    assert agency.user is None
    for staff in (cast.worker, agency):
        was = staff.name
        with acting_as(cast.manager, "staff.renamed"):
            staff.name = f"Quillon {staff.role_code}"
            staff.save()
        known = {one.name: one.instead for one in redaction.names_of(case)}
        assert known.get(was) == staff.role_code, was
    assert "Asante" not in everything(clean(cast, case).contents)


@pytest.mark.feature("F78")
def test_the_former_name_and_address_of_a_sign_in_are_taken_out(cast: Cast, case: Case) -> None:
    from records.acting import acting_as

    for name, address in (("Zenobia Quartermaine", "zq@larkfield.example"), ("Dionne Asante", "da@larkfield.example")):
        with acting_as(cast.manager, "user.renamed"):
            cast.worker_user.name, cast.worker_user.email = name, address
            cast.worker_user.save()
    known = {one.name: one.instead for one in redaction.names_of(case)}
    assert known.get("Zenobia Quartermaine") == known.get("zq@larkfield.example") == cast.worker.role_code


def test_a_code_of_two_letters_is_not_the_word_me(cast: Cast) -> None:
    case = cast.case(rated=True, people=["ME"], what_happened="ME told me. It hurt me.")
    said = everything(clean(cast, case).contents)
    assert "Person 1 told me. It hurt me." in said


def of_words(*paragraphs: str, known: list[redaction.Known]) -> redaction.Redacted:
    blocks = [{"kind": "words", "heading": "", "paragraphs": list(paragraphs)}]
    return redaction.take_out({"service": "", "provider": "", "parts": [{"blocks": blocks}]}, known)


def read(made: redaction.Redacted) -> list[str]:
    return list(redaction.typed_strings(made.contents))


DIONNE = redaction.Known("Dionne Asante", "Care worker 1")


@pytest.mark.feature("F78")
@pytest.mark.parametrize("written", ["D.A.", "D.A", "D. A.", "D.\u00a0A.", "DA"])
def test_the_initials_of_one_person_become_their_code(written: str) -> None:
    made = of_words(f"Direct quote: {written}, care note", known=[DIONNE])
    assert read(made) == ["Direct quote: Care worker 1, care note"]
    assert [(one["was"], one["now"]) for one in made.replaced] == [(written, "Care worker 1")] and not made.doubtful


@pytest.mark.feature("F78")
def test_every_initial_of_a_long_name_or_the_first_and_last_are_found() -> None:
    known = [redaction.Known("Mary Jane Watson-Kerr", "Care worker 3")]
    made = of_words("M.J.W. rang; M.W. wrote; MJWK signed.", known=known)
    assert read(made) == ["Care worker 3 rang; Care worker 3 wrote; Care worker 3 signed."]


@pytest.mark.feature("F78")
def test_initials_of_two_people_are_left_and_listed() -> None:
    made = of_words("D.A. wrote the note.", known=[DIONNE, redaction.Known("Dora Ali", "Care worker 2")])
    assert read(made) == ["D.A. wrote the note."]
    assert [(one["word"], one["why"]) for one in made.doubtful] == [("D.A.", redaction.SHARED)]


@pytest.mark.feature("F78")
def test_the_code_of_a_person_supported_is_never_taken_for_a_worker_s_initials() -> None:
    """As it is written it is theirs, and where a worker has the same initials a person looks at each sentence."""
    known = [DIONNE, redaction.Known("D.A.", "Person 1", exact=True)]
    made = of_words("D.A.", "D.A. cried at night. DA wrote it down.", known=known)
    assert read(made) == ["Person 1", "Person 1 cried at night. DA wrote it down."]
    assert [one["word"] for one in made.doubtful] == ["D.A.", "DA"]
    assert {one["why"] for one in made.doubtful} == {redaction.SHARED}


@pytest.mark.feature("F78")
def test_a_usual_abbreviation_is_nobody_s_initials_and_unknown_ones_are_listed() -> None:
    known = [redaction.Known("Gina Patel", "Care worker 4"), redaction.Known("Colin Ellis", redaction.THIRD_PARTY)]
    made = of_words("The GP and the CQC were told. Q.Z. was there. G.P. rang; C.E. came; CE left.", known=known)
    [said] = read(made)
    assert said == ("The GP and the CQC were told. Q.Z. was there. Care worker 4 rang; [name taken out] came; CE left.")
    assert [one["word"] for one in made.doubtful] == ["Q.Z.", "CE"]


def test_what_begins_a_quotation_and_i_m_are_not_listed() -> None:
    made = of_words(
        "It says “Wants to go out” and ‘Likes tea’. He gets cross when I’m slow, and I'd go, or I’ll.", known=[]
    )
    assert made.doubtful == []
