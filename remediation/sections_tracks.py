"""What learning, capability and plans say about themselves on the case page: state, next steps, chronology rows.

All computed from gates and records at the moment of reading; nothing here is stored.
"""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from incidents import chronology
from incidents.models import Case
from incidents.sections import COMPLETE, IN_PROGRESS, NEEDS_ACTION, NOT_NEEDED, Section, State, Step, register
from records import times
from records.gates import unmet
from records.wording import plural
from remediation import endings, facts, facts_case, facts_disciplinary, permissions
from remediation.gates import capability as capability_gates
from remediation.gates import learning as learning_gates
from remediation.gates import plan as plan_gates
from remediation.models import (
    CapabilityResponse,
    DueDateChange,
    Finding,
    PlanReview,
    RemediationPlan,
    Route,
)

#: How urgent a step is; the lower number comes first (the same scale as the floor below).
OVERDUE, NOW, LATER = 20, 40, 60


# --- Learning -------------------------------------------------------------------------------------------


def learning_state(case: Case, user: Any) -> State:
    response = facts_case.learning_response(case.pk)
    if response is None:
        return State(NEEDS_ACTION.text, NEEDS_ACTION.colour, "not opened")
    if response.finished_at is not None:
        return COMPLETE
    if any(one.done_at is None and one.due_on < times.today() for one in facts_case.system_actions(case.pk)):
        return State(NEEDS_ACTION.text, NEEDS_ACTION.colour, "an action is overdue")
    untested = sum(one.finding == Finding.NOT_KNOWN for one in facts_case.causes(case.pk))
    if untested:
        return State(IN_PROGRESS.text, IN_PROGRESS.colour, plural(untested, "cause") + " to test")
    left = len(facts.open_system_actions(case))
    return State(IN_PROGRESS.text, IN_PROGRESS.colour, plural(left, "action") + " open" if left else "to finish")


def learning_steps(case: Case, user: Any) -> list[Step]:
    steps = [
        Step(
            f"Do the action “{one}”, or move its date with a reason",
            reverse("action", args=[one.pk]),
            "Open the action",
            OVERDUE if one.due_on < times.today() else LATER,
            one.due_on,
        )
        for one in facts_case.system_actions(case.pk)
        if one.done_at is None and one.owner_id == user.pk
    ]
    if not permissions.can_lead_learning(user, case):
        return steps
    if any(one.finding == Finding.NOT_KNOWN for one in facts_case.causes(case.pk)):
        url = reverse("case-learning", args=[case.pk])
        steps.append(Step("Test the five causes with evidence", url, "Test a cause", LATER))
        return steps
    response = facts_case.learning_response(case.pk)
    if response is not None and response.finished_at is None and not steps:
        left = unmet(learning_gates.finish(case))
        url = left[0].url if left else reverse("learning-finish", args=[case.pk])
        text = left[0].detail or left[0].text if left else "Everything is there: finish the learning response"
        steps.append(Step(text, url, "Do this" if left else "Finish it", LATER + 5))
    return steps


def learning_overview(case: Case, user: Any) -> tuple[str, dict[str, Any]] | None:
    """Both tracks side by side (ux.md "The case", 5). The capability half only for those who may see it."""
    state = facts.tracks_state(case)
    shown = [
        {
            "title": "Learning response",
            "state": learning_state(case, user),
            "url": reverse("case-learning", args=[case.pk]),
            "lacks": state.learning_lacks[:4],
        }
    ]
    capability = capability_state(case, user)
    if capability is not None:
        shown.append(
            {
                "title": "Capability response",
                "state": capability,
                "url": reverse("case-capability", args=[case.pk]),
                "lacks": state.capability_lacks[:4],
            }
        )
    return "case/tracks.html", {"tracks": shown}


# --- Capability -----------------------------------------------------------------------------------------


def _seen(case: Case, user: Any) -> list[CapabilityResponse]:
    responses = facts.responses_of(case)
    if permissions.can_see_capability(user, case):
        return responses
    return [one for one in responses if permissions.can_discuss_trail(user, one)]


def capability_state(case: Case, user: Any) -> State | None:
    """None for those who may not know of the HR compartment (F32)."""
    seen = _seen(case, user)
    if not seen:
        return None
    if all(one.worker_id is None and one.not_needed_at for one in seen):
        return State(NOT_NEEDED.text, NOT_NEEDED.colour, "no individual concern, with its reason")
    lacks = [missing for one in seen for missing in facts.response_lacks(one)]
    if not lacks:
        return COMPLETE
    if any(one.worker_id is None or not one.route for one in seen):
        return State(NEEDS_ACTION.text, "amber", lacks[0].text)
    return State(IN_PROGRESS.text, IN_PROGRESS.colour, plural(len(lacks), "thing") + " to do")


