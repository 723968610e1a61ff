"""Putting one's name to something: fresh authentication, a conflict declaration, a stated meaning, a frozen snapshot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest

from records import acting, times
from records.models import Conflict, Signed, fingerprint
from records.refusals import Refused

S = TypeVar("S", bound=Signed)


@dataclass(frozen=True)
class Signature:
    """What the signing person stated, as the view collected it."""

    conflict: str
    authenticated_at: datetime | None
    conflict_detail: str = ""


def authenticated_at(request: HttpRequest) -> datetime | None:
    """When the signed-in user last proved who they are in this session (allauth's own record), or None.

    A single sign-on proves it when the person last typed something there, as its token says (`sign_on_said`, kept by
    accounts/sign_on_token.py), not when the browser came by; one that does not say proves it at no known time.
    """
    from allauth.account.authentication import get_authentication_records

    # allauth answers for nobody unless it is told for whom.
    records = get_authentication_records(request, request.user)
    there = (request.session.get("sign_on_said") or {}).get("at", 0)
    moments = [
        min(record["at"], there) if record.get("method") == "socialaccount" else record["at"]
        for record in records
        if "at" in record
    ]
    return datetime.fromtimestamp(max(moments), tz=UTC) if moments else None


def is_fresh(moment: datetime | None) -> bool:
    """Whether an authentication is recent enough to sign with (REAUTHENTICATION_SECONDS, 300 by default)."""
    if moment is None:
        return False
    return times.now() - moment <= timedelta(seconds=settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)


def sign(
    model: type[S],
    *,
    role: str,
    meaning: str,
    snapshot: Any,
    signature: Signature,
    allow_conflict: bool = False,
    **fields: Any,
) -> S:
    """Make one signed record of `snapshot`, by the acting user. Runs inside an action.

    Refuses (SIGN) when identity was not confirmed again just now, when the role is empty, and (S5) when a
    conflict is declared and the caller has no exception for it (S11).
    """
    by = acting.current().by
    if not role:
        raise Refused("S12", "You hold no role here today, so you cannot sign.", source="domain.md §1 S12")
    if not is_fresh(signature.authenticated_at):
        raise Refused(
            "SIGN",
            "Confirm that it is you, then sign. Signing needs your password or passkey again.",
            source="domain.md §1 S12",
        )
    if signature.conflict not in Conflict.values:
        raise Refused("S5", "Say whether you have a conflict of interest.", source="domain.md §1 S5", field="conflict")
    if signature.conflict != Conflict.NONE and not allow_conflict:
        raise Refused(
            "S5",
            "You declared a conflict, so you cannot sign this. Ask someone who has none to do it.",
            source="domain.md §1 S5",
            field="conflict",
        )
    record = model(
        signed_by=by,
        signed_at=times.now(),
        name=by.name,
        role=role,
        meaning=meaning,
        conflict=signature.conflict,
        conflict_detail=signature.conflict_detail,
        authenticated_at=signature.authenticated_at,
        snapshot=snapshot,
        sha256=fingerprint(snapshot),
        **fields,
    )
    record.save()
    return record
