"""Tables that people open in a spreadsheet: no cell can become a formula there (OWASP "CSV injection")."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from typing import Any

#: What makes a spreadsheet read a cell as a formula or as a new cell, at its start or after blanks.
STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")


def cell(value: Any) -> str:
    """The text of a value; with an apostrophe before it where a spreadsheet would calculate it."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.lstrip(" \u00a0\ufeff").startswith(STARTS) else text


class _Line:
    """What csv.writer writes into: hands each line on."""

    def write(self, line: str) -> str:
        return line


def lines(headings: Iterable[str], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """A CSV file line by line, with the mark by which Excel knows UTF-8."""
    writer: Any = csv.writer(_Line())
    yield "\ufeff" + str(writer.writerow([cell(one) for one in headings]))
    for row in rows:
        yield str(writer.writerow([cell(one) for one in row]))
