"""Removals in immediate protection: controls, their reviews, restricted tasks (incidents/)."""

from __future__ import annotations

from tests.removals.table import Removal, due_without

PROTECT = "tests/incidents/test_protection_pages.py::"
FORMS = "tests/incidents/test_forms_refuse.py::"

EVERY_FIELD = PROTECT + "test_a_control_needs_every_field_and_no_control_is_a_decision_with_all_of_them_too"
PASSED_DATE = (
    PROTECT + "test_a_passed_review_date_never_lifts_a_control_and_a_fourth_continue_is_the_nominated_individuals"
)
TASK_BY_TASK = PROTECT + "test_a_restricted_task_is_in_force_in_the_same_request_task_by_task"
LIMITS = PROTECT + "test_a_control_that_limits_the_person_needs_a_restriction_record_or_is_refused"
IN_DOUBT = PROTECT + "test_words_that_may_limit_the_person_need_the_record_or_the_reason_why_they_do_not"
RESTRICT = "tests/incidents/test_restriction_pages.py::"
GIVEN_BACK = (
    "tests/remediation/test_reauthorisation_gate.py::test_at_l1_one_person_decides_and_it_holds_at_once_for_that_task"
)
TIMESCALES = PROTECT + "test_reviews_follow_the_level_working_days_and_bank_holidays"

TAKES = "tests/incidents/test_what_a_control_takes.py::"
REGISTER_SHOWS = TAKES + "test_the_register_shows_what_a_control_takes_without_a_single_tick"
AS_MUCH = TAKES + "test_with_a_plan_only_what_restricts_as_much_takes_the_place_of_a_control"
REVIEW_LIMITS = TAKES + "test_a_review_that_comes_to_limit_the_person_names_its_restriction_and_can"
WAITS_FOR_SAFE = "tests/incidents/test_whether_safe.py::test_that_no_control_is_needed_waits_until_everyone_is_safe"

RISING = "tests/incidents/test_rising_level.py::"

CONTROLS = "incidents/actions/controls.py"
FREEDOM = "incidents/actions/freedom.py"
RATING = "incidents/actions/rating.py"
TASKS_AWAY = "incidents/actions/tasks_away.py"


