"""`manage.py verify_ledger`: is the record as it was written? Exit 0 when it is, 1 with the first fault named."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from records import ledger
from records.wording import plural


class Command(BaseCommand):
    help = "Walk every chain of the ledger and compare it with the history. Exit 1 names the first broken row."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--anchors", type=Path, help="a file of heads noted earlier: shows a cut-off tail")
        parser.add_argument("--write-anchors", type=Path, help="note where every chain stands, after the check")
        parser.add_argument("--all", action="store_true", help="name up to 100 faults, not only the first")

    def handle(self, *args: Any, **options: Any) -> None:
        anchors = options["anchors"]
        if anchors is not None and not anchors.is_file():
            raise CommandError(f"There is no file {anchors}.")
        progress = self._show if sys.stderr.isatty() else None
        try:
            result = ledger.verify(
                anchors=ledger.read_anchors(anchors) if anchors else (),
                progress=progress,
                most=100 if options["all"] else 1,
            )
        except ValueError as error:
            raise CommandError(str(error)) from error
        for fault in result.broken:
            self.stderr.write(f"BROKEN {fault}")
        if result.broken:
            raise CommandError("The ledger is not as it was written.", returncode=1)
        self.stdout.write(
            f"Intact: {plural(result.entries, 'entry', 'entries')} in {plural(result.chains, 'chain')}, "
            f"{plural(result.tables, 'tracked table')}, {result.seconds:.1f} s ({result.rate:,.0f} entries a second)."
        )
        if options["write_anchors"]:
            count = ledger.write_anchors(options["write_anchors"])
            self.stdout.write(f"Noted {plural(count, 'head')} in {options['write_anchors']}.")

    def _show(self, done: int, total: int) -> None:
        self.stderr.write(f"\r{done:,} of {total:,} entries", ending="" if done < total else "\n")
