"""Every form of every page, as an attacker with a browser's tools sees it: its inputs, its choices, its address."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

from django.test import Client
from django.utils import timezone

from records import once
from tests.guards import addresses


@dataclass
class Form:
    """One form with method post: where it goes and what it asks."""

    page: str
    action: str
    #: input name -> kind ("text", "radio", "select", "checkbox", "hidden", "textarea", …)
    kinds: dict[str, str] = field(default_factory=dict)
    #: input name -> the values the page offers
    offered: dict[str, list[str]] = field(default_factory=dict)

    def answers(self, text: str = "As asked.") -> dict[str, Any]:
        """A likely answer to everything: what a hurried person types."""
        today = timezone.localdate()
        given: dict[str, Any] = {}
        for name, kind in self.kinds.items():
            offered = [value for value in self.offered.get(name, []) if value]
            if kind in ("radio", "select", "checkbox"):
                if offered:
                    given[name] = offered[0]
            elif kind == "hidden":
                given[name] = offered[0] if offered else ""
            elif kind in ("file", "submit", "button"):
                continue
            elif name.endswith("-day"):
                given[name] = str(today.day)
            elif name.endswith("-month"):
                given[name] = str(today.month)
            elif name.endswith("-year"):
                given[name] = str(today.year)
            elif name.endswith("-time"):
                given[name] = "00:01"
            elif kind == "number":
                given[name] = "1"
            else:
                given[name] = text
        given.pop("csrfmiddlewaretoken", None)
        given.pop(once.FIELD, None)  # each attack is a form of its own, also where the one before is rolled back
        return given

    def texts(self) -> list[str]:
        """Names of inputs that take free text."""
        parts = ("-day", "-month", "-year", "-time")
        return [n for n, kind in self.kinds.items() if kind in ("text", "textarea", "email") and not n.endswith(parts)]


class _Reader(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.page, self.forms = page, list[Form]()
        self.form: Form | None = None
        self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.form = None
            if given.get("method", "get").lower() == "post":
                self.form = Form(self.page, urljoin(self.page, given.get("action", "") or self.page))
                self.forms.append(self.form)
        if self.form is None:
            return
        name = given.get("name", "")
        if tag == "input" and name:
            self.form.kinds[name] = given.get("type", "text")
            self.form.offered.setdefault(name, []).append(given.get("value", ""))
        elif tag == "textarea" and name:
            self.form.kinds[name] = "textarea"
        elif tag == "select" and name:
            self.select = name
            self.form.kinds[name] = "select"
        elif tag == "option" and self.select:
            self.form.offered.setdefault(self.select, []).append(given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        if tag == "select":
            self.select = ""


def forms_of(page: str, html: str) -> list[Form]:
    reader = _Reader(page)
    reader.feed(html)
    # The search stands on every page and writes nothing (tests/cases/test_case_list.py types into it).
    ours = [form for form in reader.forms if form.action != "/cases/"]
    return [form for form in ours if "/account/" not in form.action and "/session/" not in form.action]


def every_form(client: Client, case: Any) -> Iterator[Form]:
    """Each form that this person is shown on any page about this case, once an address."""
    seen = set()
    for address in addresses.all_addresses(case):
        answer = client.get(address.path)
        if answer.status_code != 200 or answer.streaming or "text/html" not in answer.headers.get("Content-Type", ""):
            addresses.put_away(answer)  # a file given out has no form
            continue
        for form in forms_of(address.path, answer.content.decode()):
            key = (form.action, frozenset(form.kinds))
            if key not in seen:
                seen.add(key)
                yield form
