"""Which compartments a person holds in a case, and the case's records as they may have them (domain.md §12, F92)."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from accounts.permits import Permit
from incidents import permissions, separation_facts
from incidents.models import Case
from records import compartments


def held_by(user: User, case: Case) -> frozenset[str]:
    """HR by the permit over the service; the reporter's name unless the person is or was part of it (S10)."""
    held = set()
    if permissions.holds(user, case, Permit.VIEW_HR):
        held.add(compartments.HR)
    if separation_facts.may_know_reporter(user, case):
        held.add(compartments.REPORTER)
    return frozenset(held)


def shown(record: Any, user: User, case: Case) -> Any:
    """One record of the case for this person."""
    return compartments.of(record, held_by(user, case))
