"""The kinds of dated promises in words, and the page where each is done (domain.md §13; F83).

The rows come from the due view (governance/due_view.py); this is everything else there is to know of a kind.
A kind's pages are tried in order: the exact page where it is done, else the section of the case it lies in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Min
from django.urls import NoReverseMatch, reverse
from django.utils.text import Truncator

from accounts.models import User
from accounts.permits import Permit
from governance.models import DueItem, EffectCheck
from incidents import permissions
from incidents.duties import DUTIES
from incidents.models import ControlKind, RestrictionKind
from incidents.tasks_catalogue import Task
from remediation.models import FollowUp, LearningKind


def _lower(text: str) -> str:
    """ "No lone work" in the middle of a sentence."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def _body(code: str) -> str:
    return DUTIES[code].name if code in DUTIES else code


#: (url name, which arguments it takes: the "case", the "record", or both).
Page = tuple[str, tuple[str, ...]]
Pages = tuple[Page, ...]


def _for_worker(said: str, name: str) -> str:
    return f"{said} for {name}"


@dataclass(frozen=True)
class Kind:
    """One kind: its name in a filter, what to do in words, and where."""

    code: str
    name: str
    #: Turns the item's `detail` into the end of the sentence; empty adds nothing.
    more: Callable[[str], str]
    #: Where it is done, the most exact first; or a function of the item that says so.
    pages: Pages | Callable[[DueItem], Pages]
    #: Whoever holds one of these at the service is shown the page where it is done.
    done_by: tuple[Permit, ...]
    #: Whoever promised it does it too, whatever else they hold.
    owner_too: bool = False
    #: Who does it, where fewer may do it than may open its page; empty: whoever is in `done_by`.
    acts: tuple[Permit, ...] = ()
    #: Adds what tells two of a kind apart: a worker's name, the first words of what was promised.
    telling: Callable[[str, str], str] = _for_worker
    #: Whoever reads the case may be told that much; else only who is shown the page where it is done.
    told_to_readers: bool = False
    #: What a person must hold to answer it when it has no owner.
    permit: Permit | None = None


def _follow_up(detail: str) -> str:
    """ ": supervision, week 4"."""
    kind, week = detail.split(" ")
    label = str(FollowUp.Kind(kind).label).lower().removeprefix("follow-up ")
    return f": {label}, week {week}"


def _comma_for_worker(said: str, name: str) -> str:
    return f"{said}, for {name}"


def _contact_with(said: str, name: str) -> str:
    return said.replace("a worker", name)


def _first_words(said: str, promised: str) -> str:
    """ "Check whether a system action worked: “Write who rings when a call is late…”"."""
    return f"{said}: “{Truncator(promised).words(8, truncate='…').rstrip('.')}”"


def _nothing(detail: str) -> str:
    return ""


def _case_page(url_name: str) -> Page:
    return (url_name, ("case",))


def _record_page(url_name: str) -> Page:
    return (url_name, ("record",))


def _inside_case(url_name: str) -> Page:
    return (url_name, ("case", "record"))


def _duty_pages(item: DueItem) -> Pages:
    """Agree as the second person, tell the body, or decide first."""
    if item.owner_id is None:
        return (_inside_case("case-duty-second"),)
    return (_inside_case("case-duty-sent" if item.what.startswith("Tell") else "case-duty-answer"),)


def _reply_pages(item: DueItem) -> Pages:
    """The worker's own page; the case's where somebody writes down the answer of a worker without a sign-in."""
    return (_record_page("my-reply") if item.own else _record_page("reply"),)


#: What opens practice tests and what follows them (`permissions_practice.can_see_tests`).
READ_TESTS = (Permit.ASSESS, Permit.VIEW_HR, Permit.REAUTHORISE)

