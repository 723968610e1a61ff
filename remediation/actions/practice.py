"""Practice tests: start, mark criterion by criterion, finish, sign. The only code that writes them."""

from __future__ import annotations

from dataclasses import replace

from django.urls import reverse

from accounts.models import Staff, User
from incidents import separation
from incidents.actions.lock import lock
from incidents.models import Case, CaseFile
from incidents.permissions import signing_role
from records import times
from records.acting import action
from records.gates import GateLine, refuse_unless_met, unmet
from records.refusals import Missing, Refused
from records.signing import Signature, sign
from records.wording import day_text
from remediation import attached as attached_files
from remediation import facts_case
from remediation import facts_practice as facts
from remediation import permissions_practice as permissions
from remediation.gates import passing
from remediation.models import (
    AttemptFile,
    AttemptSignOff,
    CriterionMark,
    Mark,
    PracticeTest,
    TestAttempt,
    TestCriterion,
    TestKind,
)
from remediation.practice_snapshot import of_attempt

SOURCE = "domain.md §7.3"
AGREED_NO = "no"


def assessor_lines(by: User, test: PracticeTest, *, declared: str = "") -> list[GateLine]:
    """Every rule about who may run this test, read now: shown at the start, enforced at start and signing (F43, F44)."""
    formative = test.kind == TestKind.WEEKLY_CHECK
    person = facts.person(by, test.case, worker=test.plan.worker, plan=test.plan, declared=declared)
    return [
        *separation.to_assess(person, formative=formative),
        *separation.f44_standing(facts.assessor(by, test.case)),
    ]


@action("practice_test.started")
def start_attempt(
    *,
    by: User,
    test: PracticeTest,
    setting: str = "",
    scenario: str = "",
    announced: bool = True,
    person_agreed: str = "",
) -> TestAttempt:
    """Start recording one attempt, or take up again the one this assessor has not signed yet.

    Refused: the plan has not started, the test is settled, the assessor is not free or not in standing (S1–S5,
    F44), a reassessment without what §7.3 asks, a weekly check outside its window, no agreement to be watched.
    """
    case = lock(test.case)
    permissions.check_assess(by, case)
    test = _test(test)
    refuse_unless_met(assessor_lines(by, test), "You cannot run this practice test.")
    assessor = _staff(by)
    begun = TestAttempt.objects.filter(test=test, assessor=assessor, signed_at=None).order_by("number").last()
    if begun is not None and (begun.week is None or begun.week == _week(test)):
        return begun  # type: ignore[no-any-return]
    _check_open(test)
    week = _week(test)
    _check_week_is_free(test, week)
    _check_reassessment(test, assessor, scenario)
    if test.kind == TestKind.OBSERVATION:
        _check_agreed(person_agreed)
        if not setting.strip():
            raise Refused("SETTING", "Say where you are watching.", source=SOURCE, field="setting")
    elif not scenario.strip():
        raise Refused("SCENARIO", "Say which scenario or records are used.", source=SOURCE, field="scenario")
    attempt = TestAttempt(
        case=case,
        test=test,
        worker=test.plan.worker,
        assessor=assessor,
        number=TestAttempt.objects.filter(test=test).count() + 1,
        week=week,
        setting=setting.strip(),
        scenario=scenario.strip(),
        announced=announced,
        person_agreed=person_agreed,
        started_at=times.now(),
        started_by=by,
    )
    attempt.save()
    return attempt


@action("practice_test.marked")
def record_mark(
    *, by: User, attempt: TestAttempt, criterion: TestCriterion, mark: str, saw_heard: str, judgement: str = ""
) -> CriterionMark:
    """Save one criterion: the mark, what was seen or heard, and, apart from it, the judgement (F40)."""
    attempt = _unsigned(by, attempt)
    if criterion.test_id != attempt.test_id:
        raise Refused("MARK", "That criterion belongs to another test.", source=SOURCE)
    if mark not in Mark.values:
        raise Refused("MARK", "Choose a mark.", source=SOURCE, field="mark")
    if not saw_heard.strip():
        raise Refused("EVIDENCE", "Write what you saw or heard.", source=SOURCE, field="saw_heard")
    found = CriterionMark.objects.filter(attempt=attempt, criterion=criterion).first()
    written = found or CriterionMark(case=attempt.case, attempt=attempt, criterion=criterion)
    if found and (found.mark, found.saw_heard, found.judgement) == (mark, saw_heard, judgement):
        return found  # type: ignore[no-any-return]
    written.mark, written.saw_heard, written.judgement = mark, saw_heard, judgement
    written.marked_by, written.marked_at = by, times.now()
    written.save()
    return written


