"""What a case pack holds: the fourteen parts of domain.md §11(a) as plain data, what went badly included.

`build(case, …)` reads the models and writes nothing. A part that is not there yet says "Not recorded yet", never
nothing: a gap in the record is itself something the reader must see.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings

from governance.models import Reader
from governance.packs import contents_care, contents_effect, contents_people
from governance.packs.blocks import Block
from incidents.models import Case
from records import times, wording
from records.models import LedgerHead

#: Raised when the shape of the data changes, so that an old pack is rendered by what made it.
SCHEMA = 1

PARTS = (
    contents_care.summary,
    contents_care.chronology,
    contents_care.controls,
    contents_care.duties,
    contents_care.views,
    contents_people.causes,
    contents_people.actions,
    contents_people.capability,
    contents_people.tests,
    contents_people.reauthorisation,
    contents_effect.effectiveness,
    contents_effect.open_risks,
    contents_effect.sign_off,
    contents_effect.audit,
)


def build(
    case: Case, *, reader: str = Reader.MANAGER, version: int = 1, asked_by: Any = None, at: datetime | None = None
) -> dict[str, Any]:
    """The whole pack as plain data, nothing taken out yet. `at` is the moment it speaks of (now unless given)."""
    moment = at or times.now()
    head = LedgerHead.objects.filter(chain=case.pk).first()
    about = {
        "version": version,
        "reader": Reader(reader).label,
        "prepared_by": asked_by.name if asked_by else "",
        "at": moment.isoformat(),
        "said_at": wording.when_text(moment),
        "ledger_seq": head.seq if head else 0,
        "ledger_head": head.hex if head else "",
    }
    parts = [make(case, about | {"user": asked_by or case.owner}) for make in PARTS]
    return {
        "schema": SCHEMA,
        "reference": case.reference,
        "title": f"Governance pack {case.reference}",
        "service": case.service.name,
        "provider": case.provider.name,
        "period": f"{wording.day_text(case.first_noticed_at)} to {wording.day_text(moment)}",
        "state": _state_today(case, moment),
        "taken_out": [],
        "verify_url": f"{settings.SITE_URL}/verify/",
        **about,
        "parts": parts,
    }


def _state_today(case: Case, moment: datetime) -> list[str]:
    """The state today in three sentences: what it is, whether people are protected, what is still open."""
    kinds = [
        kind.get_code_display().lower() for kind in case.casefailuretypes.filter(removed_at=None).order_by("-main")
    ]
    level = case.get_level_display() if case.level else "not rated yet"
    first = f"A practice failure ({wording.joined(kinds) or 'type not recorded yet'}) at {case.service.name}, {level}."
    in_force = case.riskcontrols.filter(ended_at=None).exclude(kind="none_needed")
    late = in_force.filter(review_due_at__lt=moment).count()
    restricted = case.taskrestrictions.filter(ended_at=None).values("worker").distinct().count()
    second = (
        f"{wording.plural(in_force.count(), 'risk control')} in force"
        + (f", {late} past the review date" if late else "")
        + f"; {wording.plural(restricted, 'worker')} with restricted tasks."
    )
    undecided = case.duties.filter(answer="undecided").count()
    if case.closed_at:
        third = f"The case was closed on {wording.day_text(case.closed_at)}."
    else:
        third = "The case is open" + (
            f"; {wording.plural(undecided, 'outside duty', 'outside duties')} not decided yet." if undecided else "."
        )
    return [first, second, third]


def find_part(contents: dict[str, Any], number: int) -> Block:
    """One part of a pack's data by its number."""
    return next(part for part in contents["parts"] if part["number"] == number)
