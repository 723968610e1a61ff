"""The list and the overview in a browser: no violation, nothing wider than the screen, at both widths."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests import cast as people
from tests.browser import axe, fits, sign_in

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("width", [360, 1280])
def test_list_search_and_overview_are_accessible_and_fit(pages: Callable[..., Page], live_url: str, width: int) -> None:
    cast = people.build()
    case = cast.case(rated=True, subject=True, involves_restriction=True)
    cast.control(case, tasks=["T1", "T4"])
    cast.case(title="Hoist used by one carer alone, twice", everyone_safe="no", people=["K.W."])
    page = pages(width=width)
    sign_in(page, live_url, cast.manager.email)
    page.goto(live_url + "/cases/")
    axe(page)
    fits(page)
    if width > 1000:
        page.get_by_label("Search my cases").fill("hoist")
        page.get_by_role("button", name="Search", exact=True).click()
    else:
        page.get_by_label("Search my cases").fill("hoist")
        page.get_by_label("Search my cases").press("Enter")
    assert page.get_by_text("SP-", exact=False).count()
    axe(page)
    assert "hoist" not in page.url and "search=" in page.url
    page.get_by_label("Search my cases").fill("submarine")
    page.get_by_label("Search my cases").press("Enter")
    assert page.get_by_role("heading", name="Nothing found").is_visible()
    axe(page)
    page.goto(live_url + "/cases/")
    page.get_by_role("link", name=case.reference).click()
    page.get_by_role("heading", name="What must happen next").wait_for()
    axe(page)
    fits(page)
