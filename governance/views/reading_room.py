"""The reading room: what somebody from outside was invited to read, redacted, with their name on it (F95)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from governance import actions, permissions
from governance.forms.reviewers import WHOLE, InviteForm
from governance.models import Pack, PackRelease
from governance.packs import render as rendering
from incidents import frame, reading
from incidents.models import Case, CaseGrant
from incidents.views.act import form_page
from records import times
from records.wording import when_text


def has_room(user: Any) -> bool:
    """Whether this person was invited to anything that has not ended; shows the line of the navigation."""
    if getattr(user, "staff", None) is not None:
        return False  # reviewers are nobody's staff; saves everybody else a query
    found: bool = CaseGrant.objects.invitations(user).exists()
    return found


@login_required
@require_safe
def room(request: HttpRequest) -> HttpResponse:
    """What I was invited to read, for what, until when. No case is named but by its reference."""
    found = CaseGrant.objects.invitations(frame.me(request)).select_related("case__service", "case__provider")
    if not found:
        raise Http404
    return render(request, "governance/room.html", {"grants": found.order_by("ends_at", "pk")})


@login_required
@require_safe
def read(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One invitation's edition, of what was released and nothing newer, marked with who reads it."""
    me = frame.me(request)
    grant: CaseGrant = get_object_or_404(
        CaseGrant.objects.invitations(me).select_related(
            "case__service", "case__provider", "case__owner", "granted_by"
        ),
        pk=pk,
    )
    released = PackRelease.for_outside(grant.case)
    release = (released.filter(pack=grant.pack) if grant.pack is not None else released).first()
    if release is None:  # withdrawn, or past its day: what was let go of was called back
        raise Http404
    data = release.pack.contents or {}
    reading.opened(grant.case, grant=grant)
    mark = f"For {me.name} ({me.email}) only. Read {when_text(times.now())}. Not to be passed on."
    shown = rendering.context(data)
    return render(
        request,
        "governance/room_read.html",
        {"grant": grant, "mark": mark, "pack": shown["pack"], "seal": shown["seal"]},
    )


@frame.case_page
def invite(request: HttpRequest, case: Case) -> HttpResponse:
    """Invite somebody from outside to this case or to one redacted pack of it."""
    me = frame.me(request)
    if not permissions.can_export(me, case):
        raise Http404
    packs = {
        str(pack.pk): pack
        for pack in Pack.objects.filter(pk__in=PackRelease.for_outside(case).values("pack")).order_by("-made_at")
    }

    def do(given: dict[str, Any]) -> None:
        what = given.pop("what")
        actions.invite_reviewer(by=me, case=case, pack=None if what == WHOLE else packs[what], **given)

    return form_page(
        request,
        case,
        "access",
        form=InviteForm(request.POST or None, packs=list(packs.values())),
        title="Invite somebody from outside to read",
        button="Invite them",
        check=permissions.check_export,
        do=do,
        then=reverse("case-access", args=[case.pk]),
    )
