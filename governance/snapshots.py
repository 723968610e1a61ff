"""What a signature of this floor is put to, as plain data: the same call at signing and today tells whether it changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from governance.models import ClosureSecond, EffectCheck, EffectVerdict, Measure
from incidents.models import Case
from records.reading import once
from remediation.models import FollowUp, SystemAction


@once
def effect(case: Case) -> dict[str, Any]:
    """Everything a verdict on effectiveness rests on."""
    measures = Measure.objects.filter(case=case).prefetch_related("points").order_by("fixed_at")
    return {
        "case": case.reference,
        "measures": [
            {
                "title": one.title,
                "unit": one.unit,
                "baseline": str(one.baseline),
                "baseline_n": one.baseline_n,
                "target": str(one.target),
                "fixed_at": one.fixed_at.isoformat(),
                "fixed_late": one.fixed_late,
                "points": [[p.on.isoformat(), str(p.value), p.n, p.source] for p in one.points.all()],
            }
            for one in measures
        ],
        "checks": [
            [c.kind, c.week, c.done_at.isoformat(), c.what_was_looked_at, c.result, c.verdict]
            for c in EffectCheck.objects.filter(case=case, done_at__isnull=False).order_by("done_at", "pk")
            if c.done_at
        ],
        "follow_ups": [
            [f.kind, f.week, str(f.worker_id), f.held_at.isoformat(), f.result, f.meets_standard]
            for f in FollowUp.objects.filter(case=case, held_at__isnull=False).order_by("held_at", "pk")
            if f.held_at
        ],
    }


def closing(case: Case, person_informed: str, team_learning: str, *, until: datetime | None = None) -> dict[str, Any]:
    """What is signed when a case is closed: its state, and what was told to whom.

    A closing that took effect rests on the verdict that stood `until` then.
    """
    newest = next((one for one in _verdicts(case) if until is None or one.signed_at <= until), None)
    return _state(case) | {
        "verdict": newest.verdict if newest else "",
        "verdict_sha256": newest.sha256 if newest else "",
        "person_informed": person_informed,
        "team_learning": team_learning,
    }


@once
def agreed_at(case: Case) -> dict[UUID, datetime]:
    """By closing: when the second person agreed to it."""
    agreed = ClosureSecond.objects.filter(case=case, agrees=True, withdraws=None).order_by("-signed_at")
    return dict(agreed.values_list("closure", "signed_at"))


@once
def _verdicts(case: Case) -> list[EffectVerdict]:
    """The verdicts that were not withdrawn, the newest first."""
    return list(EffectVerdict.objects.filter(case=case, withdraws=None, withdrawn_by=None).order_by("-signed_at"))


@once
def _state(case: Case) -> dict[str, Any]:
    return {
        "case": case.reference,
        "level": case.level,
        "duties": [
            [d.body, d.answer, d.sent_at.isoformat() if d.sent_at else ""] for d in case.duties.order_by("body")
        ],
        "actions": [
            [str(a.pk), a.done_at is not None, a.worked, a.not_worked_reason]
            for a in SystemAction.objects.filter(case=case).order_by("pk")
        ],
    }
