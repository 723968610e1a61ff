"""Removals in separation of duties, S1–S12: each rule and the facts it is asked over (incidents/separation.py)."""

from __future__ import annotations

from tests.removals.table import Removal

RULES = "tests/access/test_separation_rules.py::"
PRACTICE_APART = "tests/remediation/test_practice_separation.py::"
GATE = "tests/remediation/test_reauthorisation_gate.py::"
REFUSED = "tests/access/test_actions_refuse.py::"

OF_A_PERSON = RULES + "test_a_rule_over_the_facts_of_a_person"
S7 = RULES + "test_s7_the_decider_is_not_the_only_reviewer_and_eases_nothing_alone_at_l3"
S8 = RULES + "test_s8_the_investigator_does_not_chair_and_the_appeal_is_heard_afresh"
S11 = RULES + "test_s11_needs_a_reason_and_an_outside_reader_and_lifts_one_rule_for_one_person"
NOT_LIFTABLE = REFUSED + "test_s11_lifts_no_rule_that_may_not_be_lifted_even_if_it_were_written_down"
NOT_FOR_PART = REFUSED + "test_s11_is_not_for_somebody_who_is_part_of_the_case_and_is_given_once"
COACH = PRACTICE_APART + "test_case_1_the_coach_cannot_run_the_test_that_counts"
SUPERVISOR = (
    PRACTICE_APART + "test_case_1_the_supervisor_cannot_assess_while_supervision_or_leadership_is_not_ruled_out"
)

SEPARATION = "incidents/separation.py"
FACTS = "incidents/separation_facts.py"
BESIDE = "remediation/facts_practice.py"
LIFTING = "incidents/actions/exceptions.py"
CONTROLS = "incidents/actions/controls.py"


