"""docs/data.md names every kind of record once, and its levels are those of the code."""

import re
from pathlib import Path

from django.apps import apps

from records import compartments

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "data.md").read_text()
APPS = ("records", "accounts", "incidents", "remediation", "governance")
LEVELS = {
    number: re.findall(r"`(\w+)`", kinds)
    for number, kinds in re.findall(r"^\| \*\*(\d) [^|]*\| [^|]*\| ([^|]*) \|$", PAGE, re.MULTILINE)
}


def test_each_kind_of_record_stands_in_one_level_and_no_other_word_does() -> None:
    named = [name for names in LEVELS.values() for name in names]
    kept = [
        model.__name__
        for app in APPS
        for model in apps.get_app_config(app).get_models()
        if not model.__name__.startswith("Historical")
    ]
    assert sorted(named) == sorted(kept)
    assert sorted(LEVELS) == ["1", "2", "3", "4", "5"]


def test_the_hr_level_is_the_hr_compartment_of_the_code() -> None:
    declared = list(compartments.declared())
    whole = {
        label.split(".")[1]
        for label, compartment, fields in declared
        if compartment == compartments.HR and fields is None
    }
    assert set(LEVELS["4"]) == whole
    for label, _, fields in declared:
        if fields and label.split(".")[1] in ("RemediationPlan", "RiskControl", "Restriction", "RestrictionTest"):
            assert all(f"`{name}`" in PAGE for name in fields), label
