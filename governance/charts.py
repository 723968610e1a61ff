"""Charts: the same picture on the page and in the PDF, with the rule, n and the verdict in words (F72, §10).

    chart = run_chart(title=…, unit="hours", points=[Point(day, value, n)], change=(day, "…"))
    chart.uri, chart.alt      for an <img>: no style of the page's reaches into it, and none is asked of the page
    chart.rule, chart.says    what is printed below; chart.rows the same numbers as a table

Rules, chosen once for every run chart and printed with it: a shift (6 or more points in a row on one side of the
median, points on the median skipped), a trend (5 or more in a row rising or falling), too few or too many runs
(two-sided 5 %, worked out exactly). Fewer than ten points: drawn, nothing claimed.
"""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from html import escape
from math import comb
from statistics import median
from typing import Any

from django.utils.html import format_html

from records.wording import day_text, plural

#: A chart of fewer points claims nothing (domain.md §10).
ENOUGH = 10
SHIFT, TREND = 6, 5
TOO_FEW = "Too few points to say."
RULE = (
    "Run chart rules: a shift is 6 or more points in a row on one side of the median (points on the median are "
    "skipped); a trend is 5 or more in a row rising or falling; too few or too many runs at the 5 % level."
)
BRAND, INK, MUTED, CHANGE = "#0b5351", "#0b0c0c", "#505a5f", "#8a3d00"


@dataclass(frozen=True)
class Point:
    """One measured point: its day (or label), its value, and how many items it rests on."""

    on: date | str
    value: float
    n: int = 1

    @property
    def label(self) -> str:
        return self.on if isinstance(self.on, str) else day_text(self.on, year=False)


@dataclass(frozen=True)
class Chart:
    """A picture and everything that must stand beside it."""

    title: str
    svg: str
    alt: str
    #: The rule used, in words; empty where no rule is applied.
    rule: str
    #: What the rule says about these points, in words.
    says: str
    n: int
    headings: list[str]
    rows: list[list[str]]
    signals: list[str] = field(default_factory=list)

    @property
    def uri(self) -> str:
        """The picture for an <img>: a data address, which the page's policy allows for pictures only."""
        return "data:image/svg+xml;base64," + base64.b64encode(self.svg.encode()).decode()

    def __str__(self) -> str:
        """The picture for a page, ready to stand in a template."""
        return format_html('<img class="stp-chart__picture" src="{}" alt="{}">', self.uri, self.alt) if self.svg else ""


def measure_chart(measure: Any) -> Chart:
    """The run chart of a measure, read by the one rule set of governance/run_rules.py."""
    from governance import facts, run_rules

    chart = run_chart(
        title=measure.title,
        unit=measure.unit,
        points=[Point(point.on, float(point.value), point.n) for point in measure.points.all()],
        baseline=float(measure.baseline),
        target=float(measure.target),
        change=(measure.change_on, "Change") if measure.change_on else None,
    )
    says = facts.reading(measure).words
    alt = f"Run chart: {measure.title}. {plural(chart.n, 'point')}. {says}"
    return replace(chart, rule=run_rules.RULE + ".", says=says, alt=alt)


def run_chart(
    *,
    title: str,
    unit: str,
    points: Sequence[Point],
    baseline: float | None = None,
    target: float | None = None,
    change: tuple[date, str] | None = None,
) -> Chart:
    """A run chart: points, median, the target, and the change marked with a line and its name.

    The median is that of the points before the change where there are at least
    `ENOUGH` of them (never moved afterwards to hide), else of all.
    """
    values = [float(point.value) for point in points]
    before = [p.value for p in points if change and isinstance(p.on, date) and p.on < change[0]]
    fixed = len(before) >= ENOUGH
    middle = float(median(before if fixed else values)) if values else 0.0
    signals = found_signals(values, middle) if len(values) >= ENOUGH else []
    says = _says(values, signals, middle, unit, fixed)
    svg = _draw_run(title, unit, points, middle, baseline, target, change) if points else ""
    alt = f"Run chart: {title}. {plural(len(values), 'point')}, median {number(middle)} {unit}. {says}"
    rows = [[point.label, number(point.value), str(point.n)] for point in points]
    return Chart(
        title, svg, alt, RULE, says, len(values), ["When", unit.capitalize(), "Number looked at"], rows, signals
    )


