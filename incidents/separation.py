"""Separation of duties, S1–S12 (domain.md §1): each rule with its code, its sentence and its source, in this one place.

Pure functions over facts; nothing here reads or writes. They are asked when the button is pressed, for this
person, this case and this worker (S12): the page that starts a test warns with the same lines by which the signing
action refuses. Each returns one `GateLine`. The facts are gathered by `incidents.separation_facts` and, with the
worker's plan and tests, by `remediation.facts_practice`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from records.gates import GateLine
from records.models import Conflict
from records.wording import day_text, joined

SOURCE = "domain.md §1 "


@dataclass(frozen=True)
class Rule:
    """One rule as the domain states it."""

    code: str
    sentence: str
    source: str


def _rules(*stated: tuple[str, str, str]) -> dict[str, Rule]:
    return {code: Rule(code, sentence, source) for code, sentence, source in stated}


RULES: dict[str, Rule] = _rules(
    (
        "S1",
        "A subject never signs, assesses, samples or closes in their own case; co-subjects never assess each other.",
        SOURCE + "S1",
    ),
    ("S2", "Whoever coached may run formative checks; the test that counts is by someone else.", SOURCE + "S2"),
    (
        "S3",
        "Whoever signed the test that counts does not give the task back; at L3 and L4 two people decide.",
        SOURCE + "S3",
    ),
    (
        "S4",
        "While supervision or leadership is not ruled out as a cause, the worker’s supervisor neither assesses nor "
        "decides, and a deputy decides nothing by delegation.",
        SOURCE + "S4",
    ),
    ("S5", "Every signature carries a conflict declaration, and a conflict keeps one from signing.", SOURCE + "S5"),
    (
        "S6",
        "A manager who is implicated gives way to the nominated individual, they to an uninvolved director, and they "
        "to a named external person.",
        SOURCE + "S6",
    ),
    (
        "S7",
        "Whoever removed somebody from duties is not the only reviewer of it after the second review; at L3 and L4 no "
        "registered manager eases their own control as its only reviewer.",
        SOURCE + "S7",
    ),
    (
        "S8",
        "In misconduct, the investigator does not chair the hearing, and the appeal is heard afresh.",
        SOURCE + "S8",
    ),
    ("S9", "Whoever says that an action worked does not own it.", SOURCE + "S9"),
    ("S10", "Who reported it stays hidden from the subject and from anyone implicated, also later.", SOURCE + "S10"),
    (
        "S11",
        "In a small service a rule may be lifted with a reason and an outside second reader; it is printed in the pack.",
        SOURCE + "S11",
    ),
    ("S12", "A role is looked up at the time of signing and for that case, not by job title.", SOURCE + "S12"),
    ("AUTHOR", "Whoever wrote the plan does not run its tests.", "features.md F43"),
)
#: What a small-service exception may lift (S11). Never that somebody acts in their own case (S1, S6), that two
#: people decide (S3), who knows the reporter (S10) or that a role is needed (S12); nor a live cause (S4).
LIFTABLE: tuple[str, ...] = ("S2", "S5", "S7", "S9", "AUTHOR")


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
    #: Acts by the manager's written delegation and not by an own role (a deputy).
    by_delegation: bool = False
    #: Ever was a subject or implicated, even if that part has ended.
    was_part: bool = False
    #: Rules lifted for this person in this case by a small-service exception: code and why.
    exceptions: tuple[tuple[str, str], ...] = ()


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
    met = not ((person.is_supervisor or person.by_delegation) and person.open_causes)
    detail = ""
    if not met:
        causes = joined(person.open_causes)
        part = f"supervises {person.worker}" if person.is_supervisor else "acts by the manager’s delegation"
        detail = f"{person.name} {part}, and these are not ruled out as a cause: {causes}"
    return GateLine("S4", "Is not the worker's supervisor while that may be a cause", met, "", SOURCE + "S4", detail)


def s5_conflict(person: Person) -> GateLine:
    """No declared conflict, and none that the case already records (reporter, witness)."""
    declared = person.declared not in ("", Conflict.NONE)
    detail = ""
    if declared:
        detail = f"{person.name} declared: “{Conflict(person.declared).label}”"
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


def s7_manager_alone(
    decider: Any, reviewers: Sequence[Any], *, level: int | None, decider_is_manager: bool
) -> GateLine:
    """At L3 and L4 a registered manager who alone reviewed their own control does not also ease or lift it (§1, roles)."""
    alone = len(reviewers) >= 2 and all(one == decider for one in reviewers)
    met = not (decider_is_manager and alone and level is not None and level >= 3)
    detail = (
        "" if met else "The manager who decided this control made every review of it; somebody else eases or lifts it"
    )
    return GateLine("S7", "The manager is not the only reviewer at L3 and L4", met, "", SOURCE + "S7", detail)


def s8_investigator(investigator: Any, chair: Any) -> GateLine:
    """In misconduct, whoever investigated does not chair the hearing, where practicable (Acas Code 6)."""
    met = investigator is None or investigator != chair
    detail = "" if met else "This person investigated, so somebody else chairs the hearing"
    return GateLine("S8", "Did not investigate what they chair", met, "", SOURCE + "S8", detail)


def s8_appeal(heard_by: Any, involved_before: Collection[Any]) -> GateLine:
    """An appeal is heard by a manager who was not involved before, where possible (Acas Code 27)."""
    met = heard_by not in involved_before
    detail = "" if met else "This person was involved before, so somebody else hears the appeal"
    return GateLine("S8", "Was not involved before the appeal", met, "", SOURCE + "S8", detail)


def s3_second_person(first: Any, second: Any) -> GateLine:
    """At L3 and L4 the second signature is another person's."""
    met = first != second
    detail = "" if met else "You signed first, so another person signs second"
    return GateLine("S3", "Is not the first who signed", met, "", SOURCE + "S3", detail)


def s10_may_know_reporter(person: Person) -> GateLine:
    """Nobody who is or was a subject or implicated learns who reported it."""
    shut = person.was_part or person.is_subject or person.is_implicated
    detail = f"{person.name} is or was part of what is looked at" if shut else ""
    return GateLine("S10", "May know who reported it", not shut, "", SOURCE + "S10", detail)


@dataclass(frozen=True)
class Successor:
    """One step of S6: who could act instead of an implicated manager, and whether they are free to."""

    step: str
    name: str
    free: bool


def s6_who_acts(steps: Sequence[Successor]) -> Successor | None:
    """The first who is free: manager, nominated individual, uninvolved director, named external person; or nobody."""
    return next((one for one in steps if one.free and one.name), None)


def s11_lift(lines: Sequence[GateLine], person: Person) -> list[GateLine]:
    """The same lines, where a small-service exception for this person and case stands in for an unmet one, saying so."""
    lifted = dict(person.exceptions)
    return [
        replace(line, met=True, detail=f"Small-service exception (S11): {lifted[line.code]}. {line.detail}")
        if not line.met and line.code in lifted and line.code in LIFTABLE
        else line
        for line in lines
    ]


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
    return s11_lift([*lines, s5_conflict(person)], person)


def to_decide(person: Person) -> list[GateLine]:
    """Everything that could keep this person from deciding, first or second, whether a task comes back."""
    lines = [
        s1_subject(person),
        s6_implicated(person),
        s3_final_assessor(person),
        s4_supervisor(person),
        s5_conflict(person),
    ]
    return s11_lift(lines, person)


def to_sign(person: Person) -> list[GateLine]:
    """Everything that could keep this person from any other signature in the case: closing, verdict, release."""
    return s11_lift([s1_subject(person), s6_implicated(person), s5_conflict(person)], person)
