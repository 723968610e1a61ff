"""Dated promises for tests of the due view and the chaser, at any date wanted.

The people come from the cast; a case and its promises are written as the actions write them, but with dates
of the test's choosing, which an action that reads the clock would not allow.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.models import Staff, User
from governance.models import EffectCheck, EffectVerdict, Measure
from incidents.models import Case, CaseStaff, Duty, Rating, RiskControl
from records import times
from records.acting import acting_as
from records.models import fingerprint
from remediation.models import (
    CapabilityResponse,
    Cause,
    CauseFinding,
    FollowUp,
    LearningResponse,
    PracticeTest,
    Reauthorisation,
    RemediationPlan,
    SystemAction,
    TaskAuthorisation,
)

CONTROL = dict.fromkeys(
    (
        "what",
        "trigger",
        "who_at_risk",
        "options_considered",
        "why_chosen",
        "proportionality",
        "persons_views",
        "capacity",
        "advocate",
        "consent_to_share",
        "impact_and_support",
        "who_was_told",
        "exit_criteria",
        "would_tighten",
    ),
    "As written on the day",
)
_number = 0


def case(cast: Any, **changed: Any) -> Case:
    """A bare case at the cast's service, owned by its manager."""
    global _number
    _number += 1
    now = times.now()
    given = {
        "provider": cast.service.provider,
        "service": cast.service,
        "reference": f"SP-T-{_number:04}",
        "title": "Bruises not reported",
        "what_happened": "Margaret had bruises on her arm and nobody was told",
        "first_noticed_at": now - timedelta(days=40),
        "registered_person_aware_at": now - timedelta(days=40),
        "everyone_safe": "yes",
        "owner": cast.manager,
        "logged_by": cast.manager,
        "logged_at": now - timedelta(days=40),
        "level": 3,
    }
    made = Case(**(given | changed))
    _save(made, cast.manager)
    return made


def control(case: Case, by: User, due: datetime, *, decided: datetime | None = None, **changed: Any) -> RiskControl:
    """A control whose next review is due at `due`."""
    made = RiskControl(
        **(
            CONTROL
            | {
                "case": case,
                "kind": "no_lone_work",
                "decided_by": by,
                "decided_at": decided or due - timedelta(days=4),
                "recorded_at": decided or due - timedelta(days=4),
                "review_due_at": due,
            }
            | changed
        )
    )
    _save(made, by)
    return made


def duty(case: Case, by: User, red: datetime, *, body: str = "cqc_r18", **changed: Any) -> Duty:
    """A duty decided as yes and not sent, red at `red`, amber twenty hours before."""
    made = Duty(
        **(
            {
                "case": case,
                "body": body,
                "answer": "yes",
                "decided_by": by,
                "clock_start_at": red - timedelta(hours=24),
                "amber_at": red - timedelta(hours=20),
                "due_at": red,
            }
            | changed
        )
    )
    _save(made, by)
    return made


def involve(case: Case, staff: Any, involvement: str, by: User) -> CaseStaff:
    made = CaseStaff(case=case, staff=staff, involvement=involvement, added_at=times.now(), added_by=by)
    _save(made, by)
    return made


def _save(record: Any, by: User) -> None:
    columns = {field.attname for field in record._meta.concrete_fields}
    if "added_at" in columns and record.added_at is None:
        record.added_at = times.now() - timedelta(days=40)
    if "added_by_id" in columns and record.added_by_id is None:
        record.added_by = by
    with transaction.atomic(), acting_as(by, "test.given"):
        record.save()


def day(name: str, on: date) -> dict[str, int]:
    """A day as the three boxes of a form send it."""
    return {f"{name}-day": on.day, f"{name}-month": on.month, f"{name}-year": on.year}


def effect_check(case: Case, owner: User, day: date, kind: str = "reaudit", **changed: Any) -> EffectCheck:
    made = EffectCheck(case=case, kind=kind, due_on=day, original_due_on=day, owner=owner, **changed)
    _save(made, owner)
    return made


def verdict(case: Case, by: User, word: str, **changed: Any) -> EffectVerdict:
    """A verdict as it was signed earlier."""
    from governance.snapshots import effect

    now = times.now()
    seen = effect(case)
    made = EffectVerdict(
        **(
            {
                "case": case,
                "verdict": word,
                "reason": "Three re-audits of later records",
                "signed_by": by,
                "signed_at": now,
                "name": by.name,
                "role": "Quality lead",
                "meaning": "My verdict",
                "conflict": "none",
                "authenticated_at": now,
                "snapshot": seen,
                "sha256": fingerprint(seen),
            }
            | changed
        )
    )
    _save(made, by)
    return made


def closed(case: Case, by: User) -> Case:
    case.closed_at, case.closed_by = times.now(), by
    _save(case, by)
    return case


def system_action(case: Case, owner: User, day: date, **changed: Any) -> SystemAction:
    """A system action for the first cause of the case."""
    cause = CauseFinding.objects.filter(case=case).first()
    if cause is None:
        cause = CauseFinding(case=case, cause="process")
        _save(cause, owner)
    made = SystemAction(
        **(
            {
                "case": case,
                "cause": cause,
                "what": "Print the working on-call number in every handbook",
                "strength": "intermediate",
                "owner": owner,
                "due_on": day,
                "original_due_on": day,
            }
            | changed
        )
    )
    _save(made, owner)
    return made


