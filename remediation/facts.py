"""Small read-only answers that other parts ask for: live causes, coaches, open actions, and how far the tracks are."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch
from django.urls import reverse

from accounts.models import Staff
from incidents.models import Case, CaseStaff, Involvement
from records.gates import unmet
from records.reading import once
from records.refusals import Missing
from remediation import endings, facts_case
from remediation import facts_practice as practice
from remediation.gates import capability as capability_gates
from remediation.gates import learning as learning_gates
from remediation.gates.capability import WITH_PLAN
from remediation.models import (
    CapabilityResponse,
    Cause,
    CauseFinding,
    Coaching,
    Decision,
    DisciplinaryAppointment,
    Finding,
    RemediationPlan,
    RightOfReply,
    Route,
    SystemAction,
)


def live_causes(case: Case) -> list[CauseFinding]:
    """Causes found (main or contributed) that nobody has said are mended: they block a full decision (G14)."""
    found = [one for one in facts_case.causes(case.pk) if one.finding in learning_gates.FOUND]
    return [one for one in found if one.still_live is not False]


def causes_not_ruled_out(case: Case) -> set[str]:
    """Causes found or not yet known; with supervision or leadership among them, S4 holds."""
    return {one.cause for one in facts_case.causes(case.pk) if one.finding != Finding.RULED_OUT}


def supervisor_is_a_live_factor(case: Case) -> bool:
    """S4: poor supervision or weak leadership is not ruled out (also while it is not yet known)."""
    return bool({Cause.SUPERVISION, Cause.LEADERSHIP} & causes_not_ruled_out(case))


def coaches_of(worker: Staff, case: Case) -> set[UUID]:
    """Staff who coached this worker in this case: they may not run the summative test (S2)."""
    return set(Coaching.objects.filter(case=case, response__worker=worker).values_list("coach_id", flat=True))


def subjects_of(case: Case) -> set[UUID]:
    """Staff whose practice is looked at in this case (S1: subjects never assess each other)."""
    return set(
        CaseStaff.objects.filter(case=case, involvement=Involvement.SUBJECT, ended_at=None).values_list(
            "staff_id", flat=True
        )
    )


def open_system_actions(case: Case) -> list[SystemAction]:
    """Actions not yet shown to work and not accepted with a reason."""
    return [
        one
        for one in facts_case.system_actions(case.pk)
        if one.effect_checked_at is None or not (one.worked or one.not_worked_reason)
    ]


@dataclass(frozen=True)
class TracksState:
    """How far both tracks are: for the case overview and for the closing gate (A5: neither alone closes a case)."""

    learning_finished: bool
    capability_finished: bool
    learning_lacks: list[Missing] = field(default_factory=list)
    capability_lacks: list[Missing] = field(default_factory=list)

    @property
    def finished(self) -> bool:
        return self.learning_finished and self.capability_finished


@once
def tracks_state(case: Case) -> TracksState:
    """Both tracks of a case, each with what it still lacks."""
    learning = facts_case.learning_response(case.pk)
    learning_finished = learning is not None and learning.finished_at is not None
    learning_lacks = (
        []
        if learning_finished
        else [Missing(line.detail or line.text, line.url) for line in unmet(learning_gates.finish(case))]
    )
    if not learning_finished and not learning_lacks:
        learning_lacks = [Missing("Everything is there: finish the learning response", _learning_url(case))]
    responses = responses_of(case)
    lacks = [missing for response in responses for missing in response_lacks(response)]
    if not responses:
        lacks = [Missing("The capability response is not opened", reverse("case-capability", args=[case.pk]))]
    return TracksState(learning_finished, not lacks, learning_lacks, lacks)


@once
def every_response_of(case: Case) -> list[CapabilityResponse]:
    """Every capability response there ever was, with what their gates and the chronology read."""
    people = ("told_by", "route_by", "not_needed_by", "outcome_by")
    return list(
        CapabilityResponse.objects.filter(case=case)
        .select_related("worker", "trail__submitted_by", "trail__discussed_by", "case", *people)
        .prefetch_related(Prefetch("replies", RightOfReply.objects.select_related("answered_by")))
        .annotate(in_process=Exists(DisciplinaryAppointment.objects.filter(response=OuterRef("pk"))))
        .order_by("opened_at", "worker__name")
    )


def responses_of(case: Case) -> list[CapabilityResponse]:
    """The capability responses that count."""
    return [one for one in every_response_of(case) if one.superseded_at is None]


def has_plan_route(case: Case) -> bool:
    """Whether a worker of the case is on a route that leads to a remediation plan (§6)."""
    return any(one.worker_id is not None and one.route in WITH_PLAN for one in responses_of(case))


def plans_of(response: CapabilityResponse) -> list[RemediationPlan]:
    """The plans written under a response, the first written first."""
    return [one for one in facts_case.plans(response.case_id) if one.response_id == response.pk]


def response_lacks(response: CapabilityResponse) -> list[Missing]:
    """What one worker's track still lacks until it is finished; empty when it is."""
    lines = unmet(capability_gates.lines(response))
    who = f"{response.worker.name}: " if response.worker else ""
    missing = [Missing(_said_of(who, line.detail or line.text), line.url) for line in lines]
    if response.worker_id is None or response.outcome:
        # An outcome ("left, not tested") ends the track; what was not done by then cannot be done any more.
        return [] if response.outcome else missing
    if response.route in capability_gates.WITH_PLAN:
        return [*missing, *_plan_lacks(response, who)]
    if response.route and response.route != Route.NO_ACTION:
        url = reverse("capability-outcome", args=[response.pk])
        missing.append(Missing(f"{who}record how this ended", url))
    return missing


def _said_of(who: str, text: str) -> str:
    """ "Dionne Asante: no route is decided yet"; the sentence by itself where no worker is named."""
    return f"{who}{text[:1].lower()}{text[1:]}" if who else text


def _plan_lacks(response: CapabilityResponse, who: str) -> list[Missing]:
    plans = [plan for plan in plans_of(response) if plan.ended_how not in endings.LEAD_NOWHERE]
    if not plans:
        return [Missing(f"{who}write the remediation plan", reverse("plan-new", args=[response.pk]))]
    lacks = []
    for plan in plans:
        url = reverse("plan", args=[plan.pk])
        if plan.started_at is None:
            lacks.append(Missing(f"{who}start the remediation plan", url))
            continue
        lacks += [Missing(f"{who}re-authorisation, {left}", url) for left in decisions_left(plan)]
    return lacks


def undecided_tasks(plan: RemediationPlan) -> list[str]:
    """Codes of the plan's tasks that are not decided for good (full, not authorised or redeploy)."""
    return [one.task for one in practice.undecided_of(plan)]


def decisions_left(plan: RemediationPlan) -> list[str]:
    """Tasks of the plan that are not decided for good, by what they wait for, in words."""
    left: dict[str, list[str]] = {"to decide": [], "waits for a second person": [], "on a condition for now": []}
    for one in practice.task_states(plan):
        if one.settled:
            continue
        conditional = one.effective is not None and one.effective.decision == Decision.CONDITIONAL and not one.expired
        waits = "waits for a second person" if one.waiting else "on a condition for now" if conditional else "to decide"
        label = one.task.get_task_display()
        left[waits].append(label[:1].lower() + label[1:])
    return [f"{waits}: {'; '.join(tasks)}" for waits, tasks in left.items() if tasks]


def _learning_url(case: Case) -> str:
    return reverse("case-learning", args=[case.pk])
