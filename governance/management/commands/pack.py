"""`manage.py pack SP-2026-0001 --reader commissioner --out FILE`: make a case pack and write its PDF."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from governance import actions
from governance.models import Pack, Reader
from governance.packs import making
from incidents.models import Case
from records.refusals import Refused
from records.wording import plural


class Command(BaseCommand):
    help = "Make a governance pack of a case, keep it as a new version, and write the sealed PDF to a file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("reference", help="for example SP-2026-0001")
        parser.add_argument("--reader", choices=Reader.values, default=Reader.MANAGER)
        parser.add_argument("--out", type=Path, required=True, help="where the PDF goes; the HTML goes beside it")
        parser.add_argument("--provider", default="", help="the provider's name, where several use the same reference")
        parser.add_argument("--by", default="", help="e-mail of the person it is made for; the case owner unless given")
        parser.add_argument(
            "--name", action="append", default=[], help="a name to take out; may be given several times"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        cases = Case.objects.filter(reference=options["reference"]).select_related("service", "provider", "owner")
        if options["provider"]:
            cases = cases.filter(provider__name__iexact=options["provider"])
        found = list(cases[:2])
        if not found:
            raise CommandError(f"There is no case {options['reference']}.")
        if len(found) > 1:
            raise CommandError("Several providers have this reference. Say which with --provider.")
        by = User.objects.filter(email__iexact=options["by"]).first() if options["by"] else found[0].owner
        if by is None:
            raise CommandError(f"Nobody signs in as {options['by']}.")
        try:
            pack = self._make(by, found[0], options)
        except Refused as refused:
            raise CommandError(refused.message) from refused
        if pack.status != Pack.Status.READY:
            raise CommandError(pack.failure)
        out: Path = options["out"]
        with pack.pdf.open("rb") as pdf:
            out.write_bytes(pdf.read())
        with pack.html.open("rb") as html:
            out.with_suffix(".html").write_bytes(html.read())
        self.stdout.write(
            f"{pack}: {out}, SHA-256 {pack.sha256}. {plural(len(pack.replaced_names), 'name')} taken out, "
            f"{plural(len(pack.to_check), 'place')} to look at before it is released."
        )

    def _make(self, by: User, case: Case, options: dict[str, Any]) -> Pack:
        """Ask for it and make it here; a worker that takes the same task meanwhile finds it finished, or the reverse."""
        pack = actions.ask_for_pack(
            by=by, case=case, reader=options["reader"], names=options["name"], in_background=False
        )
        return making.make_and_keep(pack)
