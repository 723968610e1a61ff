"""The gate of re-authorisation, G1–G15 (domain.md §8): pure functions over facts, one line a condition.

The same lines are the gate list on the page, decide in the action, are frozen in the signature and printed in the
pack. G5, G8 and G10 have no override; the others may be overridden by the nominated individual, with a reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from records.gates import GateLine
from records.wording import joined

SOURCE = "domain.md §8 "
NOMINATED_INDIVIDUAL = "nominated_individual"
NO_OVERRIDE = ("G5", "G8", "G10")
#: Settled by the decision's own answers: on the gate list they read "when you decide".
AT_DECISION = ("G12", "G13", "G15")


@dataclass(frozen=True)
class Facts:
    """Everything the gate asks about one plan (and, once a decision is being made, one task)."""

    overdue_controls: Sequence[str] = ()
    undecided_duties: Sequence[str] = ()
    untested_causes: Sequence[str] = ()
    reflection_submitted: bool = False
    reflection_discussed: bool = False
    unpassed_tests: Sequence[str] = ()
    no_tests: bool = False
    #: Passed tests whose evidence is missing or cannot be read.
    unreadable_evidence: Sequence[str] = ()
    schedule_gaps: Sequence[str] = ()
    separation: Sequence[GateLine] = ()
    conflicts: Sequence[str] = ()
    holds: Sequence[str] = ()
    comment_invited: bool = False
    passed_tests: Sequence[str] = ()
    plan_statement: bool = False
    live_causes: Sequence[str] = ()
    works_with_named_person: bool = False
    # The decision's own answers, once there are any.
    deciding: bool = False
    conditional: bool = False
    statement_names: Sequence[str] = ()
    statement_weak: Sequence[str] = ()
    follow_ups_booked: bool = False
    follow_up_holder: str = ""
    persons_view: str = ""
    urls: Mapping[str, str] = field(default_factory=dict)


def lines(facts: Facts) -> list[GateLine]:
    """All fifteen, in order."""
    return [
        _line(facts, "G1", "Controls are current and reviewed", *_no(facts.overdue_controls, "Review overdue")),
        _line(facts, "G2", "Every outside duty is answered", *_no(facts.undecided_duties, "Not decided")),
        _line(facts, "G3", "All five causes are tested", *_no(facts.untested_causes, "Not yet known")),
        _line(facts, "G4", "The reflection is written and discussed", *_reflection(facts)),
        _line(facts, "G5", "Every test needed before duties come back is passed", *_tests(facts)),
        _line(
            facts, "G6", "The evidence is attached and can be read", *_no(facts.unreadable_evidence, "Cannot be read")
        ),
        _line(facts, "G7", "The timetable is complete, without gaps", *_no(facts.schedule_gaps, "Open")),
        _line(facts, "G8", "Assessors and decider are separate people, free to act", *_separate(facts)),
        _line(facts, "G9", "Conflicts of interest are declared, and there are none", *_no(facts.conflicts, "Declared")),
        _line(facts, "G10", "Neither police, council nor HR asks to hold", *_no(facts.holds, "On hold for")),
        _line(
            facts,
            "G11",
            "The worker was asked for their comment",
            facts.comment_invited,
            "" if facts.comment_invited else "No comment has been asked for",
        ),
        _line(facts, "G12", "There is a ‘safe to practise’ statement for the task", *_statement(facts)),
        _line(
            facts, "G13", "Follow-ups in weeks 4, 8 and 12 have a date and somebody to hold them", *_follow_ups(facts)
        ),
        _line(facts, "G14", "No cause is still live, or a condition covers it", *_live_causes(facts)),
        _line(facts, "G15", "The person's or family's view is asked, for work with them", *_view(facts)),
    ]


def _line(facts: Facts, code: str, text: str, met: bool, detail: str) -> GateLine:
    return GateLine(
        code,
        text,
        met,
        url=facts.urls.get(code, ""),
        source=SOURCE + code,
        detail=detail,
        override="" if code in NO_OVERRIDE else NOMINATED_INDIVIDUAL,
    )


def _no(found: Sequence[str], what: str) -> tuple[bool, str]:
    return not found, f"{what}: {joined(found)}" if found else ""


def _reflection(facts: Facts) -> tuple[bool, str]:
    if not facts.reflection_submitted:
        return False, "The worker has not handed in their reflection"
    if not facts.reflection_discussed:
        return False, "The reflection has not been discussed with the worker"
    return True, ""


def _tests(facts: Facts) -> tuple[bool, str]:
    if facts.no_tests:
        return False, "The plan has no test that must be passed before duties come back"
    return _no(facts.unpassed_tests, "Not passed yet")


def _separate(facts: Facts) -> tuple[bool, str]:
    unmet = [line for line in facts.separation if not line.met]
    return not unmet, "; ".join(f"{line.detail} ({line.code})" for line in unmet)


def _statement(facts: Facts) -> tuple[bool, str]:
    if not facts.deciding:
        if not facts.plan_statement:
            return False, "The plan has no statement"
        return False, "Written when you decide each task"
    if facts.statement_names:
        return True, f"It rests on {joined(facts.statement_names)}"
    if facts.statement_weak:
        words = joined(f"“{one}”" for one in facts.statement_weak)
        return False, f"Attendance, time served and no further incidents are not evidence: {words}"
    if not facts.passed_tests:
        return False, "No test is passed yet, so nothing can be said"
    return False, f"Name at least one passed test: {joined(facts.passed_tests, 'or')}"


def _follow_ups(facts: Facts) -> tuple[bool, str]:
    if facts.follow_ups_booked:
        return True, "They are booked"
    if facts.follow_up_holder:
        return True, f"{facts.follow_up_holder} holds them; booked when the decision takes effect"
    return False, "Say who holds them" if facts.deciding else "You name who holds them when you decide"


def _live_causes(facts: Facts) -> tuple[bool, str]:
    if not facts.live_causes:
        return True, ""
    said = f"Still live: {joined(facts.live_causes)}"
    if facts.conditional:
        return True, f"{said}; the condition covers it"
    return False, f"{said}. Only a conditional decision is open"


def _view(facts: Facts) -> tuple[bool, str]:
    if not facts.works_with_named_person:
        return True, "Not work with the named person (T3)"
    if facts.persons_view.strip():
        return True, "Recorded with this decision"
    return False, "Ask the person or their family" if facts.deciding else "You record it when you decide T3"
