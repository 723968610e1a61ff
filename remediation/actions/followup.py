"""Follow-ups in weeks 4, 8 and 12: held, with what was seen or understood (A11). The only code that writes them."""

from __future__ import annotations

import re
from datetime import date, timedelta

from accounts.models import User
from incidents.actions.lock import lock
from records import times
from records.acting import action
from records.refusals import Refused
from records.wording import day_text
from remediation import permissions_practice as permissions
from remediation.models import FollowUp

SOURCE = "domain.md A11"
#: A follow-up is held around its day, or late; never weeks before it, or twelve weeks would be signed in one.
EARLY = timedelta(days=7)
_SAYS_NOTHING = re.compile(
    r"^\W*(ok|fine|good|all (?:ok|fine|good)|no (?:further |more |new )?(?:concerns?|issues?|incidents?|problems?))\W*$",
    re.IGNORECASE,
)


def opens_on(follow_up: FollowUp) -> date:
    """The first day on which it can be recorded."""
    return follow_up.due_on - EARLY


@action("follow_up.held")
def hold_follow_up(*, by: User, follow_up: FollowUp, result: str, meets_standard: bool) -> FollowUp:
    """Record a follow-up with its result. Refused when it says nothing that was seen, or lies too far ahead."""
    lock(follow_up.case)
    follow_up = FollowUp.objects.with_asked_for().select_related("worker", "case__service").get(pk=follow_up.pk)
    permissions.check_follow_up(by, follow_up)
    if follow_up.held_at is not None:
        raise Refused("HELD", "This follow-up is recorded already.", source=SOURCE)
    if not follow_up.asked_for:
        raise Refused(
            "OVER",
            "This follow-up is not needed: the plan has ended and the worker does none of its tasks now.",
            source=SOURCE,
        )
    if times.today() < opens_on(follow_up):
        raise Refused(
            "EARLY",
            f"This follow-up is for week {follow_up.week}. You can record it from {day_text(opens_on(follow_up))}.",
            source=SOURCE,
        )
    if not result.strip() or _SAYS_NOTHING.match(result):
        raise Refused(
            "RESULT",
            "Write what you saw, or what the worker explained. “No concerns” shows nothing by itself.",
            source="domain.md §10",
            field="result",
        )
    follow_up.result, follow_up.meets_standard = result, meets_standard
    follow_up.held_at, follow_up.held_by = times.now(), by
    follow_up.save()
    return follow_up
