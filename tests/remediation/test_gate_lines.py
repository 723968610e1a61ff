"""The gate G1-G15 as a pure function: each line by itself, from nothing but its own fact (domain.md §8)."""

from typing import Any

import pytest

from incidents import separation
from remediation.gates import reauthorisation as gate

EVERYTHING: dict[str, Any] = {
    "reflection_submitted": True,
    "reflection_discussed": True,
    "comment_invited": True,
    "passed_tests": ("P1",),
    "plan_statement": True,
    "deciding": True,
    "statement_names": ("P1",),
    "follow_up_holder": "Aoife Brennan",
}
SPOILT: dict[str, dict[str, Any]] = {
    "G1": {"overdue_controls": ["no lone work"]},
    "G2": {"undecided_duties": ["CQC"]},
    "G3": {"untested_causes": ["workload"]},
    "G4": {"reflection_discussed": False},
    "G5": {"unpassed_tests": ["P2"]},
    "G6": {"unreadable_evidence": ["P1, attempt 1"]},
    "G7": {"schedule_gaps": ["learning not done"]},
    "G8": {"separation": [separation.s1_subject(separation.Person("A", "B", is_subject=True))]},
    "G9": {"conflicts": ["Grace Lim: relative"]},
    "G10": {"holds": ["PC 1187"]},
    "G11": {"comment_invited": False},
    "G12": {"statement_names": ()},
    "G13": {"follow_up_holder": ""},
    "G14": {"live_causes": ["workload"]},
    "G15": {"works_with_named_person": True},
}


def test_the_gate_has_fifteen_lines_and_all_can_be_met() -> None:
    found = gate.lines(gate.Facts(**EVERYTHING))
    assert [line.code for line in found] == [f"G{number}" for number in range(1, 16)] == list(SPOILT)
    assert all(line.met for line in found)


@pytest.mark.feature("F51")
@pytest.mark.parametrize("code", SPOILT)
def test_each_of_the_fifteen_lines_falls_by_its_own_fact_alone(code: str) -> None:
    found = gate.lines(gate.Facts(**(EVERYTHING | SPOILT[code])))
    assert [line.code for line in found if not line.met] == [code]
    assert all(line.detail for line in found if not line.met)
    assert {line.code for line in found if not line.override} == {"G5", "G8", "G10"}
