"""The pages of practice tests, decisions and the register in a real browser, on a phone and on a desk."""

import re

import pytest
from playwright.sync_api import expect

from remediation.models import AttemptSignOff, Reauthorisation
from tests.browser import axe, confirm_identity, fits, sign_in
from tests.cast import build
from tests.remediation.scene import LIVE, scene

pytestmark = pytest.mark.journey


@pytest.fixture
def on(live_url):
    made = scene(build())
    made.test("P4", "live", LIVE, before_return=False, title="Live: every concern of the first weeks")
    return made


@pytest.mark.feature("F40")
def test_a_senior_records_and_signs_an_observation_on_a_phone(phone, live_url, on):
    sign_in(phone, live_url, on.assessor.email)
    phone.goto(f"{live_url}/practice-tests/{on.tests['O'].pk}/")
    axe(phone)
    fits(phone)
    phone.get_by_role("button", name="Start an attempt").click()
    phone.get_by_label("Where are you watching?").wait_for()
    axe(phone)
    fits(phone)
    phone.get_by_label("Where are you watching?").fill("Morning call at M.E.'s home")
    phone.get_by_role("group", name="Has the person agreed").get_by_label("Yes", exact=True).check()
    phone.get_by_role("group", name="Does the worker know").get_by_label("Yes", exact=True).check()
    phone.get_by_role("button", name="Start", exact=True).click()
    for number in range(1, 6):
        expect(phone.locator("main")).to_contain_text(f"{number} of 5")
        if number in (1, 3):
            axe(phone)
            fits(phone)
        phone.get_by_label("2 Done independently").check()
        phone.get_by_label("What did you see or hear?").fill(f"At 08:{number:02d} she did it without a word from me")
        phone.get_by_role("button", name="Save and go on").click()
    phone.get_by_label("For how many minutes did you watch?").wait_for()
    axe(phone)
    fits(phone)
    phone.get_by_label("For how many minutes did you watch?").fill("25")
    phone.get_by_role("group", name="direct contact").get_by_label("Yes", exact=True).check()
    phone.get_by_role("group", name="unsafe answer").get_by_label("No", exact=True).check()
    phone.get_by_label("What feedback did you give?").fill("You asked her first each time")
    phone.get_by_label("What does the worker say about it?").fill("I was nervous and then I was not")
    phone.get_by_label("Competent in this", exact=True).check()
    phone.get_by_role("button", name="Save and see the result").click()
    assert "The result is: passed" in phone.inner_text("main")
    axe(phone)
    fits(phone)
    phone.get_by_label("I have no conflict of interest").check()
    phone.get_by_label("I have read this").check()
    phone.get_by_role("button", name="Sign", exact=True).click()
    confirm_identity(phone)
    phone.wait_for_url(re.compile(r"/attempts/[0-9a-f-]+/$"))
    assert AttemptSignOff.objects.get().attempt.outcome == "passed"
    axe(phone)
    fits(phone)


def test_the_pages_of_the_decision_at_two_widths(pages, live_url, on):
    on.signed("P1", "01222")
    on.signed("O")
    on.finding("process", "contributed", still_live=True)
    on.coached_by(on.cast.senior_staff)
    for width in (360, 1280):
        page = pages(width=width)
        sign_in(page, live_url, on.cast.senior.email)
        for path in (f"cases/{on.case.pk}/tests/", f"practice-tests/{on.tests['P1'].pk}/start/", "who-may-do-what/"):
            page.goto(f"{live_url}/{path}")
            axe(page)
            fits(page)
        page = pages(width=width)
        sign_in(page, live_url, on.cast.manager.email)
        for path in (
            f"practice-tests/{on.tests['P1'].pk}/",
            f"cases/{on.case.pk}/reauthorisation/",
            f"plans/{on.plan.pk}/reauthorisation/",
            f"plans/{on.plan.pk}/reauthorisation/T1/",
            f"cases/{on.case.pk}/holds/",
            f"who-may-do-what/{on.cast.service.pk}/{on.cast.worker.pk}/T1/",
        ):
            page.goto(f"{live_url}/{path}")
            axe(page)
            fits(page)


def test_a_manager_decides_with_a_condition_and_the_second_person_agrees(page, pages, live_url, on):
    from datetime import timedelta

    from records import times

    on.signed("P1")
    on.signed("O")
    sign_in(page, live_url, on.cast.manager.email)
    page.goto(f"{live_url}/plans/{on.plan.pk}/reauthorisation/T1/")
    page.get_by_label("Conditional, supervised").check()
    page.get_by_label("What is the condition?").fill("second worker present")
    page.get_by_label("Who supervises it?").select_option(label="Grace Lim")
    day = times.today() + timedelta(days=21)
    page.get_by_label("Day").fill(str(day.day))
    page.get_by_label("Month").fill(str(day.month))
    page.get_by_label("Year").fill(str(day.year))
    page.get_by_label("Why do you decide this?").fill("Both tests passed; P4 still runs")
    proposed = page.get_by_label("What makes it safe to practise?")
    said = proposed.input_value()
    assert "without a condition" not in said, "P4 still runs, so only a conditional decision is open"
    proposed.fill(said.replace("with this condition: …", "with this condition: second worker present"))
    page.get_by_role("group", name="Who will hold the follow-ups").get_by_label("Aoife Brennan").check()
    page.get_by_label("I have no conflict of interest").check()
    page.get_by_label("I have read this").check()
    page.get_by_role("button", name="Sign the decision").click()
    page.wait_for_url(re.compile(r"/reauthorisation/$"))
    assert "Waits for the second person" in page.inner_text("main")
    axe(page)
    made = Reauthorisation.objects.get()
    for width in (360, 1280):
        other = pages(width=width)
        sign_in(other, live_url, on.cast.nominated_individual.email)
        other.goto(f"{live_url}/decisions/{made.pk}/second/")
        axe(other)
        fits(other)
    other.get_by_label("Yes, I agree").check()
    other.get_by_label("Why?").fill("I read both forms")
    other.get_by_label("I have no conflict of interest").check()
    other.get_by_label("I have read this").check()
    other.get_by_role("button", name="Sign the second decision").click()
    other.wait_for_url(re.compile(r"/reauthorisation/$"))
    assert "with condition: second worker present" in other.inner_text("main")
    for width in (360, 1280):
        seen = pages(width=width)
        sign_in(seen, live_url, on.cast.senior.email)
        for path in (f"who-may-do-what/{on.cast.service.pk}/", f"cases/{on.case.pk}/tests/"):
            seen.goto(f"{live_url}/{path}")
            axe(seen)
            fits(seen)
        follow_up = on.plan.follow_ups.first()
        seen.goto(f"{live_url}/follow-ups/{follow_up.pk}/")
        axe(seen)
        fits(seen)
