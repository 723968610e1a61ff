"""Making a pack, step by step: gather, take names out, print, search, seal, keep. Used by the task and the command."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from governance import permissions
from governance.models import Pack
from governance.packs import contents, redaction, render, seal
from incidents.models import Case
from records.refusals import Refused
from records.wording import joined

Progress = Callable[[str, int], None]
#: What is said when the making begins; counted to tell how often it did (queue.py).
FIRST_STEP = "Gathering the 14 parts"


class NotMade(RuntimeError):
    """The pack could not be made; the message says why, to the person who asked."""


@dataclass(frozen=True)
class Made:
    """A finished pack, not kept anywhere yet."""

    contents: dict[str, Any]
    replaced: list[dict[str, str]]
    to_check: list[dict[str, str]]
    pdf: bytes
    html: bytes


def make(
    case: Case,
    *,
    reader: str,
    version: int,
    asked_by: User,
    mark: str,
    names: list[str],
    progress: Progress = lambda step, percent: None,
) -> Made:
    """The two files of a pack. Raises NotMade; a redacted file that still holds a name is never returned (F78)."""
    progress(FIRST_STEP, 5)
    full = contents.build(case, reader=reader, version=version, asked_by=asked_by)
    progress("Taking out what this reader does not get", 25)
    redacted = redaction.redact(full, case, reader=reader, also=names)
    progress("Printing", 40)
    try:
        document = render.html(redacted.contents, mark=mark)
        printed = render.pdf(redacted.contents, mark=mark)
    except render.NotPrinted as problem:
        raise NotMade(f"It could not be printed. {problem}") from problem
    progress("Searching the files for every name taken out", 75)
    if redacted.known:
        texts = [*redaction.texts_of_pdf(printed), *redaction.texts_of_html(document)]
        if left := redaction.leaks(texts, redacted.known):
            raise NotMade(f"These names are still in the file, so it was thrown away: {joined(left)}.")
    progress("Sealing", 90)
    return Made(redacted.contents, redacted.replaced, redacted.doubtful, seal.seal(printed), document.encode())


def make_and_keep(pack: Pack) -> Pack:
    """Make a pack that was asked for and keep it; a failure is kept too. Safe to run twice: a finished one stays."""
    from governance import actions

    system = User.system()
    if pack.is_finished:
        return pack
    if not permissions.can_export(pack.asked_by, pack.case):
        return actions.fail_pack(by=system, pack=pack, why="The person who asked for it may no longer make packs here.")

    def progress(step: str, percent: int) -> None:
        actions.mark_step(by=system, pack=pack, step=step, percent=percent)

    try:
        made = make(
            pack.case,
            reader=pack.reader,
            version=pack.version,
            asked_by=pack.asked_by,
            mark=seal.mark_of(pack.pk),
            names=pack.names_added,
            progress=progress,
        )
    except NotMade as problem:
        return actions.fail_pack(by=system, pack=pack, why=str(problem))
    except Refused:  # finished meanwhile by another worker
        return Pack.objects.get(pk=pack.pk)
    return actions.keep_pack(
        by=system,
        pack=pack,
        contents=made.contents,
        replaced=made.replaced,
        to_check=made.to_check,
        pdf=made.pdf,
        html=made.html,
    )


def reproduced(pack: Pack) -> bool:
    """Whether the stored data still gives the stored file, byte for byte (F81). The seal itself stands after it."""
    with pack.pdf.open("rb") as kept:
        sealed: bytes = kept.read()
    again = render.pdf(pack.contents or {}, mark=seal.mark_of(pack.pk))
    return sealed.startswith(again) and seal.sha256(sealed) == pack.sha256
