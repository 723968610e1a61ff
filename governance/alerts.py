"""Telling whoever must know that a case was opened in an emergency (F93), and nobody who may no longer know (F90)."""

from __future__ import annotations

from django.db import transaction

from accounts import access
from accounts.models import User
from accounts.roles import NominatedIndividual, QualityLead, RegisteredManager, SystemAdministrator
from governance.models import Chase, DueItem
from incidents import permissions
from incidents.models import Case, CaseGrant
from records import times

KIND = "emergency_access"
WHAT = "Emergency access was used"
#: A case sealed by the highest there is: the director hears that it happened (S6).
SEALED = "sealed_alone"
WHAT_SEALED = "A case was sealed"


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
    told = set(Chase.objects.filter(case=case, kind=KIND, not_sent_at=None).values_list("item", flat=True))
    return any(f"{KIND}:{pk}" not in told for pk in opened)


def still_theirs(chase: Chase) -> bool:
    """Whether the person told may know of it at this moment; asked when the mail goes, in a fixed number of questions.

    Deciding and mailing are two steps, and hours may lie between them when the mail server is down. Whoever has left,
    whom a seal shut out, or who became part of the case gets nothing, not even that something waits.
    """
    one, case = chase.recipient, chase.case
    if one is None:  # the director: of a sealed case only an emergency reaches them
        return case.sealed_at is None or chase.kind in (KIND, SEALED)
    if not one.is_active or one.has_left:
        return False
    if permissions.can_act(one, case):
        return True
    if chase.kind == KIND:  # whoever looks after the accounts, told because nobody else was left
        keeps = permissions.holds_role(one, case.service, SystemAdministrator, QualityLead)
        return keeps and not permissions.is_shut_out(one, case)
    item = DueItem.objects.visible_to(one).filter(pk=chase.item, owner=one).first()
    # The worker's own answer is theirs whoever is shut out; other promises belong to whoever works there.
    return item is not None and (item.own or bool(access.of(one).roles_at(case.service)))


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


def sealed_alone(case: Case) -> None:
    """Nobody above who sealed it is of the team: the provider's director is told that a case was sealed, no more.

    Without a director's address nobody is left to tell; the case's own page names who sealed it, and when.
    """
    if not case.provider.director_email:
        return
    now = times.now()
    Chase(
        item=f"{SEALED}:{case.pk}", kind=SEALED, what=WHAT_SEALED, case=case, rung=Chase.Rung.DUE, due_at=now,
        recipient=None, made_at=now,
    ).save()  # fmt: skip
    transaction.on_commit(_send)


def _send() -> None:
    from governance.tasks import chase

    chase.delay()
