"""(d) A 60-page pack against bare WeasyPrint on the same HTML.

Both in a process of their own, as a worker would. Ours takes the names out of the data, writes the HTML, prints it
with a fetcher that refuses the network, searches every string of the result for every name, and seals it.
"""

from __future__ import annotations

import subprocess
import sys
import time
from statistics import median
from typing import Any

from bench.chasing import Row

ROUNDS = 3
LIMIT = 1.2
PAGES = 60

BARE = """
import sys
from weasyprint import HTML
sys.stdout.buffer.write(HTML(string=sys.stdin.buffer.read().decode(), base_url=sys.argv[1]).write_pdf(pdf_variant="pdf/ua-1"))
"""


def contents(sections: int) -> dict[str, Any]:
    """The data of a long pack: a chronology of many short tables, records and one chart."""
    from governance import charts
    from governance.packs import blocks

    said = "Dionne Asante noted a bruise on the left arm and told nobody; Paul Reid heard of it at handover."
    rows = [["Tue 6 Oct 2026, 08:10", f"{said} ({n})", "Aoife Brennan, Tue 6 Oct 2026, 21:05"] for n in range(12)]
    chart = charts.gap_chart(title="Hours each step took", gaps=[("Before anyone was told", 145.2)])
    parts = [
        blocks.part(
            number,
            f"Part {number}",
            "What happened, in order.",
            blocks.table("What happened", ["When", "What", "Written down by"], rows),
            blocks.record("A control", [(f"Question {n}", said) for n in range(14)]),
            blocks.picture(chart) if number == 1 else [],
        )
        for number in range(1, sections + 1)
    ]
    return {
        "schema": 1, "reference": "SP-2026-0001", "title": "Governance pack", "service": "North", "provider": "Care",
        "period": "2026", "state": ["Open."], "taken_out": [], "verify_url": "/verify/", "version": 1, "reader": "Commissioner",
        "prepared_by": "", "at": "2026-11-23T12:00:00+00:00", "said_at": "Mon 23 Nov 2026", "ledger_seq": 1,
        "ledger_head": "0" * 64, "parts": parts,
    }  # fmt: skip


def run() -> list[Row]:
    """Print both in turns; medians of ROUNDS."""
    from governance.packs import redaction, render, seal

    names = ["Dionne Asante", "Paul Reid", "Aoife Brennan", *(f"Vorname{n} Nachname{n}" for n in range(40))]
    known = [redaction.Known(name, f"Care worker {n}") for n, name in enumerate(names, start=1)]

    def ours() -> bytes:
        clean = redaction.take_out(contents(PAGES), known).contents
        html = render.print_html(clean)
        pdf = render.print_pdf(html)
        assert not redaction.leaks([*redaction.texts_of_pdf(pdf), *redaction.texts_of_html(html)], known)
        return seal.seal(pdf)

    html = render.print_html(redaction.take_out(contents(PAGES), known).contents)
    base = (render.assets() / "pack.html").as_uri()

    def theirs() -> bytes:
        done = subprocess.run(
            [sys.executable, "-I", "-c", BARE, base], input=html.encode(), capture_output=True, check=True
        )
        return done.stdout

    took: dict[str, list[float]] = {"ours": [], "theirs": []}
    for _ in range(ROUNDS):
        for name, make in (("theirs", theirs), ("ours", ours)):
            start = time.perf_counter()
            made = make()
            took[name].append((time.perf_counter() - start) * 1000)
            assert made.startswith(b"%PDF")
    import io

    from pypdf import PdfReader

    pages = len(PdfReader(io.BytesIO(made)).pages)
    assert pages >= PAGES, pages
    mine, bare = median(took["ours"]), median(took["theirs"])
    return [
        Row(f"(d) a pack of {pages} pages, to the seal", "bare WeasyPrint, same HTML", mine, bare, mine / bare, LIMIT)
    ]
