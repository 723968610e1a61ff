"""What this floor adds to a case's chronology: every chase, every verdict, closing and re-opening (F16, F87)."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from governance import facts
from governance.models import Closure, ClosureSecond, EffectCheck, EffectVerdict, Reopening
from incidents import chronology
from incidents.models import Case
from remediation import signatures

RECORDED = chronology.RECORDED


def chases(case: Case, user: Any) -> list[chronology.Row]:
    """Each chase in a row of its own: that nobody answered in time is part of what happened."""
    url = reverse("case-chasing", args=[case.pk])
    return [
        chronology.Row(
            event_at=chase.made_at,
            entered_at=chase.made_at,
            kind=RECORDED,
            title="Chased",
            text=f"{chase.what}: {str(chase.get_rung_display()).lower()}. Told: {chase.told}."
            + (f" {chase.mail}." if chase.not_sent_at else ""),
            who="Safe to Practise",
            source="Chasing",
            url=url,
        )
        for chase in facts.chases(case)
    ]


def outcomes(case: Case, user: Any) -> list[chronology.Row]:
    """Looks with their result, verdicts, closings and re-openings."""
    effect, closing = reverse("case-effectiveness", args=[case.pk]), reverse("case-closure", args=[case.pk])
    found = []

    def add(at: Any, title: str, text: str, who: str, url: str) -> None:
        found.append(
            chronology.Row(
                event_at=at, entered_at=at, kind=RECORDED, title=title, text=text, who=who, source=RECORDED, url=url
            )
        )

    for check in EffectCheck.objects.filter(case=case, done_at__isnull=False).select_related("done_by"):
        add(
            check.done_at,
            f"{check.get_kind_display()}: {check.get_verdict_display()}",
            check.result,
            str(check.done_by),
            effect,
        )

    def originals(model: Any) -> list[Any]:
        """Those signed as new; a withdrawal gets its own line here."""
        reads = signatures.kind_of(model).reads
        found = list(
            model.objects.filter(case=case).select_related("withdraws", "withdrawn_by", "case__service", *reads)
        )
        for taken in [one for one in found if one.withdraws_id is not None]:
            kind = signatures.kind_of(taken)
            title = f"Withdrawn: {kind.what(taken.withdraws)}"
            add(taken.signed_at, title, taken.withdrawal_reason, taken.name, kind.url(taken))
        return [one for one in found if one.withdraws_id is None]

    for verdict in originals(EffectVerdict):
        text = verdict.reason + signatures.noted(verdict)
        add(verdict.signed_at, f"Verdict: {verdict.get_verdict_display()}", text, verdict.name, effect)
    for closure in originals(Closure):
        text = closure.person_informed + signatures.noted(closure)
        add(closure.signed_at, "Closing signed", text, closure.name, closing)
    for second in originals(ClosureSecond):
        said = "agrees" if second.agrees else "does not agree"
        text = second.reason + signatures.noted(second)
        add(second.signed_at, f"Second signature on closing: {said}", text, second.name, closing)
    for opened in Reopening.objects.filter(case=case).select_related("reopened_by"):
        add(opened.reopened_at, "Opened again", opened.reason, opened.reopened_by.name, closing)
    return found


def join() -> None:
    chronology.register(chases)
    chronology.register(outcomes)
