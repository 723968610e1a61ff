"""Removals in practice tests, their signatures and who may sign (remediation/)."""

from __future__ import annotations

from tests.removals.table import Removal

SIGN = "tests/remediation/test_practice_signing.py::"
PASSING = "tests/remediation/test_practice_passing.py::"
APART = "tests/remediation/test_practice_separation.py::"

BY_ACTION = SIGN + "test_a_signed_attempt_its_marks_and_files_are_refused_by_the_action"
BY_DATABASE = SIGN + "test_a_signed_attempt_its_marks_and_files_are_refused_by_the_database"
WITHDRAWN = SIGN + "test_a_signed_result_is_withdrawn_only_by_a_new_reasoned_entry_and_the_first_one_stays"
KEPT = SIGN + "test_the_signature_keeps_meaning_declaration_fresh_identity_and_a_hash_of_what_was_signed"
STALE = SIGN + "test_the_action_itself_refuses_a_stale_identity"

PRACTICE = "remediation/actions/practice.py"
GATE = "remediation/gates/passing.py"
SEPARATION = "incidents/separation.py"
SIGNING = "records/signing.py"
SQL = "remediation/migrations/0003_signed_attempts_are_fixed.py"

REMOVALS = [
    # -- F36 repeated checks
    Removal(
        "F36",
        "one check a week, at the start",
        PRACTICE,
        "    week = _week(test)\n    _check_week_is_free(test, week)\n",
        "    week = _week(test)\n",
        (SIGN + "test_four_weekly_checks_for_one_worker_in_one_evening_are_refused",),
    ),
    Removal(
        "F36",
        "no backfilling: signed in its own week",
        PRACTICE,
        "    if attempt.week != _week(attempt.test):",
        "    if False:",
        (SIGN + "test_a_check_begun_in_one_week_is_not_signed_in_the_next",),
    ),
    Removal(
        "F36",
        "no bulk: one signature a week",
        PRACTICE,
        "    _check_week_is_free(attempt.test, attempt.week)\n\n\ndef _check_reassessment",
        "\n\ndef _check_reassessment",
        (SIGN + "test_two_checks_of_one_week_begun_by_two_people_are_not_both_signed",),
    ),
    Removal(
        "F36",
        "a missed week extends",
        GATE,
        "    held = [one.outcome == PASSED for one in signed]\n",
        "    by_week = {one.week: one.outcome == PASSED for one in signed}\n"
        "    held = [by_week.get(week, True) for week in range(1, signed[-1].week + 1)] if signed else []\n",
        (SIGN + "test_lena_on_leave_in_week_three_ends_a_week_later",),
    ),
    Removal(
        "F36",
        "not before four checks, and it says how many were held",
        GATE,
        "    if len(held) < weeks:",
        "    if False:",
        (PASSING + "test_a_series_does_not_pass_before_four_checks",),
    ),
    Removal(
        "F36",
        "weeks 3 and 4 both",
        GATE,
        "        if all(held[last - 2 : last]):",
        "        if held[last - 1]:",
        (PASSING + "test_stuart_with_fifteen_in_week_three_needs_two_further_weeks",),
    ),
    Removal(
        "F36",
        "not before the first window",
        PRACTICE,
        "    if window is None:",
        "    if False:",
        (SIGN + "test_no_weekly_check_before_the_series_begins",),
        by=("AttributeError",),
    ),
    # -- F40 observation on a phone
    Removal(
        "F40",
        "what I saw (action)",
        PRACTICE,
        "    if not saw_heard.strip():",
        "    if False:",
        (SIGN + "test_what_was_seen_or_heard_cannot_be_left_out",),
    ),
    Removal(
        "F40",
        "what I saw (form)",
        "remediation/forms/practice.py",
        'missing="Write what you saw or heard",\n    )\n    judgement',
        "required=False,\n    )\n    judgement",
        ("tests/remediation/test_forms_refuse.py::test_a_mark_asks_what_was_seen_or_heard",),
    ),
    Removal(
        "F40",
        "the judgement is kept apart",
        PRACTICE,
        "    written.mark, written.saw_heard, written.judgement = mark, saw_heard, judgement",
        '    written.mark, written.saw_heard, written.judgement = mark, f"{saw_heard} {judgement}", ""',
        (SIGN + "test_one_criterion_a_page_four_marks_and_fact_apart_from_judgement",),
    ),
    Removal(
        "F40",
        "not observed is a rating of its own",
        "remediation/forms/practice.py",
        '    mark = RadiosField("How was it done?", choices=Mark,',
        '    mark = RadiosField("How was it done?", choices=Mark.choices[:3],',
        (SIGN + "test_one_criterion_a_page_four_marks_and_fact_apart_from_judgement",),
    ),
    Removal(
        "F40",
        "nobody is watched who has not agreed",
        PRACTICE,
        "    if person_agreed == AGREED_NO:",
        "    if False:",
        (SIGN + "test_without_the_persons_agreement_nobody_watches",),
    ),
    # -- F41 pass rules
    Removal(
        "F41",
        "every star",
        GATE,
        "        short = [one for one in stars if one not in full]",
        "        short: list[CriterionFact] = []",
        (
            SIGN + "test_a_star_missed_is_not_a_pass_whatever_the_assessor_judges_and_not_yet_is_not_outvoted",
            PASSING + "test_a_star_criterion_done_with_prompting_is_not_a_pass_however_high_the_score",
        ),
    ),
    Removal(
        "F41",
        "the share of points",
        GATE,
        "        reached = possible > 0 and points * 100 >= wanted * possible",
        "        reached = True",
        (PASSING + "test_fewer_points_than_the_rule_asks_is_not_a_pass_with_every_star_met",),
    ),
    Removal(
        "F41",
        "not yet is not outvoted",
        GATE,
        "        *_judgement(facts),\n",
        "",
        (PASSING + "test_the_assessors_not_yet_is_not_outvoted_by_points",),
    ),
    Removal(
        "F41",
        "not yet fails",
        GATE,
        '        return [Reason(False, "The assessor judges the worker not yet competent in this")]',
        '        return [Reason(True, "The assessor judges the worker not yet competent in this")]',
        (SIGN + "test_a_star_missed_is_not_a_pass_whatever_the_assessor_judges_and_not_yet_is_not_outvoted",),
    ),
    Removal(
        "F41",
        "blank evidence fails",
        GATE,
        "        if not words:",
        "        if False:",
        (PASSING + "test_blank_evidence_fails",),
    ),
    Removal(
        "F41",
        "copied evidence fails",
        GATE,
        "        elif words in facts.other_texts:",
        "        elif False:",
        (SIGN + "test_evidence_copied_from_another_form_fails",),
    ),
    Removal(
        "F41",
        "under 15 minutes is not valid",
        GATE,
        "    if least and (facts.minutes or 0) < least:",
        "    if False:",
        (SIGN + "test_an_observation_under_fifteen_minutes_is_not_valid_and_is_no_failure_of_the_worker",),
    ),
    Removal(
        "F41",
        "no direct contact is not valid",
        GATE,
        '    if facts.rule.get("direct_contact", watched) and not facts.direct_contact:',
        "    if False:",
        (PASSING + "test_no_direct_contact_is_not_valid_as_an_observation",),
    ),
    Removal(
        "F41",
        "one unobserved at most, never a star",
        GATE,
        "    if len(unseen) <= most:",
        "    if True:",
        (PASSING + "test_one_criterion_may_go_unobserved_two_may_not",),
    ),
    Removal(
        "F41",
        "the rule is fixed in advance (database)",
        "remediation/migrations/0002_fixed_words.py",
        "CREATE TRIGGER fixed_words BEFORE UPDATE ON remediation_practicetest",
        "",
        (
            "tests/remediation/test_tracks_plan.py::"
            "test_after_the_start_the_statement_and_the_pass_rules_are_fixed_in_the_action_and_in_the_database",
        ),
        sql="DROP TRIGGER fixed_words ON remediation_practicetest",
    ),
    Removal(
        "F41",
        "the criteria are fixed in advance (database)",
        "remediation/migrations/0002_fixed_words.py",
        "CREATE TRIGGER fixed_words BEFORE INSERT OR UPDATE ON remediation_testcriterion",
        "",
        (
            "tests/remediation/test_tracks_plan.py::"
            "test_after_the_start_the_statement_and_the_pass_rules_are_fixed_in_the_action_and_in_the_database",
        ),
        sql="DROP TRIGGER fixed_words ON remediation_testcriterion",
    ),
    # -- F42 every attempt kept
    Removal(
        "F42",
        "the failed one is shown",
        "remediation/views/practice_shown.py",
        'found.attempts.select_related("assessor", "test", "worker").order_by("number")',
        'found.attempts.exclude(outcome="not_passed").order_by("number")',
        (SIGN + "test_every_attempt_stays_numbered_and_shown_the_failed_one_too",),
    ),
    Removal(
        "F42",
        "numbered",
        PRACTICE,
        "        number=TestAttempt.objects.filter(test=test).count() + 1,",
        "        number=1,",
        (SIGN + "test_every_attempt_stays_numbered_and_shown_the_failed_one_too",),
        by=("IntegrityError",),
    ),
    Removal(
        "F42",
        "no deletion (model)",
        "records/models/tracked.py",
        "        raise acting.WroteOutsideAction(\n"
        '            f"A {self._meta.verbose_name} stays in the record for good; withdraw or end it instead."\n        )',
        "        return models.Model.delete(self, *args, **kwargs)",
        (SIGN + "test_an_attempt_cannot_be_deleted",),
    ),
    Removal(
        "F42",
        "no deletion (database)",
        "records/ledger_sql.py",
        '        found[model._meta.db_table] = {"DELETE"}',
        "",
        (SIGN + "test_an_unsigned_attempt_cannot_be_deleted_in_the_database_either",),
        sql="GRANT DELETE ON remediation_testattempt TO safe_app; DROP TRIGGER never_deleted ON remediation_testattempt",
    ),
    # -- F44 the assessor's standing
    Removal(
        "F44",
        "trained",
        SEPARATION,
        "    trained = assessor.trained_on is not None",
        "    trained = True",
        (APART + "test_an_assessor_without_training_is_refused_with_the_reason",),
    ),
    Removal(
        "F44",
        "not restricted from T16",
        SEPARATION,
        "            not assessor.restricted_from_signing_off,",
        "            True,",
        (APART + "test_an_assessor_restricted_from_signing_others_off_is_refused_at_the_signature",),
    ),
    Removal(
        "F44",
        "active, in post",
        SEPARATION,
        'assessor.has_staff_record and assessor.active, f"',
        'True, f"',
        (APART + "test_an_assessor_who_has_left_is_refused",),
    ),
    Removal(
        "F44",
        "asked again at the signature",
        PRACTICE,
        '    refuse_unless_met(assessor_lines(by, test, declared=signature.conflict), "You cannot sign this practice test.")',
        "    pass",
        (APART + "test_an_assessor_restricted_from_signing_others_off_is_refused_at_the_signature",),
    ),
    Removal(
        "F44",
        "a role here today",
        "remediation/permissions_practice.py",
        '    cases.check(user, case, Permit.ASSESS, "A senior, manager or quality lead of this service records practice tests.")',
        "    pass",
        (APART + "test_an_assessor_whose_role_here_has_ended_is_refused",),
        by=("Refused",),
    ),
    # -- F45 the two questions
    Removal(
        "F45",
        "an unsafe answer ends it",
        GATE,
        "    if facts.unsafe_answer.strip():",
        "    if False:",
        (SIGN + "test_an_unsafe_answer_to_question_two_fails_with_every_point_given",),
    ),
    Removal(
        "F45",
        "in the worker's own words too",
        "remediation/forms/practice.py",
        'given.get("unsafe_answer") if chosen == "other" else chosen',
        '"" if chosen == "other" else chosen',
        (SIGN + "test_an_unsafe_answer_in_the_workers_own_words_fails_too",),
    ),
    Removal(
        "F45",
        "three of five others",
        GATE,
        "            Reason(len(others) >= wanted, f",
        "            Reason(True, f",
        (SIGN + "test_question_one_with_two_of_five_is_not_passed",),
    ),
    Removal(
        "F45",
        "the marking guide has its four stars",
        "remediation/library_data.py",
        '    "★ Uses or proposes a less restrictive option",',
        '    "Uses or proposes a less restrictive option",',
        (SIGN + "test_both_marking_guides_star_what_the_source_stars_and_nothing_else",),
    ),
    # -- F47 the signature
    Removal(
        "F47",
        "fresh authentication",
        SIGNING,
        "    if not is_fresh(signature.authenticated_at):",
        "    if False:",
        (STALE,),
    ),
    Removal(
        "F47",
        "a declaration is made",
        SIGNING,
        "    if signature.conflict not in Conflict.values:",
        "    if False:",
        (
            "tests/records/test_signing.py::"
            "test_nobody_signs_without_saying_whether_there_is_a_conflict_even_where_one_is_lifted",
        ),
    ),
    Removal(
        "F47",
        "a declared conflict cannot sign (S5)",
        SIGNING,
        "    if signature.conflict != Conflict.NONE and not allow_conflict:",
        "    if False:",
        ("tests/remediation/test_tracks_plan.py::test_starting_needs_identity_confirmed_just_now_and_no_conflict",),
    ),
    Removal(
        "F47",
        "a role at the moment of signing (S12)",
        SIGNING,
        "    if not role:",
        "    if False:",
        ("tests/records/test_signing.py::test_nobody_signs_without_a_role_here_today",),
    ),
    Removal("F47", "the meaning is kept", SIGNING, "        meaning=meaning,", '        meaning="",', (KEPT,)),
    Removal(
        "F47",
        "what was signed is frozen with its hash",
        SIGNING,
        "        sha256=fingerprint(snapshot),",
        '        sha256="0" * 64,',
        (KEPT,),
    ),
    Removal(
        "F47",
        "a later change voids it visibly",
        "records/models/signed.py",
        "        return fingerprint(now) != self.sha256",
        "        return False",
        (SIGN + "test_a_change_to_what_was_signed_voids_it_in_plain_sight",),
    ),
    Removal(
        "F47",
        "the page asks for the password again",
        "remediation/views/fresh.py",
        "    if not is_fresh(moment):",
        "    if False:",
        (SIGN + "test_signing_asks_for_the_password_again_when_identity_is_stale_and_nothing_is_lost",),
    ),
    # -- F48 fixed
    Removal(
        "F48",
        "refused by the action",
        PRACTICE,
        '    if attempt.signed_at is not None:\n        raise Refused(\n            "F48"',
        '    if False:\n        raise Refused(\n            "F48"',
        (BY_ACTION,),
        by=("ProgrammingError",),
    ),
    *[
        Removal(
            "F48",
            f"refused by the database: {what}",
            SQL,
            f"CREATE TRIGGER fixed_once_signed BEFORE {when} ON {table}",
            "",
            (BY_DATABASE,),
            sql=f"DROP TRIGGER fixed_once_signed ON {table}",
        )
        for what, when, table in (
            ("the attempt", "UPDATE OR DELETE", "remediation_testattempt"),
            ("its marks", "INSERT OR UPDATE OR DELETE", "remediation_criterionmark"),
            ("its list of files", "INSERT OR UPDATE OR DELETE", "remediation_attemptfile"),
            ("the files' records", "UPDATE OR DELETE", "incidents_casefile"),
        )
    ],
    Removal(
        "F48",
        "refused by the database: the signature",
        "records/ledger_sql.py",
        'f"CREATE OR REPLACE TRIGGER signed BEFORE UPDATE OR DELETE ON {table} "',
        "",
        (BY_DATABASE,),
        sql="DROP TRIGGER signed ON remediation_attemptsignoff; GRANT UPDATE ON remediation_attemptsignoff TO safe_app",
    ),
    Removal(
        "F48",
        "a withdrawal has its reason (action)",
        "remediation/actions/signatures.py",
        '    reason = said(reason, "reason", "Say why the signature is withdrawn.", code="F48", source=SOURCE)',
        "    pass",
        (SIGN + "test_a_withdrawal_says_why_and_is_made_once",),
    ),
    Removal(
        "F48",
        "a withdrawal has its reason (form)",
        "remediation/forms/signatures.py",
        'missing="Say why it is withdrawn"',
        "required=False",
        ("tests/remediation/test_forms_refuse.py::test_a_withdrawal_asks_why",),
    ),
    Removal(
        "F48",
        "withdrawn once",
        "remediation/actions/signatures.py",
        "    if not found.stands:",
        "    if False:",
        (SIGN + "test_a_withdrawal_says_why_and_is_made_once",),
        by=("IntegrityError",),
    ),
    Removal(
        "F48",
        "what rested on it is not passed any more",
        "remediation/registrations_signatures.py",
        "    settle(one.attempt.test, by)",
        "    pass",
        (
            WITHDRAWN,
            "tests/remediation/test_reauthorisation_gate.py::test_a_passed_test_whose_signature_was_withdrawn_counts_no_more",
        ),
    ),
]