def capability_steps(case: Case, user: Any) -> list[Step]:
    steps = []
    for one in _seen(case, user):
        trail = capability_gates.trail_of(one)
        waits = trail is not None and trail.submitted_at is not None and trail.discussed_at is None
        if waits and permissions.can_discuss_trail(user, one):
            url = reverse("capability-discuss", args=[one.pk])
            steps.append(Step(f"Discuss {one.worker}'s reflection with them", url, "Write it down", NOW))
        if not permissions.can_lead_capability(user, case):
            continue
        if one.worker_id is None and one.not_needed_at is None:
            url = reverse("capability-none", args=[one.pk])
            steps.append(Step("Decide whether there is an individual concern", url, "Decide", LATER))
        elif one.worker_id is not None and one.told_at is None and one.route != Route.NO_ACTION and not one.outcome:
            url = reverse("capability-tell", args=[one.pk])
            steps.append(Step(f"Tell {one.worker} in person", url, "Record it", NOW))
        elif one.worker_id is not None and not one.route and not one.outcome:
            url = reverse("capability-route", args=[one.pk])
            steps.append(Step(f"Decide which route is fair for {one.worker}", url, "Decide", NOW))
    return steps


# --- Plans ----------------------------------------------------------------------------------------------


def plans_state(case: Case, user: Any) -> State:
    plans = [one for one in facts_case.plans(case.pk) if one.ended_how not in endings.LEAD_NOWHERE]
    if not plans:
        routes = [one.route for one in facts.responses_of(case)]
        if any(route in capability_gates.WITH_PLAN for route in routes):
            return State(NEEDS_ACTION.text, "amber", "no plan written")
        if routes and all(routes):
            return State(NOT_NEEDED.text, NOT_NEEDED.colour, "another route was decided")
        return State("Not yet", "grey", "no route decided")
    drafts = sum(one.started_at is None and one.ended_at is None for one in plans)
    if drafts:
        return State(NEEDS_ACTION.text, "amber", plural(drafts, "plan") + " to start")
    if all(one.ended_at is not None or not facts.undecided_tasks(one) for one in plans):
        return COMPLETE
    if any(one.due_on < times.today() for one in _open_reviews(case, plans)):
        return State(NEEDS_ACTION.text, NEEDS_ACTION.colour, "a plan review is overdue")
    return State("Under way", "blue")


def _open_reviews(case: Case, plans: list[RemediationPlan]) -> list[PlanReview]:
    """The reviews that the running ones of these plans still owe, earliest first."""
    promised = facts_case.reviews(case.pk)
    owed = [one for plan in plans if plan.ended_at is None for one in promised.get(plan.pk, []) if one.held_at is None]
    return sorted(owed, key=lambda one: one.due_on)


def plans_steps(case: Case, user: Any) -> list[Step]:
    if not permissions.can_write_plans(user, case):
        return []
    steps = []
    plans = [one for one in facts_case.plans(case.pk) if one.ended_at is None]
    for plan in plans:
        if plan.started_at is not None:
            continue
        left = unmet(plan_gates.start(plan))
        url = reverse("plan", args=[plan.pk]) if left else reverse("plan-start", args=[plan.pk])
        text = f"Complete the plan for {plan.worker}" if left else f"Start the plan for {plan.worker}"
        steps.append(Step(text, url, "Open the plan" if left else "Sign and start", NOW))
    for review in _open_reviews(case, [one for one in plans if one.started_at])[:3]:
        urgency = OVERDUE if review.due_on < times.today() else LATER
        url = reverse("plan-review-hold", args=[review.pk])
        steps.append(Step("Review the plan with the worker", url, "Record the review", urgency, review.due_on))
    written = {one.worker_id for one in plans}
    for one in facts.responses_of(case):
        if one.route in capability_gates.WITH_PLAN and one.worker_id not in written and not facts.plans_of(one):
            url = reverse("plan-new", args=[one.pk])
            steps.append(Step(f"Write a plan for {one.worker}", url, "Write a plan", NOW))
    return steps


# --- Chronology -----------------------------------------------------------------------------------------


def chronology_rows(case: Case, user: Any) -> list[chronology.Row]:
    """What the tracks and the plan recorded. The worker's words and the route stay in the HR compartment."""
    rows = [*_learning_rows(case), *_plan_rows(case)]
    if permissions.can_see_capability(user, case):
        rows += _capability_rows(case)
    return rows


def _row(moment: Any, text: str, who: Any, url: str, title: str) -> chronology.Row:
    return chronology.Row(
        event_at=moment,
        entered_at=moment,
        kind=chronology.RECORDED,
        text=text,
        who=who.name if who else "",
        source=title,
        url=url,
        title=title,
    )


