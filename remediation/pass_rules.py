"""How a pass is computed: the keys a pass rule may have, their check, and the rule in words (domain.md §7.1–7.4).

A pass rule is a plain dictionary kept on the test before anybody is tested. Every key that is present must hold:

    stars              "all": every ★ criterion is marked 2
    percent            of the scored points, at least this many per cent
    max_not_observed   at most this many criteria not observed, and never a ★
    min_minutes        shorter than this is not valid as a test
    direct_contact     True: without direct contact with a person it is not valid
    others_at_least    of the criteria without ★, at least this many marked 2
    correct_at_least   at least this many criteria marked 2 (vignettes: as many as there are)
    unsafe_answers     a list of answers each of which ends the test as not passed
    set, settings      tests of one set, together seen in at least this many different settings
    series             {"weeks": 4, "records": 3, "points": 16, "of": 20, "must_pass": [3, 4]}: a weekly series
    live               {"weeks": 8, "percent": 100}: real items audited for so long, while duties are conditional
"""

from __future__ import annotations

from typing import Any, Final

from records.refusals import Refused
from records.wording import joined, plural

KEYS: Final[dict[str, type]] = {
    "stars": str,
    "percent": int,
    "max_not_observed": int,
    "min_minutes": int,
    "direct_contact": bool,
    "others_at_least": int,
    "correct_at_least": int,
    "unsafe_answers": list,
    "set": str,
    "settings": int,
    "series": dict,
    "live": dict,
}
#: A rule needs at least one of these, or nothing could ever be not passed.
DECIDES: Final = frozenset({"stars", "percent", "others_at_least", "correct_at_least", "series", "live"})

OBSERVATION: Final[dict[str, Any]] = {
    "stars": "all",
    "percent": 80,
    "max_not_observed": 1,
    "min_minutes": 15,
    "direct_contact": True,
}
WRITTEN: Final[dict[str, Any]] = {"stars": "all", "percent": 80, "max_not_observed": 0}
WEEKLY: Final[dict[str, Any]] = {
    "series": {"weeks": 4, "records": 3, "points": 16, "of": 20, "must_pass": [3, 4]},
    "stars": "all",
}


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


def in_words(rule: dict[str, Any]) -> str:
    """The rule as a sentence a worker understands: "Every criterion marked 'must be met', and 80% of the points."."""
    parts: list[str] = []
    if rule.get("stars"):
        parts.append("every criterion marked “must be met” is met without prompting")
    if series := rule.get("series"):
        weeks = joined(str(week) for week in series["must_pass"])
        parts.append(
            f"one check a week for {plural(series['weeks'], 'week')}, {series['records']} records each; "
            f"weeks {weeks} each reach {series['points']} of {series['of']} points and no criterion falls to 0"
        )
    if live := rule.get("live"):
        parts.append(f"{live['percent']}% of the real items of {plural(live['weeks'], 'week')} meet the standard")
    elif "percent" in rule:
        parts.append(f"at least {rule['percent']}% of the points")
    if "others_at_least" in rule:
        parts.append(f"at least {rule['others_at_least']} of the other points")
    if "correct_at_least" in rule:
        parts.append(f"{rule['correct_at_least']} right answers")
    if "max_not_observed" in rule and rule["max_not_observed"]:
        parts.append(f"at most {rule['max_not_observed']} not observed")
    if "min_minutes" in rule:
        parts.append(f"at least {rule['min_minutes']} minutes")
    if rule.get("direct_contact"):
        parts.append("with direct contact with a person")
    if "settings" in rule:
        parts.append(f"across at least {rule['settings']} settings")
    if rule.get("unsafe_answers"):
        parts.append("an unsafe answer ends it")
    text = "; ".join(parts)
    return text[:1].upper() + text[1:] + "." if text else "No rule yet."
