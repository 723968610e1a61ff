"""Every address × who asks: protected, 404 to strangers and to those shut out, shown to those it is for."""

import html
import re
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple
from urllib.parse import urljoin

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse

from accounts.models import Staff, User
from governance import reading_words as governance_words
from incidents import reading_words
from incidents.models import Case, PersonSupported
from records.models import LedgerEntry
from remediation import reading_words as capability_words
from tests.guards import addresses, twice

pytestmark = pytest.mark.usefixtures("demo")

#: What the dearest page costs (the overview of a case, with every part of its chronology) and a little room.
#: A page asks a fixed number of questions, however much there is to show: see the test with twice of everything.
MOST_QUERIES = 70


MANAGER = "aoife.brennan@larkfieldcare.example"
WORKER = "dionne.asante@larkfieldcare.example"


@pytest.fixture
def as_user() -> Callable[[str], Client]:
    def sign_in(email: str) -> Client:
        client = Client()
        client.force_login(User.objects.get(email=email))
        return client

    return sign_in


def one_case() -> Case:
    found: Case = Case.objects.get(title="Bruises not reported for six days")
    return found


#: That somebody was here is written down every minute or so, on whichever page it is then.
ABOUT_THE_SESSION = re.compile(r'"django_session"|"usersessions_usersession"|SAVEPOINT')


def asked_for(client: Client, path: str) -> tuple[Any, int]:
    """What a page answers, and how many questions it asked the database for that."""
    connection.queries_log.clear()  # it holds 9,000 at most, and then counts nothing
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(path)
    return answer, sum(not ABOUT_THE_SESSION.search(one["sql"]) for one in asked.captured_queries)


class Shown(NamedTuple):
    """What one page answered the manager."""

    name: str
    path: str
    real: bool
    status: int
    headers: dict[str, str]
    text: str
    changed: int  # entries the ledger had more of afterwards
    queries: int


@pytest.fixture(scope="module")
def walked(demo: None) -> list[Shown]:
    """Every address of the case opened once by its manager, for all tests that ask what a page says."""
    client = Client()
    client.force_login(User.objects.get(email=MANAGER))
    found, before = [], LedgerEntry.objects.count()
    for address in addresses.all_addresses(one_case()):
        answer, queries = asked_for(client, address.path)
        html_page = not answer.streaming and answer.headers.get("Content-Type", "").startswith("text/html")
        text = answer.content.decode() if html_page else ""
        answer.close()
        after = LedgerEntry.objects.count()
        headers = dict(answer.headers.items())
        changed = after - before
        found.append(
            Shown(address.name, address.path, address.real, answer.status_code, headers, text, changed, queries)
        )
        before = after
    return found


def test_every_address_has_a_name_of_its_own() -> None:
    names = [name for name, _ in addresses.patterns()]
    assert "None" not in names
    assert len(names) == len(set(names))


def test_nobody_sees_a_page_without_signing_in() -> None:
    client = Client()
    for address in addresses.all_addresses(one_case()):
        if address.name in addresses.OPEN_TO_ALL:
            continue
        for answer in (client.get(address.path), client.post(address.path)):
            sent_to = answer.headers.get("Location", "")
            assert answer.status_code in (404, 405) or (
                answer.status_code == 302 and sent_to.startswith("/account/login/")
            ), f"{address.name} answers {answer.status_code} to nobody"


@pytest.mark.parametrize(
    "who",
    [
        "owen.pritchard@meadowtrust.example",  # registered manager of the other provider
        "grace.lindqvist@meadowtrust.example",  # its nominated individual
        "bola.ade@meadowtrust.example",
        "kit.lowry@meadowtrust.example",
    ],
)
def test_a_stranger_gets_404_from_every_address_of_a_case(who: str, as_user: Callable[[str], Client]) -> None:
    client = as_user(who)
    wrong = []
    for address in addresses.all_addresses(one_case()):
        if address.name in addresses.OPEN_TO_STRANGERS:
            continue
        for method in (client.get, client.post):
            status = method(address.path).status_code
            if status not in (404, 405):
                wrong.append(f"{address.name}: {method.__name__} {address.path} {status}")
    assert wrong == []


