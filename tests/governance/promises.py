"""Dated promises for tests of the due view and the chaser, at any date wanted.

The people come from the cast; a case and its promises are written as the actions write them, but with dates
of the test's choosing, which an action that reads the clock would not allow.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.models import User
from governance.models import EffectCheck, EffectVerdict
from incidents.models import Case, CaseStaff, Duty, RiskControl
from records import times
from records.acting import acting_as
from records.models import fingerprint

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
    with transaction.atomic(), acting_as(by, "test.given"):
        record.save()


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
