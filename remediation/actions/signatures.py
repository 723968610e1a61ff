"""Withdrawing a signature: one action for every kind. The old entry stays as it is; a new one says who, when and why."""

from __future__ import annotations

from typing import Any, TypeVar

from accounts.models import User
from incidents import separation, separation_facts
from incidents.actions.lock import lock
from incidents.permissions import signing_role
from records.acting import action
from records.gates import refuse_unless_met
from records.models import Signed
from records.permissions import require
from records.refusals import Refused
from records.signing import Signature, sign
from remediation import signatures
from remediation.actions.common import said

S = TypeVar("S", bound=Signed)
SOURCE = "domain.md §1 S12, features F48"


def meaning(signed: Signed) -> str:
    """The sentence that whoever withdraws it reads and signs."""
    return f"I withdraw the signature on {signatures.kind_of(signed).what(signed)}, for the reason I give."


@action("signature.withdrawn")
def withdraw_signature(*, by: User, signed: S, reason: str, signature: Signature) -> S:
    """Withdraw a signature by a new, reasoned, signed entry; nothing is changed or deleted (F48).

    By its signer or by who decides there, never by somebody whose own practice or management is looked at. What
    rested on it no longer counts from this moment (`Kind.undo`). Refused: without a reason; twice; while later
    signatures rest on it; and, in conflict (declared, or as the case records it), where withdrawing could make anything
    less strict (S5).
    """
    kind = signatures.kind_of(signed)
    case = lock(signed.case, even_closed=kind.even_closed)  # type: ignore[attr-defined]
    model: Any = type(signed)
    found: S = model.objects.get(pk=signed.pk)
    require(kind.may_withdraw(by, found), "Whoever signed this, or who decides here, withdraws it.")
    person = separation_facts.person(by, case, declared=signature.conflict)
    stricter = kind.restricts(found)
    lines = [separation.s1_subject(person), separation.s6_implicated(person)]
    if not stricter:
        lines = separation.to_sign(person)
    refuse_unless_met(lines, "You cannot withdraw this signature.")
    if not found.stands:
        raise Refused("F48", "This signature is withdrawn already.", source=SOURCE)
    reason = said(reason, "reason", "Say why the signature is withdrawn.", code="F48", source=SOURCE)
    if missing := kind.first(found):
        raise Refused("F48", "Other signatures rest on this one. Withdraw them first.", missing=missing, source=SOURCE)
    withdrawal: S = sign(
        model,
        role=signing_role(by, case),
        meaning=meaning(found),
        snapshot=found.withdrawal(),
        signature=signature,
        allow_conflict=stricter or any(line.code == "S5" and line.detail for line in lines),
        case=case,
        withdraws=found,
        withdrawal_reason=reason,
        **{name: getattr(found, name) for name in kind.carries},
    )
    kind.undo(by, found, reason)
    return withdrawal
