"""What practice tests, decisions, holds and follow-ups add to the merged chronology (F16)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse

from incidents.chronology import RECORDED, Row
from incidents.models import Case
from remediation import facts_case, signatures
from remediation import permissions_practice as permissions
from remediation.models import HoldRequest, TaskAuthorisation


def rows(case: Case, user: Any) -> list[Row]:
    """Test results for who may see tests, decisions for who may see decisions; failures and withdrawals included."""
    found: list[Row] = []
    if permissions.can_see_tests(user, case):
        found += _tests(case) + _follow_ups(case)
    if permissions.can_see_decisions(user, case):
        found += _decisions(case) + _holds(case)
    return found


def _row(moment: datetime, title: str, text: str, who: str, url: str) -> Row:
    return Row(
        event_at=moment, entered_at=moment, kind=RECORDED, text=text, who=who, source=title, url=url, title=title
    )


def _tests(case: Case) -> list[Row]:
    found = []
    for one in facts_case.sign_offs(case.pk).values():
        attempt = one.attempt
        url = reverse("attempt", args=[attempt.pk])
        name = f"{attempt.worker.name}: {attempt.test.code} {attempt.test.title}, attempt {attempt.number}"
        if one.withdraws_id:
            text = f"{name}. {one.withdrawal_reason}"
            found.append(_row(one.signed_at, "Practice test withdrawn", text, one.name, url))
        else:
            points = f", {attempt.points} of {attempt.points_possible} points" if attempt.points_possible else ""
            text = f"{name}: {attempt.get_outcome_display().lower()}{points}.{signatures.noted(one)}"
            found.append(_row(one.signed_at, "Practice test signed", text, one.name, url))
    return found


def _decisions(case: Case) -> list[Row]:
    found = []
    made = [one for decisions in facts_case.decisions(case.pk).values() for one in decisions]
    for one in made:
        url = reverse("plan-reauthorisation", args=[one.plan_id])
        text = f"{one.worker.name}, {one.get_task_display()}: {one.get_decision_display().lower()}. {one.reason}"
        text += signatures.noted(one)
        found.append(_row(one.signed_at, "Re-authorisation decided", text, one.name, url))
        for second in one.seconds.all():
            said = "agrees" if second.agrees else "does not agree"
            text = f"{one.worker.name}, {one.get_task_display()}: {said}. {second.reason}"
            text += signatures.noted(second)
            found.append(_row(second.signed_at, "Second decision", text, second.name, url))
    for signed in (one for first in made for one in (first, *first.seconds.all()) if not one.stands):
        kind, taken = signatures.kind_of(signed), signed.withdrawn_by
        title = "Decision withdrawn" if signed in made else "Second decision withdrawn"
        text = f"{kind.what(signed)}: {taken.withdrawal_reason}"
        found.append(_row(taken.signed_at, title, text, taken.name, kind.url(signed)))
    ended = TaskAuthorisation.objects.filter(case=case, ended_at__isnull=False)
    for given in ended.select_related("worker", "ended_by", "decision"):
        if given.ended_at is None:
            continue
        text = f"{given.worker.name}, {given.get_task_display()}: {given.ended_reason}"
        url = reverse("plan-reauthorisation", args=[given.decision.plan_id])
        who = given.ended_by.name if given.ended_by else ""
        found.append(_row(given.ended_at, "Authorisation ended", text, who, url))
    return found


def _holds(case: Case) -> list[Row]:
    found = []
    url = reverse("case-holds", args=[case.pk])
    for one in HoldRequest.objects.filter(case=case).select_related("recorded_by", "released_by"):
        text = f"{one.asked_by}: {one.reason}"
        found.append(_row(one.recorded_at, "Asked to hold", text, one.recorded_by.name, url))
        if one.released_at is not None:
            who = one.released_by.name if one.released_by else ""
            found.append(_row(one.released_at, "Hold released", f"{one.asked_by}: {one.release_note}", who, url))
    return found


def _follow_ups(case: Case) -> list[Row]:
    found = []
    for one in facts_case.follow_ups(case.pk):
        if one.held_at is None:
            continue
        meets = "meets the standard" if one.meets_standard else "does not meet the standard"
        who = one.held_by.name if one.held_by else ""
        text = f"{one.worker.name}, {one}: {meets}. {one.result}"
        found.append(_row(one.held_at, "Follow-up held", text, who, reverse("follow-up", args=[one.pk])))
    return found
