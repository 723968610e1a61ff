"""Removals in logging a failure, its level and its chronology (incidents/)."""

from __future__ import annotations

from tests.removals.table import Removal

LOG = "tests/incidents/test_log_pages.py::"
LOGGED = "tests/incidents/test_logging_action.py::"
PROTECT = "tests/incidents/test_protection_pages.py::"
DUTY = "tests/incidents/test_duty_pages.py::"
TOLD = "tests/incidents/test_chronology_pages.py::"
FORMS = "tests/incidents/test_forms_refuse.py::"

NO_SUBJECT = LOG + "test_a_failure_with_no_individual_subject_and_no_abuse_can_be_logged_with_its_reasons"
CASE_1 = LOG + "test_the_manager_logs_case_1_and_its_times_gaps_and_clocks_are_shown"
LEVEL = PROTECT + "test_the_level_has_floors_and_a_lower_one_waits_for_a_second_person"
MERGED = TOLD + "test_the_chronology_merges_what_people_wrote_with_what_was_recorded_and_is_never_edited"

ASSUMED = (
    "tests/incidents/test_lateness_found_later.py::"
    "test_a_time_nobody_gave_is_shown_as_assumed_asked_for_and_keeps_the_case_open"
)

CASES = "incidents/actions/cases.py"
CLASSIFYING = "incidents/actions/classifying.py"
RATING = "incidents/actions/rating.py"
ENTRIES = "incidents/actions/chronology.py"
LIFTS_ALONE = "tests/incidents/test_log_pages.py::test_what_lifts_the_level_is_not_dropped_when_it_is_ticked_alone"
RISING = "tests/incidents/test_rising_level.py::"
NAMED = "tests/incidents/test_who_can_be_named.py::"


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
        "told outside before the registered person knew is no gap",
        "incidents/latency.py",
        "        if gap is not None and gap < timedelta(0):",
        "        if False:",
        (
            "tests/incidents/test_five_times.py::"
            "test_outside_told_before_the_registered_person_knew_is_said_so_on_the_page_the_chart_and_in_the_pack",
        ),
    ),
    Removal(
        "F07",
        "a time nobody gave is shown as assumed",
        "incidents/latency.py",
        '        if code == "aware" and at is None:',
        "        if False:",
        (ASSUMED,),
    ),
    Removal(
        "F07",
        "a time nobody gave keeps the case from closing",
        "governance/gates/closing.py",
        "    if case.registered_person_aware_at is None:",
        "    if False:",
        (ASSUMED,),
    ),
    Removal(
        "F07",
        "the time the registered person knew is not taken away again (action)",
        CASES,
        "    if registered_person_aware_at is None and case.registered_person_aware_at is not None:",
        "    if False:",
        (
            "tests/incidents/test_lateness_found_later.py::"
            "test_the_time_the_registered_person_knew_is_never_taken_away_again",
        ),
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
        '        picture(charts.gap_chart(title="Hours each step took", gaps=gaps, notes=told_first)) if gaps else [],\n',
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
    Removal(
        "F10",
        "what lifts the level is not dropped (form)",
        "incidents/forms/log.py",
        "        if (answered or lifts) and len(answered) < len(names):",
        "        if answered and len(answered) < len(names):",
        (LIFTS_ALONE + "[sexual_allegation]", LIFTS_ALONE + "[serious_crime]"),
    ),
    Removal(
        "F10",
        "a rating is whole or left for later (action)",
        "incidents/actions/cases.py",
        "    _check_rated_whole((harm, potential, likelihood), floors)\n",
        "",
        (LIFTS_ALONE + "[sexual_allegation]",),
    ),
    Removal(
        "F10",
        "a manager named after the rating lifts the level",
        "incidents/actions/people.py",
        "        rating.raise_for_manager(case, by)\n",
        "        pass\n",
        (RISING + "test_naming_a_manager_after_the_rating_lifts_the_level_in_the_same_moment",),
    ),
    Removal(
        "F24",
        "whoever left can be named",
        "incidents/forms/log.py",
        "    return Staff.objects.filter(services=service).present_first()",
        "    return Staff.objects.filter(services=service).present().order_by('name')",
        (NAMED + "test_resigning_is_no_way_out_of_being_looked_at[left]",),
    ),
    Removal(
        "F14",
        "whoever is on notice is present",
        "accounts/models/people.py",
        "self.filter(models.Q(left_on=None) | models.Q(left_on__gte=times.today()))",
        "self.filter(models.Q(left_on=None))",
        (NAMED + "test_a_worker_on_notice_is_present_wherever_one_is_chosen_until_the_last_day_is_over",),
    ),
    Removal(
        "F09",
        "naming a person again writes nothing over them",
        "incidents/actions/people.py",
        "    if link is not None:\n        raise Refused(",
        "    if link is not None:\n        link.blocked_contacts = blocked_contacts\n        link.save()\n        return link\n"
        "        raise Refused(",
        (NAMED + "test_naming_a_person_again_leads_to_their_record_and_wipes_nothing",),
    ),
    Removal(
        "F09",
        "an empty box wipes nothing (form)",
        "incidents/forms/people.py",
        '            if getattr(self.link, name).strip() and not (given.get(name) or "").strip():',
        "            if False:",
        (FORMS + "test_what_is_known_of_a_person_is_not_wiped_by_an_empty_box",),
    ),
    Removal(
        "F09",
        "an empty box wipes nothing (action)",
        "incidents/actions/people.py",
        "        if getattr(link, name).strip() and not text.strip():",
        "        if False:",
        (NAMED + "test_an_empty_box_never_wipes_what_is_known_of_a_person[blocked_contacts]",),
    ),
]
