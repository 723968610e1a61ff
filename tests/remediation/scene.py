"""A case ready for its practice tests, with as little as each test needs: case 1 with its plan started.

The parts this floor's other half writes (findings, reflection, plan) are put in place directly; everything the
tests here are about goes through the actions and the pages.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import transaction

from accounts.models import Staff, User
from incidents.models import Case, RiskControl
from records import times
from records.acting import acting_as
from records.signing import Signature
from remediation.actions import authorisation, practice
from remediation.models import (
    CapabilityResponse,
    Cause,
    CauseFinding,
    Coaching,
    CriterionMark,
    Finding,
    LearningAction,
    LearningResponse,
    PlanTask,
    PracticeTest,
    Reauthorisation,
    ReflectiveTrail,
    RemediationPlan,
    RightOfReply,
    SecondDecision,
    TestAttempt,
    TestCriterion,
)
from tests.cast import Cast

CRITERIA = (
    ("Reports in the same shift", True),
    ("Does not decide the cause", True),
    ("Asks what the person wishes", True),
    ("Says what was seen and heard, with time and place", False),
    ("Fills in the body map", False),
)
WRITTEN = {"stars": "all", "percent": 80, "max_not_observed": 0}
OBSERVED = {"stars": "all", "percent": 80, "max_not_observed": 1, "min_minutes": 15, "direct_contact": True}
WEEKLY = {"stars": "all", "series": {"weeks": 4, "points": 8}}
LIVE = {"stars": "all", "live": {"weeks": 8, "percent": 100}}
TASKS = ("T1", "T4")


def signature(conflict: str = "none", *, minutes_ago: int = 0) -> Signature:
    return Signature(conflict=conflict, authenticated_at=times.now() - timedelta(minutes=minutes_ago))


@dataclass
class Scene:
    """Case 1: Dionne's plan is started, Paul supervises and coached her, Grace is a trained assessor who did not."""

    cast: Cast
    case: Case
    control: RiskControl
    response: CapabilityResponse
    plan: RemediationPlan
    tests: dict[str, PracticeTest] = field(default_factory=dict)
    _said: int = 0

    @property
    def assessor(self) -> User:
        return self.cast.other_senior

    def set(self, record: Any, **values: Any) -> Any:
        """Change a record of another part's, as its own action would."""
        with transaction.atomic(), acting_as(self.cast.manager, "test.arranged"):
            for name, value in values.items():
                setattr(record, name, value)
            record.save()
        return record

    def add(self, model: type, **values: Any) -> Any:
        return self.set(model(case=self.case), **values)

    def finding(self, cause: str, finding: str, still_live: bool | None = False) -> CauseFinding:
        found = CauseFinding.objects.get(case=self.case, cause=cause)
        return self.set(found, finding=finding, still_live=still_live)

    def coached_by(self, coach: Staff, days_ago: int = 1) -> Coaching:
        return self.add(
            Coaching,
            response=self.response,
            coach=coach,
            held_on=times.today() - timedelta(days=days_ago),
            about="Indicators of physical abuse",
            recorded_by=self.cast.manager,
            recorded_at=times.now(),
        )

    def test(self, code: str, kind: str, rule: dict[str, Any], **values: Any) -> PracticeTest:
        now = times.now()
        criteria = values.pop("criteria", [{"text": text, "star": star} for text, star in CRITERIA])
        # A test may be added to a started plan only by arranging it here; its criteria are those of the scene.
        made = self.add(
            PracticeTest,
            plan=self.plan,
            code=code,
            title=values.pop("title", f"Test {code}"),
            kind=kind,
            pass_rule=rule,
            due_on=times.today() + timedelta(days=14),
            original_due_on=times.today() + timedelta(days=14),
            added_at=now,
            added_by=self.cast.deputy,
            **values,
        )
        for order, one in enumerate(criteria, 1):
            self.add(TestCriterion, test=made, order=order, **one)
        self.tests[code] = made
        return made

    def start(self, code: str = "P1", by: User | None = None, **answers: Any) -> TestAttempt:
        test = self.tests[code]
        given: dict[str, Any] = {"scenario": f"Scenario {self._next()}"}
        if test.kind == "observation":
            given = {"setting": "M.E.'s home", "person_agreed": "yes"}
        return practice.start_attempt(by=by or self.assessor, test=test, **(given | answers))

    def mark(self, attempt: TestAttempt, marks: str = "22222", by: User | None = None) -> None:
        for criterion, mark in zip(attempt.test.criteria.all(), marks, strict=False):
            practice.record_mark(
                by=by or self.assessor,
                attempt=attempt,
                criterion=criterion,
                mark=mark,
                saw_heard=f"She did this in her own way, {self._next()}",
            )

    def finish(self, attempt: TestAttempt, by: User | None = None, **answers: Any) -> TestAttempt:
        given = {
            "minutes": 20,
            "feedback": "Told her what went well",
            "worker_comment": "I felt ready",
            "competent": "competent",
            "work": "“I would ring the office now.”",
        }
        return practice.finish_attempt(by=by or self.assessor, attempt=attempt, **(given | answers))

    def signed(
        self, code: str = "P1", marks: str = "22222", by: User | None = None, start: Any = None, **answers: Any
    ) -> TestAttempt:
        """A whole attempt, signed."""
        by = by or self.assessor
        attempt = self.start(code, by, **(start or {}))
        self.mark(attempt, marks, by)
        self.finish(attempt, by, **answers)
        practice.sign_attempt(by=by, attempt=attempt, signature=signature())
        attempt.refresh_from_db()
        return attempt

    def pass_all(self) -> None:
        for code, test in self.tests.items():
            if test.before_return:
                self.signed(code)

    def decide(self, decision: str = "full", by: User | None = None, **answers: Any) -> Reauthorisation:
        given: dict[str, Any] = {
            "task": "T1",
            "reason": "Both tests passed, the rota and the number are mended",
            "statement_text": "Dionne Asante may work alone because Grace Lim saw P1 passed, scoring 10 of 10.",
            "follow_up_by": self.cast.manager,
            "signature": signature(),
        }
        if decision == "conditional":
            given |= {
                "condition": "second worker present",
                "supervisor": self.cast.other_senior_staff,
                "expires_at": times.now() + timedelta(days=21),
            }
        return authorisation.decide(by=by or self.cast.manager, plan=self.plan, decision=decision, **(given | answers))

    def second(self, first: Reauthorisation, by: User | None = None, agrees: bool = True) -> SecondDecision:
        return authorisation.second_decision(
            by=by or self.cast.nominated_individual,
            first=first,
            agrees=agrees,
            reason="I read both tests",
            signature=signature(),
        )

    def _next(self) -> int:
        self._said += 1
        return self._said


