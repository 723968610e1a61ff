"""Removals in the two tracks and the remediation plan (remediation/)."""

from __future__ import annotations

from tests.removals.table import Removal

OPENING = "tests/remediation/test_tracks_opening.py::"
LEARN = "tests/remediation/test_tracks_learning.py::"
CAPABLE = "tests/remediation/test_tracks_capability.py::"
PLAN = "tests/remediation/test_tracks_plan.py::"

BOTH_OPEN = OPENING + "test_logging_a_failure_opens_both_tracks_in_the_same_transaction"
REASONED = OPENING + "test_no_individual_concern_is_a_reasoned_decision_and_never_an_omission"
ANY_STATEMENT = PLAN + "test_a_statement_of_attendance_or_time_served_is_refused"
STATEMENT = PLAN + "test_a_plan_from_the_library_cannot_start_until_its_statement_is_written"
EACH_LINK = PLAN + "test_each_missing_link_of_the_chain_is_named_with_where_to_put_it_right"
PROTECTED = PLAN + "test_a_plan_cannot_start_before_immediate_protection_is_recorded"
ATTENDANCE = PLAN + "test_attendance_or_e_learning_is_never_accepted_as_a_test"
AT_START = PLAN + "test_a_plan_whose_only_test_is_attendance_is_refused_at_the_start_too"
FIXED = PLAN + "test_after_the_start_the_statement_and_the_pass_rules_are_fixed_in_the_action_and_in_the_database"
VERSIONS = PLAN + "test_editing_writes_a_new_version_and_a_plan_keeps_the_one_it_has"
MOVES = PLAN + "test_a_tests_date_moves_only_with_a_reason_and_the_first_date_stays_visible"
REFLECTION = CAPABLE + "test_the_reflection_is_written_by_the_worker_and_fixed_when_handed_in"

LEARNING = "remediation/actions/learning.py"
LEARNING_GATE = "remediation/gates/learning.py"
CAPABILITY = "remediation/actions/capability.py"
PLAN_ACTION = "remediation/actions/plan.py"
PLAN_GATE = "remediation/gates/plan.py"
COMMON = "remediation/actions/common.py"
LIBRARY = "remediation/actions/library.py"
SAFE = "tests/incidents/test_whether_safe.py::"
FIXED_SQL = "remediation/migrations/0002_fixed_words.py"
THIRD_QUESTION = (
    "tests/remediation/test_tracks_capability.py::test_the_third_question_fits_the_failure_and_presumes_nothing"
)

