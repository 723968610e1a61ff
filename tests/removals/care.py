"""Removals in logging, immediate protection, outside duties, chronology and restrictive practice (incidents/)."""

from __future__ import annotations

from tests.removals.table import Removal, due_without

LOG = "tests/incidents/test_log_pages.py::"
LOGGED = "tests/incidents/test_logging_action.py::"
PROTECT = "tests/incidents/test_protection_pages.py::"
DUTY = "tests/incidents/test_duty_pages.py::"
TOLD = "tests/incidents/test_chronology_pages.py::"
RESTRICT = "tests/incidents/test_restriction_pages.py::"
FORMS = "tests/incidents/test_forms_refuse.py::"

NO_SUBJECT = LOG + "test_a_failure_with_no_individual_subject_and_no_abuse_can_be_logged_with_its_reasons"
CASE_1 = LOG + "test_the_manager_logs_case_1_and_its_times_gaps_and_clocks_are_shown"
EVERY_FIELD = PROTECT + "test_a_control_needs_every_field_and_no_control_is_a_decision_with_all_of_them_too"
PASSED_DATE = (
    PROTECT + "test_a_passed_review_date_never_lifts_a_control_and_a_fourth_continue_is_the_nominated_individuals"
)
TASK_BY_TASK = PROTECT + "test_a_restricted_task_is_in_force_in_the_same_request_task_by_task"
LIMITS = PROTECT + "test_a_control_that_limits_the_person_needs_a_restriction_record_or_is_refused"
LEVEL = PROTECT + "test_the_level_has_floors_and_a_lower_one_waits_for_a_second_person"
TIMESCALES = PROTECT + "test_reviews_follow_the_level_working_days_and_bank_holidays"
MERGED = TOLD + "test_the_chronology_merges_what_people_wrote_with_what_was_recorded_and_is_never_edited"
EACH_BODY = DUTY + "test_each_body_is_answered_for_itself_and_a_no_on_abuse_police_and_dbs_needs_a_second_person"
AMBER_RED = DUTY + "test_a_duty_turns_amber_then_red_and_being_late_needs_a_reason_proof_and_their_answer"
RECORDED = RESTRICT + "test_a_restriction_records_everything_ends_in_28_days_and_is_unauthorised_past_its_end"
BACKDATED = RESTRICT + "test_authority_written_down_afterwards_is_refused_and_the_days_before_stay_unauthorised"
FOUR = RESTRICT + "test_the_four_questions_are_asked_where_a_restriction_is_part_of_it_and_nowhere_else"

CASES = "incidents/actions/cases.py"
CLASSIFYING = "incidents/actions/classifying.py"
CONTROLS = "incidents/actions/controls.py"
RATING = "incidents/actions/rating.py"
DUTIES = "incidents/actions/duties.py"
ENTRIES = "incidents/actions/chronology.py"
RESTRICTIONS = "incidents/actions/restrictions.py"


