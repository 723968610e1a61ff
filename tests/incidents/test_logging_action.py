"""Logging through the action: reference, clocks, owner, what is refused."""

from datetime import timedelta

import pytest

from incidents import actions
from incidents.models import CaseSearch, Duty, DutyAnswer, Level, Safe
from records import times
from records.refusals import NotAllowed, Refused


def test_references_count_up_a_provider_and_year_and_other_providers_count_their_own(cast):
    year = times.today().year
    assert [cast.case().reference for _ in range(3)] == [f"SP-{year}-{n:04d}" for n in (1, 2, 3)]
    theirs = cast.case(by=cast.stranger, service=cast.other_service, first_noticed_by=None)
    assert theirs.reference == f"SP-{year}-0001"


def test_a_log_that_is_refused_gives_its_number_back(cast):
    with pytest.raises(Refused):
        cast.case(abuse_types=["physical"], not_abuse_reason="It is not")
    assert cast.case().reference.endswith("-0001")


def test_logging_opens_duties_undecided_with_clocks_and_the_chronology_review(cast):
    case = cast.case(rated=True, subject=True)
    assert case.level == Level.L3
    bodies = set(case.duties.values_list("body", flat=True))
    assert {"emergency_police", "la_safeguarding", "cqc_r18", "candour", "dbs", "riddor"} <= bodies
    assert set(case.duties.values_list("answer", flat=True)) == {DutyAnswer.UNDECIDED}
    cqc = case.duties.get(body="cqc_r18")
    assert cqc.due_at - case.registered_person_aware_at == timedelta(hours=24)
    assert case.duties.get(body="dbs").due_at is None
    assert case.chronologyreviews.get().due_at - case.registered_person_aware_at == timedelta(hours=24)
    assert CaseSearch.objects.get(case=case)


def test_an_agency_worker_brings_up_the_agency(cast):
    case = cast.case()
    assert not case.duties.filter(body="agency").exists()
    actions.add_staff(by=cast.manager, case=case, staff=cast.agency_staff, involvement="subject")
    assert case.duties.get(body="agency").due_at is not None


def test_a_time_nobody_gave_stays_unknown_also_where_the_manager_logs(cast):
    """The manager may log on the 24th what they knew on the 7th: "now" would hide that a notice was late."""
    case = cast.case(registered_person_aware_at=None)
    assert case.registered_person_aware_at is None and case.clock_start_at == case.logged_at
    by_worker = cast.case(by=cast.colleague, registered_person_aware_at=None)
    assert by_worker.registered_person_aware_at is None
    assert by_worker.owner == cast.manager


def test_the_case_of_an_implicated_manager_goes_to_the_nominated_individual(cast):
    case = cast.case(by=cast.colleague, staff=[(cast.manager_staff, "implicated")])
    assert case.owner == cast.nominated_individual
    assert case.duties.filter(body="cqc_r14_15").exists()


def test_an_l4_is_owned_by_the_nominated_individual(cast):
    assert cast.case(harm=4, potential=4, likelihood=4).owner == cast.nominated_individual


def test_a_case_may_have_no_person_only_with_a_reason(cast):
    with pytest.raises(Refused):
        cast.case(people=[])
    assert cast.case(people=[], service_wide_reason="The on-call number was dead for everybody").pk


def test_times_must_be_past_and_in_order(cast):
    now = times.now()
    with pytest.raises(Refused, match="past"):
        cast.case(first_noticed_at=now + timedelta(hours=1), reported_inside_at=None)
    with pytest.raises(Refused, match="before"):
        cast.case(reported_inside_at=now - timedelta(hours=50))


def test_a_care_worker_logs_but_does_not_rate(cast):
    with pytest.raises(NotAllowed):
        cast.case(by=cast.colleague, rated=True)


def test_a_stranger_cannot_log_here(cast):
    with pytest.raises(NotAllowed):
        cast.case(by=cast.stranger)


def test_correcting_when_the_registered_person_knew_moves_every_clock_also_of_what_was_sent(cast):
    case = cast.case(everyone_safe=Safe.UNKNOWN)
    council = case.duties.get(body="la_safeguarding")
    actions.answer_duty(by=cast.manager, duty=council, answer="yes")
    sent = actions.record_sent(by=cast.manager, duty=council, sent_at=times.now(), route="Phone")
    earlier = case.registered_person_aware_at - timedelta(minutes=30)
    actions.correct_times(
        by=cast.manager,
        case=case,
        occurred_at=None,
        first_noticed_at=case.first_noticed_at,
        reported_inside_at=case.reported_inside_at,
        registered_person_aware_at=earlier,
    )
    assert Duty.objects.get(case=case, body="cqc_r18").due_at == earlier + timedelta(hours=24)
    assert Duty.objects.get(pk=sent.pk).due_at == earlier + timedelta(hours=24)


def test_classifying_needs_a_kind_of_failure_and_a_kind_of_abuse_or_why_it_is_none(cast):
    case = cast.case()
    for wrong in (
        {"failure_types": [], "main_type": "", "abuse_types": ["physical"]},
        {"failure_types": ["F1"], "main_type": "F1", "abuse_types": []},
        {"failure_types": ["F1"], "main_type": "F1", "abuse_types": [], "not_abuse_reason": " "},
    ):
        with pytest.raises(Refused, match="F04"):
            actions.classify(by=cast.manager, case=case, **wrong)
    actions.classify(
        by=cast.manager, case=case, failure_types=["F2"], main_type="F2", not_abuse_reason="Nobody was hurt"
    )
    assert not case.caseabusetypes.filter(removed_at=None).exists()


def test_several_kinds_need_a_main_one_among_them(cast):
    for main in ("", "F3"):
        with pytest.raises(Refused, match="F04"):
            cast.case(failure_types=["F1", "F2"], main_type=main)


def test_a_sub_type_belongs_to_a_kind_of_failure_that_was_chosen(cast):
    for wrong in ({"F2": "missing"}, {"F1": "informal_ban"}):
        with pytest.raises(Refused, match="F04"):
            cast.case(failure_types=["F1"], main_type="F1", sub_types=wrong)
    case = cast.case(failure_types=["F1"], main_type="F1", sub_types={"F1": "late_notification"})
    assert case.casefailuretypes.get().sub_type == "late_notification"
    actions.classify(
        by=cast.manager,
        case=case,
        failure_types=["F1"],
        main_type="F1",
        abuse_types=["physical"],
        sub_types={"F1": "noticed_not_reported"},
    )
    assert case.casefailuretypes.get(removed_at=None).sub_type == "noticed_not_reported"
    assert case.casefailuretypes.count() == 2  # what was said before is ended, not removed
