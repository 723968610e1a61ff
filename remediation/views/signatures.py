"""Withdrawing a signature of any kind: what it is, what follows, the reason, and a signature of its own (F48)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from incidents import reading
from incidents.permissions import signing_role
from records.forms import answer
from records.refusals import Refused
from remediation import signatures
from remediation.actions import signatures as actions
from remediation.forms.signatures import WithdrawForm
from remediation.views.fresh import SignedIn, signature


@login_required
@require_http_methods(["GET", "POST"])
def withdraw(request: SignedIn, kind: str, pk: UUID) -> HttpResponse:
    """Take a signature back by a new, reasoned, signed entry. Not there for whoever may not."""
    found_kind = signatures.named(kind)
    if found_kind is None:
        raise Http404
    model: Any = found_kind.model
    seen = model.objects.visible_to(request.user).filter(withdraws=None)
    found = get_object_or_404(seen.select_related("case__service", "case__provider", "signed_by"), pk=pk)
    if not found_kind.may_withdraw(request.user, found):
        raise Http404
    reading.opened(found.case)
    form = WithdrawForm(request.POST or None, meaning=actions.meaning(found))
    if form.is_valid():
        signed = signature(request, form.cleaned_data)
        try:
            actions.withdraw_signature(
                by=request.user, signed=found, reason=form.cleaned_data["reason"], signature=signed
            )
        except Refused as refused:
            form.add_refusal(refused)
        else:
            return redirect(found_kind.url(found))
    return answer(
        request,
        "remediation/signature_withdraw.html",
        {
            "form": form,
            "record": found,
            "case": found.case,
            "what": found_kind.what(found),
            "follows": found_kind.follows(found),
            "back": found_kind.url(found),
            "signing_as": signing_role(request.user, found.case),
        },
    )