def _learning_rows(case: Case) -> list[chronology.Row]:
    rows = []
    for one in [cause for cause in facts_case.causes(case.pk) if cause.found_at]:
        text = f"{one.get_cause_display()}: {one.get_finding_display().lower()}. {one.reason}"
        rows.append(_row(one.found_at, text, one.found_by, reverse("cause", args=[one.pk]), "Cause tested"))
    for action in facts_case.system_actions(case.pk):
        url = reverse("action", args=[action.pk])
        rows.append(_row(action.added_at, action.what, action.added_by, url, "Action promised"))
        if action.done_at:
            rows.append(
                _row(action.done_at, f"{action.what}: {action.done_evidence}", action.done_by, url, "Action done")
            )
        if action.effect_checked_at:
            said = "worked" if action.worked else "did not work"
            text = f"{action.what}: {said}. {action.effect_evidence}"
            rows.append(_row(action.effect_checked_at, text, action.effect_checked_by, url, "Effect looked at"))
    response = facts_case.learning_response(case.pk)
    if response is not None and response.finished_at:
        url = reverse("case-learning", args=[case.pk])
        rows.append(_row(response.finished_at, "", response.finished_by, url, "Learning response finished"))
    return rows


def _plan_rows(case: Case) -> list[chronology.Row]:
    rows = []
    for plan in facts_case.plans(case.pk):
        url = reverse("plan", args=[plan.pk])
        rows.append(_row(plan.written_at, plan.gap, plan.written_by, url, f"Plan written for {plan.worker}"))
        if plan.started_at:
            text = f"‘Safe to practise’: {plan.statement}"
            rows.append(_row(plan.started_at, text, plan.started_by, url, f"Plan started for {plan.worker}"))
        if plan.ended_at:
            rows.append(_row(plan.ended_at, plan.ended_reason, plan.ended_by, url, f"Plan ended for {plan.worker}"))
    for review in PlanReview.objects.filter(case=case, held_at__isnull=False).select_related("held_by"):
        url = reverse("plan", args=[review.plan_id])
        rows.append(_row(review.held_at, review.notes, review.held_by, url, "Plan review held"))
    for change in DueDateChange.objects.filter(case=case).select_related("changed_by"):
        text = f"From {change.was:%-d %B %Y} to {change.becomes:%-d %B %Y}: {change.reason}"
        rows.append(_row(change.changed_at, text, change.changed_by, "", "A promised date moved"))
    return rows


def _capability_rows(case: Case) -> list[chronology.Row]:
    rows = []
    for one in facts.every_response_of(case):
        url = reverse("capability", args=[one.pk])
        who = one.worker
        if one.not_needed_at:
            rows.append(_row(one.not_needed_at, one.not_needed_reason, one.not_needed_by, url, "No individual concern"))
        if one.told_at:
            rows.append(_row(one.told_at, one.told_note, one.told_by, url, f"{who} was told"))
        if one.route_at:
            text = f"{one.get_route_display()}. {one.route_reason}"
            rows.append(_row(one.route_at, text, one.route_by, url, f"Route decided for {who}"))
        if one.outcome_at:
            text = f"{one.get_outcome_display()}. {one.outcome_reason}"
            rows.append(_row(one.outcome_at, text, one.outcome_by, url, f"How it ended for {who}"))
        trail = capability_gates.trail_of(one)
        if trail is not None and trail.submitted_at:
            rows.append(_row(trail.submitted_at, "", trail.submitted_by, url, f"{who} handed in a reflection"))
            if trail.discussed_at:
                rows.append(_row(trail.discussed_at, "", trail.discussed_by, url, f"Reflection discussed with {who}"))
        for reply in one.replies.all():
            if reply.answered_at:
                text = f"{reply.about}: {reply.get_kind_display()}. {reply.text}"
                rows.append(_row(reply.answered_at, text, reply.answered_by, url, f"{who} answered"))
        if getattr(one, "in_process", False):  # counted where they are read (facts.every_response_of)
            rows += _disciplinary_rows(one, url)
    return rows


def _disciplinary_rows(response: CapabilityResponse, url: str) -> list[chronology.Row]:
    """Who was appointed to which part, and when something was found or decided; what was, stays on the page itself."""
    rows = []
    for one in facts_disciplinary.appointments_of(response):
        title = f"Disciplinary process of {response.worker}. {one}"
        rows.append(_row(one.appointed_at, one.no_other_reason, one.appointed_by, url, title))
        if one.ended_at:
            rows.append(_row(one.ended_at, one.ended_reason, one.ended_by, url, f"{title}: ended"))
        if one.result_at:
            rows.append(_row(one.result_at, "", one.result_by, url, f"{title}: result written down"))
    return rows


def register_tracks() -> None:
    """Called once, when the app starts."""
    for section in (
        Section(
            "learning", "Learning response", "case-learning", 60, learning_state, learning_steps, learning_overview
        ),
        Section("capability", "Capability response", "case-capability", 65, capability_state, capability_steps),
        Section("plans", "Remediation plans", "case-plans", 68, plans_state, plans_steps),
    ):
        register(section)
    chronology.register(chronology_rows)
