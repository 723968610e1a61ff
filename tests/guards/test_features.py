"""docs/features.md says what the tests show, no more and no less."""

from tests import features


def test_the_feature_page_agrees_with_the_marks_on_the_tests() -> None:
    assert features.PAGE.read_text() == features.page(), "Run: python -m tests.features"


def test_every_mark_names_a_row_that_exists() -> None:
    rows = {m[1] for line in features.PAGE.read_text().splitlines() if (m := features.ROW.match(line))}
    marked = {code for kind in features.marks().values() for code in kind}
    assert marked <= rows
    assert len(rows) == 108
