"""Every kind of question in a real browser: what it looks like when it is wrong, and where its error link lands."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import axe, fits

WHERE_EACH_ERROR_LANDS = {
    "Enter a title": "id_title",
    "Enter how many people were there": "id_count",
    "Say what happened": "id_story",
    "Choose the colour": "id_colour",
    "Say whether the person has been told": "id_told",
    "Choose what kinds there were, or none of these": "id_kinds",
    "Choose the service": "id_service",
    "Enter the day": "id_born-day",
    "Enter when it was first noticed": "id_noticed_at-day",
    "Choose at least one file": "id_papers",
    "Confirm that you have checked the answers": "id_sure",
    "Enter what must be seen": "id_criteria-0-criterion",
    "Say whether you have a conflict of interest": "id_sign-conflict",
    "Confirm what you are signing": "id_sign-agree",
}


@pytest.fixture
def showcase(page: Page, live_url: str) -> Page:
    page.goto(live_url + "/components/")
    return page


def send(page: Page) -> None:
    page.get_by_role("button", name="Send the answers").click()


def test_every_error_link_moves_the_focus_to_the_input_it_is_about(showcase: Page) -> None:
    send(showcase)
    summary = showcase.locator(".govuk-error-summary")
    expect(summary).to_be_focused()
    expect(showcase).to_have_title(re.compile("^Error: "))
    assert summary.get_by_role("link").all_inner_texts() == list(WHERE_EACH_ERROR_LANDS)
    for text, target in WHERE_EACH_ERROR_LANDS.items():
        summary.get_by_role("link", name=text, exact=True).click()
        assert showcase.evaluate("document.activeElement.id") == target, text


def test_errors_are_read_out_with_their_input(showcase: Page) -> None:
    send(showcase)
    for name in ("title", "story"):
        described = showcase.locator(f"#id_{name}").get_attribute("aria-describedby") or ""
        assert f"id_{name}-error" in described.split()
        assert f"id_{name}-hint" in described.split()
    for name in ("colour", "kinds", "born", "noticed_at"):
        fieldset = showcase.locator(f"fieldset[aria-describedby~='id_{name}-error']")
        expect(fieldset).to_have_count(1)
    axe(showcase)


def test_the_link_of_a_half_given_date_lands_on_the_part_that_is_missing(showcase: Page) -> None:
    born = showcase.get_by_role("group", name="What day was it?")
    born.get_by_label("Day").fill("12")
    born.get_by_label("Year").fill("2026")
    noticed = showcase.get_by_role("group", name="When did anyone first notice?")
    for label, value in (("Day", "6"), ("Month", "10"), ("Year", "2026")):
        noticed.get_by_label(label).fill(value)
    send(showcase)
    showcase.get_by_role("link", name="The day must include a month").click()
    assert showcase.evaluate("document.activeElement.id") == "id_born-month"
    showcase.get_by_role("link", name="When it was first noticed must include a time").click()
    assert showcase.evaluate("document.activeElement.id") == "id_noticed_at-time"
    expect(born.get_by_label("Day")).to_have_value("12")


def test_nothing_typed_is_lost_when_the_page_comes_back(showcase: Page) -> None:
    story = "First line\n  second, </textarea><b>bold</b>\n\nlast"
    showcase.get_by_label("What happened?").fill(story)
    showcase.get_by_label("Another", exact=True).check()
    showcase.get_by_label("What colour?").fill("Ochre & <i>rust</i>")
    showcase.get_by_label("Neglect").check()
    send(showcase)
    expect(showcase.get_by_label("What happened?")).to_have_value(story)
    expect(showcase.get_by_label("What colour?")).to_have_value("Ochre & <i>rust</i>")
    expect(showcase.get_by_label("Neglect")).to_be_checked()
    send(showcase)
    expect(showcase.get_by_label("What happened?")).to_have_value(story)


def test_long_text_inside_a_revealed_question_comes_back_as_it_was_typed(
    pages: Callable[..., Page], live_url: str
) -> None:
    page = pages()
    page.goto(live_url + "/components/")
    panel = page.get_by_role("group", name="Do you have a conflict of interest?")
    panel.get_by_label("Another conflict").check()
    page.get_by_label("What is the conflict?").fill("One\nTwo\n\n  Three")
    send(page)
    expect(page.get_by_label("What is the conflict?")).to_have_value("One\nTwo\n\n  Three")


def test_a_question_under_an_answer_is_asked_only_when_that_answer_is_given(showcase: Page) -> None:
    expect(showcase.get_by_label("What colour?")).to_be_hidden()
    showcase.get_by_label("Another", exact=True).check()
    expect(showcase.get_by_label("What colour?")).to_be_visible()
    send(showcase)
    showcase.get_by_role("link", name="Enter the colour").click()
    assert showcase.evaluate("document.activeElement.id") == "id_which_colour"
    showcase.get_by_label("Grey").check()
    send(showcase)
    expect(showcase.get_by_role("link", name="Enter the colour")).to_have_count(0)


def test_none_of_these_rules_the_others_out_without_javascript_too(plain_page: Page, live_url: str) -> None:
    plain_page.goto(live_url + "/components/")
    plain_page.get_by_label("Neglect").check()
    plain_page.get_by_label("None of these").check()
    send(plain_page)
    expect(plain_page.get_by_role("link", name="Choose what applies, or that none does, not both")).to_be_visible()


def test_optional_questions_say_so_and_no_asterisk_is_used(showcase: Page) -> None:
    expect(showcase.get_by_label("Where can we write to you? (optional)")).to_be_visible()
    assert "*" not in showcase.locator("main").inner_text()


@pytest.mark.parametrize("javascript", [True, False])
def test_rows_are_added_and_removed_without_losing_what_the_others_hold(
    pages: Callable[..., Page], live_url: str, javascript: bool
) -> None:
    page = pages(javascript=javascript)
    page.goto(live_url + "/components/")
    boxes = page.get_by_label("What must be seen?")
    expect(boxes).to_have_count(2)
    boxes.nth(0).fill("first")
    boxes.nth(1).fill("second")
    page.get_by_role("button", name="Add another criterion").click()
    expect(boxes).to_have_count(3)
    expect(page.locator(".govuk-error-summary")).to_have_count(0)
    boxes.nth(2).fill("third")
    page.get_by_role("button", name="Remove criterion 2").click()
    expect(boxes).to_have_count(2)
    expect(boxes.nth(0)).to_have_value("first")
    expect(boxes.nth(1)).to_have_value("third")


def test_enter_in_a_text_box_sends_the_page_and_removes_no_row(showcase: Page) -> None:
    showcase.get_by_label("What is the short title?").fill("A title")
    showcase.get_by_label("What is the short title?").press("Enter")
    expect(showcase.locator(".govuk-error-summary")).to_be_visible()
    expect(showcase.get_by_label("What must be seen?")).to_have_count(2)


def test_a_refusal_says_why_and_leads_to_what_is_missing(page: Page, live_url: str) -> None:
    response = page.goto(live_url + "/components/?refused=1")
    assert response is not None
    assert response.status == 422
    summary = page.locator(".govuk-error-summary")
    expect(summary).to_contain_text("E-learning shows what was read, not what is done")
    expect(summary).to_contain_text("(rule A7)")
    expect(summary.get_by_role("link", name="Add a test that watches the practice")).to_have_attribute(
        "href", "#criteria"
    )
    expect(page).to_have_title(re.compile("^Error: "))


def test_an_hour_that_came_twice_is_asked_about_and_one_that_never_came_is_refused(showcase: Page) -> None:
    noticed = showcase.get_by_role("group", name="When did anyone first notice?")
    for label, value in (("Day", "25"), ("Month", "October"), ("Year", "2026"), ("Time", "1.30am")):
        noticed.get_by_label(label).fill(value)
    send(showcase)
    showcase.get_by_role("link", name=re.compile("^01:30 happened twice")).click()
    assert showcase.evaluate("document.activeElement.id") == "id_noticed_at-which"
    showcase.get_by_label("The second, after the clocks went back").check()
    send(showcase)
    expect(showcase.get_by_role("link", name=re.compile("happened twice"))).to_have_count(0)
    expect(showcase.get_by_label("The second, after the clocks went back")).to_be_checked()
    for label, value in (("Day", "29"), ("Month", "3"), ("Year", "2026")):
        noticed.get_by_label(label).fill(value)
    send(showcase)
    showcase.get_by_role("link", name=re.compile("^01:30 did not happen on that day")).click()
    assert showcase.evaluate("document.activeElement.id") == "id_noticed_at-time"


@pytest.mark.feature_part("F103")
@pytest.mark.parametrize("width", [320, 360, 1280])
def test_every_component_is_accessible_and_fits_the_screen(
    pages: Callable[..., Page], live_url: str, width: int
) -> None:
    page = pages(width=width)
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.goto(live_url + "/components/?signed_in=1")
    page.wait_for_load_state("networkidle")
    assert heard == [], "a script failed or the content security policy stopped something"
    fits(page)
    axe(page)
    send(page)
    expect(page.locator(".govuk-error-summary")).to_be_focused()  # (the page that came back, not the one it left)
    fits(page)
    axe(page)


def test_a_waiting_page_looks_again_by_itself_and_offers_a_link_where_it_cannot(
    page: Page, plain_page: Page, live_url: str
) -> None:
    page.goto(live_url + "/components/")
    expect(page.locator("#progress")).to_contain_text("Ready.", timeout=15_000)
    plain_page.goto(live_url + "/components/")
    expect(plain_page.get_by_role("link", name="Look again")).to_be_visible()


def test_the_page_uses_our_typeface_and_nothing_from_elsewhere(page: Page, live_url: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(live_url + "/components/?signed_in=1")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.fonts.check('16px \"Atkinson Hyperlegible\"')")
    assert [url for url in asked if not url.startswith(live_url)] == []
    assert "GDS Transport" not in page.evaluate("getComputedStyle(document.body).fontFamily")


def test_scripts_and_styles_without_a_nonce_are_stopped_by_the_policy(page: Page, live_url: str) -> None:
    response = page.goto(live_url + "/components/")
    assert response is not None
    policy = response.headers["content-security-policy"]
    assert "unsafe-inline" not in policy
    assert "unsafe-eval" not in policy
    assert re.search(r"script-src 'self' 'nonce-[^']+'", policy)
    assert not re.search(r"<script(?![^>]*(nonce|src))", response.text())
    assert not re.search(r"\sstyle=", response.text())


def test_printing_leaves_the_buttons_out_and_names_the_reader(page: Page, live_url: str) -> None:
    page.goto(live_url + "/components/?signed_in=1")
    page.emulate_media(media="print")
    expect(page.locator(".stp-print-head")).to_contain_text("SP-2026-0001")
    expect(page.locator(".stp-print-head")).to_contain_text("Aoife Brennan")
    expect(page.get_by_role("button", name="Send the answers")).to_be_hidden()
    expect(page.locator(".stp-header")).to_be_hidden()
