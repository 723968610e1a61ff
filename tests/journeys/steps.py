"""What a person does on a page, by the words on it: answer a question, press a button, follow a link, read a refusal.

Nothing here knows addresses or ids: what cannot be found by its words cannot be found by a person either.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from records import times
from tests.browser import PASSWORD, confirm_identity, sign_in
from tests.product import Product

#: A busy machine answers slowly; a person would wait this long (milliseconds).
PATIENCE = 30_000
#: The page's own green button, where its words are not what is shown here.
GREEN = "the green button"


class Desk:
    """One browser window for each person, all of the same product, and the clock on the wall."""

    def __init__(self, product: Product, chromium: Browser, clock: Path | None = None) -> None:
        self.product, self.chromium, self.clock = product, chromium, clock
        self.windows: dict[tuple[str, int], tuple[BrowserContext, Page]] = {}
        self.now: datetime = times.now()

    def at(self, who: str, path: str = "", *, width: int = 1280) -> Page:
        """`who` (a name of the cast) in their own window, signed in; then on the page `path`, if one is named."""
        key = (who, width)
        if key not in self.windows:
            context = self.chromium.new_context(
                viewport={"width": width, "height": 740 if width < 600 else 900},
                locale="en-GB",
                timezone_id="Europe/London",
                accept_downloads=True,
            )
            context.set_default_timeout(PATIENCE)
            page = context.new_page()
            self.windows[key] = context, page
            sign_in(page, self.product.url, f"{who}@larkfield.example")
        page = self.windows[key][1]
        if path:
            page.goto(path if path.startswith("http") else self.product.url + path)
        return page

    def it_is(self, moment: datetime) -> None:
        """Time passes: everybody went home, and it is now `moment` (UTC)."""
        assert self.clock is not None, "this journey has no clock of its own"
        self.clock.write_text(moment.isoformat())
        self.now = moment
        self.close()

    def minutes_later(self, minutes: int) -> None:
        """Time passes while everybody's windows stay open."""
        assert self.clock is not None, "this journey has no clock of its own"
        self.now += timedelta(minutes=minutes)
        self.clock.write_text(self.now.isoformat())

    def days_later(self, days: int, hour: int = 10, minute: int = 0) -> None:
        """So many days later, at this hour in England."""
        day = times.to_london(self.now).date() + timedelta(days=days)
        self.it_is(times.london(day.year, day.month, day.day, hour, minute))

    def today(self, plus: int = 0) -> date:
        return times.to_london(self.now).date() + timedelta(days=plus)

    def close(self) -> None:
        for context, _ in self.windows.values():
            context.close()
        self.windows.clear()

    def seen(self) -> str:
        """What stands on each open page: for the report of a failed chapter."""
        told = []
        for (who, _), (_, page) in self.windows.items():
            told.append(f"--- {who} at {page.url}\n{page.locator('body').inner_text()[:2500]}")
        return "\n".join(told)


def main(page: Page) -> Locator:
    return page.locator("main")


def shows(page: Page, *words: str) -> None:
    """Each of these words stands on the page."""
    for text in words:
        expect(main(page)).to_contain_text(text, timeout=PATIENCE)


def shows_not(page: Page, *words: str) -> None:
    for text in words:
        expect(main(page)).not_to_contain_text(text)


def heading(page: Page, text: str | re.Pattern[str]) -> None:
    """The page is the one with this first heading."""
    expect(page.get_by_role("heading", level=1)).to_contain_text(text, timeout=PATIENCE)


def _asked(question: str) -> re.Pattern[str]:
    return re.compile(rf"^\s*{re.escape(question)}( \(optional\))?\s*$")