def gap_chart(*, title: str, gaps: Sequence[tuple[str, float | None]], notes: Sequence[str] = ()) -> Chart:
    """How many hours each step took: one bar a step. A step not known yet is named and has no bar.

    `notes` say of a step why it took no time that could be drawn: somebody outside was told before it.
    """
    rows = [[name, "Not known yet" if hours is None else f"{hours:,.1f}"] for name, hours in gaps]
    rows += [[note, "No hours between"] for note in notes]
    known = [(name, hours) for name, hours in gaps if hours is not None]
    svg = _draw_bars(title, known) if known else ""
    said = "; ".join(f"{name}: {hours:,.1f} hours" for name, hours in known) or "No two of the times are known yet"
    said = "; ".join([said, *notes])
    return Chart(title, svg, f"{title}. {said}.", "", "", len(known), ["Step", "Hours"], rows)


def found_signals(values: Sequence[float], middle: float) -> list[str]:
    """The signals in these points by the three rules, in words; empty when there is none."""
    found = []
    sides = [value > middle for value in values if value != middle]
    longest = _longest_run(sides)
    if longest >= SHIFT:
        found.append(f"a shift of {longest} points on one side of the median")
    rises = [b > a for a, b in zip(values, values[1:], strict=False) if a != b]
    trend = _longest_run(rises) + 1 if rises else 0
    if trend >= TREND:
        found.append(f"a trend of {trend} points in one direction")
    runs = 1 + sum(a != b for a, b in zip(sides, sides[1:], strict=False)) if sides else 0
    few, many = run_limits(sum(sides), len(sides) - sum(sides))
    if runs < few:
        found.append(f"too few runs ({runs}, expected at least {few})")
    elif runs > many:
        found.append(f"too many runs ({runs}, expected at most {many})")
    return found


def run_limits(above: int, below: int) -> tuple[int, int]:
    """The fewest and most runs that chance gives with this many points on each side (two-sided 5 %)."""
    if not above or not below:
        return (0, above + below)
    total = comb(above + below, above)

    def ways(runs: int) -> int:
        half, odd = divmod(runs, 2)
        if not odd:
            return 2 * comb(above - 1, half - 1) * comb(below - 1, half - 1)
        first = comb(above - 1, half) * comb(below - 1, half - 1)
        return first + comb(above - 1, half - 1) * comb(below - 1, half)

    share = [ways(runs) / total for runs in range(2, above + below + 1)]
    low = next((i for i in range(len(share)) if sum(share[: i + 1]) > 0.025), 0)
    high = next((i for i in range(len(share), 0, -1) if sum(share[i - 1 :]) > 0.025), len(share))
    return (low + 2, high + 1)


def _longest_run(sides: Sequence[bool]) -> int:
    longest = run = 0
    last: bool | None = None
    for side in sides:
        run = run + 1 if side == last else 1
        last = side
        longest = max(longest, run)
    return longest


def _says(values: Sequence[float], signals: list[str], middle: float, unit: str, fixed: bool) -> str:
    if len(values) < ENOUGH:
        return f"{TOO_FEW} n = {len(values)}; {ENOUGH} are needed."
    basis = "of the points before the change" if fixed else "of all points"
    words = f"Found: {'; '.join(signals)}." if signals else "No signal by these rules."
    return f"{words} n = {len(values)}, median {basis} {number(middle)} {unit}."


