"""Removals in withdrawing a signature and what then no longer counts, and in rules that stand behind a form (F48, F33, F71)."""

from __future__ import annotations

from tests.removals.table import Removal

SIGNATURES = "tests/governance/test_signatures.py::"
RULES = "tests/remediation/test_rules_in_actions.py::"
FOLLOW = "tests/remediation/test_follow_ups.py::"
REFUSED = "tests/access/test_actions_refuse.py::"
ONCE_MORE = SIGNATURES + "test_a_task_given_back_on_a_test_withdrawn_since_is_to_be_decided_again"
NEITHER = SIGNATURES + "test_whoever_may_not_decide_there_neither_sees_the_way_nor_takes_it"
REOPENS = SIGNATURES + "test_a_case_closed_on_a_signature_that_is_withdrawn_is_open_again"
ANEW = SIGNATURES + "test_a_second_decision_withdrawn_takes_the_task_away_and_it_is_decided_anew"
CONFLICT = SIGNATURES + "test_which_conflict_was_declared_is_told_only_to_whoever_may_know_the_reporter"
LINES = SIGNATURES + "test_what_changes_after_signing_shows_on_every_page_and_in_the_pack"
TAMPERED = (
    "tests/governance/test_signatures_tampered.py::"
    "test_what_the_owner_of_the_tables_changes_shows_on_every_page_and_in_the_pack"
)
CHRONOLOGY = "governance/chronology.py"
ON_PRACTICE = "remediation/chronology_practice.py"
MINE = "remediation/templates/remediation/my.html"
HISTORY = "governance/views/history.py"
NOT_ASKED = FOLLOW + "test_nothing_is_to_be_followed_up_once_nothing_the_plan_gave_back_stands"

WITHDRAWING = "remediation/actions/signatures.py"
KINDS = "remediation/registrations_signatures.py"
EFFECT = "remediation/actions/in_effect.py"
GOVERNING = "governance/registrations_signatures.py"
PLAN = "remediation/actions/plan.py"
PLAN_TESTS = "remediation/actions/plan_tests.py"
PLAN_STATE = "remediation/actions/plan_state.py"
TAKEN_OUT = "tests/remediation/test_tests_taken_out.py::"
FITS = RULES + "test_a_rule_that_does_not_belong_to_the_kind_of_test_is_refused"