@pytest.mark.parametrize(
    ("who", "why"),
    [
        ("petra.novak@larkfieldcare.example", "a care worker who reported it"),
        ("tom.field@larkfieldcare.example", "the system administrator"),
        ("tunde.bello@larkfieldcare.example", "the manager of another service of the provider"),
        ("gary.poole@larkfieldcare.example", "a senior of another service"),
        ("dionne.asante@larkfieldcare.example", "the worker whose practice is looked at"),
    ],
)
def test_those_without_a_part_in_a_case_get_404_from_it(who: str, why: str, as_user: Callable[[str], Client]) -> None:
    client = as_user(who)
    case = one_case()
    wrong = []
    for address in addresses.all_addresses(case):
        if "cases/<" not in address.pattern:
            continue
        for method in (client.get, client.post):
            status = method(address.path).status_code
            if status not in (404, 405):
                wrong.append(f"{address.name}: {method.__name__} {status}")
    assert wrong == [], why


def test_the_manager_is_shown_the_pages_so_that_a_404_above_means_something(walked: list[Shown]) -> None:
    tried = [one for one in walked if one.real]
    shown = [one.name for one in tried if one.status in (200, 302, 422)]
    missing = sorted({one.name for one in tried} - set(shown))
    assert len(shown) >= 0.7 * len(tried), missing


def pages_of(client: Client, all_of_them: Iterable[addresses.Address], seen: set[str] | None = None) -> dict[str, int]:
    """How many queries each of these pages costs its reader, of those that are shown; none may break."""
    seen = set() if seen is None else seen
    cost = {}
    for address in all_of_them:
        if address.path in seen:
            continue
        seen.add(address.path)
        answer, queries = asked_for(client, address.path)
        status = answer.status_code
        addresses.put_away(answer)
        assert status < 500, address.name
        if status == 200:
            cost[address.name] = queries
    return cost


def too_dear(client: Client, seen: set[str]) -> dict[str, int]:
    """Over every page of every case of the demo that was not seen yet."""
    return {
        f"{name} of {case}": queries
        for case in Case.objects.all()
        for name, queries in pages_of(client, addresses.all_addresses(case), seen).items()
        if queries > MOST_QUERIES
    }


def test_no_page_breaks_and_none_asks_the_database_more_than_so_often_for_the_manager(
    walked: list[Shown], as_user: Callable[[str], Client]
) -> None:
    assert [one.name for one in walked if one.status >= 500] == []
    assert {one.name: one.queries for one in walked if one.status == 200 and one.queries > MOST_QUERIES} == {}
    assert too_dear(as_user(MANAGER), {one.path for one in walked}) == {}


def test_no_page_breaks_and_none_asks_the_database_more_than_so_often_for_the_nominated_individual(
    as_user: Callable[[str], Client],
) -> None:
    assert too_dear(as_user("ruth.adeyemi@larkfieldcare.example"), set()) == {}


def test_no_page_costs_more_for_twice_of_everything_in_the_case_and_a_second_case_like_it(
    as_user: Callable[[str], Client],
) -> None:
    manager = User.objects.get(email=MANAGER)
    client = as_user(manager.email)
    case = one_case()
    with transaction.atomic():  # both times, so that no page opens a transaction of its own
        same = list(addresses.all_addresses(case))  # the same records both times: not a copy, of which less is known
        before = pages_of(client, same)
        copied = twice.everything(case, manager)
        twice.second(case, manager)
        assert {
            "RemediationPlan",
            "PlanTask",
            "PracticeTest",
            "TestAttempt",
            "Reauthorisation",
            "RiskControl",
        } <= copied
        after = pages_of(client, same)
        transaction.set_rollback(True)
    assert len(before) > 100
    assert {name: (before[name], after.get(name)) for name in before if after.get(name, 0) > before[name]} == {}


#: Not pages: they change the session, or are of the sign-in.
NO_PAGES = re.compile(r"^/(account|static|session)/|/discard/$")
#: Lists, the search, and the sections of a case: where links to everything else are.
LISTS = re.compile(r"^(cases/<uuid:\w+>/(\w+/)?|[^<]*)$")


def links_of(text: str, path: str) -> list[str]:
    found = [urljoin(path, html.unescape(one)) for one in re.findall(r'<a\b[^>]*\shref="([^"#]+)', text)]
    return [one for one in found if one.startswith("/") and not NO_PAGES.search(one)]


