"""Effectiveness: a measure fixed first, points, looks with results, and a signed verdict (domain.md §10, A11, S9)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from accounts.models import User
from governance import facts, permissions
from governance.actions.common import not_before_today, said
from governance.gates import effect
from governance.models import EffectCheck, EffectVerdict, Measure, MeasurePoint, Reopening, Verdict
from governance.silence import says_only_silence
from governance.snapshots import effect as effect_snapshot
from incidents import separation_facts
from incidents.actions.cases import set_reopened
from incidents.actions.lock import lock
from incidents.models import Case
from incidents.permissions import signing_role
from records import times
from records.acting import action
from records.gates import refuse_unless_met
from records.refusals import Refused
from records.signing import Signature, sign
from records.wording import day_text
from remediation.models import DueDateChange

#: Re-audits and other looks are booked for these weeks after the change (A11).
USUAL_WEEKS = (4, 8, 12)
#: A look more than this long before its day shows nothing yet.
EARLIEST = timedelta(days=7)
SILENCE = (
    "“No concerns since” is not a result: it may only mean that nobody wrote anything down. Say which later records "
    "or practice were looked at, how many, and what they show."
)


@action("measure.fixed")
def fix_measure(
    *,
    by: User,
    case: Case,
    title: str,
    unit: str,
    better: str,
    baseline: Decimal,
    baseline_n: int,
    baseline_period: str,
    target: Decimal,
    owner: User | None = None,
    change_on: date | None = None,
) -> Measure:
    """Fix what would show that practice changed. After work has started it is kept, but marked as fixed late (F69)."""
    case = lock(case)
    permissions.check_measure(by, case)
    started = facts.work_started_at(case)
    measure = Measure(
        case=case,
        title=said(title, "title", "Say what is measured."),
        unit=said(unit, "unit", "Say in which unit."),
        better=better,
        baseline=baseline,
        baseline_n=baseline_n,
        baseline_period=said(baseline_period, "baseline_period", "Say which weeks the baseline covers."),
        target=target,
        change_on=change_on,
        owner=owner or by,
        fixed_by=by,
        fixed_at=times.now(),
        fixed_late=started is not None,
    )
    _check_target(measure)
    _check_change_day(measure)
    measure.save()
    return measure


@action("measure.changed")
def change_measure(
    *,
    by: User,
    measure: Measure,
    reason: str,
    title: str,
    unit: str,
    better: str,
    baseline: Decimal,
    baseline_n: int,
    baseline_period: str,
    target: Decimal,
    change_on: date | None = None,
) -> Measure:
    """Change a measure before work starts. Afterwards it is locked: a moved baseline would hide what happened."""
    case = lock(measure.case)
    permissions.check_measure(by, case)
    measure = Measure.objects.get(pk=measure.pk)
    if facts.work_started_at(case) is not None:
        raise Refused(
            "F69",
            "Work has started, so this measure is locked with its baseline and target. Fix another one beside it; "
            "it will be marked as fixed late.",
            source="domain.md §10",
        )
    measure.changed_reason = said(reason, "reason", "Say why it changes.")
    measure.title, measure.unit, measure.better = title, unit, better
    measure.baseline, measure.baseline_n, measure.baseline_period = baseline, baseline_n, baseline_period
    measure.target, measure.change_on = target, change_on
    _check_target(measure)
    _check_change_day(measure)
    measure.save()
    return measure


def _check_target(measure: Measure) -> None:
    if measure.baseline_n < 1:
        raise Refused("F69", "A baseline rests on at least one item. Say how many.", field="baseline_n")
    higher = measure.better == Measure.Better.HIGHER
    if measure.target == measure.baseline or (measure.target > measure.baseline) != higher:
        raise Refused(
            "F69",
            f"The target must be {'above' if higher else 'below'} the baseline, or nothing would have to change.",
            source="domain.md §10",
            field="target",
        )


def _check_change_day(measure: Measure) -> None:
    """The weeks of the looks are counted from this day, so it cannot lie where nobody knew that anything was wrong."""
    noticed = times.to_london(measure.case.first_noticed_at).date()
    if measure.change_on is not None and measure.change_on < noticed:
        raise Refused(
            "F69",
            f"What went wrong was first noticed on {day_text(noticed)}. The change cannot have started before that.",
            source="domain.md §10",
            field="change_on",
        )


@action("measure.point_added")
def add_point(*, by: User, measure: Measure, on: date, value: Decimal, n: int, source: str) -> MeasurePoint:
    """Add one measured point. Points are never changed; a day has one."""
    case = lock(measure.case, even_closed=_reaudit_waits(measure.case))
    permissions.check_measure(by, case)
    if on > times.today():
        raise Refused("POINT", "This day is still to come. Enter a day that was measured.", field="on")
    if value < 0 <= min(measure.baseline, measure.target):
        raise Refused("POINT", "Below nought, where this measure never is. Leave out the minus sign.", field="value")
    if n < 1:
        raise Refused("POINT", "A point rests on at least one item. Say how many.", field="n")
    if MeasurePoint.objects.filter(measure=measure, on=on).exists():
        raise Refused("POINT", "This day already has a point, and points are not changed.", field="on")
    point = MeasurePoint(
        case=case,
        measure=measure,
        on=on,
        value=value,
        n=n,
        source=said(source, "source", "Say where this number comes from."),
        added_by=by,
        added_at=times.now(),
    )
    point.save()
    return point


@action("effect_check.booked")
def book_check(
    *,
    by: User,
    case: Case,
    kind: str,
    due_on: date,
    owner: User,
    measure: Measure | None = None,
) -> EffectCheck:
    """Book a re-audit, an observation or a supervision with its day and the person who looks.

    Its week is worked out from the day the change began; while nothing says when that was, it has none.
    """
    case = lock(case)
    permissions.check_measure(by, case)
    began = facts.change_began(case, measure)
    week = (due_on - began).days // 7 if began and due_on >= began else None
    return _book(by, case, kind, due_on, owner, measure, week)


@action("effect_check.booked")
def book_usual_checks(
    *, by: User, case: Case, kinds: list[str], starts_on: date, owner: User, measure: Measure | None = None
) -> list[EffectCheck]:
    """Book each kind for weeks 4, 8 and 12 after a day. Weeks whose day has passed are left out.

    The weeks are not counted from a day before the change, or from before the case was opened while nothing says when
    the change began: "week 12" would then lie where nothing could have changed yet.
    """
    case = lock(case)
    permissions.check_measure(by, case)
    began = facts.change_began(case, measure)
    earliest = began or times.to_london(case.logged_at).date()
    if starts_on < earliest:
        what = "The change began" if began else "Nothing says yet when the change began; the case was opened"
        raise Refused(
            "F71",
            f"{what} on {day_text(earliest)}. Count the weeks from that day or a later one.",
            source="domain.md A11",
            field="starts_on",
        )
    days = [(week, starts_on + timedelta(weeks=week)) for week in USUAL_WEEKS]
    booked = [
        _book(by, case, kind, day, owner, measure, week) for kind in kinds for week, day in days if day >= times.today()
    ]
    if not booked:
        raise Refused("BOOK", "All three weeks have passed. Book a single look with its own day.", field="starts_on")
    return booked


def _book(
    by: User, case: Case, kind: str, due_on: date, owner: User, measure: Measure | None, week: int | None
) -> EffectCheck:
    not_before_today(due_on, "due_on", "The day of the look")
    if owner.pk in facts.action_owners(case):
        raise Refused(
            "S9",
            f"{owner.name} owns an action of this case. Ask somebody who owns none to look.",
            source="domain.md §1 S9",
            field="owner",
        )
    check = EffectCheck(
        case=case,
        kind=kind,
        due_on=due_on,
        original_due_on=due_on,
        owner=owner,
        measure=measure,
        week=week,
        added_by=by,
        added_at=times.now(),
    )
    check.save()
    return check


@action("effect_check.moved")
def move_check(*, by: User, check: EffectCheck, becomes: date, reason: str) -> EffectCheck:
    """Move the day of a look. The reason is kept, and the first day stays visible (F37)."""
    case = lock(check.case)
    permissions.check_measure(by, case)
    check = EffectCheck.objects.get(pk=check.pk)
    if check.done_at is not None:
        raise Refused("DONE", "This look has been taken; its day cannot move.")
    not_before_today(becomes, "becomes", "The new day")
    if becomes == check.due_on:
        raise Refused("F37", "This is the day it already has. Enter the new one.", field="becomes")
    DueDateChange(
        case=case,
        about="effectcheck",
        about_id=check.pk,
        was=check.due_on,
        becomes=becomes,
        reason=said(reason, "reason", "Say why the day moves."),
        changed_by=by,
        changed_at=times.now(),
    ).save()
    check.due_on = becomes
    check.save()
    return check


@action("effect_check.done")
def record_check(*, by: User, check: EffectCheck, what_was_looked_at: str, result: str, verdict: str) -> EffectCheck:
    """Record what a look showed. Not by an owner of an action (S9), not before its time, and not silence (C8)."""
    case = lock(check.case)
    check = EffectCheck.objects.select_related("case").get(pk=check.pk)
    permissions.check_record_check(by, check)
    if check.done_at is not None:
        raise Refused("DONE", "This look has its result already. Book another one to look again.")
    if times.today() < check.due_on - EARLIEST:
        raise Refused(
            "F71",
            f"This look belongs to {check.due_on:%-d %B}. So long before, it would show nothing yet.",
            source="domain.md §10",
        )
    if verdict not in Verdict.values:
        raise Refused("VERDICT", "Choose one of the four words.", field="verdict")
    check.what_was_looked_at = said(what_was_looked_at, "what_was_looked_at", "Say what was looked at, and how many.")
    check.result = _not_silence(result, "result")
    check.verdict, check.done_by, check.done_at = verdict, by, times.now()
    check.case = case
    week = facts.week_of(check)
    # It says the week it shows: work may have started after it was booked, and then "week 12" was too much said.
    if check.week is None or week < check.week:
        check.week = week
    check.save()
    return check


def _not_silence(text: str, field: str) -> str:
    text = said(text, field, "Say what it shows.")
    if says_only_silence(text):
        raise Refused("C8", SILENCE, source="domain.md §10, C8", field=field)
    return text


VERDICT_MEANING = (
    "I looked at what was measured, audited, observed and discussed in supervision. I own none of the actions. "
    "This is my verdict on whether practice changed."
)


@action("effect.verdict_given")
def give_verdict(
    *,
    by: User,
    case: Case,
    verdict: str,
    reason: str,
    signature: Signature,
    next_reaudit_on: date | None = None,
) -> EffectVerdict:
    """Sign one of the four words. In a case closed as "not yet shown" this is the promised re-audit; there "worse"
    and "not changed" re-open the case in the same moment (F71)."""
    case = lock(case, even_closed=_reaudit_waits(case))
    permissions.check_verify(by, case)
    if verdict not in Verdict.values:
        raise Refused("VERDICT", "Choose one of the four words.", field="verdict")
    reason = _not_silence(reason, "reason")
    refuse_unless_met(effect.before_any_verdict(case), "A verdict cannot be given yet.")
    if verdict in (Verdict.CHANGED, Verdict.NOT_YET_SHOWN):
        refuse_unless_met(effect.after_bad_news(case), "Look again first.")
    if verdict == Verdict.CHANGED:
        refuse_unless_met(effect.for_changed(case), "“Changed” cannot be said yet.")
    if verdict == Verdict.NOT_YET_SHOWN:
        if next_reaudit_on is None:
            raise Refused(
                "REAUDIT",
                "“Not yet shown” needs the day of the next re-audit.",
                source="domain.md §13",
                field="next_reaudit_on",
            )
        not_before_today(next_reaudit_on, "next_reaudit_on", "The next re-audit")
    lifted = separation_facts.check_may_sign(by, case, declared=signature.conflict)
    signed = sign(
        EffectVerdict,
        role=signing_role(by, case),
        meaning=VERDICT_MEANING,
        snapshot=effect_snapshot(case),
        signature=signature,
        allow_conflict=lifted,
        case=case,
        verdict=verdict,
        reason=reason,
        next_reaudit_on=next_reaudit_on if verdict == Verdict.NOT_YET_SHOWN else None,
    )
    if case.closed_at is not None and verdict in (Verdict.WORSE, Verdict.NOT_CHANGED):
        Reopening(
            case=case,
            reason=f"The re-audit after closing found: {Verdict(verdict).label.lower()}.",
            reopened_by=by,
            reopened_at=times.now(),
        ).save()
        set_reopened(by=by, case=case)
    return signed


def _reaudit_waits(case: Case) -> bool:
    """Whether the case was closed as "not yet shown", so that its re-audit is still to come."""
    standing = facts.standing_verdict(case)
    return standing is not None and standing.verdict == Verdict.NOT_YET_SHOWN


__all__ = [
    "add_point",
    "book_check",
    "book_usual_checks",
    "change_measure",
    "fix_measure",
    "give_verdict",
    "move_check",
    "record_check",
]
