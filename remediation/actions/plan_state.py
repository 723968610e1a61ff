"""A plan locked for writing, and what may be written in the state it is in."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from incidents.actions.lock import lock
from records.refusals import Refused
from remediation import permissions
from remediation.models import RemediationPlan


def lock_plan(plan: RemediationPlan) -> RemediationPlan:
    """The plan with its case locked and its newest values."""
    case = lock(plan.case)
    fresh: RemediationPlan = (
        RemediationPlan.objects.select_for_update(of=("self",)).select_related("worker", "response").get(pk=plan.pk)
    )
    fresh.case = case
    return fresh


def locked(plan: RemediationPlan, by: User) -> RemediationPlan:
    """The plan, locked; refused for who writes no plans here, and once it has ended (PLAN)."""
    plan = lock_plan(plan)
    permissions.check_write_plans(by, plan.case)
    if plan.ended_at is not None:
        raise Refused("PLAN", "This plan has already ended.", source="domain.md §7")
    return plan


def draft(plan: RemediationPlan, by: User) -> RemediationPlan:
    """The same, refused from its start on (A6)."""
    plan = locked(plan, by)
    if plan.started_at is not None or plan.ended_at is not None:
        raise fixed("The plan has started, so this is fixed. A date can move, with a reason.")
    return plan


def started(plan: RemediationPlan, by: User) -> RemediationPlan:
    """The same, refused before its start."""
    plan = locked(plan, by)
    if plan.started_at is None:
        raise Refused("PLAN", "The plan is still a draft: change the date on it directly.")
    return plan


def fixed(sentence: str) -> Refused:
    return Refused("A6", sentence, source="domain.md §0.2 A6, features F41")


def not_done(moment: Any) -> None:
    """Refused (F37) for what is done: its date is history."""
    if moment is not None:
        raise Refused("F37", "This is done, so it no longer changes.")
