"""Where the floors above join in, without this floor knowing them. Each app registers when it starts.

hooks.register_on_logged(open_both_tracks)        called inside the transaction that logs a case
hooks.register_on_subject_added(open_capability)  called when a worker becomes a subject of an open case
hooks.register_may_lift(not_while_in_a_plan)      what still stands in the way of lifting a worker's control
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from accounts.models import User
from incidents.models import Case, CaseStaff, RiskControl
from records.refusals import Missing

OnLogged = Callable[[Case, User], None]
OnSubjectAdded = Callable[[CaseStaff, User], None]
MayLift = Callable[[RiskControl], list[Missing]]
F = TypeVar("F")

_on_logged: list[OnLogged] = []
_on_subject_added: list[OnSubjectAdded] = []
_may_lift: list[MayLift] = []


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


def logged(case: Case, by: User) -> None:
    for function in _on_logged:
        function(case, by)


def subject_added(link: CaseStaff, by: User) -> None:
    for function in _on_subject_added:
        function(link, by)


def may_lift(control: RiskControl) -> list[Missing]:
    """Everything that stands in the way of lifting this control on a worker; empty when nothing does."""
    return [missing for function in _may_lift for missing in function(control)]