REMOVALS = [
    Removal(
        "F12",
        "A3: a control or a reasoned none (gate)",
        "incidents/gates.py",
        '            "A risk control is decided, or the reasoned decision that none is needed",\n            bool(controls),',
        '            "A risk control is decided, or the reasoned decision that none is needed",\n            True,',
        (PROTECTED,),
    ),
    Removal(
        "F12",
        "A4: its review is booked (gate)",
        "incidents/gates.py",
        '            "Every control in force has its next review booked",\n            booked,',
        '            "Every control in force has its next review booked",\n            True,',
        ("tests/incidents/test_protection_pages.py::test_protection_asks_for_a_control_its_review_and_every_duty",),
    ),
    Removal(
        "F12",
        "everyone is safe (gate)",
        "incidents/gates.py",
        "    return [\n        *everyone_safe(case),\n        GateLine(\n",
        "    return [\n        GateLine(\n",
        (SAFE + "test_no_plan_starts_while_someone_may_be_unsafe_and_the_page_leads_to_the_answer",),
    ),
    Removal(
        "F12",
        "the plan asks whether all are protected",
        PLAN_GATE,
        "        *incident_gates.protection(plan.case),\n",
        "",
        (PROTECTED,),
    ),
    Removal(
        "F12",
        "the start is refused, not only warned of",
        PLAN_ACTION,
        '    refuse_unless_met(gates.start(plan), "The plan cannot start yet.")\n',
        "",
        (PROTECTED,),
    ),
    Removal(
        "F12",
        "no learning before the start",
        PLAN_ACTION,
        '        raise Refused("A3", "The plan has not started yet. Start it first; learning before that is coaching.")',
        "        pass",
        (PLAN + "test_learning_is_not_recorded_before_the_plan_has_started",),
    ),
    # -- F24 both tracks
    Removal(
        "F24",
        "both open with the case",
        "remediation/registrations_tracks.py",
        "    below.register_on_logged(hooks.open_both_tracks)\n",
        "",
        (BOTH_OPEN,),
        by=("DoesNotExist",),
    ),
    Removal(
        "F24",
        "the capability track too",
        "remediation/hooks.py",
        "    capability.open_capability(by=by, case=case)\n",
        "",
        (BOTH_OPEN,),
        by=("DoesNotExist",),
    ),
    Removal(
        "F24",
        "no individual concern has its reason (action)",
        CAPABILITY,
        'said(reason, "reason", "Say why there is no individual concern.", code="F24")',
        "reason",
        (REASONED,),
    ),
    Removal(
        "F24",
        "no individual concern has its reason (form)",
        "remediation/forms/capability.py",
        'missing="Say why there is no individual concern",',
        "required=False,",
        ("tests/remediation/test_forms_refuse.py::test_no_individual_concern_asks_why",),
    ),
    Removal(
        "F24",
        "not while a worker is named",
        CAPABILITY,
        "    if response.worker_id is not None or response.superseded_at is not None:",
        "    if False:",
        (OPENING + "test_no_individual_concern_is_refused_while_a_worker_is_named",),
    ),
    Removal(
        "F24",
        "never an omission: undecided is open",
        "remediation/gates/capability.py",
        "        decided = response.not_needed_at is not None",
        "        decided = True",
        (REASONED,),
    ),
    # -- F26 five causes
    Removal(
        "F26",
        "A2: two sources",
        LEARNING_GATE,
        "    if len(given) < SOURCES_NEEDED:",
        "    if False:",
        (LEARN + "test_ruled_out_without_evidence_is_refused_and_the_refusal_leads_to_where_evidence_is_added",),
    ),
    Removal(
        "F26",
        "A2: one is not an interview",
        LEARNING_GATE,
        "    if all(source == EvidenceSource.INTERVIEW for source in given):",
        "    if False:",
        (LEARN + "test_two_interviews_are_not_enough_but_an_interview_and_a_rota_are",),
    ),
    Removal(
        "F26",
        "all five each time",
        LEARNING_GATE,
        '        tested,\n        reverse("cause"',
        '        True,\n        reverse("cause"',
        (LEARN + "test_the_learning_response_cannot_be_finished_while_a_cause_is_untested",),
    ),
    Removal(
        "F26",
        "finishing is refused, not only warned of",
        LEARNING,
        '    refuse_unless_met(gates.finish(case), "The learning response cannot be finished yet.")\n',
        "",
        (LEARN + "test_the_learning_response_cannot_be_finished_while_a_cause_is_untested",),
    ),
    # -- F27 reflective trail
    Removal(
        "F27",
        "fixed when handed in (action)",
        CAPABILITY,
        "    if trail.submitted_at is not None:\n        raise NotAllowed",
        "    if False:\n        raise NotAllowed",
        (REFLECTION,),
        by=("ProgrammingError",),
    ),
    Removal(
        "F27",
        "fixed when handed in (database)",
        FIXED_SQL,
        "CREATE TRIGGER fixed_words BEFORE UPDATE ON remediation_reflectivetrail",
        "",
        (CAPABLE + "test_the_database_too_refuses_to_change_words_that_were_handed_in",),
        sql="DROP TRIGGER fixed_words ON remediation_reflectivetrail",
    ),
    Removal(
        "F27",
        "the supervisor's box comes after",
        CAPABILITY,
        "    if trail is None or trail.submitted_at is None:",
        "    if trail is None:",
        (CAPABLE + "test_the_supervisors_box_waits_for_words_that_are_handed_in",),
    ),
    # -- F29 strength
    Removal(
        "F27",
        "the question fits the failure",
        "remediation/trail_questions.py",
        "    return _BY_TYPE.get(FailureType(main), WhyAsked.ESCALATION) if main else WhyAsked.ESCALATION",
        '    return ""',
        (THIRD_QUESTION,),
    ),
    Removal(
        "F27",
        "the words read as they were asked",
        "remediation/actions/capability.py",
        "        trail.why_asked = why_asked_in(response.case)",
        "        pass",
        (THIRD_QUESTION,),
    ),
    Removal(
        "F29",
        "a memo is weak whatever it is called",
        LEARNING,
        "    if weak and strength != Strength.WEAK:",
        "    if False:",
        (LEARN + "test_a_memo_is_a_weak_action_whatever_it_is_called",),
    ),
    Removal(
        "F29",
        "all weak waits for the nominated individual",
        LEARNING_GATE,
        "            not still_open,",
        "            True,",
        (LEARN + "test_a_response_of_weak_actions_only_waits_for_the_nominated_individual",),
    ),
    Removal(
        "F29",
        "a later weak action asks anew",
        LEARNING_GATE,
        "    return accepted is None or any(action.added_at > accepted for action in actions)",
        "    return accepted is None",
        (LEARN + "test_another_weak_action_after_the_acceptance_asks_the_nominated_individual_anew",),
    ),
    # -- F30 done and worked
    Removal(
        "F29",
        "competence is answered by a plan, not by no concern",
        "remediation/gates/learning.py",
        "        met = planned or reasoned or bool(own)",
        "        met = True",
        (
            "tests/remediation/test_tracks_learning.py::"
            "test_a_gap_in_competence_that_no_workers_plan_answers_needs_an_action_or_a_reason",
        ),
    ),
    Removal(
        "F30",
        "S9: never by its owner",
        LEARNING,
        "    if system_action.owner_id == by.pk:",
        "    if False:",
        (LEARN + "test_the_owner_never_says_whether_their_own_action_worked",),
    ),
    Removal(
        "F30",
        "done before worked",
        LEARNING,
        "    if system_action.done_at is None:\n        raise",
        "    if False:\n        raise",
        (LEARN + "test_done_and_worked_are_two_states_each_with_its_evidence",),
    ),
    Removal(
        "F30",
        "evidence of done (action)",
        LEARNING,
        'said(\n        evidence, "evidence", "Say what shows that it is done.", code="F30", source="domain.md §5"\n    )',
        "evidence",
        (LEARN + "test_done_and_worked_each_need_their_evidence",),
    ),
    Removal(
        "F30",
        "evidence of effect (action)",
        LEARNING,
        "said(\n"
        '        evidence, "evidence", "Say what shows the effect: numbers before and after.", code="F30", '
        'source="domain.md §5"\n    )',
        "evidence",
        (LEARN + "test_done_and_worked_each_need_their_evidence",),
    ),
    Removal(
        "F30",
        "evidence of done (form)",
        "remediation/forms/learning.py",
        'missing="Say what shows that it is done",',
        "required=False,",
        ("tests/remediation/test_forms_refuse.py::test_done_and_worked_ask_what_shows_it",),
    ),
    # -- F33 the chain
    Removal(
        "F33",
        "the start is refused, not only warned of",
        PLAN_ACTION,
        '    refuse_unless_met(gates.start(plan), "The plan cannot start yet.")\n',
        "",
        (EACH_LINK, STATEMENT),
    ),
    Removal(
        "F33",
        "A6: safe to practise is written",
        PLAN_GATE,
        "            bool(text),\n            url,",
        "            True,\n            url,",
        (STATEMENT,),
    ),
    Removal(
        "F33",
        "A6: the statement is asked (form)",
        "remediation/forms/plan.py",
        'missing="Write what ‘safe to practise’ will mean",',
        "required=False,",
        ("tests/remediation/test_forms_refuse.py::test_the_statement_and_what_happens_if_not_met_are_asked",),
    ),
    Removal(
        "F33",
        "the statement rests on practice (action)",
        PLAN_ACTION,
        '        if lacks := gates.statement_lacks(words["statement"], codes):',
        '        if lacks := "":',
        (ANY_STATEMENT,),
    ),
    Removal(
        "F33",
        "the statement rests on practice (gate)",
        PLAN_GATE,
        '        "SMART", "The statement rests on practice somebody will see", not detail,',
        '        "SMART", "The statement rests on practice somebody will see", True,',
        (PLAN + "test_a_statement_of_attendance_is_refused_at_the_start_too",),
    ),
    Removal(
        "F33",
        "the gap",
        PLAN_GATE,
        '        not lacks,\n        reverse("plan-gap"',
        '        True,\n        reverse("plan-gap"',
        (EACH_LINK,),
    ),
    Removal(
        "F33",
        "the tasks",
        PLAN_GATE,
        '        detail = "Choose the tasks this plan leads back to"',
        '        detail = ""',
        (EACH_LINK,),
    ),
    Removal(
        "F33",
        "A9: every restricted task has its way back",
        PLAN_GATE,
        "    elif restricted and not restricted <= _tasks_in_plans(plan):",
        "    elif False:",
        (PLAN + "test_parts_of_a_draft_can_be_added_and_taken_out",),
    ),
    Removal(
        "F33",
        "the learning",
        PLAN_GATE,
        '        lacks = "Add at least one learning action"',
        '        lacks = ""',
        (EACH_LINK,),
    ),
    Removal(
        "F33", "the test", PLAN_GATE, "    if not tests:\n        detail", "    if False:\n        detail", (EACH_LINK,)
    ),
    Removal(
        "F33",
        "a test with its rule, assessor and date",
        PLAN_GATE,
        '    if test.assessor_id is None:\n        lacks.append("who assesses it")\n    if test.due_on is None:',
        "    if False:",
        (PLAN + "test_a_test_without_its_assessor_or_its_date_keeps_the_plan_from_starting",),
    ),
    Removal(
        "F33",
        "the review date",
        PLAN_GATE,
        "    met = bool(facts_case.reviews(plan.case_id).get(plan.pk))",
        "    met = True",
        (EACH_LINK,),
    ),
    Removal(
        "F33", "the end", PLAN_GATE, "    if plan.ends_on is None:", "    if False:", (EACH_LINK,), by=("TypeError",)
    ),
    Removal(
        "F33",
        "what happens if it is not met",
        PLAN_GATE,
        "    met = bool(plan.if_not_met.strip())",
        "    met = True",
        (EACH_LINK,),
    ),
    Removal(
        "F33",
        "fixed once started (action)",
        PLAN_ACTION,
        "    if plan.started_at is not None and (ends_on is not None or set(words) - set(_ALWAYS_OPEN)):",
        "    if False:",
        (FIXED,),
        by=("ProgrammingError",),
    ),
    Removal(
        "F33",
        "fixed once started (database)",
        FIXED_SQL,
        "CREATE TRIGGER fixed_words BEFORE UPDATE ON remediation_remediationplan",
        "",
        (FIXED,),
        sql="DROP TRIGGER fixed_words ON remediation_remediationplan",
    ),
    # -- F34 library
    Removal(
        "F34",
        "an edit is a new version",
        LIBRARY,
        "        version=max(newest.version if newest else 0, template.version) + 1,",
        "        version=template.version,",
        (VERSIONS,),
    ),
    Removal(
        "F34",
        "every example is in it",
        "remediation/library_data.py",
        "= [LATE_ESCALATION, RECORD_QUALITY, RESTRICTION_DRIFT, *SHORT]",
        "",
        (PLAN + "test_the_library_holds_the_articles_three_examples_with_their_tests",),
        sql="ALTER TABLE remediation_gaptemplate DISABLE TRIGGER USER;"
        "DELETE FROM remediation_gaptemplate WHERE code = 'restriction_drift'",
    ),
    Removal(
        "F34",
        "no test of attendance enters it",
        LIBRARY,
        "        tests=[check_test(one) for one in tests],",
        "        tests=tests,",
        (PLAN + "test_the_library_takes_no_test_of_attendance",),
    ),
    Removal(
        "F34",
        "another provider's entry is not ours",
        LIBRARY,
        "    if template.provider_id not in (None, provider.pk):",
        "    if False:",
        (PLAN + "test_an_entry_of_another_provider_is_not_ours_to_write_on",),
    ),
    # -- F35 never a test
    Removal(
        "F35",
        "A7: by its kind",
        LIBRARY,
        "    if kind in PracticeTest.NOT_TESTS:",
        "    if False:",
        (ATTENDANCE,),
    ),
    Removal(
        "F35",
        "A7: by its words",
        "remediation/gates/words.py",
        "    if found := attendance_in(title):\n        return found\n",
        "",
        (ATTENDANCE,),
    ),
    Removal(
        "F35", "A7: at the start too (gate)", PLAN_GATE, "            not words,\n", "            True,\n", (AT_START,)
    ),
    Removal(
        "F35",
        "A7: at the signature too",
        "remediation/actions/practice.py",
        "    if test.kind in PracticeTest.NOT_TESTS:",
        "    if False:",
        ("tests/remediation/test_practice_signing.py::test_training_that_was_imported_as_a_test_is_not_run_as_one",),
    ),
    # -- F37 dates
    Removal(
        "F37",
        "a new date needs its reason (action)",
        COMMON,
        '    reason = said(reason, "reason", "Say why the date moves.", code="F37", source="features F37")\n',
        "",
        (MOVES,),
    ),
    Removal(
        "F37",
        "a new date needs its reason (form)",
        "remediation/forms/learning.py",
        'missing="Say why the date moves", rows=2',
        "required=False, rows=2",
        ("tests/remediation/test_forms_refuse.py::test_a_moved_date_asks_why",),
    ),
    Removal("F37", "the move is kept", COMMON, "    change.save()\n", "", (MOVES,), by=("DoesNotExist",)),
    Removal(
        "F37",
        "the first date stays",
        COMMON,
        "    record.due_on = becomes\n",
        "    record.due_on = record.original_due_on = becomes\n",
        (PLAN + "test_learning_and_review_dates_move_only_with_a_reason_too",),
    ),
]
