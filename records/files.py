"""What an uploaded file really is, whether it may be kept, and a copy of it without hidden data (F08, domain.md §12).

    kind = sniff(upload)                 by content, never by name: a key of ALLOWED, else Refused
    check(upload, kind)                  nothing in it that bursts when it is opened
    copy = without_metadata(upload, kind)    a picture without place, time and camera; None for other kinds
    safe_name("../a.exe", kind)          "a.jpg"

The limits are there so that looking at a file costs no more than keeping it.
"""

from __future__ import annotations

import io
import os
import re
import unicodedata
import zipfile
import zlib
from typing import IO, Any

import filetype
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from records.refusals import Refused

OOXML = "application/vnd.openxmlformats-officedocument."
ODF = "application/vnd.oasis.opendocument."
TEXT = "text/plain"
#: Pictures, as Pillow calls the format each must open as.
IMAGES = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/gif": "GIF",
    "image/webp": "WEBP",
    "image/tiff": "TIFF",
}
#: Office documents: each is an archive; the folder or the declared type inside says which.
OFFICE = {
    f"{OOXML}wordprocessingml.document": "word/",
    f"{OOXML}spreadsheetml.sheet": "xl/",
    f"{OOXML}presentationml.presentation": "ppt/",
    f"{ODF}text": "",
    f"{ODF}spreadsheet": "",
    f"{ODF}presentation": "",
}
#: What may be kept, and the ending its name gets. No page, script, archive or program.
ALLOWED = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "image/webp": "webp",
    "image/tiff": "tif",
    "application/pdf": "pdf",
    f"{OOXML}wordprocessingml.document": "docx",
    f"{OOXML}spreadsheetml.sheet": "xlsx",
    f"{OOXML}presentationml.presentation": "pptx",
    f"{ODF}text": "odt",
    f"{ODF}spreadsheet": "ods",
    f"{ODF}presentation": "odp",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "audio/x-wav": "wav",
    "audio/ogg": "ogg",
    TEXT: "txt",
}
#: Kinds people try, with what helps them.
INSTEAD = {
    "image/heic": "This picture is in the format of an iPhone. Save or send it as JPEG, then add it.",
    "application/msword": "This is an old Word file. Save it as .docx or PDF, then add it.",
    "application/vnd.ms-excel": "This is an old Excel file. Save it as .xlsx or PDF, then add it.",
    "application/x-ole-storage": "This is an old office file. Save it as .docx, .xlsx or PDF, then add it.",
}
WORDS = "Keep a picture, PDF, Word, Excel, PowerPoint, text or sound file."
#: Points of a picture, of all its pages or moments together; with more it is refused unopened. 60 million fill
#: 240 MB when opened, and drawing them anew takes twice that: all are held until the copy is written.
MAX_PIXELS = 60_000_000
#: WEBP holds a picture five times over while it is read and written.
MAX_WEBP_PIXELS = 25_000_000
#: Pictures that move, or many pages in one: at most so many.
MAX_FRAMES = 200
#: What an office document may hold when unpacked: bytes, parts, and how much smaller it may have been made.
MAX_UNPACKED, MAX_PARTS, MAX_RATIO = 200 * 1024 * 1024, 5_000, 200

DAMAGED = "This picture is damaged and cannot be opened."
TOO_LARGE = "This picture is too large to open. Make it smaller, then add it."


def _refuse(sentence: str) -> Refused:
    return Refused("F08", sentence, source="domain.md §12", field="upload")


def sniff(content: IO[bytes]) -> str:
    """The type by content: magic bytes, or plain text where it is that. Refuses every kind that is not kept."""
    content.seek(0)
    head = content.read(8192)
    content.seek(0)
    if head.startswith(b"PK"):
        kind = _office_kind(content)
    elif head.startswith(b"\xd0\xcf\x11\xe0"):
        kind = "application/x-ole-storage"
    elif head[4:8] == b"ftyp":
        # One container for sound, film and iPhone pictures; its brand says which.
        kind = {b"M4A ": "audio/mp4", b"M4B ": "audio/mp4"}.get(head[8:12], "")
        kind = "image/heic" if head[8:12] in {b"heic", b"heix", b"mif1", b"heim", b"hevc"} else kind
    else:
        found = filetype.guess(head)
        kind = str(found.mime) if found is not None else TEXT if _is_plain_text(content) else ""
    if kind not in ALLOWED:
        raise _refuse(INSTEAD.get(kind, f"This kind of file is not kept. {WORDS}"))
    return kind


