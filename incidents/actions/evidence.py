"""Evidence files: what a file really is decides whether it is kept, not what it is called (F08)."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from uuid import UUID

import filetype
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from accounts.models import User
from incidents import permissions
from incidents.actions.lock import lock
from incidents.models import Case, CaseFile
from records import times
from records.acting import action
from records.refusals import Refused

TEXT = "text/plain"
#: What may be kept, and the ending its name gets: pictures, documents, sound and film. No page, script or archive.
ALLOWED = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "image/webp": "webp",
    "image/heic": "heic",
    "image/tiff": "tif",
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "audio/x-wav": "wav",
    "audio/ogg": "ogg",
    "video/mp4": "mp4",
    "video/quicktime": "mov",
    TEXT: "txt",
}
_WORDS = "Keep a picture, PDF, Word, Excel, text, sound or film file."


@action("evidence.added")
def add_file(
    *,
    by: User,
    case: Case,
    upload: UploadedFile[bytes],
    description: str = "",
    about: str = "",
    about_id: UUID | None = None,
    replaces: CaseFile | None = None,
) -> CaseFile:
    """Keep one file in the case with its SHA-256, its real type and a safe name. A newer version never removes the old."""
    case = lock(case)
    permissions.check_write_chronology(by, case)
    if replaces is not None:
        replaces = CaseFile.objects.get(pk=replaces.pk, case=case)
        if hasattr(replaces, "replaced_by"):
            raise Refused("F08", "There is already a newer version of this file.", field="replaces")
    limit = settings.EVIDENCE_MAX_BYTES
    size = upload.size or 0
    if size == 0:
        raise Refused("F08", "The file is empty. Choose another.", field="upload")
    if size > limit:
        raise Refused("F08", f"The file must be smaller than {limit // 1024 // 1024} MB.", field="upload")
    kind = real_type(upload)
    if kind not in ALLOWED:
        raise Refused("F08", f"This kind of file is not kept. {_WORDS}", source="domain.md §12", field="upload")
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    kept = CaseFile(
        case=case,
        name=safe_name(upload.name or "", ALLOWED[kind]),
        content_type=kind,
        size=size,
        sha256=digest.hexdigest(),
        description=description,
        about=about,
        about_id=about_id,
        added_by=by,
        added_at=times.now(),
        replaces=replaces,
    )
    kept.file.save(upload.name or "file", upload, save=False)
    kept.save()
    return kept


def real_type(upload: UploadedFile[bytes]) -> str:
    """The type by content: magic bytes, or plain text where it is UTF-8 without control characters; "" if neither."""
    upload.seek(0)
    head = upload.read(8192)
    upload.seek(0)
    found = filetype.guess(head)
    if found is not None:
        return str(found.mime)
    return TEXT if _is_plain_text(upload) else ""


def _is_plain_text(upload: UploadedFile[bytes]) -> bool:
    try:
        text = upload.read().decode("utf-8")
    except UnicodeDecodeError:
        return False
    finally:
        upload.seek(0)
    start = text.lstrip("\ufeff \t\r\n").lower()
    # Pages and scripts are text too; kept out, because some programs run what they open.
    if start.startswith(("<", "#!", "%!", "{\\rtf")):
        return False
    return not any(unicodedata.category(sign) == "Cc" and sign not in "\t\n\r\f" for sign in text)


def safe_name(name: str, ending: str) -> str:
    """The file's own name without folders, control signs or look-alike tricks, with the ending of what it is."""
    plain = unicodedata.normalize("NFC", os.path.basename(name.replace("\\", "/")))
    stem = os.path.splitext(plain)[0]
    kept = "".join(sign for sign in stem if unicodedata.category(sign)[0] in "LNPSZ" and sign not in '<>:"|?*/;%')
    stem = re.sub(r"\s+", " ", kept).strip(" .")[:150] or "file"
    return f"{stem}.{ending}"
