"""Removals in sealed cases, the read log, emergency access and outside readers (incidents/, governance/)."""

from __future__ import annotations

from tests.removals.table import Removal

SEALED = "tests/access/test_sealed.py::"
READING = "tests/access/test_reading.py::"
REVIEWER = "tests/access/test_reviewer.py::"
REFUSED = "tests/access/test_actions_refuse.py::"

NOWHERE = SEALED + "test_a_sealed_case_is_nowhere_for_anybody_outside_the_team"
COUNTS = SEALED + "test_counts_due_work_and_mail_leave_a_sealed_case_out_and_its_owner_is_chased_first"
TEAM = SEALED + "test_the_team_sees_it_and_the_seal_and_lifting_it_brings_it_back"
MAY_NOT_SEAL = SEALED + "test_who_may_not_seal_and_who_may_not_be_of_the_team"
ATTEMPT = SEALED + "test_an_attempt_is_written_down_and_reads_like_one_on_nothing"
ONCE = REFUSED + "test_a_seal_is_set_once_and_lifted_once_with_a_reason"
ONE_READ = READING + "test_every_page_of_a_case_that_is_shown_leaves_one_read"
UNDER = READING + "test_the_log_says_under_which_grant_and_is_read_per_case_and_per_person"
KEPT = READING + "test_the_read_log_can_be_neither_changed_nor_cleared"
EMERGENCY = READING + "test_emergency_access_opens_for_hours_alerts_the_manager_and_is_shown_in_the_case"
NOBODY_ELSE = READING + "test_nobody_else_breaks_glass_and_every_refusal_reads_alike"
HAS_REASON = REFUSED + "test_emergency_access_has_a_reason_and_lasts_some_hours"
REDACTED = REVIEWER + "test_a_reviewer_reads_a_redacted_marked_edition_and_it_is_written_down"
NOTHING_ELSE = REVIEWER + "test_a_reviewer_finds_nothing_else_in_the_product_and_can_change_nothing"
ENDS = REVIEWER + "test_a_reviewers_access_ends_by_itself_and_with_a_seal"
WHO_INVITES = REVIEWER + "test_who_invites_and_whom"
SAYS_WHO = REFUSED + "test_an_invitation_says_who_from_where_and_for_what"
THIS_PACK = REFUSED + "test_only_a_finished_redacted_pack_of_this_case_is_given_to_a_reviewer"

SEALING = "incidents/actions/sealing.py"
ACCESS = "incidents/actions/access.py"
GRANTS = "incidents/models/access.py"
LOG = "incidents/reading.py"
BREAKING = "incidents/actions/emergency.py"
MAY = "incidents/permissions.py"
CHASING = "governance/chasing.py"
INVITING = "governance/actions/reviewers.py"
ROOM = "governance/views/reading_room.py"

