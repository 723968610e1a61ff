"""What the record says about practice tests, decisions and follow-ups: small reads, used by gates, pages and closing.

Nothing here writes or refuses. `practice_state(case)` is what governance's closing gate asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from accounts import access
from accounts.models import Staff, User
from accounts.permits import Permit
from incidents import gates as incident_gates
from incidents import separation_facts
from incidents.models import Case
from incidents.separation import Assessor, Person
from records import times
from records.reading import once
from remediation import endings, facts_case, facts_copies, register
from remediation.gates import passing
from remediation.gates.statement import PassedTest
from remediation.models import (
    AttemptSignOff,
    Cause,
    Decision,
    Finding,
    FollowUp,
    PlanTask,
    PracticeTest,
    Reauthorisation,
    RemediationPlan,
    SecondDecision,
    TestAttempt,
    TestKind,
)

#: Causes that keep the worker's supervisor from assessing and deciding while they are not ruled out (S4).
SUPERVISION_CAUSES = (Cause.SUPERVISION, Cause.LEADERSHIP)
#: Decisions that finally do not give a task back.
REFUSED = (Decision.NOT_AUTHORISED, Decision.REDEPLOY)


# --- Attempts ----------------------------------------------------------------------------------------------


def signed_attempts(test: PracticeTest) -> list[TestAttempt]:
    """The signed attempts of a test whose signature stands, oldest first."""
    return facts_case.signed_attempts(test.case_id).get(test.pk, [])


def signed_on(attempt: TestAttempt) -> date:
    """The day in England on which a signed attempt was signed."""
    moment: datetime | None = attempt.signed_at
    if moment is None:
        raise ValueError("This attempt is not signed.")
    return times.to_london(moment).date()


def as_signed(attempts: Iterable[TestAttempt]) -> list[passing.SignedAttempt]:
    return [
        passing.SignedAttempt(
            number=one.number,
            outcome=one.outcome,
            signed_on=signed_on(one),
            setting=one.setting,
            scenario=one.scenario,
            assessor=one.assessor_id,
            week=one.week,
        )
        for one in attempts
    ]


def standing(test: PracticeTest) -> passing.Standing:
    """Where the whole test stands today."""
    return passing.standing(
        test.pass_rule,
        as_signed(signed_attempts(test)),
        today=times.today(),
        window_starts_on=test.window_starts_on,
    )


def criteria_of(test: PracticeTest) -> list[passing.CriterionFact]:
    return [passing.CriterionFact(one.order, one.text, one.star, one.group) for one in test.criteria.all()]


def attempt_facts(attempt: TestAttempt, *, competent: str | None = None) -> passing.AttemptFacts:
    """Everything the pass of an attempt is computed from, as it stands now."""
    marks = {
        one.criterion.order: passing.MarkFact(one.mark, one.saw_heard)
        for one in attempt.marks.select_related("criterion")
    }
    return passing.AttemptFacts(
        kind=attempt.test.kind,
        rule=attempt.test.pass_rule,
        criteria=criteria_of(attempt.test),
        marks=marks,
        minutes=attempt.minutes,
        direct_contact=attempt.direct_contact,
        unsafe_answer=attempt.unsafe_answer,
        competent=attempt.competent if competent is None else competent,
        other_texts=facts_copies.other_texts(attempt),
    )


def failed_attempts(test: PracticeTest) -> list[TestAttempt]:
    """Signed attempts that were not passed: what a reassessment is counted from."""
    return [one for one in signed_attempts(test) if one.outcome == TestAttempt.Outcome.NOT_PASSED]


def next_attempt_facts(test: PracticeTest, assessor: Staff, scenario: str) -> passing.NextAttempt:
    failed = failed_attempts(test)
    earliest, learned = None, False
    last = failed[-1].signed_at if failed else None
    if last is not None:
        earliest = times.add_working_days(times.to_london(last).date(), passing.WAIT_WORKING_DAYS)
        learned = test.plan.learning_actions.filter(done_at__gt=last, removed_at=None).exists()
    return passing.NextAttempt(
        today=times.today(),
        scenario=scenario,
        assessor=assessor.pk,
        failed=as_signed(failed),
        learned_since=learned,
        earliest_on=earliest,
        same_scenario_matters=test.kind in (TestKind.SCENARIO, TestKind.RECORD_WRITING),
    )


# --- Who may sign and decide ---------------------------------------------------------------------------------


def person(user: User, case: Case, *, worker: Staff, plan: RemediationPlan | None = None, declared: str = "") -> Person:
    """What the case records about `user` beside this worker, read now (S12)."""
    staff = getattr(user, "staff", None)
    coached = facts_case.coached(case.pk).get((worker.pk, staff.pk), []) if staff else []
    return replace(
        separation_facts.person(user, case, declared=declared),
        worker=worker.name,
        is_worker=staff is not None and staff.pk == worker.pk,
        coached_on=tuple(coached),
        is_supervisor=staff is not None and worker.supervisor_id == staff.pk,
        by_delegation=separation_facts.by_delegation(user, case, Permit.REAUTHORISE),
        open_causes=open_causes(case),
        assessed=tuple(tests_signed_by(plan, user)) if plan else (),
        wrote_plan=plan is not None and plan.written_by_id == user.pk,
    )


def open_causes(case: Case) -> tuple[str, ...]:
    """Supervision and leadership where they are not ruled out as a cause of this case, in words (S4)."""
    live = [
        one
        for one in facts_case.causes(case.pk)
        if one.cause in SUPERVISION_CAUSES and one.finding != Finding.RULED_OUT
    ]
    return tuple(f"{one.get_cause_display().lower()} ({one.get_finding_display().lower()})" for one in live)


def tests_signed_by(plan: RemediationPlan, user: User) -> list[str]:
    """Codes of the plan's tests whose passed attempts this person signed."""
    passed = facts_case.passed_sign_offs(plan.case_id).get(plan.pk, [])
    return sorted({one.attempt.test.code for one in passed if one.signed_by_id == user.pk})


