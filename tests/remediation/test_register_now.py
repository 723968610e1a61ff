"""Who may do what now: one page a service, true in the same request, without a word of any case (F14, F54)."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from incidents import actions as incident_actions
from incidents.models import TaskRestriction
from records import times
from remediation import register
from tests.remediation.pages import signed_in, words
from tests.remediation.scene import scene


@pytest.fixture
def on(cast):
    made = scene(cast)
    made.set(made.case, level=1)
    return made


def page_of(client, cast):
    return words(client.get(reverse("register-service", args=[cast.service.pk])))


def without_chance(text):
    """The page without its random tokens, which spell "L1" or "P1" now and then."""
    return re.sub(
        r'nonce="[^"]*"|name="(?:csrfmiddlewaretoken|form_number)" value="[^"]*"|"X-CSRFToken":\s*"[^"]*"', "", text
    )


@pytest.mark.feature("F54")
def test_workers_down_tasks_in_use_across_and_every_cell_in_words(on):
    page = register.page(on.cast.service)
    assert page.tasks == ("T1", "T4")
    names = [line.worker.name for line in page.lines]
    # Who may not do something stands first; the others follow by name.
    assert names[0] == "Dionne Asante" and names[1:] == sorted(names[1:]) and "Petra Novak" in names[1:]
    shown = page_of(signed_in(on.cast.senior), on.cast)
    assert "Lone or unsupervised work" in shown and "Disclosures and first response" in shown
    assert "Medication" not in shown
    assert shown.count("may not") >= 2
    assert "True at" in shown
    # T5 is to triage what others report: no "may not" of it silences anybody.
    assert "everyone must report a concern at once" in shown
    assert "If something worries you, report it at once" in words(
        signed_in(on.cast.worker_user).get(reverse("my-plan"))
    )


@pytest.mark.feature("F54")
def test_whoever_does_no_task_with_people_stands_there_only_when_a_task_is_kept_from_them(on):
    def names():
        return [line.worker.name for line in register.page(on.cast.service).lines]

    office = [on.cast.staff[name].name for name in ("hr", "system_administrator")]
    assert not set(office) & set(names()) and on.cast.staff["colleague"].name in names()
    on.cast.control(on.cast.case(), worker=on.cast.staff["hr"], tasks=["T7"])
    assert office[0] in names() and office[1] not in names()


@pytest.mark.feature("F54")
def test_who_may_not_stands_before_who_may_on_a_condition_and_both_before_the_others(on):
    on.pass_all()
    on.decide("conditional")
    on.set(
        TaskRestriction.objects.get(worker=on.cast.worker, task="T4"), ended_at=times.now(), ended_by=on.cast.manager
    )
    on.cast.control(on.cast.case(), worker=on.cast.senior_staff, tasks=["T7"])
    lines = register.page(on.cast.service).lines
    assert [line.worker.name for line in lines[:2]] == [on.cast.senior_staff.name, "Dionne Asante"]
    others = [line.worker.name for line in lines[2:]]
    assert others == sorted(others) and min(others) < "Dionne Asante" < on.cast.senior_staff.name


@pytest.mark.feature("F54")
def test_a_restriction_a_condition_and_a_return_are_true_in_the_same_request(on):
    client = signed_in(on.cast.senior)
    on.pass_all()
    assert ">may not<" in page_of(client, on.cast).replace("\n", "").replace(" <", "<").replace("> ", ">")
    on.decide("conditional")
    assert "with condition: second worker present" in page_of(client, on.cast)
    on.decide("full")
    assert "with condition" not in page_of(client, on.cast)
    incident_actions.restrict_tasks(by=on.cast.manager, control=on.control, tasks=["T7"])
    assert "Medication" in page_of(client, on.cast)


@pytest.mark.feature("F54")
def test_tapping_a_cell_says_since_when_and_until_when_and_never_why(on):
    on.pass_all()
    on.decide("conditional")
    senior = signed_in(on.cast.senior)
    url = reverse("register-cell", args=[on.cast.service.pk, on.cast.worker.pk, "T1"])
    assert url in page_of(senior, on.cast)
    shown = words(senior.get(url))
    assert "Since" in shown and "Until" in shown and "Supervised by" in shown
    blocked = words(senior.get(reverse("register-cell", args=[on.cast.service.pk, on.cast.worker.pk, "T4"])))
    for text in map(without_chance, (shown, blocked, page_of(senior, on.cast))):
        for secret in (on.case.reference, on.case.title, "bruise", "Bruise", on.control.what, "L1", "P1", "Both tests"):
            assert secret not in text, secret


@pytest.mark.feature("F54")
def test_the_register_shows_a_restriction_from_a_case_the_reader_may_not_see(on):
    """A sealed case, or one of another service: the shift lead still must know what, never why."""
    on.set(on.case, sealed_at=on.case.logged_at, sealed_by=on.cast.nominated_individual)
    senior = signed_in(on.cast.senior)
    assert senior.get(reverse("case-tests", args=[on.case.pk])).status_code == 404
    assert "may not" in page_of(senior, on.cast)


@pytest.mark.feature("F54")
def test_other_services_other_providers_and_care_workers_find_no_register(on):
    url = reverse("register-service", args=[on.cast.service.pk])
    for user in (on.cast.neighbour, on.cast.stranger, on.cast.colleague, on.cast.hr, on.cast.system_administrator):
        assert signed_in(user).get(url).status_code == 404, user
    assert signed_in(on.cast.colleague).get(reverse("register")).status_code == 404
    assert signed_in(on.cast.senior).get(reverse("register"))["Location"] == url
    assert "Larkfield South" in words(signed_in(on.cast.quality_lead).get(reverse("register")))


@pytest.mark.feature("F54")
def test_the_navigation_offers_the_register_to_those_who_may_see_it(on):
    assert "Who may do what" in words(
        signed_in(on.cast.senior).get(reverse("register-service", args=[on.cast.service.pk]))
    )


def test_the_register_needs_the_same_few_queries_however_many_workers(on, django_assert_max_num_queries):
    from accounts.actions import add_staff
    from accounts.models import User
    from tests.cast import STARTED

    senior = signed_in(on.cast.senior)
    url = reverse("register-service", args=[on.cast.service.pk])
    senior.get(url)
    for number in range(12):
        add_staff(
            by=User.system(),
            provider=on.cast.provider,
            name=f"Worker {number}",
            job_title="Care worker",
            started_on=STARTED,
            services=[on.cast.service],
        )
    with django_assert_max_num_queries(25):
        assert senior.get(url).status_code == 200


def test_who_has_left_is_not_in_the_register(on):
    on.set(on.cast.worker, left_on=times.today() - timedelta(days=1))
    assert "Dionne Asante" not in [line.worker.name for line in register.page(on.cast.service).lines]


def test_the_worker_sees_their_own_line_and_nobody_elses(on):
    cells = register.own_line(on.cast.worker_user)
    assert [(cell.task, cell.state) for cell in cells] == [("T1", "may not"), ("T4", "may not")]
    assert register.own_line(on.cast.colleague) == []


def test_two_cases_about_one_task_the_stricter_one_holds(on):
    on.pass_all()
    on.decide("conditional")
    second = on.cast.control(on.cast.case(), tasks=["T1"])
    assert register.cell_of(on.cast.worker, "T1").state == "may not"
    on.set(TaskRestriction.objects.get(control=second), ended_at=second.decided_at, ended_by=on.cast.manager)
    assert register.cell_of(on.cast.worker, "T1").state == "with condition"


def test_two_decisions_of_two_cases_the_stricter_one_holds_whichever_came_first():
    cells = [register.Cell("T1", state) for state in (register.MAY, register.WITH_CONDITION, register.MAY_NOT)]
    for one in cells:
        for other in cells:
            assert register._stricter(one, other).state == max(one, other, key=cells.index).state


@pytest.mark.feature_part("F42")
def test_a_worker_reads_why_their_test_was_not_passed(on):
    on.signed("P1", "02222")
    shown = words(signed_in(on.cast.worker_user).get(reverse("my-plan")))
    assert "Why it was not passed:" in shown and "Criterion 1 must be met and is" in shown
