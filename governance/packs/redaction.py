"""Taking names out of a pack's data before anything is rendered, and proving afterwards that none is left (F78).

Two steps on the data, one on the files:

1. `profile` says what a reader may not have. What belongs to the HR compartment (health, union and capability
   detail) is dropped whole, and says so in its place.
2. Every string is searched for every name the product knows: staff, sign-ins, e-mail addresses, people supported,
   contacts, and the names added by the person who asked for the pack. Whole names and their parts, in any case.
   Each replacement is kept with the sentence it stood in, for a person to check.
3. `leaks` searches the finished files: every text, bookmark, description, attachment and metadata entry.

Initials ("D.A.", "D. A.", "DA") become the code of whoever has them, where only one person known here does and they
are no usual abbreviation; otherwise they are listed for the person who checks.

A name that is also an ordinary word ("Will", "Grace") is taken out where it is written like a name; each place
where it stands like a word is listed for the person who checks. So are words that look like names the product
does not know, and words that speak of health or a union.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from accounts.models import Membership, Staff, User
from governance.models import Reader
from governance.packs.blocks import STRUCTURE, strings, words
from governance.packs.ordinary import ABBREVIATIONS, NAME_WORDS, ORDINARY, SENSITIVE, TITLES
from incidents.models import Case, CaseStaff, Involvement
from records import compartments

REPORTER = "a member of staff"
THIRD_PARTY = "[name taken out]"
HR_GONE = "Taken out of this edition: capability, health and union detail."
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<![\w/-])(?:\+44|0)(?:[\s-]?\d){9,10}(?![\w-])")
_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b")
_NHS = re.compile(r"(?<!\d)\d{3}[ -]\d{3}[ -]\d{4}(?!\d)")
_CAPITAL = re.compile(r"[^\W\d_][\w’'-]+")
#: Two to four capitals with full stops between them, or without any.
_INITIALS = re.compile(r"(?<![\w@.])(?:(?:[^\W\d_]\.[ \u00a0]?){1,3}[^\W\d_](?:\.|(?![\w.]))|[^\W\d_]{2,4})(?![\w@-])")
#: "I’m" stands with a capital wherever it is written.
_OF_I = re.compile(r"i[’'](?:m|d|ll|ve)", re.IGNORECASE)
_SENTENCE = re.compile(r".+?(?:[.!?](?=\s|$)|\n|$)")
#: What identifies somebody without being a name.
NUMBERS = (("e-mail", _EMAIL), ("telephone", _PHONE), ("NHS number", _NHS), ("postcode", _POSTCODE))


@dataclass(frozen=True)
class Profile:
    """What one kind of reader does not get, in words for the page and as switches for the data."""

    reader: str
    gets: tuple[str, ...]
    taken_out: tuple[str, ...]
    redacts: bool


PROFILES: dict[str, Profile] = {
    Reader.MANAGER: Profile(
        Reader.MANAGER,
        ("All 14 parts, with names", "The workers’ reflections and the capability detail"),
        (),
        False,
    ),
    Reader.COMMISSIONER: Profile(
        Reader.COMMISSIONER,
        ("All 14 parts", "What was late, what did not pass, every chase and exception"),
        (
            "Names of staff: each is called by a role code",
            "People supported, families and other third parties: a code, or nothing",
            "Who reported it",
            "Capability, health and union detail, and the workers’ reflections",
            "E-mail addresses, telephone numbers, postcodes and NHS numbers",
        ),
        True,
    ),
    Reader.INSPECTOR: Profile(
        Reader.INSPECTOR,
        ("All 14 parts", "What was late, what did not pass, every chase and exception"),
        (
            "Names of staff: each is called by a role code",
            "People supported, families and other third parties: a code, or nothing",
            "Who reported it",
            "Capability, health and union detail, and the workers’ reflections",
            "E-mail addresses, telephone numbers, postcodes and NHS numbers",
        ),
        True,
    ),
}


@dataclass(frozen=True)
class Known:
    """One name the product knows and what stands in its place. `exact` names are searched as written only."""

    name: str
    instead: str
    exact: bool = False


@dataclass
class Redacted:
    """The data without names, what was replaced where, and what a person should look at."""

    contents: dict[str, Any]
    known: list[Known] = field(default_factory=list)
    replaced: list[dict[str, str]] = field(default_factory=list)
    doubtful: list[dict[str, str]] = field(default_factory=list)


def redact(contents: dict[str, Any], case: Case, *, reader: str, also: Iterable[str] = ()) -> Redacted:
    """The pack's data as this reader may have it. The registered manager's copy comes back as it is."""
    profile = PROFILES[reader]
    known = names_of(case, also) if profile.redacts else []
    held_back = list(compartments.texts_of(case, compartments.ALL)) if profile.redacts else []
    return take_out(
        contents | {"taken_out": list(profile.taken_out)}, known, redacts=profile.redacts, held_back=held_back
    )


def take_out(
    contents: dict[str, Any], known: list[Known], *, redacts: bool = True, held_back: Iterable[str] = ()
) -> Redacted:
    """The data without these names and without the HR compartment; as it is where nothing is to be taken out.

    `held_back` are the texts of the fields declared in a compartment: taken out wherever they stand, also where
    somebody who built a part forgot to mark it.
    """
    if not redacts:
        return Redacted(contents)
    pattern, places = _pattern(known)
    initials = initials_of(known)
    made = Redacted({}, known)
    shared: list[dict[str, str]] = []

    codes = {one.name for one in known if one.exact}
    shared_with = {_letters(code) for code in codes}
    longest_first = sorted(set(held_back), key=len, reverse=True)

    def change(text: str) -> str:
        for phrase in longest_first:
            if phrase in text:
                made.replaced.append({"was": phrase[:80], "now": HR_GONE, "sentence": HR_GONE})
                text = text.replace(phrase, HR_GONE)

        def put(match: re.Match[str]) -> str:
            if (found := _instead(match, places, match.string)) is None:
                return match.group()
            around = sentence_of(match.string, match.start())
            # A person's code by itself is that; within a sentence it may have been meant for whoever has these initials.
            if (
                match.group() in codes
                and match.group() != match.string.strip()
                and initials.get(_letters(match.group()))
            ):
                shared.append({"word": match.group(), "why": SHARED, "sentence": around})
            made.replaced.append({"was": match.group(), "now": found, "sentence": around})
            return found

        def put_code(match: re.Match[str]) -> str:
            if (found := _code_for(match.group(), initials, shared_with)) is None:
                return match.group()
            around = sentence_of(match.string, match.start())
            made.replaced.append({"was": match.group(), "now": found, "sentence": around})
            return found

        said = text
        for kind, expression in NUMBERS:
            for match in expression.finditer(said):
                made.replaced.append(
                    {"was": match.group(), "now": f"[{kind} taken out]", "sentence": sentence_of(said, match.start())}
                )
            said = expression.sub(f"[{kind} taken out]", said)
        said = pattern.sub(put, said) if pattern else said
        return _INITIALS.sub(put_code, said) if initials else said

    without_hr = contents | {"parts": [_without_hr(part) for part in contents["parts"]]}
    made.contents = strings(without_hr, change)
    # Drawings carry words too; none of ours holds a name, and this makes sure.
    for part in made.contents["parts"]:
        for block in part["blocks"]:
            if block["kind"] == "picture":
                block["svg"] = change(block["svg"])
    made.doubtful = [*shared, *_doubtful(made.contents, known)]
    return made


def _without_hr(part: dict[str, Any]) -> dict[str, Any]:
    """A part without the HR compartment: whole blocks, lines of records, columns of tables."""
    kept = []
    for block in part["blocks"]:
        if block.get("hr"):
            kept.append(words(HR_GONE, heading=block["heading"]))
            continue
        block = dict(block)
        if names := block.get("hr_names"):
            block["rows"] = [[n, HR_GONE if n in names else said] for n, said in block["rows"]]
        if columns := block.get("hr_columns"):
            gone = [block["columns"].index(name) for name in columns]
            block["rows"] = [
                [HR_GONE if place in gone and cell != "–" else cell for place, cell in enumerate(row)]
                for row in block["rows"]
            ]
        kept.append(block)
    return part | {"blocks": kept}


def names_of(case: Case, also: Iterable[str] = ()) -> list[Known]:
    """Every name that must not be in a redacted pack of this case, and what stands in its place.

    All staff and sign-ins of the provider, and everybody else who acted in the case; the reporter is called "a
    member of staff" (S10). People supported become "Person 1"; contacts, outside professionals and names added by
    hand are taken out without a code.
    """
    found: list[Known] = []
    reporters = set(
        CaseStaff.objects.filter(case=case, involvement=Involvement.REPORTER).values_list("staff_id", flat=True)
    )
    seen_users: set[Any] = set()
    for staff in Staff.objects.filter(provider=case.provider_id).select_related("user"):
        instead = REPORTER if staff.pk in reporters else staff.role_code
        found.append(Known(staff.name, instead))
        for user_name in {staff.user.name, staff.user.email} if staff.user else ():
            found.append(Known(user_name, instead))
        seen_users.add(staff.user_id)
    for staff in Staff.history.filter(provider_id=case.provider_id).only("name", "role_code", "id"):
        found.append(Known(staff.name, REPORTER if staff.id in reporters else staff.role_code))
    roles = {
        m.user_id: m.role_class.name for m in Membership.objects.filter(provider=case.provider_id).order_by("starts_on")
    }
    for user in User.objects.filter(pk__in=set(roles) - seen_users):
        found += [Known(user.name, roles[user.pk]), Known(user.email, roles[user.pk])]
    # Sign-ins had other names and addresses too: of whoever they are now, what stands instead is the same.
    called = {one.name: one.instead for one in found}
    now = User.objects.filter(pk__in=set(roles) | seen_users).in_bulk()
    for then in User.history.filter(id__in=now).values("id", "name", "email").distinct():
        instead = called.get(now[then["id"]].email, THIRD_PARTY)
        found += [Known(then["name"], instead), Known(then["email"], instead)]
    for number, link in enumerate(case.casepersons.select_related("person").order_by("added_at"), start=1):
        found.append(Known(link.person.code, f"Person {number}", exact=True))
        for typed in (link.agreed_contacts, link.blocked_contacts):
            found += [Known(name, THIRD_PARTY) for name in names_in(typed)]
    found += [Known(name, THIRD_PARTY) for typed in _outsiders(case) for name in names_in(typed)]
    found += [
        Known(case.provider.director_name, "Director"),
        Known(case.provider.external_person, "Independent person"),
    ]
    found += [Known(name.strip(), THIRD_PARTY) for name in also if name.strip()]
    return _longest_first(found)


def _outsiders(case: Case) -> Iterator[str]:
    """Fields in which people write the name of somebody outside."""
    for professional, acknowledged in case.duties.values_list("professional", "acknowledged_by"):
        yield from (professional, acknowledged)
    yield from case.chronology_entries.values_list("said_by", flat=True)
    yield from case.holdrequests.values_list("asked_by", flat=True)
    yield from case.capabilityresponses.values_list("supporter", flat=True)
    yield from case.riskcontrols.values_list("welfare_contact", flat=True)


def names_in(typed: str) -> list[str]:
    """What looks like a name in a field meant for one: runs of capitalised words that are not ordinary ones."""
    found, run = [], []
    for word in re.findall(r"[\w’'-]+|[^\w\s]", typed or ""):
        if word[:1].isupper() and word.lower() not in ORDINARY and len(word) > 1:
            run.append(word)
        else:
            found.append(" ".join(run))
            run = []
    found.append(" ".join(run))
    return [name for name in found if name and name.lower().rstrip(".") not in TITLES]


def _longest_first(found: Iterable[Known]) -> list[Known]:
    seen: dict[str, Known] = {}
    for one in found:
        if len(one.name.strip()) > 1:
            seen.setdefault(one.name.strip().lower() if not one.exact else one.name, one)
    return sorted(seen.values(), key=lambda one: (-len(one.name), one.name))


@dataclass(frozen=True)
class _Place:
    instead: str
    #: The exact spelling, for codes of one or two letters; None: any case.
    spelling: str | None = None
    #: An ordinary word too: only where it is written like a name.
    doubtful: bool = False


def _pattern(known: list[Known]) -> tuple[re.Pattern[str] | None, dict[str, _Place]]:
    """One expression for every name and part of a name, longest first, and what each becomes."""
    places: dict[str, _Place] = {}
    for one in known:
        if one.exact:
            places.setdefault(one.name.lower(), _Place(one.instead, one.name))
        else:
            places.setdefault(one.name.lower(), _Place(one.instead))
    for one in known:
        if one.exact or "@" in one.name:
            continue
        for part in re.findall(r"[\w’'-]+", one.name):
            if len(part) > 1 and part.lower() not in TITLES:
                ordinary = part.lower() in NAME_WORDS or part.lower() in ORDINARY
                places.setdefault(part.lower(), _Place(one.instead, doubtful=ordinary))
    if not places:
        return None, places
    spelled = sorted((re.escape(name).replace(r"\ ", r"[\s\u00a0]+") for name in places), key=len, reverse=True)
    # A code such as "M.E." ends in a full stop, so a word boundary will not do.
    return re.compile(rf"(?<![\w@])(?:{'|'.join(spelled)})(?!\w)", re.IGNORECASE), places


def _instead(match: re.Match[str], places: dict[str, _Place], text: str) -> str | None:
    """What stands in place of a match; None where it is to stay."""
    place = places.get(re.sub(r"\s+", " ", match.group()).lower())
    if place is None:
        return None
    if place.spelling is not None and match.group() != place.spelling:
        return None
    if place.doubtful and not (match.group()[0].isupper() and not _starts_sentence(text, match.start())):
        return None
    return place.instead


#: Why initials are left for a person to judge.
SHARED = "is also somebody’s initials"


def _letters(written: str) -> str:
    """ "D. A." as "DA"."""
    return "".join(letter for letter in written if letter.isalpha())


def initials_of(known: Iterable[Known]) -> dict[str, set[str]]:
    """For the letters of each name's initials: what may stand in their place. More than one where people share them.

    "Mary Jane Watson-Bell" is "MJW", "MJWB", "MW" or "MWB". A person supported is known by a code, and has none here.
    """
    found: dict[str, set[str]] = {}
    for one in known:
        if one.exact or "@" in one.name:
            continue
        names = [part for part in re.findall(r"[\w’'-]+", one.name) if part.lower() not in TITLES]
        if len(names) < 2:
            continue
        first, *between, last = names
        lasts = {last[0], "".join(part[:1] for part in last.split("-"))}
        for end in lasts:
            for middle in {"", "".join(part[0] for part in between)}:
                found.setdefault((first[0] + middle + end).upper(), set()).add(one.instead)
    return found


def _code_for(written: str, initials: dict[str, set[str]], of_persons: set[str]) -> str | None:
    """The code in place of these initials; None where they are nobody's, or it is not certain whose."""
    letters = _letters(written)
    if letters.upper() != letters or letters in of_persons or len(initials.get(letters, ())) != 1:
        return None
    [instead] = initials[letters]
    if written == letters and (_usual(letters) or instead == THIRD_PARTY):
        return None
    return instead


