"""What each section of this floor says about itself on the case page: its state, and what must happen next.

All computed from gates and records at the moment of reading; nothing here is stored.
"""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from incidents import gates, permissions
from incidents.actions.rating import newest_rating, waits_for_second
from incidents.duties import DUTIES
from incidents.models import (
    Case,
    CaseFile,
    Duty,
    DutyAnswer,
    Safe,
)
from incidents.sections import COMPLETE, IN_PROGRESS, NOT_NEEDED, Section, State, Step, register
from incidents.timescales import timescale
from records import times
from records.gates import unmet
from records.reading import once
from records.wording import plural

#: How urgent a step is; the lower number comes first.
UNSAFE, OVERDUE, AMBER, NOW, LATER = 10, 20, 30, 40, 60


# --- Protection -----------------------------------------------------------------------------------------


def protection_state(case: Case, user: Any) -> State:
    if case.everyone_safe != Safe.YES:
        return State("Needs action", "red", "someone may be unsafe")
    controls = gates.controls_of(case)
    if not controls:
        return State("Needs action", "red", "no control decided")
    late = unmet(gates.controls_current(case))
    if late:
        return State("Needs action", "red", "a review is overdue")
    in_force = sum(control.in_force for control in controls)
    return State("In place", "blue", plural(in_force, "control") + " in force") if in_force else COMPLETE


def protection_steps(case: Case, user: Any) -> list[Step]:
    if not permissions.can_decide_controls(user, case):
        return []
    steps = []
    if case.everyone_safe != Safe.YES:
        url = reverse("case-safe", args=[case.pk])
        steps.append(Step("Make everyone safe, and say how", url, "Say how", UNSAFE))
    controls = gates.controls_of(case)
    if not controls:
        due = timescale(case.level, case.provider).decide.after(case.clock_start_at)
        url = reverse("case-control-new", args=[case.pk])
        urgency = OVERDUE if due < times.now() else AMBER
        steps.append(Step("Decide how people are protected now", url, "Record a control", urgency, due))
    now = times.now()
    for_ni = gates.for_nominated_individual(controls)
    for control in controls:
        if not control.in_force or control.review_due_at is None:
            continue
        if control.pk in for_ni or control.review_due_at < now:
            url = reverse("case-control-review", args=[case.pk, control.pk])
            steps.append(Step(f"Review the control “{control}”", url, "Review it", OVERDUE, control.review_due_at))
    if case.level is None and permissions.can_rate(user, case):
        due = timescale(None, case.provider).rate.after(case.clock_start_at)
        steps.append(Step("Rate how serious it is", reverse("case-rate", args=[case.pk]), "Rate it", NOW, due))
    waiting = newest_rating(case)
    if waiting is not None and waits_for_second(case, waiting) and waiting.rated_by_id != user.pk:
        url = reverse("case-rating-confirm", args=[case.pk, waiting.pk])
        steps.append(Step("A lower level waits for a second person", url, "Look at it", NOW))
    return steps


# --- Duties ---------------------------------------------------------------------------------------------


def duty_state(duty: Duty) -> State:
    """One duty's state in a word: sent, not needed, overdue, amber, open."""
    now = times.now()
    if duty.sent_at is not None:
        if duty.wants_lateness_reason:
            return State("Sent late: say why", "red")
        return State("Sent late", "amber") if duty.was_late else State("Sent", "blue")
    if duty.answer == DutyAnswer.NO:
        return State("Not needed", "grey")
    if duty.due_at is not None and duty.due_at < now:
        return State("Overdue", "red")
    if duty.proposed_no_by_id is not None:
        return State("Waits for a second person", "amber")
    if duty.amber_at is not None and duty.amber_at < now:
        return State("Due soon", "amber")
    if duty.answer == DutyAnswer.YES:
        return State("To send", "blue")
    return State("Not decided", "grey")


def duties_state(case: Case, user: Any) -> State:
    duties = gates.duties_of(case)
    states = [duty_state(duty).text for duty in duties]
    overdue = states.count("Overdue")
    if overdue:
        return State("Needs action", "red", f"{overdue} overdue")
    undecided = sum(d.answer == DutyAnswer.UNDECIDED and not DUTIES[d.body].may_wait for d in duties)
    to_send = sum(d.answer == DutyAnswer.YES and d.sent_at is None for d in duties)
    if undecided:
        return State("Needs action", "red", f"{undecided} not decided")
    unexplained = sum(d.wants_lateness_reason for d in duties)
    if unexplained:
        return State("Needs action", "amber", f"{unexplained} sent late: say why")
    if to_send:
        return State("Needs action", "amber", f"{to_send} to send")
    return COMPLETE if all(d.answer != DutyAnswer.UNDECIDED for d in duties) else IN_PROGRESS


