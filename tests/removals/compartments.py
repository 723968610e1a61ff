"""Removals in what the implicated may know and in the care and HR compartments (incidents/, records/)."""

from __future__ import annotations

from tests.removals.table import Removal

RULES = "tests/access/test_separation_rules.py::"
COMPARTMENTS = "tests/access/test_compartments.py::"
REFUSED = "tests/access/test_actions_refuse.py::"

S10 = RULES + "test_s10_who_was_part_of_it_never_learns_who_reported_it"
SEE_OR_SIGN = RULES + "test_s1_s6_the_subject_and_the_implicated_manager_cannot_see_infer_or_sign"
APART = COMPARTMENTS + "test_hr_and_care_are_each_found_on_no_page_by_those_they_are_kept_from_and_by_the_others_are"
OWN = COMPARTMENTS + "test_each_of_two_workers_reads_what_is_theirs_once_they_were_told"
SAME_LIST = COMPARTMENTS + "test_history_and_pages_ask_the_same_list"
FORGOTTEN = COMPARTMENTS + "test_a_redacted_pack_keeps_back_every_declared_field_even_where_a_part_forgot_to_mark_it"


SEPARATION = "incidents/separation.py"
DECLARED = "records/compartments.py"


REMOVALS = [
    # -- F91 the subject and the conflicted manager
    Removal(
        "F91",
        "the subject and the implicated do not see the case",
        "incidents/models/case.py",
        ".exclude(\n            pk__in=subject\n        )",
        "",
        (SEE_OR_SIGN,),
    ),
    Removal(
        "F91",
        "a manager whose management is looked at is shut out too",
        "incidents/models/people.py",
        "SHUTS_OUT: ClassVar[tuple[str, ...]] = (Involvement.SUBJECT, Involvement.IMPLICATED)",
        "SHUTS_OUT: ClassVar[tuple[str, ...]] = (Involvement.SUBJECT,)",
        (SEE_OR_SIGN,),
    ),
    Removal(
        "F91",
        "the subject does not sign",
        SEPARATION,
        "not (person.is_worker or person.is_subject), ",
        "not person.is_worker, ",
        (SEE_OR_SIGN,),
    ),
    Removal(
        "F91",
        "the implicated manager does not sign",
        SEPARATION,
        '"Is not implicated in this case", not person.is_implicated, ',
        '"Is not implicated in this case", True, ',
        (SEE_OR_SIGN,),
    ),
    Removal(
        "F91",
        "nor see what is due in it",
        "governance/models/due.py",
        " & ~models.Q(case__in=shut))",
        ")",
        (REFUSED + "test_what_was_ones_own_in_a_case_is_not_in_ones_list_once_one_is_part_of_it",),
    ),
    Removal(
        "F91",
        "nobody takes themselves out of a case they decide in",
        "incidents/actions/people.py",
        "    if part in CaseStaff.SHUTS_OUT and staff.user_id == by.pk:",
        "    if False:",
        (REFUSED + "test_nobody_takes_themselves_out_of_a_case_they_decide_in",),
    ),
    Removal(
        "F91",
        "who is part of it does not own it",
        "incidents/actions/cases.py",
        "    if permissions.is_shut_out(owner, case):\n        raise _owner_is_shut_out()\n    if not permissions.holds(",
        "    if not permissions.holds(",
        (REFUSED + "test_who_is_part_of_a_case_is_not_made_its_owner",),
    ),
    Removal(
        "F91",
        "nobody who was part of it learns who reported it",
        SEPARATION,
        '"May know who reported it", not shut, ',
        '"May know who reported it", True, ',
        (S10,),
    ),
    Removal(
        "F91",
        "nor later, when their part has ended",
        SEPARATION,
        "    shut = person.was_part or person.is_subject",
        "    shut = person.is_subject",
        (S10,),
    ),
    Removal(
        "F91",
        "on the page of who it is about",
        "incidents/views/people.py",
        "    if not separation_facts.may_know_reporter(user, case):",
        "    if False:",
        (S10,),
    ),
    Removal(
        "F91",
        "in the history",
        "incidents/masking.py",
        "    if separation_facts.may_know_reporter(user, case):",
        "    if True:",
        (S10,),
    ),
    # -- F92 compartments
    Removal(
        "F92",
        "HR by a permit over the service",
        "incidents/masking.py",
        "    if permissions.holds(user, case, Permit.VIEW_HR):",
        "    if True:",
        (SAME_LIST,),
    ),
    Removal(
        "F92",
        "what is declared is kept back",
        DECLARED,
        "        fields is None or column in fields or column.removesuffix",
        "        False and column.removesuffix",
        (SAME_LIST,),
    ),
    Removal(
        "F92",
        "on pages",
        "incidents/views/protection.py",
        "_parts(masking.shown(found, frame.me(request), case), care=care)",
        "_parts(found, care=care)",
        (APART,),
    ),
    Removal(
        "F92",
        "in the history",
        "records/readable.py",
        "        if is_kept_back(label, column, compartments):",
        "        if False:",
        (SAME_LIST,),
    ),
    Removal(
        "F92",
        "in the history as a table",
        "governance/views/history.py",
        "    found = readable.all_of_chain(chain, only=only, compartments=held)",
        '    found = readable.all_of_chain(chain, only=only, compartments={"hr", "reporter"})',
        (APART,),
    ),
    Removal(
        "F92",
        "the capability pages",
        "remediation/permissions.py",
        "    return cases.holds(user, case, Permit.VIEW_HR) or cases.holds(user, case, Permit.LEAD_CAPABILITY)",
        "    return True",
        (APART,),
    ),
    Removal(
        "F92",
        "in packs, also where a part forgot to mark it",
        "governance/packs/redaction.py",
        "    held_back = list(compartments.texts_of(case, compartments.ALL)) if profile.redacts else []",
        "    held_back: list[str] = []",
        (FORGOTTEN,),
    ),
    Removal(
        "F92",
        "each field that is declared",
        "governance/registrations_packs.py",
        "        compartments.declare(label, compartments.HR, fields)\n",
        "        pass\n",
        (SAME_LIST,),
    ),
    Removal(
        "F92",
        "in the forms of a plan",
        "remediation/views/plan.py",
        '"if_not_met": read.if_not_met}',
        '"if_not_met": one.if_not_met}',
        (APART,),
    ),
    Removal(
        "F92",
        "care detail is kept from an HR adviser",
        "incidents/masking.py",
        "    if not permissions.is_there_for_hr_alone(user, case):",
        "    if True:",
        (APART,),
    ),
    Removal(
        "F92",
        "and the restriction's page asks",
        "incidents/views/restrictions.py",
        "_questions(masking.shown(test, me, case))",
        "_questions(test)",
        (APART,),
    ),
    Removal(
        "F92",
        "the worker reads their own",
        "remediation/models/capability.py",
        "        return self.filter(worker__user=user, told_at__isnull=False, superseded_at=None)",
        "        return self.filter(told_at__isnull=False, superseded_at=None)",
        (OWN,),
    ),
    Removal(
        "F92",
        "and not before they were told",
        "remediation/models/capability.py",
        "        return self.filter(worker__user=user, told_at__isnull=False, superseded_at=None)",
        "        return self.filter(worker__user=user, superseded_at=None)",
        (OWN,),
    ),
]
