"""Opening and moving the clocks of a case: its duties and the management review of its chronology (§3, §4)."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count

from incidents.duties import DUTIES, DutyLine, Facts, lines_for
from incidents.models import Case, ChronologyReview, ControlKind, Duty, DutyAnswer, RiskControl
from incidents.timescales import SAY_WHY_LATE, review_span, timescale
from records import times
from records.bulk import create_all


def open_clocks(case: Case, *, harm: int | None = None) -> None:
    """The duties that apply, undecided, and the chronology review; all due from the case's clock start."""
    create_all(Duty, [new_duty(case, line) for line in lines_for(Facts.of(case, harm=harm))])
    due = timescale(case.level, case.provider).chronology_review.after(case.clock_start_at)
    ChronologyReview(case=case, due_at=due).save()


def new_duty(case: Case, line: DutyLine) -> Duty:
    """An undecided duty; one that starts with a later event has no clock yet."""
    duty = Duty(case=case, body=line.code)
    if not line.starts_later:
        start(duty, case.clock_start_at)
    return duty


def open_missing_duties(case: Case, *, harm: int | None = None) -> None:
    """Add the lines that new facts bring up (an agency worker, a death); none is ever taken away."""
    known = set(Duty.objects.filter(case=case).values_list("body", flat=True))
    missing = [line for line in lines_for(Facts.of(case, harm=harm)) if line.code not in known]
    create_all(Duty, [new_duty(case, line) for line in missing])


def restart_clocks(case: Case, before: datetime) -> None:
    """Move every clock that started with the case from its start `before` to the (corrected) start, sent or not.

    A duty raised later keeps the time it was learned of. One that was sent, and turns out to have been late, asks
    why: lateness shows whenever it is found.
    """
    if before == case.clock_start_at:
        move_chronology_review(case)
        return
    for duty in Duty.objects.filter(case=case, clock_start_at=before).exclude(answer=DutyAnswer.NO):
        if not DUTIES[duty.body].starts_later:
            start(duty, case.clock_start_at)
            ask_why_late(duty)
            duty.save()
    move_chronology_review(case)


def start(duty: Duty, at: datetime) -> None:
    """Start a duty's clock at `at`. The caller saves."""
    duty.clock_start_at = at
    duty.amber_at, duty.due_at = DUTIES[duty.body].clocks(at)


def ask_why_late(duty: Duty) -> None:
    """Ask why a sent notice was late, within a day, where nobody said; ask no more where it was in time. Not saved."""
    if not duty.wants_lateness_reason:
        duty.lateness_due_at = None
    elif duty.lateness_due_at is None:
        duty.lateness_due_at = SAY_WHY_LATE.after(times.now())


def move_chronology_review(case: Case) -> None:
    """Set the due time of a review that has not happened yet by the case's present level."""
    due = timescale(case.level, case.provider).chronology_review.after(case.clock_start_at)
    for review in ChronologyReview.objects.filter(case=case, reviewed_at=None).exclude(due_at=due):
        review.due_at = due
        review.save()


def pull_in_control_reviews(case: Case) -> None:
    """No control waits longer for its review than the case's present level allows from now; none is put off (§3, F18).

    A review booked for sooner stays where it is, and one that is overdue stays overdue.
    """
    now = times.now()
    in_force = RiskControl.objects.filter(case=case, ended_at=None).exclude(kind=ControlKind.NONE_NEEDED)
    for control in in_force.exclude(review_due_at=None).annotate(done=Count("reviews")):
        suspended = control.kind == ControlKind.SUSPENSION
        limit = review_span(case.level, case.provider, reviews_done=control.done, suspension=suspended).after(now)
        if control.review_due_at > limit:
            control.review_due_at = limit
            control.save()