def number(value: float) -> str:
    """A number as people write it: no more than two decimals, none that say nothing."""
    return f"{float(value):,.2f}".rstrip("0").rstrip(".")


def _figure(width: float, height: float) -> tuple[Any, Any]:
    """A figure on its own: no global state, so that two packs made at once cannot meet."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height))
    axes = figure.add_subplot()
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(MUTED)
    axes.tick_params(colors=INK, labelsize=9)
    return figure, axes


def _draw_run(
    title: str,
    unit: str,
    points: Sequence[Point],
    middle: float,
    baseline: float | None,
    target: float | None,
    change: tuple[date, str] | None,
) -> str:
    figure, axes = _figure(7.0, 3.0)
    places = list(range(len(points)))
    values = [float(point.value) for point in points]
    axes.plot(places, values, color=BRAND, marker="o", markersize=5, linewidth=1.6, zorder=3)
    lines = [(middle, "median", "-", INK), (target, "target", "--", BRAND), (baseline, "baseline", ":", MUTED)]
    end = max(len(points) - 1, 1)
    for value, name, style, colour in lines:
        if value is not None:
            axes.axhline(float(value), color=colour, linestyle=style, linewidth=1)
            axes.annotate(
                f"{name} {number(value)}", (end + 0.15, float(value)), color=colour, fontsize=8, va="bottom",
                annotation_clip=False,
            )  # fmt: skip
    if change:
        after = next((i for i, p in enumerate(points) if isinstance(p.on, date) and p.on >= change[0]), len(points))
        axes.axvline(after - 0.5, color=CHANGE, linewidth=1.4, linestyle=(0, (4, 2)))
        top = max([*values, middle, float(target or 0), float(baseline or 0)])
        axes.annotate(change[1], (after - 0.4, top), color=CHANGE, fontsize=8, va="bottom", annotation_clip=False)
    step = max(1, -(-len(points) // 10))
    axes.set_xticks(places[::step], [point.label for point in points][::step], rotation=0, fontsize=8)
    axes.set_xlim(-0.5, end + 0.5)
    axes.set_ylabel(unit, fontsize=9, color=INK)
    axes.set_ylim(bottom=min(0.0, *values))
    return _svg(figure, title)


def _draw_bars(title: str, known: Sequence[tuple[str, float]]) -> str:
    figure, axes = _figure(7.0, 0.7 + 0.45 * len(known))
    names = [name for name, _ in known][::-1]
    hours = [hours for _, hours in known][::-1]
    axes.barh(range(len(hours)), hours, height=0.55, color=BRAND)
    axes.set_yticks(range(len(hours)), names, fontsize=9)
    for place, value in enumerate(hours):
        axes.annotate(f" {value:,.1f} h", (value, place), va="center", fontsize=9, color=INK, annotation_clip=False)
    axes.set_xlabel("hours", fontsize=9, color=INK)
    axes.set_xlim(0, max([*hours, 1.0]) * 1.12)
    return _svg(figure, title)


def _svg(figure: Any, title: str) -> str:
    """The figure as SVG: text stays text (searchable), the same bytes for the same figure, a <title> of its own."""
    import matplotlib

    settings: Any = {
        "svg.fonttype": "none",
        "svg.hashsalt": "safe-to-practise",
        "font.family": ["sans-serif"],
        "font.sans-serif": ["Atkinson Hyperlegible", "DejaVu Sans", "Arial"],
    }
    out = io.StringIO()
    with matplotlib.rc_context(settings):
        figure.savefig(
            out, format="svg", bbox_inches="tight", pad_inches=0.05, metadata={"Date": None, "Creator": None}
        )
    text = re.sub(r"<\?xml.*?\?>\s*<!DOCTYPE.*?>\s*", "", out.getvalue(), flags=re.DOTALL)
    text = re.sub(r"\s*<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    return re.sub(r"(<svg\b[^>]*>)", rf"\1<title>{escape(title)}</title>", text, count=1)
