"""What is due for one person, grouped the way a day is planned. Reads only; a fixed number of queries (ux.md "My work")."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from accounts import access
from accounts.permits import Permit
from governance import due
from governance.models import (
    DueItem,
    EffectCheck,
    EffectVerdict,
    Measure,
    MeasurePoint,
    Pack,
    PackRelease,
    Reopening,
)
from incidents.timescales import timescale
from records import times
from records.wording import plural
from remediation.models import (
    AttemptSignOff,
    FollowUp,
    LearningAction,
    PracticeTest,
    Reauthorisation,
    SystemAction,
    TestAttempt,
    TestKind,
)

if TYPE_CHECKING:
    from accounts.models import User

PROTECT = "People to protect now"
#: How many lines a group shows before it links to the whole list.
MOST = 25


@dataclass(frozen=True)
class Line:
    """One line of work, as components/work.html shows it."""

    text: str
    #: Where it is done; empty where this reader may know of it and not open it.
    url: str
    where: str
    due: datetime | None = None
    note: str = ""


@dataclass
class Group:
    """A heading with its lines, and where the rest is."""

    title: str
    lines: list[Line] = field(default_factory=list)
    more: int = 0
    more_url: str = ""

    @property
    def slug(self) -> str:
        return self.title.lower().replace(" ", "-")


def line_of(item: DueItem, user: User) -> Line:
    return Line(
        due.title(item, user), due.link(user, item), f"{item.case.reference} · {item.service.name}", item.due_at
    )


def seconds_for(user: User) -> Q:
    """Items without an owner that this person may answer: the permit held there, and not the one who asked."""
    scope = access.of(user)
    found = Q(pk__in=[])
    for kind in due.KINDS.values():
        if kind.permit is not None and scope.anywhere(kind.permit):
            found |= Q(kind=kind.code, service__in=scope.services(kind.permit))
    return found & Q(owner__isnull=True) & (Q(asker__isnull=True) | ~Q(asker=user))


def of(user: User, now: datetime | None = None) -> list[Group]:
    """The groups of "My work" that have anything in them, worst first."""
    now = now or times.now()
    end_of_today = times.end_of_day(times.to_london(now).date())
    horizon = times.end_of_day(times.to_london(now).date() + timedelta(days=7))
    scope = access.of(user)
    seen = DueItem.objects.visible_to(user).select_related("case", "service")

    observations, decisions = Group("Observations to record"), Group("Decisions waiting for you")
    overdue, today, week = Group("Overdue"), Group("Today"), Group("Next 7 days")
    waiting = Group("Waiting for others")

    mine = list(seen.filter(owner=user, due_at__lte=horizon).order_by("due_at", "key")[: 4 * MOST])
    shown_first: set[str] = set()
    if scope.anywhere(Permit.ASSESS) and not scope.anywhere(Permit.REAUTHORISE):
        tests = list(seen.filter(owner=user, kind="practice_test").order_by("due_at", "key")[:MOST])
        observations.lines = [line_of(item, user) for item in tests]
        shown_first |= {item.key for item in tests}
    answers = list(seen.filter(seconds_for(user)).order_by("due_at", "key")[:MOST])
    decisions.lines = [line_of(item, user) for item in answers] + tests_not_passed(user) + verdicts_to_sign(user)
    for item in mine:
        if item.key in shown_first:
            continue
        group = overdue if item.due_at < now else today if item.due_at <= end_of_today else week
        group.lines.append(line_of(item, user))
    asked = seen.filter(asker=user).exclude(owner=user, kind="reply").order_by("due_at", "key")[:MOST]
    waiting.lines = [line_of(item, user) for item in asked if item.owner_id != user.pk or item.kind == "duty_reply"]
    groups = [Group(PROTECT, to_protect(user)), observations, decisions, overdue, today, week, waiting]
    for group in groups:
        _cut(group)
    return [group for group in groups if group.lines]


def to_protect(user: User) -> list[Line]:
    """Open cases in which someone may be unsafe, or nobody has decided yet how people are protected (§0.2 A3).

    For whoever decides controls there: protection comes before everything else, so it comes first. One query.
    """
    from incidents.models import Case, RiskControl, Safe

    scope = access.of(user)
    if not scope.anywhere(Permit.DECIDE_CONTROLS):
        return []
    found = (
        Case.objects.visible_to(user)
        .filter(service__in=scope.services(Permit.DECIDE_CONTROLS), closed_at=None)
        .annotate(decided=Exists(RiskControl.objects.filter(case=OuterRef("pk"))))
        .exclude(everyone_safe=Safe.YES, decided=True)
        .select_related("service", "provider")
        .order_by("logged_at")[: MOST + 1]
    )
    lines = []
    for case in found:
        where = f"{case.reference} · {case.service.name}"
        if case.everyone_safe != Safe.YES:
            url = reverse("case-safe", args=[case.pk])
            lines.append(Line("Someone may be unsafe: make everyone safe, and say how", url, where))
        if not case.decided:
            due = timescale(case.level, case.provider).decide.after(case.clock_start_at)
            url = reverse("case-control-new", args=[case.pk])
            lines.append(Line("Decide how people are protected now", url, where, due))
    return lines


def tests_not_passed(user: User) -> list[Line]:
    """Practice tests whose last attempt was not passed and that nobody has answered yet (§7.3), for whoever decides there.

    An answer is another attempt, one more learning action, or a decision about the worker's tasks, each since then. Of a
    weekly series only its last week speaks: the weeks before are for learning. One query.
    """
    scope = access.of(user)
    if not scope.anywhere(Permit.REAUTHORISE):
        return []
    stands: dict[str, Any] = {"withdraws": None, "withdrawn_by": None}
    standing = AttemptSignOff.objects.filter(attempt=OuterRef("pk"), **stands)
    attempts = TestAttempt.objects.filter(test=OuterRef("pk")).filter(Q(signed_at=None) | Exists(standing))
    last = attempts.order_by("-number")
    of_plan = {"plan": OuterRef("plan")}
    found = (
        PracticeTest.objects.in_cases_of(user)
        .filter(case__service__in=scope.services(Permit.REAUTHORISE), case__closed_at=None)
        .filter(plan__started_at__isnull=False, plan__ended_at=None, passed_at=None, withdrawn_at=None)
        .annotate(outcome=Subquery(last.values("outcome")[:1]), week=Subquery(last.values("week")[:1]))
        .annotate(signed=Subquery(last.values("signed_at")[:1]))
        .filter(outcome=TestAttempt.Outcome.NOT_PASSED)
        .exclude(Q(kind=TestKind.WEEKLY_CHECK) & Q(week__lt=F("series_weeks")))
        .exclude(Exists(LearningAction.objects.filter(**of_plan, added_at__gt=OuterRef("signed"), removed_at=None)))
        .exclude(Exists(Reauthorisation.objects.filter(**of_plan, signed_at__gt=OuterRef("signed"), **stands)))
        .select_related("case__service")
        .order_by("before_return", "signed")[: MOST + 1]
    )
    lines = []
    for test in found:
        where = f"{test.case.reference} · {test.case.service.name}"
        if test.before_return:
            url = reverse("practice-test", args=[test.pk])
            text = "A practice test was not passed: plan what comes next"
        else:
            url = reverse("plan-reauthorisation", args=[test.plan_id])
            text = "A test after the tasks came back was not passed: decide whether they may stay"
        lines.append(Line(text, url, where, note=test.title))
    return lines


def verdicts_to_sign(user: User) -> list[Line]:
    """Open cases whose verdict on practice no longer stands, for whoever may sign it anew. One query.

    Something was measured or looked at after it was signed, or the case was opened again; the closing refuses (F47).
    """
    from incidents.models import Case

    scope = access.of(user)
    if not scope.anywhere(Permit.VERIFY_EFFECT):
        return []
    here = {"case": OuterRef("pk")}
    newest = EffectVerdict.objects.filter(**here, withdraws=None, withdrawn_by=None).order_by("-signed_at")
    signed = OuterRef("signed")
    newer = (
        Exists(MeasurePoint.objects.filter(**here, added_at__gt=signed))
        | Exists(EffectCheck.objects.filter(**here, done_at__gt=signed))
        | Exists(FollowUp.objects.filter(**here, held_at__gt=signed))
        | Exists(Measure.objects.filter(**here, fixed_at__gt=signed))
    )
    found = (
        Case.objects.visible_to(user)
        .filter(service__in=scope.services(Permit.VERIFY_EFFECT), closed_at=None)
        .annotate(signed=Subquery(newest.values("signed_at")[:1]))
        .annotate(newer=newer)
        .filter(signed__isnull=False)
        .filter(Q(newer=True) | Exists(Reopening.objects.filter(**here, reopened_at__gt=signed)))
        .exclude(Exists(SystemAction.objects.filter(**here, owner=user)))
        .select_related("service")
        .order_by("signed")[: MOST + 1]
    )
    return [
        Line(
            "Sign the verdict on practice anew" if case.newer else "Opened again: look again whether practice changed",
            reverse("effect-verdict" if case.newer else "case-effectiveness", args=[case.pk]),
            f"{case.reference} · {case.service.name}",
            note="Something changed since it was signed" if case.newer else "",
        )
        for case in found
    ]


def _cut(group: Group) -> None:
    if len(group.lines) > MOST:
        group.more, group.lines = len(group.lines) - MOST, group.lines[:MOST]
        group.more_url = reverse("due")


def next_after(user: User, now: datetime | None = None) -> DueItem | None:
    """The first thing of this person's after the coming week, for the page that has nothing to show."""
    found: DueItem | None = (
        DueItem.objects.visible_to(user)
        .filter(owner=user, due_at__gt=now or times.now())
        .select_related("case", "service")
        .order_by("due_at")
        .first()
    )
    return found