REMOVALS = [
    # -- F90 the seal
    Removal(
        "F90",
        "gone from lists, search, counts and pages",
        "incidents/models/case.py",
        "models.Q(service__in=scope, sealed_at__isnull=True)",
        "models.Q(service__in=scope)",
        (NOWHERE,),
    ),
    Removal(
        "F90",
        "gone from what is due and from work",
        "governance/models/due.py",
        "            models.Q(case__in=Case.objects.visible_to(user))",
        "            models.Q(case__isnull=False)",
        (COUNTS,),
    ),
    Removal(
        "F90",
        "what was one's own there is gone too",
        "governance/models/due.py",
        "(mine & models.Q(case__sealed_at__isnull=True) & ~",
        "(mine & ~",
        (REFUSED + "test_what_was_ones_own_in_a_case_is_not_in_ones_list_once_it_is_sealed",),
    ),
    Removal(
        "F90",
        "who sees it by a role is not said to see it",
        "incidents/who_sees.py",
        "    if case.sealed_at:\n        return []\n    shut",
        "    shut",
        (TEAM,),
    ),
    Removal(
        "F90",
        "the named team sees it",
        GRANTS,
        "THROUGH_A_SEAL: ClassVar[tuple[str, ...]] = (Kind.TEAM, ",
        "THROUGH_A_SEAL: ClassVar[tuple[str, ...]] = (",
        (TEAM,),
    ),
    Removal(
        "F90",
        "an ordinary grant sleeps",
        GRANTS,
        "        found = self.current().filter(awake, user=user)",
        "        found = self.current().filter(user=user)",
        (SEALED + "test_an_ordinary_grant_would_not_open_a_sealed_case_even_if_it_were_left",),
    ),
    Removal(
        "F90",
        "every other grant ends",
        SEALING,
        '            end_now(by, grant, "The case was sealed.", now)',
        "            pass",
        (SEALED + "test_sealing_ends_every_other_grant_at_once",),
    ),
    Removal(
        "F90",
        "nobody of the team is part of it",
        SEALING,
        "            check_recipient(by, case, member, above=True)",
        "            pass",
        (MAY_NOT_SEAL,),
    ),
    Removal("F90", "its owner can decide in it", SEALING, "    if not may_own:", "    if False:", (MAY_NOT_SEAL,)),
    Removal(
        "F90",
        "sealed with a reason (action)",
        SEALING,
        '    if not reason.strip():\n        raise Refused("F90", "Say why it is sealed."',
        '    if False:\n        raise Refused("F90", "Say why it is sealed."',
        (MAY_NOT_SEAL,),
    ),
    Removal(
        "F90",
        "sealed only by whoever decides who sees it",
        SEALING,
        "    permissions.check_give_access(by, case)\n    if case.sealed_at is not None:",
        "    if case.sealed_at is not None:",
        (MAY_NOT_SEAL,),
    ),
    Removal(
        "F90",
        "sealed once",
        SEALING,
        "    if case.sealed_at is not None:",
        "    if False:",
        (ONCE,),
        by=("IntegrityError",),
    ),
    Removal(
        "F90",
        "opened again with a reason (action)",
        SEALING,
        '    if not reason.strip():\n        raise Refused("F90", "Say why it is opened again."',
        '    if False:\n        raise Refused("F90", "Say why it is opened again."',
        (ONCE,),
    ),
    Removal(
        "F90",
        "opened again only by whoever decides who sees it",
        SEALING,
        "    permissions.check_give_access(by, case)\n    if case.sealed_at is None:",
        "    if case.sealed_at is None:",
        (ONCE,),
    ),
    Removal(
        "F90",
        "whoever is let in joins the team",
        ACCESS,
        "    kind = CaseGrant.Kind.TEAM if case.sealed_at else CaseGrant.Kind.ACCESS",
        "    kind = CaseGrant.Kind.ACCESS",
        (REFUSED + "test_in_a_sealed_case_whoever_is_let_in_joins_the_named_team",),
    ),
    Removal(
        "F90",
        "its owner stays in the team",
        ACCESS,
        "    if case.sealed_at and found.kind != CaseGrant.Kind.REVIEWER and found.user_id == case.owner_id:",
        "    if False:",
        (REFUSED + "test_the_owner_of_a_sealed_case_does_not_fall_out_of_its_team",),
    ),
    Removal(
        "F90",
        "the chase goes to no owner outside the team",
        CHASING,
        "    AND CASE WHEN os.case_id IS NULL THEN ow.user_id IS NOT NULL ELSE ot.user_id IS NOT NULL END)))",
        "    AND ow.user_id IS NOT NULL)))",
        (COUNTS, REFUSED + "test_a_chase_about_a_sealed_case_goes_to_nobody_outside_its_team"),
    ),
    Removal(
        "F90",
        "the ladder is the team's",
        CHASING,
        "      WHERE NOT EXISTS (SELECT 1 FROM sealed s WHERE s.case_id = p.case_id)\n      UNION ALL",
        "      UNION ALL",
        (COUNTS,),
    ),
    Removal(
        "F90",
        "an attempt is written down",
        LOG,
        "    if response.status_code == 404 and ids:",
        "    if False:",
        (ATTEMPT,),
    ),
    Removal(
        "F90",
        "an attempt reads like one on nothing",
        LOG,
        "at=times.now(), user=user, case=case, record=record, page=page, outcome=CaseRead.Outcome.REFUSED",
        "at=times.now(), user=user, case=case, record=record, page=page, outcome=CaseRead.Outcome.REFUSED,"
        ' under="" if Case.objects.filter(pk=case).exists() else "Not there"',
        (ATTEMPT,),
    ),
    Removal(
        "F90",
        "gone from what a manager reads of somebody's reads",
        LOG,
        "        Q(outcome=CaseRead.Outcome.REFUSED) | Q(case__in=visible.values",
        "        Q(outcome=CaseRead.Outcome.REFUSED) | Q(case__isnull=False) | Q(case__in=visible.values",
        (READING + "test_what_somebody_read_in_a_sealed_case_is_not_in_their_managers_view_of_them",),
    ),
    # -- F93 the read log
    Removal(
        "F93",
        "each page shown is a read",
        LOG,
        "            CaseRead.objects.bulk_create(rows)",
        "            pass",
        (ONE_READ,),
    ),
    Removal(
        "F93",
        "which case was opened",
        "incidents/case_page.py",
        "    found: Case = get_object_or_404(cases, pk=pk)\n    reading.opened(found)\n",
        "    found: Case = get_object_or_404(cases, pk=pk)\n",
        (ONE_READ,),
    ),
    Removal(
        "F93",
        "a page with its errors is a read",
        LOG,
        "SHOWN = (200, 422)",
        "SHOWN = (200,)",
        (READING + "test_a_page_shown_again_with_its_errors_is_a_read_too",),
        by=("ValueError",),
    ),
    Removal("F93", "under which right", LOG, "        under, grant = _right(user, case)\n", "        pass\n", (UNDER,)),
    Removal(
        "F93",
        "under a grant, where there is no role",
        LOG,
        "    return CaseGrant.Kind(grant.kind).label, grant.pk\n\n\n# --- Reading",
        '    return "", None\n\n\n# --- Reading',
        (UNDER,),
    ),
    Removal(
        "F93",
        "read only by those entitled",
        "incidents/views/reads.py",
        "    if not permissions.can_read_read_log(frame.me(request), case):",
        "    if False:",
        (UNDER,),
    ),
    Removal(
        "F93",
        "not of oneself",
        MAY,
        "    return staff.user_id != user.pk and any(",
        "    return any(",
        (UNDER,),
    ),
    Removal(
        "F93",
        "not changed or removed (database)",
        "incidents/migrations/0003_access_by_exception.py",
        "CREATE TRIGGER kept BEFORE UPDATE OR DELETE ON incidents_caseread",
        "",
        (KEPT,),
        sql="DROP TRIGGER kept ON incidents_caseread; GRANT UPDATE, DELETE ON incidents_caseread TO safe_app",
    ),
    Removal(
        "F93",
        "not emptied (database)",
        "incidents/migrations/0003_access_by_exception.py",
        "CREATE TRIGGER kept_whole BEFORE TRUNCATE ON incidents_caseread",
        "",
        (KEPT,),
        sql="DROP TRIGGER kept_whole ON incidents_caseread; GRANT TRUNCATE ON incidents_caseread TO safe_app",
    ),
    # -- F93 break-glass
    Removal(
        "F93",
        "two roles only (action)",
        BREAKING,
        "    if not permissions.can_break_glass(by):",
        "    if False:",
        (NOBODY_ELSE,),
        by=("Refused",),
    ),
    Removal(
        "F93",
        "two roles only (page)",
        "incidents/views/access.py",
        "    if not permissions.can_break_glass(me):",
        "    if False:",
        (NOBODY_ELSE,),
    ),
    Removal(
        "F93",
        "over that service only",
        BREAKING,
        "not permissions.can_break_glass_at(by, case.service) or ",
        "",
        (REFUSED + "test_emergency_access_is_for_the_services_one_stands_over",),
    ),
    Removal(
        "F93",
        "of one's own provider",
        BREAKING,
        "Case.objects.filter(provider__in=roles.of(by).providers(), reference=exact)",
        "Case.objects.filter(reference=exact)",
        (REFUSED + "test_emergency_access_opens_the_case_of_ones_own_provider_where_two_have_one_reference",),
        by=("Refused",),
    ),
    Removal("F93", "with a reason (action)", BREAKING, "    if not reason.strip():", "    if False:", (HAS_REASON,)),
    Removal(
        "F93",
        "with a reason (form)",
        "incidents/forms/access.py",
        'missing="Say what the emergency is",\n        rows=3,',
        "required=False,\n        rows=3,",
        ("tests/incidents/test_forms_refuse.py::test_emergency_access_asks_what_the_emergency_is",),
    ),
    Removal("F93", "for some hours", BREAKING, "    if hours not in HOURS:", "    if False:", (HAS_REASON,)),
    Removal(
        "F93",
        "it ends by itself",
        BREAKING,
        "        ends_at=now + timedelta(hours=hours),\n",
        "",
        (EMERGENCY,),
    ),
    Removal(
        "F93",
        "not by whoever is part of the case",
        BREAKING,
        " or permissions.is_shut_out(by, case):",
        ":",
        (READING + "test_a_nominated_individual_who_is_part_of_it_cannot_break_the_seal",),
    ),
    Removal(
        "F93",
        "the manager is told",
        BREAKING,
        "    hooks.opened_in_emergency(grant)\n",
        "",
        (EMERGENCY,),
        by=("ValueError",),
    ),
    Removal(
        "F93",
        "of a sealed case its owner is told",
        "governance/alerts.py",
        "    if case.sealed_at is None:\n        steps.insert",
        "    if True:\n        steps.insert",
        (REFUSED + "test_a_sealed_case_opened_in_an_emergency_alerts_its_owner_and_not_a_manager_of_the_team",),
    ),
    Removal(
        "F93",
        "for reading only",
        MAY,
        "    return {case for case, kind in _granted(user).items() if CaseGrant.Kind.TAKE_OVER in kind}",
        "    return set(_granted(user))",
        (EMERGENCY,),
    ),
    Removal(
        "F93",
        "shown in the case",
        "incidents/case_page.py",
        "    if CaseGrant.Kind.BREAK_GLASS in case.exceptions_now:",
        "    if False:",
        (EMERGENCY,),
    ),
    # -- F95 an outside reader
    Removal(
        "F95",
        "opens no page of the case",
        GRANTS,
        ".exclude(kind=CaseGrant.Kind.REVIEWER)",
        "",
        (NOTHING_ELSE,),
    ),
    Removal(
        "F95",
        "it is theirs alone",
        GRANTS,
        "self.current().filter(user=user, kind=CaseGrant.Kind.REVIEWER, ",
        "self.current().filter(kind=CaseGrant.Kind.REVIEWER, ",
        (ENDS,),
    ),
    Removal(
        "F95",
        "it ends by itself",
        GRANTS,
        "self.current().filter(user=user, kind=CaseGrant.Kind.REVIEWER, ",
        "self.filter(user=user, kind=CaseGrant.Kind.REVIEWER, ",
        (ENDS,),
    ),
    Removal(
        "F95",
        "it ends with a seal",
        SEALING,
        '            end_now(by, grant, "The case was sealed.", now)',
        "            pass",
        (ENDS,),
    ),
    Removal(
        "F95",
        "marked with who reads it",
        ROOM,
        '    mark = f"For {me.name} ({me.email}) only.',
        '    mark = f"',
        (REDACTED,),
    ),
    Removal(
        "F95", "logged", ROOM, "    reading.opened(grant.case, grant=grant)\n", "", (REDACTED,), by=("ValueError",)
    ),
    Removal(
        "F95",
        "read-only",
        ROOM,
        "@require_safe\ndef read(",
        "def read(",
        (NOTHING_ELSE,),
    ),
    Removal(
        "F95",
        "whoever may release packs invites",
        INVITING,
        "    permissions.check_export(by, case)\n",
        "",
        (WHO_INVITES,),
    ),
    Removal(
        "F95",
        "whoever decides who sees the case invites",
        INVITING,
        "    cases.check_give_access(by, case)\n",
        "",
        (WHO_INVITES,),
    ),
    Removal(
        "F95",
        "none of the provider's own people",
        "accounts/actions/people.py",
        '        getattr(found, "staff", None) is not None\n        or',
        "        False\n        or",
        (REFUSED + "test_staff_without_a_role_are_not_invited_as_somebody_from_outside",),
    ),
    Removal(
        "F95",
        "for three months at most",
        INVITING,
        "    if ends_on > times.today() + LONGEST:",
        "    if False:",
        (WHO_INVITES,),
    ),
    Removal("F95", "who they are", INVITING, "        if not given.strip():", "        if False:", (SAYS_WHO,)),
    Removal("F95", "for a purpose", ACCESS, "    if not purpose.strip():", "    if False:", (f"{SAYS_WHO}[purpose]",)),
    Removal("F95", "a pack of this case", INVITING, "pack.case_id != case.pk or ", "", (THIS_PACK,)),
    Removal("F95", "a redacted pack", INVITING, "pack.reader == Reader.MANAGER or ", "", (THIS_PACK,)),
    Removal("F95", "a finished pack", INVITING, " or pack.status != Pack.Status.READY", "", (THIS_PACK,)),
    Removal(
        "F95",
        "the manager's copy is never shown",
        "governance/models/pack.py",
        ".exclude(pack__reader=Reader.MANAGER)",
        "",
        (REFUSED + "test_the_managers_copy_is_not_shown_in_the_reading_room_even_if_it_were_given",),
    ),
]
