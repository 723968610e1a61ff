"""Who may take which part where misconduct is looked at: S8 beside the rules that nothing lifts (domain.md §1, §6).

Pure functions over facts. `free` is about the person and the case, and no reason lifts it; `apart` is S8, which holds
"where practicable" and "where possible": it gives way only to a written reason why nobody else could be found.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace

from incidents import separation
from incidents.separation import Person
from records.gates import GateLine
from records.wording import joined
from remediation.models import Part

ACAS = "domain.md §6, Acas Code"


@dataclass(frozen=True)
class Candidate:
    """Who is to be appointed: `key` tells people apart, whether or not they work here."""

    key: Hashable
    person: Person
    in_post: bool = True
    may_investigate: bool = True
    is_manager: bool = True


@dataclass(frozen=True)
class Process:
    """Who did what so far. `involved` says in words what each person had to do with it before an appeal."""

    investigators: Mapping[Hashable, str] = field(default_factory=dict)
    chairs: Mapping[Hashable, str] = field(default_factory=dict)
    hears_appeal: Mapping[Hashable, str] = field(default_factory=dict)
    involved: Mapping[Hashable, tuple[str, ...]] = field(default_factory=dict)


def free(part: str, who: Candidate) -> list[GateLine]:
    """What keeps this person from any part in it, whoever else could be found: S1, S4, S5, S6, in post, T19."""
    name = who.person.name
    lines = [
        separation.s1_subject(who.person),
        separation.s6_implicated(who.person),
        separation.s4_supervisor(who.person),
        separation.s5_conflict(who.person),
        GateLine("POST", "Works here today", who.in_post, "", ACAS, "" if who.in_post else f"{name} is not in post"),
    ]
    if part == Part.INVESTIGATOR:
        detail = "" if who.may_investigate else f"{name} may not investigate now"
        lines.append(
            GateLine(
                "T19", "Is not restricted from investigating (T19)", who.may_investigate, "", "domain.md §8", detail
            )
        )
    return lines


def apart(part: str, who: Candidate, so_far: Process) -> list[GateLine]:
    """S8: the investigator does not chair, and the appeal is heard afresh, by a manager."""
    name, lines = who.person.name, []
    if part == Part.APPEAL:
        afresh = separation.s8_appeal(who.key, so_far.involved)
        if not afresh.met:
            afresh = replace(afresh, detail=f"{name} {joined(so_far.involved[who.key])}")
        detail = "" if who.is_manager else f"{name} holds no manager’s role"
        return [afresh, GateLine("S8", "Is a manager", who.is_manager, "", separation.SOURCE + "S8", detail)]
    others = so_far.chairs if part == Part.INVESTIGATOR else so_far.investigators
    did = "chairs the hearing" if part == Part.INVESTIGATOR else "investigated"
    for other in others or {None: ""}:
        line = separation.s8_investigator(other, who.key)
        lines.append(line if line.met else replace(line, detail=f"{name} {did}"))
    for other in so_far.hears_appeal:
        line = separation.s8_appeal(other, {who.key})
        lines.append(line if line.met else replace(line, detail=f"{name} hears the appeal"))
    return lines


def in_order(part: str, *, investigated: bool, heard: bool) -> GateLine:
    """The facts are established before the hearing, and there is no appeal before a decision (Acas Code 5, 26)."""
    if part == Part.CHAIR:
        return GateLine(
            "ORDER",
            "The investigation is finished",
            investigated,
            "",
            f"{ACAS} 5",
            "" if investigated else "What the investigation found is not written down yet",
        )
    met = part != Part.APPEAL or heard
    return GateLine(
        "ORDER",
        "The hearing has decided",
        met,
        "",
        f"{ACAS} 26",
        "" if met else "What the hearing decided is not written down yet",
    )


def rights(part: str, told: bool) -> GateLine:
    """The worker was told that they may be accompanied and, at the hearing, that they may appeal (ERelA 1999 s10)."""
    met = told or part == Part.INVESTIGATOR
    return GateLine(
        "COMPANION",
        "The worker was told of their right to be accompanied",
        met,
        "",
        "domain.md §6, Employment Relations Act 1999 s10",
        "" if met else "Tell the worker in writing that they may be accompanied, and of their right to appeal",
    )
