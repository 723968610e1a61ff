"""A mail server that keeps every message and delivers none: what the product sends on a developer's machine.

Each message becomes one .eml file in a folder; a page lists them, newest first. Both listen on this
machine only. `python -m config.mailcatcher --folder var/mail --smtp-port 8025 --pages-port 8026`
"""

import argparse
import asyncio
import html
import itertools
import os
import signal
import threading
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP

LOCALHOST = "127.0.0.1"
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width">
<style>body{{font:1.1rem/1.5 sans-serif;max-width:45rem;margin:2rem auto;padding:0 1rem}}
pre{{white-space:pre-wrap;font:inherit;border-left:4px solid #0b6b66;padding-left:1rem}}
li{{margin:.5rem 0}}</style></head><body><main><h1>{title}</h1>{body}</main></body></html>"""


class Keep:
    """aiosmtpd's handler: one file a message."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.numbers = itertools.count()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 (its name there)
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{next(self.numbers):04d}.eml"
        recipients = ", ".join(envelope.rcpt_tos)
        head = f"X-Envelope-From: {envelope.mail_from}\r\nX-Envelope-To: {recipients}\r\n".encode()
        partial = self.folder / f".{name}"
        partial.write_bytes(head + (envelope.original_content or b""))
        partial.rename(self.folder / name)  # whoever reads the folder sees whole messages only
        return "250 Kept"


def read(path: Path) -> EmailMessage:
    """One kept message."""
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert isinstance(message, EmailMessage)  # noqa: S101 (what this policy makes)
    return message


def text_of(message: EmailMessage) -> str:
    """The plain words of a message."""
    part = message.get_body(("plain", "html"))
    return str(part.get_content()) if part is not None else ""


def pages(folder: Path) -> type[BaseHTTPRequestHandler]:
    """The two pages: the list, and one message."""

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # noqa: N802 (its name there)
            name = Path(self.path).name
            path = folder / name
            if not name:
                self.answer("E-mail caught on this machine", self.list())
            elif name.endswith(".eml") and not name.startswith(".") and path.is_file():
                message = read(path)
                head = "".join(
                    f"<p><b>{label}</b> {html.escape(str(message.get(label, '')))}</p>"
                    for label in ("From", "To", "Date")
                )
                words = html.escape(text_of(message))
                self.answer(str(message.get("Subject", "")), f"{head}<pre>{words}</pre><p><a href='/'>All</a></p>")
            else:
                self.send_error(404)

        def list(self) -> str:
            rows = []
            for path in sorted(folder.glob("[!.]*.eml"), reverse=True)[:200]:
                message = read(path)
                subject, to = (html.escape(str(message.get(key, ""))) for key in ("Subject", "To"))
                rows.append(f"<li><a href='/{path.name}'>{subject or 'No subject'}</a><br>to {to}</li>")
            return f"<ul>{''.join(rows)}</ul>" if rows else "<p>Nothing has been sent yet.</p>"

        def answer(self, title: str, body: str) -> None:
            content = PAGE.format(title=html.escape(title), body=body).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            """Say nothing: names of messages have no place in a log."""

    return Pages


async def serve(folder: Path, smtp_port: int, pages_port: int | None, host: str = LOCALHOST) -> None:
    """Catch mail until SIGTERM or SIGINT."""
    folder.mkdir(parents=True, exist_ok=True)
    keep = Keep(folder)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(keep, hostname="localhost"), host, smtp_port)
    if pages_port is not None:
        web = ThreadingHTTPServer((host, pages_port), pages(folder))
        threading.Thread(target=web.serve_forever, daemon=True).start()
    ended = asyncio.Event()
    for sig in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sig, ended.set)
    async with server:
        await ended.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path("var/mail"))
    parser.add_argument("--host", default=LOCALHOST)
    parser.add_argument("--smtp-port", type=int, default=int(os.environ.get("MAIL_PORT", "8025")))
    parser.add_argument("--pages-port", type=int)
    given = parser.parse_args()
    asyncio.run(serve(given.folder, given.smtp_port, given.pages_port, given.host))


if __name__ == "__main__":
    main()
