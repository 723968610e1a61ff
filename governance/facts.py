"""What the record says about effect and closing: small reads, used by gates, pages and packs. Nothing here writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from governance.models import Closure, EffectCheck, EffectVerdict, Measure, Reopening
from governance.run_rules import Reading, read
from incidents.models import Case
from records import times
from remediation.models import FollowUp, RemediationPlan, SystemAction


def work_started_at(case: Case) -> datetime | None:
    """When the change began: the first plan started or the first system action done (F69). None: not yet."""
    plan = (
        RemediationPlan.objects.filter(case=case, started_at__isnull=False)
        .order_by("started_at")
        .values_list("started_at", flat=True)
        .first()
    )
    act = (
        SystemAction.objects.filter(case=case, done_at__isnull=False)
        .order_by("done_at")
        .values_list("done_at", flat=True)
        .first()
    )
    return min((moment for moment in (plan, act) if moment), default=None)


def action_owners(case: Case) -> set[UUID]:
    """Who owns a system action of the case: they do not say whether it worked (S9)."""
    return set(SystemAction.objects.filter(case=case).values_list("owner_id", flat=True))


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
    checks = list(EffectCheck.objects.filter(case=case, done_at__isnull=False).values_list("kind", "verdict"))
    held = list(FollowUp.objects.filter(case=case, held_at__isnull=False).values_list("kind", flat=True))
    kinds = [kind for kind, _ in checks]
    verdicts = {verdict for _, verdict in checks}
    worst = next((word for word in ("worse", "not_changed", "not_yet_shown", "changed") if word in verdicts), "")
    return Looks(
        kinds.count(EffectCheck.Kind.REAUDIT),
        kinds.count(EffectCheck.Kind.OBSERVATION) + held.count(FollowUp.Kind.OBSERVATION),
        kinds.count(EffectCheck.Kind.SUPERVISION) + held.count(FollowUp.Kind.SUPERVISION),
        worst,
    )


def last_reaudit(case: Case) -> EffectCheck | None:
    found: EffectCheck | None = (
        EffectCheck.objects.filter(case=case, kind=EffectCheck.Kind.REAUDIT, done_at__isnull=False)
        .order_by("-done_at")
        .first()
    )
    return found


def twelve_weeks_shown(case: Case) -> bool:
    """Whether somebody looked at the end of the window: week 12 or later, by a follow-up or a re-audit."""
    held = FollowUp.objects.filter(case=case, week__gte=12, held_at__isnull=False).exists()
    return (
        held
        or EffectCheck.objects.filter(case=case, week__gte=12, done_at__isnull=False)
        .filter(Q(kind=EffectCheck.Kind.REAUDIT))
        .exists()
    )