def _usual(letters: str) -> bool:
    """Whether letters without full stops stand for something else than a name, or are a word written large."""
    lower = letters.lower()
    return lower in ABBREVIATIONS or lower in ORDINARY or lower in NAME_WORDS


def _doubtful_initials(text: str, initials: dict[str, set[str]]) -> Iterator[tuple[re.Match[str], str]]:
    """What is left of initials: of more than one person, of one who cannot be told from a usual word, or of nobody known."""
    for match in _INITIALS.finditer(text):
        letters = _letters(match.group())
        if letters.upper() != letters:
            continue
        if letters in initials and not (match.group() == letters and letters.lower() in ABBREVIATIONS):
            yield match, SHARED
        elif match.group() != letters:
            yield match, "may be somebody’s initials"


#: What is said begins with a capital, whatever word it begins with.
OPENING = ("“", "‘", '"', " '")


def _starts_sentence(text: str, at: int) -> bool:
    before = text[:at].rstrip(" “\"'(")
    return not before or before[-1] in ".!?:;\n"


def sentence_of(text: str, at: int) -> str:
    """The sentence around a place in a text, at most 240 characters, for the list a person checks."""
    for match in _SENTENCE.finditer(text):
        if match.start() <= at < match.end():
            return match.group().strip()[:240]
    return text[:240]


