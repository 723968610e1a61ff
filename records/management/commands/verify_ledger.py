"""`manage.py verify_ledger`: is the record as it was written? Exit 0 when it is, 1 with the first fault named."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from records import checking, ledger
from records.wording import plural


class Command(BaseCommand):
    help = (
        "Walk every chain of the ledger, compare it with the history and with the last checkpoint. "
        "Exit 1 names the first broken row."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--anchors", type=Path, help="a file of heads noted earlier: shows a cut-off tail")
        parser.add_argument("--write-anchors", type=Path, help="note where every chain stands, after the check")
        parser.add_argument("--all", action="store_true", help="name up to 100 faults, not only the first")
        parser.add_argument("--record", action="store_true", help="as every night: keep the result and a checkpoint")
        parser.add_argument(
            "--accept-loss",
            metavar="WHY",
            default="",
            help="after a restore: do not compare with the last checkpoint, write down why, and begin a new one",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        anchors = options["anchors"]
        if anchors is not None and not anchors.is_file():
            raise CommandError(f"There is no file {anchors}.")
        self._last = 0.0
        try:
            if options["record"] or options["accept_loss"]:
                kept = checking.check(
                    by=checking.system_user(), accept_loss=options["accept_loss"].strip(), progress=self._show
                )
                self._say(kept.faults[: 100 if options["all"] else 1], kept)
                self.stdout.write(f"Checkpoint {kept.checkpoint}, SHA-256 {kept.checkpoint_sha256}.")
                return
            found = checking.look(
                anchors=ledger.read_anchors(anchors) if anchors else (),
                progress=self._show,
                most=100 if options["all"] else 1,
            )
        except ValueError as error:
            raise CommandError(str(error)) from error
        self._say(found.faults, found.result)
        if options["write_anchors"]:
            count = ledger.write_anchors(options["write_anchors"])
            self.stdout.write(f"Noted {plural(count, 'head')} in {options['write_anchors']}.")

    def _say(self, faults: list[str], read: Any) -> None:
        """`read` is a ledger.Result or the LedgerCheck kept of it."""
        for fault in faults:
            self.stderr.write(f"BROKEN {fault}")
        if faults:
            raise CommandError("The ledger is not as it was written.", returncode=1)
        self.stdout.write(
            f"Intact: {plural(read.entries, 'entry', 'entries')} in {plural(read.chains, 'chain')}, "
            f"{plural(read.tables, 'tracked table')}, {read.seconds:.1f} s "
            f"({read.entries / max(read.seconds, 0.001):,.0f} entries a second)."
        )

    def _show(self, done: int, total: int) -> None:
        """On a terminal one line that grows; in a log a line every ten seconds, and the last."""
        if sys.stderr.isatty():
            self.stderr.write(f"\r{done:,} of {total:,} entries", ending="" if done < total else "\n")
        elif done == total or time.monotonic() - self._last > 10:
            self._last = time.monotonic()
            self.stderr.write(f"{done:,} of {total:,} entries read")
