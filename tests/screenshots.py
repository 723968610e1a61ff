# ruff: noqa: E402  (Django is set up before what needs it is imported)
"""`make screenshots`: every page a role can reach by links, at 360 and 1280 px, into var/screenshots/.

Starts the product on a database of its own with the demo data, signs in as one person of each role, follows
every link breadth first, and takes one picture of each kind of page (URL name). Prints what went wrong and
which kinds of page no role reached; exits 1 when a page broke or is wider than a phone.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections import deque
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

import django

django.setup()

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.cached_db import SessionStore
from django.core.management import call_command, get_commands
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve
from playwright.sync_api import Browser, Error, Page, sync_playwright

from tests import servers
from tests.browser import CHROMIUM_ARGS, PATIENCE, chromium_path
from tests.product import Product

FOLDER = Path(settings.BASE_DIR) / "var" / "screenshots"
README = Path(settings.BASE_DIR) / "docs" / "pictures"
WIDTHS = (1280, 360)
#: Not pages: what changes the session, downloads, other people's pages.
LEFT_OUT = re.compile(r"^/(admin|static|api|health)|logout|discard|\.(pdf|csv|xlsx|ics|json|svg|png)$|/files?/|/raw/")
#: So many addresses are looked at for one role, at most.
MOST = 400


def people() -> dict[str, Any]:
    """A visitor, of each role the person with the most to see (their own restrictions, then the longest cases), and a
    reader from outside, who holds no role but an invitation. ROLES="senior hr" names some of them."""
    from accounts.models import Membership
    from accounts.roles import ExternalReviewer
    from incidents.models import Case, CaseGrant, TaskRestriction
    from records.ledger import LedgerHead

    def much(user: Any) -> tuple[int, int, int]:
        seen = list(Case.objects.visible_to(user).values_list("pk", flat=True))
        staff = getattr(user, "staff", None)
        own = TaskRestriction.objects.filter(worker=staff).count() if staff else 0
        return own, sum(LedgerHead.objects.filter(chain__in=seen).values_list("seq", flat=True)), len(seen)

    found: dict[str, Any] = {"visitor": None}
    best: dict[str, tuple[int, int, int]] = {}
    for held in Membership.objects.current().select_related("user__staff").order_by("starts_on", "pk"):
        score = much(held.user)
        if held.role not in best or score > best[held.role]:
            best[held.role], found[held.role] = score, held.user
    invited = CaseGrant.objects.filter(kind=CaseGrant.Kind.REVIEWER).select_related("user").first()
    if invited is not None:
        found[ExternalReviewer.code] = invited.user
    wanted = os.environ.get("ROLES", "").split()
    return {role: user for role, user in found.items() if not wanted or role in wanted}


def cookie(user: Any, url: str) -> dict[str, str]:
    """A session of this person, made as signing in makes it."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return {"name": settings.SESSION_COOKIE_NAME, "value": str(session.session_key), "url": url}


def kind(path: str) -> str:
    """The URL name of an address, as a file name; empty where it has none."""
    try:
        name = resolve(path).view_name
    except Resolver404:
        return ""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def names(patterns: list[URLPattern | URLResolver]) -> set[str]:
    """The URL names of the product's own pages."""
    found: set[str] = set()
    for one in patterns:
        if isinstance(one, URLResolver):
            if one.namespace not in {"admin"}:
                found |= names(one.url_patterns)
        elif one.name:
            found.add(re.sub(r"[^a-z0-9]+", "-", one.name.lower()).strip("-"))
    return found


class Walk:
    """One role's walk through the product."""

    def __init__(self, browser: Browser, base: str, role: str, user: Any) -> None:
        self.base, self.role, self.user = base, role, user
        context = browser.new_context(viewport={"width": WIDTHS[0], "height": 900}, locale="en-GB")
        if user is not None:
            context.add_cookies([cookie(user, base)])
        context.set_default_timeout(PATIENCE)
        self.page: Page = context.new_page()
        self.seen: set[str] = set()
        self.wrong: list[str] = []

    def run(self) -> None:
        signed_out = ["/account/login/", "/account/password/reset/", "/account/signup/"]
        waiting = deque(["/"] if self.user is not None else signed_out)
        asked: set[str] = set()
        while waiting and len(asked) < MOST:
            path = waiting.popleft()
            which = kind(path)
            # One picture a kind of page; a list of cases leads to many cases, of which one is enough.
            if path in asked or not which or which in self.seen or LEFT_OUT.search(path):
                continue
            asked.add(path)
            if self.look(path, which):
                waiting.extend(self.links())
        self.page.context.close()

    def look(self, path: str, which: str) -> bool:
        try:
            response = self.page.goto(self.base + path)
        except Error as error:
            if "Download" not in str(error):
                self.wrong.append(f"{self.role} {path}: {str(error).splitlines()[0]}")
            return False
        if response is None or "text/html" not in response.headers.get("content-type", ""):
            return False
        if response.status >= 500:
            self.wrong.append(f"{self.role} {path}: {response.status}")
        if response.status >= 400:
            return False
        self.seen.add(which)
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 900})
            if width != WIDTHS[0]:
                # Opened anew as a phone opens it: what folds on a small screen folds when the page is read.
                self.page.reload()
            self.page.screenshot(path=FOLDER / f"{which}--{self.role}--{width}.png", full_page=True)
            wide = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            if wide > 0:
                self.wrong.append(f"{self.role} {path}: {wide} px too wide at {width}")
        self.page.set_viewport_size({"width": WIDTHS[0], "height": 900})
        return True

    def links(self) -> list[str]:
        found = self.page.eval_on_selector_all("a[href]", "all => all.map(one => one.href)")
        return [urlsplit(one).path for one in found if one.startswith(self.base + "/")]


def for_readme(browser: Browser, base: str, manager: Any) -> None:
    """The two pictures of README.md: the manager's day, and a case."""
    from incidents.models import Case

    context = browser.new_context(viewport={"width": 1100, "height": 760}, locale="en-GB", timezone_id="Europe/London")
    context.add_cookies([cookie(manager, base)])
    page = context.new_page()
    case = Case.objects.filter(owner=manager).order_by("logged_at").first()
    README.mkdir(parents=True, exist_ok=True)
    for name, path in (("my-work", "/"), ("case", case.get_absolute_url() if case else "/cases/")):
        page.goto(base + path)
        page.screenshot(path=README / f"{name}.png")
    context.close()


def main() -> int:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.png"):
        if not os.environ.get("ROLES"):
            old.unlink()
    seen: set[str] = set()
    wrong: list[str] = []
    servers.make_template()
    with servers.copy() as name, tempfile.TemporaryDirectory() as folder:
        if "load_demo" in get_commands():
            call_command("load_demo", verbosity=0)
        else:
            from tests.cast import build

            build()
        product = Product(name, Path(folder), worker=False)
        try:
            product.start()
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_ARGS)
                for role, user in people().items():
                    walk = Walk(browser, product.url, role, user)
                    walk.run()
                    seen |= walk.seen
                    wrong += walk.wrong
                    print(f"{role:24} {len(walk.seen):4} pages")
                if manager := people().get("registered_manager"):
                    for_readme(browser, product.url, manager)
                browser.close()
        finally:
            product.stop()
    missed = sorted(names(get_resolver().url_patterns) - seen)
    print(f"{len(list(FOLDER.glob('*.png')))} pictures in {FOLDER}")
    print("Reached by no link (forms half way, downloads, sign-in): " + ", ".join(missed))
    for line in wrong:
        print("WRONG", line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
