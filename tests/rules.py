"""What every question takes, and what is refused when, read from the code and written to docs/rules.md.

`python -m tests.rules` rewrites the page; tests/guards/test_rules.py fails while it is out of date. Three parts:
each form with its questions (kind, required, longest, range); every refusal of an action, a form or a gate with the
sentence a person reads and its source; the limits of how much and how often (OWASP ASVS 5.0 2.1.1 to 2.1.3, 2.3.2).
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "rules.md"
APPS = ("records", "accounts", "incidents", "remediation", "governance")
WITH_FORMS = re.compile(r"\.(forms|views|signing_form)(\.|$)")
HEAD = """# What is taken, and what is refused

Made by `python -m tests.rules` from the code; a test keeps it true. Words in `{…}` are filled in when the sentence is said.
Sources: “§” is `domain.md`, “F” a row of [features.md](features.md), “S” and “A” rules of `domain.md`.
"""


def _below(cls: type) -> Iterator[type]:
    below: type
    for below in cls.__subclasses__():
        yield below
        yield from _below(below)


def forms() -> list[type]:
    """Every form of the product, by where it stands."""
    from records.forms import PageForm

    for app in APPS:
        for one in pkgutil.walk_packages(list(importlib.import_module(app).__path__), f"{app}."):
            if WITH_FORMS.search(one.name):
                importlib.import_module(one.name)
    # (what else has been imported by now, such as the developer's showcase, is not asked of anybody)
    found = {
        one for one in _below(PageForm) if one.__module__.split(".")[0] in APPS and WITH_FORMS.search(one.__module__)
    }
    return sorted(found, key=lambda one: (APPS.index(one.__module__.split(".")[0]), one.__module__, one.__name__))


def _takes(field: Any) -> str:
    """What one question takes, in words."""
    said = [re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(field).__name__.removesuffix("Field")).lower()]
    said.append("required" if field.required else "optional")
    if (most := getattr(field, "max_length", None)) is not None:
        said.append(f"at most {most:,} characters")
    low, high = getattr(field, "min_value", None), getattr(field, "max_value", None)
    if low is not None or high is not None:
        said.append(f"from {low} to {high}" if high is not None else f"{low} or more")
    said += [word for word in ("past", "future") if getattr(field, word, False) is True]
    choices = getattr(field, "choices", None)
    if getattr(field, "queryset", None) is not None or hasattr(field, "queryset"):
        said.append("one of the records offered")
    elif choices is not None:
        values = [str(value) for value, _ in _flat(choices) if str(value)]
        said.append(
            f"one of {len(values)}"
            if len(values) > 8
            else "one of: " + ", ".join(values)
            if values
            else "one of those offered"
        )
    return ", ".join(said)


def _flat(choices: Any) -> Iterator[tuple[Any, Any]]:
    for value, label in choices:
        if isinstance(label, (list, tuple)):
            yield from label
        else:
            yield value, label


def questions() -> Iterator[str]:
    yield "## Questions\n"
    yield "Text that is too long is refused and shown again, never cut. A question that another answer brings up is asked only then.\n"
    for cls in forms():
        fields: dict[str, Any] = cls.base_fields  # type: ignore[attr-defined]
        if not fields:
            continue
        yield f"### {cls.__module__}.{cls.__name__}\n"
        yield "| question | takes |"
        yield "|---|---|"
        for name, field in fields.items():
            yield f"| {_cell(str(field.label or name))} | {_cell(_takes(field))} |"
        yield ""


class _Refusals(ast.NodeVisitor):
    """Every sentence of a refusal in one module, with the function it stands in."""

    def __init__(self, tree: ast.Module) -> None:
        self.constants = {
            target.id: one.value
            for one in tree.body
            if isinstance(one, ast.Assign)
            for target in one.targets
            if isinstance(target, ast.Name)
        }
        self.within: list[str] = []
        self.found: list[tuple[str, str, str, str]] = []
        self.visit(tree)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self.within.append(node.name)
        self.generic_visit(node)
        self.within.pop()

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.within.append(node.name)
        self.generic_visit(node)
        self.within.pop()

    def visit_Call(self, node: ast.Call) -> None:
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        where = ".".join(self.within)
        named = {one.arg: one.value for one in node.keywords}
        if name in ("Refused", "NotAllowed", "GateLine") and len(node.args) >= 2:
            source = named.get("source") or (node.args[4] if name == "GateLine" and len(node.args) > 4 else None)
            words = named.get("detail") if name == "GateLine" and "detail" in named else node.args[1]
            words = node.args[1] if name == "GateLine" else words
            for code in self.text(node.args[0]):
                for said in self.text(words):
                    self.found.append((where, code, said, " / ".join(self.text(source)) if source else ""))
        elif name == "said" and len(node.args) == 3:  # words that must be there
            rule = self.text(named.get("code")) or [""]
            self.found.append((where, rule[0], " / ".join(self.text(node.args[2])), ""))
        elif name == "ValidationError" and node.args or name == "add_error" and len(node.args) > 1:
            for said in self.text(node.args[0] if name == "ValidationError" else node.args[1]):
                self.found.append((where, "", said, ""))
        self.generic_visit(node)

    def text(self, node: ast.expr | None) -> list[str]:
        """The sentences an expression may be; what is worked out when it is said stands in braces."""
        if isinstance(node, ast.Constant):
            return [str(node.value)]
        if isinstance(node, ast.Name) and node.id in self.constants:
            return self.text(self.constants[node.id])
        if isinstance(node, ast.JoinedStr):
            parts = [
                str(one.value) if isinstance(one, ast.Constant) else "{" + ast.unparse(one.value) + "}"
                for one in node.values
                if isinstance(one, ast.Constant | ast.FormattedValue)
            ]
            return ["".join(parts)]
        if isinstance(node, ast.IfExp):
            return self.text(node.body) + self.text(node.orelse)
        return ["{" + ast.unparse(node) + "}"] if node is not None else []


def refusals() -> Iterator[str]:
    yield "## Refusals and conditions\n"
    yield "Each is asked on the server when the button is pressed: in the form, in the action or in the gate named.\n"
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" in path.parts or "templates" in path.parts:
                continue
            found = _Refusals(ast.parse(path.read_text())).found
            if not found:
                continue
            yield f"### {path.relative_to(ROOT).as_posix()}\n"
            yield "| where | rule | what is said | source |"
            yield "|---|---|---|---|"
            for where, code, said, source in found:
                yield f"| {_cell(where)} | {_cell(code)} | {_cell(said)} | {_cell(source)} |"
            yield ""


def limits() -> Iterator[str]:
    from django.conf import settings

    from config import throttle
    from records import files

    yield "## How much and how often\n"
    yield "For one person, or one address without a sign-in, over all web processes. Past it: 429, and when to come back.\n"
    yield "| address | requests | by |"
    yield "|---|---|---|"
    for name, limit in throttle.LIMITS.items():
        count, per = limit.rate.split("/")
        yield f"| {name} | {count} in {per} | {', '.join(limit.methods)} |"
    yield "\n| signing in (allauth) | tries |"
    yield "|---|---|"
    tries = settings.ACCOUNT_RATE_LIMITS
    for name, rate in (tries if isinstance(tries, dict) else {}).items():
        yield f"| {name} | {rate or 'no limit of its own'} |"
    yield "\n| files | at most |"
    yield "|---|---|"
    yield f"| one file, as set by EVIDENCE_MAX_MB | {settings.EVIDENCE_MAX_BYTES // 1024**2} MB |"
    yield f"| a picture, its points | {files.MAX_PIXELS:,} (WebP {files.MAX_WEBP_PIXELS:,}) |"
    yield f"| a moving picture, its frames | {files.MAX_FRAMES} |"
    yield f"| an office file unpacked; parts in it; how much smaller it was | {files.MAX_UNPACKED // 1024**2} MB; {files.MAX_PARTS:,}; {files.MAX_RATIO} times |"
    yield f"| all other answers of one form; how many | {settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024**2} MB; {settings.DATA_UPLOAD_MAX_NUMBER_FIELDS:,} |"


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


def page() -> str:
    """docs/rules.md as the code is today."""
    lines = [HEAD, *questions(), *refusals(), *limits()]
    return "\n".join(lines).rstrip() + "\n"


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    PAGE.write_text(page())