def assessor(user: User, case: Case) -> Assessor:
    """The assessor's own standing today (F44)."""
    staff = getattr(user, "staff", None)
    today = times.today()
    if staff is None:
        return Assessor(user.name, has_staff_record=False)
    in_post = staff.left_on is None or staff.left_on >= today
    trained = staff.assessor_trained_on
    return Assessor(
        name=user.name,
        active=user.is_active and in_post,
        trained_on=trained if trained and trained <= today else None,
        restricted_from_signing_off=not register.may_sign_others_off(staff),
        holds_permit=access.of(user).may(Permit.ASSESS, case.service),
    )


# --- Decisions -----------------------------------------------------------------------------------------------


def passed_tests(plan: RemediationPlan) -> list[PassedTest]:
    """The plan's passed tests as a statement may cite them: by whom, when, with which score."""
    found = []
    signed = facts_case.signed_attempts(plan.case_id)
    for test in facts_case.tests(plan.case_id).get(plan.pk, []):
        last = [one for one in signed.get(test.pk, []) if one.outcome == TestAttempt.Outcome.PASSED]
        if test.passed_at is not None and last:
            one = last[-1]
            found.append(
                PassedTest(
                    test.code,
                    test.title,
                    signed_on(one),
                    one.assessor.name,
                    one.points,
                    one.points_possible,
                )
            )
    return found


def needs_second(case: Case) -> bool:
    """Whether a decision takes effect only with a second person: L3, L4, and a case nobody has rated yet."""
    return case.level is None or case.level >= 3


def in_effect(decision: Reauthorisation) -> bool:
    """Whether a decision has taken effect: it needed no second person, or one agreed."""
    if not decision.needs_second:
        return True
    return any(second.agrees for second in standing_seconds(decision))


def standing_seconds(decision: Reauthorisation) -> list[SecondDecision]:
    """The second decisions on this one that were not withdrawn."""
    return [second for second in decision.seconds.all() if second.stands]


def waits_for_second(decision: Reauthorisation) -> bool:
    """Whether a decision stands and nobody has answered it as the second person yet (S3).

    An answer that was withdrawn is not given again: the case went on since, so the task is decided anew.
    """
    return decision.stands and decision.needs_second and not decision.seconds.all()


def rests_on_what_stands(decision: Reauthorisation, sign_offs: Mapping[UUID, AttemptSignOff] | None = None) -> bool:
    """Whether every signed test a decision names is still signed: one withdrawn since takes the ground away (F48).

    `sign_offs`: those of the case, where the caller has read them for several decisions.
    """
    known = facts_case.sign_offs(decision.case_id) if sign_offs is None else sign_offs
    named = [known.get(UUID(one["sign_off"])) for one in decision.snapshot["rests_on"]]
    return all(one is not None and one.stands for one in named)


def decisions(plan: RemediationPlan) -> list[Reauthorisation]:
    """Every decision of a plan, oldest first, with its second decisions; withdrawn ones too."""
    return facts_case.decisions(plan.case_id).get(plan.pk, [])


@dataclass(frozen=True)
class TaskState:
    """One task of a plan: what was decided last, whether it took effect, what waits."""

    task: PlanTask
    latest: Reauthorisation | None
    effective: Reauthorisation | None
    waiting: Reauthorisation | None
    expired: bool = False

    @property
    def settled(self) -> bool:
        """Decided for good: given back in full, on tests that still stand; not authorised; or redeployed."""
        if self.effective is None:
            return False
        if self.effective.decision == Decision.FULL:
            return rests_on_what_stands(self.effective)
        return self.effective.decision in REFUSED


