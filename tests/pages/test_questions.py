"""Question pages: kept page by page, checked, changed, sent once; for their owner only."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from records import acting
from records.models import Draft
from tests.browser import PASSWORD, axe, sign_in

START = "/components/questions/"


def person(email: str, name: str = "Aoife Brennan") -> User:
    with transaction.atomic(), acting.acting_as(User.system(), "user.made_for_a_test"):
        return User.objects.create_user(email, PASSWORD, name=name)


def who_page(page: Page, who: str = "Dionne") -> None:
    page.get_by_label("Who saw it?").fill(who)
    group = page.get_by_role("group", name="When was it seen?")
    for label, value in (("Day", "6"), ("Month", "10"), ("Year", "2025"), ("Time", "8.10am")):
        group.get_by_label(label).fill(value)
    page.get_by_role("button", name="Save and continue").click()


@pytest.mark.parametrize("javascript", [True, False])
def test_the_pages_are_asked_checked_changed_and_sent_once(
    pages: Callable[..., Page], live_url: str, javascript: bool
) -> None:
    person("aoife@example.org")
    page = pages(javascript=javascript)
    sign_in(page, live_url, "aoife@example.org")
    page.goto(live_url + START)
    who_page(page)
    page.get_by_label("Yes").check()
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What must be seen")
    page.get_by_label("What must be seen?").first.fill("Rings at once")
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your answers")
    expect(page.locator("main")).to_contain_text("Mon 6 Oct 2025, 08:10")
    expect(page.locator("main")).to_contain_text("Rings at once")
    if javascript:
        axe(page)
    # A changed answer brings its follow-up page before the check page.
    page.get_by_role("link", name="Change is everyone safe now?").click()
    page.get_by_label("No", exact=True).check()
    page.get_by_role("button", name="Save and continue").click()
    page.get_by_label("What makes someone unsafe?").fill("He still lives there")
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your answers")
    expect(page.locator("main")).to_contain_text("He still lives there")
    page.get_by_role("button", name="Confirm and send").click()
    expect(page.locator("body")).to_contain_text("Sent: Dionne")
    assert not Draft.objects.exists()


def test_a_wrong_page_is_kept_as_typed_and_says_what_is_wrong(page: Page, live_url: str) -> None:
    person("aoife@example.org")
    sign_in(page, live_url, "aoife@example.org")
    page.goto(live_url + START)
    page.get_by_label("Who saw it?").fill("Dionne")
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("link", name="Enter the time it was seen")).to_be_visible()
    expect(page.get_by_label("Who saw it?")).to_have_value("Dionne")
    axe(page)
    assert Draft.objects.get().answers["who"]["who"] == ["Dionne"]


@pytest.mark.feature_part("F03")
def test_closing_the_browser_loses_nothing_and_another_device_continues(
    pages: Callable[..., Page], live_url: str
) -> None:
    person("aoife@example.org")
    first = pages()
    sign_in(first, live_url, "aoife@example.org")
    first.goto(live_url + START)
    who_page(first)
    first.context.close()  # (the window; tests/browser.py says why not the page)
    second = pages(width=360)
    sign_in(second, live_url, "aoife@example.org")
    second.goto(live_url + START)
    second.get_by_role("link", name="Continue where you stopped").click()
    expect(second.get_by_label("Who saw it?")).to_have_value("Dionne")


def test_typing_is_saved_a_moment_later_and_the_page_says_so(page: Page, live_url: str) -> None:
    person("aoife@example.org")
    sign_in(page, live_url, "aoife@example.org")
    page.goto(live_url + START)
    page.get_by_label("Who saw it?").press_sequentially("Petra")
    note = page.locator("[data-draft-note]")
    expect(note).to_have_text(re.compile(r"^Saved \d\d:\d\d$"))
    assert Draft.objects.get().answers["who"]["who"] == ["Petra"]
    page.reload()
    expect(page.get_by_label("Who saw it?")).to_have_value("Petra")
    expect(page.locator(".govuk-error-summary")).to_have_count(0)
    page.context.set_offline(True)
    page.get_by_label("Who saw it?").press("End")
    page.get_by_label("Who saw it?").press_sequentially(" N")
    expect(note).to_have_text("Not saved yet. Trying again.")
    page.context.set_offline(False)
    expect(note).to_have_text(re.compile(r"^Saved \d\d:\d\d$"), timeout=15_000)
    assert Draft.objects.get().answers["who"]["who"] == ["Petra N"]


def test_a_refusal_at_the_end_keeps_every_answer(page: Page, live_url: str) -> None:
    person("aoife@example.org")
    sign_in(page, live_url, "aoife@example.org")
    page.goto(live_url + START)
    who_page(page, "refuse me")
    page.get_by_label("Yes").check()
    page.get_by_role("button", name="Save and continue").click()
    page.get_by_label("What must be seen?").first.fill("Rings at once")
    page.get_by_role("button", name="Save and continue").click()
    page.get_by_role("button", name="Confirm and send").click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("This name is refused.")
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your answers")
    assert Draft.objects.count() == 1


@pytest.mark.django_db
def test_a_draft_is_its_owners_alone_and_expires() -> None:
    owner, stranger = person("aoife@example.org"), person("other@example.org", "Other")
    draft = Draft.objects.create(owner=owner, kind="showcase", answers={"who": {"who": ["secret"]}})
    address = f"{START}{draft.pk}/who/"
    client = Client()
    client.force_login(stranger)
    assert client.get(address).status_code == 404
    assert client.post(f"{START}{draft.pk}/discard/").status_code == 404
    client.force_login(owner)
    assert client.get(address).status_code == 200
    assert Client().get(address).status_code == 302
    Draft.objects.update(updated_at=timezone.now() - timedelta(days=31))
    assert client.get(address).status_code == 404
    client.post(START, {"who": "new"})
    assert [kept.answers["who"]["who"] for kept in Draft.objects.all()] == [["new"]]


@pytest.mark.django_db
def test_a_half_filled_draft_cannot_be_sent() -> None:
    owner = person("aoife@example.org")
    client = Client()
    client.force_login(owner)
    client.post(START, {"who": "Dionne"})
    draft = Draft.objects.get()
    response = client.post(f"{START}{draft.pk}/check/")
    assert response.status_code == 302
    assert response["Location"] == f"{START}{draft.pk}/who/?check=1"
    assert "Enter the time it was seen" in client.get(response["Location"]).content.decode()
