"""Is a file a pack of ours, and unchanged? And has a case changed since a pack was made?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from governance.models import Pack, PackRelease
from governance.packs import seal
from incidents.models import Case
from records import ledger
from records.models import LedgerEntry
from records.registry import history_model
from records.wording import when_text


@dataclass(frozen=True)
class Checked:
    """The answer in one of three words, the sentence under it, and what holder of the very file may know of it."""

    answer: str
    colour: str
    sentence: str
    facts: tuple[tuple[str, str], ...] = ()


def check_hash(sha256: str) -> Checked:
    """What is known of a file with this SHA-256."""
    found = Pack.objects.filter(Q(sha256=sha256) | Q(html_sha256=sha256), status=Pack.Status.READY).first()
    if found is not None:
        return _intact(found)
    return Checked(
        "Not ours",
        "grey",
        "No pack made here has this SHA-256. It may be a changed copy of one: upload the file itself to find out.",
    )


def check_file(data: bytes) -> Checked:
    """What is known of this file. The file is not kept."""
    found = Pack.objects.filter(
        Q(sha256=seal.sha256(data)) | Q(html_sha256=seal.sha256(data)), status=Pack.Status.READY
    ).first()
    if found is not None:
        return _intact(found)
    claimed = seal.claimed_pack(data)
    ours = claimed is not None and Pack.objects.filter(pk=claimed).exists()
    if ours or seal.bears_our_certificate(data):
        return Checked(
            "Changed since",
            "red",
            "This file was made here and has been changed since it was sealed. Do not rely on it. Ask for the pack again.",
        )
    return Checked("Not ours", "grey", "This file was not made here, or nothing in it says so any more.")


def _intact(pack: Pack) -> Checked:
    newer = Pack.objects.filter(
        case=pack.case_id, reader=pack.reader, version__gt=pack.version, status=Pack.Status.READY
    ).order_by("-version").first()  # fmt: skip
    facts = [
        ("Reference", pack.case.reference),
        ("Version", str(pack.version)),
        ("Made for", pack.get_reader_display()),
        ("Made", when_text(pack.made_at) if pack.made_at else "–"),
    ]
    # While the case is sealed, whoever holds an old copy learns nothing of what goes on in it (F90).
    if newer is not None and newer.made_at and pack.case.sealed_at is None:
        facts.append(("Superseded by", f"version {newer.version}, made {when_text(newer.made_at)}"))
    return Checked("Intact", "green", "Not one byte has changed since it was sealed here.", tuple(facts))


def changed_since(case: Case, packs: Iterable[Pack]) -> set[UUID]:
    """Which of these packs the case has moved on from; making and releasing packs does not count."""
    own = [history_model(Pack)._meta.db_table, history_model(PackRelease)._meta.db_table]
    newest = LedgerEntry.objects.filter(chain=case.pk).exclude(table__in=own).order_by("-seq").first()
    if newest is None:
        return set()
    return {pack.pk for pack in packs if pack.ledger_seq is not None and pack.ledger_seq < newest.seq}


def anchors(chain: UUID | None) -> Iterable[ledger.Anchor]:
    """The heads printed in packs: what they fix, a ledger rewritten later cannot meet."""
    made = Pack.objects.filter(status=Pack.Status.READY).exclude(ledger_head="").order_by("made_at")
    if chain is not None:
        made = made.filter(case=chain)
    for pack in made.only("case_id", "ledger_seq", "ledger_head", "version", "reader").iterator():
        yield ledger.Anchor(pack.case_id, pack.ledger_seq or 0, pack.ledger_head, f"pack version {pack.version}")
