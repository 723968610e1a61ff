"""What the starter of a plan puts their name to: the gap, the statement, the learning, the tests and their rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet

if TYPE_CHECKING:
    from remediation.models.plan import RemediationPlan


def snapshot(plan: RemediationPlan) -> dict[str, Any]:
    """The plan's promises as they stood when it started, as plain data.

    Dates are those first promised: moving one needs a reason and does not change what was signed (F37).
    """

    def then(rows: QuerySet[Any], ended: str) -> QuerySet[Any]:
        if plan.started_at is None:
            return rows.filter(**{ended: None})
        there = Q(**{ended: None}) | Q(**{f"{ended}__gte": plan.started_at})
        return rows.filter(there, added_at__lte=plan.started_at)

    return {
        "plan": str(plan.pk),
        "worker": str(plan.worker_id),
        "template": str(plan.template_id or ""),
        "gap": plan.gap,
        "baseline": plan.baseline,
        "statement": plan.statement,
        "if_not_met": plan.if_not_met,
        "tasks": sorted(then(plan.tasks.all(), "removed_at").values_list("task", flat=True)),
        "learning": sorted(
            [one.kind, one.what, one.original_due_on.isoformat()]
            for one in then(plan.learning_actions.all(), "removed_at")
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
                for test in then(plan.tests.prefetch_related("criteria"), "withdrawn_at")
            ),
            key=lambda test: (test["code"], test["title"]),
        ),
        "reviews": sorted(one.original_due_on.isoformat() for one in then(plan.reviews.all(), "removed_at")),
    }
