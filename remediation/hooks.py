"""Where this floor joins the one below: both tracks open with the case, and a plan keeps its tasks until the gate."""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse

from accounts.models import User
from incidents.models import Case, CaseStaff, RiskControl, TaskRestriction
from records.refusals import Missing
from remediation import endings, facts_practice
from remediation.actions import capability, learning
from remediation.models import Decision, Reauthorisation, RemediationPlan


def open_both_tracks(case: Case, by: User) -> None:
    """F24: learning and capability open together, in the transaction that logs the case (A5)."""
    learning.open_learning(by=by, case=case)
    capability.open_capability(by=by, case=case)


def open_for_worker(link: CaseStaff, by: User) -> None:
    """A worker named later gets a capability response at once."""
    capability.add_worker(by=by, case=link.case, worker=link.staff)


def not_while_in_a_plan(control: RiskControl) -> list[Missing]:
    """§3: with a plan, tasks come back through re-authorisation only, task by task; never by lifting the control."""
    still_restricted = set(control.restricted_tasks.filter(ended_at=None).values_list("worker_id", flat=True))
    # Once every task came back through re-authorisation and the plan has ended, nothing is left to by-pass.
    plans = RemediationPlan.objects.filter(
        Q(worker__in=still_restricted) | Q(worker=control.worker_id, ended_at=None), case=control.case_id
    ).select_related("worker")
    return [
        Missing(
            f"{plan.worker.name} has a remediation plan: their tasks come back through re-authorisation",
            reverse("plan", args=[plan.pk]),
        )
        for plan in plans.exclude(ended_how__in=endings.LEAD_NOWHERE)
    ]


def only_by_a_decision(restriction: TaskRestriction) -> list[Missing]:
    """A9, §8: a task comes back by a decision for this worker, this task and this case that has taken effect since."""
    made = Reauthorisation.objects.filter(
        case=restriction.case_id,
        worker=restriction.worker_id,
        task=restriction.task,
        decision__in=(Decision.FULL, Decision.CONDITIONAL),
        signed_at__gte=restriction.started_at,
        withdraws=None,
        withdrawn_by=None,
    )
    if any(facts_practice.in_effect(one) for one in made.prefetch_related("seconds__withdrawn_by")):
        return []
    plan = (
        RemediationPlan.objects.filter(case=restriction.case_id, worker=restriction.worker_id)
        .order_by("-written_at")
        .first()
    )
    url = reverse("plan", args=[plan.pk]) if plan else reverse("case-plans", args=[restriction.case_id])
    return [Missing(f"Decide re-authorisation of {restriction.task} for {restriction.worker.name}", url)]
