"""The parts a pass rule may have, their check before it is fixed, and the rule in words (domain.md §7.1–7.4).

A pass rule is a plain dictionary kept on the test before anybody is tested; `gates/passing.py` computes with it
and says what each key means. Here: which keys there are, that the rule can decide anything at all, and how a
worker reads it.
"""

from __future__ import annotations

from typing import Any, Final

from records.refusals import Refused
from records.wording import joined, plural

KEYS: Final[dict[str, type]] = {
    "stars": str,
    "percent": int,
    "others_at_least": int,
    "all": bool,
    "at_least": int,
    "groups": dict,
    "unsafe_answers": list,
    "max_not_observed": int,
    "min_minutes": int,
    "direct_contact": bool,
    "repeat": int,
    "settings": int,
    "series": dict,
    "live": dict,
}
#: A rule needs at least one of these, or nothing could ever be not passed.
DECIDES: Final = frozenset({"stars", "percent", "others_at_least", "all", "at_least", "groups", "series", "live"})

OBSERVATION: Final[dict[str, Any]] = {
    "stars": "all",
    "percent": 80,
    "max_not_observed": 1,
    "min_minutes": 15,
    "direct_contact": True,
}
WRITTEN: Final[dict[str, Any]] = {"stars": "all", "percent": 80, "max_not_observed": 0}
WEEKLY: Final[dict[str, Any]] = {"stars": "all", "series": {"weeks": 4, "points": 16}}


def check(rule: Any) -> dict[str, Any]:
    """The rule itself when it can decide something; raises Refused (RULE) when it cannot be computed."""
    if not isinstance(rule, dict) or not DECIDES & set(rule):
        raise Refused(
            "RULE",
            "Fix how a pass is decided before anybody is tested: what must be met, and how much of the rest.",
            source="domain.md §7.3",
            field="percent",
        )
    for key, value in rule.items():
        if key not in KEYS or not isinstance(value, KEYS[key]):
            raise Refused("RULE", f"The pass rule has a part nobody can compute: {key}.", source="domain.md §7.3")
    if not 0 <= rule.get("percent", 0) <= 100:
        raise Refused("RULE", "The share that must be met is between 0 and 100 per cent.", field="percent")
    return dict(rule)


def check_fits(kind: str, rule: dict[str, Any], *, before_return: bool) -> None:
    """The rule belongs to the kind of test: raises Refused (RULE) where it could never be passed, or too easily.

    A series by weeks is what holds "one a week, none for a week gone by" (§7.2); live items run only once duties are
    back under a condition (§7.1 P4), so they cannot be asked before.
    """
    for belongs, part, words in (
        ("weekly_check", "series", "A weekly check is passed by a series of weeks, and only a weekly check is"),
        ("live", "live", "Live items are passed over some weeks of real work, and only live items are"),
    ):
        if (kind == belongs) != (part in rule):
            raise Refused("RULE", f"{words}. Choose the kind and the rule that belong together.", field="rule")
    if kind == "live" and before_return:
        raise Refused(
            "RULE",
            "Live items start when duties come back under a condition, so they cannot be passed before.",
            source="domain.md §7.1",
            field="before_return",
        )


def in_words(rule: dict[str, Any]) -> str:
    """The rule as a worker reads it: "Every criterion that must be met, without prompting; at least 80% …"."""
    parts = [*_of_marks(rule), *_of_circumstances(rule)]
    text = "; ".join(parts)
    return text[:1].upper() + text[1:] + "." if text else "No rule yet."


def _of_marks(rule: dict[str, Any]) -> list[str]:
    parts = []
    if rule.get("stars", "all") == "all" and not rule.get("all"):
        parts.append("every criterion that must be met is met without prompting")
    if rule.get("all"):
        parts.append("every answer is right")
    if series := rule.get("series"):
        weeks = series["weeks"]
        parts.append(
            f"one check a week for {plural(weeks, 'week')}; weeks {joined([str(weeks - 1), str(weeks)])} "
            f"each reach {series['points']} points and no criterion falls to 0"
        )
    if live := rule.get("live"):
        parts.append(f"{live.get('percent', 100)}% of the real items of {plural(live['weeks'], 'week')} are right")
    elif "percent" in rule:
        parts.append(f"at least {rule['percent']}% of the points")
    if "others_at_least" in rule:
        parts.append(f"at least {rule['others_at_least']} of the other points are made")
    if "at_least" in rule:
        parts.append(f"at least {plural(rule['at_least'], 'right answer')}")
    for name, part in rule.get("groups", {}).items():
        parts.append(f"in {name}, at least {part['others_at_least']} of the other points are made")
    if rule.get("unsafe_answers"):
        parts.append("an unsafe answer ends it")
    return parts


def _of_circumstances(rule: dict[str, Any]) -> list[str]:
    parts = []
    if rule.get("repeat", 1) > 1:
        where = f" in at least {rule['settings']} different settings" if "settings" in rule else ""
        parts.append(f"passed {rule['repeat']} times{where}")
    if rule.get("max_not_observed"):
        parts.append(f"at most {rule['max_not_observed']} not observed, never one that must be met")
    if "min_minutes" in rule:
        parts.append(f"at least {rule['min_minutes']} minutes")
    if rule.get("direct_contact"):
        parts.append("with direct contact with a person")
    return parts
