from incidents.actions.access import end_access, give_access, take_over, take_over_from_outside
from incidents.actions.cases import (
    assign_owner,
    classify,
    confirm_everyone_safe,
    correct_times,
    log_incident,
    say_someone_may_be_unsafe,
    set_closed,
    set_reopened,
)
from incidents.actions.chronology import add_addendum, add_chronology_entry
from incidents.actions.controls import (
    proposed_first_review,
    record_chronology_review,
    record_control,
    review_control,
)
from incidents.actions.duties import (
    answer_duty,
    explain_lateness,
    record_acknowledgement,
    record_sent,
    second_no,
)
from incidents.actions.duty_questions import ask_about, raise_duty
from incidents.actions.emergency import open_in_emergency
from incidents.actions.evidence import add_file, add_files, record_scan
from incidents.actions.exceptions import allow_exception, end_exception
from incidents.actions.leaving import end_grants_without_a_role
from incidents.actions.people import add_person, add_staff, describe_person, end_staff
from incidents.actions.rating import confirm_rating, rate_case
from incidents.actions.restrictions import answer_restriction_tests, end_restriction, record_restriction
from incidents.actions.sealing import seal_case, unseal_case
from incidents.actions.tasks_away import end_task_restriction, restrict_tasks

__all__ = [
    "add_addendum",
    "add_chronology_entry",
    "add_file",
    "add_files",
    "add_person",
    "add_staff",
    "allow_exception",
    "answer_duty",
    "answer_restriction_tests",
    "ask_about",
    "assign_owner",
    "classify",
    "confirm_everyone_safe",
    "confirm_rating",
    "correct_times",
    "describe_person",
    "end_access",
    "end_exception",
    "end_grants_without_a_role",
    "end_restriction",
    "end_staff",
    "end_task_restriction",
    "explain_lateness",
    "give_access",
    "log_incident",
    "open_in_emergency",
    "proposed_first_review",
    "raise_duty",
    "rate_case",
    "record_acknowledgement",
    "record_chronology_review",
    "record_control",
    "record_restriction",
    "record_scan",
    "record_sent",
    "restrict_tasks",
    "review_control",
    "say_someone_may_be_unsafe",
    "seal_case",
    "second_no",
    "set_closed",
    "set_reopened",
    "take_over",
    "take_over_from_outside",
    "unseal_case",
]
