"""A case is sealed while four people are signed in side by side: from that moment it is there for two of them only (F90)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser import axe, fits, sign_in
from tests.cast import Cast, build
from tests.journeys.steps import answer

pytestmark = pytest.mark.journey

TITLE = "Quixotic handover gap"


def _load() -> Cast:
    cast = build()
    case = cast.case(rated=True, title=TITLE)
    cast.control(case, tasks=["T1"])
    return cast


PRODUCT = {"load": _load, "worker": False}
PEOPLE = {"manager": 1280, "nominated_individual": 1280, "senior": 360, "system_administrator": 1280}


@pytest.fixture
def four(pages: Callable[..., Page], running_product) -> Iterator[dict[str, Page]]:  # type: ignore[no-untyped-def]
    """Four windows, each with its own sign-in."""
    found = {}
    for who, width in PEOPLE.items():
        found[who] = pages(width=width)
        found[who].set_default_timeout(60_000)
        sign_in(found[who], running_product.url, f"{who}@larkfield.example")
    yield found


def body(page: Page) -> str:
    return page.locator("body").inner_text()


def test_four_people_side_by_side(four: dict[str, Page], running_product) -> None:  # type: ignore[no-untyped-def]
    base = running_product.url
    manager, individual = four["manager"], four["nominated_individual"]
    senior, administrator = four["senior"], four["system_administrator"]

    # Three of them have the case open; the administrator sees no case at all.
    for page in (manager, individual, senior):
        page.goto(base + "/cases/")
        page.get_by_role("link", name=TITLE).click()
        expect(page.locator("body")).to_contain_text(TITLE)
    address = manager.url
    reference = manager.title().split()[0]
    assert reference.startswith("SP-")
    administrator.goto(address)
    nowhere = body(administrator)
    assert TITLE not in nowhere and "This page cannot be found" in nowhere

    # The nominated individual seals it with HR as the named team.
    individual.get_by_role("link", name="Who can see this case").click()
    expect(individual.locator("main")).to_contain_text("Paul Reid")
    axe(individual)
    fits(individual)
    individual.get_by_role("link", name="Seal this case").click()
    answer(individual, "Who is in the named team, besides you?", ["Helen Marsh"])
    answer(individual, "Who answers for the case while it is sealed?", "Margaret Shaw")
    individual.get_by_label("Why is it sealed?").fill("The manager's own decisions are looked at")
    axe(individual)
    individual.get_by_role("button", name="Seal it now").click()
    expect(individual.locator("body")).to_contain_text("Sealed: only its named team sees this case")
    expect(individual.locator("main")).not_to_contain_text("Paul Reid")

    # In the same breath it is gone for the two who had it open, in every place they could look.
    for page in (manager, senior):
        reloaded = page.reload()
        assert reloaded is not None and reloaded.status == 404
        assert body(page).replace(" ", "") and TITLE not in body(page) and reference not in body(page)
        for path in ("/", "/cases/", "/due/?scope=all", "/packs/"):
            page.goto(base + path)
            text = body(page)
            assert reference not in text and "handover gap" not in text, path
        for words in (reference, "Quixotic"):
            page.get_by_label("Search my cases").fill(words)
            page.get_by_label("Search my cases").press("Enter")
            expect(page.locator("main")).to_contain_text(words)
            assert "handover gap" not in body(page) and words not in page.url
    absent = base + "/cases/00000000-0000-4000-8000-000000000000/"
    manager.goto(address)
    sealed_words = body(manager)
    manager.goto(absent)
    assert body(manager) == sealed_words

    # The administrator opens it in an emergency; it is read only, and the team sees that at once.
    administrator.goto(base + "/emergency-access/")
    axe(administrator)
    administrator.get_by_label("What is the reference of the case?").fill(reference)
    administrator.get_by_label("What is the emergency?").fill("Police at the door")
    administrator.get_by_label("1 hour", exact=True).check()
    administrator.get_by_role("button", name="Open the case").click()
    expect(administrator.locator("body")).to_contain_text(TITLE)
    individual.reload()
    expect(individual.locator("main")).to_contain_text("Emergency access: Police at the door")
    expect(individual.locator("body")).to_contain_text("Opened in an emergency")
    individual.get_by_role("link", name="Who opened this case").click()
    expect(individual.locator("main")).to_contain_text("Aoife Brennan")
    expect(individual.locator("main")).to_contain_text("Not shown")
    axe(individual)

    # The seal is lifted with a reason, and the manager has the case again.
    individual.goto(address)
    individual.get_by_role("link", name="Who can see this case").click()
    individual.get_by_role("link", name="Lift the seal").click()
    individual.get_by_label("Why is it opened again?").fill("Looked into; the manager is not part of it")
    individual.get_by_role("button", name="Lift the seal").click()
    manager.goto(address)
    expect(manager.locator("body")).to_contain_text(TITLE)
