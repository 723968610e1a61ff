"""Closing and re-opening a case: the gate, a signature, at L3/L4 a second one (domain.md §13, S1, S3)."""

from __future__ import annotations

from accounts.models import User
from governance import facts, permissions
from governance.actions.common import said
from governance.gates import closing
from governance.models import Closure, ClosureSecond, Reopening
from governance.snapshots import closing as closing_snapshot
from incidents import permissions as cases
from incidents import separation, separation_facts
from incidents.actions.cases import set_closed, set_reopened
from incidents.actions.lock import lock
from incidents.models import Case
from incidents.permissions import signing_role
from records import times
from records.acting import action
from records.gates import refuse_unless_met
from records.refusals import NotAllowed, Refused
from records.signing import Signature, sign

CLOSE_MEANING = (
    "Both tracks are finished, what changed was tested, and what is not yet known is written down. "
    "I close this case. It can be opened again."
)
SECOND_MEANING = "I looked at this case myself, as the second person, and say whether it may be closed."
CANNOT = "This case cannot be closed yet."


@action("case.closing_signed")
def close_case(*, by: User, case: Case, person_informed: str, team_learning: str, signature: Signature) -> Closure:
    """Sign the closing. At L1 and L2 the case is closed by it; at L3, L4 and unrated it waits for a second person."""
    case = lock(case)
    cases.check_close(by, case)
    if facts.waiting_closure(case) is not None:
        raise Refused("S3", "This closing was signed once and waits for the second person.", source="domain.md §1 S3")
    refuse_unless_met(closing.lines(case), CANNOT)
    person_informed = said(
        person_informed,
        "person_informed",
        "Say how the person was told what was learned, or why they were not.",
        code="INFORM",
        source=closing.SOURCE,
    )
    team_learning = said(
        team_learning,
        "team_learning",
        "Say when and how the team learned from this.",
        code="TEAM",
        source=closing.SOURCE,
    )
    second = closing.needs_second(case)
    lifted = separation_facts.check_may_sign(by, case, declared=signature.conflict)
    signed = sign(
        Closure,
        role=signing_role(by, case),
        meaning=CLOSE_MEANING,
        snapshot=closing_snapshot(case, person_informed, team_learning),
        signature=signature,
        allow_conflict=lifted,
        case=case,
        person_informed=person_informed,
        team_learning=team_learning,
        needs_second=second,
    )
    if not second:
        set_closed(by=by, case=case)
    return signed


@action("case.closing_second")
def second_close(*, by: User, closure: Closure, agrees: bool, reason: str, signature: Signature) -> ClosureSecond:
    """The second signature, by another person. Agreeing closes the case, when the gate still holds; else it stays open."""
    case = lock(closure.case)
    permissions.check_second_close(by, case)
    waiting = facts.waiting_closure(case)
    if waiting is None or waiting.pk != closure.pk:
        raise Refused("S3", "This closing does not wait for a second signature.", source="domain.md §1 S3")
    line = separation.s3_second_person(closure.signed_by_id, by.pk)
    if not line.met:
        raise NotAllowed(
            line.code, "You signed this closing yourself. Another person signs as the second.", source=line.source
        )
    if agrees:
        refuse_unless_met(closing.lines(case), CANNOT)
        if closure.is_changed_since:
            raise Refused(
                "F47",
                "Something changed after the first person signed. They sign anew before you do.",
                source="domain.md §1 S12",
            )
    lifted = separation_facts.check_may_sign(by, case, declared=signature.conflict)
    signed = sign(
        ClosureSecond,
        role=signing_role(by, case),
        meaning=SECOND_MEANING,
        snapshot=closing_snapshot(case, closure.person_informed, closure.team_learning),
        signature=signature,
        allow_conflict=lifted,
        case=case,
        closure=closure,
        agrees=agrees,
        reason=said(reason, "reason", "Say why."),
    )
    if agrees:
        set_closed(by=by, case=case)
    return signed


@action("case.reopened_with_reason")
def reopen_case(*, by: User, case: Case, reason: str) -> Reopening:
    """Open a closed case again, with the reason."""
    case = lock(case, even_closed=True)
    permissions.check_reopen(by, case)
    if case.closed_at is None:
        raise Refused("OPEN", "This case is open already.")
    opened = Reopening(
        case=case,
        reason=said(reason, "reason", "Say why the case is opened again."),
        reopened_by=by,
        reopened_at=times.now(),
    )
    opened.save()
    set_reopened(by=by, case=case)
    return opened
