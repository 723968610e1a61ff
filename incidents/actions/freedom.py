"""The trap of domain.md §3: what limits the person's own freedom stands on a restriction record, or is refused (F15)."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from accounts.models import Staff
from incidents.confining import Confining, confining
from incidents.models import Authority, Case, ControlKind, Restriction
from records.refusals import Missing, Refused
from records.wording import when_text

SOURCE = "domain.md §3"
#: Kinds whose words are about things, not about a person's freedom.
ABOUT_THINGS = (ControlKind.LOCK_RECORDS, ControlKind.SECURE_EVIDENCE)


def restriction_links(case: Case) -> list[Missing]:
    """Where a limit on the person's freedom gets its record: a new one, or one that the case holds already."""
    record = reverse("case-restriction", args=[case.pk])
    held = Restriction.objects.filter(case=case, ended_at=None).select_related("person")
    return [
        Missing(
            "Record the restriction: what, authority, end, less restrictive option",
            reverse("case-restriction-new", args=[case.pk]),
        ),
        *(Missing(f"Look at the restriction recorded already: {one.person}, {one}", record) for one in held),
    ]


def words_of(case: Case, kind: str, what: str, worker: Staff | None) -> Confining:
    """What in the words of a control confines the person. The service's own workers are known by name; one query."""
    names = set(Staff.objects.filter(services=case.service).values_list("name", flat=True))
    return confining(
        what,
        about_worker=worker is not None,
        about_things=kind in ABOUT_THINGS,
        workers=names | ({worker.name} if worker else set()),
    )


def may_limit(words: str) -> str:
    """The sentence that asks for the reason, where words may limit the person or may not."""
    return (
        f"“{words}” may limit the person. If it does, record the restriction. If it does not, write why it does "
        "not limit them"
    )


def check_freedom(
    case: Case,
    kind: str,
    what: str,
    worker: Staff | None,
    *,
    limits_person: bool,
    restriction: Restriction | None,
    at: datetime,
    why_no_limit: str = "",
) -> None:
    """Refuse (F15) what limits the person's freedom unless it stands on a restriction with authority in force.

    A limit in plain words, or one that is said to be one, needs the record whatever else is written. Words that may
    limit the person or may not need the record, or the reason why they do not.
    """
    found = words_of(case, kind, what, worker)
    if limits_person or kind == ControlKind.LIMITS_PERSON or found.bans:
        if restriction is None:
            said = f" It says “{found.found[0]}”." if found.found else ""
            raise Refused(
                "F15",
                f"This limits the person's own freedom, so it needs a restriction record first.{said} "
                "Without one it is itself a restrictive practice nobody has authorised.",
                missing=restriction_links(case),
                source=SOURCE,
            )
    elif not found.doubtful or why_no_limit.strip():
        return
    elif restriction is None:
        raise Refused("F15", f"{may_limit(found.doubtful[0])}.", source=SOURCE, field="why_no_limit")
    restriction = Restriction.objects.get(pk=restriction.pk, case=case)
    if restriction.authority == Authority.NONE or restriction.ended_at or not restriction.is_authorised(at):
        raise Refused(
            "F15",
            f"The restriction record named begins on {when_text(restriction.starts_at)}, so it "
            "gives no authority before then. Let the control begin with it, or record one that begins now."
            if restriction.not_begun
            else "The restriction record named has no authority in force, so a control cannot stand on it.",
            missing=restriction_links(case),
            source="domain.md §9",
        )
