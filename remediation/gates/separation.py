"""Who may not put their name to what (domain.md §1, S1–S9): each rule a function of its own, over facts.

Pure. Evaluated when the button is pressed, for this person, this case and this worker (S12): the start of a test
warns with the same lines that the signing action refuses by. Each returns one `GateLine`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from records.gates import GateLine
from records.models import Conflict
from records.wording import day_text, joined

SOURCE = "domain.md §1 "


@dataclass(frozen=True)
class Person:
    """What the record says today about one person, in one case, beside one worker."""

    name: str
    worker: str
    is_worker: bool = False
    is_subject: bool = False
    is_implicated: bool = False
    coached_on: tuple[date, ...] = ()
    is_supervisor: bool = False
    #: Supervision or leadership where it is not ruled out as a cause, in words.
    open_causes: tuple[str, ...] = ()
    #: Codes of the tests whose last passed attempt this person signed.
    assessed: tuple[str, ...] = ()
    wrote_plan: bool = False
    #: Reporter or witness, as the case records it.
    recorded_as: tuple[str, ...] = ()
    #: The declaration made with this signature; empty before one is made.
    declared: str = ""


@dataclass(frozen=True)
class Assessor:
    """An assessor's own standing (F44)."""

    name: str
    has_staff_record: bool = True
    active: bool = True
    trained_on: date | None = None
    restricted_from_signing_off: bool = False
    holds_permit: bool = True


def s1_subject(person: Person) -> GateLine:
    """A subject never signs, assesses or decides in their own case; co-subjects never assess each other."""
    if person.is_worker:
        detail = f"{person.name} is the worker whose practice this is about"
    elif person.is_subject:
        detail = f"{person.name}'s own practice is looked at in this case too"
    else:
        detail = ""
    return GateLine(
        "S1", "Is not a subject of this case", not (person.is_worker or person.is_subject), "", SOURCE + "S1", detail
    )


def s2_coach(person: Person, *, formative: bool = False) -> GateLine:
    """Whoever coached the worker may run formative checks; the summative test is by someone else."""
    met = formative or not person.coached_on
    detail = ""
    if person.coached_on:
        days = joined(day_text(day) for day in sorted(person.coached_on))
        detail = f"{person.name} coached {person.worker} ({days}), so somebody else runs this test"
        if formative:
            detail = f"{person.name} coached {person.worker}; a weekly check may be theirs"
    return GateLine("S2", "Has not coached the worker", met, "", SOURCE + "S2", detail)


def s3_final_assessor(person: Person) -> GateLine:
    """Whoever signed the test that counts does not also give the task back."""
    detail = ""
    if person.assessed:
        detail = f"{person.name} signed the practice test {joined(person.assessed)}, so somebody else decides"
    return GateLine("S3", "Did not sign a practice test that counts", not person.assessed, "", SOURCE + "S3", detail)


def s4_supervisor(person: Person) -> GateLine:
    """While supervision or leadership may have been a cause, the worker's supervisor neither assesses nor decides."""
    met = not (person.is_supervisor and person.open_causes)
    detail = ""
    if not met:
        causes = joined(person.open_causes)
        detail = f"{person.name} supervises {person.worker}, and these are not ruled out as a cause: {causes}"
    return GateLine("S4", "Is not the worker's supervisor while that may be a cause", met, "", SOURCE + "S4", detail)


def s5_conflict(person: Person) -> GateLine:
    """No declared conflict, and none that the case already records (reporter, witness)."""
    declared = person.declared not in ("", Conflict.NONE)
    detail = ""
    if declared:
        detail = f"{person.name} declared: {Conflict(person.declared).label.lower()}"
    elif person.recorded_as:
        detail = f"The case records {person.name} as {joined(person.recorded_as)}"
    return GateLine(
        "S5", "Has no conflict of interest", not declared and not person.recorded_as, "", SOURCE + "S5", detail
    )


def s6_implicated(person: Person) -> GateLine:
    """A manager whose management is part of what is looked at does not act in the case."""
    detail = f"{person.name}'s management is part of what is looked at" if person.is_implicated else ""
    return GateLine("S6", "Is not implicated in this case", not person.is_implicated, "", SOURCE + "S6", detail)


def s7_other_reviewer(decider: Any, reviewers: Sequence[Any]) -> GateLine:
    """After the second review, the decider of a removal from duties is not its only reviewer."""
    met = len(reviewers) < 2 or any(one != decider for one in reviewers)
    detail = "" if met else "Only its own decider has reviewed this removal from duties; the next review is another's"
    return GateLine("S7", "Somebody besides the decider has reviewed it", met, "", SOURCE + "S7", detail)


def s9_not_owner(reviewer: Any, owners: Iterable[Any]) -> GateLine:
    """Whoever says that an action worked does not own it."""
    met = reviewer not in set(owners)
    detail = "" if met else "You own what is looked at, so somebody else says whether it worked"
    return GateLine("S9", "Does not own the action", met, "", SOURCE + "S9", detail)


def plan_author(person: Person) -> GateLine:
    """Whoever wrote the plan, and so fixed the pass rules, does not also run its summative tests (F43)."""
    detail = f"{person.name} wrote this plan, so somebody else runs its tests" if person.wrote_plan else ""
    return GateLine("AUTHOR", "Did not write the plan", not person.wrote_plan, "", "features.md F43", detail)


def f44_standing(assessor: Assessor) -> list[GateLine]:
    """Whether the assessor is in post, trained, free to sign others off, and an assessor of this service."""
    trained = assessor.trained_on is not None
    lines = [
        ("Works here today", assessor.has_staff_record and assessor.active, f"{assessor.name} is not in post"),
        (
            "Is trained as an assessor",
            trained,
            f"No assessor training is recorded for {assessor.name}",
        ),
        (
            "Is not restricted from signing others off (T16)",
            not assessor.restricted_from_signing_off,
            f"{assessor.name} may not sign others off now",
        ),
        ("Is an assessor of this service", assessor.holds_permit, f"{assessor.name} holds no assessor's role here"),
    ]
    return [GateLine("F44", text, met, "", "domain.md §7.3", "" if met else detail) for text, met, detail in lines]


def to_assess(person: Person, *, formative: bool = False) -> list[GateLine]:
    """Everything that could keep this person from running and signing a test of this worker."""
    lines = [s1_subject(person), s6_implicated(person), s2_coach(person, formative=formative), s4_supervisor(person)]
    if not formative:
        lines.append(plan_author(person))
    return [*lines, s5_conflict(person)]


def to_decide(person: Person) -> list[GateLine]:
    """Everything that could keep this person from deciding, first or second, whether a task comes back."""
    return [
        s1_subject(person),
        s6_implicated(person),
        s3_final_assessor(person),
        s4_supervisor(person),
        s5_conflict(person),
    ]