def task_states(plan: RemediationPlan) -> list[TaskState]:
    """Each task of a plan with its decisions."""
    made = [one for one in decisions(plan) if one.stands]
    expired = facts_case.expired_decisions(plan.case_id)
    states = []
    for task in facts_case.tasks(plan.case_id).get(plan.pk, []):
        mine = [one for one in made if one.task == task.task]
        done = [one for one in mine if in_effect(one)]
        waiting = [one for one in mine if waits_for_second(one)]
        states.append(
            TaskState(
                task=task,
                latest=mine[-1] if mine else None,
                effective=done[-1] if done else None,
                waiting=waiting[-1] if waiting else None,
                expired=bool(done) and done[-1].pk in expired,
            )
        )
    return states


def kept_away(case: Case) -> set[UUID]:
    """Open task restrictions of the case that stay for good: nothing in it leads to giving the task back (§8, §13).

    Finally not authorised or redeployed, or its plan ended as not met, by the newest plan that names the task; or the
    worker has left. They end neither with a control nor with the case: the register reads them as long as they stand.
    """
    today = times.today()
    for_good: dict[tuple[UUID, str], bool] = {}
    left: set[UUID] = set()
    for plan in facts_case.plans(case.pk):
        if plan.ended_how in endings.LEAD_NOWHERE:
            continue
        if plan.ended_how == endings.LEFT:
            left.add(plan.worker_id)
        for one in task_states(plan):
            refused = one.effective is not None and one.effective.decision in REFUSED
            not_met = plan.ended_how == endings.NOT_MET
            for_good[plan.worker_id, one.task.task] = one.waiting is None and (refused or not_met)
    return {
        one.pk
        for one in incident_gates.open_restrictions(case.pk)
        if one.worker_id in left
        or (one.worker.left_on is not None and one.worker.left_on < today)
        or for_good.get((one.worker_id, one.task), False)
    }


# --- What closing asks (governance) ----------------------------------------------------------------------------


@dataclass(frozen=True)
class PracticeState:
    """What stands open in the practice tests, decisions and follow-ups of a case."""

    unpassed_tests: list[PracticeTest]
    undecided_tasks: list[PlanTask]
    waiting_seconds: list[Reauthorisation]
    open_follow_ups: list[FollowUp]
    not_met_follow_ups: list[FollowUp]

    @property
    def finished(self) -> bool:
        return not (
            self.unpassed_tests
            or self.undecided_tasks
            or self.waiting_seconds
            or self.open_follow_ups
            or self.not_met_follow_ups
        )


def unpassed_tests(case: Case) -> list[PracticeTest]:
    """Tests of the case neither passed nor withdrawn with a reason, of plans that did not end otherwise."""
    tests = facts_case.tests(case.pk)
    asked = [plan for plan in facts_case.plans(case.pk) if not _gives_nothing_back(plan)]
    return [test for plan in asked for test in tests.get(plan.pk, []) if test.passed_at is None]


def _gives_nothing_back(plan: RemediationPlan) -> bool:
    """Whether every task was finally not given back (not authorised, redeployed), or the plan ended otherwise."""
    states = task_states(plan)
    none_back = bool(states) and all(one.effective and one.effective.decision in REFUSED for one in states)
    return none_back or _ended_otherwise(plan)


def _ended_otherwise(plan: RemediationPlan) -> bool:
    """Whether a plan ended without decisions: the worker left, or went another route."""
    return plan.ended_at is not None and plan.ended_how not in ("", endings.DECIDED)


def undecided_of(plan: RemediationPlan) -> list[PlanTask]:
    """Tasks of one plan that are not decided for good."""
    return [one.task for one in task_states(plan) if not one.settled]


def undecided_tasks(case: Case) -> list[PlanTask]:
    """Tasks of the case's plans that are not decided for good; a plan that ended otherwise leaves none."""
    running = [plan for plan in facts_case.plans(case.pk) if not _ended_otherwise(plan)]
    return [task for plan in running for task in undecided_of(plan)]


@once
def practice_state(case: Case) -> PracticeState:
    """Everything of this part that closing asks, read now."""
    follow_ups = [one for one in facts_case.follow_ups(case.pk) if one.asked_for]
    made = [one for plan in facts_case.plans(case.pk) for one in decisions(plan)]
    return PracticeState(
        unpassed_tests=unpassed_tests(case),
        undecided_tasks=undecided_tasks(case),
        waiting_seconds=[one for one in made if waits_for_second(one)],
        open_follow_ups=[one for one in follow_ups if one.held_at is None],
        not_met_follow_ups=_not_met(follow_ups),
    )


def _not_met(follow_ups: list[FollowUp]) -> list[FollowUp]:
    """Follow-ups that did not meet the standard, unless a later one of the same kind did."""
    found = []
    for one in follow_ups:
        if one.held_at is None or one.meets_standard:
            continue
        later = any(
            other.held_at is not None and other.held_at > one.held_at and other.meets_standard
            for other in follow_ups
            if (other.plan_id, other.kind) == (one.plan_id, one.kind)
        )
        if not later:
            found.append(one)
    return found