@action("practice_test.finished")
def finish_attempt(
    *,
    by: User,
    attempt: TestAttempt,
    minutes: int | None = None,
    direct_contact: bool = True,
    work: str = "",
    feedback: str = "",
    worker_comment: str = "",
    unsafe_answer: str = "",
    improved: str = "",
    competent: str = "",
) -> TestAttempt:
    """Save the end page: how long, feedback, the worker's own comment, an unsafe answer, the judgement. Not signed yet."""
    attempt = _unsigned(by, attempt)
    attempt.minutes, attempt.direct_contact = minutes, direct_contact
    attempt.work, attempt.feedback, attempt.worker_comment = work, feedback, worker_comment
    attempt.unsafe_answer, attempt.improved, attempt.competent = unsafe_answer.strip(), improved, competent
    if attempt.ended_at is None:
        attempt.ended_at = times.now()
    attempt.save()
    return attempt


@action("practice_test.file_attached")
def attach_file(*, by: User, attempt: TestAttempt, file: CaseFile) -> AttemptFile:
    """Attach what the worker wrote to an attempt that is not signed yet."""
    attempt = _unsigned(by, attempt)
    if file.case_id != attempt.case_id:
        raise Refused("FILE", "That file belongs to another case.")
    attached = AttemptFile(case=attempt.case, attempt=attempt, file=file, added_by=by, added_at=times.now())
    attached.save()
    return attached


def result_of(attempt: TestAttempt) -> passing.Result:
    """What the rule says of an attempt now; the end page shows it, signing writes it."""
    return passing.compute(facts.attempt_facts(attempt))


def meaning(attempt: TestAttempt, result: passing.Result) -> str:
    """The sentence the assessor signs."""
    how = {
        TestKind.OBSERVATION: "I watched this myself",
        TestKind.RECORD_WRITING: "I saw this written and marked it myself",
        TestKind.SCENARIO: "I put this to the worker and heard the answers myself",
        TestKind.WEEKLY_CHECK: "I checked these records myself, this week",
        TestKind.LIVE: "I audited this myself",
    }[TestKind(attempt.test.kind)]
    outcome = TestAttempt.Outcome(result.outcome).label.lower()
    return (
        f"{how}. What I wrote is what I saw and heard. I am free to assess {attempt.worker.name} in this case. "
        f"By the rule fixed beforehand the result of {attempt.test.code}, attempt {attempt.number}, is: {outcome}."
    )


@action("practice_test.signed")
def sign_attempt(*, by: User, attempt: TestAttempt, signature: Signature) -> AttemptSignOff:
    """Sign an attempt, passed or not. Everything is asked again now: who signs, the window, the rule (F43, F47).

    Writes the outcome with its reasons, fixes the attempt for good, and marks the test passed where this
    attempt completes it. Refused for anyone who is not free to assess at this moment.
    """
    attempt = _unsigned(by, attempt)
    test, case = attempt.test, attempt.case
    refuse_unless_met(assessor_lines(by, test, declared=signature.conflict), "You cannot sign this practice test.")
    _check_open(test)
    _check_this_week(attempt)
    _check_none_between(attempt)
    _check_files_open(attempt)
    result = result_of(attempt)
    _check_complete(attempt, result)
    attempt.outcome = result.outcome
    attempt.points, attempt.points_possible = result.points, result.possible
    attempt.reasons = result.lines
    attempt.signed_at, attempt.signed_by = times.now(), by
    attempt.save()
    sign_off = sign(
        AttemptSignOff,
        role=_role(by, case),
        meaning=meaning(attempt, result),
        snapshot=of_attempt(attempt),
        signature=signature,
        case=case,
        attempt=attempt,
    )
    settle(test, by)
    return sign_off


