"""Evidence files: the list, adding, and serving one after a permission check, never as a page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from incidents import actions, frame, permissions
from incidents.forms import chronology as forms
from incidents.models import Case, CaseFile
from incidents.views.act import form_page

SECTION = "evidence"


def _files(request: HttpRequest, case: Case) -> QuerySet[CaseFile]:
    found: QuerySet[CaseFile] = CaseFile.objects.visible_to(frame.me(request)).filter(case=case)
    return found


@frame.case_page
def page(request: HttpRequest, case: Case) -> HttpResponse:
    """Each file by its newest version, with the ones before it."""
    files = list(_files(request, case).select_related("added_by"))
    by_pk = {one.pk: one for one in files}
    replaced = {one.replaces_id for one in files}
    shown = [_Shown(one, list(_before(one, by_pk))) for one in files if one.pk not in replaced]
    may_add = permissions.can_write_chronology(frame.me(request), case)
    return frame.page(request, case, SECTION, "incidents/evidence.html", {"files": shown, "may_add": may_add})


@dataclass(frozen=True)
class _Shown:
    """The newest version of a file, and the versions before it, newest first."""

    file: CaseFile
    before: list[CaseFile]

    @property
    def number(self) -> int:
        return len(self.before) + 1

    @property
    def url(self) -> str:
        """Where it is given out; nowhere while it is in quarantine."""
        return reverse("case-file", args=[self.file.case_id, self.file.pk]) if self.file.may_be_opened else ""

    @property
    def hash(self) -> str:
        """In eights: it can be read aloud, and it breaks on a phone."""
        return " ".join(self.file.sha256[at : at + 8] for at in range(0, 64, 8))


def _before(file: CaseFile, by_pk: dict[UUID, CaseFile]) -> Iterator[CaseFile]:
    while file.replaces_id in by_pk:
        file = by_pk[file.replaces_id]
        yield file


@frame.case_page
def new(request: HttpRequest, case: Case) -> HttpResponse:
    form = forms.EvidenceForm(request.POST or None, request.FILES or None)

    return form_page(
        request,
        case,
        SECTION,
        form=form,
        title="Add evidence",
        button="Add these files",
        check=permissions.check_write_chronology,
        do=lambda given: actions.add_files(by=frame.me(request), case=case, **given),
        then=reverse("case-evidence", args=[case.pk]),
    )


@frame.case_page
def replace(request: HttpRequest, case: Case, file: UUID) -> HttpResponse:
    """A newer version of a file; the one there is stays."""
    old = get_object_or_404(_files(request, case), pk=file)
    form = forms.NewVersionForm(request.POST or None, request.FILES or None)
    return form_page(
        request,
        case,
        SECTION,
        form=form,
        title=f"Add a newer version of {old.name}",
        button="Add this version",
        check=permissions.check_write_chronology,
        do=lambda given: actions.add_file(by=frame.me(request), case=case, replaces=old, **given),
        then=reverse("case-evidence", args=[case.pk]),
    )


@frame.case_page
def download(request: HttpRequest, case: Case, file: UUID) -> FileResponse:
    """The file, always as a download, as the type it really is; the browser may not guess another.

    Nothing leaves quarantine, and of a picture only the copy without hidden data is given out.
    """
    kept = get_object_or_404(_files(request, case), pk=file)
    if not kept.may_be_opened:
        raise Http404
    content = (kept.copy or kept.file).open("rb")
    kind = kept.content_type
    if kind.startswith("text/"):
        kind += "; charset=utf-8"  # a text that is anything else is not kept (records/files.py)
    response = FileResponse(content, as_attachment=True, filename=kept.name, content_type=kind)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
