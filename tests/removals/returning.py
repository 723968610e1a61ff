"""Removals in re-authorisation and the register "who may do what now" (remediation/)."""

from __future__ import annotations

from tests.removals.table import Removal

GATE_TESTS = "tests/remediation/test_reauthorisation_gate.py::"
REGISTER = "tests/remediation/test_register_now.py::"

BY_ITSELF = "tests/remediation/test_gate_lines.py::test_each_of_the_fifteen_lines_falls_by_its_own_fact_alone"
IN_THE_CASE = GATE_TESTS + "test_each_line_by_itself_keeps_the_task_away_and_leads_to_where_it_is_put_right"
NOBODY = GATE_TESTS + "test_nobody_overrides_g5_g8_and_g10"
AT_L3 = GATE_TESTS + "test_at_l3_nothing_comes_back_until_a_second_person_agrees"
ENDED = GATE_TESTS + "test_a_condition_that_ended_reads_may_not_at_once_before_any_sweep"
SWEPT = GATE_TESTS + "test_the_sweep_writes_the_end_down_restricts_again_and_twice_changes_nothing"
ATTENDED = GATE_TESTS + "test_a_statement_from_attendance_or_time_is_refused"

GATE = "remediation/gates/reauthorisation.py"
FACTS = "remediation/facts_gate.py"
DECIDE = "remediation/actions/authorisation.py"
NOW = "remediation/register.py"
EFFECT = "remediation/actions/in_effect.py"
AWAY = "tests/remediation/test_refused_stays_away.py::"
ANEW = "tests/remediation/test_weeks_anew.py::"


def _line(code: str, old: str, new: str) -> Removal:
    return Removal("F51", f"{code}: the line", GATE, old, new, (BY_ITSELF,))


def _fact(code: str, old: str, new: str) -> Removal:
    return Removal("F51", f"{code}: read from the case", FACTS, old, new, (f"{IN_THE_CASE}[{code}]",))


