"""The six questions of the reflective trail (domain.md §6), the third in the words that fit the failure.

§6 asks "why I did not escalate (knowledge, confidence, fear, workload, told not to, process)". Asked bare, it presumes
that the worker did not; somebody who did pass it on, or whose case is about a record or a restriction, has no answer to
it. Which words were asked is kept with the answer (`ReflectiveTrail.why_asked`), so that it always reads as asked.
"""

from __future__ import annotations

from dataclasses import dataclass

from incidents.models import Case, CaseFailureType, FailureType
from remediation.models import ReflectiveTrail, WhyAsked

Question = tuple[str, str, str]


@dataclass(frozen=True)
class Why:
    """The third question, its hint, and what the answer is called, in the worker's own voice."""

    question: str
    hint: str
    title: str


WHY: dict[str, Why] = {
    # Until 28 November 2026 everybody was asked this; kept for what was handed in then.
    "": Why(
        "Why did you not pass it on?",
        "For example: I did not know I should; I was not sure; I was afraid; I was behind; I was told not to; "
        "I did not know how",
        "Why I did not escalate",
    ),
    WhyAsked.ESCALATION: Why(
        "Did you pass it on? If you did, to whom and when? If you did not, why not?",
        "For example: I did pass it on, to Paul, at 9:10. Or: I did not know I should; I was not sure; I was afraid; "
        "I was behind; I was told not to; I did not know how",
        "Whom I told and when, or why I did not escalate",
    ),
    WhyAsked.RECORD: Why(
        "What stood in the way of a full record at the time? If you told somebody as well, whom and when?",
        "For example: I did not know what to write; I was not sure; I was afraid; I was behind; I was told not to; "
        "there was no place for it; I told Paul at 9:10",
        "What stood in the way of a full record, and whom I told",
    ),
    WhyAsked.RESTRICTION: Why(
        "What led to the limit on the person? Did you raise it: with whom and when? If you did not, why not?",
        "For example: I did raise it, with Paul, on the Monday. Or: I did not know I should; I was not sure; "
        "I was afraid; I was behind; I was told not to; I did not know how",
        "What led to the limit, and whether I raised it",
    ),
}
_BY_TYPE = {FailureType.POOR_RECORDS: WhyAsked.RECORD, FailureType.RESTRICTION: WhyAsked.RESTRICTION}


def why_asked_in(case: Case) -> str:
    """Which words fit the case: those of its main failure type."""
    main = CaseFailureType.objects.filter(case=case, main=True, removed_at=None).values_list("code", flat=True).first()
    return _BY_TYPE.get(FailureType(main), WhyAsked.ESCALATION) if main else WhyAsked.ESCALATION


def questions(asked: str) -> tuple[Question, ...]:
    """The six questions in order, with the third in the words of `asked`: field, question, hint."""
    why = WHY[asked]
    return (
        ("saw_heard", "What did you see or hear?", "When and where, as you remember it"),
        ("thought_did", "What did you think, and what did you do?", "What went through your mind at the time"),
        ("why_not_escalated", why.question, why.hint),
        ("should_have", "What should have happened?", "By when, and who should have been told"),
        ("effect_on_person", "What did it mean for the person?", "As far as you can tell"),
        ("what_i_need", "What do you need?", "From us, to do this differently next time"),
    )


def answers(trail: ReflectiveTrail) -> list[tuple[str, str]]:
    """Each question as it was asked, with the worker's words."""
    return [(question, getattr(trail, name)) for name, question, _ in questions(trail.why_asked)]