_KINDS = (
    Kind(
        "control_review",
        "Risk control reviews",
        lambda detail: f": {_lower(str(ControlKind(detail).label))}",
        (_inside_case("case-control-review"),),
        done_by=(Permit.DECIDE_CONTROLS,),
    ),
    Kind(
        "duty",
        "External duties",
        lambda detail: f": {_body(detail)}",
        _duty_pages,
        done_by=(Permit.DECIDE_DUTIES,),
        permit=Permit.DECIDE_DUTIES,
    ),
    Kind(
        "duty_reply",
        "Acknowledgements from outside",
        lambda detail: f": {_body(detail)}",
        (_inside_case("case-duty-acknowledged"),),
        done_by=(Permit.DECIDE_DUTIES,),
    ),
    Kind(
        "duty_lateness",
        "Late notices without a reason",
        lambda detail: f": {_body(detail)}",
        (_inside_case("case-duty-late"),),
        done_by=(Permit.DECIDE_DUTIES,),
    ),
    Kind(
        "chronology_review",
        "Chronology reviews",
        _nothing,
        (_case_page("case-chronology-review"),),
        done_by=(Permit.DECIDE_CONTROLS,),
    ),
    Kind(
        "restriction_end",
        "Restrictions ending",
        lambda detail: f": {_lower(str(RestrictionKind(detail).label))}",
        (_inside_case("case-restriction-end"),),
        done_by=(Permit.DECIDE_CONTROLS,),
    ),
    Kind(
        "rating",
        "Lower levels to confirm",
        _nothing,
        (_inside_case("case-rating-confirm"),),
        done_by=(Permit.RATE,),
        permit=Permit.RATE,
    ),
    Kind(
        "system_action",
        "System actions",
        _nothing,
        (_record_page("action-done"),),
        done_by=(Permit.LEAD_LEARNING,),
        owner_too=True,
        telling=_first_words,
        told_to_readers=True,
    ),
    Kind(
        "action_effect",
        "Effect of system actions",
        _nothing,
        (_record_page("action-effect"),),
        done_by=(Permit.LEAD_LEARNING, Permit.VERIFY_EFFECT),
        telling=_first_words,
        told_to_readers=True,
    ),
    Kind(
        "welfare",
        "Welfare contacts",
        _nothing,
        (_record_page("capability-support"),),
        done_by=(Permit.LEAD_CAPABILITY,),
        telling=_contact_with,
    ),
    Kind("reply", "Rights of reply", _nothing, _reply_pages, done_by=(Permit.LEAD_CAPABILITY,)),
    Kind(
        "learning_action",
        "Learning actions",
        lambda detail: f": {_lower(str(LearningKind(detail).label))}",
        (_record_page("plan-learning-done"),),
        done_by=(Permit.WRITE_PLANS,),
        owner_too=True,
    ),
    Kind(
        "practice_test",
        "Practice tests",
        lambda detail: f" {detail}",
        (_record_page("practice-test"), _record_page("plan-test-edit")),
        done_by=READ_TESTS,
        acts=(Permit.ASSESS,),
    ),
    Kind("plan_review", "Plan reviews", _nothing, (_record_page("plan-review-hold"),), done_by=(Permit.WRITE_PLANS,)),
    Kind("plan_end", "Plans ending", _nothing, (_record_page("plan-end"),), done_by=(Permit.WRITE_PLANS,)),
    Kind(
        "follow_up",
        "Follow-ups",
        _follow_up,
        (_record_page("follow-up"), _case_page("case-plans")),
        done_by=READ_TESTS,
        telling=_comma_for_worker,
    ),
    Kind(
        "authorisation_end",
        "Conditional authorisations ending",
        lambda detail: f": {_lower(str(Task(detail).label))}",
        (_case_page("case-reauthorisation"), _case_page("case-plans")),
        done_by=(Permit.REAUTHORISE, Permit.SECOND_DECISION, Permit.VIEW_HR),
        acts=(Permit.REAUTHORISE,),
    ),
    Kind(
        "second_decision",
        "Second decisions on tasks",
        lambda detail: f": {_lower(str(Task(detail).label))}",
        (_record_page("second-decision"), _case_page("case-plans")),
        done_by=(Permit.SECOND_DECISION,),
        permit=Permit.SECOND_DECISION,
    ),
    Kind(
        "second_closure",
        "Second signatures on closing",
        _nothing,
        (_record_page("closure-second"),),
        done_by=(Permit.SECOND_DECISION,),
        permit=Permit.SECOND_DECISION,
    ),
    Kind(
        "effect_check",
        "Effect checks",
        lambda detail: f": {_lower(str(EffectCheck.Kind(detail).label))}",
        (_record_page("effect-check"),),
        done_by=(Permit.VERIFY_EFFECT,),
        owner_too=True,
    ),
    Kind(
        "reaudit",
        "Re-audits of what was not yet shown",
        _nothing,
        (_case_page("effect-verdict"),),
        done_by=(Permit.VERIFY_EFFECT,),
    ),
)
KINDS: dict[str, Kind] = {kind.code: kind for kind in _KINDS}

