"""The log without a mouse, and the log without JavaScript: the same questions, the same reference at the end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from records import times
from tests.browser import PASSWORD, sign_in
from tests.cast import build
from tests.journeys.steps import fill_in, follow, go_on, heading, main, send, shows

pytestmark = pytest.mark.journey

PRODUCT = {"load": build, "worker": False}
TITLE = "Medicine chart not signed"


def test_a_failure_is_logged_with_the_keyboard_alone(pages: Callable[..., Page], running_product) -> None:
    page = pages()
    page.goto(running_product.url + "/account/login/")
    tab_to(page, "E-mail address")
    page.keyboard.type("manager@larkfield.example")
    tab_to(page, "Password")
    page.keyboard.type(PASSWORD)
    enter(page)
    tab_to(page, "Log a concern or failure")
    enter(page)
    heading(page, "What happened")
    tab_to(page, "What would you call it in a few words?")
    page.keyboard.type(TITLE)
    tab_to(page, "What happened?")
    page.keyboard.type("Two doses on Saturday were given and not signed for.")
    on(page)
    noticed = times.to_london(times.now() - timedelta(hours=3))
    heading(page, "When")
    for label, text in (
        ("Day", noticed.day),
        ("Month", noticed.month),
        ("Year", noticed.year),
        ("Time", noticed.strftime("%H:%M")),
    ):
        tab_to(page, label)
        page.keyboard.type(str(text))
    on(page)
    heading(page, "Who")
    tab_to(page, "One or more people we support")
    page.keyboard.press("Space")
    tab_to(page, "What are their initials or codes?")
    page.keyboard.type("B12")
    on(page)
    tab_to(page, "Yes, everyone is safe now")
    page.keyboard.press("Space")
    on(page)
    on(page)
    on(page)
    heading(page, "Check your answers")
    shows(page, TITLE, "B12")
    tab_to(page, "Log this")
    enter(page)
    heading(page, "Logged")
    shows(page, "SP-")


def tab_to(page: Page, name: str) -> None:
    """Press Tab until what has the focus is called `name`; it must be seen to have it."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate(CALLED).startswith(name):
            outlined = page.evaluate(
                "() => { const s = getComputedStyle(document.activeElement);"
                " const n = document.activeElement.nextElementSibling;"
                " const l = n ? getComputedStyle(n, '::before') : s;"
                " return s.outlineStyle !== 'none' || s.boxShadow !== 'none' || l.boxShadow !== 'none' || l.outlineStyle !== 'none' }"
            )
            assert outlined, f"nobody sees that {name!r} has the focus"
            return
    raise AssertionError(f"Tab never reached {name!r} on {page.url}")


CALLED = """() => {
  const one = document.activeElement
  const label = one.labels && one.labels.length ? one.labels[0] : one
  return (label.innerText || one.value || '').trim()
}"""


def enter(page: Page) -> None:
    with page.expect_navigation():
        page.keyboard.press("Enter")


def on(page: Page) -> None:
    tab_to(page, "Save and continue")
    enter(page)


def test_a_failure_is_logged_without_javascript(pages: Callable[..., Page], running_product) -> None:
    page = pages(javascript=False)
    sign_in(page, running_product.url, "manager@larkfield.example")
    follow(page, "Log a concern or failure")
    go_on(
        page,
        {
            "What would you call it in a few words?": TITLE,
            "What happened?": "Two doses on Saturday were given and not signed for.",
        },
    )
    # Everything the answers would reveal stands open; what is wrong is said, and nothing typed is lost.
    send_wrong(page)
    fill_in(page, {"When did anyone who works here first notice?": times.now() - timedelta(hours=3)})
    send(page, "Save and continue")
    go_on(
        page,
        {
            "Who is, or may be, at risk?": "One or more people we support",
            "What are their initials or codes?": "B12",
        },
    )
    go_on(page, {"Is everyone safe now?": "Yes"})
    go_on(page, {})
    go_on(page, {})
    heading(page, "Check your answers")
    shows(page, TITLE, "B12")
    send(page, "Log this")
    heading(page, "Logged")
    expect(main(page)).to_contain_text("SP-")


def send_wrong(page: Page) -> None:
    page.get_by_role("button", name="Save and continue").click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("first noticed")
