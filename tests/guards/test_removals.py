"""The table of removals (tests/removals/) still fits the product, covers every done row, and was really tried."""

from __future__ import annotations

from collections import Counter

import pytest

from tests import features
from tests.removals import table
from tests.removals.table import ROOT, Removal

TABLE = table.table()
SEEN, NOTED = table.seen(), table.noted()
DONE = sorted(features.marks()["feature"], key=lambda code: int(code[1:]))


def test_no_two_removals_have_the_same_name() -> None:
    assert [name for name, count in Counter(one.name for one in TABLE).items() if count > 1] == []


@pytest.mark.parametrize("one", TABLE, ids=lambda one: one.name)
def test_the_text_of_a_removal_still_stands_once_in_its_file(one: Removal) -> None:
    found = (ROOT / one.file).read_text().count(one.old)
    assert found == 1, f"{one.file} has it {found} times: mend the removal, then run `make removals NEW=1`"
    assert one.sql or one.new != one.old
    assert one.tests


def test_every_test_that_a_removal_names_is_there() -> None:
    texts = {test.split("::")[0]: "" for one in TABLE for test in one.tests}
    for file in texts:
        texts[file] = (ROOT / file).read_text()
    missing = {
        test
        for one in TABLE
        for test in one.tests
        if f"def {test.split('::')[1].split('[')[0]}(" not in texts[test.split("::")[0]]
    }
    assert not missing


@pytest.mark.parametrize("code", DONE)
def test_each_done_row_has_a_guard_that_was_taken_out_and_seen(code: str) -> None:
    of_row = [one for one in TABLE if one.row == code]
    assert of_row, f"{code} is marked done: add its guards to tests/removals/, or mark it feature_part"
    assert any(one.name in SEEN for one in of_row), f"Run `make removals ROWS={code}`"


def test_every_removal_is_noted_as_it_stands_today() -> None:
    """Seen, or said not to be: docs/features.md counts them. A removal that changed since counts for nothing."""
    unsaid = [one.name for one in TABLE if one.name not in NOTED]
    assert not unsaid, f"Run `make removals NEW=1`: {unsaid}"