def answer(page: Page, question: str, value: Any) -> None:
    """Answer the question with these words: text, a choice, several choices (a list), a day or a moment.

    A choice is named by how it begins.
    """
    if isinstance(value, datetime | date):
        _moment(page.get_by_role("group", name=_asked(question)).first, value)
        return
    group = page.get_by_role("group", name=_asked(question))
    field = page.get_by_label(_asked(question))
    expect(group.or_(field).first).to_be_visible(timeout=PATIENCE)
    if group.count():
        for choice in value if isinstance(value, list) else [value]:
            named = re.compile(rf"^{re.escape(choice)}")
            box = group.get_by_role("checkbox" if isinstance(value, list) else "radio", name=named).first
            box.check()
        return
    field = field.first
    if field.evaluate("one => one.tagName") == "SELECT":
        labels: list[str] = field.locator("option").all_inner_texts()
        field.select_option(label=next(text for text in labels if text.startswith(value)))
    elif field.get_attribute("type") == "checkbox":
        field.set_checked(bool(value))
    else:
        field.fill(str(value))


def _moment(group: Locator, value: date) -> None:
    """A day in its three boxes; a moment with the time as a person in England would write it."""
    at = times.to_london(value) if isinstance(value, datetime) else None
    day = at.date() if at else value
    for label, text in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        group.get_by_label(label, exact=True).fill(str(text))
    if at:
        group.get_by_label("Time", exact=True).fill(at.strftime("%H:%M"))


def fill_in(page: Page, answers: dict[str, Any]) -> None:
    for question, value in answers.items():
        answer(page, question, value)


def press(page: Page, button: str) -> None:
    if button == GREEN:
        page.locator("main form button.govuk-button:not(.govuk-button--secondary)").last.click()
    else:
        page.get_by_role("button", name=button, exact=True).click()


def follow(page: Page, link: str, *, exact: bool = True) -> None:
    """Follow a link, or one that is drawn as a button; the page it leads to has come."""
    named = page.get_by_role("link", name=link, exact=exact).or_(page.get_by_role("button", name=link, exact=exact))
    with page.expect_navigation(timeout=PATIENCE):
        named.first.click()


def go_on(page: Page, answers: dict[str, Any], button: str = "Save and continue") -> None:
    """Answer what this page asks and press its button; the page after it has come."""
    fill_in(page, answers)
    send(page, button)


def send(page: Page, button: str) -> None:
    with page.expect_navigation(timeout=PATIENCE):
        press(page, button)
    trouble = page.locator(".govuk-error-summary")
    assert not trouble.count(), f"{page.url} refused:\n{trouble.inner_text()}"


def refused(page: Page, button: str, *words: str) -> None:
    """Press the button; the page says no, and says these words in its error summary."""
    with page.expect_navigation(timeout=PATIENCE):
        press(page, button)
    says_no(page, *words)


def says_no(page: Page, *words: str) -> None:
    summary = page.locator(".govuk-error-summary")
    expect(summary).to_be_visible(timeout=PATIENCE)
    for text in words:
        expect(summary).to_contain_text(text, timeout=PATIENCE)


def section(page: Page, name: str) -> None:
    """Open a section of the case by its name in the side navigation."""
    page.get_by_role("navigation", name=re.compile("case", re.I)).get_by_role(
        "link", name=re.compile(f"^{name}")
    ).click()


def sign(page: Page, button: str, conflict: str = "I have no conflict", password: str = PASSWORD) -> None:
    """Sign: prove again who it is where asked, say whether there is a conflict, agree, press."""
    prove(page, password)
    answer(page, "Do you have a conflict of interest?", conflict)
    page.get_by_label("I have read this and it is true to my knowledge").check()
    with page.expect_navigation(timeout=PATIENCE):
        press(page, button)


def prove(page: Page, password: str = PASSWORD) -> None:
    """Answer "Confirm that it is you", whether the page led there or only offers it."""
    offer = page.get_by_role("button", name="Confirm it is me")
    if offer.count():
        offer.first.click()
        page.wait_for_url("**/reauthenticate/**")
    confirm_identity(page, password)


def until(page: Page, holds: Callable[[], bool], what: str, tries: int = 120) -> None:
    """Wait for something the worker does, looking twice a second."""
    for _ in range(tries):
        if holds():
            return
        page.wait_for_timeout(500)
    raise AssertionError(f"waited in vain for {what}")