REMOVALS = [
    # -- F48 who may, and what rests on it
    Removal(
        "F48",
        "withdrawn by who signed it or decides there",
        WITHDRAWING,
        '    require(kind.may_withdraw(by, found), "Whoever signed this, or who decides here, withdraws it.")\n',
        "",
        (NEITHER,),
        by=("Refused",),
    ),
    Removal(
        "F48",
        "what rests on a start is withdrawn first",
        WITHDRAWING,
        "    if missing := kind.first(found):",
        "    if missing := []:",
        (SIGNATURES + "test_a_start_is_withdrawn_after_the_decisions_that_gave_tasks_back_under_it",),
    ),
    Removal(
        "F48",
        "a declared conflict stands in the way where it makes less strict",
        KINDS,
        "            restricts=lambda one: one.attempt.outcome == TestAttempt.Outcome.PASSED,\n",
        "",
        (SIGNATURES + "test_a_result_that_was_not_passed_is_not_taken_back_by_somebody_with_a_conflict",),
    ),
    # -- F48 what then no longer counts
    Removal(
        "F48",
        "a test withdrawn restricts what was given back on it",
        KINDS,
        "    in_effect.lose_ground(by, one.attempt.test.plan, reason)",
        "    in_effect.open_plan_again(one.attempt.test.plan)",
        (ONCE_MORE,),
    ),
    Removal(
        "F48",
        "and nothing that rests on other tests",
        EFFECT,
        " and not practice.rests_on_what_stands(decision, signed):",
        ":",
        (SIGNATURES + "test_a_test_that_no_decision_rests_on_takes_nothing_away",),
    ),
    Removal(
        "F48",
        "a decision withdrawn restricts its task",
        EFFECT,
        '    _end_what_it_gave(by, decision, f"The decision was withdrawn: {why}")\n',
        "",
        (SIGNATURES + "test_a_decision_withdrawn_restricts_the_task_again_and_the_plan_runs_on",),
    ),
    Removal(
        "F48",
        "its plan runs on",
        EFFECT,
        '    _end_what_it_gave(by, decision, f"The decision was withdrawn: {why}")\n    open_plan_again(decision.plan)\n',
        '    _end_what_it_gave(by, decision, f"The decision was withdrawn: {why}")\n',
        (SIGNATURES + "test_a_decision_withdrawn_restricts_the_task_again_and_the_plan_runs_on",),
    ),
    Removal(
        "F48",
        "a second decision withdrawn takes the task away",
        KINDS,
        "        in_effect.take_back(by, one.first, reason)",
        "        pass",
        (ANEW,),
    ),
    Removal(
        "F48",
        "a start withdrawn ends the plan",
        KINDS,
        "            undo=_start_withdrawn,\n",
        "",
        (SIGNATURES + "test_a_start_withdrawn_ends_the_plan_and_another_is_written",),
    ),
    Removal(
        "F48",
        "a closed case is open again",
        GOVERNING,
        "    if case.closed_at is None or not _closed_on(one, case.closed_at):",
        "    if True:",
        (REOPENS,),
    ),
    # -- S10: the conflict that would name the reporter
    Removal(
        "F92",
        "a declared conflict does not name the reporter (pages, packs)",
        "remediation/signatures.py",
        "    if signed.conflict != Conflict.NONE and not separation_facts.may_know_reporter(reader, signed.case):",
        "    if False:",
        (CONFLICT,),
    ),
    Removal(
        "F92",
        "a declared conflict does not name the reporter (history, tables)",
        "governance/registrations_packs.py",
        'compartments.REPORTER, ("conflict", "conflict_detail"))',
        "compartments.REPORTER, ())",
        (CONFLICT,),
    ),
    Removal(
        "F92",
        "closing tells what is missing of capability to who may see it",
        "governance/views/closing.py",
        '            "lines": as_shown(read_by(user, case, lines)),',
        '            "lines": as_shown(lines),',
        (
            "tests/governance/test_closing.py::"
            "test_what_is_missing_of_capability_and_tests_is_told_only_to_who_may_see_them",
        ),
    ),
    Removal(
        "F90",
        "the page that ends a part opens no reporter's to whoever may not know them",
        "incidents/views/people.py",
        "get_object_or_404(_staff(case, frame.me(request)).filter(ended_at=None), pk=link)",
        "get_object_or_404(CaseStaff.objects.filter(case=case, ended_at=None), pk=link)",
        (
            "tests/access/test_compartments.py::"
            "test_s10_whoever_was_part_of_it_finds_the_reporter_who_logged_it_on_no_page_history_or_table",
        ),
    ),
    # -- F90
    Removal(
        "F90",
        "a sealed case whose owner becomes part of it stays in its team",
        "incidents/actions/people.py",
        "    able = permissions.those_who_see(cases.who_answers(case.service, case.level), case)",
        "    able = cases.who_answers(case.service, case.level)",
        (REFUSED + "test_a_sealed_case_whose_owner_becomes_part_of_it_stays_in_its_team",),
    ),
    # -- F71 follow-ups
    Removal(
        "F71",
        "a follow-up of nothing is not asked for (closing)",
        "remediation/facts_practice.py",
        "    follow_ups = [one for one in facts_case.follow_ups(case.pk) if one.asked_for]",
        "    follow_ups = facts_case.follow_ups(case.pk)",
        (NOT_ASKED,),
    ),
    Removal(
        "F71",
        "nor held (action)",
        "remediation/actions/followup.py",
        "    if not follow_up.asked_for:",
        "    if False:",
        (NOT_ASKED,),
    ),
    Removal(
        "F71",
        "nor of somebody who has left",
        "remediation/models/authorisation.py",
        "nothing = models.Q(plan__ended_how=endings.LEFT) | ~models.Exists(stands)",
        "nothing = models.Q(~models.Exists(stands))",
        (FOLLOW + "test_nobody_follows_up_who_has_left",),
    ),
    # -- F33, F36 rules that stand behind their forms
    Removal(
        "F36",
        "a weekly check is a series, and only it is",
        "remediation/pass_rules.py",
        "        if (kind == belongs) != (part in rule):",
        "        if False:",
        (f"{FITS}[weekly_check-rule0-True]", f"{FITS}[observation-rule1-True]"),
    ),
    Removal(
        "F33",
        "live items are not asked before duties are back",
        "remediation/pass_rules.py",
        '    if kind == "live" and before_return:',
        "    if False:",
        (f"{FITS}[live-rule5-True]",),
    ),
    Removal(
        "F33",
        "a test that was not passed is not taken out",
        PLAN_TESTS,
        "    if test.passed_at is None and test.attempts.exists():",
        "    if False:",
        (RULES + "test_a_test_that_was_not_passed_is_not_taken_out_to_pass_the_plan",),
    ),
    # -- F51 nobody gets round G5 by taking a test out
    Removal(
        "F51",
        "a test begun and left unsigned stays, one in its place or not",
        PLAN_TESTS,
        "    if test.passed_at is None and test.attempts.exists():",
        "    if test.passed_at is None and test.attempts.filter(signed_at__isnull=False).exists():",
        (TAKEN_OUT + "test_a_test_that_was_begun_or_taken_and_not_passed_stays_also_with_one_in_its_place",),
    ),
    Removal(
        "F51",
        "a test whose attempt was not valid stays",
        PLAN_TESTS,
        "    if test.passed_at is None and test.attempts.exists():",
        '    if test.passed_at is None and test.attempts.exclude(outcome="not_valid").exists():',
        (TAKEN_OUT + "test_a_test_whose_one_attempt_was_not_valid_stays_too",),
    ),
    Removal(
        "F51",
        "a test never taken is not dropped without one in its place",
        PLAN_TESTS,
        "    if left < fixed:",
        "    if False:",
        (TAKEN_OUT + "test_a_test_never_taken_is_not_dropped_after_the_start_without_one_in_its_place",),
    ),
    Removal(
        "F51",
        "only one of the same kind takes its place",
        PLAN_TESTS,
        "    same = plan.tests.filter(before_return=True, kind=test.kind)",
        "    same = plan.tests.filter(before_return=True)",
        (TAKEN_OUT + "test_one_of_the_same_kind_takes_its_place_and_none_of_another_kind_does",),
    ),
    Removal(
        "F33",
        "an ended plan takes nothing more",
        PLAN_STATE,
        '    if plan.ended_at is not None:\n        raise Refused("PLAN", "This plan has already ended.", source="domain.md §7")\n    return plan',
        "    return plan",
        (RULES + "test_an_ended_plan_takes_nothing_more",),
    ),
    Removal(
        "F33",
        "that every task is decided is never chosen",
        PLAN,
        "    if how not in endings.CHOSEN:",
        "    if how not in endings.WORDS:",
        (RULES + "test_that_every_task_is_decided_is_never_chosen_as_the_end_of_a_plan",),
    ),
    # -- F47 changed since signing, in every line that tells of a signature
    *[
        Removal("F47", f"changed since signing: {what}", file, old, new, (test,))
        for what, file, old, new, test in (
            (
                "a verdict in the chronology",
                CHRONOLOGY,
                "verdict.reason + signatures.noted(verdict)",
                "verdict.reason",
                LINES,
            ),
            (
                "a closing in the chronology",
                CHRONOLOGY,
                "closure.person_informed + signatures.noted(closure)",
                "closure.person_informed",
                LINES,
            ),
            (
                "a second closing in the chronology",
                CHRONOLOGY,
                "second.reason + signatures.noted(second)",
                "second.reason",
                LINES,
            ),
            ("a test in the chronology", ON_PRACTICE, "{points}.{signatures.noted(one)}", "{points}", TAMPERED),
            ("a decision in the chronology", ON_PRACTICE, "        text += signatures.noted(one)\n", "", TAMPERED),
            (
                "a second decision in the chronology",
                ON_PRACTICE,
                "            text += signatures.noted(second)\n",
                "",
                TAMPERED,
            ),
            ("the worker's own result", MINE, "{% elif signature.changed %}", "{% elif False %}", TAMPERED),
            (
                "the table of the history",
                HISTORY,
                ', line.late, states.get(line.record, "")]',
                ', line.late, ""]',
                LINES,
            ),
            (
                "the history of one record, and its later pages",
                HISTORY,
                "signatures_of(case, user, only.record),",
                '[] if only.record or request.GET.get("before") else signatures_of(case, user),',
                LINES,
            ),
        )
    ],
]
