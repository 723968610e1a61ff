"""What ends with somebody's standing: access by exception never outlives their employment or their last role (F89)."""

from __future__ import annotations

from django.db.models import Exists, OuterRef

from accounts.models import Membership, User
from incidents import hooks
from incidents.actions.access import end_now
from incidents.actions.lock import lock
from incidents.actions.sealing import oversight
from incidents.models import Case, CaseGrant
from records import times
from records.acting import action

NO_ROLE = "Their last role ended."


@action("case.access_ended")
def end_grants_of(*, by: User, user: User, reason: str) -> None:
    """End every access by exception of somebody who is here no longer, also what was to begin later.

    Coming back wakes none of it: whoever needs it is let in anew. An outside reader's invitation is not theirs by a
    role and stays. Where nobody is left of the team of a sealed case, whoever stands above the service joins it, so
    that no case is shut to everybody.
    """
    held = CaseGrant.objects.filter(user=user).exclude(kind=CaseGrant.Kind.REVIEWER).select_related("user", "case")
    now = times.now()
    for grant in held.order_by("case_id", "pk"):
        if not grant.is_over:
            case = lock(grant.case, even_closed=True)
            end_now(by, grant, reason, now)
            if case.sealed_at is not None:
                _never_empty(by, case)


def when_gone(user: User, by: User, why: str) -> None:
    """Called by the floor below when somebody left, or when their last role ended."""
    end_grants_of(by=by, user=user, reason=why)


def _never_empty(by: User, case: Case) -> None:
    now = times.now()
    team = CaseGrant.objects.current().filter(
        case=case, kind__in=(CaseGrant.Kind.TEAM, CaseGrant.Kind.TAKE_OVER), user__is_active=True
    )
    if team.exists():
        return
    above = oversight(case)
    for one in above:
        CaseGrant(
            case=case, user=one, kind=CaseGrant.Kind.TEAM, reason="Nobody of the named team is left.", starts_at=now,
            granted_by=by,
        ).save()  # fmt: skip
    if above:
        case.owner = above[0]
        case.save()
    else:
        hooks.sealed_alone(case)


def end_grants_without_a_role() -> int:
    """End the access of everybody whose last role has ended by its day; how many. Asked for with each round of chasing.

    Until then it opens nothing already (`CaseGrantQuerySet.opening`). Somebody who never held a role (a director who
    took over) keeps what they were given.
    """
    ever = Membership.objects.filter(user=OuterRef("pk"))
    now = times.now()
    open_ones = CaseGrant.objects.exclude(kind=CaseGrant.Kind.REVIEWER).exclude(ends_at__lte=now)
    gone = User.objects.filter(Exists(ever), Exists(open_ones.filter(user=OuterRef("pk")))).exclude(
        Exists(Membership.objects.current().filter(user=OuterRef("pk")))
    )
    found = [user for user in gone if not Membership.objects.filter(user=user, starts_on__gt=times.today()).exists()]
    for user in found:
        end_grants_of(by=User.system(), user=user, reason=NO_ROLE)
    return len(found)