def check(content: IO[bytes], kind: str) -> None:
    """Refuse a file that is damaged, or that bursts when it is opened."""
    if kind in IMAGES:
        _open_picture(content, kind)
    elif kind in OFFICE:
        _check_archive(content)
    content.seek(0)


def without_metadata(content: IO[bytes], kind: str) -> bytes | None:
    """The picture drawn anew: upright as it was meant, and nothing beside its points. None where it is no picture."""
    if kind not in IMAGES:
        return None
    picture = _open_picture(content, kind)
    out = io.BytesIO()
    try:
        frames, points = [], 0
        for frame in ImageSequence.Iterator(picture):
            points += frame.width * frame.height  # a later page may be larger than the first
            if points > _most_points(kind):
                raise _refuse(TOO_LARGE)
            frames.append(_bare(_upright(frame)))
        colours = _colours(picture, frames[0])
        told = picture.info
        del frame, picture  # its points are not held beside the copy's while that is written
        options: dict[str, Any] = {"quality": 95} if kind == "image/jpeg" else {}
        if kind == "image/webp":
            options = {"lossless": True}
        if kind == "image/tiff":
            options = {"compression": "tiff_deflate"}
        if len(frames) > 1 and kind != "image/jpeg":
            options |= {"save_all": True, "append_images": frames[1:]}
            if kind != "image/tiff":
                options |= {"duration": told.get("duration", 100), "loop": told.get("loop", 0)}
        if colours:
            options["icc_profile"] = colours
        frames[0].save(out, format=IMAGES[kind], **options)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, zlib.error) as problem:
        raise _refuse(DAMAGED) from problem
    finally:
        content.seek(0)
    return out.getvalue()


#: What a colour profile says its points are in, by the mode of the picture drawn anew.
PROFILES = {"RGB": b"RGB ", "RGBA": b"RGB ", "P": b"RGB ", "L": b"GRAY", "LA": b"GRAY"}
#: Profiles that cameras and screens write are 500 bytes to 600 kB; a larger one is no profile.
MAX_PROFILE = 2 * 1024 * 1024
#: The parts of a profile that say what colour a point is. The rest (names, model, dates, viewing notes) is left out.
COLOUR_TAGS = frozenset(
    b"rXYZ gXYZ bXYZ wtpt bkpt rTRC gTRC bTRC kTRC chad cicp A2B0 A2B1 A2B2 B2A0 B2A1 B2A2 gamt".split()
)


def _colours(picture: Image.Image, drawn: Image.Image) -> bytes:
    """The picture's colour profile without words, so that a bruise keeps its colour and nobody is told of a device.

    Empty where there is none, where it is damaged, or where it no longer fits the points (CMYK became RGB).
    """
    found: Any = picture.info.get("icc_profile")
    if not isinstance(found, bytes) or not 132 <= len(found) <= MAX_PROFILE or found[36:40] != b"acsp":
        return b""
    count = int.from_bytes(found[128:132], "big")
    if found[16:20] != PROFILES.get(drawn.mode) or count > 100 or len(found) < 132 + 12 * count:
        return b""
    table, content = b"", b""
    start = 132 + 12 * count
    kept = [found[at : at + 12] for at in range(132, start, 12) if found[at : at + 4] in COLOUR_TAGS]
    start = 132 + 12 * len(kept)
    for entry in kept:
        at, size = int.from_bytes(entry[4:8], "big"), int.from_bytes(entry[8:12], "big")
        part = found[at : at + size]
        if not size or len(part) != size:
            return b""
        table += entry[:4] + (start + len(content)).to_bytes(4, "big") + size.to_bytes(4, "big")
        content += part + b"\0" * (-size % 4)
    # Of the header too: neither when nor on what nor by whom it was made, and no fingerprint of the whole.
    head = bytearray(found[:128])
    for first, last in ((4, 8), (24, 36), (40, 44), (48, 56), (80, 100)):
        head[first:last] = b"\0" * (last - first)
    head[24:36] = bytes([7, 208, 0, 1, 0, 1]) + b"\0" * 6  # a date there must be: 1 January 2000
    body = len(kept).to_bytes(4, "big") + table + content
    return (128 + len(body)).to_bytes(4, "big") + bytes(head[4:]) + body if kept else b""


def _upright(picture: Image.Image) -> Image.Image:
    """Turned as its camera meant it; the picture itself, not a second one in memory, where it stands already."""
    return ImageOps.exif_transpose(picture) if picture.getexif().get(0x0112, 1) != 1 else picture


def _most_points(kind: str) -> int:
    """How many points of this kind of picture, all its pages together, are opened."""
    return MAX_WEBP_PIXELS if kind == "image/webp" else MAX_PIXELS