def scene(cast: Cast, *, rated: bool = True, tests: bool = True) -> Scene:
    """Everything the gate asks for but the tests: protected, duties answered, causes found, reflection discussed."""
    now = times.now()
    by = cast.manager
    case = cast.case(rated=rated, subject=True)
    control = cast.control(case, tasks=list(TASKS))
    cast.answer_all_duties(case)
    with transaction.atomic(), acting_as(cast.manager, "test.arranged"):
        for one in (cast.other_senior_staff, cast.quality_lead_staff, cast.senior_staff, cast.deputy_staff):
            one.assessor_trained_on = times.today() - timedelta(days=200)
            one.save()
        cast.worker.supervisor = cast.senior_staff
        cast.worker.save()
        if not LearningResponse.objects.filter(case=case).exists():
            LearningResponse(case=case, opened_by=by, opened_at=now).save()
        for cause in Cause:
            found = CauseFinding.objects.filter(case=case, cause=cause).first() or CauseFinding(case=case, cause=cause)
            found.finding, found.still_live = Finding.RULED_OUT, False
            found.reason, found.found_by, found.found_at = "Looked at two sources", by, now
            found.save()
        response = CapabilityResponse.objects.filter(case=case, worker=cast.worker).first()
        response = response or CapabilityResponse(case=case, worker=cast.worker, opened_by=by, opened_at=now)
        response.told_at, response.told_by = now, by
        response.save()
        trail = ReflectiveTrail.objects.filter(response=response).first()
        trail = trail or ReflectiveTrail(case=case, response=response, entered_by=by)
        trail.saw_heard, trail.submitted_at, trail.submitted_by = "I saw four small bruises", now, cast.worker_user
        trail.discussed_at, trail.discussed_by, trail.supervisor_note = now, by, "Talked through"
        trail.save()
        RightOfReply(case=case, response=response, about="The plan", invited_at=now, invited_by=by).save()
        plan = RemediationPlan(
            case=case,
            response=response,
            worker=cast.worker,
            gap="Signs were noticed and not reported in the same shift",
            statement="Dionne may work alone when P1 and O are passed",
            written_by=cast.deputy,
            written_at=now,
            started_at=now,
            started_by=by,
        )
        plan.save()
        for task in TASKS:
            PlanTask(case=case, plan=plan, task=task, added_at=now, added_by=by).save()
    made = Scene(cast, case, control, response, plan)
    if tests:
        made.test("P1", "scenario", WRITTEN, title="Concern form from a scenario")
        made.test("O", "observation", OBSERVED, title="Observed visit")
    return made


def learn(on: Scene) -> LearningAction:
    """One more learning action done now."""
    today = times.today()
    return on.add(
        LearningAction,
        plan=on.plan,
        kind="coaching",
        what="Go through the scenario again",
        due_on=today,
        original_due_on=today,
        added_at=times.now(),
        added_by=on.cast.manager,
        done_at=times.now(),
        done_by=on.cast.manager,
        done_evidence="Notes of the talk",
    )


def marks_of(attempt: TestAttempt) -> list[CriterionMark]:
    return list(attempt.marks.order_by("criterion__order"))
