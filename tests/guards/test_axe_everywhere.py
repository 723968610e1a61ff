"""No page fails axe, and none scrolls sideways on a phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from governance.demo.people import PASSWORD
from incidents.models import Case
from tests.browser import axe, fits, sign_in
from tests.guards import addresses

#: Files, not pages.
DOWNLOADS = {"case-file", "pack-file", "pack-download", "pack-pdf"}

pytestmark = [pytest.mark.journey, pytest.mark.usefixtures("demo")]


@pytest.fixture(scope="module")
def served(demo: None):
    """The product on the demo, served by a thread of this process."""
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.test.testcases import LiveServerThread

    thread = LiveServerThread("127.0.0.1", StaticFilesHandler)
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    if thread.error:
        raise thread.error
    yield f"http://127.0.0.1:{thread.port}"
    thread.terminate()


@pytest.mark.parametrize(
    ("who", "title", "width"),
    [
        ("aoife.brennan@larkfieldcare.example", "Bruises not reported for six days", 1280),
        ("aoife.brennan@larkfieldcare.example", "Bruises not reported for six days", 360),
        ("priya.shah@larkfieldcare.example", "Informal ban on going to town", 360),
        ("nadia.hussain@larkfieldcare.example", "Bruises not reported for six days", 360),
        ("dionne.asante@larkfieldcare.example", "Bruises not reported for six days", 360),
    ],
)
def test_every_page_of_a_role_is_accessible(
    who: str, title: str, width: int, served: str, pages: Callable[..., Page]
) -> None:
    page = pages(width=width)
    sign_in(page, served, who, PASSWORD)
    wrong: list[str] = []
    for address in addresses.all_addresses(Case.objects.get(title=title)):
        if address.name in DOWNLOADS or page.request.get(served + address.path).status != 200:
            continue
        answer = page.goto(served + address.path)
        if answer is None or answer.status != 200 or "text/html" not in answer.headers.get("content-type", ""):
            continue
        try:
            axe(page)
            fits(page)
        except AssertionError as error:
            wrong.append(f"{address.name}: {error}")
    assert not wrong, "\n\n".join(wrong)
