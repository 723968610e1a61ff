"""The small-service exception (S11): one rule lifted for one person in one case, with an outside reader; never silent."""

from __future__ import annotations

from accounts.models import User
from incidents import permissions, separation
from incidents.actions.lock import lock
from incidents.models import Case, SmallServiceException
from records import times
from records.acting import action
from records.refusals import NotAllowed, Refused

SOURCE = "domain.md §1 S11"


@action("case.small_service_exception")
def allow_exception(
    *, by: User, case: Case, person: User, rule: str, reason: str, reader: str, reader_said: str
) -> SmallServiceException:
    """Lift one rule for one person. Only the nominated individual or who took over allows it, and not for themselves.

    It needs the reason why nobody else can do it, and a named reader from outside with what they said.
    """
    case = lock(case)
    permissions.check_allow_exception(by, case)
    if person.pk == by.pk:
        raise NotAllowed("S11", "You cannot lift a rule for yourself. Ask somebody else.", source=SOURCE)
    if rule not in separation.LIFTABLE:
        raise Refused("S11", "This rule cannot be lifted, however small the service is.", source=SOURCE, field="rule")
    if permissions.is_shut_out(person, case):
        raise Refused("S1", "This person’s own part in the case cannot be lifted.", source="domain.md §1 S1, S6")
    for given, name, sentence in (
        (reason, "reason", "Say why nobody else can do it."),
        (reader, "reader", "Name the outside second reader and where they work."),
        (reader_said, "reader_said", "Say what the outside reader said."),
    ):
        if not given.strip():
            raise Refused("S11", sentence, source=SOURCE, field=name)
    if SmallServiceException.objects.filter(case=case, person=person, rule=rule, ended_at=None).exists():
        raise Refused("S11", "This rule is lifted for this person already.", source=SOURCE)
    made = SmallServiceException(
        case=case,
        rule=rule,
        person=person,
        reason=reason.strip(),
        reader=reader.strip(),
        reader_said=reader_said.strip(),
        allowed_at=times.now(),
        allowed_by=by,
    )
    made.save()
    return made


@action("case.small_service_exception_ended")
def end_exception(*, by: User, exception: SmallServiceException) -> SmallServiceException:
    """The rule holds again; that it was lifted stays in the record and in the pack."""
    case = lock(exception.case, even_closed=True)
    permissions.check_allow_exception(by, case)
    found: SmallServiceException = SmallServiceException.objects.get(pk=exception.pk)
    if found.ended_at is None:
        found.ended_at, found.ended_by = times.now(), by
        found.save()
    return found
