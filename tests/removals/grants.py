"""Removals in what a grant brings and when it ends: emergency access, mail, roles, seals (all floors)."""

from __future__ import annotations

from tests.removals.table import Removal

AFTER = "tests/access/test_mail_after_a_seal.py::"
UNKNOWN = "tests/access/test_reporter_stays_unknown.py::"
GLASS = "tests/access/test_break_glass_reads.py::"
NO_RIGHT = GLASS + "test_emergency_access_shows_the_case_and_brings_no_right_in_it"

MAY = "incidents/permissions.py"

REMOVALS = [
    # -- F90 mail decided before a seal
    Removal(
        "F90",
        "mail decided before the seal does not go out after it",
        "governance/chasing.py",
        "                if not alerts.still_theirs(chase):",
        "                if False:",
        (AFTER + "test_mail_decided_before_a_seal_goes_to_nobody_the_seal_shut_out_nor_to_a_leaver",),
    ),
    Removal(
        "F90",
        "nor to the director",
        "governance/alerts.py",
        "        return case.sealed_at is None or chase.kind == KIND",
        "        return True",
        (AFTER + "test_mail_decided_before_a_seal_goes_to_nobody_the_seal_shut_out_nor_to_a_leaver",),
    ),
    Removal(
        "F90",
        "nor to a leaver",
        "governance/alerts.py",
        "    if not one.is_active or one.has_left:",
        "    if False:",
        (AFTER + "test_a_leaver_gets_nothing_of_what_was_decided_while_they_were_here",),
    ),
    # -- F90 who reported it (S10)
    Removal(
        "F90",
        "a search does not find by who told",
        "incidents/actions/search.py",
        "        involvement__in=(Involvement.REPORTER, Involvement.NOTICED)\n",
        "        involvement__in=()\n",
        (UNKNOWN + "test_a_search_finds_a_case_by_its_subject_and_not_by_who_told",),
    ),
    Removal(
        "F90",
        "who read it first has no name",
        "incidents/reading.py",
        "    if not separation_facts.may_know_reporter(reader, case):",
        "    if False:",
        (UNKNOWN + "test_whoever_was_part_of_it_does_not_read_who_was_there_first",),
    ),
    Removal(
        "F90",
        "nor in what one person read",
        "incidents/reading.py",
        "    for part_of, logged_at in mine:",
        "    for part_of, logged_at in ():",
        (UNKNOWN + "test_whoever_was_part_of_it_does_not_read_who_was_there_first",),
    ),
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
