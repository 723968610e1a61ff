"""Removals in closing, effectiveness, chasing and the list of what is due (governance/)."""

from __future__ import annotations

from tests.removals.table import Removal, due_without

CLOSING = "tests/governance/test_closing.py::"
WORK = "tests/governance/test_my_work.py::"
VIEW = "tests/governance/test_due_view.py::"
OUTSIDE = (
    "tests/governance/test_outside_chasers.py::"
    "test_a_silent_council_is_chased_after_two_and_five_working_days_then_its_team_manager"
)
RULES = "tests/governance/test_chasing_rules.py::"
MAIL = "tests/governance/test_chasing_mail.py::"

OPEN = CLOSING + "test_a_case_does_not_close_while_anything_is_open_and_says_what_and_where"
ONE_LIST = WORK + "test_one_list_of_everything_due_for_me_for_my_service_and_for_the_provider"
IN_VIEW = VIEW + "test_every_dated_field_of_every_model_is_in_the_view_or_says_why_it_is_no_promise"
CLIMBS = RULES + "test_an_overdue_plan_item_climbs_from_owner_to_manager_to_nominated_individual_to_director"
SHOWN = MAIL + "test_each_chase_is_shown_in_the_case_and_in_its_chronology"

WORDS = "tests/governance/test_verdict_words.py::"
NOT_PASSED = "tests/governance/test_my_work.py::test_a_test_not_passed_waits_for_whoever_decides_until_it_is_answered"
GATE = "governance/gates/closing.py"
EFFECT = "governance/gates/effect.py"
FACTS = "governance/facts.py"
EFFECTS = "governance/actions/effectiveness.py"
CHASING = "governance/chasing.py"
CLOSURE = "governance/actions/closure.py"


def _line(code: str, spoil: str, old: str, new: str) -> Removal:
    return Removal("F25", f"{code}: the line", GATE, old, new, (f"{OPEN}[{spoil}-{code}]",))


