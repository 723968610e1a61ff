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