@pytest.mark.parametrize(
    "who",
    [
        "nadia.hussain@larkfieldcare.example",
        "dionne.asante@larkfieldcare.example",
        "sam.whitlock@larkfieldcare.example",
        "imran.qureshi@larkfieldcare.example",
        "tom.field@larkfieldcare.example",
    ],
)
def test_no_link_that_a_reader_is_shown_leads_to_a_page_that_is_not_for_them(
    who: str, as_user: Callable[[str], Client]
) -> None:
    """From each of their own lists and each section of a case they are shown, one step on."""
    client, status, opened, dead = as_user(who), dict[str, int](), set[str](), set[str]()
    lists = [one.path for one in addresses.all_addresses(one_case()) if LISTS.match(one.pattern)]
    found = client.post(reverse("cases"), {"q": "Bruises"}, follow=True)
    links = dict.fromkeys(links_of(found.content.decode(), reverse("cases")), "the search")
    for path in ["/due/?scope=all", *lists]:
        answer = client.get(path)
        status[path] = answer.status_code
        if answer.status_code == 200 and "text/html" in answer.headers.get("Content-Type", ""):
            for one in links_of(answer.content.decode(), path):
                links.setdefault(one, path)
        answer.close()
    for path, shown_on in links.items():
        name = resolve(path.partition("?")[0]).view_name
        if path not in status:
            if name in opened:
                continue  # one of each kind: a page that opens for one of its records does for the next
            opened.add(name)
            answer = client.get(path)
            status[path] = answer.status_code
            answer.close()
        if status[path] not in (200, 302):
            dead.add(f"{shown_on} leads to {name}: {status[path]}")
    assert sorted(dead) == []
    # A care worker has their plan, the log and their own lists, and since the library is not theirs nothing more.
    assert {"/my/", "/log/"} <= set(links) if who == WORKER else len(links) > 5, (
        "too few links were shown to say anything"
    )


def test_no_link_that_the_manager_is_shown_leads_to_one_of_these_pages_that_is_not_for_them(
    walked: list[Shown],
) -> None:
    """Over every page of the case, without opening one again."""
    status = {one.path: one.status for one in walked}
    dead = {
        f"{one.name} leads to {path}: {status[path]}"
        for one in walked
        for path in links_of(one.text, one.path)
        if one.status == 200 and status.get(path, 200) not in (200, 302)
    }
    assert sorted(dead) == []


def test_no_page_of_a_case_may_be_kept_by_a_browser_or_a_proxy(walked: list[Shown]) -> None:
    shown = [one for one in walked if one.status == 200]
    assert len(shown) > 60, "too few pages were looked at to say anything"
    for one in shown:
        assert "no-store" in one.headers["Cache-Control"], one.name
        policy = one.headers["Content-Security-Policy"]
        assert "unsafe-inline" not in policy and "default-src 'none'" in policy, one.name


#: Words in an address that are no key: each is one of a fixed list in the code.
FIXED = {"page": "a page of a form", "task": "T1 to T20", "kind": "a kind of signature"}


def test_an_address_is_made_of_keys_and_fixed_words_and_says_nothing_of_anyone() -> None:
    wrong = []
    for name, pattern in addresses.patterns():
        for kind, argument in re.findall(r"<(?:(\w+):)?(\w+)>", pattern):
            if kind not in {"uuid", "int"} and argument not in FIXED:
                wrong.append(f"{name}: <{kind}:{argument}>")
    assert wrong == []


def test_every_page_that_the_read_log_may_name_has_words() -> None:
    logged = {name for name, pattern in addresses.patterns() if "<uuid:" in pattern} | {"my-plan"}
    assert sorted(name for name in logged if not reading_words.known(name)) == []
    given = set(reading_words.WORDS) | set(capability_words.WORDS) | set(governance_words.WORDS)
    assert sorted(given - {name for name, _ in addresses.patterns()}) == [], "words for pages that are not there"


def test_looking_at_a_page_changes_no_record(walked: list[Shown]) -> None:
    assert [one.name for one in walked if one.changed] == []


def test_the_title_of_a_page_names_nobody_and_tells_nothing(walked: list[Shown]) -> None:
    """A browser keeps titles in its history: no name, no code of a person, no title of a case; the reference may."""
    known = {one.name for one in Staff.objects.all()} | {one.code for one in PersonSupported.objects.all()}
    known |= {one.title for one in Case.objects.all()}
    secret = re.compile(
        "|".join(rf"\b{re.escape(words)}(?!\w)" for words in sorted(known, key=len, reverse=True) if words)
    )
    shown, wrong = 0, []
    for one in walked:
        if one.status == 200 and (title := re.search(r"<title>(.*?)</title>", one.text, re.DOTALL)):
            shown += 1
            if found := secret.search(html.unescape(title[1])):
                wrong.append(f"{one.name}: {found[0]!r}")
    assert wrong == []
    assert shown > 60, "too few pages were looked at to say anything"