#: Dated fields that are no open promise, each with the reason. The guard test compares this with every model.
NO_PROMISE: dict[str, str] = {
    "accounts.Membership.ends_on": "A role's last day takes effect by itself.",
    "accounts.Delegation.ends_on": "A delegation's last day takes effect by itself.",
    "incidents.CaseGrant.ends_at": "An exception's end takes effect by itself.",
    "incidents.Duty.reply_again_due_at": "A later rung of the same promise, whose first date is in the view.",
    "incidents.Duty.reply_team_due_at": "A later rung of the same promise, whose first date is in the view.",
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


def next_dates(cases: Sequence[UUID]) -> dict[UUID, datetime]:
    """The earliest open date of each case, of whatever kind, in one query; for the list of cases."""
    found = DueItem.objects.filter(case__in=cases).order_by().values_list("case").annotate(Min("due_at"))
    return dict(found)


def title(item: DueItem, user: User | None = None) -> str:
    """What to do, verb first: "Review a risk control: no lone work".

    For a reader who may know it with what tells two alike apart: the worker's name, the first words of the action.
    """
    kind = KINDS[item.kind]
    try:
        said = item.what + kind.more(item.detail)
    except (ValueError, KeyError):  # a code that is no longer offered
        said = item.what
    if not item.about or user is None or not _may_know_about(user, item):
        return said
    return kind.telling(said, item.about)


def _may_know_about(user: User, item: DueItem) -> bool:
    """Whether this reader may know whom or what an item is about; like `may_open`, no question for each item.

    A worker's name would tell what the HR compartment holds (F32), so it is for those who are shown the page itself.
    """
    if may_open(user, item):
        return True
    case = item.case
    return (
        KINDS[item.kind].told_to_readers
        and permissions.sees_of_right(user, case)
        and not permissions.reads_in_emergency(user, case)
    )


def may_open(user: User, item: DueItem) -> bool:
    """Whether this person is shown the page where it is done, of an item that `visible_to` found for them.

    Asks nothing of the database for each item; the case and its service are read with it. The page asks by its own
    rule again; this only keeps a list from leading somewhere that answers "not for you".
    """
    if item.own:  # its page is the worker's own; nobody else finds it
        return item.owner_id == user.pk
    kind, case = KINDS[item.kind], item.case
    case.service = item.service
    if permissions.reads_in_emergency(user, case):
        return False
    if kind.owner_too and item.owner_id == user.pk and permissions.sees_of_right(user, case):
        return True
    return any(permissions.permitted(user, case, permit) for permit in kind.done_by)


def may_act(user: User, item: DueItem) -> bool:
    """Whether this is for this person to do: they may open it, may do it, and are not the one who asked for it."""
    if not may_open(user, item) or (item.owner_id is None and item.asker_id == user.pk):
        return False
    kind = KINDS[item.kind]
    return not kind.acts or any(permissions.permitted(user, item.case, permit) for permit in kind.acts)


def link(user: User, item: DueItem) -> str:
    """The page where it is done, for whoever may open it; empty for whoever may only know that it is due."""
    return url_of(item) if may_open(user, item) else ""


def url_of(item: DueItem) -> str:
    """The page where it is done."""
    pages = KINDS[item.kind].pages
    values = {"case": item.case_id, "record": item.record}
    for name, wanted in pages(item) if callable(pages) else pages:
        try:
            return reverse(name, args=[values[one] for one in wanted])
        except NoReverseMatch:
            continue
    return reverse("due")
