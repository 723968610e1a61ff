"""Packs: asked for, made step by step, kept, released. A version is superseded, never replaced (F81)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Max

from accounts.models import User
from governance import permissions
from governance.actions.common import not_before_today, said
from governance.models import Pack, PackRelease, Reader
from governance.packs import queue
from incidents import separation_facts
from incidents.actions.lock import lock
from incidents.models import Case
from incidents.permissions import signing_role
from records import times
from records.acting import action
from records.refusals import Missing, Refused
from records.signing import Signature, sign

RELEASE_MEANING = (
    "I have checked this pack, and every name and detail taken out of it. It is true to my knowledge at the time it "
    "states. I release it to this recipient, for this purpose, until this day."
)
#: A release ends at the latest after this long; a reader who still needs it asks again.
LONGEST_RELEASE = timedelta(days=366)


@action("pack.asked_for")
def ask_for_pack(*, by: User, case: Case, reader: str, names: Iterable[str] = (), in_background: bool = True) -> Pack:
    """Ask for a new version of the case's pack for one kind of reader; a worker makes it, unless the caller does.

    `names` are people the product cannot know (the person supported, family) who must not be in it.
    """
    case = lock(case, even_closed=True)
    permissions.check_export(by, case)
    if reader not in Reader.values:
        raise Refused("READER", "Choose who the pack is for.", field="reader")
    made = Pack.objects.filter(case=case, reader=reader)
    before = made.filter(status=Pack.Status.READY).order_by("-version").first()
    pack = Pack(
        case=case,
        reader=reader,
        version=(made.aggregate(last=Max("version"))["last"] or 0) + 1,
        step="Waiting to be made",
        asked_by=by,
        asked_at=times.now(),
        names_added=sorted({name.strip() for name in names if name.strip()}),
        supersedes=before,
    )
    pack.save()
    if in_background:
        # Robust: a queue that is away must not turn a pack that is kept into an error; the sweep sends it again.
        transaction.on_commit(lambda: queue.send(pack.pk), robust=True)
    return pack


@action("pack.made")
def mark_step(*, by: User, pack: Pack, step: str, percent: int) -> Pack:
    """Say how far the making is; shown to whoever waits."""
    pack = _open(pack)
    pack.status, pack.step, pack.percent = Pack.Status.MAKING, step, percent
    pack.save()
    return pack


@action("pack.made")
def keep_pack(
    *,
    by: User,
    pack: Pack,
    contents: dict[str, Any],
    replaced: list[dict[str, str]],
    to_check: list[dict[str, str]],
    pdf: bytes,
    html: bytes,
) -> Pack:
    """Keep the finished pack: its data, both files and their hashes. From here on it does not change."""
    from governance.packs.seal import sha256

    pack = _open(pack)
    pack.contents, pack.replaced_names, pack.to_check = contents, replaced, to_check
    pack.pdf.save(f"{pack.pk}.pdf", ContentFile(pdf), save=False)
    pack.html.save(f"{pack.pk}.html", ContentFile(html), save=False)
    pack.sha256, pack.html_sha256 = sha256(pdf), sha256(html)
    pack.ledger_seq, pack.ledger_head = contents["ledger_seq"], contents["ledger_head"]
    pack.status, pack.step, pack.percent = Pack.Status.READY, "Ready to check and release", 100
    pack.made_at, pack.made_by = times.now(), by
    pack.save()
    return pack


@action("pack.failed")
def fail_pack(*, by: User, pack: Pack, why: str) -> Pack:
    """Keep that a pack could not be made, and why; nothing of it leaves."""
    pack = _open(pack)
    pack.status, pack.step, pack.failure = Pack.Status.FAILED, "It could not be made", why
    pack.save()
    return pack


def _open(pack: Pack) -> Pack:
    """The pack, locked, while it is still being made. Refuses a finished one: it is superseded, never replaced."""
    found: Pack = Pack.objects.select_for_update(of=("self",)).select_related("case").get(pk=pack.pk)
    if found.is_finished:
        raise Refused("PACK", "This version is finished. Make a new one instead.", source="domain.md §11")
    return found


@action("pack.released")
def release_pack(
    *,
    by: User,
    pack: Pack,
    recipient: str,
    purpose: str,
    expires_on: date,
    checked: bool,
    signature: Signature,
    lawful_basis: str = "",
) -> PackRelease:
    """Release one version to one recipient, signed. Refused before it is ready, or unchecked, or when superseded."""
    case = lock(pack.case, even_closed=True)
    permissions.check_export(by, case)
    found: Pack = Pack.objects.select_for_update(of=("self",)).select_related("case").get(pk=pack.pk)
    if found.status != Pack.Status.READY:
        raise Refused("PACK", "Only a finished pack can be released.", source="domain.md §11")
    newer = Pack.objects.filter(case=case, reader=found.reader, version__gt=found.version, status=Pack.Status.READY)
    if latest := newer.order_by("-version").first():
        raise Refused(
            "PACK",
            f"Version {latest.version} has taken the place of this one.",
            missing=[Missing(f"Release version {latest.version} instead", latest.get_absolute_url())],
            source="domain.md §11",
        )
    if not checked:
        raise Refused(
            "CHECKED",
            "Look at everything that was taken out, and at the words to look at, before you release it.",
            source="domain.md §11",
            field="checked",
        )
    recipient = said(recipient, "recipient", "Enter who receives it")
    purpose = said(purpose, "purpose", "Enter what they need it for")
    not_before_today(expires_on, "expires_on", "The day it expires")
    if expires_on > times.today() + LONGEST_RELEASE:
        raise Refused("DATE", "The day it expires must be within a year.", field="expires_on")
    lifted = separation_facts.check_may_sign(by, case, declared=signature.conflict)
    return sign(
        PackRelease,
        role=signing_role(by, case),
        meaning=RELEASE_MEANING,
        snapshot=PackRelease.snapshot_of(found, recipient, purpose, lawful_basis, expires_on),
        signature=signature,
        allow_conflict=lifted,
        case=case,
        pack=found,
        recipient=recipient,
        purpose=purpose,
        lawful_basis=lawful_basis,
        expires_on=expires_on,
    )
