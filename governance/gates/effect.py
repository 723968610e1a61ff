"""When a verdict on effectiveness may be given, and what each of the four words needs (domain.md §10, A11)."""

from __future__ import annotations

from django.urls import reverse

from governance import facts
from governance.models import Verdict
from governance.run_rules import ENOUGH
from incidents.models import Case
from records.gates import GateLine
from records.wording import joined

SOURCE = "domain.md §10"


def before_any_verdict(case: Case) -> list[GateLine]:
    """What must be there whatever the verdict will be."""
    url = reverse("case-effectiveness", args=[case.pk])
    measured = bool(facts.measures(case))
    looks = facts.looks(case)
    return [
        GateLine(
            "F69",
            "A measure with its baseline and target is fixed",
            measured,
            reverse("measure-new", args=[case.pk]),
            SOURCE,
            "" if measured else "Fix what would show that practice changed: a measure, its baseline and its target",
        ),
        GateLine(
            "A11",
            "Somebody looked again: a re-audit with its result",
            looks.reaudits > 0,
            url,
            "domain.md A11",
            "" if looks.reaudits else "Hold a re-audit and record its result",
        ),
    ]


def for_changed(case: Case) -> list[GateLine]:
    """What "changed" needs beside that: three looks, none for the worse, and enough points to claim anything."""
    url = reverse("case-effectiveness", args=[case.pk])
    looks = facts.looks(case)
    most = max((len(one.points.all()) for one in facts.measures(case)), default=0)
    return [
        GateLine(
            "A11",
            "A re-audit, an observation and a follow-up supervision each have a result",
            not looks.missing,
            url,
            "domain.md A11",
            f"Still missing: {joined(looks.missing)}" if looks.missing else "",
        ),
        GateLine(
            "VERDICT",
            "No check says it became worse or did not change",
            looks.worst not in (Verdict.WORSE, Verdict.NOT_CHANGED),
            url,
            SOURCE,
            "A check found no change, or worse: the verdict cannot say changed"
            if looks.worst in (Verdict.WORSE, Verdict.NOT_CHANGED)
            else "",
        ),
        GateLine(
            "N10",
            f"One measure has at least {ENOUGH} points",
            most >= ENOUGH,
            url,
            SOURCE,
            ""
            if most >= ENOUGH
            else f"The most any measure has is {most}. Fewer than {ENOUGH} claim nothing: the word is “not yet shown”",
        ),
    ]
