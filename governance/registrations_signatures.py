"""The signatures of this floor: verdicts, closings, second signatures, releases. Who withdraws them, what follows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse

from accounts.models import User
from governance import permissions
from governance.models import Closure, ClosureSecond, EffectVerdict, PackRelease, Reopening, Verdict
from incidents.actions.cases import set_reopened
from incidents.models import Case
from records import times
from remediation.signatures import Kind, register


def join() -> None:
    """Called once by GovernanceConfig.ready()."""
    register(
        Kind(
            EffectVerdict,
            what=lambda one: f"the verdict “{one.get_verdict_display().lower()}”",
            url=lambda one: reverse("case-effectiveness", args=[one.case_id]),
            may_withdraw=lambda user, one: permissions.can_verify(user, one.case),
            carries=("verdict", "reason"),
            undo=_open_again,
            restricts=lambda one: one.verdict in (Verdict.CHANGED, Verdict.NOT_YET_SHOWN),
            even_closed=True,
            follows=lambda one: "The verdict before it counts again, if there is one. A closed case is opened again.",
        ),
        Kind(
            Closure,
            what=lambda one: "the closing of the case",
            url=lambda one: reverse("case-closure", args=[one.case_id]),
            may_withdraw=_may_withdraw_closing,
            carries=("person_informed", "team_learning", "needs_second"),
            undo=_open_again,
            even_closed=True,
            follows=lambda one: "A closed case is opened again.",
        ),
        Kind(
            ClosureSecond,
            what=lambda one: "the second signature on the closing of the case",
            url=lambda one: reverse("case-closure", args=[one.case_id]),
            may_withdraw=_may_withdraw_closing,
            reads=("closure__case",),
            carries=("closure", "agrees", "reason"),
            undo=_second_withdrawn,
            restricts=lambda one: bool(one.agrees),
            even_closed=True,
            follows=lambda one: "A closed case is opened again. The closing is signed anew, by both people.",
        ),
        Kind(
            PackRelease,
            what=lambda one: f"the release of pack version {one.pack.version}",
            url=lambda one: reverse("pack", args=[one.pack_id]),
            may_withdraw=lambda user, one: permissions.can_export(user, one.case),
            reads=("pack__case",),
            carries=("pack", "recipient", "purpose", "lawful_basis", "expires_on"),
            even_closed=True,
            follows=lambda one: (
                "The files can then no longer be downloaded for this release. What was sent already "
                "is not called back: tell whoever has it."
            ),
        ),
    )


def _may_withdraw_closing(user: User, one: Any) -> bool:
    return permissions.can_close(user, one.case) or permissions.can_second_close(user, one.case)


def _open_again(by: User, one: EffectVerdict | Closure, reason: str) -> None:
    """A case that was closed on this signature is open again, in the same moment (§13)."""
    case = Case.objects.get(pk=one.case_id)
    if case.closed_at is None or not _closed_on(one, case.closed_at):
        return
    Reopening(
        case=case,
        reason=f"A signature it was closed on was withdrawn: {reason}",
        reopened_by=by,
        reopened_at=times.now(),
    ).save()
    set_reopened(by=by, case=case)


def _closed_on(one: EffectVerdict | Closure, closed_at: datetime) -> bool:
    """Whether this was the newest of its kind that stood when the case was closed."""
    signed = type(one).objects.filter(case=one.case_id, withdraws=None, signed_at__lte=closed_at)
    newest = signed.filter(Q(withdrawn_by=None) | Q(pk=one.pk)).order_by("-signed_at").first()
    return newest is not None and newest.pk == one.pk


def _second_withdrawn(by: User, one: ClosureSecond, reason: str) -> None:
    if one.agrees:
        _open_again(by, one.closure, reason)
