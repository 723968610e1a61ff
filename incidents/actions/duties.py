"""External duties: answering, the second person for a "no", sending with its lateness, acknowledgement (§4).

Where the questions come from is actions/duty_questions.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from accounts.models import User
from incidents import permissions
from incidents.actions import duty_questions
from incidents.actions.lock import lock
from incidents.duties import DUTIES
from incidents.models import Duty, DutyAnswer
from incidents.timescales import ASK_AGAIN, ASK_FOR_REPLY, ASK_THEIR_MANAGER
from records import times
from records.acting import action
from records.refusals import NotAllowed, Refused

SOURCE = "domain.md §4"


@action("duty.answered")
def answer_duty(
    *,
    by: User,
    duty: Duty,
    answer: str,
    reason: str = "",
    grounds: Iterable[str] = (),
    scope_reasoning: str = "",
    professional: str = "",
) -> Duty:
    """Answer one duty: yes, no because, or undecided (with what it waits for). No answer touches another body's.

    A "no" to police, council, CQC or DBS is only proposed: it stays undecided, with its clock running, until a
    second person agrees (`second_no`).
    """
    case = lock(duty.case)
    permissions.check_decide_duties(by, case)
    duty = Duty.objects.get(pk=duty.pk)
    line = DUTIES[duty.body]
    decision = DutyAnswer(answer)
    if duty.sent_at is not None:
        raise Refused("F19", f"{line.name}: this was sent already, so the answer stays.", source=SOURCE)
    if decision != DutyAnswer.YES and not reason.strip():
        words = "Say why not." if decision == DutyAnswer.NO else "Say what the answer waits for."
        raise Refused("F19", words, source=SOURCE, field="reason")
    if line.needs_professional and decision != DutyAnswer.UNDECIDED and not professional.strip():
        raise Refused(
            "F21",
            "Name the health care professional whose opinion this is.",
            source=f"{SOURCE}; {line.instrument}",
            field="professional",
        )
    known = {code for code, _ in line.grounds}
    chosen = [code for code in dict.fromkeys(grounds) if code in known]
    now = times.now()
    duty.proposed_no_reason, duty.proposed_no_by, duty.proposed_no_at = "", None, None
    duty.second_by = duty.second_at = None
    duty.grounds, duty.scope_reasoning, duty.professional = chosen, scope_reasoning, professional
    if decision == DutyAnswer.NO and line.needs_second_for_no:
        duty.answer, duty.reason = DutyAnswer.UNDECIDED, ""
        duty.decided_by = duty.decided_at = None
        duty.proposed_no_reason, duty.proposed_no_by, duty.proposed_no_at = reason, by, now
    else:
        duty.answer, duty.reason = decision, reason
        settled = decision != DutyAnswer.UNDECIDED
        duty.decided_by, duty.decided_at = (by, now) if settled else (None, None)
    duty.save()
    duty_questions.follow_on(by, case, duty)
    return duty


@action("duty.no_seconded")
def second_no(*, by: User, duty: Duty, agree: bool = True, reason: str = "") -> Duty:
    """Agree, or not, with a proposed "no", as a second person. Disagreeing leaves it undecided, with the reason."""
    case = lock(duty.case)
    permissions.check_decide_duties(by, case)
    duty = Duty.objects.get(pk=duty.pk)
    line = DUTIES[duty.body]
    if duty.proposed_no_by is None:
        raise Refused("F19", f"{line.name}: no answer waits for a second person.", source=SOURCE)
    if duty.proposed_no_by_id == by.pk:
        raise NotAllowed("F19", "You proposed this “no”. A second person agrees or not.", source=SOURCE)
    if not agree and not reason.strip():
        raise Refused("F19", "Say why you do not agree.", source=SOURCE, field="reason")
    now = times.now()
    if agree:
        duty.answer, duty.reason = DutyAnswer.NO, duty.proposed_no_reason
        duty.decided_by, duty.decided_at = duty.proposed_no_by, duty.proposed_no_at
        duty.second_by, duty.second_at = by, now
    else:
        duty.reason = reason
    duty.proposed_no_reason, duty.proposed_no_by, duty.proposed_no_at = "", None, None
    duty.save()
    return duty


@action("duty.sent")
def record_sent(
    *,
    by: User,
    duty: Duty,
    sent_at: datetime,
    route: str,
    reference: str = "",
    lateness_reason: str = "",
) -> Duty:
    """Record that it was sent: when, how, their reference. Past red, why it was late is required (F20)."""
    case = lock(duty.case)
    permissions.check_decide_duties(by, case)
    duty = Duty.objects.get(pk=duty.pk)
    line = DUTIES[duty.body]
    if duty.answer != DutyAnswer.YES:
        raise Refused("F20", f"{line.name}: answer first that they must be told.", source=SOURCE, field="answer")
    if duty.sent_at is not None:
        raise Refused("F20", f"{line.name}: it is already recorded as sent.", source=SOURCE)
    if sent_at > times.now():
        raise Refused("F20", "The time it was sent must be in the past.", source=SOURCE, field="sent_at")
    if sent_at < case.first_noticed_at:
        raise Refused("F20", "It cannot have been sent before anything was noticed.", source=SOURCE, field="sent_at")
    if not route.strip():
        raise Refused("F20", "Say how it was sent, and to whom.", source=SOURCE, field="route")
    if is_late(duty, sent_at) and not lateness_reason.strip():
        raise Refused("F20", "It was sent after it was due. Say why.", source=SOURCE, field="lateness_reason")
    duty.sent_at, duty.sent_by = sent_at, by
    duty.route, duty.reference = route, reference
    duty.lateness_reason = lateness_reason if is_late(duty, sent_at) else ""
    duty.reply_due_at, duty.reply_again_due_at = ASK_FOR_REPLY.after(sent_at), ASK_AGAIN.after(sent_at)
    duty.reply_team_due_at = ASK_THEIR_MANAGER.after(sent_at)
    duty.save()
    duty_questions.follow_on(by, case, duty)
    return duty


@action("duty.lateness_explained")
def explain_lateness(*, by: User, duty: Duty, reason: str) -> Duty:
    """Say why a notice was late that turned out to be late when the times were corrected (F20).

    The reason stays as it was given: a second one is refused.
    """
    case = lock(duty.case)
    permissions.check_decide_duties(by, case)
    duty = Duty.objects.get(pk=duty.pk)
    if not duty.wants_lateness_reason:
        raise Refused("F20", f"{duty.name}: nobody asks why it was late.", source=SOURCE)
    if not reason.strip():
        raise Refused("F20", "It was sent after it was due. Say why.", source=SOURCE, field="lateness_reason")
    duty.lateness_reason, duty.lateness_due_at = reason, None
    duty.save()
    return duty


@action("duty.acknowledged")
def record_acknowledgement(
    *,
    by: User,
    duty: Duty,
    acknowledged_at: datetime,
    acknowledged_by: str,
    reference: str = "",
    outcome: str = "",
) -> Duty:
    """Record who answered, when, with what reference and outcome. May be recorded again when the outcome follows."""
    case = lock(duty.case)
    permissions.check_decide_duties(by, case)
    duty = Duty.objects.get(pk=duty.pk)
    if duty.sent_at is None:
        raise Refused("F20", "Record first that it was sent.", source=SOURCE)
    if acknowledged_at > times.now():
        raise Refused("F20", "The time must be in the past.", source=SOURCE, field="acknowledged_at")
    # Sending is typed to the minute, so an answer within that minute is not before it.
    if acknowledged_at + timedelta(minutes=1) <= duty.sent_at:
        raise Refused("F20", "They cannot have answered before it was sent.", source=SOURCE, field="acknowledged_at")
    if not acknowledged_by.strip():
        raise Refused("F20", "Say who answered.", source=SOURCE, field="acknowledged_by")
    duty.acknowledged_at, duty.acknowledged_by = acknowledged_at, acknowledged_by
    duty.reference = reference or duty.reference
    duty.outcome = outcome or duty.outcome
    duty.save()
    return duty


def is_late(duty: Duty, sent_at: datetime) -> bool:
    return duty.due_at is not None and sent_at > duty.due_at