REMOVALS = [
    # -- F25 closing
    _line("SAFE", "_someone_unsafe", "    found += incident_gates.everyone_safe(case)\n", ""),
    _line(
        "A5L",
        "_learning_open",
        "        _learning(case, state.learning_lacks),",
        "        [],",
    ),
    _line("A5C", "_capability_open", "        state.capability_lacks,\n", "        [],\n"),
    _line("TEST", "_test_unpassed", '_tests(case, seen), _page("case-tests", case)', '[], _page("case-tests", case)'),
    _line("PLAN", "_test_unpassed", '_plans(case), _page("case-plans", case)', '[], _page("case-plans", case)'),
    _line(
        "ACT", "_action_not_checked", '_actions(case), _page("case-learning", case)', '[], _page("case-learning", case)'
    ),
    _line("DUTY", "_duty_undecided", "        if duty.answer == DutyAnswer.UNDECIDED:", "        if False:"),
    _line(
        "CTRL",
        "_control_in_force",
        "        _controls(case),\n",
        "        [],\n",
    ),
    _line(
        "RATE",
        "_not_rated",
        '        return [Missing("Rate the level of this case")]',
        "        return []",
    ),
    Removal(
        "F25",
        "an open line is refused, not only shown",
        CLOSURE,
        "    refuse_unless_met(closing.lines(case), CANNOT)\n    person_informed = said(",
        "    person_informed = said(",
        (f"{OPEN}[_learning_open-A5L]",),
    ),
    Removal(
        "F25",
        "asked again at the second signature",
        CLOSURE,
        "        refuse_unless_met(closing.lines(case), CANNOT)\n",
        "",
        (CLOSING + "test_what_came_open_between_the_two_signatures_stops_the_second",),
    ),
    # -- F71 the window
    Removal(
        "F71",
        "locked until week 12 is held",
        GATE,
        "        for one in seen.open_follow_ups\n",
        "        for one in ()\n",
        (CLOSING + "test_the_case_stays_open_until_week_12_was_looked_at",),
        by=("KeyError",),
    ),
    Removal(
        "F71",
        "a re-audit that is not held keeps it open",
        GATE,
        "        for one in facts.checks(case)\n        if one.done_at is None\n    ]\n    if not lacks",
        "        for one in facts.checks(case)\n        if False\n    ]\n    if not lacks",
        (f"{OPEN}[_look_not_taken-WEEK12]",),
    ),
    Removal(
        "F71",
        "without a worker the re-audit is the window",
        GATE,
        "    if not lacks and not facts.twelve_weeks_shown(case):",
        "    if False:",
        (CLOSING + "test_without_a_worker_the_re_audit_of_week_12_is_the_window",),
        by=("KeyError",),
    ),
    Removal(
        "F71",
        "worse keeps it open",
        GATE,
        "    if verdict.verdict in (Verdict.WORSE, Verdict.NOT_CHANGED):",
        "    if False:",
        (f"{OPEN}[_worse-EFFECT]",),
    ),
    Removal(
        "F71",
        "a fail reopens",
        "governance/actions/effectiveness.py",
        "    if case.closed_at is not None and verdict in (Verdict.WORSE, Verdict.NOT_CHANGED):",
        "    if False:",
        (CLOSING + "test_a_failed_re_audit_after_closing_opens_the_case_again",),
    ),
    Removal(
        "F71",
        "opened again: the old verdict does not close it",
        GATE,
        "    if again is not None and again > verdict.signed_at:",
        "    if False:",
        (CLOSING + "test_a_case_opened_again_closes_only_on_a_look_and_a_verdict_from_after_that",),
        by=("Failed",),
    ),
    Removal(
        "F71",
        "after bad news a better word needs a new re-audit",
        EFFECTS,
        '        refuse_unless_met(effect.after_bad_news(case), "Look again first.")',
        "        pass",
        (WORDS + "test_after_a_bad_word_a_better_one_needs_a_new_re_audit[worse]",),
    ),
    Removal(
        "F71",
        "the weeks are counted from the change",
        EFFECTS,
        "    if starts_on < earliest:",
        "    if False:",
        (WORDS + "test_the_weeks_are_not_counted_from_before_the_change[by the measure]",),
    ),
    Removal(
        "F71",
        "a day named after work started moves nothing back",
        FACTS,
        "if one.change_on and not one.fixed_late]",
        "if one.change_on]",
        (WORDS + "test_the_weeks_are_not_counted_from_before_the_change[by an action]",),
    ),
    Removal(
        "F71",
        "week 12 is worked out, not believed",
        FACTS,
        "        week_of(one) >= LAST_WEEK\n",
        "        (one.week or 0) >= LAST_WEEK\n",
        (WORDS + "test_week_12_is_worked_out_from_the_change_whatever_week_was_booked",),
    ),
    # -- F72 what the points must show, F73 the looks, F47 a verdict that no longer stands
    Removal(
        "F72",
        "changed only where the points show it",
        EFFECT,
        "            shown,\n            url,",
        "            True,\n            url,",
        (WORDS + "test_changed_is_not_signed_where_the_points_do_not_show_it[no shift]",),
    ),
    Removal(
        "F72",
        "and no measure became worse",
        EFFECT,
        "            not worse,\n",
        "            True,\n",
        (WORDS + "test_changed_is_not_signed_while_another_measure_became_worse",),
    ),
    Removal(
        "F73",
        "the newest look counts, not the worst ever",
        FACTS,
        "    verdicts = {one.verdict for one in newest_looks(taken)}",
        "    verdicts = {one.verdict for one in taken}",
        (WORDS + "test_an_early_honest_look_does_not_bar_changed_for_good",),
    ),
    Removal(
        "F73",
        "of each measure",
        FACTS,
        "        found[one.kind, one.measure_id] = one",
        "        found[one.kind, None] = one",
        (WORDS + "test_a_worse_re_audit_of_one_measure_is_not_hidden_by_a_later_one_of_another",),
        by=("ValueError",),
    ),
    Removal(
        "F47",
        "a verdict that no longer stands says so",
        "governance/sections.py",
        "        if facts.must_sign_anew(case):\n            return SIGN_ANEW\n",
        "",
        (WORDS + "test_a_verdict_something_was_measured_after_asks_to_be_signed_anew",),
    ),
    # -- F83 one list
    Removal(
        "F83",
        "for me: only mine",
        "governance/views/due.py",
        "        items = items.filter(Q(owner=user) | work.seconds_for(user))",
        "        pass",
        (ONE_LIST,),
    ),
    Removal(
        "F83",
        "for the service and the provider: only what one may see",
        "governance/models/due.py",
        "            models.Q(case__in=Case.objects.visible_to(user))",
        "            models.Q(case__isnull=False)",
        (ONE_LIST, WORK + "test_a_stranger_from_another_provider_sees_nothing_of_ours"),
    ),
    Removal(
        "F83",
        "every dated promise of every app (the code)",
        "governance/due_view.py",
        '        due=end_of_day("t.due_on"),\n        since="c.logged_at",\n        half=end_of_day("(t.due_on - 7)"),',
        '        due=end_of_day("t.held_on"),\n        since="c.logged_at",\n        half=end_of_day("(t.due_on - 7)"),',
        (IN_VIEW,),
    ),
    *[
        Removal(
            "F83",
            f"every dated promise (the view): {kind}",
            "governance/due_view.py",
            f'        kind="{kind}",',
            "",
            (VIEW + f"test_a_promise_of_each_kind_is_in_the_view[{kind}]",),
            sql=due_without(kind),
        )
        for kind in ("control_review", "duty", "system_action", "practice_test", "follow_up", "effect_check")
    ],
    # -- F84 chasing
    Removal(
        "F84",
        "before it is due",
        CHASING,
        '        return "half_at <= %(at)s AND half_at > %(half_from)s AND due_at > %(at)s"',
        '        return "false"',
        (RULES + "test_the_owner_is_reminded_once_half_the_time_has_passed",),
    ),
    Removal(
        "F84",
        "then up the ladder",
        CHASING,
        "Rung.TEAM: 0, Rung.UP1: 1, Rung.UP2: 2, Rung.UP3: 3}",
        "Rung.TEAM: 0, Rung.UP1: 1, Rung.UP2: 1, Rung.UP3: 3}",
        (CLIMBS,),
    ),
    Removal(
        "F84",
        "a body outside is asked again, then its team manager",
        CHASING,
        "    for rung in Rung.values:\n",
        "    for rung in [one for one in Rung.values if one not in STORED]:\n",
        (OUTSIDE,),
    ),
    Removal(
        "F84",
        "a body outside has working days to answer",
        "incidents/actions/duties.py",
        "    duty.reply_due_at, duty.reply_again_due_at = ASK_FOR_REPLY.after(sent_at), ASK_AGAIN.after(sent_at)\n",
        "",
        (OUTSIDE,),
    ),
    Removal(
        "F84",
        "a duty climbs in hours",
        CHASING,
        "Rung.UP1: timedelta(hours=4), Rung.UP2: timedelta(hours=24)}",
        "Rung.UP1: timedelta(days=4), Rung.UP2: timedelta(days=24)}",
        (RULES + "test_a_duty_climbs_in_hours_and_never_rests_at_a_weekend",),
    ),
    Removal(
        "F84",
        "a missed run is made good",
        CHASING,
        "due_at <= %(at)s - interval '{int(steps[rung].total_seconds())} seconds')\"",
        "due_at <= %(at)s - interval '{int(steps[rung].total_seconds())} seconds' AND due_at > %(at)s - interval "
        "'{int(steps[rung].total_seconds()) + 3600} seconds')\"",
        (RULES + "test_a_missed_week_of_sweeps_is_made_good_by_one_and_the_early_reminder_lapses",),
    ),
    Removal(
        "F84",
        "never twice (database)",
        "governance/models/due.py",
        'fields=["item", "rung", "due_at", "recipient"], nulls_distinct=False, name="chase_never_twice"',
        "",
        (
            RULES + "test_one_promise_is_never_chased_twice_for_the_same_rung_date_and_person",
            RULES + "test_a_second_sweep_adds_nothing",
        ),
        sql="ALTER TABLE governance_chase DROP CONSTRAINT chase_never_twice",
    ),
    Removal(
        "F84",
        "each mail once",
        CHASING,
        '                chase.save(update_fields=["sent_at", "message_id"])\n',
        "",
        (MAIL + "test_each_mail_is_sent_once_and_known_by_an_id_that_never_changes",),
    ),
    Removal(
        "F84",
        "a refused mail is not lost",
        CHASING,
        "                    mailer.close()\n                    continue\n",
        "                    mailer.close()\n",
        (MAIL + "test_one_refused_address_holds_up_nobody_else_and_stays_unsent",),
    ),
    Removal(
        "F84",
        "a director's address that is none is refused",
        "accounts/actions/people.py",
        '        addresses.checked(fields["director_email"], "director_email")',
        "        pass",
        (
            "tests/governance/test_mail_stays_whole.py::test_an_address_that_is_none_is_refused_where_it_is_kept[a header]",
        ),
    ),
    Removal(
        "F84",
        "a bad address stops no later mail",
        CHASING,
        "except (smtplib.SMTPException, ValueError) as problem:",
        "except smtplib.SMTPException as problem:",
        ("tests/governance/test_mail_stays_whole.py::test_a_row_with_a_bad_address_stops_no_later_mail[a header]",),
        by=("BadHeaderError", "ValueError"),
    ),
    Removal(
        "F84",
        "what an earlier run left is sent by the next",
        CHASING,
        "Chase.objects.filter(sent_at=None, not_sent_at=None, pk__gt=last)",
        "Chase.objects.filter(sent_at=None, not_sent_at=None, pk__gt=last, made_at__gt=times.now() - timedelta(minutes=1))",
        (MAIL + "test_what_a_killed_run_left_unsent_is_sent_by_the_next",),
    ),
    # -- F87 the chase is evidence
    Removal(
        "F87",
        "in the case's chronology",
        "governance/chronology.py",
        "        for chase in facts.chases(case)\n",
        "        for chase in ()\n",
        (SHOWN,),
    ),
    Removal(
        "F87",
        "on its page, to whom and on which rung",
        "governance/views/chasing.py",
        "                for chase in chases[:MOST]\n",
        "                for chase in chases[:0]\n",
        (SHOWN,),
    ),
    Removal(
        "F87",
        "in the pack",
        "governance/packs/chronology.py",
        "    for row in chronology.rows(case, user):\n",
        '    for row in (one for one in chronology.rows(case, user) if one.title != "Chased"):\n',
        (MAIL + "test_each_chase_is_in_the_case_pack",),
    ),
    Removal(
        "F87",
        "kept as it was made (database)",
        "governance/migrations/0002_due_view.py",
        "CREATE TRIGGER kept BEFORE UPDATE OR DELETE ON governance_chase",
        "",
        (RULES + "test_the_database_keeps_a_chase_as_it_was_made",),
        sql="DROP TRIGGER kept ON governance_chase",
    ),
    # -- F83 what waits for whoever decides
    *(
        Removal("F83", rule, "governance/work.py", old, new, (NOT_PASSED + test,))
        for rule, old, new, test in (
            ("a test not passed is seen", "tests_not_passed(user) + ", "", "[learning]"),
            (
                "answered by one more learning action",
                "        .exclude(Exists(LearningAction.objects.filter(**of_plan, added_at__gt=",
                "        .exclude(Exists(LearningAction.objects.filter(**of_plan, added_at__lt=",
                "[learning]",
            ),
            (
                "answered by a decision",
                "        .exclude(Exists(Reauthorisation.objects.filter(**of_plan, signed_at__gt=",
                "        .exclude(Exists(Reauthorisation.objects.filter(**of_plan, signed_at__lt=",
                "[decision]",
            ),
            (
                "answered by another attempt",
                "filter(Q(signed_at=None) | Exists(standing))",
                "filter(Exists(standing))",
                "[attempt]",
            ),
            (
                "a withdrawn signature says nothing",
                "filter(Q(signed_at=None) | Exists(standing))",
                "filter()",
                "[withdrawn]",
            ),
        )
    ),
    Removal(
        "F83",
        "a withdrawn decision answers nothing",
        "governance/work.py",
        'signed_at__gt=OuterRef("signed"), **stands)',
        'signed_at__gt=OuterRef("signed"))',
        ("tests/governance/test_my_work.py::test_a_withdrawn_decision_answers_no_test",),
    ),
    Removal(
        "F83",
        "of a weekly series only its last week",
        "governance/work.py",
        '        .exclude(Q(kind=TestKind.WEEKLY_CHECK) & Q(week__lt=F("series_weeks")))\n',
        "",
        ("tests/governance/test_my_work.py::test_of_a_weekly_series_only_the_last_week_speaks",),
    ),
    Removal(
        "F83",
        "after the tasks came back it asks whether they may stay",
        "governance/work.py",
        "        if test.before_return:",
        "        if True:",
        ("tests/governance/test_my_work.py::test_a_live_test_not_passed_asks_whether_the_tasks_may_stay",),
    ),
    Removal(
        "F69",
        "no point below nought of a measure that never is",
        EFFECTS,
        "    if value < 0 <= min(measure.baseline, measure.target):",
        "    if False:",
        ("tests/governance/test_effectiveness.py::test_a_point_below_nought_is_refused_where_the_measure_is_never_so",),
    ),
]