# --- What is refused ------------------------------------------------------------------------------------------


def _test(test: PracticeTest) -> PracticeTest:
    found: PracticeTest = PracticeTest.objects.select_related("plan__worker", "case__service", "case__provider").get(
        pk=test.pk
    )
    return found


def _attempt(attempt: TestAttempt) -> TestAttempt:
    found: TestAttempt = TestAttempt.objects.select_related(
        "test__plan__worker", "test__case__service", "case__service", "worker", "assessor"
    ).get(pk=attempt.pk)
    return found


def _unsigned(by: User, attempt: TestAttempt) -> TestAttempt:
    """The attempt, locked with its case, when it is this assessor's and not signed."""
    lock(attempt.case)
    attempt = _attempt(attempt)
    permissions.check_own_attempt(by, attempt)
    if attempt.signed_at is not None:
        raise Refused(
            "F48",
            "This practice test is signed, so it cannot change. It can only be withdrawn, with a reason.",
            source=SOURCE,
        )
    return attempt


def _staff(by: User) -> Staff:
    staff: Staff | None = getattr(by, "staff", None)
    if staff is None:  # unreachable through the gate; keeps the type honest
        raise Refused("F44", "Only a member of staff can assess.", source=SOURCE)
    return staff


def _role(by: User, case: Case) -> str:
    return signing_role(by, case)


def _check_open(test: PracticeTest) -> None:
    """The plan has started and not ended, and the test still wants an answer."""
    plan = test.plan
    if plan.started_at is None:
        raise Refused("PLAN", "The plan has not started, so nothing can be tested yet.", source="domain.md §13")
    if plan.ended_at is not None:
        raise Refused("PLAN", "The plan has ended. Write a new plan to test again.", source="domain.md §7")
    if test.withdrawn_at is not None:
        raise Refused("PLAN", "This practice test was taken out of the plan.", source="domain.md §7")
    if test.kind in PracticeTest.NOT_TESTS:
        raise Refused("A7", "Training attended is not a test of practice.", source="domain.md A7")
    if test.passed_at is not None:
        raise Refused("PASSED", "This practice test is passed already.", source=SOURCE)


def _week(test: PracticeTest) -> int | None:
    """The week of a weekly series that today falls into; never typed, so nothing can be backfilled."""
    if test.kind != TestKind.WEEKLY_CHECK:
        return None
    if test.window_starts_on is None:
        raise Refused("WEEKLY", "The weekly checks have no start date yet.", source="domain.md §7.2")
    window = passing.week_window(test.window_starts_on, times.today())
    if window is None:
        raise Refused(
            "WEEKLY", f"The weekly checks start on {day_text(test.window_starts_on)}.", source="domain.md §7.2"
        )
    return window.number


def _check_week_is_free(test: PracticeTest, week: int | None) -> None:
    if week is None:
        return
    if any(one.week == week for one in facts.signed_attempts(test)):
        raise Refused(
            "WEEKLY",
            "This week's check is done. Checks are one a week: no two on one day, none for a week gone by.",
            source="domain.md §7.2",
        )


def _check_this_week(attempt: TestAttempt) -> None:
    """A weekly check is signed in its own week, and is the only one of that week."""
    if attempt.week is None:
        return
    if attempt.week != _week(attempt.test):
        raise Refused(
            "WEEKLY",
            "The week of this check is over, so it cannot be signed. The series goes on with a new check.",
            source="domain.md §7.2",
        )
    _check_week_is_free(attempt.test, attempt.week)


def _check_reassessment(test: PracticeTest, assessor: Staff, scenario: str) -> None:
    if test.kind in (TestKind.WEEKLY_CHECK, TestKind.LIVE):
        return
    missing = _lacking(test, passing.reassessment(facts.next_attempt_facts(test, assessor, scenario)))
    if missing:
        raise Refused("REASSESS", "Another attempt needs more than time.", missing=missing, source=SOURCE)