def own_undated(user: User) -> list[Line]:
    """What a worker has to do for themselves without a fixed day: the reflection on their own practice."""
    from remediation.models import CapabilityResponse

    found = CapabilityResponse.objects.filter(
        worker__user=user, outcome_at=None, not_needed_at=None, told_at__isnull=False
    )
    found = found.filter(Q(trail__isnull=True) | Q(trail__submitted_at=None)).select_related("case__service")
    return [
        Line(
            "Write what you saw, thought and did",
            reverse("my-plan"),
            one.case.service.name,
            note="No fixed day",
        )
        for one in found
    ]


@dataclass(frozen=True)
class Figure:
    """A number of the manager's strip; it always leads to the list it counts."""

    number: int
    text: str
    url: str


def packs_to_release(user: User) -> QuerySet[Pack]:
    """The newest version of each pack that is made and released to nobody, where this person closes cases.

    Without somebody else's full copy of a case this person is or was part of: they may not open it (S10).
    """
    from governance.packs.redaction import PROFILES
    from incidents.models import Case, CaseStaff

    here = access.of(user).services(Permit.CLOSE_CASES)
    cases = Case.objects.visible_to(user).filter(service__in=here)
    ready = Pack.objects.filter(case__in=cases, status=Pack.Status.READY, superseded_by=None)
    released = PackRelease.objects.filter(pack=OuterRef("pk"), withdraws=None, withdrawn_by=None)
    full = [reader for reader, profile in PROFILES.items() if not profile.redacts]
    part = CaseStaff.objects.filter(case=OuterRef("case"), staff__user=user, involvement__in=CaseStaff.SHUTS_OUT)
    not_theirs = Q(reader__in=full) & ~Q(asked_by=user) & Exists(part)
    return ready.exclude(Exists(released)).exclude(not_theirs)


