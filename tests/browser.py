"""A real browser for tests: Debian's Chromium through Playwright, axe, and signing in.

    def test_something(page, live_url): page.goto(live_url + "/components/"); axe(page)

`page` is 1280 px wide, `phone` 360 px, `plain_page` has no JavaScript. `pages(width=…)` makes more.
"""

import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

# Playwright's loop runs in the test's thread; the ORM is called between its steps, never inside them.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

#: How long the browser may take for one step on a machine that does other things too, in milliseconds.
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)

#: The password of everybody in the tests' cast.
PASSWORD = "three words together"
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
#: The accessibility rules themselves, as they are put into a page.
AXE = Axe().axe_script
#: A folder where `axe` keeps a picture of each page it looked at, for a person to look at too.
SHOTS = os.environ.get("SHOTS", "")
BUILD = Path(__file__).resolve().parent.parent / "static" / "build" / "main.css"


def chromium_path() -> str:
    """Where Chromium is, or a failure that says what to do: a browser test is never skipped."""
    # (the shell is the same engine without the window around it: a third less work for each new page)
    for name in (
        os.environ.get("CHROMIUM", ""),
        "chromium-headless-shell",
        "chromium",
        "chromium-browser",
        "google-chrome",
    ):
        found = shutil.which(name) if name else None
        if found:
            return found
    pytest.fail("No Chromium found. Install it (apt-get install chromium) or set CHROMIUM to its path.")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for a file of tests. Not for the session: while Playwright runs, its loop stands in the test's
    thread, and a pack that is sealed there by a later file would be refused one of its own."""
    if not BUILD.exists():
        pytest.fail("The front end is not built. Run `npm ci && npm run build`.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_ARGS)
        yield browser
        browser.close()


@pytest.fixture
def pages(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Makes pages in contexts of their own (own cookies): `pages(width=360, javascript=False)`.

    A test that puts its window away closes the context, not the page: Chromium answers a page's close and does not do
    it while a navigation is being committed, and Playwright then waits for ever (crbug.com/536385539,
    github.com/microsoft/playwright/issues/41900; here the 18th of 400 hung, and none of 400 contexts did).
    """
    contexts = []

    def make(width: int = 1280, height: int = 900, javascript: bool = True) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            java_script_enabled=javascript,
            locale="en-GB",
            timezone_id="Europe/London",
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def page(pages: Callable[..., Page]) -> Page:
    return pages()


@pytest.fixture
def phone(pages: Callable[..., Page]) -> Page:
    return pages(width=360, height=740)


@pytest.fixture
def plain_page(pages: Callable[..., Page]) -> Page:
    return pages(javascript=False)


def sign_in(page: Page, base: str, email: str, password: str = PASSWORD) -> None:
    """Sign in as a person does, and wait for the page after it."""
    page.goto(base + "/account/login/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "/account/login" not in url)


def confirm_identity(page: Page, password: str = PASSWORD) -> None:
    """Answer the "Confirm that it is you" page when it stands in the way; do nothing otherwise."""
    if "/reauthenticate/" in page.url:
        page.get_by_label("Your password").fill(password)
        page.get_by_role("button", name="Confirm").click()
        page.wait_for_url(lambda url: "/reauthenticate/" not in url)


def axe(page: Page) -> None:
    """No accessibility violation of any rule axe knows, best practices included."""
    if SHOTS:
        width = (page.viewport_size or {}).get("width", 0)
        name = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "id", page.url.split("/", 3)[3]).strip("/") or "home"
        page.screenshot(path=Path(SHOTS) / f"{re.sub('[^a-z0-9]+', '-', name)}-{width}.png", full_page=True)
    page.evaluate(AXE)
    # Only what was violated comes back, as one text: the whole of what axe found takes longer to carry than to find.
    found = json.loads(
        page.evaluate("axe.run({resultTypes: ['violations']}).then(found => JSON.stringify(found.violations))")
    )
    told = [
        f"{one['id']}: {one['help']}\n    " + "\n    ".join(node["html"][:200] for node in one["nodes"][:5])
        for one in found
    ]
    assert not told, f"axe on {page.url}:\n" + "\n".join(told)


def fits(page: Page) -> None:
    """Nothing is wider than the screen."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url} scrolls sideways by {wide} px"
