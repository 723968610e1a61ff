"""`manage.py chase --at 2026-11-24T09:00` runs one round of chasing by hand."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from governance import chasing
from governance.models import Chase
from records import times


class Command(BaseCommand):
    help = "One round of chasing: decide what is due at a time (now unless given), then send the mails."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--at", help="an ISO date and time; without a zone it is taken as time in England")
        parser.add_argument("--no-mail", action="store_true", help="decide only; the next round sends")

    def handle(self, *args: Any, **options: Any) -> None:
        at = times.now()
        if options["at"]:
            try:
                at = datetime.fromisoformat(options["at"])
            except ValueError:
                raise CommandError(f"{options['at']} is not a time. Write it like 2026-11-24T09:00.") from None
            if at.tzinfo is None:
                at = at.replace(tzinfo=times.LONDON)
        if options["no_mail"]:
            made, sent = chasing.sweep(at), 0
        else:
            made, done = chasing.run(at)
            sent = done.sent
        for rung in Chase.Rung:
            self.stdout.write(f"{rung.label}: {made[rung]}")
        self.stdout.write(f"Mails sent: {sent}")
