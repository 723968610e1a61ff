"""What the record says about effect and closing: small reads, used by gates, pages and packs. Nothing here writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from governance.models import Closure, EffectCheck, EffectVerdict, Measure, Reopening
from governance.run_rules import Reading, read
from incidents.models import Case
from records import times
from records.reading import once
from remediation import facts_case
from remediation.models import FollowUp


def work_started_at(case: Case) -> datetime | None:
    """When the change began: the first plan started or the first system action done (F69). None: not yet."""
    started = [one.started_at for one in facts_case.plans(case.pk)]
    done = [one.done_at for one in facts_case.system_actions(case.pk)]
    return min((moment for moment in (*started, *done) if moment), default=None)


def action_owners(case: Case) -> set[UUID]:
    """Who owns a system action of the case: they do not say whether it worked (S9)."""
    return {one.owner_id for one in facts_case.system_actions(case.pk)}


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


def reopened_at(case: Case) -> datetime | None:
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


def looks(case: Case) -> Looks:
    """The looks taken: effect checks with a result, and follow-ups held after duties came back (A11)."""
    taken = [one for one in checks(case) if one.done_at is not None]
    held = [one.kind for one in facts_case.follow_ups(case.pk) if one.held_at is not None]
    kinds = [one.kind for one in taken]
    verdicts = {one.verdict for one in taken}
    worst = next((word for word in ("worse", "not_changed", "not_yet_shown", "changed") if word in verdicts), "")
    return Looks(
        kinds.count(EffectCheck.Kind.REAUDIT),
        kinds.count(EffectCheck.Kind.OBSERVATION) + held.count(FollowUp.Kind.OBSERVATION),
        kinds.count(EffectCheck.Kind.SUPERVISION) + held.count(FollowUp.Kind.SUPERVISION),
        worst,
    )


def last_reaudit(case: Case) -> EffectCheck | None:
    taken = [one for one in checks(case) if one.kind == EffectCheck.Kind.REAUDIT and one.done_at is not None]
    return max(taken, key=lambda one: one.done_at or one.added_at, default=None)


def twelve_weeks_shown(case: Case) -> bool:
    """Whether somebody looked at the end of the window: week 12 or later, by a follow-up or a re-audit."""
    held = any(one.week >= 12 and one.held_at is not None for one in facts_case.follow_ups(case.pk))
    return held or any(
        one.kind == EffectCheck.Kind.REAUDIT and one.week is not None and one.week >= 12 and one.done_at is not None
        for one in checks(case)
    )
