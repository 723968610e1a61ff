"""The warning in a real browser: the page's clock and the server's are moved on together."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from playwright.sync_api import Page, expect

from records import times
from tests.browser import axe, sign_in
from tests.cast import build


@pytest.mark.feature("F94")
@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_warns_two_minutes_before_and_nothing_typed_is_lost(live_url: str, pages, width: int) -> None:
    cast = build()
    case = cast.case()
    page: Page = pages(width=width)
    start = times.now()
    page.clock.install(time=start)

    def it_is(minutes: float) -> None:
        clock.move_to(start + timedelta(minutes=minutes))
        page.clock.set_system_time(start + timedelta(minutes=minutes))
        page.clock.fast_forward(1000)

    with time_machine.travel(start, tick=True) as clock:
        sign_in(page, live_url, cast.manager.email)
        page.goto(live_url + reverse("case-chronology-new", args=[case.pk]))
        page.get_by_role("textbox").last.fill("She said her arm hurt.")
        warning = page.get_by_role("dialog", name="You will be signed out in 2 minutes")
        expect(warning).to_be_hidden()
        # The server's clock first: the page asks it how much is left as soon as its own reaches the warning.
        clock.move_to(start + timedelta(minutes=13, seconds=5))
        page.clock.fast_forward(60 * 1000 * 13 + 5000)
        expect(warning).to_be_visible()
        axe(page)
        warning.get_by_role("button", name="Stay signed in").click()
        expect(warning).to_be_hidden()
        expect(page.get_by_role("textbox").last).to_have_value("She said her arm hurt.")
        # Nobody is there now.
        clock.move_to(start + timedelta(minutes=28, seconds=10))
        page.clock.fast_forward(60 * 1000 * 15)
        expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
        expect(page.locator("main")).to_contain_text("What you had typed waits for you")
        page.get_by_label("E-mail address").fill(cast.manager.email)
        page.get_by_label("Password", exact=True).fill("three words together")
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("You were signed out before this was sent")
        expect(page.locator("main")).to_contain_text("She said her arm hurt.")
        axe(page)
        page.get_by_role("button", name="Send it now").click()
        expect(page.locator("main")).to_contain_text("She said her arm hurt.")


@pytest.mark.feature("F94")
def test_a_window_of_one_person_never_sends_under_the_name_of_the_next(live_url: str, pages) -> None:
    """A shared tablet: one person leaves a form open and signs out elsewhere; the next signs in."""
    cast = build()
    case = cast.case()
    left_open: Page = pages()
    left_open.clock.install(time=times.now())
    sign_in(left_open, live_url, cast.manager.email)
    left_open.goto(live_url + reverse("case-chronology-new", args=[case.pk]))
    left_open.get_by_label("A fact").check()
    left_open.get_by_role("textbox").last.fill("Written by the manager.")
    elsewhere = left_open.context.new_page()
    elsewhere.goto(live_url + "/account/logout/")
    elsewhere.get_by_role("button", name="Sign out").last.click()
    sign_in(elsewhere, live_url, cast.deputy.email)
    with left_open.expect_response("**/session/left/"):
        left_open.clock.fast_forward(60 * 1000 * 14)
    left_open.locator("main form button").last.click()
    expect(left_open.get_by_role("heading", level=1)).to_have_text("This page was open too long")
    assert not case.chronology_entries.filter(text="Written by the manager.").exists()