REMOVALS = [
    # -- F43 S1–S12, each rule and the facts it is asked over
    Removal(
        "F43",
        "S1: a co-subject does not assess",
        SEPARATION,
        "not (person.is_worker or person.is_subject), ",
        "not person.is_worker, ",
        (PRACTICE_APART + "test_s1_by_itself_names_a_co_subject_and_the_worker",),
    ),
    Removal(
        "F43",
        "S1: nobody assesses themselves",
        SEPARATION,
        "not (person.is_worker or person.is_subject), ",
        "not person.is_subject, ",
        (PRACTICE_APART + "test_s1_by_itself_names_a_co_subject_and_the_worker",),
    ),
    Removal(
        "F43",
        "S2: the coach does not run the test that counts",
        SEPARATION,
        "    met = formative or not person.coached_on",
        "    met = True",
        (COACH,),
    ),
    Removal(
        "F43",
        "S2: who coached is read from the case",
        BESIDE,
        "        coached_on=tuple(coached),\n",
        "",
        (COACH,),
    ),
    Removal(
        "F43",
        "S2: the coach may run a weekly check",
        SEPARATION,
        "    met = formative or not person.coached_on",
        "    met = not person.coached_on",
        ("tests/remediation/test_practice_signing.py::test_the_coach_may_run_a_weekly_check_and_nothing_else",),
        by=("Refused",),
    ),
    Removal(
        "F43",
        "S3: the final assessor does not give the task back",
        SEPARATION,
        '"Did not sign a practice test that counts", not person.assessed, ',
        '"Did not sign a practice test that counts", True, ',
        (GATE + "test_the_final_assessor_does_not_give_the_task_back",),
    ),
    Removal(
        "F43",
        "S3: who assessed is read from the signatures",
        BESIDE,
        "        assessed=tuple(tests_signed_by(plan, user)) if plan else (),\n",
        "",
        (GATE + "test_the_final_assessor_does_not_give_the_task_back",),
    ),
    Removal(
        "F43",
        "S3: the second person is another person",
        SEPARATION,
        "    met = first != second\n",
        "    met = True\n",
        (GATE + "test_the_first_decider_is_not_also_the_second",),
    ),
    Removal(
        "F43",
        "S4: not the supervisor while supervision may be a cause",
        SEPARATION,
        "    met = not ((person.is_supervisor or person.by_delegation) and person.open_causes)",
        "    met = not (person.by_delegation and person.open_causes)",
        (SUPERVISOR,),
    ),
    Removal(
        "F43",
        "S4: no deputy by delegation while leadership may be a cause",
        SEPARATION,
        "    met = not ((person.is_supervisor or person.by_delegation) and person.open_causes)",
        "    met = not (person.is_supervisor and person.open_causes)",
        (OF_A_PERSON,),
    ),
    Removal(
        "F43",
        "S4: the supervisor may, once both are ruled out",
        SEPARATION,
        "    met = not ((person.is_supervisor or person.by_delegation) and person.open_causes)",
        "    met = not (person.is_supervisor or person.by_delegation)",
        (OF_A_PERSON,),
    ),
    Removal(
        "F43",
        "S4: who supervises is read today",
        BESIDE,
        "        is_supervisor=staff is not None and worker.supervisor_id == staff.pk,\n",
        "",
        (SUPERVISOR,),
    ),
    Removal(
        "F43",
        "S4: a cause nobody knows of yet is not ruled out",
        BESIDE,
        "        if one.cause in SUPERVISION_CAUSES and one.finding != Finding.RULED_OUT",
        "        if one.cause in SUPERVISION_CAUSES and one.finding not in (Finding.RULED_OUT, Finding.NOT_KNOWN)",
        (SUPERVISOR,),
    ),
    Removal(
        "F43",
        "S5: a declared conflict",
        SEPARATION,
        '"Has no conflict of interest", not declared and not person.recorded_as, ',
        '"Has no conflict of interest", not person.recorded_as, ',
        (OF_A_PERSON,),
    ),
    Removal(
        "F43",
        "S5: one that the case records",
        SEPARATION,
        '"Has no conflict of interest", not declared and not person.recorded_as, ',
        '"Has no conflict of interest", not declared, ',
        (PRACTICE_APART + "test_a_reporter_the_case_knows_of_cannot_assess_even_when_they_declare_nothing",),
    ),
    Removal(
        "F43",
        "S6: who is implicated does not act",
        SEPARATION,
        '"Is not implicated in this case", not person.is_implicated, ',
        '"Is not implicated in this case", True, ',
        (PRACTICE_APART + "test_an_implicated_manager_cannot_assess",),
    ),
    Removal(
        "F43",
        "S6: the first who is free",
        SEPARATION,
        "    return next((one for one in steps if one.free and one.name), None)",
        "    return next((one for one in steps if one.name), None)",
        (RULES + "test_s6_goes_to_the_first_who_is_free_down_to_a_named_external_person",),
    ),
    Removal(
        "F43",
        "S6: who is free is read from the case",
        FACTS,
        "        free = [one for one in people if not permissions.is_shut_out(one, case)]",
        "        free = people",
        (RULES + "test_s6_who_acts_follows_the_case",),
    ),
    Removal(
        "F43",
        "S6: the case passes on from an owner who is part of it",
        "incidents/actions/people.py",
        "    if part in CaseStaff.SHUTS_OUT and staff.user_id == case.owner_id:",
        "    if False:",
        (
            "tests/access/test_case_access.py::"
            "test_who_takes_over_from_an_implicated_manager_may_act_as_one_in_that_case_only",
        ),
    ),
    Removal(
        "F43",
        "S7: a removal from duties is also reviewed by another",
        CONTROLS,
        "    if control.kind in REMOVAL:\n        lines.append",
        "    if False:\n        lines.append",
        ("tests/incidents/test_protection_pages.py::test_the_decider_of_a_suspension_is_not_its_only_reviewer",),
    ),
    Removal(
        "F43",
        "S7: no manager eases alone at L3 and L4",
        SEPARATION,
        "    met = not (decider_is_manager and alone and level is not None and level >= 3)",
        "    met = True",
        (S7,),
    ),
    Removal(
        "F43",
        "S8: the investigator does not chair",
        SEPARATION,
        "    met = investigator is None or investigator != chair",
        "    met = True",
        (S8,),
    ),
    Removal(
        "F43",
        "S8: the appeal is heard afresh",
        SEPARATION,
        "    met = heard_by not in involved_before",
        "    met = True",
        (S8,),
    ),
    Removal(
        "F43",
        "S9: nobody judges their own action",
        SEPARATION,
        "    met = reviewer not in set(owners)",
        "    met = True",
        ("tests/governance/test_effectiveness.py::test_the_owner_of_an_action_does_not_say_whether_it_worked",),
    ),
    Removal(
        "F43",
        "S11: lifts no rule that may not be lifted",
        SEPARATION,
        "line.code in lifted and line.code in LIFTABLE",
        "line.code in lifted",
        (NOT_LIFTABLE,),
    ),
    Removal(
        "F43",
        "S11: only a liftable rule (action)",
        LIFTING,
        "    if rule not in separation.LIFTABLE:",
        "    if False:",
        (S11,),
    ),
    Removal(
        "F43",
        "S11: reason, reader and what they said (action)",
        LIFTING,
        "        if not given.strip():",
        "        if False:",
        (S11,),
    ),
    Removal(
        "F43",
        "S11: who they read it with (form)",
        "incidents/forms/access.py",
        'missing="Name the outside second reader and where they work"',
        "required=False",
        ("tests/incidents/test_forms_refuse.py::test_a_rule_that_is_lifted_asks_why_and_who_read_it",),
    ),
    Removal(
        "F43",
        "S11: by the nominated individual or who took over",
        LIFTING,
        "    permissions.check_allow_exception(by, case)\n    if person.pk",
        "    if person.pk",
        (S11,),
    ),
    Removal("F43", "S11: not for oneself", LIFTING, "    if person.pk == by.pk:", "    if False:", (S11,)),
    Removal(
        "F43",
        "S11: not for somebody who is part of the case",
        LIFTING,
        "    if permissions.is_shut_out(person, case):",
        "    if False:",
        (NOT_FOR_PART,),
    ),
    Removal(
        "F43",
        "S11: given once",
        LIFTING,
        "    if SmallServiceException.objects.filter(case=case, person=person, rule=rule, ended_at=None).exists():",
        "    if False:",
        (NOT_FOR_PART,),
        by=("IntegrityError",),
    ),
    Removal(
        "F43",
        "S11: for one person",
        FACTS,
        "    lifted = [one for one in _exceptions(case) if one.person_id == user.pk]",
        "    lifted = _exceptions(case)",
        (REFUSED + "test_s11_lifts_the_rule_for_that_person_alone",),
    ),
    Removal(
        "F43",
        "S11: in one case",
        FACTS,
        "SmallServiceException.objects.filter(case=case, ended_at=None)",
        "SmallServiceException.objects.filter(ended_at=None)",
        (S11,),
    ),
    Removal(
        "F43",
        "S11: until it is ended",
        FACTS,
        "SmallServiceException.objects.filter(case=case, ended_at=None)",
        "SmallServiceException.objects.filter(case=case)",
        (S11,),
    ),
    Removal(
        "F43",
        "S11: printed in the pack",
        "governance/packs/contents_effect.py",
        "        for one in case.smallserviceexceptions.select_related",
        "        for one in case.smallserviceexceptions.none().select_related",
        (RULES + "test_s11_is_printed_in_the_pack",),
    ),
    Removal(
        "F43",
        "S12: asked again when the button is pressed",
        "remediation/actions/practice.py",
        '    refuse_unless_met(assessor_lines(by, test, declared=signature.conflict), "You cannot sign this practice test.")',
        "    pass",
        (PRACTICE_APART + "test_a_coach_recorded_after_the_start_is_refused_at_the_signature",),
    ),
    Removal(
        "F43",
        "S12: nobody signs without a role here today",
        "records/signing.py",
        "    if not role:",
        "    if False:",
        ("tests/records/test_signing.py::test_nobody_signs_without_a_role_here_today",),
    ),
    Removal(
        "F43",
        "the plan's author does not run its tests",
        SEPARATION,
        '"Did not write the plan", not person.wrote_plan, ',
        '"Did not write the plan", True, ',
        (PRACTICE_APART + "test_whoever_wrote_the_plan_cannot_run_its_tests",),
    ),
    Removal(
        "F43",
        "the plan's author is read from the plan",
        BESIDE,
        "        wrote_plan=plan is not None and plan.written_by_id == user.pk,\n",
        "",
        (PRACTICE_APART + "test_whoever_wrote_the_plan_cannot_run_its_tests",),
    ),
]
