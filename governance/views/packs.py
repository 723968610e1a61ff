"""Packs of a case: the list, making one, its progress, the preview, the release, the files; and the verify page."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from accounts import access
from accounts.permits import Permit
from governance import actions, permissions, work
from governance.actions.packs import RELEASE_MEANING
from governance.forms.packs import AskForm, ReleaseForm, VerifyForm
from governance.models import Pack, PackRelease
from governance.packs import checking
from governance.packs import render as rendering
from governance.packs.redaction import PROFILES
from governance.views import paging
from governance.views.signed import identity_first, signature
from incidents import case_page, reading, separation_facts
from incidents.models import Case
from incidents.permissions import signing_role
from incidents.sections import State
from records import times
from records.forms import answer
from records.refusals import Refused


def _case(request: HttpRequest, case_id: UUID) -> Case:
    user: Any = request.user
    case = case_page.find(user, case_id)
    if not permissions.can_export(user, case):
        raise Http404
    return case


def _pack(request: HttpRequest, pk: UUID) -> Pack:
    user: Any = request.user
    packs = Pack.objects.visible_to(user).select_related(
        "case__service", "case__provider", "case__owner", "asked_by", "supersedes"
    )
    found: Pack = get_object_or_404(packs, pk=pk)
    if not permissions.can_export(user, found.case):
        raise Http404
    if not _may_open(user, found):
        raise Http404
    reading.opened(found.case)
    return found


def _may_open(user: Any, one: Pack) -> bool:
    """Somebody else's full copy names who reported it (S10); their own does not."""
    return (
        PROFILES[one.reader].redacts or one.asked_by_id == user.pk or separation_facts.may_know_reporter(user, one.case)
    )


def _frame(request: HttpRequest, case: Case, **more: Any) -> dict[str, Any]:
    user: Any = request.user
    return case_page.context(case, user, "packs") | more


def _releases() -> Any:
    """Releases with what withdrew them, and what is read to draw their signatures."""
    return PackRelease.objects.filter(withdraws=None).select_related("withdrawn_by", "pack__case", "case__service")


