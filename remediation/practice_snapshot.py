"""What is signed with a practice test and with a decision: frozen at signing, read again to tell a later change (F47)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from remediation.models import Reauthorisation, TestAttempt


def _moment(moment: datetime | None) -> str:
    return moment.astimezone(UTC).isoformat() if moment else ""


def of_attempt(attempt: TestAttempt) -> dict[str, Any]:
    """One attempt with its test's rule, every mark with its words, every file by its hash, and the result."""
    from remediation import facts_case

    test = attempt.test
    return {
        "attempt": str(attempt.pk),
        "number": attempt.number,
        "week": attempt.week,
        "worker": str(attempt.worker_id),
        "assessor": str(attempt.assessor_id),
        "test": {
            "id": str(test.pk),
            "code": test.code,
            "title": test.title,
            "kind": test.kind,
            "pass_rule": test.pass_rule,
        },
        "setting": attempt.setting,
        "scenario": attempt.scenario,
        "work": attempt.work,
        "announced": attempt.announced,
        "person_agreed": attempt.person_agreed,
        "started_at": _moment(attempt.started_at),
        "minutes": attempt.minutes,
        "direct_contact": attempt.direct_contact,
        "feedback": attempt.feedback,
        "worker_comment": attempt.worker_comment,
        "unsafe_answer": attempt.unsafe_answer,
        "improved": attempt.improved,
        "competent": attempt.competent,
        "outcome": attempt.outcome,
        "points": attempt.points,
        "points_possible": attempt.points_possible,
        "reasons": attempt.reasons,
        "marks": [
            {
                "order": mark.criterion.order,
                "criterion": mark.criterion.text,
                "star": mark.criterion.star,
                "mark": mark.mark,
                "saw_heard": mark.saw_heard,
                "judgement": mark.judgement,
            }
            for mark in facts_case.marks(attempt.case_id).get(attempt.pk, [])
        ],
        "files": sorted(one.file.sha256 for one in facts_case.attempt_files(attempt.case_id).get(attempt.pk, [])),
    }


def of_decision(decision: Reauthorisation, *, gate: list[Any], rests_on: list[str]) -> dict[str, Any]:
    """One decision, the gate as it stood, and the signed tests it rests on: by signature, content and standing."""
    from remediation import facts_case

    known = facts_case.sign_offs(decision.case_id)
    signed = sorted((known[key] for one in rests_on if (key := UUID(one)) in known), key=lambda one: one.pk)
    return {
        "plan": str(decision.plan_id),
        "worker": str(decision.worker_id),
        "task": decision.task,
        "decision": decision.decision,
        "reason": decision.reason,
        "statement": decision.statement,
        "condition": decision.condition,
        "supervisor": str(decision.supervisor_id or ""),
        "expires_at": _moment(decision.expires_at),
        "persons_view": decision.persons_view,
        "overrides": decision.overrides,
        "new_test_dates": decision.new_test_dates,
        "gate": gate,
        "rests_on": [
            {
                "sign_off": str(one.pk),
                "test": one.attempt.test.code,
                "sha256": one.sha256,
                "stands": one.stands and not one.is_changed_since,
            }
            for one in signed
        ],
    }