def _doubtful(contents: dict[str, Any], known: list[Known]) -> Iterator[dict[str, str]]:
    """Places a person should look at: ordinary words that are also names, unknown capitals, health and union."""
    parts = {
        part.lower()
        for one in known
        for part in re.findall(r"[\w’'-]+", one.name)
        if not one.exact and "@" not in one.name and (part.lower() in NAME_WORDS or part.lower() in ORDINARY)
    }
    said = {one.instead.lower() for one in known} | {contents["service"].lower(), contents["provider"].lower()}
    own = {word.lower() for phrase in said for word in re.findall(r"[\w’'-]+", phrase)}
    seen: set[tuple[str, str]] = set()
    initials = initials_of(known)
    for text in typed_strings(contents):
        for match, why in _doubtful_initials(text, initials):
            sentence = sentence_of(text, match.start())
            if (match.group(), sentence) not in seen:
                seen.add((match.group(), sentence))
                yield {"word": match.group(), "why": why, "sentence": sentence}
        for match in _CAPITAL.finditer(text):
            word = match.group()
            lower = word.lower()
            if lower in SENSITIVE:
                why = "speaks of health or a union"
            elif lower in parts:
                why = "is also somebody’s name"
            elif (
                word[0].isupper()
                and not word.isupper()
                and not _starts_sentence(text, match.start())
                and not text[: match.start()].endswith(OPENING)
                and not _OF_I.fullmatch(word)
                and lower not in ORDINARY
                and lower not in own
                and "taken out" not in text[match.start() : match.start() + 40]
            ):
                why = "may be a name"
            else:
                continue
            sentence = sentence_of(text, match.start())
            if (lower, sentence) not in seen:
                seen.add((lower, sentence))
                yield {"word": word, "why": why, "sentence": sentence}