def _bare(picture: Image.Image) -> Image.Image:
    """The points alone: what Pillow read beside them (place, camera, comments, thumbnails) is left behind."""
    if picture.mode not in {"1", "L", "LA", "P", "RGB", "RGBA", "I;16"}:
        picture = picture.convert("RGB")
    bare = Image.new(picture.mode, picture.size)
    if picture.mode == "P" and picture.getpalette() is not None:
        bare.putpalette(picture.getpalette("RGB") or [])
    bare.paste(picture)
    if "transparency" in picture.info and picture.mode == "P":
        bare.info["transparency"] = picture.info["transparency"]
    return bare


def _open_picture(content: IO[bytes], kind: str) -> Image.Image:
    """The picture, its size known and its points not yet read."""
    content.seek(0)
    try:
        picture = Image.open(content, formats=[IMAGES[kind]])
        wide, high = picture.size
        frames = getattr(picture, "n_frames", 1)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as problem:
        raise _refuse(TOO_LARGE) from problem
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as problem:
        raise _refuse(DAMAGED) from problem
    if frames > MAX_FRAMES or wide * high * frames > _most_points(kind):
        raise _refuse(TOO_LARGE)
    return picture


def _office_kind(content: IO[bytes]) -> str:
    """Which office document an archive is, by what it declares inside; "" for any other archive."""
    try:
        with zipfile.ZipFile(content) as archive:
            names = {one.filename for one in archive.infolist()}
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                declared = archive.read("mimetype").decode("ascii", "replace").strip()
                return declared if declared in OFFICE else ""
            if "[Content_Types].xml" in names:
                folders = {name.split("/")[0] + "/" for name in names if "/" in name}
                return next((kind for kind, folder in OFFICE.items() if folder and folder in folders), "")
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, zlib.error):
        raise _refuse("This document is damaged and cannot be opened.") from None
    finally:
        content.seek(0)
    return ""


def _check_archive(content: IO[bytes]) -> None:
    """Unpack a document part by part, keeping nothing: it must be whole, and no larger than it says and may be."""
    too_large = _refuse("This document unpacks to more than can be kept. Save it as PDF, then add it.")
    content.seek(0)
    try:
        with zipfile.ZipFile(content) as archive:
            parts = archive.infolist()
            told = sum(one.file_size for one in parts)
            packed = max(1, sum(one.compress_size for one in parts))
            if len(parts) > MAX_PARTS or told > MAX_UNPACKED or (told > 10_000_000 and told / packed > MAX_RATIO):
                raise too_large
            if any(one.flag_bits & 1 for one in parts):
                raise _refuse("This document has a password. Save it without one, then add it.")
            if any(
                "vbaproject" in one.filename.lower() or one.filename.startswith(("Basic/", "Scripts/")) for one in parts
            ):
                raise _refuse("This document has macros in it. Save it without them, or as PDF, then add it.")
            read = 0
            for one in parts:
                if os.path.isabs(one.filename) or ".." in one.filename.split("/"):
                    raise _refuse("This document is damaged and cannot be opened.")
                with archive.open(one) as part:
                    while chunk := part.read(1 << 16):
                        read += len(chunk)
                        if read > MAX_UNPACKED:
                            raise too_large
    except (
        zipfile.BadZipFile,
        OSError,
        ValueError,
        NotImplementedError,
        RuntimeError,
        EOFError,
        zlib.error,
    ) as problem:
        raise _refuse("This document is damaged and cannot be opened.") from problem


def _is_plain_text(content: IO[bytes]) -> bool:
    try:
        text = content.read().decode("utf-8")
    except UnicodeDecodeError:
        return False
    finally:
        content.seek(0)
    start = text.lstrip("\ufeff \t\r\n").lower()
    # Pages and scripts are text too; kept out, because some programs run what they open.
    if start.startswith(("<", "#!", "%!", "{\\rtf")):
        return False
    return not any(unicodedata.category(sign) == "Cc" and sign not in "\t\n\r\f" for sign in text)


def safe_name(name: str, kind: str) -> str:
    """The file's own name without folders, control signs or look-alike tricks, with the ending of what it is."""
    plain = unicodedata.normalize("NFC", os.path.basename(name.replace("\\", "/")))
    stem = os.path.splitext(plain)[0]
    kept = "".join(sign for sign in stem if unicodedata.category(sign)[0] in "LNPSZ" and sign not in '<>:"|?*/;%')
    stem = re.sub(r"\s+", " ", kept).strip(" .")[:150] or "file"
    return f"{stem}.{ALLOWED[kind]}"
