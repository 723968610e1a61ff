"""The remediation plan: complete before it starts (F33), tested by practice only (F35), from a versioned library (F34)."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from incidents.models import Duty
from records.gates import unmet
from records.refusals import NotAllowed, Refused
from remediation import chain, pass_rules
from remediation.actions import capability, library, plan_tests
from remediation.actions import plan as plans
from remediation.gates import plan as gates
from remediation.gates.words import is_only_attendance, without_evidence_of_practice
from remediation.models import DueDateChange, GapTemplate, PracticeTest, RemediationPlan
from tests.cast import Cast
from tests.remediation import build

pytestmark = pytest.mark.django_db


def codes(plan: RemediationPlan) -> set[str]:
    return {line.code for line in unmet(gates.start(plan))}


def sign_in(client: Client, user: Any) -> None:
    """Sign in with the password, so that identity was proved just now."""
    answer = client.post(reverse("account_login"), {"login": user.email, "password": Cast.PASSWORD})
    assert answer.status_code == 302, answer.content.decode()


# --- A3, A6, A7 and the chain ------------------------------------------------------------------------------


@pytest.mark.feature("F33")
def test_a_plan_from_the_library_cannot_start_until_its_statement_is_written(cast: Cast, client: Client) -> None:
    case = cast.case(subject=True, rated=True)
    build.protect(cast, case)
    build.route(cast, case)
    plan = build.draft(cast, case)
    sign_in(client, cast.manager)
    page = client.get(reverse("plan", args=[plan.pk])).content.decode()
    assert "Write what ‘safe to practise’ will mean" in page and reverse("plan-statement", args=[plan.pk]) in page
    refused = client.post(reverse("plan-start", args=[plan.pk]), {"conflict": "none", "agree": "on"})
    assert refused.status_code == 422 and reverse("plan-statement", args=[plan.pk]) in refused.content.decode()
    assert codes(plan) == {"A6", "F33"}
    answers = {"statement": build.STATEMENT, "if_not_met": "Two more weeks"}
    assert client.post(reverse("plan-statement", args=[plan.pk]), answers).status_code == 302
    started = client.post(reverse("plan-start", args=[plan.pk]), {"conflict": "none", "agree": "on"})
    assert started.status_code == 302
    plan.refresh_from_db()
    assert plan.started_by == cast.manager
    approval = plan.approvals.get()
    assert approval.snapshot["statement"] == build.STATEMENT and not approval.is_changed_since


@pytest.mark.feature("F33")
def test_each_missing_link_of_the_chain_is_named_with_where_to_put_it_right(cast: Cast) -> None:
    case = cast.case(subject=True, rated=True)
    plan = plans.write_plan(by=cast.manager, response=build.response(case), gap="Concerns are not passed on")
    lines = unmet(gates.start(plan))
    said = " ".join(line.detail for line in lines)
    for words in (
        "No risk control is decided yet",
        "not answered",
        "Decide the route first",
        "the evidence of it today",
        "Choose the tasks",
        "Add at least one learning action",
        "Add at least one practice test",
        "Add a review date",
        "Enter when the plan is to end",
        "Write what ‘safe to practise’ will mean",
        "Write what happens if it is not met",
    ):
        assert words in said
    assert all(line.url and line.source for line in lines)
    with pytest.raises(Refused) as refused:
        plans.start_plan(by=cast.manager, plan=plan, signature=build.fresh_signature())
    assert len(refused.value.missing) == len(lines) and all(missing.url for missing in refused.value.missing)
    assert [link.title for link in chain.of(plan) if link.weakest] == ["Gap"]


@pytest.mark.feature("F12")
def test_a_plan_cannot_start_before_immediate_protection_is_recorded(cast: Cast, client: Client) -> None:
    case = cast.case(subject=True, rated=True)
    build.route(cast, case)
    plan = build.draft(cast, case)
    plan = plans.edit_plan(by=cast.manager, plan=plan, statement=build.STATEMENT, if_not_met="Two more weeks")
    assert {"A3", "G2"} <= codes(plan)
    sign_in(client, cast.manager)
    start, signed = reverse("plan-start", args=[plan.pk]), {"conflict": "none", "agree": "on"}
    refused = client.post(start, signed)
    text = refused.content.decode()
    assert (
        refused.status_code == 422
        and "The plan cannot start yet" in text
        and "(rule A3)" in text
        and "domain.md" not in text
    )
    assert reverse("case-control-new", args=[case.pk]) in text and reverse("case-duties", args=[case.pk]) in text
    plan.refresh_from_db()
    assert plan.started_at is None
    build.protect(cast, case)
    assert codes(plan) == set()
    assert client.post(start, signed).status_code == 302
    plan.refresh_from_db()
    assert plan.started_at is not None


def test_an_undecided_duty_keeps_the_plan_from_starting(cast: Cast) -> None:
    case = cast.case(subject=True, rated=True)
    cast.control(case, tasks=["T1"])
    build.route(cast, case)
    plan = build.draft(cast, case)
    assert Duty.objects.filter(case=case, answer="undecided").exists() and "G2" in codes(plan)


@pytest.mark.feature("F33")
@pytest.mark.parametrize(
    "statement",
    [
        "Dionne may work alone once the e-learning is completed",
        "Full duties when she has attended the refresher and there were no further incidents",
        "She is safe after four weeks without incident",
        "She is fine now",
        "Dionne will be a better carer",
    ],
)
def test_a_statement_of_attendance_or_time_served_is_refused(cast: Cast, client: Client, statement: str) -> None:
    plan = build.ready(cast)
    client.force_login(cast.manager)
    url = reverse("plan-statement", args=[plan.pk])
    assert client.post(url, {"statement": statement, "if_not_met": "More weeks"}).status_code == 422
    plan.refresh_from_db()
    assert plan.statement == build.STATEMENT


def test_a_statement_may_mention_a_course_beside_practice_that_was_seen() -> None:
    text = "She attended the course in September. P1 and P2 were marked at 80% by an assessor who did not coach her"
    assert without_evidence_of_practice(text) == ""


@pytest.mark.feature("F35")
@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("E-learning repeated", "scenario"),
        ("Certificate Safeguarding Adults Level 2", "observation"),
        ("Attended chronology workshop", "record_writing"),
        ("Training completed", "scenario"),
        ("Safeguarding", "attendance"),
        ("Safeguarding", "e_learning"),
    ],
)
def test_attendance_or_e_learning_is_never_accepted_as_a_test(
    cast: Cast, client: Client, title: str, kind: str
) -> None:
    plan = build.ready(cast)
    before = plan.tests.count()
    client.force_login(cast.manager)
    answers = {
        "code": "X1",
        "title": title,
        "kind": kind,
        "rule": "points",
        "percent": "80",
        "before_return": "yes",
        "criteria-TOTAL_FORMS": "1",
        "criteria-INITIAL_FORMS": "0",
        "criteria-0-text": "Score 100%",
    }
    page = client.post(reverse("plan-test-new", args=[plan.pk]), answers)
    assert page.status_code == 422 and "took part, not that practice changed" in page.content.decode()
    with pytest.raises(Refused) as refused:
        plan_tests.add_test(
            by=cast.manager,
            plan=plan,
            code="X1",
            title=title,
            kind=kind,
            pass_rule={"percent": 80},
            criteria=[{"text": "Score 100%"}],
        )
    assert refused.value.code == "A7" and refused.value.source == "domain.md §0.2 A7"
    assert plan.tests.count() == before


@pytest.mark.feature("F35")
def test_a_plan_whose_only_test_is_attendance_is_refused_at_the_start_too(cast: Cast) -> None:
    plan = build.ready(cast)
    from records.acting import acting_as

    with acting_as(cast.manager, "imported"):  # as an import would, past the form and the action
        for test in plan.tests.all():
            test.kind, test.title = "attendance", "Safeguarding refresher"
            test.save()
    with pytest.raises(Refused) as refused:
        plans.start_plan(by=cast.manager, plan=plan, signature=build.fresh_signature())
    assert refused.value.code == "A7"


def test_an_honest_test_is_not_mistaken_for_attendance() -> None:
    assert is_only_attendance("Record from a scenario", "", ["Says who attended the review, with roles"]) == ""
    assert is_only_attendance("Observed session with Margaret") == ""
    assert is_only_attendance("Check of learning", "", ["Certificate seen", "Course attended"]) != ""


def test_a_test_without_criteria_or_rule_is_refused(cast: Cast) -> None:
    plan = build.ready(cast)
    given: dict[str, Any] = {"by": cast.manager, "plan": plan, "code": "X", "title": "Role-play", "kind": "scenario"}
    with pytest.raises(Refused) as refused:
        plan_tests.add_test(**given, pass_rule={"percent": 80}, criteria=[])
    assert refused.value.code == "F33"
    with pytest.raises(Refused) as refused:
        plan_tests.add_test(**given, pass_rule={}, criteria=[{"text": "Rings"}])
    assert refused.value.code == "RULE"


# --- Assessors ----------------------------------------------------------------------------------------------


def test_the_coach_and_the_supervisor_are_named_ahead_as_assessors_who_cannot_sign(cast: Cast, client: Client) -> None:
    build.supervised_by(cast, "senior")
    plan = build.ready(cast, assessor=cast.senior_staff)
    capability.record_coaching(
        by=cast.manager, response=plan.response, coach=cast.senior_staff, held_on=build.days(0), about="Indicators"
    )
    plan = RemediationPlan.objects.select_related("worker", "case").get(pk=plan.pk)
    warned = {one.code for one in gates.assessor_warnings(plan)}
    assert warned == {"S2", "S4"}
    client.force_login(cast.manager)
    assert "Look ahead" in client.get(reverse("plan", args=[plan.pk])).content.decode()


def test_the_worker_and_a_co_subject_are_refused_as_assessors(cast: Cast) -> None:
    plan = build.ready(cast)
    test = plan.tests.filter(code="P1").get()
    with pytest.raises(Refused) as refused:
        plan_tests.change_assessor(by=cast.manager, test=test, assessor=cast.worker)
    assert refused.value.code == "S1"
    from incidents import actions as incident_actions

    incident_actions.add_staff(by=cast.manager, case=plan.case, staff=cast.other_senior_staff, involvement="subject")
    assert "S1" in codes(plan)


# --- Fixed once started -------------------------------------------------------------------------------------


def test_after_the_start_the_statement_and_the_pass_rules_are_fixed_in_the_action_and_in_the_database(
    cast: Cast,
) -> None:
    plan = build.started(cast)
    test = plan.tests.get(code="P1")
    with pytest.raises(Refused) as refused:
        plans.edit_plan(by=cast.manager, plan=plan, statement=build.STATEMENT + " More.")
    assert refused.value.code == "A6"
    criteria = [{"text": one.text, "star": one.star} for one in test.criteria.all()]
    with pytest.raises(Refused):
        plan_tests.edit_test(
            by=cast.manager,
            test=test,
            code="P1",
            title="Easier",
            kind="scenario",
            pass_rule={"percent": 10},
            criteria=criteria,
        )
    for statement, key in (
        ("UPDATE remediation_practicetest SET pass_rule = '{\"percent\": 1}' WHERE id = %s", test.pk),
        ("UPDATE remediation_remediationplan SET statement = 'Anything' WHERE id = %s", plan.pk),
        ("UPDATE remediation_testcriterion SET star = false WHERE test_id = %s", test.pk),
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('safe.actor', 'x', true)")
            cursor.execute(statement, [key])


@pytest.mark.feature("F37")
def test_a_tests_date_moves_only_with_a_reason_and_the_first_date_stays_visible(cast: Cast, client: Client) -> None:
    plan = build.started(cast)
    test = plan.tests.get(code="P1")
    first = test.due_on
    client.force_login(cast.manager)
    url = reverse("plan-test-due", args=[test.pk])
    assert client.post(url, build.posted(becomes=build.days(40), reason="")).status_code == 422
    with pytest.raises(Refused) as refused:
        plan_tests.change_test_due(by=cast.manager, test=test, becomes=build.days(40), reason=" ")
    assert refused.value.code == "F37"
    assert client.post(url, build.posted(becomes=build.days(40), reason="Assessor ill")).status_code == 302
    test.refresh_from_db()
    assert (test.due_on, test.original_due_on) == (build.days(40), first)
    assert DueDateChange.objects.get(about="practicetest").changed_by == cast.manager
    page = client.get(reverse("plan", args=[plan.pk])).content.decode()
    assert "first promised for" in page and "Assessor ill" in page
    assert not plan.approvals.get().is_changed_since


@pytest.mark.feature("F37")
def test_learning_and_review_dates_move_only_with_a_reason_too(cast: Cast, client: Client) -> None:
    plan = build.started(cast)
    client.force_login(cast.manager)
    for name, one in (
        ("plan-learning-due", plan.learning_actions.all()[0]),
        ("plan-review-due", plan.reviews.all()[0]),
    ):
        url = reverse(name, args=[one.pk])
        assert client.post(url, build.posted(becomes=build.days(50), reason="")).status_code == 422
        assert client.post(url, build.posted(becomes=build.days(50), reason="Leave")).status_code == 302
        first = one.due_on
        one.refresh_from_db()
        assert (one.due_on, one.original_due_on) == (build.days(50), first)


def test_starting_needs_identity_confirmed_just_now_and_no_conflict(cast: Cast, client: Client) -> None:
    plan = build.ready(cast)
    with pytest.raises(Refused) as refused:
        plans.start_plan(by=cast.manager, plan=plan, signature=build.fresh_signature("relative"))
    assert refused.value.code == "S5"
    client.force_login(cast.manager)
    page = client.get(reverse("plan-start", args=[plan.pk])).content.decode()
    assert "Confirm it is me" in page and "reauthenticate" in page


# --- Draft ----------------------------------------------------------------------------------------------------


def test_a_draft_is_completed_on_its_pages(cast: Cast, client: Client) -> None:
    case = cast.case(subject=True, rated=True)
    build.protect(cast, case)
    build.route(cast, case)
    client.force_login(cast.manager)
    response = build.response(case)
    chooser = client.get(reverse("plan-new", args=[response.pk])).content.decode()
    assert "Late escalation" in chooser and "Record quality" in chooser and "Restriction drift" in chooser
    template = build.gap()
    answers = build.posted(
        gap=template.gap,
        baseline="Notes of three days",
        tasks=["T1", "T4", "T5", "T6"],
        starts_on=build.days(0),
        learning_owner=cast.deputy_staff,
        assessor=cast.other_senior_staff,
    )
    made = client.post(reverse("plan-new", args=[response.pk]) + f"?gap={template.pk}", answers)
    assert made.status_code == 302, made.content.decode()
    plan = RemediationPlan.objects.get(case=case)
    assert made.headers["Location"] == reverse("plan", args=[plan.pk])
    assert [test.code for test in plan.tests.all()] == ["P1", "P2", "P3", "P4"]
    assert plan.tests.get(code="P1").criteria.filter(star=True).count() == 6
    p1 = plan.tests.get(code="P1")
    page = client.get(reverse("plan-test-edit", args=[p1.pk])).content.decode()
    assert "Does not decide the cause" in page
    due = build.days(20)
    rows = list(p1.criteria.all())
    changed = build.posted(
        code="P1",
        title="Concern form from a scenario",
        kind="scenario",
        rule="points",
        percent="90",
        before_return=True,
        assessor=cast.quality_lead_staff,
        due_on=due,
    ) | {"criteria-TOTAL_FORMS": str(len(rows)), "criteria-INITIAL_FORMS": str(len(rows))}
    for number, row in enumerate(rows):
        changed[f"criteria-{number}-text"] = row.text
        changed[f"criteria-{number}-group"] = row.group
        if row.star:
            changed[f"criteria-{number}-star"] = "on"
    answer = client.post(reverse("plan-test-edit", args=[p1.pk]), changed)
    assert answer.status_code == 302, answer.content.decode()
    p1.refresh_from_db()
    assert p1.pass_rule["percent"] == 90 and p1.assessor == cast.quality_lead_staff and p1.withdrawn_at is None
    # New criteria make it a new test; the old one is withdrawn, never rewritten.
    changed["criteria-0-text"] = "Rings within the hour"
    assert client.post(reverse("plan-test-edit", args=[p1.pk]), changed).status_code == 302
    p1.refresh_from_db()
    assert p1.withdrawn_at is not None
    assert plan.tests.get(code="P1", withdrawn_at=None).criteria.first().text == "Rings within the hour"


def test_parts_of_a_draft_can_be_added_and_taken_out(cast: Cast, client: Client) -> None:
    plan = build.ready(cast)
    client.force_login(cast.manager)
    learning = plan.learning_actions.first()
    assert client.post(reverse("plan-learning-remove", args=[learning.pk])).status_code == 302
    added = build.posted(kind="e_learning", what="Safeguarding level 2", owner=cast.deputy_staff, due_on=build.days(3))
    assert client.post(reverse("plan-learning-new", args=[plan.pk]), added).status_code == 302
    assert (
        client.post(reverse("plan-review-new", args=[plan.pk]), build.posted(due_on=build.days(9))).status_code == 302
    )
    review = plan.reviews.filter(removed_at=None).first()
    assert client.post(reverse("plan-review-remove", args=[review.pk])).status_code == 302
    test = plan.tests.get(code="P3")
    assert client.post(reverse("plan-test-withdraw", args=[test.pk]), {"reason": "Not needed"}).status_code == 302
    assert client.post(reverse("plan-tasks", args=[plan.pk]), {"tasks": ["T1"]}).status_code == 302
    lines = {line.code: line.detail for line in unmet(gates.start(plan))}
    assert lines == {"A9": "Restricted now and in no plan: T4, T5, T6"}


def test_learning_done_proves_nothing_and_its_state_shows_in_the_chain(cast: Cast) -> None:
    plan = build.started(cast)
    for one in plan.learning_actions.all():
        plans.record_learning_done(by=cast.deputy, learning=one, evidence="On shift, 2 hours")
    links = {link.title: link for link in chain.of(plan)}
    assert links["Learning"].done and not links["Practice tests"].done
    assert links["Practice tests"].weakest and "3 tests still to do" in links["Practice tests"].missing


def test_only_those_who_write_plans_may(cast: Cast, client: Client) -> None:
    plan = build.ready(cast)
    for user in (cast.other_senior, cast.hr, cast.worker_user, cast.neighbour, cast.stranger):
        with pytest.raises(NotAllowed):
            plans.edit_plan(by=user, plan=plan, support="x")
    for user in (cast.neighbour, cast.stranger, cast.system_administrator):
        client.force_login(user)
        assert client.get(reverse("plan", args=[plan.pk])).status_code == 404
        assert client.get(reverse("plan-gap", args=[plan.pk])).status_code == 404


# --- Library --------------------------------------------------------------------------------------------------


@pytest.mark.feature("F34")
def test_the_library_holds_the_articles_three_examples_with_their_tests(cast: Cast, client: Client) -> None:
    client.force_login(cast.manager)
    page = client.get(reverse("library")).content.decode()
    for name in ("Late escalation", "Record quality", "Restriction drift"):
        assert name in page
    drift = build.gap("restriction_drift")
    titles = [test["title"] for test in drift.tests]
    assert titles[:2] == [
        "What would you do if restriction use is increasing?",
        "When does this become a safeguarding concern?",
    ]
    assert [sum(c["star"] for c in test["criteria"]) for test in drift.tests[:2]] == [4, 4]
    entry = client.get(reverse("library-entry", args=[drift.pk])).content.decode()
    assert "in at least 2 different settings" in entry and "If they are hurt" in entry
    assert len(build.gap("record_quality").tests[0]["criteria"]) == 10
    assert GapTemplate.objects.filter(provider=None).count() == 8


@pytest.mark.feature("F34")
def test_editing_writes_a_new_version_and_a_plan_keeps_the_one_it_has(cast: Cast, client: Client) -> None:
    plan = build.started(cast)
    template = build.gap()
    client.force_login(cast.manager)
    answers: dict[str, Any] = {
        "name": "Late escalation, our way",
        "gap": template.gap,
        "tasks": ["T1"],
        "statement": template.statement,
        "reason": "We use another form",
        "learning-TOTAL_FORMS": "1",
        "learning-INITIAL_FORMS": "0",
        "learning-0-kind": "coaching",
        "learning-0-what": "On shift",
        "learning-0-days": "5",
        "tests-TOTAL_FORMS": "1",
        "tests-INITIAL_FORMS": "0",
        "tests-0-code": "P1",
        "tests-0-title": "Our concern form",
        "tests-0-kind": "scenario",
        "tests-0-percent": "90",
        "tests-0-criteria": "* Rings at once\nSays what was seen",
        "tests-0-before_return": "yes",
        "tests-0-days": "7",
    }
    url = reverse("library-edit", args=[template.pk])
    assert client.get(url).status_code == 200
    bad = client.post(url, answers | {"tests-0-title": "E-learning repeated"})
    assert bad.status_code == 422
    answer = client.post(url, answers)
    assert answer.status_code == 302, answer.content.decode()
    own = GapTemplate.objects.get(provider=cast.provider, code="late_escalation")
    assert own.version == template.version + 1 and own.tests[0]["pass_rule"]["percent"] == 90
    assert own.tests[0]["criteria"][0] == {"text": "Rings at once", "star": True, "group": ""}
    plan.refresh_from_db()
    assert plan.template == template and plan.tests.get(code="P1").title == "Concern form from a scenario"
    assert GapTemplate.objects.visible_to(cast.manager).newest().get(code="late_escalation") == own
    assert GapTemplate.objects.visible_to(cast.stranger).newest().get(code="late_escalation") == template
    client.force_login(cast.stranger)
    assert client.get(reverse("library-entry", args=[own.pk])).status_code == 404


def test_loading_the_library_again_writes_nothing(cast: Cast) -> None:
    from accounts.models import User

    assert library.load_library(by=User.system()) == []
    with pytest.raises(NotAllowed):
        library.write_version(
            by=cast.other_senior,
            provider=cast.provider,
            template=build.gap(),
            name="x",
            gap="x",
            tasks=["T1"],
            learning=[],
            tests=[],
            statement="",
            reason="x",
        )


def test_every_pass_rule_of_the_library_can_be_computed_and_reads_as_a_sentence() -> None:
    for template in GapTemplate.objects.filter(provider=None):
        for test in template.tests:
            assert pass_rules.check(test["pass_rule"]) == test["pass_rule"]
            words = pass_rules.in_words(test["pass_rule"])
            assert words.endswith(".") and words[0].isupper()
            assert test["kind"] not in PracticeTest.NOT_TESTS and test["criteria"]


# --- Pages ------------------------------------------------------------------------------------------------------


def test_the_plan_page_asks_a_bounded_number_of_questions_of_the_database(
    cast: Cast, client: Client, django_assert_max_num_queries: Any
) -> None:
    plan = build.started(cast)
    client.force_login(cast.manager)
    for name, key, most in (
        ("plan", plan.pk, 65),
        ("case-plans", plan.case_id, 60),
        ("case-learning", plan.case_id, 60),
        ("case-capability", plan.case_id, 60),
    ):
        client.get(reverse(name, args=[key]))
        with django_assert_max_num_queries(most):
            assert client.get(reverse(name, args=[key])).status_code == 200


def test_every_page_of_the_tracks_opens_for_the_manager(cast: Cast, client: Client) -> None:
    plan = build.ready(cast)
    case, response = plan.case, plan.response
    client.force_login(cast.manager)
    finding, test = build.cause(case, "process"), plan.tests.get(code="P2")
    learning, review = plan.learning_actions.first(), plan.reviews.first()
    pages = {
        case.pk: (
            "case-learning",
            "learning-write",
            "learning-weak",
            "learning-finish",
            "learning-reopen",
            "case-capability",
        ),
        finding.pk: ("cause", "cause-evidence", "cause-find", "cause-live", "action-new"),
        response.pk: (
            "capability",
            "capability-none",
            "capability-tell",
            "capability-trail",
            "capability-discuss",
            "capability-route",
            "capability-support",
            "capability-coaching",
            "reply-invite",
            "capability-outcome",
            "plan-new",
        ),
        plan.pk: (
            "plan",
            "plan-gap",
            "plan-statement",
            "plan-support",
            "plan-tasks",
            "plan-start",
            "plan-end",
            "plan-learning-new",
            "plan-test-new",
            "plan-review-new",
        ),
        learning.pk: ("plan-learning-edit", "plan-learning-remove", "plan-learning-done", "plan-learning-due"),
        test.pk: ("plan-test-edit", "plan-test-withdraw", "plan-test-due"),
        review.pk: ("plan-review-hold", "plan-review-remove", "plan-review-due"),
    }
    for key, names in pages.items():
        for name in names:
            answer = client.get(reverse(name, args=[key]))
            assert answer.status_code == 200, name
    stranger = Client()
    stranger.force_login(cast.stranger)
    for key, names in pages.items():
        for name in names:
            assert stranger.get(reverse(name, args=[key])).status_code == 404, name
    assert test.criteria.count() == 10


# --- Past the pages: what the actions refuse by themselves --------------------------------------------------------


def test_learning_is_not_recorded_before_the_plan_has_started(cast: Cast) -> None:
    plan = build.ready(cast)
    with pytest.raises(Refused) as refused:
        plans.record_learning_done(by=cast.deputy, learning=plan.learning_actions.all()[0], evidence="On shift")
    assert refused.value.code == "A3"


def test_a_statement_of_attendance_is_refused_at_the_start_too(cast: Cast) -> None:
    plan = build.ready(cast)
    from records.acting import acting_as

    with acting_as(cast.manager, "imported"):  # as an import would, past the form and the action
        plan.statement = "She has attended the refresher and there were no further incidents"
        plan.save()
    with pytest.raises(Refused) as refused:
        plans.start_plan(by=cast.manager, plan=plan, signature=build.fresh_signature())
    assert refused.value.code == "SMART"


@pytest.mark.parametrize("lacking", ["assessor", "due_on"])
def test_a_test_without_its_assessor_or_its_date_keeps_the_plan_from_starting(cast: Cast, lacking: str) -> None:
    plan = build.ready(cast)
    from records.acting import acting_as

    test = plan.tests.get(code="P1")
    with acting_as(cast.manager, "imported"):
        setattr(test, lacking, None)
        test.save()
    assert codes(plan) == {"F33"}
    with pytest.raises(Refused):
        plans.start_plan(by=cast.manager, plan=plan, signature=build.fresh_signature())


def version(cast: Cast, **changed: Any) -> GapTemplate:
    template = changed.pop("template", None) or build.gap()
    given: dict[str, Any] = {
        "by": cast.manager,
        "provider": cast.provider,
        "name": "Ours",
        "gap": template.gap,
        "tasks": ["T1"],
        "learning": [{"kind": "coaching", "what": "On shift"}],
        "tests": template.tests,
        "statement": "",
        "reason": "We use another form",
    }
    return library.write_version(template=template, **(given | changed))


def test_the_library_takes_no_test_of_attendance(cast: Cast) -> None:
    honest = build.gap().tests[0]
    for wrong in ({"title": "E-learning repeated"}, {"kind": "attendance"}):
        with pytest.raises(Refused, match="A7"):
            version(cast, tests=[honest | wrong])
    assert version(cast).version == build.gap().version + 1


def test_an_entry_of_another_provider_is_not_ours_to_write_on(cast: Cast) -> None:
    theirs = version(cast, by=cast.stranger, provider=cast.other_provider)
    with pytest.raises(Refused, match="LIBRARY"):
        version(cast, template=theirs)
