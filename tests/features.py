"""Which capability is done, read from the marks on the tests, written to docs/features.md.

`python -m tests.features` rewrites the last three columns; tests/guards/test_features.py fails while they are out of
date. A row is *done* when a test marked `@pytest.mark.feature("F41")` drives it, *part* when one marked
`@pytest.mark.feature_part("F41")` drives some of it, else *not yet*. "Guards removed and seen" counts the guards of a
row that were taken out and of which a test failed (tests/removals/, `make removals`), and says when last.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.removals import table

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "features.md"
ROW = re.compile(r"^\| (F\d+) \| (.+?) \| (?:done|part|not yet) \|(.*)\|$")
HEAD = "| id | capability | state | shown by | guards removed and seen |"


def marks() -> dict[str, dict[str, list[str]]]:
    """{"feature": {"F41": ["tests/…py::test_…"]}, "feature_part": {…}} of every mark in tests/."""
    found: dict[str, dict[str, list[str]]] = {"feature": {}, "feature_part": {}}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        where = path.relative_to(ROOT).as_posix()
        tree = ast.parse(path.read_text())
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") or isinstance(node, ast.ClassDef):
                for decorator in node.decorator_list:
                    _note(found, decorator, f"{where}::{node.name}")
            elif isinstance(node, ast.Assign) and any(getattr(t, "id", "") == "pytestmark" for t in node.targets):
                for one in node.value.elts if isinstance(node.value, ast.List) else [node.value]:
                    _note(found, one, where)
    return found


def _note(found: dict[str, dict[str, list[str]]], call: ast.expr, where: str) -> None:
    if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in found:
        for argument in call.args:
            if isinstance(argument, ast.Constant):
                found[call.func.attr].setdefault(str(argument.value), []).append(where)


def page() -> str:
    """docs/features.md with the state column made from the marks of today."""
    by = marks()
    lines = []
    for line in PAGE.read_text().splitlines():
        row = ROW.match(line)
        if row:
            code, capability = row[1], row[2]
            tests = by["feature"].get(code) or by["feature_part"].get(code) or []
            state = "done" if code in by["feature"] else "part" if code in by["feature_part"] else "not yet"
            shown = ", ".join(sorted({f"`{t.removeprefix('tests/').split('::')[0]}`" for t in tests}))
            line = f"| {code} | {capability} | {state} | {shown} | {removed(code, state)} |"
        elif line.startswith("| id |"):
            line = HEAD
        elif re.fullmatch(r"\|(---\|)+", line):
            line = "|---|---|---|---|---|"
        lines.append(line)
    return "\n".join(lines) + "\n"


def removed(code: str, state: str) -> str:
    """How many guards of a row were taken out and seen, of how many, and when the last was: "7 of 7, 2026-11-23".

    Empty for a row that is not done and of which no guard is written down.
    """
    of_row = [one for one in table.table() if one.row == code]
    if not of_row and state != "done":
        return ""
    seen = table.seen()
    dates = [seen[one.name]["date"] for one in of_row if one.name in seen]
    return f"{len(dates)} of {len(of_row)}" + (f", {max(dates)}" if dates else "")


if __name__ == "__main__":
    PAGE.write_text(page())
