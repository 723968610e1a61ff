"""What the record says about effect and closing: small reads, used by gates, pages and packs. Nothing here writes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from governance.models import Chase, Closure, EffectCheck, EffectVerdict, Measure, Reopening, Verdict
from governance.run_rules import Reading, read
from incidents.models import Case
from records import times
from records.reading import once
from remediation import facts_case
from remediation.models import FollowUp

#: The window of A11 ends with this week after the change.
LAST_WEEK = 12


def work_started_at(case: Case) -> datetime | None:
    """When the change began: the first plan started or the first system action done (F69). None: not yet."""
    started = [one.started_at for one in facts_case.plans(case.pk)]
    done = [one.done_at for one in facts_case.system_actions(case.pk)]
    return min((moment for moment in (*started, *done) if moment), default=None)


def change_began(case: Case, measure: Measure | None = None) -> date | None:
    """The day from which the weeks of a look are counted (A11). None: nothing on record says when it began.

    The day its measure names (a look without a measure: the first day any of them names), else the day the first
    plan started or the first system action was done. A day named only after work had started moves nothing back.
    """
    named = [measure] if measure is not None else measures(case)
    if before := [one.change_on for one in named if one.change_on and not one.fixed_late]:
        return min(before)
    started = work_started_at(case)
    late = min((one.change_on for one in named if one.change_on), default=None)
    return max((day for day in (late, times.to_london(started).date() if started else None) if day), default=None)


def action_owners(case: Case) -> set[UUID]:
    """Who owns a system action of the case: they do not say whether it worked (S9)."""
    return {one.owner_id for one in facts_case.system_actions(case.pk)}


@once
def chases(case: Case) -> list[Chase]:
    """Every chase of the case, oldest first: for the timeline and for how many reminders went out, read once a page."""
    return list(Chase.objects.filter(case=case).select_related("recipient"))


@once
def measures(case: Case) -> list[Measure]:
    """What is measured in a case, with its points."""
    return list(case.measures.prefetch_related("points"))


@once
def checks(case: Case) -> list[EffectCheck]:
    """Every look that is booked or was taken, earliest due first."""
    return list(case.effectchecks.select_related("owner", "done_by", "measure").order_by("due_on", "kind"))


def reading(measure: Measure) -> Reading:
    """What the points of a measure say, as advice."""
    points = [(point.on, point.value) for point in measure.points.all()]
    change = measure.change_on
    if change is None:
        started = work_started_at(measure.case)
        change = times.to_london(started).date() if started else None
    return read(
        points,
        change_on=change,
        baseline=measure.baseline,
        target=measure.target,
        higher=measure.better == Measure.Better.HIGHER,
    )


@once
def standing_verdict(case: Case) -> EffectVerdict | None:
    """The newest signed verdict that was not withdrawn."""
    found: EffectVerdict | None = (
        EffectVerdict.objects.filter(case=case, withdraws=None, withdrawn_by=None).order_by("-signed_at").first()
    )
    return found


@once
def reopened_at(case: Case) -> datetime | None:
    """When the case was last opened again."""
    found: datetime | None = (
        Reopening.objects.filter(case=case).order_by("-reopened_at").values_list("reopened_at", flat=True).first()
    )
    return found


@once
def waiting_closure(case: Case) -> Closure | None:
    """A closing that was signed once and waits for its second signature (L3, L4)."""
    found: Closure | None = (
        Closure.objects.filter(case=case, withdraws=None, withdrawn_by=None).order_by("-signed_at").first()
    )
    if found is None or not found.needs_second or case.closed_at is not None or found.seconds.exists():
        return None
    again = reopened_at(case)
    return None if again and again > found.signed_at else found


@dataclass(frozen=True)
class Looks:
    """Which of the three looks of A11 were taken, by whom they may be shown in a sentence."""

    reaudits: int
    observations: int
    supervisions: int
    worst: str

    @property
    def missing(self) -> list[str]:
        found = []
        if not self.reaudits:
            found.append("a re-audit")
        if not self.observations:
            found.append("an observation")
        if not self.supervisions:
            found.append("a follow-up supervision")
        return found


def newest_looks(taken: Iterable[EffectCheck]) -> list[EffectCheck]:
    """Of the looks taken, the newest of each kind at each measure: what practice is now.

    Looks are not undone, so an early honest "not changed" must not speak for ever; and good news of one measure
    says nothing of another.
    """
    found: dict[tuple[str, UUID | None], EffectCheck] = {}
    for one in sorted(taken, key=lambda check: check.done_at or check.added_at):
        found[one.kind, one.measure_id] = one
    return list(found.values())


def looks(case: Case) -> Looks:
    """The looks taken: effect checks with a result, and follow-ups held after duties came back (A11).

    `worst` is the worst word of the newest look of each kind at each measure.
    """
    taken = [one for one in checks(case) if one.done_at is not None]
    held = [one.kind for one in facts_case.follow_ups(case.pk) if one.held_at is not None]
    kinds = [one.kind for one in taken]
    verdicts = {one.verdict for one in newest_looks(taken)}
    worst = next((word for word in ("worse", "not_changed", "not_yet_shown", "changed") if word in verdicts), "")
    return Looks(
        kinds.count(EffectCheck.Kind.REAUDIT),
        kinds.count(EffectCheck.Kind.OBSERVATION) + held.count(FollowUp.Kind.OBSERVATION),
        kinds.count(EffectCheck.Kind.SUPERVISION) + held.count(FollowUp.Kind.SUPERVISION),
        worst,
    )


def last_reaudits(case: Case) -> list[EffectCheck]:
    """The newest re-audit of each measure, and of those booked without one."""
    return newest_looks(one for one in checks(case) if one.kind == EffectCheck.Kind.REAUDIT and one.done_at is not None)


@once
def look_again_since(case: Case) -> datetime | None:
    """Since when a good word needs a new re-audit: the newest re-opening, or "worse" or "not changed" signed. None: not.

    What was audited before shows what was found wanting, not what was done about it since.
    """
    bad = (
        EffectVerdict.objects.filter(
            case=case, withdraws=None, withdrawn_by=None, verdict__in=[Verdict.WORSE, Verdict.NOT_CHANGED]
        )
        .order_by("-signed_at")
        .values_list("signed_at", flat=True)
        .first()
    )
    return max((moment for moment in (bad, reopened_at(case)) if moment), default=None)


def looked_again(case: Case) -> bool:
    """Whether a re-audit was held after `look_again_since`; true where none is asked for."""
    since = look_again_since(case)
    return since is None or any(
        one.kind == EffectCheck.Kind.REAUDIT and one.done_at is not None and one.done_at > since for one in checks(case)
    )


def must_sign_anew(case: Case) -> bool:
    """Whether the standing verdict no longer counts: what it rests on changed, or the case was opened again since."""
    verdict = standing_verdict(case)
    if verdict is None:
        return False
    again = reopened_at(case)
    # A case opened again by this very verdict ("worse" after closing) does not void it: it was signed with it.
    by_itself = verdict.verdict in (Verdict.WORSE, Verdict.NOT_CHANGED)
    return bool(again and again > verdict.signed_at and not by_itself) or verdict.is_changed_since


def week_of(check: EffectCheck) -> int:
    """How many whole weeks after the change a look lies: of its day, or of the day it was taken where that is later.

    While nothing on record says when the change began, it is the week it was booked for, else counted from the day
    the case was opened.
    """
    began = change_began(check.case, check.measure)
    if began is None and check.week is not None:
        return check.week
    began = began or times.to_london(check.case.logged_at).date()
    taken = times.to_london(check.done_at).date() if check.done_at else check.due_on
    return max(0, (max(check.due_on, taken) - began).days // 7)


def window_ends_on(case: Case) -> date | None:
    """The first day of week 12 after the change; None while nothing says when it began."""
    began = change_began(case)
    return began + timedelta(weeks=LAST_WEEK) if began else None


def twelve_weeks_shown(case: Case) -> bool:
    """Whether somebody looked at the end of the window: week 12 or later, by a follow-up or a re-audit.

    A re-audit's week is worked out from the change as it is on record now, not from what was typed at booking.
    """
    held = any(one.week >= LAST_WEEK and one.held_at is not None for one in facts_case.follow_ups(case.pk))
    return held or any(
        week_of(one) >= LAST_WEEK
        for one in checks(case)
        if one.kind == EffectCheck.Kind.REAUDIT and one.done_at is not None
    )
