"""The one door to the GOV.UK component macros: a name and its parameters in, safe markup out.

Django templates are the product's template language; the macros of `govuk-frontend-jinja` are used only as
a library of exact markup (architecture.md "Parts chosen"). Everything typed by a person is escaped by the
macros themselves: pass it as `text`, never as `html`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from jinja2 import Environment, PackageLoader, PrefixLoader
from markupsafe import Markup

_WORD_START = re.compile(r"(?<!^)(?=[A-Z])")
_EMPTY_LINES = re.compile(r"\n[ \t]*(?=\n)")
_MACRO_NAME = re.compile(r"^govuk[A-Z][A-Za-z]+$")


@cache
def _environment() -> Environment:
    return Environment(
        loader=PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
        autoescape=True,
        auto_reload=False,
    )


@cache
def _macro(name: str) -> Any:
    if not _MACRO_NAME.match(name):
        raise ValueError(f"{name} is not the name of a GOV.UK component.")
    folder = _WORD_START.sub("-", name.removeprefix("govuk")).lower()
    template = _environment().get_template(f"govuk_frontend_jinja/components/{folder}/macro.html")
    return getattr(template.module, name)


def component(name: str, params: Mapping[str, Any]) -> SafeString:
    """The markup of one component, e.g. `component("govukTag", {"text": "Overdue"})`.

    Raises `ValueError` or `jinja2.TemplateNotFound` for a component that does not exist.
    """
    markup = str(_macro(name)(params)).strip()
    # Most bytes the macros leave are empty lines; a textarea's own breaks are kept as &#10; (`safe_lines`).
    return mark_safe(_EMPTY_LINES.sub("", markup))  # noqa: S308  (the macros escape what they are given)


def safe_lines(text: str) -> Markup:
    """Escaped text whose line breaks survive the macros' re-indenting: a textarea keeps what was typed."""
    escaped = Markup.escape(text)
    return Markup(str(escaped).replace("\r\n", "\n").replace("\n", "&#10;"))  # noqa: S704


def nested(flat: Mapping[str, Any]) -> dict[str, Any]:
    """Template keywords to macro parameters: `fieldset__legend__text="Who?"` becomes nested dictionaries.

    Below `attributes` an underscore in a name becomes a hyphen (`attributes__data_module`).
    """
    tree: dict[str, Any] = {}
    for key, value in flat.items():
        *path, last = key.split("__")
        place = tree
        for step in path:
            place = place.setdefault(step, {})
        if path and path[-1] == "attributes":
            last = last.replace("_", "-")
        place[last] = value
    return tree
