"""How the library and the rules of tests read in a history: in the words of their pages, not as the product counts.

Read from what was kept at the time, so a word the product no longer knows stays as it was written.
"""

from __future__ import annotations

from typing import Any

from incidents.tasks_catalogue import Task
from records import readable
from records.wording import plural
from remediation import pass_rules
from remediation.models import LearningKind, TestKind

TASKS, LEARNING, TESTS = dict(Task.choices), dict(LearningKind.choices), dict(TestKind.choices)


def code(value: str) -> str:
    """ "late_escalation" as "Late escalation"."""
    said = value.replace("_", " ")
    return said[:1].upper() + said[1:]


def tasks(value: list[str]) -> str:
    return "\n".join(f"{one} {TASKS.get(one, '')}".strip() for one in value)


def learning(value: list[dict[str, Any]]) -> str:
    return "\n".join(
        f"{number}. {LEARNING.get(one['kind'], one['kind'])}: {one['what']}{_within(one.get('days'))}"
        for number, one in enumerate(value, 1)
    )


def tests(value: list[dict[str, Any]]) -> str:
    return "\n".join(line for one in value for line in _test(one))


def _test(one: dict[str, Any]) -> list[str]:
    kind = TESTS.get(one["kind"], one["kind"])
    when = "before duties come back" if one.get("before_return", True) else "live, under a conditional decision"
    due = f", due {plural(one['days'], 'day')} after the start" if one.get("days") else ""
    found = [
        f"{one['code']} {one['title']} ({kind}, {when}{due})",
        f"To pass: {pass_rules.in_words(one['pass_rule'])}",
    ]
    if one.get("instructions"):
        found.append(one["instructions"])
    for number, criterion in enumerate(one.get("criteria") or (), 1):
        must = "Must be met: " if criterion.get("star") else ""
        group = f" ({criterion['group']})" if criterion.get("group") else ""
        found.append(f"{number}. {must}{criterion['text']}{group}")
    for answer in one["pass_rule"].get("unsafe_answers", ()):
        found.append(f"An unsafe answer ends the test: “{answer}”")
    return found


def _within(days: int | None) -> str:
    return f" (within {plural(days, 'day')})" if days else ""


def register() -> None:
    """Called once, while the apps start."""
    for name, in_words in (("code", code), ("tasks", tasks), ("learning", learning), ("tests", tests)):
        readable.tell("remediation.GapTemplate", name, in_words)
    readable.tell("remediation.PracticeTest", "pass_rule", pass_rules.in_words)
    readable.call("remediation.GapTemplate", "Library entry")
