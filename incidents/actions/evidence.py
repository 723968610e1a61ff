"""Evidence files: what a file really is decides whether it is kept, not what it is called (F08)."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import IO, Any
from uuid import UUID

from django.conf import settings
from django.core.files import File
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accounts.models import User
from incidents import permissions
from incidents.actions.lock import lock
from incidents.models import Case, CaseFile, Scan
from records import acting, clamd, files, times
from records.acting import action
from records.refusals import Refused


@dataclass(frozen=True)
class _Ready:
    """An upload that may be kept: what it is, its hash, and of a picture the copy that is given out."""

    upload: UploadedFile[bytes]
    size: int
    kind: str
    sha256: str
    copy: IO[bytes] | None
    copy_sha256: str


@contextmanager
def _looked_at(upload: UploadedFile[bytes]) -> Iterator[_Ready]:
    """Refuse what may not be kept, and draw a picture anew. Done before the case is locked: it may take seconds.

    The copy lies in a file until it is kept, so that many pictures at once take no more memory than one.
    """
    limit = settings.EVIDENCE_MAX_BYTES
    size = upload.size or 0
    if size == 0:
        raise Refused("F08", "The file is empty. Choose another.", field="upload")
    if size > limit:
        raise Refused("F08", f"The file must be smaller than {limit // 1024 // 1024} MB.", field="upload")
    kind = files.sniff(upload)
    files.check(upload, kind)
    copy = files.without_metadata(upload, kind)
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    with tempfile.TemporaryFile() as drawn:
        drawn.write(copy or b"")
        ready = _Ready(
            upload, size, kind, digest.hexdigest(), None if copy is None else drawn,
            hashlib.sha256(copy or b"").hexdigest(),
        )  # fmt: skip
        del copy
        yield ready


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
    """Keep one file in the case with its SHA-256, its real type and a safe name. A newer version never removes the old.

    A picture gets a copy without hidden data, and that is what is given out. Where a virus scanner is set up, the
    file stays in quarantine until it has answered.
    """
    permissions.check_write_chronology(by, case)
    with _looked_at(upload) as ready:
        case = lock(case)
        permissions.check_write_chronology(by, case)
        if replaces is not None:
            replaces = CaseFile.objects.get(pk=replaces.pk, case=case)
            if hasattr(replaces, "replaced_by"):
                raise Refused("F08", "There is already a newer version of this file.", field="upload")
        return _keep(by, case, ready, description=description, about=about, about_id=about_id, replaces=replaces)


@action("evidence.added")
def add_files(*, by: User, case: Case, uploads: Iterable[UploadedFile[bytes]], description: str = "") -> list[CaseFile]:
    """Keep several files with one description: all of them, or none."""
    permissions.check_write_chronology(by, case)
    uploads = list(uploads)
    with ExitStack() as open_files:
        ready = []
        for upload in uploads:
            try:
                ready.append(open_files.enter_context(_looked_at(upload)))
            except Refused as refused:
                if len(uploads) > 1:  # which of them it was, or all have to be tried one by one
                    refused.message = f"“{upload.name}” was not kept, nor the others with it. {refused.message}"
                raise
        case = lock(case)
        permissions.check_write_chronology(by, case)
        return [_keep(by, case, one, description=description) for one in ready]


def _keep(by: User, case: Case, ready: _Ready, **more: Any) -> CaseFile:
    kept = CaseFile(
        case=case,
        name=files.safe_name(ready.upload.name or "", ready.kind),
        content_type=ready.kind,
        size=ready.size,
        sha256=ready.sha256,
        added_by=by,
        added_at=times.now(),
        scan=Scan.WAITING if clamd.is_set_up() else Scan.NONE,
        **more,
    )
    kept.file.save("original", ready.upload, save=False)
    acting.if_not_kept(partial(kept.file.storage.delete, str(kept.file.name)))
    if ready.copy is not None:
        kept.copy_size, kept.copy_sha256 = ready.copy.tell(), ready.copy_sha256
        kept.copy.save("copy", File(ready.copy), save=False)
        acting.if_not_kept(partial(kept.copy.storage.delete, str(kept.copy.name)))
    kept.save()
    if kept.scan == Scan.WAITING:
        from incidents.tasks import scan_file

        transaction.on_commit(lambda: scan_file.delay(str(kept.pk)))
    return kept


@action("evidence.scanned")
def record_scan(*, by: User, file: CaseFile, found: str) -> CaseFile:
    """Write down what the virus scanner said of a file in quarantine: nothing found lets it out, else it stays."""
    lock(file.case, even_closed=True)
    kept: CaseFile = CaseFile.objects.select_for_update(of=("self",)).get(pk=file.pk)
    if not by.is_system:
        raise Refused("F08", "The product itself checks files for viruses.")
    if kept.scan in {Scan.WAITING, Scan.NONE}:
        kept.scan = Scan.FOUND if found else Scan.CLEAN
        kept.scan_found, kept.scanned_at, kept.scanned_by = found, times.now(), by
        kept.save()
    return kept
