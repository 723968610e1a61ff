"""Evidence files: what a file really is decides whether it is kept, not what it is called (F08)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import partial
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accounts.models import User
from incidents import permissions
from incidents.actions.lock import lock
from incidents.models import Case, CaseFile, Scan
from records import acting, clamd, files, times
from records.acting import action
from records.refusals import Refused


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
    case = lock(case)
    permissions.check_write_chronology(by, case)
    if replaces is not None:
        replaces = CaseFile.objects.get(pk=replaces.pk, case=case)
        if hasattr(replaces, "replaced_by"):
            raise Refused("F08", "There is already a newer version of this file.", field="upload")
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
    kept = CaseFile(
        case=case,
        name=files.safe_name(upload.name or "", kind),
        content_type=kind,
        size=size,
        sha256=digest.hexdigest(),
        description=description,
        about=about,
        about_id=about_id,
        added_by=by,
        added_at=times.now(),
        replaces=replaces,
        scan=Scan.WAITING if clamd.is_set_up() else Scan.NONE,
    )
    kept.file.save("original", upload, save=False)
    acting.if_not_kept(partial(kept.file.storage.delete, str(kept.file.name)))
    if copy is not None:
        kept.copy_size, kept.copy_sha256 = len(copy), hashlib.sha256(copy).hexdigest()
        kept.copy.save("copy", ContentFile(copy), save=False)
        acting.if_not_kept(partial(kept.copy.storage.delete, str(kept.copy.name)))
    kept.save()
    if kept.scan == Scan.WAITING:
        from incidents.tasks import scan_file

        transaction.on_commit(lambda: scan_file.delay(str(kept.pk)))
    return kept


@action("evidence.added")
def add_files(*, by: User, case: Case, uploads: Iterable[UploadedFile[bytes]], description: str = "") -> list[CaseFile]:
    """Keep several files with one description: all of them, or none."""
    case = lock(case)
    return [add_file(by=by, case=case, upload=upload, description=description) for upload in uploads]


@action("evidence.scanned")
def record_scan(*, by: User, file: CaseFile, found: str) -> CaseFile:
    """Write down what the virus scanner said of a file in quarantine: nothing found lets it out, else it stays."""
    lock(file.case, even_closed=True)
    kept: CaseFile = CaseFile.objects.select_for_update(of=("self",)).get(pk=file.pk)
    if not by.is_system:
        raise Refused("F08", "The product itself checks files for viruses.")
    if kept.scan == Scan.WAITING:
        kept.scan = Scan.FOUND if found else Scan.CLEAN
        kept.scan_found, kept.scanned_at, kept.scanned_by = found, times.now(), by
        kept.save()
    return kept
