"""docs/rules.md says what the code takes and refuses, no more and no less."""

import ast

from tests import rules


def test_the_page_of_rules_agrees_with_the_code() -> None:
    assert rules.PAGE.read_text() == rules.page(), "Run: python -m tests.rules"


def test_every_form_with_questions_and_every_refusal_of_the_code_stands_in_it() -> None:
    """So that a page made by a reader that overlooks things cannot pass."""
    told = rules.PAGE.read_text()
    assert [one for one in rules.forms() if one.base_fields and f"{one.__module__}.{one.__name__}" not in told] == []  # type: ignore[attr-defined]
    missing = []
    for app in rules.APPS:
        for path in (rules.ROOT / app).rglob("*.py"):
            calls = [one for one in ast.walk(ast.parse(path.read_text())) if isinstance(one, ast.Call)]
            raised = [one for one in calls if getattr(one.func, "id", "") in ("Refused", "NotAllowed")]
            if raised and path.relative_to(rules.ROOT).as_posix() not in told:
                missing.append(path)
    assert missing == []