REMOVALS = [
    # -- F04 the five types, ten abuse types, no individual subject
    Removal(
        "F04",
        "no person only with a reason (form)",
        "incidents/forms/log.py",
        'missing="Say why no single person is at risk",',
        "required=False,",
        (FORMS + "test_the_log_asks_why_no_single_person_is_at_risk",),
    ),
    Removal(
        "F04",
        "no person only with a reason (action)",
        CASES,
        "    if not people and not service_wide_reason.strip():",
        "    if False:",
        (LOGGED + "test_a_case_may_have_no_person_only_with_a_reason",),
    ),
    Removal(
        "F04",
        "A1: a case without any subject opens",
        CASES,
        "    if not people and not service_wide_reason.strip():",
        "    if not people:",
        (NO_SUBJECT,),
    ),
    Removal(
        "F04",
        "not abuse needs a reason (form)",
        "incidents/forms/log.py",
        'missing="Say why it is not abuse"',
        "required=False",
        (NO_SUBJECT,),
    ),
    Removal(
        "F04",
        "not abuse needs a reason (action)",
        CASES,
        "    if not abuse_types and not not_abuse_reason.strip():",
        "    if False:",
        (LOGGED + "test_classifying_needs_a_kind_of_failure_and_a_kind_of_abuse_or_why_it_is_none",),
    ),
    Removal(
        "F04",
        "a kind of failure is named (action)",
        CASES,
        "    if not failure_types:",
        "    if False:",
        (LOGGED + "test_classifying_needs_a_kind_of_failure_and_a_kind_of_abuse_or_why_it_is_none",),
    ),
    Removal(
        "F04",
        "one main kind (form)",
        "incidents/forms/log.py",
        "        if len(chosen) > 1 and not main:",
        "        if False:",
        (FORMS + "test_the_log_asks_for_the_main_kind_among_several",),
    ),
    Removal(
        "F04",
        "one main kind (action)",
        CLASSIFYING,
        "    if failures and main not in failures:",
        "    if False:",
        (LOGGED + "test_several_kinds_need_a_main_one_among_them",),
    ),
    Removal(
        "F04",
        "abuse and not abuse exclude each other (action)",
        CLASSIFYING,
        "    if abuses and not_abuse_reason.strip():",
        "    if False:",
        (LOGGED + "test_a_log_that_is_refused_gives_its_number_back",),
    ),
    Removal(
        "F04",
        "all ten kinds of abuse can be said",
        "incidents/models/case.py",
        '    SLAVERY = "slavery", "Modern slavery"\n',
        "",
        (NO_SUBJECT,),
    ),
    Removal(
        "F04",
        "all five kinds of failure can be said",
        "incidents/forms/log.py",
        '        "What kind of failure is it?",\n        choices=FailureType,',
        '        "What kind of failure is it?",\n        choices=FailureType.choices[:4],',
        (NO_SUBJECT,),
    ),
    Removal(
        "F04",
        "a sub-type is kept",
        CLASSIFYING,
        'sub_type=subs.get(failure, "")',
        'sub_type=""',
        (NO_SUBJECT,),
    ),
    Removal(
        "F04",
        "a sub-type is one of its kind (action)",
        CLASSIFYING,
        "        if code not in failures or sub not in dict(SUB_TYPES[FailureType(code)]):",
        "        if False:",
        (LOGGED + "test_a_sub_type_belongs_to_a_kind_of_failure_that_was_chosen",),
    ),
    # -- F07 five timestamps
    Removal(
        "F07",
        "the latency noticed to reported",
        "incidents/latency.py",
        "        gap = at - last if at is not None and last is not None else None",
        "        gap = None",
        (CASE_1,),
    ),
    Removal(
        "F07",
        "the fifth time: first sent outside",
        "incidents/latency.py",
        "    sent = _sent_outside(case)\n    moments = (",
        "    sent = None\n    moments = (",
        (DUTY + "test_a_duty_sent_in_time_keeps_no_lateness_and_stops_the_fifth_clock",),
    ),
    Removal(
        "F07",
        "a later step not before an earlier one (action)",
        CASES,
        "        if last is not None and moment < last[0]:",
        "        if False:",
        (LOGGED + "test_times_must_be_past_and_in_order",),
    ),
    Removal(
        "F07",
        "no time in the future (action)",
        CASES,
        "        if moment > now:",
        "        if False:",
        (LOGGED + "test_times_must_be_past_and_in_order",),
    ),
    Removal(
        "F07",
        "a later step not before an earlier one (form)",
        "incidents/forms/log.py",
        "            if last is not None and moment < last[0]:",
        "            if False:",
        (FORMS + "test_the_log_keeps_the_times_in_order",),
    ),
    Removal(
        "F07",
        "a late entry is flagged",
        "incidents/chronology.py",
        "            late=entry.entered_late,",
        "            late=False,",
        (CASE_1,),
    ),
    Removal(
        "F07",
        "a late entry says why",
        ENTRIES,
        "    if entry.entered_late and not late_reason.strip():",
        "    if False:",
        (CASE_1,),
    ),
    Removal(
        "F07",
        "entry time is kept apart from event time",
        ENTRIES,
        "        entered_at=now,",
        "        entered_at=event_at,",
        (CASE_1,),
    ),
    Removal(
        "F07",
        "the latencies are charted",
        "governance/packs/contents_care.py",
        '        picture(charts.gap_chart(title="Hours each step took", gaps=gaps)) if gaps else [],\n',
        "",
        ("tests/packs/test_document.py::test_the_hours_of_each_step_are_charted_in_the_pack",),
    ),
    # -- F10 severity
    Removal(
        "F10",
        "automatic floors lift the level",
        "incidents/levels.py",
        "    lifted = [FLOORS[Floor(code)] for code in floors]",
        "    lifted: list[Level] = []",
        (LEVEL,),
    ),
    Removal(
        "F10",
        "a manager's own part is a floor by fact",
        CLASSIFYING,
        "    if Involvement.IMPLICATED in involvements and Floor.MANAGER not in found:",
        "    if False:",
        (LEVEL,),
    ),
    Removal(
        "F10",
        "a lower level waits",
        RATING,
        "    if not lower:\n        _set_level",
        "    if True:\n        _set_level",
        (LEVEL,),
    ),
    Removal("F10", "a lower level says why", RATING, "    if lower and not reason.strip():", "    if False:", (LEVEL,)),
    Removal(
        "F10",
        "the second person is another person",
        RATING,
        "    if rating.rated_by_id == by.pk:",
        "    if False:",
        (LEVEL,),
    ),
    Removal(
        "F10",
        "by the higher of harm and score",
        "incidents/levels.py",
        "max(_by_harm(harm), _by_score(potential * likelihood), *lifted, Level.L1)",
        "max(_by_score(potential * likelihood), *lifted, Level.L1)",
        (
            "tests/incidents/test_levels_and_clocks.py::test_the_level_is_the_higher_of_harm_and_score_and_a_floor_lifts_it",
        ),
    ),
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
        'missing="Say why"\n    )\n    next_review_at',
        "required=False\n    )\n    next_review_at",
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
        "        if control.in_force and control.review_due_at is not None and control.review_due_at < now",
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
        "    _restrict(control, wanted, by)\n    return control",
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
        CONTROLS,
        "    if restriction.ended_at is None:\n        restriction.ended_at, restriction.ended_by,"
        " restriction.ended_reason = times.now(), by, reason\n        restriction.save()",
        "    for one in TaskRestriction.objects.filter(control=restriction.control, ended_at=None):\n"
        "        one.ended_at, one.ended_by, one.ended_reason = times.now(), by, reason\n"
        "        one.save()",
        (TASK_BY_TASK,),
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
    # -- F15 a limit on the person
    Removal(
        "F15",
        "said, or of the kind, or in its words (action)",
        CONTROLS,
        '    if restriction is None:\n        raise Refused(\n            "F15"',
        '    if restriction is None:\n        return\n        raise Refused(\n            "F15"',
        (LIMITS,),
    ),
    Removal(
        "F15",
        "the words that confine are found",
        CONTROLS,
        "    found = [] if kind in _ABOUT_THINGS else words_that_confine(what, about_worker=worker is not None)",
        "    found: list[str] = []",
        (LIMITS,),
    ),
    Removal(
        "F15",
        "the record has authority in force",
        CONTROLS,
        "    if restriction.authority == Authority.NONE or restriction.ended_at or not restriction.is_authorised(at):",
        "    if False:",
        (LIMITS,),
    ),
    Removal(
        "F15",
        "a review slips no limit in",
        CONTROLS,
        "        at = restriction or control.restriction\n        _check_freedom(",
        "        at = restriction or control.restriction\n        (lambda *_, **__: None)(",
        (LIMITS,),
    ),
    Removal(
        "F15",
        "asked in the form too",
        "incidents/forms/protection.py",
        "        self._look_for_confining_words(given)\n",
        "",
        (FORMS + "test_a_control_that_limits_the_person_asks_for_its_record",),
    ),
    # -- F16 chronology
    Removal(
        "F16",
        "what people wrote is in it",
        "incidents/chronology.py",
        "@register\ndef written_entries",
        "def written_entries",
        (MERGED,),
    ),
    Removal(
        "F16",
        "decisions and reviews are in it",
        "incidents/chronology.py",
        "@register\ndef controls",
        "def controls",
        (MERGED,),
    ),
    Removal(
        "F16",
        "notices are in it",
        "incidents/chronology.py",
        "@register\ndef duties",
        "def duties",
        (MERGED,),
    ),
    Removal(
        "F16",
        "in the order of the events",
        "incidents/chronology.py",
        "    return sorted(found, key=lambda row: (row.event_at, row.entered_at))",
        "    return found",
        (MERGED,),
    ),
    Removal(
        "F16",
        "an entry names its source (action)",
        ENTRIES,
        "    if not source.strip():",
        "    if False:",
        (TOLD + "test_an_entry_says_whose_words_and_from_where",),
    ),
    Removal(
        "F16",
        "an opinion or quote says whose (action)",
        ENTRIES,
        "    if entry_kind != EntryKind.FACT and not said_by.strip():",
        "    if False:",
        (TOLD + "test_an_entry_says_whose_words_and_from_where",),
    ),
    Removal(
        "F16",
        "fact, opinion and quote are kept apart on the page",
        "incidents/chronology.py",
        'title=f"{KIND_NAMES[EntryKind(entry.kind)]}: {entry.said_by}" if entry.said_by else "What happened",',
        'title="What happened",',
        (MERGED,),
    ),
    Removal(
        "F16",
        "an addendum leaves the entry as it was",
        ENTRIES,
        "    addendum = ChronologyAddendum(",
        "    entry.text = text\n    entry.save()\n    addendum = ChronologyAddendum(",
        (MERGED,),
    ),
    Removal(
        "F16",
        "an addendum says why (action)",
        ENTRIES,
        "    if not reason.strip():",
        "    if False:",
        (TOLD + "test_an_addendum_says_why_it_is_added",),
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
    # -- F19 each body its decision
    Removal(
        "F19",
        "no says why (action)",
        DUTIES,
        "    if decision != DutyAnswer.YES and not reason.strip():",
        "    if False:",
        (EACH_BODY,),
    ),
    Removal(
        "F19",
        "no says why (form)",
        "incidents/forms/duties.py",
        'missing="Say why not"',
        "required=False",
        (FORMS + "test_a_no_to_a_body_asks_why",),
    ),
    Removal(
        "F19",
        "no on abuse, police and DBS waits for a second person",
        DUTIES,
        "    if decision == DutyAnswer.NO and line.needs_second_for_no:",
        "    if False:",
        (EACH_BODY,),
    ),
    Removal(
        "F19",
        "the police among them",
        "incidents/duties.py",
        'until the police agree.",\n        needs_second_for_no=True,',
        'until the police agree.",',
        (EACH_BODY,),
    ),
    Removal(
        "F19",
        "the second person is another person",
        DUTIES,
        "    if duty.proposed_no_by_id == by.pk:",
        "    if False:",
        (EACH_BODY,),
    ),
    Removal(
        "F19",
        "one body's answer never closes another's",
        DUTIES,
        '    duty.save()\n    return duty\n\n\n@action("duty.no_seconded")',
        "    duty.save()\n"
        "    for other in Duty.objects.filter(case=case, answer=DutyAnswer.UNDECIDED):\n"
        "        other.answer = decision\n"
        "        other.save()\n"
        '    return duty\n\n\n@action("duty.no_seconded")',
        (EACH_BODY,),
    ),
    # -- F20 the clock of a duty
    Removal(
        "F20",
        "late says why (action)",
        DUTIES,
        "    if is_late(duty, sent_at) and not lateness_reason.strip():",
        "    if False:",
        (AMBER_RED,),
    ),
    Removal(
        "F20",
        "late says why (form)",
        "incidents/forms/duties.py",
        '        if sent_at and due and sent_at > due and not given.get("lateness_reason"):',
        "        if False:",
        (FORMS + "test_a_late_notice_asks_why",),
    ),
    Removal(
        "F20",
        "proof: how it was sent and to whom (action)",
        DUTIES,
        "    if not route.strip():",
        "    if False:",
        (DUTY + "test_what_is_sent_says_how_and_after_an_answer",),
    ),
    Removal(
        "F20",
        "answered before sent (action)",
        DUTIES,
        "    if duty.answer != DutyAnswer.YES:",
        "    if False:",
        (AMBER_RED,),
    ),
    Removal(
        "F20",
        "what was sent stays sent",
        DUTIES,
        '    if duty.sent_at is not None:\n        raise Refused("F19"',
        '    if False:\n        raise Refused("F19"',
        (AMBER_RED,),
    ),
    Removal(
        "F20",
        "no acknowledgement before it was sent",
        DUTIES,
        "    if acknowledged_at + timedelta(minutes=1) <= duty.sent_at:",
        "    if False:",
        (AMBER_RED,),
    ),
    # -- F59 the restriction register
    Removal(
        "F59",
        "every part of the record (action)",
        RESTRICTIONS,
        "    missing = [Missing(sentence) for name, sentence in REQUIRED.items() if not told[name].strip()]",
        "    missing: list[Missing] = []",
        (RECORDED,),
    ),
    Removal(
        "F59",
        "the reduction step (form)",
        "incidents/forms/restrictions.py",
        'missing="Say what the next step is", rows=2',
        "required=False, rows=2",
        (FORMS + "test_a_restriction_asks_for_every_part",),
    ),
    Removal(
        "F59",
        "it ends within 28 days",
        RESTRICTIONS,
        "    if ends_at > starts_at + timedelta(days=FIRST_DAYS):",
        "    if False:",
        (RECORDED,),
    ),
    Removal(
        "F59",
        "it has an end",
        RESTRICTIONS,
        "    if ends_at is None:\n        raise",
        "    if ends_at is None:\n        return\n        raise",
        (RECORDED,),
    ),
    Removal(
        "F59",
        "who gave the authority",
        RESTRICTIONS,
        "    if not detail.strip():",
        "    if False:",
        (RECORDED,),
    ),
    Removal(
        "F59",
        "past its end it is unauthorised",
        "incidents/models/restriction.py",
        "self.ends_at is not None and moment < self.ends_at",
        "self.ends_at is not None",
        (RECORDED,),
    ),
    Removal(
        "F59",
        "its end says how",
        RESTRICTIONS,
        "    if not ended_how.strip():",
        "    if False:",
        (RESTRICT + "test_the_end_of_a_restriction_says_how",),
    ),
    # -- F60 the four tests
    Removal(
        "F60",
        "each answer has its evidence (action)",
        RESTRICTIONS,
        "        if not evidence.strip():",
        "        if False:",
        (FOUR,),
    ),
    Removal(
        "F60",
        "each question is answered (form)",
        "incidents/forms/restrictions.py",
        'escalated_met = YesNoField("Was it escalated when its use rose?", missing="Answer yes or no")',
        'escalated_met = YesNoField("Was it escalated when its use rose?", required=False)',
        (FORMS + "test_each_of_the_four_questions_is_asked",),
    ),
    Removal(
        "F60",
        "asked where a restriction is part of it (gate)",
        "incidents/gates.py",
        '            tests,\n            reverse("case-restriction-tests"',
        '            True,\n            reverse("case-restriction-tests"',
        (FOUR,),
    ),
    # -- F65 backdated authority
    Removal(
        "F65",
        "own authority counts from the day it is recorded",
        RESTRICTIONS,
        "    backdated = basis in OWN_AUTHORITY and given_on < today",
        "    backdated = False",
        (BACKDATED,),
    ),
    Removal(
        "F65",
        "authority does not reach back",
        RESTRICTIONS,
        "    before = times.to_london(starts_at).date() < given_on",
        "    before = False",
        (BACKDATED,),
    ),
    Removal(
        "F65",
        "days without authority stay unauthorised",
        "incidents/models/restriction.py",
        "        return self.authority != Authority.NONE and",
        "        return",
        (BACKDATED,),
    ),
]
