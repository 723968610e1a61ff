"""From a pack's data to its two files: HTML, and PDF/UA-1 printed from the same HTML in a process of its own.

The same data always gives the same bytes, so a pack can be made again and compared (F81).
"""

from __future__ import annotations

import base64
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string

from records.models import fingerprint

PRINTER = Path(__file__).with_name("printer.py")
#: A pack of 240 pages takes 17 s; ten minutes is for a machine in trouble.
PATIENCE = 600


class NotPrinted(RuntimeError):
    """The PDF could not be made; the message is what the printing process said."""


def seal_of(contents: dict[str, Any]) -> str:
    """The seal printed on every page: SHA-256 of the pack's data in its canonical spelling."""
    return fingerprint(contents)


def context(contents: dict[str, Any], mark: str = "") -> dict[str, Any]:
    """What the templates show: the data, with each picture's address and each cell's heading worked out."""
    parts = [part | {"blocks": [_shown(block) for block in part["blocks"]]} for part in contents["parts"]]
    return {
        "pack": contents | {"parts": parts, "reader_short": contents["reader"].split(",")[0]},
        "seal": seal_of(contents),
        "mark": mark,
    }


def _shown(block: dict[str, Any]) -> dict[str, Any]:
    shown = dict(block)
    if "columns" in block:
        shown["cells"] = [
            [{"text": cell, "heading": heading} for cell, heading in zip(row, block["columns"], strict=True)]
            for row in block["rows"]
        ]
    if block["kind"] == "picture":
        shown["uri"] = "data:image/svg+xml;base64," + base64.b64encode(block["svg"].encode()).decode()
    return shown


def html(contents: dict[str, Any], *, mark: str = "") -> str:
    """The HTML twin: one file that needs nothing else."""
    return render_to_string("governance/pack/document.html", context(contents, mark) | {"sheet": _sheet()})


def print_html(contents: dict[str, Any], *, mark: str = "") -> str:
    """The HTML the PDF is printed from; its style sheet and typeface are files beside it."""
    return render_to_string("governance/pack/document.html", context(contents, mark) | {"sheet_url": "build/pack.css"})


def pdf(contents: dict[str, Any], *, mark: str = "") -> bytes:
    """The PDF, not sealed yet. Raises NotPrinted."""
    return print_pdf(print_html(contents, mark=mark))


def print_pdf(document: str) -> bytes:
    """Print a document in a process of its own. Raises NotPrinted."""
    folder = assets()
    done = subprocess.run(  # noqa: S603  (our own file, no typed argument)
        [sys.executable, "-I", str(PRINTER), str(folder)],
        input=document.encode(),
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    if done.returncode or not done.stdout.startswith(b"%PDF"):
        last = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise NotPrinted(last[0] if last else "The printing process ended without a word.")
    return done.stdout


def assets() -> Path:
    """The folder of the style sheet and the built typeface. Raises NotPrinted where the front end is not built."""
    for folder in (settings.BASE_DIR / "static", Path(settings.STATIC_ROOT)):
        if (folder / "build" / "pack.css").is_file() and list((folder / "build" / "fonts").glob("*.woff2")):
            return Path(folder)
    raise NotPrinted("The front end is not built, so the pack's typeface is missing. Run: npm ci && npm run build")


def _sheet() -> str:
    """The style sheet for a file that stands alone: without the addresses of fonts it cannot reach."""
    from django.utils.safestring import mark_safe

    text = (assets() / "build" / "pack.css").read_text()
    return mark_safe(re.sub(r"@font-face \{[^}]*\}\n?", "", text))  # noqa: S308  (our own file)
