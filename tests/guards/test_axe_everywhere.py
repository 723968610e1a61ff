"""No page fails axe, and none scrolls sideways on a phone: every page, by every role it is shown to."""

import itertools
import re
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import pytest
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import get_path_info
from django.test import Client
from playwright.sync_api import Page

from accounts.models import User
from incidents.models import Case
from tests.browser import axe, fits
from tests.guards import addresses

#: Files, not pages.
DOWNLOADS = {"case-file", "pack-file", "pack-download", "pack-pdf", "pack-html"}
#: A part of a page that a script puts in its place: no page by itself.
PARTS = {"pack-progress"}
FIRST, TOWN, RECORDS = (
    "Bruises not reported for six days",
    "Informal ban on going to town",
    "Records nobody can follow after missing money",
)

pytestmark = [pytest.mark.journey, pytest.mark.usefixtures("demo")]


class SaidAgain(StaticFilesHandler):
    """Serves the product; a page that the test has just been given is given to the browser as it is."""

    kept: ClassVar[dict[str, Any]] = {}

    def __call__(self, environ: Any, start_response: Any) -> Any:
        if answer := self.kept.pop(get_path_info(environ), None):
            start_response(f"{answer.status_code} {answer.reason_phrase}", list(answer.items()))
            return [answer.content]
        return super().__call__(environ, start_response)


@pytest.fixture(scope="module")
def served(demo: None) -> Iterator[str]:
    """The product on the demo, served by a thread of this process."""
    from django.test.testcases import LiveServerThread

    thread = LiveServerThread("127.0.0.1", SaidAgain)
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    if thread.error:
        raise thread.error
    yield f"http://127.0.0.1:{thread.port}"
    thread.terminate()


@pytest.fixture(scope="module")
def looked_at() -> dict[str, set[str]]:
    """By page: the kinds of element the browser has been shown on it so far."""
    return {}


def elements(html: str) -> set[str]:
    """Which kinds of element a page is made of: tags with their classes, types and roles, without what they say; and
    which heading follows which."""
    body = re.sub(r"<(script|style|svg)\b.*?</\1>", "", html, flags=re.DOTALL)
    kept = re.compile(r'(class|type|role|aria-[a-z]+|scope|colspan)="([^"]*)"')
    found = set()
    for tag, attributes in re.findall(r"<([a-z0-9]+)((?:\s[^<>]*)?)>", body):
        said = [
            f"{name}={value if name in ('class', 'type', 'role') else ''}" for name, value in kept.findall(attributes)
        ]
        found.add(" ".join([tag, *sorted(said)]))
    headings = re.findall(r"<(h[1-6])\b", body)
    return found | {f"{above} then {below}" for above, below in itertools.pairwise(headings)}


#: A kind of element that the browser was shown on so many pages is known, and opens no further page by itself.
KNOWN = 3


def pages_with(kind: str, looked_at: dict[str, set[str]]) -> list[str]:
    return [name for name, made_of in looked_at.items() if kind in made_of]


@pytest.mark.parametrize(
    ("who", "title"),
    [
        ("aoife.brennan@larkfieldcare.example", FIRST),
        ("tunde.bello@larkfieldcare.example", RECORDS),
        ("priya.shah@larkfieldcare.example", TOWN),
        ("ruth.adeyemi@larkfieldcare.example", FIRST),
        ("nadia.hussain@larkfieldcare.example", FIRST),
        ("sam.whitlock@larkfieldcare.example", FIRST),
        ("dionne.asante@larkfieldcare.example", FIRST),
        ("joy.amadi@northmoor.example", FIRST),
    ],
)
def test_every_page_of_a_role_is_accessible_and_fits_a_phone(
    who: str, title: str, served: str, looked_at: dict[str, set[str]], pages: Callable[..., Page]
) -> None:
    """A page is opened in the browser when nobody was shown it before, or when this reader is shown a kind of element
    that was not there and is not known from other pages."""
    client = Client()
    client.force_login(User.objects.get(email=who))
    page = pages(width=360)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": served}])
    wrong: list[str] = []
    for address in addresses.all_addresses(Case.objects.get(title=title)):
        if address.name in DOWNLOADS | PARTS:
            continue
        answer = client.get(address.path)
        if answer.status_code != 200 or "text/html" not in answer.headers.get("Content-Type", ""):
            continue
        made_of = elements(answer.content.decode())
        new = made_of - looked_at.get(address.name, set())
        if address.name in looked_at and not any(len(pages_with(one, looked_at)) < KNOWN for one in new):
            continue
        looked_at.setdefault(address.name, set()).update(made_of)
        SaidAgain.kept = {address.path: answer}
        shown = page.goto(served + address.path)
        assert shown is not None and shown.status == 200, f"{address.name}: {shown and shown.status}"
        for check in (axe, fits):
            try:
                check(page)
            except AssertionError as error:
                wrong.append(f"{address.name}: {error}")
    assert not wrong, "\n\n".join(wrong)


def test_the_walk_opened_every_page_that_anybody_is_shown(looked_at: dict[str, set[str]]) -> None:
    """So that a walk which was turned away everywhere cannot pass."""
    assert len(looked_at) >= 100