def duties_steps(case: Case, user: Any) -> list[Step]:
    if not permissions.can_decide_duties(user, case):
        return []
    steps = []
    if case.registered_person_aware_at is None:
        text = "Say when the registered person knew: until then the clocks run from when this was logged"
        steps.append(Step(text, reverse("case-times", args=[case.pk]), "Complete the times", AMBER))
    for duty in gates.duties_of(case):
        if duty.wants_lateness_reason:
            url = reverse("case-duty-late", args=[case.pk, duty.pk])
            steps.append(Step(f"Say why it was late: {duty.name}", url, "Say why", AMBER, duty.lateness_due_at))
        if duty.sent_at is not None or duty.answer == DutyAnswer.NO:
            continue
        line, state = DUTIES[duty.body], duty_state(duty)
        urgency = {"Overdue": OVERDUE, "Due soon": AMBER}.get(state.text, NOW)
        if duty.proposed_no_by_id is not None:
            if duty.proposed_no_by_id != user.pk:
                url = reverse("case-duty-second", args=[case.pk, duty.pk])
                text = f"{duty.short}: a “no” waits for a second person"
                steps.append(Step(text, url, "Agree or not", urgency, duty.due_at))
        elif duty.answer == DutyAnswer.YES:
            url = reverse("case-duty-sent", args=[case.pk, duty.pk])
            steps.append(Step(f"Tell them and record it: {duty.name}", url, "Record sending", urgency, duty.due_at))
        elif not line.may_wait or state.text == "Overdue":
            url = reverse("case-duty-answer", args=[case.pk, duty.pk])
            steps.append(Step(f"Decide: {duty.name}", url, "Answer", urgency, duty.due_at))
    return sorted(steps, key=lambda step: (step.urgency, step.due is None, step.due or times.now()))


# --- Chronology, people, restriction, evidence ------------------------------------------------------------


def chronology_state(case: Case, user: Any) -> State:
    review = gates.open_chronology_review(case)
    if review is None:
        return State("Reviewed", "blue")
    if review.due_at < times.now():
        return State("Needs action", "red", "review overdue")
    return State("In progress", "light-blue", "to be reviewed")


def chronology_steps(case: Case, user: Any) -> list[Step]:
    review = gates.open_chronology_review(case)
    if review is None or not permissions.can_decide_controls(user, case):
        return []
    urgency = OVERDUE if review.due_at < times.now() else NOW
    url = reverse("case-chronology-review", args=[case.pk])
    return [Step("Read the chronology and say what it shows", url, "Review it", urgency, review.due_at)]


@once
def _kind_stated(case: Case) -> bool:
    """The type of failure, and the kind of abuse or why it is none."""
    abuse = bool(case.not_abuse_reason) or case.caseabusetypes.filter(removed_at=None).exists()
    return abuse and bool(gates.failure_types(case))


def people_state(case: Case, user: Any) -> State:
    if not _kind_stated(case):
        return State("Needs action", "amber", "kind not stated")
    return State("Stated", "blue")


def people_steps(case: Case, user: Any) -> list[Step]:
    if _kind_stated(case) or not permissions.can_rate(user, case):
        return []
    return [Step("Say what kind of failure it is", reverse("case-classify", args=[case.pk]), "Say what kind", NOW)]


def restriction_state(case: Case, user: Any) -> State:
    lines = gates.restriction_answered(case)
    if not lines:
        return State(NOT_NEEDED.text, NOT_NEEDED.colour, "no restriction is part of this")
    missing = unmet(lines)
    if any(line.code == "F63" for line in missing):
        return State("Needs action", "red", "in force without authority")
    return State("Needs action", "amber") if missing else State("Answered", "blue")


def restriction_steps(case: Case, user: Any) -> list[Step]:
    if not permissions.can_decide_controls(user, case):
        return []
    urgency = {"F63": UNSAFE}
    buttons = {"F59": "Record the restriction", "A10": "Answer the questions", "F63": "Look at it"}
    return [
        Step(line.detail or line.text, line.url, buttons[line.code], urgency.get(line.code, NOW))
        for line in unmet(gates.restriction_answered(case))
    ]


def evidence_state(case: Case, user: Any) -> State:
    count = CaseFile.objects.filter(case=case).count()
    return State(plural(count, "file") if count else "None yet", "grey")


def access_state(case: Case, user: Any) -> State:
    """How many see it by exception; that it is sealed, to those who see it at all."""
    if case.sealed_at:
        return State("Sealed", "red")
    count = len(case.exceptions_now)
    return State(f"{count} by exception" if count else "By role", "grey")


def register_sections() -> None:
    """Called once, when the app starts."""
    for section in (
        Section("protection", "Protection", "case-protection", 10, protection_state, protection_steps),
        Section("duties", "Outside duties", "case-duties", 20, duties_state, duties_steps),
        Section("chronology", "Chronology", "case-chronology", 30, chronology_state, chronology_steps),
        Section("people", "Who and what kind", "case-people", 40, people_state, people_steps),
        Section("restriction", "Restriction", "case-restriction", 50, restriction_state, restriction_steps),
        Section("evidence", "Evidence", "case-evidence", 55, evidence_state),
        Section("access", "Who can see this case", "case-access", 115, access_state),
    ):
        register(section)
