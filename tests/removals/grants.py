"""Removals in what a grant brings and when it ends: emergency access, mail, roles, seals (all floors)."""

from __future__ import annotations

from tests.removals.table import Removal

AFTER = "tests/access/test_mail_after_a_seal.py::"
UNKNOWN = "tests/access/test_reporter_stays_unknown.py::"
RANKS = "tests/access/test_rank_at_the_scope.py::"
STANDING = "tests/access/test_grants_end_with_standing.py::"
REVIEWER = "tests/access/test_reviewer.py::"
OUTSIDE = "tests/access/test_taking_over_from_outside.py::"
GLASS = "tests/access/test_break_glass_reads.py::"
NO_RIGHT = GLASS + "test_emergency_access_shows_the_case_and_brings_no_right_in_it"

PEOPLE = "accounts/actions/people.py"
SEALING = "incidents/actions/sealing.py"
MAY = "incidents/permissions.py"

REMOVALS = [
    # -- F90 the same answer by the same work
    Removal(
        "F90",
        "the same work for sealed and absent",
        "incidents/case_page.py",
        "    found: Case = get_object_or_404(cases, pk=pk)",
        "    get_object_or_404(Case, pk=pk)\n    found: Case = get_object_or_404(cases, pk=pk)",
        (
            "tests/access/test_sealed_answers_alike.py::test_sealed_and_absent_are_answered_by_the_same_work_in_the_same_time",
        ),
    ),
    Removal(
        "F90",
        "not there for whoever logged it either",
        "incidents/views/log.py",
        "    there = Q(sealed_at=None) | Q(",
        "    there = ~Q(pk=None) | Q(",
        (
            "tests/access/test_sealed_answers_alike.py::test_whoever_logged_it_finds_the_page_that_thanked_them_gone_with_the_rest",
        ),
    ),
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
        "        return case.sealed_at is None or chase.kind in (KIND, SEALED)",
        "        return True",
        (AFTER + "test_mail_decided_before_a_seal_goes_to_nobody_the_seal_shut_out_nor_to_a_leaver",),
    ),
    Removal(
        "F90",
        "nor to a leaver",
        "governance/alerts.py",
        "    if not one.is_active or one.has_left:",
        "    if False:",
        (AFTER + "test_a_worker_who_left_before_the_mail_went_is_not_asked_for_the_comment_that_was_theirs",),
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
    # -- F89 ranks and grants where they are held
    Removal(
        "F89",
        "no role that permits more than the giver's does",
        PEOPLE,
        "        if not permissions.may_grant(by, role, provider, service):",
        "        if False:",
        (RANKS + "test_whoever_looks_after_the_accounts_gives_nobody_the_sight_of_a_case[provider-quality_lead]",),
    ),
    Removal(
        "F89",
        "a rank is of its service",
        "accounts/access.py",
        "            (ROLES[role].rank for role, whose, scope in self._roles if whose == provider and scope in reach), "
        "default=0\n",
        "            (ROLES[role].rank for role, whose, scope in self._roles), default=0\n",
        (RANKS + "test_standing_high_at_one_service_grants_nothing_high_at_another",),
    ),
    Removal(
        "F89",
        "nobody is let in above the giver's rank in that case",
        "incidents/permissions.py",
        "    return max(rank_at(user, case.service), RegisteredManager.rank if",
        "    return max(access.of(user).highest_rank, RegisteredManager.rank if",
        (RANKS + "test_standing_high_at_one_service_lets_nobody_high_into_a_case_of_another",),
    ),
    Removal(
        "F89",
        "access ends when somebody leaves",
        PEOPLE,
        '        hooks.gone(user, by, "They left.")\n    access.forget(user)',
        "    access.forget(user)",
        (STANDING + "test_whoever_leaves_and_comes_back_finds_no_case_they_were_once_let_into",),
    ),
    Removal(
        "F89",
        "coming back wakes nothing",
        PEOPLE,
        "    if staff.has_left and staff.user is not None:",
        "    if False:",
        (STANDING + "test_a_leaving_that_came_by_its_day_ends_it_too_before_anybody_wrote_it_down",),
    ),
    Removal(
        "F89",
        "access ends with the last role",
        PEOPLE,
        "    if not access.of(membership.user).roles:",
        "    if False:",
        (STANDING + "test_with_the_last_role_goes_the_access_and_a_new_role_does_not_wake_it",),
    ),
    Removal(
        "F89",
        "nothing opens without a role once held",
        "incidents/models/access.py",
        "            found = found.exclude(user__memberships__isnull=False)",
        "            pass",
        (STANDING + "test_a_role_that_ends_by_its_day_shuts_a_sealed_case_that_night_and_the_round_writes_it_down",),
    ),
    Removal(
        "F89",
        "and the round writes it down",
        "governance/chasing.py",
        "    cases.end_grants_without_a_role()\n",
        "",
        (STANDING + "test_a_role_that_ends_by_its_day_shuts_a_sealed_case_that_night_and_the_round_writes_it_down",),
    ),
    # -- F90 a seal never shuts out all oversight
    Removal(
        "F90",
        "somebody above is of the team",
        SEALING,
        "    if above and not any(one in above for one in members):",
        "    if False:",
        (RANKS + "test_a_manager_seals_with_somebody_above_them_and_cannot_shut_them_out_after",),
    ),
    Removal(
        "F90",
        "and stays of it",
        "incidents/actions/access.py",
        "    if case.sealed_at and found.kind in (CaseGrant.Kind.TEAM, CaseGrant.Kind.TAKE_OVER) and above:",
        "    if False:",
        (RANKS + "test_a_manager_seals_with_somebody_above_them_and_cannot_shut_them_out_after",),
    ),
    Removal(
        "F90",
        "the director hears of a seal with nobody above",
        SEALING,
        "    if not any(one.pk != by.pk for one in above if one in members):",
        "    if False:",
        (RANKS + "test_where_who_seals_is_the_highest_there_is_the_director_hears_that_a_case_was_sealed",),
        by=("ValueError",),
    ),
    Removal(
        "F90",
        "no sealed case is left without a team",
        "incidents/actions/leaving.py",
        "            if case.sealed_at is not None:",
        "            if False:",
        (STANDING + "test_a_sealed_case_whose_team_has_gone_comes_to_whoever_stands_above_the_service",),
    ),
    Removal(
        "F90",
        "an old pack tells nothing of a sealed case",
        "governance/packs/checking.py",
        "    if newer is not None and newer.made_at and pack.case.sealed_at is None:",
        "    if newer is not None and newer.made_at:",
        (
            "tests/access/test_sealed_answers_alike.py::test_whoever_holds_an_old_pack_learns_nothing_of_what_goes_on_while_it_is_sealed",
        ),
    ),
    # -- F95 nothing unreleased
    Removal(
        "F95",
        "only what was released is given",
        "governance/actions/reviewers.py",
        "    if not (released.filter(pack=pack) if pack is not None else released).exists():",
        "    if False:",
        (REVIEWER + "test_nobody_from_outside_reads_what_no_person_checked_and_released",),
    ),
    Removal(
        "F95",
        "with a lawful basis",
        "governance/models/pack.py",
        '.exclude(lawful_basis="")',
        "",
        (REVIEWER + "test_nobody_from_outside_reads_what_no_person_checked_and_released",),
    ),
    Removal(
        "F95",
        "a release called back is read no more",
        "governance/models/pack.py",
        "                withdrawn_by=None,\n",
        "",
        (REVIEWER + "test_a_reviewer_reads_what_was_released_and_nothing_newer_and_not_after_it_was_called_back",),
    ),
    # -- F91 the last step of S6
    Removal(
        "F91",
        "only who names a director names somebody from outside",
        "incidents/actions/access.py",
        "    _check_names_who_takes_over(by, case)\n    for given",
        "    for given",
        (OUTSIDE + "test_somebody_from_outside_is_named_by_who_names_a_director_and_is_none_of_the_providers_own",),
    ),
    # -- F93 what was tried, and one's own
    Removal(
        "F93",
        "a refused emergency access is written down",
        "incidents/views/access.py",
        '            reading.tried(wanted(me, reference).values_list("pk", flat=True).first())\n',
        "",
        (
            "tests/access/test_reading.py::test_a_refused_emergency_access_is_in_the_log_and_in_that_of_the_case_there_is",
        ),
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
    Removal(
        "F89",
        "one role at one place once",
        PEOPLE,
        "    if (held := (same if ends_on is None else same.filter(starts_on__lte=ends_on)).first()) is not None:",
        "    if (held := (same if ends_on is None else same.filter(starts_on__lte=ends_on)).first()) and False:",
        ("tests/accounts/test_access.py::test_the_same_role_at_the_same_place_is_not_given_twice",),
    ),
    Removal(
        "F93",
        "the way to emergency access, for those who have it",
        "incidents/apps.py",
        '        navigation.register("Emergency access", "emergency-access", order=95, visible=permissions.can_break_glass)\n',
        "",
        (GLASS + "test_the_way_to_emergency_access_is_shown_to_those_who_have_it_and_to_nobody_else",),
    ),
    Removal(
        "F93",
        "no way to emergency access for anybody else",
        "incidents/apps.py",
        '"emergency-access", order=95, visible=permissions.can_break_glass)',
        '"emergency-access", order=95)',
        (GLASS + "test_the_way_to_emergency_access_is_shown_to_those_who_have_it_and_to_nobody_else",),
    ),
]
