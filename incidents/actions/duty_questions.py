"""Where the questions of §4 come from once a case is open: a person asks, or another answer brings one up.

raise_duty       a person: another body, or the same body about something new
follow_on        the police are to be told, so regulation 18(2)(f) of the CQC comes up by itself
ask_about        a worker is taken off the task for good, goes to other work or leaves (DBS, Home Office; F22)
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from accounts.models import Staff, User
from incidents import permissions
from incidents.actions import clocks
from incidents.actions.lock import lock, lock_all
from incidents.duties import ABOUT_POLICE, DUTIES, POLICE_GROUND
from incidents.models import Case, CaseStaff, Duty, DutyAnswer
from records import times
from records.acting import action
from records.refusals import Refused

SOURCE = "domain.md §4"
LONGEST_MATTER = 200


@action("duty.raised")
def raise_duty(
    *,
    by: User,
    case: Case,
    body: str,
    why: str,
    at: datetime | None = None,
    about: str = "",
    worker: Staff | None = None,
) -> Duty:
    """Put a duty before the deciders, its clock starting at `at`: when it was learned of (now unless given).

    For what comes up later: another body (a data breach), or the same body about something new (`about` in words,
    or the `worker`). Where the body was told already this is a further duty of its own, about `why` unless `about`
    says it. A question about workers that opened with the case becomes that of the first worker named. One that is
    still open stays the same record, and its clock never moves later. One answered "no"
    becomes undecided again: the new fact asks anew.
    """
    case = lock(case)
    permissions.check_decide_duties(by, case)
    start = at or times.now()
    if not why.strip():
        raise Refused("F19", "Say why the question comes up.", source=SOURCE, field="why")
    if start > times.now():
        raise Refused("F20", "The time you learned of it must be in the past.", source=SOURCE, field="at")
    if worker is not None and worker.provider_id != case.provider_id:
        raise Refused("F19", "That worker works for another provider.", source=SOURCE, field="worker")
    matter = " ".join(about.split())[:LONGEST_MATTER]
    duty = _of(case, body, matter, worker)
    if duty is None and worker is not None and not matter and DUTIES[body].concerns_a_worker:
        duty = _unclaimed(case, body)
    if duty is not None and duty.sent_at is not None:
        if matter or worker:
            raise Refused("F19", "They were told about this already. Say what is new.", source=SOURCE, field="about")
        matter = " ".join(why.split())[:LONGEST_MATTER]
        duty = _of(case, body, matter, None)
        if duty is not None and duty.sent_at is not None:
            raise Refused("F19", "They were told about this already. Say what is new.", source=SOURCE, field="about")
    return _ask(case, body, why=why, start=start, about=matter, worker=worker, duty=duty)


def follow_on(by: User, case: Case, duty: Duty) -> None:
    """What one answer brings up by itself, inside the action that gave it.

    Once the police are to be told, or were, the CQC is to be told of that as well (regulation 18(2)(f)): a question
    of its own, whatever was or was not sent under the other paragraphs. Where one notice covers both, answering and
    sending that one answers and sends the other.
    """
    if duty.body == "cqc_r18":
        _in_the_same_notice(duty)
    if duty.body not in ("cqc_r18", "emergency_police"):
        return
    police = [
        one
        for one in Duty.objects.filter(case=case, body="emergency_police", answer=DutyAnswer.YES)
        if one.decided_at is not None
    ]
    if not police:
        return
    known = list(Duty.objects.filter(case=case, body="cqc_r18"))
    start = max(case.clock_start_at, min(one.sent_at or one.decided_at or times.now() for one in police))
    for one in known:
        if one.about == ABOUT_POLICE:
            if one.sent_at is None and one.clock_start_at is not None and start < one.clock_start_at:
                clocks.start(one, start)
                one.save()
            return
        if POLICE_GROUND in one.grounds and one.answer == DutyAnswer.YES:
            return
    made = _ask(case, "cqc_r18", why="The police are to be told, or were told.", start=start, about=ABOUT_POLICE)
    made.grounds = [POLICE_GROUND]
    made.save()


def _in_the_same_notice(duty: Duty) -> None:
    """A CQC notice that also covers 18(2)(f) answers that question too, and once sent has told them of it."""
    if POLICE_GROUND not in duty.grounds or duty.answer != DutyAnswer.YES or duty.about == ABOUT_POLICE:
        return
    twin = Duty.objects.filter(case=duty.case_id, body=duty.body, about=ABOUT_POLICE, sent_at=None).first()
    if twin is None:
        return
    if twin.answer != DutyAnswer.YES:
        twin.answer, twin.reason = DutyAnswer.YES, "Told in the same notice as the other paragraphs."
        twin.decided_by, twin.decided_at = duty.decided_by, duty.decided_at
        twin.second_by = twin.second_at = None
        twin.proposed_no_reason, twin.proposed_no_by, twin.proposed_no_at = "", None, None
    if duty.sent_at is not None:
        twin.sent_at, twin.sent_by, twin.route, twin.reference = duty.sent_at, duty.sent_by, duty.route, duty.reference
        twin.reply_due_at, twin.reply_again_due_at = duty.reply_due_at, duty.reply_again_due_at
        twin.reply_team_due_at = duty.reply_team_due_at
        twin.lateness_reason = duty.lateness_reason if twin.was_late else ""
        clocks.ask_why_late(twin)
    twin.save()


@action("duty.raised_by_rule")
def ask_about(*, by: User, case: Case, worker: Staff, bodies: Iterable[str], why: str, at: datetime) -> list[Duty]:
    """Bring up what a decision about a worker brings up (F22, §8), a question a worker, its clock from `at`.

    Asks nothing of `by`: the rule asks, not the person whose act it follows from. The first question opened with the
    case becomes this worker's; a worker about whom the body was told already is not asked about again.
    """
    case = lock(case)
    made = []
    for body in bodies:
        duty = _of(case, body, "", worker) or _unclaimed(case, body)
        if duty is None or duty.sent_at is None:
            made.append(_ask(case, body, why=why, start=at, worker=worker, duty=duty))
    return made


@action("duty.raised_by_rule")
def ask_about_leaver(*, by: User, staff: Staff, last_day: date) -> None:
    """A worker leaves while a case about their practice is open: leaving ends no duty (§4, §8; F22).

    The clock starts with their last day, or today where that is still to come.
    """
    links = CaseStaff.objects.filter(staff=staff, ended_at=None, involvement__in=CaseStaff.SHUTS_OUT)
    cases = Case.objects.filter(pk__in=links.values("case"), closed_at=None)
    at = min(times.now(), times.end_of_day(last_day))
    for case in lock_all(cases):
        ask_about(by=by, case=case, worker=staff, bodies=("dbs", "home_office"), why=LEAVES, at=at)


LEAVES = "The worker leaves while this case is open. If they are sponsored, the Home Office must know too."


def _of(case: Case, body: str, about: str, worker: Staff | None) -> Duty | None:
    found: Duty | None = Duty.objects.filter(case=case, body=body, about=about, worker=worker).first()
    return found


def _unclaimed(case: Case, body: str) -> Duty | None:
    """The question as it opened with the case, while nothing was sent on it and it is nobody's in particular."""
    found: Duty | None = Duty.objects.filter(case=case, body=body, about="", worker=None, sent_at=None).first()
    return found


def _ask(
    case: Case,
    body: str,
    *,
    why: str,
    start: datetime,
    about: str = "",
    worker: Staff | None = None,
    duty: Duty | None = None,
) -> Duty:
    """The open question: a new record, or one that is not sent yet. A clock that runs never moves later."""
    if duty is None:
        duty = Duty(case=case, body=body, about=about)
    duty.worker = worker or duty.worker
    asked_anew = duty.answer == DutyAnswer.NO or duty.clock_start_at is None
    if duty.answer == DutyAnswer.NO:
        duty.answer = DutyAnswer.UNDECIDED
        duty.decided_by = duty.decided_at = duty.second_by = duty.second_at = None
    if duty.answer == DutyAnswer.UNDECIDED:
        duty.reason = why
    if asked_anew or (duty.clock_start_at is not None and start < duty.clock_start_at):
        clocks.start(duty, start)
    duty.save()
    return duty
