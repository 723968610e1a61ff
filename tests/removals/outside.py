"""Removals in outside duties and restrictive practice (incidents/)."""

from __future__ import annotations

from tests.removals.table import Removal

DUTY = "tests/incidents/test_duty_pages.py::"
RESTRICT = "tests/incidents/test_restriction_pages.py::"
FORMS = "tests/incidents/test_forms_refuse.py::"

EACH_BODY = DUTY + "test_each_body_is_answered_for_itself_and_a_no_on_abuse_police_and_dbs_needs_a_second_person"
AMBER_RED = DUTY + "test_a_duty_turns_amber_then_red_and_being_late_needs_a_reason_proof_and_their_answer"
RECORDED = RESTRICT + "test_a_restriction_records_everything_ends_in_28_days_and_is_unauthorised_past_its_end"
BACKDATED = RESTRICT + "test_authority_written_down_afterwards_is_refused_and_the_days_before_stay_unauthorised"
FOUR = RESTRICT + "test_the_four_questions_are_asked_where_a_restriction_is_part_of_it_and_nowhere_else"

AGAIN = "tests/incidents/test_duties_again.py::"
TOLD_AGAIN = AGAIN + "test_a_body_that_was_told_is_told_again_of_something_new_with_an_answer_and_clock_of_its_own"
LEARNED = AGAIN + "test_a_duty_added_later_runs_from_when_it_was_learned_of_and_keeps_that_when_the_times_are_corrected"
POLICE_F = AGAIN + "test_telling_the_police_brings_up_the_cqc_s_own_question_by_itself"
FOUND = "tests/incidents/test_lateness_found_later.py::test_a_notice_that_turns_out_to_be_late_says_so_and_asks_why"
WHO_LEFT = "tests/remediation/test_dbs_question.py::"
DECIDED_DBS = WHO_LEFT + "test_not_authorised_and_redeployed_bring_up_the_dbs_question_for_that_worker_with_its_clock"
LEFT_DBS = WHO_LEFT + "test_a_plan_that_ends_because_the_worker_left_brings_it_up_too"

CLOCKS = "incidents/actions/clocks.py"
DUTIES = "incidents/actions/duties.py"
QUESTIONS = "incidents/actions/duty_questions.py"
RESTRICTIONS = "incidents/actions/restrictions.py"


REMOVALS = [
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
        "    duty.save()\n    duty_questions.follow_on(by, case, duty)\n    return duty\n\n\n"
        '@action("duty.no_seconded")',
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
    Removal(
        "F20",
        "a clock that runs never moves later",
        QUESTIONS,
        "    if asked_anew or (duty.clock_start_at is not None and start < duty.clock_start_at):",
        "    if True:",
        (AGAIN + "test_asking_again_never_moves_a_running_clock_later",),
    ),
    Removal(
        "F20",
        "a duty added later keeps when it was learned of",
        CLOCKS,
        "Duty.objects.filter(case=case, clock_start_at=before)",
        "Duty.objects.filter(case=case)",
        (LEARNED,),
    ),
    Removal(
        "F20",
        "when it was learned of lies in the past (action)",
        QUESTIONS,
        "    if start > times.now():",
        "    if False:",
        (LEARNED,),
    ),
    Removal(
        "F20",
        "corrected times move the clock of what was sent",
        CLOCKS,
        "            start(duty, case.clock_start_at)\n            ask_why_late(duty)",
        "            if duty.sent_at is None:\n                start(duty, case.clock_start_at)",
        (FOUND,),
    ),
    Removal(
        "F20",
        "a notice found late says why (action)",
        DUTIES,
        '    if not reason.strip():\n        raise Refused("F20"',
        '    if False:\n        raise Refused("F20"',
        (FOUND,),
    ),
    Removal(
        "F20",
        "a notice found late says why (form)",
        "incidents/forms/duties.py",
        'missing="It was sent after it was due. Say why", rows=3)',
        "required=False, rows=3)",
        (FORMS + "test_a_notice_found_late_asks_why",),
    ),
    Removal(
        "F20",
        "a notice found late keeps the case from closing",
        "governance/gates/closing.py",
        "        elif duty.wants_lateness_reason:",
        "        elif False:",
        (FOUND,),
    ),
    # -- F19 the same body again
    Removal(
        "F19",
        "told of something new with a record of its own",
        QUESTIONS,
        "        duty = _of(case, body, matter, None)\n        if duty",
        "        return duty\n        if duty",
        (TOLD_AGAIN,),
    ),
    Removal(
        "F19",
        "what is new is said (form)",
        "incidents/forms/duties.py",
        '        if again and not given.get("about") and not given.get("worker"):',
        "        if False:",
        (TOLD_AGAIN,),
    ),
    Removal(
        "F19",
        "the same matter is not raised again once told",
        QUESTIONS,
        "        if matter or worker:\n",
        "        if False:\n",
        (TOLD_AGAIN,),
    ),
    Removal(
        "F19",
        "the police bring up the CQC's question",
        QUESTIONS,
        "    if not police:\n        return",
        "    if True:\n        return",
        (POLICE_F,),
    ),
    Removal(
        "F19",
        "a second worker has a question of their own",
        QUESTIONS,
        "    found: Duty | None = Duty.objects.filter(case=case, body=body, about=about, worker=worker).first()",
        "    found: Duty | None = Duty.objects.filter(case=case, body=body, about=about).first()",
        (AGAIN + "test_a_second_worker_has_a_question_of_their_own",),
    ),
    # -- F22 leaver, redeployed, not authorised
    Removal(
        "F22",
        "a leaver brings up the DBS",
        "incidents/apps.py",
        "        hooks.register_on_leaving(duty_hooks.on_leaving)\n",
        "",
        (AGAIN + "test_a_leaver_with_an_open_case_brings_up_the_dbs_with_its_clock",),
    ),
    Removal(
        "F22",
        "not authorised and redeployed bring up the DBS",
        "remediation/actions/in_effect.py",
        "        ask_about(by=by, case=decision.case, worker=decision.worker, at=now, **BRINGS_UP[kind])\n",
        "",
        (DECIDED_DBS,),
    ),
    Removal(
        "F22",
        "a plan that ends because the worker left brings up the DBS",
        "remediation/actions/plan.py",
        "    if how == endings.LEFT and plan.worker.left_on is None:",
        "    if False:",
        (LEFT_DBS,),
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
        "    if ends_at > times.days_later(starts_at, FIRST_DAYS):",
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
        "self.starts_at <= moment < self.ends_at",
        "self.starts_at <= moment",
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
