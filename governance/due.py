"""The kinds of dated promises in words, and the page where each is done (domain.md §13; F83).

The rows come from the due view (governance/due_view.py); this is everything else there is to know of a kind.
A kind's pages are tried in order: the exact page where it is done, else the section of the case it lies in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from accounts.permits import Permit
from governance.models import DueItem, EffectCheck
from incidents.models import ControlKind, RestrictionKind
from incidents.tasks_catalogue import Task
from remediation.models import LearningKind


def _lower(text: str) -> str:
    """ "No lone work" in the middle of a sentence."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def _body(code: str) -> str:
    try:
        from incidents.duties import DUTIES
    except ImportError:  # pragma: no cover (that part of incidents is not there yet)
        return code
    return DUTIES[code].name if code in DUTIES else code


@dataclass(frozen=True)
class Kind:
    """One kind: its name in a filter, what to do in words, and where."""

    code: str
    name: str
    #: Turns the item's `detail` into the end of the sentence; empty adds nothing.
    more: Callable[[str], str]
    #: (url name, names of the arguments: "case" or "record"), the most exact first.
    pages: tuple[tuple[str, tuple[str, ...]], ...]
    #: What a person must hold to answer it when it has no owner.
    permit: Permit | None = None
    #: Turns the item's `detail` into the place on the page.
    anchor: str = ""


def _nothing(detail: str) -> str:
    return ""


def _case_page(url_name: str) -> tuple[str, tuple[str, ...]]:
    return (url_name, ("case",))


def _record_page(url_name: str) -> tuple[str, tuple[str, ...]]:
    return (url_name, ("record",))


_KINDS = (
    Kind(
        "control_review",
        "Risk control reviews",
        lambda detail: f": {_lower(str(ControlKind(detail).label))}",
        (_record_page("control-review"), _case_page("case-protection")),
    ),
    Kind(
        "duty",
        "External duties",
        lambda detail: f": {_body(detail)}",
        (_record_page("duty"), _case_page("case-duties")),
        permit=Permit.DECIDE_DUTIES,
    ),
    Kind(
        "duty_reply",
        "Acknowledgements from outside",
        lambda detail: f": {_body(detail)}",
        (_record_page("duty-acknowledgement"), _case_page("case-duties")),
    ),
    Kind(
        "chronology_review",
        "Chronology reviews",
        _nothing,
        (_record_page("chronology-review"), _case_page("case-chronology")),
    ),
    Kind(
        "restriction_end",
        "Restrictions ending",
        lambda detail: f": {_lower(str(RestrictionKind(detail).label))}",
        (_record_page("restriction-end"), _case_page("case-restriction")),
    ),
    Kind(
        "rating",
        "Lower levels to confirm",
        _nothing,
        (_record_page("rating-confirm"), _case_page("case-level"), _case_page("case")),
        permit=Permit.RATE,
    ),
    Kind("system_action", "System actions", _nothing, (_record_page("system-action"), _case_page("case-learning"))),
    Kind(
        "action_effect",
        "Effect of system actions",
        _nothing,
        (_record_page("system-action-effect"), _case_page("case-learning")),
    ),
    Kind("welfare", "Welfare contacts", _nothing, (_record_page("capability-welfare"), _case_page("case-capability"))),
    Kind("reply", "Rights of reply", _nothing, (_record_page("reply"), ("my", ()), _case_page("case-capability"))),
    Kind(
        "learning_action",
        "Learning actions",
        lambda detail: f": {_lower(str(LearningKind(detail).label))}",
        (_record_page("learning-action"), _case_page("case-plans")),
    ),
    Kind(
        "practice_test",
        "Practice tests",
        lambda detail: f" {detail}",
        (_record_page("practice-test"), _case_page("case-tests")),
    ),
    Kind("plan_review", "Plan reviews", _nothing, (_record_page("plan-review"), _case_page("case-plans"))),
    Kind("plan_end", "Plans ending", _nothing, (_record_page("plan"), _case_page("case-plans"))),
    Kind(
        "follow_up",
        "Follow-ups",
        lambda detail: f", week {detail}",
        (_record_page("follow-up"), _case_page("case-reauthorisation")),
    ),
    Kind(
        "authorisation_end",
        "Conditional authorisations ending",
        lambda detail: f": {_lower(str(Task(detail).label))}",
        (_case_page("case-reauthorisation"),),
    ),
    Kind(
        "second_decision",
        "Second decisions on tasks",
        lambda detail: f": {_lower(str(Task(detail).label))}",
        (_record_page("second-decision"), _case_page("case-reauthorisation")),
        permit=Permit.SECOND_DECISION,
    ),
    Kind(
        "second_closure",
        "Second signatures on closing",
        _nothing,
        (_record_page("closure-second"), _case_page("case-closure")),
        permit=Permit.SECOND_DECISION,
    ),
    Kind(
        "effect_check",
        "Effect checks",
        lambda detail: f": {_lower(str(EffectCheck.Kind(detail).label))}",
        (_record_page("effect-check"), _case_page("case-effectiveness")),
    ),
    Kind(
        "reaudit",
        "Re-audits of what was not yet shown",
        _nothing,
        (_case_page("effect-verdict"), _case_page("case-effectiveness")),
    ),
)
KINDS: dict[str, Kind] = {kind.code: kind for kind in _KINDS}

#: Dated fields that are no open promise, each with the reason. The guard test compares this with every model.
NO_PROMISE: dict[str, str] = {
    "accounts.Membership.ends_on": "A role's last day takes effect by itself.",
    "incidents.CaseGrant.ends_at": "An exception's end takes effect by itself.",
    "incidents.RiskControlReview.due_at": "When the review that was held had been due: history.",
    "incidents.RiskControlReview.next_review_at": "Copied to the control, whose date is in the view.",
    "remediation.SystemAction.original_due_on": "The first date, kept for show (F37).",
    "remediation.LearningAction.original_due_on": "The first date, kept for show (F37).",
    "remediation.PracticeTest.original_due_on": "The first date, kept for show (F37).",
    "remediation.PlanReview.original_due_on": "The first date, kept for show (F37).",
    "remediation.Reauthorisation.expires_at": "Signed; the authorisation it made carries the date that counts.",
    "governance.EffectCheck.original_due_on": "The first date, kept for show (F37).",
    "governance.PackRelease.expires_on": "The reader's access ends by itself.",
    "governance.Chase.due_at": "Which due date the chase was about: history.",
}


def title(item: DueItem) -> str:
    """What to do, verb first: "Review a risk control: no lone work"."""
    kind = KINDS[item.kind]
    try:
        return item.what + kind.more(item.detail)
    except (ValueError, KeyError):  # a code that is no longer offered
        return item.what


_found: dict[str, tuple[str, tuple[str, ...]]] = {}


def url_of(item: DueItem) -> str:
    """The page where it is done."""
    return url(item.kind, case=item.case_id, record=item.record)


def url(kind: str, *, case: object, record: object) -> str:
    """The page where a promise of this kind is done."""
    values = {"case": case, "record": record}
    for name, wanted in (_found[kind],) if kind in _found else KINDS[kind].pages:
        try:
            found = reverse(name, args=[values[one] for one in wanted])
        except NoReverseMatch:
            continue
        _found[kind] = (name, wanted)
        return found
    return reverse("due")
