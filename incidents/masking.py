"""Which compartments a person holds in a case, and the case's records as they may have them (domain.md §12, F92)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from accounts.permits import Permit
from incidents import permissions, separation_facts
from incidents.models import Case
from records import compartments, readable


def held_by(user: User, case: Case) -> frozenset[str]:
    """HR by the permit over the service; the reporter's name unless the person is or was part of it (S10).

    Care detail of the person supported by whoever sees the case otherwise than for the capability route alone: HR
    "may not see the person's care detail beyond need" (domain.md §1).
    """
    held = set()
    if permissions.holds(user, case, Permit.VIEW_HR):
        held.add(compartments.HR)
    if not permissions.is_there_for_hr_alone(user, case):
        held.add(compartments.CARE)
    if separation_facts.may_know_reporter(user, case):
        held.add(compartments.REPORTER)
    return frozenset(held)


def shown(record: Any, user: User, case: Case) -> Any:
    """One record of the case for this person."""
    return compartments.of(record, held_by(user, case))


#: Logging a case writes all that follows from it in one go; nothing takes it longer.
LOGGING = timedelta(seconds=20)


def act_of_logging(user: User, case: Case) -> readable.Act | None:
    """Who logged the case, and when, where this person may not know who reported it (S10); None where they may.

    Whoever logs a failure is most often who reported it. It is kept back alike where it was somebody else, so that
    nothing can be told from what is missing. What the same person did later stays under their name.
    """
    act = readable.Act(str(case.logged_by_id), case.logged_at, case.logged_at + LOGGING)
    return None if separation_facts.may_know_reporter(user, case) else act


def by(name: str, at: datetime | None, user: User, case: Case) -> str:
    """The name of whoever wrote this at that time, or what stands for it: for pages and packs alike."""
    return unless(act_of_logging(user, case), name, at, case)


def unless(act: readable.Act | None, name: str, at: datetime | None, case: Case) -> str:
    """The same, where the act was asked for already."""
    hidden = act is not None and at is not None and name == case.logged_by.name and act.first <= at <= act.last
    return readable.UNNAMED if hidden else name
