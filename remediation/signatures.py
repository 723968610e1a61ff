"""A signature as it is shown wherever it is drawn, and what it takes to withdraw it (F47, F48, domain.md §1 S12).

Every kind of `Signed` record has one `Kind` here. Pages draw a signature with `{% signed record %}`, packs with
`in_words` and `short`; nothing else puts one into words, so that "changed since signing" and "withdrawn" stand in
every place or in none. The action that withdraws is `actions/signatures.py`, the same for every kind.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from incidents import separation_facts
from incidents.sections import State
from records.models import Conflict, Signed
from records.refusals import Missing
from records.wording import when_text
from remediation import facts_case

AS_SIGNED = State("As signed", "green")
CHANGED = State("Changed since signing", "red")
WITHDRAWN = State("Withdrawn", "grey")
#: For whoever may not know who reported the failure.
A_CONFLICT = "a conflict of interest (kept back here: which one)"


def _nothing(signed: Any) -> list[Missing]:
    return []


def _leave(by: User, signed: Any, reason: str) -> None:
    return None


@dataclass(frozen=True)
class Kind:
    """One kind of signature: what it is about, who may withdraw it, and what then no longer counts."""

    model: type[Signed]
    #: "the closing of the case": what is signed, in the middle of a sentence.
    what: Callable[[Any], str]
    #: The address where it is drawn.
    url: Callable[[Any], str]
    #: The signer, while they hold the right to sign it, or who decides there.
    may_withdraw: Callable[[User, Any], bool]
    #: What is read with it where many are drawn (`select_related`).
    reads: tuple[str, ...] = ()
    #: Its rows are among what a page reads of its case anyway (facts_case.py).
    read_with_the_case: bool = False
    #: Fields of its own that the withdrawing entry repeats.
    carries: tuple[str, ...] = ()
    #: Signatures that rest on it and have to be withdrawn before it.
    first: Callable[[Any], list[Missing]] = _nothing
    #: What follows at once, in the same transaction.
    undo: Callable[[User, Any, str], None] = _leave
    #: Whether withdrawing can only make things stricter: then a declared conflict does not stand in the way (S5).
    restricts: Callable[[Any], bool] = lambda signed: True
    #: Whether it may be withdrawn in a closed case, which its `undo` then opens again.
    even_closed: bool = False
    #: Told before somebody withdraws it.
    follows: Callable[[Any], str] = lambda signed: ""


_KINDS: dict[type[Signed], Kind] = {}


def register(*kinds: Kind) -> None:
    """Called by each floor that signs, when it starts."""
    for kind in kinds:
        _KINDS[kind.model] = kind


def kinds() -> list[Kind]:
    return list(_KINDS.values())


def kind_of(signed: Signed | type[Signed]) -> Kind:
    return _KINDS[signed if isinstance(signed, type) else type(signed)]


def named(name: str) -> Kind | None:
    """The kind with this model name, as it stands in an address; None for a word that is none."""
    return next((kind for kind in _KINDS.values() if kind.model._meta.model_name == name), None)


@dataclass(frozen=True)
class Shown:
    """One signature, ready to be drawn."""

    record: Signed
    state: State
    withdrawal: Signed | None

    @property
    def changed(self) -> bool:
        return self.state == CHANGED


def shown(signed: Signed) -> Shown:
    """How a signature stands at this moment."""
    withdrawal: Signed | None = getattr(signed, "withdrawn_by", None)
    state = WITHDRAWN if withdrawal is not None else CHANGED if signed.is_changed_since else AS_SIGNED
    return Shown(signed, state, withdrawal)


def noted(signed: Signed) -> str:
    """For the end of a line that tells of a signature: how it stands, where that is not as it was signed; else empty."""
    state = shown(signed).state
    return "" if state == AS_SIGNED else f" {state.text}."


def declared(signed: Any, reader: User) -> str:
    """The conflict that was declared, as this person may read it.

    Which one it is could tell who reported the failure: whoever may not know that reads only that there is one
    (S10). Asked only where there is something to keep back.
    """
    if signed.conflict != Conflict.NONE and not separation_facts.may_know_reporter(reader, signed.case):
        return A_CONFLICT
    detail = f" ({signed.conflict_detail})" if signed.conflict_detail else ""
    return f"“{signed.get_conflict_display()}”{detail}"


def may_withdraw(user: User, signed: Signed) -> bool:
    """Whether this person may take this signature back now. A withdrawal itself stays."""
    return signed.stands and kind_of(signed).may_withdraw(user, signed)


def who_and_when(signed: Signed) -> str:
    return f"{signed.name}, {signed.role}, {when_text(signed.signed_at)}"


def how_it_stands(one: Shown) -> str:
    """The state in words for a document; a withdrawal with who, when and why."""
    if one.withdrawal is None:
        return one.state.text
    return f"Withdrawn by {who_and_when(one.withdrawal)}, because: {one.withdrawal.withdrawal_reason}"


def short(signed: Signed) -> str:
    """Who, in which role, when; and, where it is not as it was signed, that too. For a line of a table."""
    one = shown(signed)
    return who_and_when(signed) + ("" if one.state == AS_SIGNED else f". {how_it_stands(one)}")


def in_words(signed: Signed, reader: User) -> str:
    """The whole signature but for its meaning: who, role, when, conflicts, how it stands, the hash."""
    one = shown(signed)
    return (
        f"{who_and_when(signed)}. Declared: {declared(signed, reader)}. {how_it_stands(one)}. SHA-256 {signed.sha256}"
    )


def of_case(case: Any) -> list[Signed]:
    """Every signature of a case, the newest first; a withdrawal is shown with what it withdraws."""
    made = [one for decisions in facts_case.decisions(case.pk).values() for one in decisions]
    found: list[Any] = [one for one in facts_case.sign_offs(case.pk).values() if one.withdraws_id is None]
    found += [one for first in made for one in (first, *first.seconds.all())]
    for kind in _KINDS.values():
        if kind.read_with_the_case:
            continue
        model: Any = kind.model
        found += model.objects.filter(case=case, withdraws=None).select_related(
            "withdrawn_by", "case__service", *kind.reads
        )
    return sorted(found, key=lambda one: one.signed_at, reverse=True)