def strip(user: User) -> list[Figure]:
    """The figures on My work: a manager's six; else what is overdue where this person may decide duties, if anything is."""
    scope = access.of(user)
    if scope.anywhere(Permit.CLOSE_CASES):
        return figures(user)
    if not scope.anywhere(Permit.DECIDE_DUTIES):
        return []
    items = DueItem.objects.visible_to(user).filter(
        due_at__lt=times.now(), service__in=scope.services(Permit.DECIDE_DUTIES)
    )
    by_kind = dict(items.order_by().values_list("kind").annotate(Count("key")))
    duties, others = by_kind.pop("duty", 0), sum(by_kind.values())
    listed = reverse("due")
    found = [
        Figure(duties, f"{'duty' if duties == 1 else 'duties'} overdue", f"{listed}?scope=all&kind=duty&late=1"),
        # The list behind it holds the duties too, so the number does.
        Figure(
            duties + others,
            f"{'thing' if duties + others == 1 else 'things'} overdue in your services",
            f"{listed}?scope=all&late=1",
        ),
    ]
    return [figure for figure in found if figure.number]


def has_own_plan(user: User) -> bool:
    """Whether a plan runs for this person, or a task of theirs is restricted: their own page says what they may do."""
    from incidents.models import TaskRestriction
    from remediation.models import CapabilityResponse, RemediationPlan

    # Only what they were told of in person: never a surprise on a screen (§6).
    told = CapabilityResponse.objects.own(user)
    plans = RemediationPlan.objects.filter(response__in=told, started_at__isnull=False, ended_at=None)
    restricted = TaskRestriction.objects.filter(worker__user=user, ended_at=None)
    return bool(plans.exists() or restricted.exists())


def figures(user: User, now: datetime | None = None) -> list[Figure]:
    """The six figures of a manager, over the services they manage. One query each."""
    from governance.gates import closing
    from incidents.models import Case, TaskRestriction

    now = now or times.now()
    scope = access.of(user)
    here = scope.services(Permit.CLOSE_CASES)
    cases = Case.objects.visible_to(user).filter(service__in=here)
    items = DueItem.objects.visible_to(user).filter(service__in=here)
    week = times.end_of_day(times.to_london(now).date() + timedelta(days=7))

    controls = items.filter(kind="control_review", due_at__lt=now).count()
    duties = items.filter(kind="duty", half_at__lte=now).count()
    restricted = TaskRestriction.objects.filter(case__in=cases, ended_at=None).values("worker").distinct().count()
    ending = items.filter(kind="authorisation_end", due_at__lte=week).count()
    ready = closing.looks_ready(cases).count()
    packs = packs_to_release(user).count()
    listed = reverse("due")
    return [
        Figure(
            controls,
            f"{plural(controls, 'control').split(' ', 1)[1]} overdue for review",
            f"{listed}?scope=all&kind=control_review&late=1",
        ),
        Figure(
            duties, f"{'duty' if duties == 1 else 'duties'} in amber or red", f"{listed}?scope=all&kind=duty&late=amber"
        ),
        Figure(restricted, f"{'worker' if restricted == 1 else 'workers'} restricted now", reverse("register")),
        Figure(
            ending,
            f"{'condition' if ending == 1 else 'conditions'} ending this week",
            f"{listed}?scope=all&kind=authorisation_end&late=week",
        ),
        Figure(ready, f"{'case' if ready == 1 else 'cases'} ready to close", reverse("ready-to-close")),
        Figure(
            packs,
            f"{'pack' if packs == 1 else 'packs'} waiting for release",
            reverse("packs-to-release"),
        ),
    ]
