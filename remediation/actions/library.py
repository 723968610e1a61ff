"""The library: loaded from our own data, and changed by a provider as a new version (F34)."""

from __future__ import annotations

from typing import Any

from accounts.models import Provider, User
from incidents.tasks_catalogue import Task
from records.acting import action
from records.refusals import Refused
from remediation import pass_rules, permissions
from remediation.actions.common import said
from remediation.gates.words import is_only_attendance
from remediation.library_data import LIBRARY
from remediation.models import GapTemplate, LearningKind, PracticeTest, TestKind

_CONTENT = ("name", "gap", "tasks", "learning", "tests", "statement")


@action("library.loaded")
def load_library(*, by: User) -> list[GapTemplate]:
    """Load our library. Idempotent: an entry that did not change is left alone, a changed one is a new version."""
    made = []
    for entry in LIBRARY:
        newest = GapTemplate.objects.filter(provider=None, code=entry["code"]).order_by("-version").first()
        if newest is not None and all(getattr(newest, name) == entry[name] for name in _CONTENT):
            continue
        template = GapTemplate(
            provider=None,
            code=entry["code"],
            version=newest.version + 1 if newest else 1,
            changed_reason="Loaded with the product" if newest is None else "Changed with the product",
            **{name: entry[name] for name in _CONTENT},
        )
        template.save()
        made.append(template)
    return made


@action("library.version_written")
def write_version(
    *,
    by: User,
    provider: Provider,
    template: GapTemplate,
    name: str,
    gap: str,
    tasks: list[str],
    learning: list[dict[str, Any]],
    tests: list[dict[str, Any]],
    statement: str,
    reason: str,
) -> GapTemplate:
    """Write the provider's next version of an entry. Plans keep the version they were written from (F34).

    Refused (A7) with a test that would only show attendance, and (RULE) with a rule nobody can compute.
    """
    permissions.check_edit_library(by, provider)
    if template.provider_id not in (None, provider.pk):
        raise Refused("LIBRARY", "That entry belongs to another provider.")
    unknown = [task for task in tasks if task not in Task.values]
    if unknown or not tasks:
        raise Refused("LIBRARY", "Choose the tasks that are usually restricted.", field="tasks")
    for one in learning:
        if one.get("kind") not in LearningKind.values or not str(one.get("what", "")).strip():
            raise Refused("LIBRARY", "Each learning action needs its kind and what is done.")
    if not tests:
        raise Refused("F33", "A gap needs at least one practice test.", source="domain.md §7")
    newest = GapTemplate.objects.filter(code=template.code, provider=provider).order_by("-version").first()
    version = GapTemplate(
        provider=provider,
        code=template.code,
        version=max(newest.version if newest else 0, template.version) + 1,
        name=said(name, "name", "Enter the name of the gap."),
        gap=said(gap, "gap", "Say what anyone could observe."),
        tasks=tasks,
        learning=[
            {"kind": one["kind"], "what": one["what"].strip(), "days": int(one.get("days") or 7)} for one in learning
        ],
        tests=[check_test(one) for one in tests],
        statement=statement.strip(),
        changed_reason=said(reason, "reason", "Say why you change it."),
    )
    version.save()
    return version


def check_test(test: dict[str, Any]) -> dict[str, Any]:
    """A test as the library and the plan keep it; raises Refused (A7, RULE, F33) when it is not one."""
    refuse_what_is_no_test(
        kind=test.get("kind", ""),
        title=test.get("title", ""),
        instructions=test.get("instructions", ""),
        criteria=[one["text"] for one in test.get("criteria", [])],
    )
    rule = pass_rules.check(test.get("pass_rule"))
    pass_rules.check_fits(test["kind"], rule, before_return=bool(test.get("before_return", True)))
    return {
        "code": said(test.get("code", ""), "code", "Give the test a short code, like P1."),
        "title": test["title"].strip(),
        "kind": test["kind"],
        "pass_rule": rule,
        "criteria": [
            {"text": one["text"].strip(), "star": bool(one.get("star")), "group": str(one.get("group", "")).strip()}
            for one in test["criteria"]
            if one["text"].strip()
        ],
        "before_return": bool(test.get("before_return", True)),
        "instructions": str(test.get("instructions", "")).strip(),
        "days": int(test.get("days") or 14),
    }


def refuse_what_is_no_test(*, kind: str, title: str, instructions: str, criteria: list[str]) -> None:
    """A7 (F35): attendance, a certificate or e-learning is never a test, by its kind or by its words."""
    if kind in PracticeTest.NOT_TESTS:
        _refuse_attendance(TestKind(kind).label)
    if kind not in TestKind.values:
        raise Refused("F33", "Choose what kind of test it is.", field="kind")
    said(title, "title", "Say what the test is.")
    if found := is_only_attendance(title, instructions, criteria):
        _refuse_attendance(found)
    if not any(text.strip() for text in criteria):
        raise Refused(
            "F33",
            "A test needs criteria: what somebody will see, hear or read. Write at least one.",
            source="domain.md §7.3",
            field="criteria",
        )


def _refuse_attendance(found: str) -> None:
    raise Refused(
        "A7",
        f"“{found}” shows that somebody took part, not that practice changed, so it cannot be a test. It can be a "
        "learning action. As a test, write what somebody will see, hear or read in practice.",
        source="domain.md §0.2 A7",
        field="title",
    )
