"""docs/security.md answers every check of ASVS 5.0 at levels 1 and 2, and names only what is there.

asvs_ids.txt holds the ids (253 at levels 1 and 2, with 16.3.2 among them, and 2.3.5 and 7.5.3 of level 3), one
chapter a line; their words are OWASP's and are not copied.
"""

import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "security.md"
IDS = (Path(__file__).parent / "asvs_ids.txt").read_text().split()
LEVEL_3 = {"2.3.5", "7.5.3", "16.3.2"}
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| (met|not applicable|open) \| (.+) \|$", re.MULTILINE)
ROWS = ROW.findall(PAGE.read_text())
NAMED = re.compile(r"`([\w./-]+)(?:::(test_\w+))?`")


def test_every_check_is_answered_once_and_no_other() -> None:
    assert len(IDS) == len(set(IDS)) == 255
    assert set(IDS) >= LEVEL_3
    assert [number for number, times in Counter(row[0] for row in ROWS).items() if times > 1] == []
    assert {row[0] for row in ROWS} == set(IDS)
    lines = re.findall(r"^\| \d+\.\d+\.\d+ \|", PAGE.read_text(), re.MULTILINE)
    assert len(lines) == len(ROWS), "a row of another shape"


@pytest.mark.parametrize(
    ("number", "state", "words"), [row for row in ROWS if row[1] == "met"], ids=lambda one: one[:12]
)
def test_what_is_met_names_a_place_and_its_tests_and_they_exist(number: str, state: str, words: str) -> None:
    named = [(path, test) for path, test in NAMED.findall(words) if "/" in path or path.startswith(".") or "." in path]
    files = [(path, test) for path, test in named if (ROOT / path).is_file()]
    assert files, f"{number} names no file that is there"
    wrong = [path for path, _ in named if "/" in path and not (ROOT / path).is_file()]
    wrong += [
        f"{path}::{test}"
        for path, test in files
        if test and not re.search(rf"^(?:    )?(?:async )?def {test}\(", (ROOT / path).read_text(), re.MULTILINE)
    ]
    assert wrong == []


def test_what_is_open_or_not_applicable_says_why() -> None:
    assert [row[0] for row in ROWS if len(row[2]) < 6] == []


def test_the_counts_are_true() -> None:
    found = Counter((row[0].split(".")[0], row[1]) for row in ROWS)
    told = re.findall(r"^\| V(\d+) [^|]*\| (\d+) \| (\d+) \| (\d+) \|$", PAGE.read_text(), re.MULTILINE)
    assert {chapter: tuple(map(int, counts)) for chapter, *counts in told} == {
        str(n): (found[str(n), "met"], found[str(n), "not applicable"], found[str(n), "open"]) for n in range(1, 18)
    }
    whole = re.search(r"^\| \*\*All\*\* \| (\d+) \| (\d+) \| (\d+) \|$", PAGE.read_text(), re.MULTILINE)
    assert whole
    assert tuple(map(int, whole.groups())) == tuple(
        sum(row[1] == state for row in ROWS) for state in ("met", "not applicable", "open")
    )


def test_each_row_of_level_3_says_so() -> None:
    assert {number for number, _, words in ROWS if "evel 3" in words} == LEVEL_3