def capability(case: Case, by: User, worker: Staff | None = None, **changed: Any) -> CapabilityResponse:
    made = CapabilityResponse(case=case, worker=worker, opened_by=by, opened_at=times.now(), **changed)
    _save(made, by)
    return made


def plan(case: Case, by: User, worker: Staff, **changed: Any) -> RemediationPlan:
    """A plan that has started, with one task (lone work)."""
    made = RemediationPlan(
        **(
            {
                "case": case,
                "response": capability(case, by, worker, route="supported"),
                "worker": worker,
                "gap": "Does not pass concerns on within the shift",
                "statement": "Passes on every concern within the shift",
                "written_by": by,
                "written_at": times.now() - timedelta(weeks=14),
                "started_at": times.now() - timedelta(weeks=13),
                "started_by": by,
            }
            | changed
        )
    )
    _save(made, by)
    return made


def practice_test(plan: RemediationPlan, by: User, **changed: Any) -> PracticeTest:
    made = PracticeTest(
        **(
            {
                "case": plan.case,
                "plan": plan,
                "code": "P1",
                "title": "Concern form from a scenario",
                "kind": "scenario",
                "pass_rule": {"stars": "all", "percent": 80},
                "due_on": times.today(),
                "original_due_on": times.today(),
            }
            | changed
        )
    )
    _save(made, by)
    return made


def follow_up(
    plan: RemediationPlan, by: User, week: int, day: date, kind: str = "observation", **changed: Any
) -> FollowUp:
    made = FollowUp(case=plan.case, plan=plan, worker=plan.worker, kind=kind, week=week, due_on=day, **changed)
    _save(made, by)
    return made


def decided(plan: RemediationPlan, by: User, decision: str, task: str = "T1", reason: str = "Seen") -> Reauthorisation:
    """A signed decision about one task under this plan, as it was made earlier."""
    now, seen = times.now(), {"rests_on": [], "gate": []}
    made = Reauthorisation(
        case=plan.case, plan=plan, worker=plan.worker, task=task, decision=decision, reason=reason,
        signed_by=by, signed_at=now, name=by.name, role="Registered manager", meaning="I decide", conflict="none",
        authenticated_at=now, snapshot=seen, sha256=fingerprint(seen),
    )  # fmt: skip
    _save(made, by)
    return made


def given_back(plan: RemediationPlan, by: User, task: str = "T1") -> TaskAuthorisation:
    """A task that came back in full by a decision under this plan."""
    decision = decided(plan, by, "full", task, "Both tests passed")
    made = TaskAuthorisation(
        case=plan.case, decision=decision, worker=plan.worker, task=task, started_at=times.now(), started_by=by
    )
    _save(made, by)
    return made


def ready_to_close(cast: Any, **changed: Any) -> Case:
    """A case in which nothing stands in the way of closing: no subject, learning finished, effect shown."""
    made, by = case(cast, **({"level": 2} | changed)), cast.manager
    promised = times.now() - timedelta(weeks=12)
    rating = Rating(case=made, harm=1, potential=2, likelihood=2, level=made.level or 2, rated_by=by, rated_at=promised)
    _save(rating, by)
    learning = LearningResponse(case=made, opened_by=by, opened_at=promised, finished_by=by, finished_at=times.now())
    _save(learning, by)
    for cause in Cause.values:
        _save(CauseFinding(case=made, cause=cause, finding="ruled_out", found_by=by, found_at=promised), by)
    capability(
        made,
        by,
        not_needed_reason="The system would have caught anyone",
        not_needed_by=by,
        not_needed_at=promised,
        outcome="no_action",
        outcome_reason="The system would have caught anyone",
        outcome_by=by,
        outcome_at=promised,
    )
    duty(made, by, promised, sent_at=promised, sent_by=by, acknowledged_at=promised, acknowledged_by="CQC")
    duty(made, by, promised, body="dbs", answer="no", reason="Nobody was removed", second_by=by, second_at=promised)
    for kind in EffectCheck.Kind.values:
        effect_check(
            made,
            cast.quality_lead,
            times.today(),
            kind=kind,
            week=12,
            done_at=times.now(),
            done_by=cast.quality_lead,
            what_was_looked_at="Twelve notes",
            result="Eleven of twelve the same shift",
            verdict="changed",
        )
    verdict(made, cast.quality_lead, "changed")
    return made


def measure(case: Case, by: User, **changed: Any) -> Measure:
    made = Measure(
        **(
            {
                "case": case,
                "title": "Hours from noticing to reporting",
                "unit": "hours",
                "better": "lower",
                "baseline": 41,
                "baseline_n": 12,
                "baseline_period": "Twelve weeks",
                "target": 1,
                "owner": by,
                "fixed_by": by,
                "fixed_at": times.now(),
            }
            | changed
        )
    )
    _save(made, by)
    return made
