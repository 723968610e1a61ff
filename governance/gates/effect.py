"""When a verdict on effectiveness may be given, and what each of the four words needs (domain.md §10, A11)."""

from __future__ import annotations

from django.urls import reverse

from governance import facts
from governance.models import Measure, Verdict
from governance.run_rules import ENOUGH, Reading
from incidents.models import Case
from records.gates import GateLine
from records.wording import joined, when_text

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


def after_bad_news(case: Case) -> list[GateLine]:
    """What "changed" and "not yet shown" need after "worse", "not changed" or a re-opening: that somebody looked again.

    The two bad words need no new look: nobody is kept from saying that practice is still not right.
    """
    since = facts.look_again_since(case)
    if since is None:
        return []
    looked = facts.looked_again(case)
    return [
        GateLine(
            "F71",
            f"A re-audit was held after {when_text(since)}",
            looked,
            reverse("effect-check-new", args=[case.pk]),
            "domain.md §13",
            ""
            if looked
            else f"Hold a new re-audit and record its result. On {when_text(since)} practice was found wanting, or the "
            "case was opened again. An older re-audit cannot show what was done since",
        )
    ]


def for_changed(case: Case) -> list[GateLine]:
    """What "changed" needs beside that: three looks, none of the newest for the worse, and points that show it.

    The points show it where one measure has a shift for the better with its target reached, by the rule printed
    beside its chart, and none has a shift for the worse.
    """
    url = reverse("case-effectiveness", args=[case.pk])
    looks = facts.looks(case)
    measures = facts.measures(case)
    said = [(one, facts.reading(one)) for one in measures]
    most = max((reading.n for _, reading in said), default=0)
    shown = any(reading.verdict == Verdict.CHANGED for _, reading in said)
    worse = [one.title for one, reading in said if reading.verdict == Verdict.WORSE]
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
            "The newest checks do not say that it became worse or did not change",
            looks.worst not in (Verdict.WORSE, Verdict.NOT_CHANGED),
            url,
            SOURCE,
            "One of the newest checks found no change, or worse: the verdict cannot say changed"
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
        GateLine(
            "SHIFT",
            "The points of one measure show a shift for the better, with its target reached",
            shown,
            url,
            SOURCE,
            "" if shown else _not_shown(said),
        ),
        GateLine(
            "WORSE",
            "The points of no measure show a shift for the worse",
            not worse,
            url,
            SOURCE,
            f"The points show a shift for the worse: {joined(worse)}. The verdict cannot say changed" if worse else "",
        ),
    ]


def _not_shown(said: list[tuple[Measure, Reading]]) -> str:
    """What the points do say, measure by measure, for whoever wanted to sign "changed"."""
    each = "; ".join(f"{one.title}: {reading.short}" for one, reading in said)
    return f"The points do not show that practice changed{f' ({each})' if each else ''}"
