"""When a cause may be found, and when the learning response may be finished (A2, domain.md §2.1, §5)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.urls import reverse

from incidents import gates as incident_gates
from incidents.models import Case
from records.gates import GateLine
from records.reading import once
from records.wording import plural
from remediation import facts_case
from remediation.models import (
    Cause,
    CauseFinding,
    EvidenceSource,
    Finding,
    LearningResponse,
    Strength,
    SystemAction,
)

FOUND = (Finding.MAIN, Finding.CONTRIBUTED)
#: Causes that lie with the organisation: everything but the worker's own competence.
ORGANISATION = (Cause.SUPERVISION, Cause.WORKLOAD, Cause.LEADERSHIP, Cause.PROCESS)
SOURCES_NEEDED = 2

_WEAK = re.compile(
    r"\b(memo|e-?mail|newsletter|poster|remind\w*|reminder|policy|policies|procedure update|training|train|"
    r"e-?learning|course|workshop|warn\w*|tell (?:all )?staff|be more careful|double[- ]check\w*)\b",
    re.IGNORECASE,
)
_MORE_THAN_WEAK = re.compile(
    r"\b(alert\w*|forc\w*|automat\w*|software|system|form|checklist|rota|staffing|travel time|workload|remov\w*|"
    r"standardi[sz]\w*|simulat\w*|observ\w*|redesign\w*|lock\w*|block\w*|on-?call|replac\w*|second (?:worker|person)|"
    r"visit\w*|chair\w*|presence|redundan\w*|test(?:ed|ing)?|add(?:ed)? \w+ (?:hours|minutes|staff))\b",
    re.IGNORECASE,
)


def enough_sources(sources: Iterable[str]) -> str:
    """What is missing for a finding to rest on evidence, or "": two sources, one of them not an interview. Pure."""
    given = list(sources)
    if len(given) < SOURCES_NEEDED:
        lacking = SOURCES_NEEDED - len(given)
        return f"{plural(lacking, 'more source', 'more sources')} of evidence"
    if all(source == EvidenceSource.INTERVIEW for source in given):
        return "a source that is not an interview: a rota, a log, a record, an observation"
    return ""


def evidence_for(finding: CauseFinding, sources: Iterable[str]) -> GateLine:
    """A2: one cause rests on two sources, one of them not an interview."""
    lacks = enough_sources(sources)
    return GateLine(
        "A2",
        f"{finding.get_cause_display()}: tested with two sources, one of them not an interview",
        not lacks,
        reverse("cause-evidence", args=[finding.pk]),
        "domain.md §2.1, A2",
        f"{finding.get_cause_display()} needs {lacks}" if lacks else "",
    )


def reads_as_weak(what: str) -> str:
    """The words that make an action a weak one whatever it is called, or "" (§5). Pure."""
    found = _WEAK.search(what)
    return found.group(0) if found and not _MORE_THAN_WEAK.search(what) else ""


@once
def finish(case: Case) -> list[GateLine]:
    """Every line that must hold before the learning response is finished, in the order of the work."""
    findings = in_order(case)
    response = facts_case.learning_response(case.pk)
    actions = [action for finding in findings for action in finding.actions.all()]
    return [
        *incident_gates.chronology_reviewed(case),
        *[_cause_tested(finding) for finding in findings],
        *[_answered_with_action(finding, response, actions) for finding in findings if finding.finding in FOUND],
        *all_weak(case, response, actions),
        *[line for action in actions for line in _settled(action)],
        *_written_up(case, response),
    ]


def in_order(case: Case) -> list[CauseFinding]:
    """The five causes of a case in the article's order, with their evidence and actions read at once."""
    return sorted(facts_case.causes(case.pk), key=lambda one: list(Cause).index(Cause(one.cause)))


def _cause_tested(finding: CauseFinding) -> GateLine:
    tested = finding.finding != Finding.NOT_KNOWN
    name = finding.get_cause_display()
    return GateLine(
        "F26",
        f"{name}: {finding.get_finding_display().lower()}" if tested else f"{name} is tested",
        tested,
        reverse("cause", args=[finding.pk]),
        "domain.md §0.2 A2",
        "" if tested else f"{name}: not yet known. Every cause is tested every time",
    )


