"""Removals in what counts as unsafe first, and in finding the same words again (remediation/gates/passing.py)."""

from __future__ import annotations

from tests.removals.table import Removal

UNSAFE = "tests/remediation/test_unsafe_and_copied.py::"
STOPPED = UNSAFE + "test_an_observation_stopped_early_because_it_was_unsafe_is_not_passed_and_counts"
GATE = "remediation/gates/passing.py"
COPIES = "remediation/facts_copies.py"

REMOVALS = [
    Removal(
        "F41",
        "what was unsafe is not passed before it is not valid",
        GATE,
        "    invalid = [] if unsafe else _invalid(facts)",
        "    invalid = _invalid(facts)",
        (STOPPED,),
    ),
    Removal(
        "F41",
        "a star at nought after five minutes counts",
        GATE,
        "    unsafe = stop or bool(facts.unsafe_answer.strip())",
        "    unsafe = bool(facts.unsafe_answer.strip())",
        (STOPPED,),
    ),
    Removal(
        "F41",
        "an unsafe answer after five minutes counts",
        GATE,
        "    unsafe = stop or bool(facts.unsafe_answer.strip())",
        "    unsafe = stop",
        (STOPPED,),
    ),
    Removal(
        "F41",
        "a supervision session is watched without direct contact",
        "remediation/library_data.py",
        '"min_minutes": 15, "direct_contact": False}',
        '"min_minutes": 15}',
        (UNSAFE + "test_an_observed_supervision_session_can_be_passed_with_nobody_supported_in_it",),
    ),
    Removal(
        "F41",
        "one text for every criterion fails",
        GATE,
        "        elif words in first:",
        "        elif False:",
        (UNSAFE + "test_one_text_for_every_criterion_of_a_form_is_not_passed_and_is_said_where_it_is_typed",),
    ),
    Removal(
        "F41",
        "another assessor's form is compared",
        COPIES,
        "    near = Q(attempt__assessor=attempt.assessor_id) | Q(case=attempt.case_id)",
        "    near = Q(attempt__assessor=attempt.assessor_id)",
        (UNSAFE + "test_another_assessors_form_in_the_case_is_no_source_to_copy_from",),
    ),
    Removal(
        "F41",
        "a case of others is not compared",
        COPIES,
        "    near = Q(attempt__assessor=attempt.assessor_id) | Q(case=attempt.case_id)",
        "    near = Q(pk__isnull=False)",
        (UNSAFE + "test_words_in_a_case_of_others_neither_fail_a_form_nor_show_that_the_case_is_there",),
    ),
    Removal(
        "F46",
        "the same comment again is shown",
        COPIES,
        "            if before:",
        "            if False:",
        (UNSAFE + "test_the_same_comment_four_weeks_running_is_shown_to_the_manager_and_in_the_pack",),
    ),
]