REMOVALS = [
    # -- F51 the gate, line by line: as a rule, and as it is read from the case
    _line("G1", '*_no(facts.overdue_controls, "Review overdue")', 'True, ""'),
    _line("G2", '*_no(facts.undecided_duties, "Not decided")', 'True, ""'),
    _line("G3", '*_no(facts.untested_causes, "Not yet known")', 'True, ""'),
    _line("G4", "    if not facts.reflection_discussed:", "    if False:"),
    _line("G5", '    return _no(facts.unpassed_tests, "Not passed yet")', '    return True, ""'),
    _line("G6", '*_no(facts.unreadable_evidence, "Cannot be read")', 'True, ""'),
    _line("G7", '*_no(facts.schedule_gaps, "Open")', 'True, ""'),
    _line("G8", "    return not unmet, ", "    return True, "),
    _line("G9", '*_no(facts.conflicts, "Declared")', 'True, ""'),
    _line("G10", '*_no(facts.holds, "On hold for")', 'True, ""'),
    _line("G11", "            facts.comment_invited,\n", "            True,\n"),
    _line("G12", "    if facts.statement_names:", "    if True:"),
    _line("G13", '    return False, "Say who holds them" if', '    return True, "Say who holds them" if'),
    _line("G14", '    return False, f"{said}. Only a conditional decision is open"', '    return True, ""'),
    _line(
        "G15",
        '    return False, "Ask the person or their family" if',
        '    return True, "Ask the person or their family" if',
    ),
    _fact("G1", "        overdue_controls=_overdue_controls(case),\n", ""),
    _fact("G2", "        undecided_duties=_undecided_duties(case),\n", ""),
    Removal(
        "F51",
        "G2: a duty that waits for this decision waits until its clock has passed",
        "incidents/gates.py",
        "    return not DUTIES[duty.body].may_wait or (duty.due_at is not None and duty.due_at < now)",
        "    return not DUTIES[duty.body].may_wait",
        (GATE_TESTS + "test_a_duty_that_waits_for_this_decision_does_not_keep_it_away_until_its_clock_has_passed",),
    ),
    _fact("G3", "        untested_causes=_untested_causes(case),\n", ""),
    _fact("G4", "trail is not None and trail.discussed_at is not None", "trail is not None"),
    _fact("G5", "for one in before if one.passed_at is None]", "for one in before if False]"),
    _fact("G6", "    return digest.hexdigest() == one.file.sha256", "    return True"),
    _fact("G7", "        schedule_gaps=_schedule_gaps(plan, tests),\n", ""),
    _fact(
        "G8",
        "        lines += separation.to_assess(replace(assessor, coached_on=before), formative=formative)",
        "        pass",
    ),
    _fact("G10", "        holds=[one.asked_by for one in facts_case.holds(case.pk)],\n", "        holds=[],\n"),
    _fact("G11", "plan.response_id in facts_case.replies_invited(case.pk)", "True"),
    _fact("G14", "        live_causes=live_cause_names(case),\n", ""),
    Removal(
        "F51",
        "an unmet line is refused, not only shown",
        DECIDE,
        '    refuse_unless_met(left, "This task cannot come back yet." if',
        '    refuse_unless_met([], "This task cannot come back yet." if',
        (IN_THE_CASE + "[G7]",),
    ),
    Removal(
        "F51",
        "no override of G5, G8 and G10",
        GATE,
        'NO_OVERRIDE = ("G5", "G8", "G10")',
        "NO_OVERRIDE = ()",
        (NOBODY,),
    ),
    Removal(
        "F51",
        "no override of G10 alone",
        GATE,
        'NO_OVERRIDE = ("G5", "G8", "G10")',
        'NO_OVERRIDE = ("G5", "G8")',
        (NOBODY,),
    ),
    Removal(
        "F51",
        "only the nominated individual overrides",
        DECIDE,
        "        if reason and nominated and line.override == gate.NOMINATED_INDIVIDUAL:",
        "        if reason and line.override == gate.NOMINATED_INDIVIDUAL:",
        (GATE_TESTS + "test_the_manager_cannot_override_anything",),
    ),
    Removal(
        "F51",
        "an override has its reason and stays",
        DECIDE,
        '        if reason and nominated and line.override == gate.NOMINATED_INDIVIDUAL:\n            used.append({"code": line.code,'
        ' "text": line.text, "detail": line.detail, "reason": reason})',
        "        if nominated and line.override == gate.NOMINATED_INDIVIDUAL:\n            pass",
        (GATE_TESTS + "test_the_nominated_individual_overrides_another_line_with_a_reason_that_stays_on_the_decision",),
        by=("IndexError",),
    ),
    Removal(
        "F51",
        "a hold is let go only with how that is known (action)",
        "remediation/actions/holds.py",
        "    if not note.strip():",
        "    if False:",
        (GATE_TESTS + "test_a_hold_says_who_asked_and_why_and_how_it_is_known_to_be_over",),
    ),
    Removal(
        "F51",
        "a hold is let go only with how that is known (form)",
        "remediation/forms/authorisation.py",
        'missing="Say how you know that the hold is over"',
        "required=False",
        ("tests/remediation/test_forms_refuse.py::test_letting_go_of_a_hold_asks_how_that_is_known",),
    ),
    # -- F53 the second decider
    Removal(
        "F53",
        "at L3 and L4, and where nobody rated",
        "remediation/facts_practice.py",
        '"""Whether a decision takes effect only with a second person: L3, L4, and a case nobody has rated yet."""\n'
        "    return case.level is None or case.level >= 3",
        '"""Whether a decision takes effect only with a second person: L3, L4, and a case nobody has rated yet."""\n'
        "    return False",
        (AT_L3,),
    ),
    Removal(
        "F53",
        "an unrated case counts as L3",
        "remediation/facts_practice.py",
        '"""Whether a decision takes effect only with a second person: L3, L4, and a case nobody has rated yet."""\n'
        "    return case.level is None or case.level >= 3",
        '"""Whether a decision takes effect only with a second person: L3, L4, and a case nobody has rated yet."""\n'
        "    return case.level is not None and case.level >= 3",
        (GATE_TESTS + "test_l4_and_a_case_nobody_rated_need_the_second_person_too",),
    ),
    Removal(
        "F53",
        "nothing takes effect before the second",
        DECIDE,
        "    if not made.needs_second:\n        put_into_effect(by, made)",
        "    put_into_effect(by, made)",
        (AT_L3,),
    ),
    Removal(
        "F53",
        "another person",
        DECIDE,
        "    if not separation.s3_second_person(first.signed_by_id, by.pk).met:",
        "    if False:",
        (GATE_TESTS + "test_the_first_decider_is_not_also_the_second",),
    ),
    Removal(
        "F53",
        "who holds the permit",
        DECIDE,
        "    permissions.check_second(by, case)\n",
        "",
        (GATE_TESTS + "test_a_manager_without_the_permit_is_not_the_second",),
    ),
    Removal(
        "F53",
        "who did not assess (S3)",
        DECIDE,
        '    refuse_unless_met(separation.to_decide(person), "You cannot make the second decision here.")\n',
        "",
        (GATE_TESTS + "test_who_signed_a_test_that_counts_is_neither_first_nor_second",),
    ),
    Removal(
        "F53",
        "the gate is asked again",
        DECIDE,
        "    if agrees:\n        _check_still_stands(first, plan)\n",
        "",
        (GATE_TESTS + "test_what_changed_between_the_two_signatures_is_asked_again",),
    ),
    Removal(
        "F53",
        "a no leaves everything as it is",
        DECIDE,
        "    if agrees:\n        put_into_effect(by, first)",
        "    put_into_effect(by, first)",
        (GATE_TESTS + "test_a_second_person_who_does_not_agree_leaves_everything_as_it_is",),
    ),
    # -- F54 the register
    Removal(
        "F54",
        "an open restriction reads may not",
        NOW,
        "        found[restriction.worker_id, restriction.task] = Cell(restriction.task, MAY_NOT,",
        "        found[restriction.worker_id, restriction.task] = Cell(restriction.task, MAY,",
        (REGISTER + "test_workers_down_tasks_in_use_across_and_every_cell_in_words",),
    ),
    Removal(
        "F54",
        "a condition is said in words",
        NOW,
        "        elif one.condition:",
        "        elif False:",
        (REGISTER + "test_a_restriction_a_condition_and_a_return_are_true_in_the_same_request",),
    ),
    Removal(
        "F54",
        "since when",
        NOW,
        '            cell = Cell(one.task, WITH_CONDITION, one.condition, one.started_at, one.expires_at, str(supervisor or ""))',
        "            cell = Cell(one.task, WITH_CONDITION, one.condition)",
        (REGISTER + "test_tapping_a_cell_says_since_when_and_until_when_and_never_why",),
    ),
    Removal(
        "F54",
        "without case detail",
        NOW,
        "MAY_NOT, since=restriction.started_at)",
        "MAY_NOT, since=restriction.started_at, supervisor=restriction.control.what)",
        (REGISTER + "test_tapping_a_cell_says_since_when_and_until_when_and_never_why",),
    ),
    Removal(
        "F54",
        "of every case, also those the reader may not see",
        NOW,
        "    restricted = TaskRestriction.objects.filter(worker__in=wanted, ended_at=None)",
        "    restricted = TaskRestriction.objects.filter(worker__in=wanted, ended_at=None, case__sealed_at=None)",
        (REGISTER + "test_the_register_shows_a_restriction_from_a_case_the_reader_may_not_see",),
    ),
    Removal(
        "F54",
        "only for the services one works in",
        NOW,
        "Service.objects.filter(pk__in=access.of(user).services(Permit.SEE_REGISTER))",
        "Service.objects.all()",
        (REGISTER + "test_other_services_other_providers_and_care_workers_find_no_register",),
    ),
    Removal(
        "F54",
        "two cases: the stricter one holds",
        NOW,
        "    return other if one is None or order.index(other.state) >= order.index(one.state) else one",
        "    return other",
        (REGISTER + "test_two_decisions_of_two_cases_the_stricter_one_holds_whichever_came_first",),
    ),
    # -- F55 conditions end
    Removal(
        "F55",
        "past its end it reads may not at once",
        NOW,
        "        expired = one.expires_at is not None and one.expires_at <= now",
        "        expired = False",
        (ENDED,),
    ),
    Removal(
        "F55",
        "the sweep restricts again",
        "remediation/actions/in_effect.py",
        "    restrict_again(by, authorisation.decision, authorisation.expires_at)",
        "    pass",
        (SWEPT, AWAY + "test_a_condition_on_a_task_without_a_control_reads_may_not_before_and_after_the_sweep"),
        by=("DoesNotExist",),
    ),
    # -- F54 what was refused or withdrawn never reads "may", also where no control had taken the task away
    Removal(
        "F54",
        "a refusal restricts a task that no control had restricted",
        EFFECT,
        "        restrict_again(by, decision, now)\n        ask_about(",
        "        if decision.restriction is not None:\n            restrict_again(by, decision, now)\n        ask_about(",
        (AWAY + "test_a_task_that_no_control_had_taken_away_reads_may_not_once_it_is_refused",),
    ),
    Removal(
        "F54",
        "a withdrawal restricts a task that no control had restricted",
        EFFECT,
        "    if given:\n",
        "    if given and decision.restriction is not None:\n",
        (AWAY + "test_a_signature_withdrawn_takes_away_a_task_that_no_control_had_restricted",),
    ),
    Removal(
        "F54",
        "a plan that was not met restricts what it led back to",
        "remediation/actions/plan.py",
        "        in_effect.not_met(by, plan)\n",
        "        pass\n",
        (AWAY + "test_a_plan_that_was_not_met_leaves_no_task_of_it_as_may_but_what_was_given_back",),
    ),
    Removal(
        "F54",
        "what is restricted after its control ended is shown by itself",
        EFFECT,
        "        control=control if control is not None and control.in_force else None,\n",
        "        control=control,\n",
        (AWAY + "test_a_control_that_has_ended_does_not_hold_what_is_restricted_after_it",),
    ),
    # -- F25 closing with tasks that do not come back
    Removal(
        "F25",
        "a control that holds anything else stops the closing",
        "governance/gates/closing.py",
        "        if not held.get(control.pk) or held[control.pk] - for_good\n",
        "        if not held.get(control.pk)\n",
        (AWAY + "test_a_control_that_holds_anything_else_still_stops_the_closing",),
    ),
    Removal(
        "F25",
        "a control that restricts nothing is lifted first",
        "governance/gates/closing.py",
        "        if not held.get(control.pk) or held[control.pk] - for_good\n",
        "        if held.get(control.pk, set()) - for_good\n",
        (AWAY + "test_a_control_that_holds_anything_else_still_stops_the_closing",),
    ),
    Removal(
        "F25",
        "a case whose control only keeps tasks away counts as ready",
        "governance/gates/closing.py",
        "    return found.filter(~Exists(open_tasks) | Exists(may_come_back))",
        "    return found",
        (AWAY + "test_a_case_closes_with_a_worker_not_authorised_and_the_register_goes_on_saying_may_not",),
    ),
    Removal(
        "F25",
        "what stands beside a closed case is not called overdue",
        "incidents/gates.py",
        "        if case.is_open and control.in_force",
        "        if control.in_force",
        (AWAY + "test_a_case_closes_with_a_worker_not_authorised_and_the_register_goes_on_saying_may_not",),
    ),
    # -- F51, F52 the weeks after the return
    Removal(
        "F51",
        "G13: only follow-ups that lie ahead count",
        FACTS,
        "if one.plan_id == plan.pk and one.held_at is None and one.due_on >= today]",
        "if one.plan_id == plan.pk]",
        (ANEW + "test_a_task_given_back_again_after_week_12_has_new_weeks_and_somebody_to_hold_them",),
    ),
    Removal(
        "F51",
        "G13: a missed follow-up of an earlier return is none of this one",
        FACTS,
        "one.held_at is None and one.due_on >= today]",
        "one.held_at is None]",
        (ANEW + "test_missed_follow_ups_of_an_earlier_return_are_no_follow_ups_of_this_one_and_stay_open",),
    ),
    Removal(
        "F52",
        "a renewal or a second task does not start the live weeks again",
        EFFECT,
        "    working = _in_force(plan, now).exists()",
        "    working = False",
        (ANEW + "test_a_renewed_condition_and_a_second_task_do_not_start_the_live_weeks_again",),
    ),
    Removal(
        "F52",
        "the live weeks are counted anew once all had ended",
        EFFECT,
        "is None or (anew and not",
        "is None or (False and not",
        (ANEW + "test_once_all_that_was_given_back_had_ended_the_live_weeks_are_counted_anew",),
    ),
    Removal(
        "F52",
        "an item that was not right stays in the count",
        EFFECT,
        "(anew and not practice.failed_attempts(test))",
        "anew",
        (ANEW + "test_an_item_that_was_not_right_does_not_drop_out_of_the_count",),
    ),
    Removal(
        "F55",
        "a condition has an end",
        DECIDE,
        '    if expires_at is None:\n        raise Refused("CONDITION"',
        '    if expires_at is None:\n        return None\n        raise Refused("CONDITION"',
        (GATE_TESTS + "test_a_condition_needs_its_words_a_supervisor_and_an_end_within_four_weeks",),
    ),
    Removal(
        "F55",
        "within four weeks",
        DECIDE,
        "    if not now < expires_at <= times.end_of_day(times.to_london(now).date() + CONDITION_MOST):",
        "    if False:",
        (GATE_TESTS + "test_a_condition_needs_its_words_a_supervisor_and_an_end_within_four_weeks",),
    ),
    Removal(
        "F55",
        "its end is asked (form)",
        "remediation/forms/authorisation.py",
        'missing="Say when the condition ends",',
        "required=False,",
        (
            "tests/remediation/test_forms_refuse.py::test_a_conditional_decision_asks_for_its_condition_supervisor_and_end",
        ),
    ),
    # -- F58 the statement
    Removal(
        "F58",
        "never from attendance, time or silence",
        "remediation/gates/statement.py",
        "        if found:\n            weak",
        "        if False:\n            weak",
        (ATTENDED,),
    ),
    Removal(
        "F58",
        "it names a passed test",
        "remediation/gates/statement.py",
        "    names = tuple(test.code for test in passed if _names(evidence, test))",
        '    names = tuple(test.code for test in passed) or ("P1",)',
        (ATTENDED, GATE_TESTS + "test_a_test_that_is_not_passed_cannot_carry_a_statement"),
    ),
    Removal(
        "F58",
        "a test that is not passed carries none",
        "remediation/facts_practice.py",
        "        last = [one for one in signed.get(test.pk, []) if one.outcome == TestAttempt.Outcome.PASSED]\n"
        "        if test.passed_at is not None and last:",
        "        last = signed.get(test.pk, [])\n        if last:",
        (GATE_TESTS + "test_a_test_signed_as_not_passed_cannot_carry_a_statement",),
    ),
    Removal(
        "F58",
        "per task: proposed from the passed tests",
        "remediation/gates/statement.py",
        "    seen = joined(_seen(test) for test in passed)",
        '    seen = "they did well"',
        (
            GATE_TESTS
            + "test_the_statement_is_proposed_for_each_task_from_the_passed_tests_and_is_accepted_as_proposed",
        ),
    ),
    Removal(
        "F51",
        "a conditional decision is not signed as one without a condition",
        DECIDE,
        "    if wanted == Decision.CONDITIONAL and statement.says_without_a_condition(statement_text):",
        "    if False:",
        (GATE_TESTS + "test_the_proposed_statement_offers_no_more_than_is_open_and_is_not_signed_with_its_gaps",),
    ),
    Removal(
        "F54",
        "the register silences nobody",
        "remediation/templates/remediation/register/service.html",
        "everyone must report a concern at once",
        "look again",
        (REGISTER + "test_workers_down_tasks_in_use_across_and_every_cell_in_words",),
    ),
    *(
        Removal(
            "F54",
            rule,
            NOW,
            old,
            new,
            (REGISTER + "test_whoever_does_no_task_with_people_stands_there_only_when_a_task_is_kept_from_them",),
        )
        for rule, old, new in (
            (
                "whoever does no task is not said to be free to",
                "    workers = [one for one in workers if one.pk not in elsewhere]\n",
                "",
            ),
            (
                "but is there when a task is kept from them",
                "for one in workers]) - touched\n",
                "for one in workers])\n",
            ),
        )
    ),
    Removal(
        "F42",
        "the worker reads why",
        "remediation/templates/remediation/my.html",
        "{% if because %}",
        "{% if 0 %}",
        (REGISTER + "test_a_worker_reads_why_their_test_was_not_passed",),
    ),
]
