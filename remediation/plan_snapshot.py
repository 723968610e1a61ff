"""What the starter of a plan puts their name to: the gap, the statement, the learning, the tests and their rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from records.reading import once

if TYPE_CHECKING:
    from remediation.models.plan import RemediationPlan


@once
def _parts(case_id: UUID) -> dict[str, list[Any]]:
    """Everything promised in the plans of a case, taken out or not: each table read once a page."""
    from remediation.models import LearningAction, PlanReview, PlanTask, PracticeTest

    return {
        "tasks": list(PlanTask.objects.filter(case=case_id)),
        "learning": list(LearningAction.objects.filter(case=case_id)),
        "tests": list(PracticeTest.objects.filter(case=case_id).prefetch_related("criteria")),
        "reviews": list(PlanReview.objects.filter(case=case_id)),
    }


def snapshot(plan: RemediationPlan) -> dict[str, Any]:
    """The plan's promises as they stood when it started, as plain data.

    Dates are those first promised: moving one needs a reason and does not change what was signed (F37).
    """
    started = plan.started_at
    parts = _parts(plan.case_id)

    def then(name: str, ended: str) -> list[Any]:
        """The parts of this plan that were there when it started; while it is a draft, those there now."""
        mine = [one for one in parts[name] if one.plan_id == plan.pk]
        if started is None:
            return [one for one in mine if getattr(one, ended) is None]
        there = [one for one in mine if one.added_at <= started]
        return [one for one in there if getattr(one, ended) is None or getattr(one, ended) >= started]

    return {
        "plan": str(plan.pk),
        "worker": str(plan.worker_id),
        "template": str(plan.template_id or ""),
        "gap": plan.gap,
        "baseline": plan.baseline,
        "statement": plan.statement,
        "if_not_met": plan.if_not_met,
        "tasks": sorted(one.task for one in then("tasks", "removed_at")),
        "learning": sorted(
            [one.kind, one.what, one.original_due_on.isoformat()] for one in then("learning", "removed_at")
        ),
        "tests": sorted(
            (
                {
                    "code": test.code,
                    "title": test.title,
                    "kind": test.kind,
                    "instructions": test.instructions,
                    "pass_rule": test.pass_rule,
                    "before_return": test.before_return,
                    "due_on": test.original_due_on.isoformat() if test.original_due_on else "",
                    "criteria": [[one.order, one.text, one.star, one.group] for one in test.criteria.all()],
                }
                for test in then("tests", "withdrawn_at")
            ),
            key=lambda test: (test["code"], test["title"]),
        ),
        "reviews": sorted(one.original_due_on.isoformat() for one in then("reviews", "removed_at")),
    }