def _lacking(test: PracticeTest, lines: list[passing.Reason]) -> list[Missing]:
    """What a further attempt still lacks; a learning action is added and recorded on the plan."""
    plan = reverse("plan", args=[test.plan_id]) + "#learning"
    return [Missing(line.text, plan if line.learning else "") for line in lines if not line.met]


def before_another(by: User, test: PracticeTest) -> list[Missing]:
    """What another attempt would lack now, whatever scenario it used: for the page that offers one (§7.3)."""
    staff: Staff | None = getattr(by, "staff", None)
    if staff is None or test.kind in (TestKind.WEEKLY_CHECK, TestKind.LIVE):
        return []
    asked = facts.next_attempt_facts(test, staff, "")
    return _lacking(test, passing.reassessment(replace(asked, same_scenario_matters=False)))


def _check_none_between(attempt: TestAttempt) -> None:
    """No attempt of another assessor was signed as not passed while this one lay open: that would skip the wait."""
    if attempt.test.kind in (TestKind.WEEKLY_CHECK, TestKind.LIVE):
        return
    failed = facts.failed_attempts(attempt.test)
    if failed and failed[-1].signed_at is not None and failed[-1].signed_at > attempt.started_at:
        raise Refused(
            "REASSESS",
            "Another attempt was signed as not passed after this one began. Start a new attempt when it may be.",
            source=SOURCE,
        )


def _check_files_open(attempt: TestAttempt) -> None:
    """Nobody signs for what nobody may open: every attached file is out of quarantine."""
    closed = attached_files.in_quarantine(facts_case.attempt_files(attempt.case_id).get(attempt.pk, []))
    if closed:
        said = "A file of this practice test cannot be opened yet, so it cannot be signed."
        url = reverse("attempt-end", args=[attempt.pk])
        raise Refused("F08", said, missing=[Missing(one, url) for one in closed], source="domain.md §12")


def _check_agreed(person_agreed: str) -> None:
    if not person_agreed:
        raise Refused(
            "AGREED", "Say whether the person has agreed to you watching.", source=SOURCE, field="person_agreed"
        )
    if person_agreed == AGREED_NO:
        raise Refused(
            "AGREED",
            "The person has not agreed to you watching, so do not watch. Choose another time or another way.",
            source=SOURCE,
            field="person_agreed",
        )


def _check_complete(attempt: TestAttempt, result: passing.Result) -> None:
    """Every criterion is marked (unless the test was stopped), and the end page is filled."""
    missing = []
    if not (result.stop or attempt.unsafe_answer):
        missing = [
            Missing(reason.text, reverse("attempt-criterion", args=[attempt.pk, reason.order]))
            for reason in result.reasons
            if reason.unmarked
        ]
    end = reverse("attempt-end", args=[attempt.pk])
    if not attempt.feedback.strip():
        missing.append(Missing("Say what feedback you gave", end))
    if not attempt.competent:
        missing.append(Missing("Say whether the worker is competent in this", end))
    written = attempt.work.strip() or attempt.files.exists()
    if attempt.test.kind in (TestKind.RECORD_WRITING, TestKind.SCENARIO) and not written:
        missing.append(Missing("Attach or copy in what the worker wrote or answered", end))
    if missing:
        raise Refused("COMPLETE", "The form is not complete yet.", missing=missing, source=SOURCE)


def settle(test: PracticeTest, by: User) -> None:
    """Write whether the whole test is passed, after a signature or a withdrawal changed what stands."""
    standing = facts.standing(test)
    if standing.passed == (test.passed_at is not None):
        return
    test = PracticeTest.objects.get(pk=test.pk)
    test.passed_at, test.passed_by = (times.now(), by) if standing.passed else (None, None)
    test.save()


def may_start(by: User, test: PracticeTest) -> list[GateLine]:
    """The unmet lines for a page that warns before a test is started."""
    return unmet(assessor_lines(by, test))
