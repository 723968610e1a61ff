"""What a pack is made of, as plain data: parts, and in them words, records, tables and pictures.

Everything is a plain dict of strings and numbers, so that it can be redacted string by string, stored as JSON,
hashed, and rendered again years later to the same bytes. `hr` marks what belongs to the HR compartment and
`typed` marks nothing: every string is looked at when names are taken out, whoever wrote it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from governance.charts import Chart
from records import times, wording

Block = dict[str, Any]

NOT_RECORDED = "Not recorded yet."
#: Longer tables are cut into several, each with its own heading: a table over a page break loses its meaning.
MOST_ROWS = 12


def words(*paragraphs: str, heading: str = "", hr: bool = False) -> Block:
    """Paragraphs of text; empty ones are left out."""
    return {"kind": "words", "heading": heading, "paragraphs": [p for p in paragraphs if p], "hr": hr}


def record(heading: str, pairs: Iterable[tuple[str, Any]], *, hr: bool = False, hr_names: Sequence[str] = ()) -> Block:
    """One record as a table of two columns, name and content. Empty contents are left out.

    `hr_names`: the lines that belong to the HR compartment while the rest does not.
    """
    rows = [[name, text(value)] for name, value in pairs if value not in (None, "", [])]
    return {"kind": "record", "heading": heading, "rows": rows, "hr": hr, "hr_names": list(hr_names)}


def table(
    heading: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    note: str = "",
    empty: str = NOT_RECORDED,
    hr: bool = False,
    hr_columns: Sequence[str] = (),
) -> list[Block]:
    """A table, or several where it is long; the first cell of a row is the row's heading."""
    said = [[text(cell) for cell in row] for row in rows]
    if not said:
        return [words(empty, heading=heading, hr=hr)]
    made: list[Block] = []
    for start in range(0, len(said), MOST_ROWS):
        part = said[start : start + MOST_ROWS]
        part_of = f" ({start + 1} to {start + len(part)} of {len(said)})" if len(said) > MOST_ROWS else ""
        made.append(
            {
                "kind": "table",
                "heading": heading + part_of,
                "columns": list(columns),
                "rows": part,
                "note": note if start + len(part) == len(said) else "",
                "hr": hr,
                "hr_columns": list(hr_columns),
            }
        )
    return made


def picture(chart: Chart, *, heading: str = "") -> Block:
    """A chart with its rule, what it says, and the same numbers as a table."""
    return {
        "kind": "picture",
        "heading": heading or chart.title,
        "svg": chart.svg,
        "alt": chart.alt,
        "rule": chart.rule,
        "says": chart.says,
        "columns": chart.headings,
        "rows": chart.rows,
        "hr": False,
    }


def part(number: int, title: str, intro: str, *blocks: Block | list[Block]) -> Block:
    """One of the fourteen parts. `intro` says in one sentence what it shows."""
    flat: list[Block] = []
    for block in blocks:
        flat += block if isinstance(block, list) else [block]
    return {"number": number, "title": title, "intro": intro, "blocks": flat}


def text(value: Any) -> str:
    """Any value of a record in words: dates as people say them, yes and no, nothing as a dash."""
    if value is None or value == "":
        return "–"
    if value is True:
        return "Yes"
    if value is False:
        return "No"
    if isinstance(value, datetime | date):
        return wording.when_text(value)
    if isinstance(value, list | tuple):
        return wording.joined([text(one) for one in value]) if value else "–"
    return str(value)


def sentence(said: str) -> str:
    """Typed text with a full stop at its end, so that what follows begins anew."""
    said = said.strip()
    return said if not said or said[-1] in ".!?”" else f"{said}."


def by_at(who: Any, moment: datetime | date | None) -> str:
    """ "Aoife Brennan, Thu 15 Oct 2026, 09:35"; a dash for nobody."""
    return ", ".join(text(one) for one in (who, moment) if one) or "–"


def span(length: timedelta) -> str:
    """How long something took: in words, and from an hour on in hours too, to be compared."""
    hours = length.total_seconds() / 3600
    return f"{wording.gap_text(length)} ({hours:,.1f} hours)" if hours >= 1 else wording.gap_text(length)


def lateness(due: datetime | None, done: datetime | None) -> str:
    """How late something was, or is; empty when it was not."""
    if due is None:
        return ""
    end = done or times.now()
    if end <= due:
        return ""
    return f"{span(end - due)} {'late' if done else 'overdue'}"


def strings(data: Any, change: Callable[[str], str]) -> Any:
    """The same data with every string put through `change`; keys and the pictures' drawing instructions stay."""
    if isinstance(data, str):
        return change(data)
    if isinstance(data, list):
        return [strings(one, change) for one in data]
    if isinstance(data, dict):
        return {key: value if key in STRUCTURE else strings(value, change) for key, value in data.items()}
    return data


#: Keys whose strings are ours and not content.
STRUCTURE = frozenset({"kind", "svg", "schema", "hr", "hr_names", "hr_columns", "number"})
