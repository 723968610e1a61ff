"""Who a case is about: people supported, and members of staff with their part in it."""

from __future__ import annotations

from django.urls import reverse

from accounts.models import Staff, User
from incidents import hooks, permissions
from incidents.actions import cases, clocks, rating, search
from incidents.actions.lock import lock
from incidents.models import Case, CasePerson, CaseStaff, Involvement
from records import times
from records.acting import action
from records.refusals import Missing, NotAllowed, Refused


@action("case.person_added")
def add_person(
    *,
    by: User,
    case: Case,
    code: str,
    how_affected: str = "",
    agreed_contacts: str = "",
    blocked_contacts: str = "",
) -> CasePerson:
    """Add a person at risk by initials or code. Of one already named, the record there is says what is known (LOG).

    Adding them again would write empty boxes over it, and one of them says who must not be contacted.
    """
    case = lock(case)
    permissions.check_write_chronology(by, case)
    code = code.strip()
    if not code:
        raise Refused("LOG", "Enter the person's initials or code.", field="code")
    person = cases.person_at(case.service, code)
    link = CasePerson.objects.filter(case=case, person=person).first()
    if link is not None:
        raise Refused(
            "LOG",
            f"{person.code} is named in this case already. What you typed is kept here: add it to their record.",
            missing=[Missing(f"Add to what we know of {person.code}", reverse("case-person", args=[case.pk, link.pk]))],
            source="domain.md §3",
        )
    link = CasePerson(
        case=case,
        person=person,
        how_affected=how_affected,
        agreed_contacts=agreed_contacts,
        blocked_contacts=blocked_contacts,
        added_at=times.now(),
        added_by=by,
    )
    link.save()
    search.refresh(case)
    return link


#: What is known of a person at risk, and how a page asks to go on saying it once it was said.
KNOWN = {
    "how_affected": "Say how they are affected now. What was recorded is not wiped by an empty box.",
    "agreed_contacts": "Say whom they want told now. If nobody any more, write that.",
    "blocked_contacts": "Say who must not be contacted now. If they may be contacted again, write that, and why.",
}


@action("case.person_described")
def describe_person(
    *, by: User, link: CasePerson, how_affected: str, agreed_contacts: str, blocked_contacts: str
) -> CasePerson:
    """Say anew what is known of a person at risk. History keeps what was said before.

    Refused (LOG) where something was recorded and nothing stands there now: an empty box is no decision, and who
    must not be contacted is what keeps somebody safe.
    """
    case = lock(link.case)
    permissions.check_write_chronology(by, case)
    link = CasePerson.objects.get(pk=link.pk, case=case)
    said = {
        "how_affected": how_affected,
        "agreed_contacts": agreed_contacts,
        "blocked_contacts": blocked_contacts,
    }
    for name, text in said.items():
        if getattr(link, name).strip() and not text.strip():
            raise Refused("LOG", KNOWN[name], source="domain.md §3", field=name)
    for name, text in said.items():
        setattr(link, name, text)
    link.save()
    search.refresh(case)
    return link


@action("case.staff_added")
def add_staff(*, by: User, case: Case, staff: Staff, involvement: str, note: str = "") -> CaseStaff:
    """Name a member of staff's part in the case.

    A subject, or a manager whose management is looked at, no longer sees or decides the case (S1); if they own
    it, it passes to the nominated individual, or is refused where nobody else can own it (S6). A manager whose
    management is looked at lifts the level of a rated case to at least L3 in the same moment (§2.3).
    """
    case = lock(case)
    permissions.check_decide_controls(by, case)
    if staff.provider_id != case.provider_id:
        raise NotAllowed("LOG", "That member of staff works for another provider.")
    part = Involvement(involvement)
    found = CaseStaff.objects.filter(case=case, staff=staff, involvement=part, ended_at=None).first()
    if found:
        return found  # type: ignore[no-any-return]
    if part in CaseStaff.SHUTS_OUT and staff.user_id == by.pk:
        raise NotAllowed(
            "S1",
            "You cannot take yourself out of a case you decide in. Ask the nominated individual to take it over.",
            source="domain.md §1 S1, S6",
        )
    if part in CaseStaff.SHUTS_OUT and staff.user_id == case.owner_id:
        _pass_on(by, case, staff)
    link = CaseStaff(case=case, staff=staff, involvement=part, note=note, added_at=times.now(), added_by=by)
    link.save()
    if part == Involvement.IMPLICATED:
        rating.raise_for_manager(case, by)
    clocks.open_missing_duties(case)
    search.refresh(case)
    if part == Involvement.SUBJECT:
        hooks.subject_added(link, by)
    return link


@action("case.staff_ended")
def end_staff(*, by: User, link: CaseStaff, reason: str) -> CaseStaff:
    """End a member of staff's part, with the reason. The record that it was so stays."""
    case = lock(link.case)
    permissions.check_decide_controls(by, case)
    link = CaseStaff.objects.get(pk=link.pk)
    if link.ended_at is not None:
        return link
    if not reason.strip():
        raise Refused("LOG", "Say why this part has ended.", field="reason")
    link.ended_at, link.ended_by, link.ended_reason = times.now(), by, reason
    link.save()
    search.refresh(case)
    return link


def _pass_on(by: User, case: Case, staff: Staff) -> None:
    """Somebody else answers for the case. A sealed one stays in its team: with `by`, where no manager is of it (S6)."""
    shut_out = {staff.user_id} | set(
        CaseStaff.objects.filter(case=case, involvement__in=CaseStaff.SHUTS_OUT, ended_at=None).values_list(
            "staff__user", flat=True
        )
    )
    able = permissions.those_who_see(cases.who_answers(case.service, case.level), case)
    if case.sealed_at is not None:
        able.append(by)
    owner = next((user for user in able if user.pk not in shut_out), None)
    if owner is None:
        raise Refused(
            "S6",
            "This person owns the case and nobody else here can take it. Name a nominated individual, or an "
            "independent person from outside, first.",
            source="domain.md §1 S6",
            field="staff",
        )
    case.owner = owner
    case.save()