@login_required
@require_GET
def case_packs(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Every version, what it was released for, and whether the case has changed since."""
    case = _case(request, case_id)
    packs = list(
        Pack.objects.filter(case=case)
        .defer("contents", "replaced_names", "to_check")
        .prefetch_related(Prefetch("releases", _releases()))[:100]
    )
    newest = {pack.reader: pack.pk for pack in reversed(packs) if pack.status == Pack.Status.READY}
    changed = checking.changed_since(case, packs)
    user: Any = request.user
    today = times.today()
    for one in packs:
        one.case = case
    rows = [
        {
            "pack": pack,
            "url": pack.get_absolute_url() if _may_open(user, pack) else "",
            "superseded": newest.get(pack.reader) not in (None, pack.pk),
            "changed": pack.pk in changed,
            "state": _state(pack, today),
            "releases": list(pack.releases.all()),
        }
        for pack in packs
    ]
    return render(request, "governance/packs.html", _frame(request, case, rows=rows))


def _state(pack: Pack, today: date) -> State:
    """How a version stands, in the words of the case's menu: one that went to somebody waits for nobody."""
    if pack.status != Pack.Status.READY:
        return State(pack.get_status_display(), "red" if pack.status == Pack.Status.FAILED else "light-blue")
    standing = [one for one in pack.releases.all() if one.stands]
    if not standing:
        return State("Ready to release", "light-blue")
    if all(one.expires_on < today for one in standing):
        return State("Release expired", "grey")
    return State("Released", "grey")


@login_required
@require_GET
def to_release(request: HttpRequest) -> HttpResponse:
    """The packs that wait for release, for the manager's figure: what it counts is what is listed."""
    user: Any = request.user
    if not access.of(user).anywhere(Permit.CLOSE_CASES):
        raise Http404
    waiting = work.packs_to_release(user).defer("contents", "replaced_names", "to_check")
    page = paging.of(request, waiting.select_related("case__service", "asked_by"), by="asked_at", key="pk")
    return render(request, "governance/packs_to_release.html", {"page": page})


@login_required
def ask(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Choose the reader; see what they get and what is taken out."""
    case = _case(request, case_id)
    user: Any = request.user
    form = AskForm(request.POST or None)
    if form.is_valid():
        try:
            pack = actions.ask_for_pack(by=user, case=case, **form.cleaned_data)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            return redirect(pack)
    return answer(request, "governance/pack_ask.html", _frame(request, case, form=form))


@login_required
@require_GET
def pack(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One version: how far it is, or what may be done with it."""
    found = _pack(request, pk)
    today = times.today()
    releases = [{"release": one, "over": one.expires_on < today} for one in _releases().filter(pack=found)]
    return render(
        request,
        "governance/pack.html",
        _frame(
            request,
            found.case,
            pack=found,
            job=_job(found),
            profile=PROFILES[found.reader],
            releases=releases,
            may_download=any(one["release"].stands and not one["over"] for one in releases),
            verify_line=f"Check that this pack is unchanged: {settings.SITE_URL}{reverse('verify')} SHA-256 {found.sha256}",
            changed=found.pk in checking.changed_since(found.case, [found]),
        ),
    )


@login_required
@require_GET
def progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How far the making is: the fragment htmx asks for. Once finished, the whole page is asked for anew."""
    found = _pack(request, pk)
    response = render(request, "components/progress.html", {"job": _job(found)})
    if found.is_finished:
        response.headers["HX-Redirect"] = found.get_absolute_url()
    return response


def _job(found: Pack) -> dict[str, Any]:
    return {
        "percent": found.percent,
        "step": found.failure or found.step,
        "poll_url": reverse("pack-progress", args=[found.pk]),
        "page_url": found.get_absolute_url(),
        "finished": found.status == Pack.Status.READY,
        "failed": found.status == Pack.Status.FAILED,
    }


@login_required
@require_GET
def preview(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The pack as its reader gets it, with everything taken out in its sentence, for a person to check."""
    found = _ready(request, pk)
    shown = rendering.context(found.contents or {})
    return render(
        request,
        "governance/pack_preview.html",
        _frame(request, found.case, version=found, replaced=_grouped(found.replaced_names), to_check=found.to_check)
        | {"pack": shown["pack"], "seal": shown["seal"]},
    )


def _ready(request: HttpRequest, pk: UUID) -> Pack:
    found = _pack(request, pk)
    if found.status != Pack.Status.READY:
        raise Http404
    return found


def _grouped(replaced: list[dict[str, str]]) -> list[dict[str, Any]]:
    """Each sentence once for each word taken out of it, with how often."""
    found: dict[tuple[str, str, str], int] = {}
    for one in replaced:
        key = (one["was"], one["now"], one["sentence"])
        found[key] = found.get(key, 0) + 1
    return [
        {"was": was, "now": now, "sentence": sentence, "times": times_found}
        for (was, now, sentence), times_found in sorted(found.items(), key=lambda pair: pair[0][0].lower())
    ]


@login_required
def release(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Sign the release to one recipient for one purpose."""
    found = _ready(request, pk)
    user: Any = request.user
    if first := identity_first(request):
        return first
    form = ReleaseForm(request.POST or None, meaning=RELEASE_MEANING)
    if form.is_valid():
        answers = dict(form.cleaned_data)
        try:
            actions.release_pack(by=user, pack=found, signature=signature(request, answers), **answers)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            return redirect(found)
    return answer(
        request,
        "governance/pack_release.html",
        _frame(request, found.case, form=form, pack=found, signing_as=signing_role(user, found.case)),
    )


@login_required
@require_GET
def pdf(request: HttpRequest, pk: UUID) -> FileResponse:
    """The sealed PDF, once it is released."""
    found = _released(request, pk)
    return _file(found.pdf, f"{found.case.reference}-{found.reader}-v{found.version}.pdf", "application/pdf")


@login_required
@require_GET
def html(request: HttpRequest, pk: UUID) -> FileResponse:
    """The HTML twin, once it is released; as a download, never as a page of ours."""
    found = _released(request, pk)
    return _file(found.html, f"{found.case.reference}-{found.reader}-v{found.version}.html", "text/html; charset=utf-8")


def _released(request: HttpRequest, pk: UUID) -> Pack:
    found = _ready(request, pk)
    if not _releases().filter(pack=found, withdrawn_by=None, expires_on__gte=times.today()).exists():
        raise Http404
    return found


def _file(kept: Any, name: str, content_type: str) -> FileResponse:
    response = FileResponse(kept.open("rb"), as_attachment=True, filename=name, content_type=content_type)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def verify(request: HttpRequest) -> HttpResponse:
    """Is this file a pack of ours, and unchanged? Open to anybody who holds the file; says nothing to anybody else."""
    sent = request.method == "POST"
    form = VerifyForm(request.POST if sent else None, request.FILES if sent else None)
    result = None
    if form.is_valid():
        upload = form.cleaned_data.get("file")
        result = checking.check_file(upload.read()) if upload else checking.check_hash(form.cleaned_data["sha256"])
    return answer(request, "governance/verify.html", {"form": form, "result": result})
