"""HTML on standard input, PDF/UA-1 on standard output, in a process of its own.

    python -I governance/packs/printer.py <folder of static files>

Knows nothing of Django and nothing of the network: the only addresses it answers are files of the static folder
(the style sheet and the typeface) and pictures within the document itself. Anything else ends the work. One
process a pack, because rendering many in one process grows slower and larger with each.
"""

from __future__ import annotations

import gc
import logging
import sys
from pathlib import Path
from urllib.parse import unquote, urlparse

#: What a pack may load from the static folder.
ASSETS = {".css", ".woff2"}


def allowed(url: str, folder: Path) -> bool:
    """Whether a document may load this address: a picture in itself, or a style sheet or font of ours."""
    if url.startswith("data:image/svg+xml;base64,"):
        return True
    parsed = urlparse(url)
    if parsed.scheme != "file" or parsed.netloc:
        return False
    path = Path(unquote(parsed.path)).resolve()
    return path.suffix in ASSETS and path.is_relative_to(folder.resolve())


def to_pdf(html: str, folder: Path) -> bytes:
    """The PDF of a document; raises for any address it may not load, so that no pack is made with a part missing."""
    from weasyprint import HTML
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class OnlyOurs(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
            if not allowed(url, folder):
                raise FatalURLFetchingError(f"A pack may not load {url[:100]}")
            return super().fetch(url, headers)

    base = (folder / "pack.html").as_uri()
    found: bytes = HTML(string=html, base_url=base, url_fetcher=OnlyOurs(allow_redirects=False)).write_pdf(
        pdf_variant="pdf/ua-1", custom_metadata=False
    )
    return found


def main() -> None:
    # Rendering makes millions of objects and throws none away before the end: collecting them only costs time.
    gc.freeze()
    gc.set_threshold(200_000, 50, 100)
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    sys.stdout.buffer.write(to_pdf(sys.stdin.buffer.read().decode(), Path(sys.argv[1])))


if __name__ == "__main__":
    main()
