"""Opening and moving the clocks of a case: its duties and the management review of its chronology (§3, §4)."""

from __future__ import annotations

from django.db.models import Count

from incidents.duties import DUTIES, DutyLine, Facts, lines_for
from incidents.models import Case, ChronologyReview, ControlKind, Duty, DutyAnswer, RiskControl
from incidents.timescales import review_span, timescale
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
        duty.clock_start_at = case.clock_start_at
        duty.amber_at, duty.due_at = line.clocks(case.clock_start_at)
    return duty


def open_missing_duties(case: Case, *, harm: int | None = None) -> None:
    """Add the lines that new facts bring up (an agency worker, a death); none is ever taken away."""
    known = set(Duty.objects.filter(case=case).values_list("body", flat=True))
    missing = [line for line in lines_for(Facts.of(case, harm=harm)) if line.code not in known]
    create_all(Duty, [new_duty(case, line) for line in missing])


def restart_clocks(case: Case) -> None:
    """Move every clock that has not stopped to the case's (corrected) start or level."""
    for duty in Duty.objects.filter(case=case, sent_at=None).exclude(answer=DutyAnswer.NO):
        line = DUTIES[duty.body]
        if line.starts_later or duty.clock_start_at == case.clock_start_at:
            continue
        duty.clock_start_at = case.clock_start_at
        duty.amber_at, duty.due_at = line.clocks(case.clock_start_at)
        duty.save()
    move_chronology_review(case)


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
