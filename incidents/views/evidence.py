"""Evidence files: the list, adding, and serving one after a permission check, never as a page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from incidents import actions, frame, permissions
from incidents.forms import chronology as forms
from incidents.models import Case, CaseFile
from incidents.views.act import form_page

SECTION = "evidence"


@frame.case_page
def page(request: HttpRequest, case: Case) -> HttpResponse:
    files = CaseFile.objects.visible_to(frame.me(request)).filter(case=case).select_related("added_by", "replaced_by")
    may_add = permissions.can_write_chronology(frame.me(request), case)
    # The hash in eights: it can be read aloud, and it breaks on a phone.
    shown = [(one, " ".join(one.sha256[at : at + 8] for at in range(0, 64, 8))) for one in files]
    return frame.page(request, case, SECTION, "incidents/evidence.html", {"files": shown, "may_add": may_add})


@frame.case_page
def new(request: HttpRequest, case: Case) -> HttpResponse:
    form = forms.EvidenceForm(request.POST or None, request.FILES or None)

    def do(given: dict[str, Any]) -> None:
        with transaction.atomic():  # all of them, or none
            for upload in given["uploads"]:
                actions.add_file(by=frame.me(request), case=case, upload=upload, description=given["description"])

    return form_page(
        request,
        case,
        SECTION,
        form=form,
        title="Add evidence",
        button="Add these files",
        check=permissions.check_write_chronology,
        do=do,
        then=reverse("case-evidence", args=[case.pk]),
    )


@frame.case_page
def download(request: HttpRequest, case: Case, file: UUID) -> FileResponse:
    """The file, always as a download, as the type it really is; the browser may not guess another."""
    kept = get_object_or_404(CaseFile.objects.visible_to(frame.me(request)).filter(case=case), pk=file)
    response = FileResponse(
        kept.file.open("rb"), as_attachment=True, filename=kept.name, content_type=kept.content_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
