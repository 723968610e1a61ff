"""Removals in what a grant brings and when it ends: emergency access, mail, roles, seals (all floors)."""

from __future__ import annotations

from tests.removals.table import Removal

GLASS = "tests/access/test_break_glass_reads.py::"
NO_RIGHT = GLASS + "test_emergency_access_shows_the_case_and_brings_no_right_in_it"

MAY = "incidents/permissions.py"

REMOVALS = [
    # -- F93 emergency access reads
    Removal(
        "F93",
        "no permit by emergency access",
        MAY,
        "    return permitted(user, case, permit) and can_act(user, case)",
        "    return permitted(user, case, permit) and can_see(user, case)",
        (NO_RIGHT,),
    ),
    Removal(
        "F93",
        "nobody is let in by emergency access",
        MAY,
        "    return (entitled or case.pk in _taken_over(user)) and can_act(user, case)",
        "    return (entitled or case.pk in _taken_over(user)) and can_see(user, case)",
        (NO_RIGHT,),
    ),
    Removal(
        "F93",
        "no rule is lifted by emergency access",
        MAY,
        "    return allowed and can_act(user, case)",
        "    return allowed and can_see(user, case)",
        (NO_RIGHT,),
    ),
    Removal(
        "F93",
        "no weak response is accepted by emergency access",
        "remediation/permissions.py",
        "    return cases.can_act(user, case) and cases.is_nominated_individual(user, case.service)",
        "    return cases.can_see(user, case) and cases.is_nominated_individual(user, case.service)",
        (NO_RIGHT,),
    ),
    Removal(
        "F93",
        "no work is theirs by emergency access",
        "governance/due.py",
        "    if permissions.reads_in_emergency(user, case):",
        "    if False:",
        (NO_RIGHT,),
    ),
    Removal(
        "F93",
        "whoever reads in an emergency can still be named to the team",
        "incidents/actions/access.py",
        "    if permissions.can_act(user, case):",
        "    if permissions.can_see(user, case):",
        (NO_RIGHT,),
        by=("Refused",),
    ),
]
