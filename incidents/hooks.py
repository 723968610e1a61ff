"""Where the floors above join in, without this floor knowing them. Each app registers when it starts.

hooks.register_on_logged(open_both_tracks)        called inside the transaction that logs a case
hooks.register_on_subject_added(open_capability)  called when a worker becomes a subject of an open case
hooks.register_may_lift(not_while_in_a_plan)      what still stands in the way of lifting a worker's control
hooks.register_may_give_back(only_by_a_decision)  what still stands in the way of giving one task back
hooks.register_on_sealed_alone(tell_the_director) called inside the transaction that seals a case with nobody above
hooks.register_on_emergency(tell_the_manager)     called inside the transaction that opens a case in an emergency
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from accounts.models import User
from incidents.models import Case, CaseGrant, CaseStaff, RiskControl, TaskRestriction
from records.refusals import Missing

OnLogged = Callable[[Case, User], None]
OnSubjectAdded = Callable[[CaseStaff, User], None]
MayLift = Callable[[RiskControl], list[Missing]]
MayGiveBack = Callable[[TaskRestriction], list[Missing]]
OnEmergency = Callable[[CaseGrant], None]
OnSealedAlone = Callable[[Case], None]
F = TypeVar("F")

_on_logged: list[OnLogged] = []
_on_subject_added: list[OnSubjectAdded] = []
_may_lift: list[MayLift] = []
_may_give_back: list[MayGiveBack] = []
_on_emergency: list[OnEmergency] = []
_on_sealed_alone: list[OnSealedAlone] = []


def _add(known: list[F], function: F) -> F:
    if function not in known:
        known.append(function)
    return function


def register_on_logged(function: OnLogged) -> OnLogged:
    """`function(case, by)` runs in the transaction of `log_incident`, after all its rows; use `by=by` in actions."""
    return _add(_on_logged, function)


def register_on_subject_added(function: OnSubjectAdded) -> OnSubjectAdded:
    """`function(case_staff, by)` runs when a subject is added after logging (not for those named in the log)."""
    return _add(_on_subject_added, function)


def register_may_lift(function: MayLift) -> MayLift:
    """`function(control)` returns what must happen first; empty lets the control be lifted (§3, §8)."""
    return _add(_may_lift, function)


def register_may_give_back(function: MayGiveBack) -> MayGiveBack:
    """`function(restriction)` returns what must happen first; empty lets the task be given back (A9, §8)."""
    return _add(_may_give_back, function)


def register_on_emergency(function: OnEmergency) -> OnEmergency:
    """`function(grant)` runs in the transaction of `open_in_emergency`: it tells whoever must know."""
    return _add(_on_emergency, function)


def register_on_sealed_alone(function: OnSealedAlone) -> OnSealedAlone:
    """`function(case)` runs in the transaction of `seal_case` where nobody is left to stand over who sealed it (S6)."""
    return _add(_on_sealed_alone, function)


def logged(case: Case, by: User) -> None:
    for function in _on_logged:
        function(case, by)


def subject_added(link: CaseStaff, by: User) -> None:
    for function in _on_subject_added:
        function(link, by)


def may_lift(control: RiskControl) -> list[Missing]:
    """Everything that stands in the way of lifting this control on a worker; empty when nothing does."""
    return [missing for function in _may_lift for missing in function(control)]


def may_give_back(restriction: TaskRestriction) -> list[Missing]:
    """Everything that stands in the way of giving this task back; empty when nothing does."""
    return [missing for function in _may_give_back for missing in function(restriction)]


def sealed_alone(case: Case) -> None:
    for function in _on_sealed_alone:
        function(case)


def opened_in_emergency(grant: CaseGrant) -> None:
    for function in _on_emergency:
        function(grant)