def typed_strings(contents: dict[str, Any]) -> Iterator[str]:
    """The strings a person may have typed: cells and paragraphs, not headings and columns of ours."""
    for part in contents["parts"]:
        for block in part["blocks"]:
            yield from block.get("paragraphs", ())
            for row in block.get("rows", ()):
                yield from (cell for cell in (row if block["kind"] != "record" else row[1:]) if isinstance(cell, str))


# --- After rendering -------------------------------------------------------------------------------------


def forbidden(known: list[Known]) -> list[tuple[str, bool]]:
    """What must be nowhere in the files: (text, any case?). Parts that are ordinary words only stand as whole names."""
    found: dict[str, bool] = {}
    for one in known:
        found[one.name] = not one.exact
        if one.exact or "@" in one.name:
            continue
        for part in re.findall(r"[\w’'-]+", one.name):
            ordinary = part.lower() in NAME_WORDS or part.lower() in ORDINARY or part.lower() in TITLES
            if len(part) > 2 and not ordinary:
                found.setdefault(part, True)
    allowed = {word.lower() for one in known for word in re.findall(r"[\w’'-]+", one.instead)}
    return [(name, any_case) for name, any_case in found.items() if name.lower() not in allowed]


#: What may stand within a word: marks that are not seen, and a word divided at the end of a line (pdfium writes such a
#: hyphen as U+FFFE or U+0002).
DIVIDED = re.compile(r"[\u00ad\u200b]|(?:(?<=\w)-|[\ufffe\x02])\r?\n(?=\w)|[\ufffe\x02]")


