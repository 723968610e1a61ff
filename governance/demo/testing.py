"""Recording one practice test in the demo, criterion by criterion, as a senior does."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import User
from governance.demo.clock import at
from records import times
from records.models import Conflict
from records.signing import Signature
from remediation import actions
from remediation.models import PracticeTest, TestAttempt


def signature() -> Signature:
    """No conflict, identity confirmed just now."""
    return Signature(conflict=Conflict.NONE, authenticated_at=times.now())


def attempt(
    by: User,
    test: PracticeTest,
    moment: datetime,
    *,
    scenario: str = "",
    setting: str = "",
    marks: dict[int, str] | None = None,
    minutes: int = 30,
    unsafe: str = "",
    comment: str = "",
    work: str = "",
) -> TestAttempt:
    """Record and sign one attempt at `moment`. `marks` gives the marks that are not 2, by criterion order."""
    with at(moment, by):
        made = actions.start_attempt(
            by=by, test=test, scenario=scenario, setting=setting, person_agreed="yes" if setting else ""
        )
        for number, criterion in enumerate(test.criteria.order_by("order"), 1):
            mark = (marks or {}).get(criterion.order, "2")
            clock = times.to_london(moment + timedelta(minutes=number)).strftime("%H:%M")
            words = criterion.text[0].lower() + criterion.text[1:]
            done = {
                "2": "did this unprompted",
                "1": "did this after one prompt",
                "0": "did not do this",
                "N": "no occasion arose",
            }[mark]
            actions.record_mark(
                by=by, attempt=made, criterion=criterion, mark=mark,
                saw_heard=f"{test.code}, attempt {made.number}, {clock}: {done}: {words}.",
                judgement="" if mark == "2" else "Knows it when asked, does not do it unasked yet.",
            )  # fmt: skip
        actions.finish_attempt(
            by=by, attempt=made, minutes=minutes, work=work or f"{test.code}, attempt {made.number}: what the worker wrote is in the paper file; times, words used and who was told are copied here in short.",
            feedback=f"{test.code}, attempt {made.number}, with {made.worker.name.split()[0]}: talked through straight after, criterion by criterion.",
            worker_comment=comment, unsafe_answer=unsafe, competent="competent" if not marks and not unsafe else "not_yet",
        )  # fmt: skip
    with at(moment + timedelta(minutes=minutes + 5), by):
        actions.sign_attempt(by=by, attempt=made, signature=signature())
    signed: TestAttempt = TestAttempt.objects.get(pk=made.pk)
    return signed