REMOVALS = [
    # -- F11 the control decision
    Removal(
        "F11",
        "every field (action)",
        CONTROLS,
        "    missing = [sentence for name, sentence in REQUIRED.items() if not told[name].strip()]",
        "    missing: list[str] = []",
        (EVERY_FIELD,),
    ),
    Removal(
        "F11",
        "the person's views, or why not (action)",
        CONTROLS,
        "    if not persons_views.strip() and not views_not_obtained.strip():",
        "    if False:",
        (EVERY_FIELD,),
    ),
    Removal(
        "F11",
        "the options considered (form)",
        "incidents/forms/protection.py",
        'missing="Say which options were considered",',
        "required=False,",
        (FORMS + "test_each_page_of_a_control_asks_for_every_field",),
    ),
    Removal(
        "F11",
        "the person's views, or why not (form)",
        "incidents/forms/protection.py",
        '        if not given.get("persons_views") and not given.get("views_not_obtained"):',
        "        if False:",
        (FORMS + "test_each_page_of_a_control_asks_for_every_field",),
    ),
    Removal(
        "F11",
        "none needed is a decision with its reasons",
        CONTROLS,
        "    _check_complete(told, persons_views, views_not_obtained)",
        "    if kind != ControlKind.NONE_NEEDED:\n        _check_complete(told, persons_views, views_not_obtained)",
        (PROTECT + "test_no_control_needed_says_why_like_any_other_decision",),
    ),
    Removal(
        "F11",
        "none needed waits until everyone is safe (action)",
        CONTROLS,
        "    if kind == ControlKind.NONE_NEEDED:\n        refuse_unless_met(",
        "    if False:\n        refuse_unless_met(",
        (WAITS_FOR_SAFE + "[no]", WAITS_FOR_SAFE + "[unknown]"),
    ),
    Removal(
        "F11",
        "none needed waits until everyone is safe (form)",
        "incidents/forms/protection.py",
        "        if kind == ControlKind.NONE_NEEDED and (unsafe := unmet(gates.everyone_safe(self.case))):",
        "        if unsafe := []:",
        (WAITS_FOR_SAFE + "[no]", WAITS_FOR_SAFE + "[unknown]"),
    ),
    Removal(
        "F11",
        "the review date is proposed and kept",
        CONTROLS,
        "    if kind != ControlKind.NONE_NEEDED:\n        control.review_due_at = _next_review",
        "    if False:\n        control.review_due_at = _next_review",
        (PROTECT + "test_the_first_review_is_proposed_from_the_level_and_may_not_be_later",),
    ),
    # -- F13 a passed review date
    Removal(
        "F13",
        "it stays in force",
        "incidents/models/protection.py",
        "        return self.ended_at is None and self.kind != ControlKind.NONE_NEEDED",
        "        from records import times\n\n"
        "        passed = self.review_due_at is not None and self.review_due_at < times.now()\n"
        "        return self.ended_at is None and self.kind != ControlKind.NONE_NEEDED and not passed",
        (PASSED_DATE,),
    ),
    Removal(
        "F13",
        "each outcome has its reason (action)",
        CONTROLS,
        '    if not reason.strip():\n        raise Refused("F13", "Say why."',
        '    if False:\n        raise Refused("F13", "Say why."',
        (PROTECT + "test_a_review_says_why_and_what_changes",),
    ),
    Removal(
        "F13",
        "a change says what changes (action)",
        CONTROLS,
        "    if decision in (ReviewOutcome.AMEND, ReviewOutcome.STEP_DOWN) and not changed_to.strip():",
        "    if False:",
        (PROTECT + "test_a_review_says_why_and_what_changes",),
    ),
    Removal(
        "F13",
        "each outcome has its reason (form)",
        "incidents/forms/protection.py",
        'missing="Say why"\n    )\n    limits_person',
        "required=False\n    )\n    limits_person",
        (FORMS + "test_a_review_asks_why_and_what_changes",),
    ),
    Removal(
        "F13",
        "the fourth continue is the nominated individual's",
        CONTROLS,
        "    if gates.needs_nominated_individual(control) and not permissions.is_nominated_individual(by, service):",
        "    if False:",
        (PASSED_DATE,),
    ),
    Removal(
        "F13",
        "replaced only when the new one stands",
        CONTROLS,
        "    if decision == ReviewOutcome.REPLACE and replacement is None:",
        "    if False:",
        (PASSED_DATE,),
    ),
    Removal(
        "F13",
        "it turns red",
        "incidents/gates.py",
        "        if case.is_open and control.in_force and control.review_due_at is not None and control.review_due_at < now",
        "        if False",
        (PASSED_DATE,),
    ),
    Removal(
        "F13",
        "it chases",
        "governance/due_view.py",
        '        kind="control_review",',
        "",
        (
            "tests/governance/test_chasing_rules.py::"
            "test_an_overdue_plan_item_climbs_from_owner_to_manager_to_nominated_individual_to_director",
        ),
        sql=due_without("control_review"),
    ),
    # -- F14 duty restriction
    Removal(
        "F14",
        "tasks are restricted with the control",
        CONTROLS,
        "    tasks_away.restrict(control, wanted, by)\n    return control",
        "    return control",
        (TASK_BY_TASK,),
    ),
    Removal(
        "F14",
        "the register shows it in the same request",
        "remediation/register.py",
        "    restricted = TaskRestriction.objects.filter(worker__in=wanted, ended_at=None)",
        "    restricted = TaskRestriction.objects.none()",
        (TASK_BY_TASK,),
    ),
    Removal(
        "F14",
        "task by task: one given back leaves the others",
        TASKS_AWAY,
        "    if restriction.ended_at is None:\n        restriction.ended_at, restriction.ended_by,"
        " restriction.ended_reason = times.now(), by, reason\n        restriction.save()",
        "    for one in TaskRestriction.objects.filter(control=restriction.control, ended_at=None):\n"
        "        one.ended_at, one.ended_by, one.ended_reason = times.now(), by, reason\n"
        "        one.save()",
        (GIVEN_BACK,),
    ),
    Removal(
        "F14",
        "a task needs its worker (action)",
        CONTROLS,
        "    if worker is None and (kind in ON_A_WORKER or tasks):",
        "    if False:",
        (TASK_BY_TASK,),
        by=("IntegrityError",),
    ),
    Removal(
        "F14",
        "task removed needs its tasks (action)",
        CONTROLS,
        "    if kind == ControlKind.TASK_REMOVED and not tasks:",
        "    if False:",
        (TASK_BY_TASK,),
    ),
    Removal(
        "F14",
        "a task needs its worker (form)",
        "incidents/forms/protection.py",
        "        if worker is None and (kind in ON_A_WORKER or tasks):",
        "        if False:",
        (FORMS + "test_a_control_on_a_worker_asks_which_worker_and_which_tasks",),
    ),
    Removal(
        "F14",
        "task removed needs its tasks (form)",
        "incidents/forms/protection.py",
        "        if kind == ControlKind.TASK_REMOVED and not tasks:",
        "        if False:",
        (FORMS + "test_a_control_on_a_worker_asks_which_worker_and_which_tasks",),
    ),
    Removal(
        "F14",
        "a control takes the tasks of its kind, ticked or not",
        CONTROLS,
        "    wanted = control_tasks.tasks_of(kind, tasks)\n",
        "    wanted = [Task(task) for task in dict.fromkeys(tasks)]\n",
        (REGISTER_SHOWS + "[suspension-ticked0-taken0]", REGISTER_SHOWS + "[no_lone_work-ticked2-taken2]"),
    ),
    Removal(
        "F14",
        "what takes its place restricts as much",
        TASKS_AWAY,
        "        return held <= kept\n",
        "        return True\n",
        (AS_MUCH + "[first0-then0-False]", AS_MUCH + "[first3-then3-False]"),
    ),
    Removal(
        "F14",
        "nothing restricted is not as much as anything",
        TASKS_AWAY,
        "    return bool(kept) or replacement.kind == control.kind",
        "    return True",
        (AS_MUCH + "[first6-then6-False]",),
    ),
    Removal(
        "F14",
        "it restricts the same worker",
        TASKS_AWAY,
        "    if replacement.worker_id != control.worker_id:",
        "    if False:",
        (AS_MUCH + "[first9-then9-False]",),
    ),
    Removal(
        "F14",
        "what its kind takes counts, written down or not",
        TASKS_AWAY,
        " if task not in written\n",
        " if False\n",
        (TAKES + "test_a_control_from_before_its_kind_restricted_tasks_is_no_way_out_of_the_plan",),
    ),
    # -- F15 a limit on the person
    Removal(
        "F15",
        "said, or of the kind, or in its words (action)",
        FREEDOM,
        '        if restriction is None:\n            said = f" It says',
        '        if restriction is None:\n            return\n            said = f" It says',
        (LIMITS,),
    ),
    Removal(
        "F15",
        "the words that confine are found",
        FREEDOM,
        "    found = words_of(case, kind, what, worker)",
        "    found = Confining()",
        (LIMITS,),
    ),
    Removal(
        "F15",
        "the record has authority in force",
        FREEDOM,
        "    if restriction.authority == Authority.NONE or restriction.ended_at or not restriction.is_authorised(at):",
        "    if False:",
        (LIMITS,),
    ),
    Removal(
        "F15",
        "a record that has not begun gives no authority",
        "incidents/models/restriction.py",
        "self.starts_at <= moment < self.ends_at",
        "moment < self.ends_at",
        (RESTRICT + "test_a_control_cannot_stand_on_a_restriction_that_has_not_begun",),
    ),
    Removal(
        "F15",
        "words in doubt need a reason (action)",
        FREEDOM,
        "    elif not found.doubtful or why_no_limit.strip():",
        "    elif True:",
        (IN_DOUBT,),
    ),
    Removal(
        "F15",
        "words in doubt need a reason (form)",
        "incidents/forms/protection.py",
        "    elif found.doubtful and not why_no_limit.strip():",
        "    elif False:",
        (FORMS + "test_a_control_whose_words_are_in_doubt_asks_why_it_is_no_limit",),
    ),
    Removal(
        "F15",
        "no reason makes a limit in plain words harmless",
        FREEDOM,
        "    if limits_person or kind == ControlKind.LIMITS_PERSON or found.bans:",
        "    if limits_person or kind == ControlKind.LIMITS_PERSON or (found.bans and not why_no_limit):",
        (IN_DOUBT,),
    ),
    Removal(
        "F15",
        "what a worker may not do is known by the worker's name",
        FREEDOM,
        "        workers=names | ({worker.name} if worker else set()),",
        "        workers=(),",
        (PROTECT + "test_what_workers_of_the_service_may_not_do_limits_nobody",),
    ),
    Removal(
        "F15",
        "a review slips no limit in",
        CONTROLS,
        "        return said\n    check_freedom(\n        case,\n        kind,",
        "        return said\n    (lambda *_, **__: None)(\n        case,\n        kind,",
        (LIMITS, REVIEW_LIMITS + "[amend-amended_to]"),
    ),
    Removal(
        "F15",
        "a review asks whether it limits the person (form)",
        "incidents/forms/protection.py",
        '        if changes and limits is None and "limits_person" not in self.errors:',
        "        if False:",
        (REVIEW_LIMITS + "[amend-amended_to]", REVIEW_LIMITS + "[step_down-stepped_to]"),
    ),
    Removal(
        "F15",
        "what takes its place still has its authority",
        CONTROLS,
        "        if new is not None:\n            check_freedom(",
        "        if False:\n            check_freedom(",
        (TAKES + "test_a_control_whose_new_one_lost_its_authority_is_not_replaced_by_it",),
    ),
    Removal(
        "F15",
        "asked in the form too",
        "incidents/forms/protection.py",
        "        ask_for_the_restriction(\n            self,\n            self.case,",
        "        (lambda *_, **__: None)(\n            self,\n            self.case,",
        (FORMS + "test_a_control_that_limits_the_person_asks_for_its_record",),
    ),
    # -- F59 the restriction's record
    Removal(
        "F59",
        "28 days are days of the wall clock",
        "incidents/actions/restrictions.py",
        "    if ends_at > times.days_later(starts_at, FIRST_DAYS):",
        "    if (ends_at - starts_at).days >= FIRST_DAYS:",
        (RESTRICT + "test_28_days_are_counted_on_the_wall_clock_over_the_night_when_the_clocks_change",),
    ),
    Removal(
        "F59",
        "no DoLS in a person's own home (action)",
        "incidents/actions/restrictions.py",
        "    if elsewhere := no_such_authority(case, basis):",
        '    if elsewhere := "":',
        (RESTRICT + "test_dols_is_no_authority_in_a_persons_own_home",),
    ),
    Removal(
        "F59",
        "no DoLS in a person's own home (form)",
        "incidents/forms/restrictions.py",
        "        if elsewhere := no_such_authority(self.case, given):",
        '        if elsewhere := "":',
        (FORMS + "test_a_restriction_in_a_persons_own_home_does_not_stand_on_dols",),
    ),
    # -- F18 timescales
    Removal(
        "F18",
        "the review is not later than the level allows",
        CONTROLS,
        "    if wanted > limit and times.to_london(wanted).date() > times.to_london(limit).date():",
        "    if False:",
        (TIMESCALES,),
    ),
    Removal(
        "F18",
        "bank holidays are no working days",
        "records/times.py",
        "    return day.weekday() < 5 and day not in bank_holidays(day.year)",
        "    return day.weekday() < 5",
        (TIMESCALES,),
    ),
    Removal(
        "F18",
        "the CQC clock runs through the holidays",
        "incidents/duties.py",
        '        "Without delay: amber after 4 hours, red after 24 (default)",\n        hours(4),\n        hours(24),\n'
        '        hint="A council',
        '        "Without delay: amber after 4 hours, red after 24 (default)",\n        hours(4),\n        working_days(1),\n'
        '        hint="A council',
        (TIMESCALES,),
    ),
    Removal(
        "F18",
        "the clocks follow the level",
        RATING,
        "        clocks.move_chronology_review(case)",
        "        pass",
        (TIMESCALES,),
    ),
    Removal(
        "F18",
        "a rising level pulls in the reviews of its controls",
        RATING,
        "        clocks.pull_in_control_reviews(case)\n",
        "",
        (RISING + "test_when_the_level_rises_every_open_review_comes_forward_to_what_it_allows",),
    ),
    Removal(
        "F18",
        "it puts no review off",
        "incidents/actions/clocks.py",
        "        if control.review_due_at > limit:\n",
        "        if control.review_due_at != limit:\n",
        (
            RISING + "test_when_the_level_rises_every_open_review_comes_forward_to_what_it_allows",
            RISING + "test_a_review_that_is_overdue_when_the_level_rises_stays_overdue",
        ),
    ),
]