def leaks(texts: Iterable[str], known: list[Known]) -> list[str]:
    """The forbidden names found in these texts, each once. Looks for the letters first, which is quick."""
    everything = [re.sub(r"\s+", " ", DIVIDED.sub("", text)) for text in texts]
    lowered = [text.lower() for text in everything]
    found = []
    for name, any_case in forbidden(known):
        wanted = re.sub(r"\s+", " ", name)
        near = [place for place, text in enumerate(lowered) if wanted.lower() in text]
        if not near:
            continue
        pattern = re.compile(rf"(?<![\w@]){re.escape(wanted)}(?!\w)", re.IGNORECASE if any_case else re.NOFLAG)
        if any(pattern.search(everything[place]) for place in near):
            found.append(name)
    return found


def texts_of_html(document: str) -> list[str]:
    """Everything an HTML file says: the file itself, and its pictures opened."""
    import base64
    import html as entities

    opened = [
        base64.b64decode(encoded).decode(errors="replace")
        for encoded in re.findall(r"data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)", document)
    ]
    bare = re.sub(r"data:image/svg\+xml;base64,[A-Za-z0-9+/=]+", "", document)
    return [entities.unescape(bare), entities.unescape(re.sub(r"<[^>]+>", " ", bare)), *opened]


def texts_of_pdf(data: bytes) -> list[str]:
    """Everything a PDF says: page texts, every string of every object, every stream that is text, attachments."""
    import io

    from pypdf import PdfReader
    from pypdf.generic import ByteStringObject, StreamObject, TextStringObject
    from pypdfium2 import PdfDocument

    # As a reader of the page sees it; pdfium takes a thirtieth of pypdf's time for the same words.
    with PdfDocument(data) as drawn:
        texts = [page.get_textpage().get_text_range() for page in drawn]
    reader = PdfReader(io.BytesIO(data))
    texts += [str(value) for value in (reader.metadata or {}).values()]

    def walk(value: Any, depth: int = 0) -> Iterator[str]:
        if depth > 60:
            return
        if isinstance(value, TextStringObject):
            yield str(value)
        elif isinstance(value, ByteStringObject):
            yield from _decoded(bytes(value))
        elif isinstance(value, dict):
            for one in value.values():
                yield from walk(one, depth + 1)
        elif isinstance(value, list):
            for one in value:
                yield from walk(one, depth + 1)

    for numbers in reader.xref.values():
        for number in numbers:
            value = reader.get_object(number)
            texts += walk(value)
            # Typefaces hold no words; everything else is searched, drawing instructions too.
            if isinstance(value, StreamObject) and not {"/Length1", "/Length2"} & set(value):
                texts += _decoded(value.get_data())
    for number in reader.xref_objStm:
        texts += walk(reader.get_object(number))
    for name, contents in reader.attachments.items():
        texts.append(name)
        for content in contents if isinstance(contents, list) else [contents]:
            texts += _decoded(content)
    return texts


def _decoded(data: bytes) -> list[str]:
    """Bytes as the texts they may be."""
    try:
        found = [data.decode("utf-8")]
    except UnicodeDecodeError:
        found = [data.decode("latin-1")]
    if b"\0" in data:
        found += [data.decode("utf-16-be", errors="replace"), data.decode("utf-16-le", errors="replace")]
    return found


__all__ = ["PROFILES", "STRUCTURE", "Known", "Profile", "Redacted", "forbidden", "leaks", "names_of", "redact"]