def _answered_with_action(
    finding: CauseFinding, response: LearningResponse | None, actions: list[SystemAction]
) -> GateLine:
    """A cause in the organisation needs an action that does more than tell people, or a reason for none (§5).

    Competence is answered by a worker's plan; with no worker on a route that leads to one, by an action or a reason.
    """
    own = [action for action in actions if action.cause_id == finding.pk]
    name = finding.get_cause_display()
    reasoned = bool(finding.no_action_reason.strip())
    if finding.cause not in ORGANISATION:
        # A worker's plan answers it. Where nobody has one, nobody learns anything unless something else is done.
        from remediation import facts  # it reads these gates

        planned = facts.has_plan_route(finding.case)
        met = planned or reasoned or bool(own)
        text = (
            f"{name}: answered by the capability response"
            if planned
            else f"{name}: a worker's plan, an action of its own, or why none is needed"
        )
        lacks = f"{name}: no worker has a plan, so add an action for it, or say why none is needed"
    else:
        strong = any(action.strength != Strength.WEAK for action in own)
        accepted = bool(own) and not all_weak_open(response, actions)
        met = strong or reasoned or (accepted and _all_weak(actions))
        text = f"{name}: at least one strong or intermediate action, or why none is needed"
        lacks = f"{name}: add an action that is strong or intermediate, or say why none is needed"
    return GateLine(
        "F29",
        text,
        met,
        reverse("action-new", args=[finding.pk]),
        "domain.md §5",
        "" if met else lacks,
        override="nominated_individual",
    )


def _all_weak(actions: list[SystemAction]) -> bool:
    return bool(actions) and all(action.strength == Strength.WEAK for action in actions)


def all_weak_open(response: LearningResponse | None, actions: list[SystemAction]) -> bool:
    """Whether every action is weak and the nominated individual has not accepted that since the last was added."""
    if not _all_weak(actions):
        return False
    accepted = response.all_weak_at if response else None
    return accepted is None or any(action.added_at > accepted for action in actions)


def all_weak(case: Case, response: LearningResponse | None, actions: list[SystemAction]) -> list[GateLine]:
    """F29: a response whose every action is weak is put to the nominated individual."""
    if not _all_weak(actions):
        return []
    still_open = all_weak_open(response, actions)
    return [
        GateLine(
            "F29",
            "Not every action is weak (a memo, a policy, a warning, training)",
            not still_open,
            reverse("learning-weak", args=[case.pk]),
            "domain.md §5",
            "Every action is weak: the nominated individual must accept this with a reason, or add a stronger one"
            if still_open
            else f"Accepted by the nominated individual: {response.all_weak_reason if response else ''}",
            override="nominated_individual",
        )
    ]


def _settled(action: SystemAction) -> list[GateLine]:
    """F30: done, and separately shown to work (or accepted with a reason)."""
    worked = action.effect_checked_at is not None and (bool(action.worked) or bool(action.not_worked_reason))
    name = str(action)
    return [
        GateLine(
            "F30",
            f"Done: {name}",
            action.done_at is not None,
            reverse("action", args=[action.pk]),
            "domain.md §5",
            "" if action.done_at else f"Not done yet: {name}",
        ),
        GateLine(
            "F30",
            f"Worked: {name}",
            worked,
            reverse("action", args=[action.pk]),
            "domain.md §5, S9",
            "" if worked else f"Nobody has shown yet that it worked: {name}",
        ),
    ]


def _written_up(case: Case, response: LearningResponse | None) -> list[GateLine]:
    asked = {
        "method": "Say which method was used",
        "missed_opportunities": "List the missed opportunities with their dates",
        "shared_how": "Say how the learning was shared with the person, staff and other services",
    }
    lacking = [text for name, text in asked.items() if not (response and getattr(response, name).strip())]
    return [
        GateLine(
            "LEARNING",
            "The method, the missed opportunities and how learning was shared are written down",
            not lacking,
            reverse("learning-write", args=[case.pk]),
            "domain.md §5",
            ". ".join(lacking),
        )
    ]
