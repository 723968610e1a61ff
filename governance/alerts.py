"""Telling whoever must know that a case was opened in an emergency (F93): at once, without a word of the case."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from accounts.roles import NominatedIndividual, QualityLead, RegisteredManager, SystemAdministrator
from governance.models import Chase
from incidents import permissions
from incidents.models import Case, CaseGrant
from records import times

KIND = "emergency_access"
WHAT = "Emergency access was used"


def whom_to_tell(case: Case, opener: User) -> list[User | None]:
    """The registered manager; the owner where the case is sealed or the manager is part of it. Never the opener alone.

    Where neither is left, another nominated individual, then the provider's director (None); and last whoever looks
    after the accounts, who reads nothing of the case by it: somebody other than the opener knows that it happened.
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
    if case.provider.director_email:
        return [None]
    keepers = permissions.people_with([SystemAdministrator.code, QualityLead.code], case.service)
    return [one for one in keepers if one.pk != opener.pk and not permissions.is_shut_out(one, case)]


def told_nobody(case: Case) -> bool:
    """Whether emergency access was used in this case and nobody but the opener could be told of it."""
    opened = CaseGrant.objects.filter(case=case, kind=CaseGrant.Kind.BREAK_GLASS).values_list("pk", flat=True)
    told = set(Chase.objects.filter(case=case, kind=KIND).values_list("item", flat=True))
    return any(f"{KIND}:{pk}" not in told for pk in opened)


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
