"""Telling whoever must know that a case was opened in an emergency (F93): at once, without a word of the case."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from accounts.roles import NominatedIndividual, RegisteredManager
from governance.models import Chase
from incidents import permissions
from incidents.models import Case, CaseGrant
from records import times

KIND = "emergency_access"
WHAT = "Emergency access was used"


def whom_to_tell(case: Case, opener: User) -> list[User | None]:
    """The registered manager; the owner where the case is sealed or the manager is part of it. Never the opener alone.

    Where neither is left, another nominated individual, and last the provider's director (None).
    """
    steps: list[list[User]] = [[case.owner], permissions.people_with([NominatedIndividual.code], case.service)]
    if case.sealed_at is None:
        steps.insert(0, permissions.people_with([RegisteredManager.code], case.service))
    for step in steps:
        free = [
            one
            for one in step
            if one.pk != opener.pk
            and one.is_active
            and not permissions.is_shut_out(one, case)
            and permissions.can_see(one, case)
        ]
        if free:
            return list(free)
    return [None] if case.provider.director_email else []


def emergency_opened(grant: CaseGrant) -> None:
    """One row a recipient, which is the evidence; the mail goes as soon as this is committed, or with the next round."""
    now = times.now()
    for recipient in whom_to_tell(grant.case, grant.user):
        Chase(
            item=f"{KIND}:{grant.pk}",
            kind=KIND,
            what=WHAT,
            case=grant.case,
            rung=Chase.Rung.DUE,
            due_at=now,
            recipient=recipient,
            made_at=now,
        ).save()
    transaction.on_commit(_send)


def _send() -> None:
    from governance.tasks import chase

    chase.delay()
