"""A practice observation on a phone 360 px wide, from the start card to the signature, put away in between."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import axe, fits, sign_in
from tests.journeys.steps import follow, go_on, heading, send, shows, sign

pytestmark = pytest.mark.journey


def a_plan_with_an_observation() -> None:
    """A started plan with one observed practice test, made through the actions."""
    from tests.journeys.scene import started_with_observation

    started_with_observation()


PRODUCT = {"load": a_plan_with_an_observation, "worker": False}


def test_an_observation_is_recorded_on_a_phone_put_away_and_signed(pages: Callable[..., Page], running_product) -> None:
    phone = pages(width=360, height=740)
    sign_in(phone, running_product.url, "other_senior@larkfield.example")
    phone.goto(running_product.url + "/cases/")
    follow(phone, "SP-", exact=False)
    phone.goto(re.sub(r"(/cases/[0-9a-f-]{36}/).*", r"\1tests/", phone.url))
    follow(phone, "O1", exact=False)
    follow(phone, "Start an attempt")
    fits(phone)
    go_on(
        phone,
        {
            "Where are you watching?": "Morning call at M.E.'s home",
            "Has the person agreed to you watching?": "Yes",
            "Does the worker know that you are watching today?": "Yes",
        },
        "Start",
    )
    mark(phone, "Rang the office at 08:20 and said “I have found a mark”", "Save and go on")
    mark(phone, "Wrote M.E.'s words as she said them", "Save and pause")
    # The phone is put away: the window is gone, and everything is kept.
    phone.context.close()  # (tests/browser.py says why not the page)
    phone = pages(width=360, height=740)
    sign_in(phone, running_product.url, "other_senior@larkfield.example")
    phone.goto(running_product.url + "/cases/")
    follow(phone, "SP-", exact=False)
    phone.goto(re.sub(r"(/cases/[0-9a-f-]{36}/).*", r"\1tests/", phone.url))
    follow(phone, "O1", exact=False)
    follow(phone, "Go on recording")
    expect(phone.locator("main .govuk-caption-l")).to_contain_text("3 of 4")
    for saw in ("Asked what she wants, and waited", "Read it back to her, and wrote “yes” as she said it"):
        axe(phone)
        fits(phone)
        mark(phone, saw, "Save and go on")
    heading(phone, "The end of the test")
    given = {
        "For how many minutes did you watch?": "25",
        "Was the worker in direct contact with a person?": "Yes",
        "Did the worker give an unsafe answer?": "No",
        "What feedback did you give?": "What went well first",
        "What does the worker say about it?": "I was nervous",
        "What is your own judgement, apart from the points?": "Competent",
    }
    go_on(phone, given, "Save and see the result")
    heading(phone, "The result is: passed")
    fits(phone)
    sign(phone, "Sign")
    shows(phone, "8 of 8")


def mark(phone: Page, saw: str, button: str) -> None:
    from tests.journeys.steps import fill_in

    fill_in(phone, {"How was it done?": "2 Done independently", "What did you see or hear?": saw})
    large = phone.locator(".stp-choices .govuk-radios__item").first.bounding_box()
    assert large and large["height"] >= 44, "an answer is smaller than a thumb"
    send(phone, button)
