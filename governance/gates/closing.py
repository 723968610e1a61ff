"""When a case may close (domain.md §13): every line must be met, and the page, the action and the pack read the same."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.urls import NoReverseMatch, reverse

from governance import facts
from governance.models import Closure, EffectCheck, EffectVerdict, Reopening, Verdict
from incidents import gates as incident_gates
from incidents.actions.rating import newest_rating
from incidents.duties import DUTIES
from incidents.models import Case, ControlKind, Duty, DutyAnswer, RiskControl, Safe, TaskRestriction
from records import times
from records.gates import GateLine, unmet
from records.reading import once
from records.refusals import Missing
from records.wording import day_text, joined, plural, when_text
from remediation import endings, facts_case
from remediation import facts as tracks
from remediation import facts_practice as practice
from remediation.models import FollowUp, LearningResponse, Reauthorisation, RemediationPlan, SystemAction

SOURCE = "domain.md §13"


def _page(name: str, case: Case) -> str:
    try:
        return reverse(name, args=[case.pk])
    except NoReverseMatch:
        return ""


def needs_second(case: Case) -> bool:
    """L3, L4, and a case nobody has rated: two people sign."""
    return case.level is None or case.level >= 3


@once
def lines(case: Case) -> list[GateLine]:
    """Every condition of closing as it stands now. What was told to the person and the team is asked at signing."""
    found: list[GateLine] = []

    def add(code: str, text: str, lacks: list[Missing], url: str, source: str = SOURCE) -> None:
        if not lacks:
            found.append(GateLine(code, text, True, url, source))
        for one in lacks:
            found.append(GateLine(code, text, False, one.url or url, source, one.text))

    found += incident_gates.everyone_safe(case)
    state = tracks.tracks_state(case)
    add(
        "A5L",
        "The learning response is finished",
        _learning(case, state.learning_lacks),
        _page("case-learning", case),
        "domain.md A5",
    )
    add(
        "A5C",
        "The capability response is finished",
        state.capability_lacks,
        _page("case-capability", case),
        "domain.md A5",
    )
    add(
        "ACT", "Every system action worked, or it says why it is accepted", _actions(case), _page("case-learning", case)
    )
    seen = practice.practice_state(case)
    add("TEST", "Every practice test is passed or has its outcome", _tests(case, seen), _page("case-tests", case))
    add("PLAN", "Every remediation plan has ended", _plans(case), _page("case-plans", case))
    add("DUTY", "No duty is undecided, unsent, or late without a reason", _duties(case), _page("case-duties", case))
    add(
        "CTRL",
        "Every risk control has ended, or only keeps tasks that do not come back",
        _controls(case),
        _page("case-protection", case),
    )
    add("REST", "No restriction is past its end", _restrictions(case), _page("case-restriction", case))
    add("RATE", "The level is rated and nobody's rating waits", _rating(case), _page("case", case))
    add("WEEK12", "The follow-up of week 12 is done", _window(case, seen), _page("case-effectiveness", case), "F71")
    add(
        "EFFECT", "Whether practice changed is shown", _effect(case), _page("case-effectiveness", case), "domain.md §10"
    )
    return found


def _learning(case: Case, lacks: list[Missing]) -> list[Missing]:
    """What the learning response lacks, without the system actions, which have a line of their own below."""
    open_actions = {reverse("action", args=[action.pk]) for action in tracks.open_system_actions(case)}
    others = [one for one in lacks if one.url not in open_actions]
    if lacks and not others:
        return [Missing("Its system actions are still open, as below")]
    return others


def _actions(case: Case) -> list[Missing]:
    return [
        Missing(
            f"“{action}”: " + ("check whether it worked" if action.done_at else "it is not done yet")
            if action.effect_checked_at is None
            else f"“{action}”: it did not work; say why that is accepted, or act again",
            reverse("action", args=[action.pk]),
        )
        for action in tracks.open_system_actions(case)
    ]


def _tests(case: Case, seen: Any) -> list[Missing]:
    lacks = [Missing(f"{test.plan.worker}: test {test.code} is not passed") for test in seen.unpassed_tests]
    lacks += [
        Missing(f"{one.worker}: a decision waits for the second decider", _page("case-reauthorisation", case))
        for one in seen.waiting_seconds
    ]
    return lacks


def _plans(case: Case) -> list[Missing]:
    running = [plan for plan in facts_case.plans(case.pk) if plan.ended_at is None]
    return [Missing(f"{plan.worker}: the plan has not ended") for plan in running]


def _duties(case: Case) -> list[Missing]:
    lacks = []
    if case.registered_person_aware_at is None:
        lacks.append(
            Missing(
                "Say when the registered person knew: the clocks ran from an assumed time", _page("case-times", case)
            )
        )
    for duty in sorted(incident_gates.duties_of(case), key=lambda one: one.body):
        name = duty.name if duty.body in DUTIES else duty.body
        if duty.answer == DutyAnswer.UNDECIDED:
            lacks.append(Missing(f"Decide: {name}"))
        elif duty.answer == DutyAnswer.YES and duty.sent_at is None:
            lacks.append(Missing(f"Tell them, and record it: {name}"))
        elif duty.wants_lateness_reason:
            url = reverse("case-duty-late", args=[case.pk, duty.pk])
            lacks.append(Missing(f"Say why it was sent late: {name}", url))
    return lacks


def _controls(case: Case) -> list[Missing]:
    """Controls in force, but for those that only keep tasks away which were finally not given back (§8).

    Lifting one of these would give the tasks back, so it stands when the case closes, and so does what it restricts.
    """
    in_force = [control for control in incident_gates.controls_of(case) if control.in_force]
    if not in_force:
        return []
    held: dict[UUID, set[UUID]] = {}
    for one in incident_gates.open_restrictions(case.pk):
        if one.control_id is not None:
            held.setdefault(one.control_id, set()).add(one.pk)
    for_good = practice.kept_away(case) if held else set()
    return [
        Missing(f"Still in force: {control.get_kind_display().lower()}")
        for control in in_force
        if not held.get(control.pk) or held[control.pk] - for_good
    ]


def _restrictions(case: Case) -> list[Missing]:
    now = times.now()
    return [
        Missing(f"Past its end: {one.get_kind_display().lower()}")
        for one in incident_gates.restrictions_of(case)
        if one.ended_at is None and (one.ends_at is None or one.ends_at < now)
    ]


def _rating(case: Case) -> list[Missing]:
    newest = newest_rating(case)
    if case.level is None:
        return [Missing("Rate the level of this case")]
    if newest and newest.confirmed_at is None and newest.level < case.level:
        return [Missing("A lower level waits for a second person")]
    return []


def _window(case: Case, seen: Any) -> list[Missing]:
    lacks = [
        Missing(
            f"{one.worker}: {one.get_kind_display().lower()} of week {one.week}, due {day_text(one.due_on)}",
            _page("case-reauthorisation", case),
        )
        for one in seen.open_follow_ups
    ]
    lacks += [
        Missing(
            f"{one.worker}: {one.get_kind_display().lower()} of week {one.week} did not meet the standard",
            _page("case-reauthorisation", case),
        )
        for one in seen.not_met_follow_ups
    ]
    lacks += [
        Missing(f"{one.get_kind_display()} due {day_text(one.due_on)} is not held")
        for one in facts.checks(case)
        if one.done_at is None
    ]
    if not lacks and not facts.twelve_weeks_shown(case):
        ends = facts.window_ends_on(case)
        lacks.append(
            Missing(
                "Nobody has looked at week 12 or later: book the re-audit of week 12"
                + (f", for {day_text(ends)} or after" if ends else "")
            )
        )
    return lacks


def _effect(case: Case) -> list[Missing]:
    verdict = facts.standing_verdict(case)
    if verdict is None:
        return [Missing("Sign a verdict on whether practice changed")]
    lacks = []
    if verdict.verdict in (Verdict.WORSE, Verdict.NOT_CHANGED):
        lacks.append(Missing(f"The verdict is “{verdict.get_verdict_display().lower()}”: act again, then look again"))
    if verdict.verdict == Verdict.NOT_YET_SHOWN and (
        verdict.next_reaudit_on is None or verdict.next_reaudit_on < times.today()
    ):
        lacks.append(Missing("“Not yet shown” closes only with the next re-audit dated in the future"))
    if any(one.verdict == Verdict.WORSE for one in facts.last_reaudits(case)):
        lacks.append(Missing("The newest re-audit says it became worse"))
    # A case is opened again because something was not right: what was audited and signed before cannot answer that.
    again = facts.reopened_at(case)
    if again is not None and again > verdict.signed_at:
        lacks.append(
            Missing(f"The case was opened again on {when_text(again)}: hold a new re-audit, then sign the verdict anew")
        )
    elif verdict.verdict in (Verdict.CHANGED, Verdict.NOT_YET_SHOWN) and not facts.looked_again(case):
        lacks.append(Missing("No re-audit was held since practice was found wanting: look again, then sign anew"))
    if verdict.is_changed_since:
        lacks.append(Missing("Something the verdict rests on changed after it was signed: sign it anew"))
    looks = facts.looks(case)
    if looks.missing:
        lacks.append(Missing(f"Still missing: {joined(looks.missing)}"))
    return lacks


def summary(case: Case) -> str:
    """How many things stand in the way, in words."""
    left = len(unmet(lines(case)))
    return "Nothing stands in the way" if left == 0 else f"{plural(left, 'thing')} left to do"


def _controls_to_end() -> QuerySet[RiskControl]:
    """Controls in force that do more than keep away what does not come back; `_controls` in SQL, for counting."""
    same = {"case": OuterRef("case"), "worker": OuterRef("worker")}
    refused = Reauthorisation.objects.filter(
        **same, task=OuterRef("task"), decision__in=practice.REFUSED, withdraws=None, withdrawn_by=None
    )
    over = RemediationPlan.objects.filter(**same, ended_how__in=(endings.LEFT, endings.NOT_MET))
    open_tasks = TaskRestriction.objects.filter(control=OuterRef("pk"), ended_at=None)
    may_come_back = open_tasks.exclude(Exists(refused) | Exists(over) | Q(worker__left_on__lt=times.today()))
    found: QuerySet[RiskControl] = RiskControl.objects.filter(ended_at=None).exclude(kind=ControlKind.NONE_NEEDED)
    return found.filter(~Exists(open_tasks) | Exists(may_come_back))


def looks_ready(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Open cases that look ready to close, in one query: for counting. The gate itself decides, case by case."""
    here = {"case": OuterRef("pk")}
    verdicts = EffectVerdict.objects.filter(**here, withdraws=None, withdrawn_by=None).order_by("-signed_at")
    return (
        cases.annotate(
            newest_verdict=Subquery(verdicts.values("verdict")[:1]),
            verdict_at=Subquery(verdicts.values("signed_at")[:1]),
        )
        .filter(
            Exists(LearningResponse.objects.filter(**here, finished_at__isnull=False)),
            newest_verdict__in=[Verdict.CHANGED, Verdict.NOT_YET_SHOWN],
            closed_at=None,
            level__isnull=False,
            everyone_safe=Safe.YES,
            registered_person_aware_at__isnull=False,
        )
        .exclude(
            Exists(RemediationPlan.objects.filter(**here, ended_at=None))
            | Exists(Duty.objects.filter(**here, answer=DutyAnswer.UNDECIDED))
            | Exists(Duty.objects.filter(**here, answer=DutyAnswer.YES, sent_at=None))
            | Exists(_controls_to_end().filter(**here))
            | Exists(Duty.objects.filter(**here, sent_at__gt=F("due_at"), lateness_reason=""))
            | Exists(FollowUp.objects.with_asked_for().filter(**here, held_at=None, asked_for=True))
            | Exists(EffectCheck.objects.filter(**here, done_at=None))
            | Exists(SystemAction.objects.filter(**here, effect_checked_at=None))
            | Exists(Reopening.objects.filter(**here, reopened_at__gt=OuterRef("verdict_at")))
            | Exists(Closure.objects.filter(**here, withdraws=None, withdrawn_by=None, needs_second=True, seconds=None))
        )
    )
