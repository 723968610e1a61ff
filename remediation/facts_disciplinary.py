"""What the record says about a disciplinary process and about who is to take a part in it, read now (S8, S12)."""

from __future__ import annotations

from collections.abc import Hashable
from uuid import UUID

from accounts import access
from accounts.models import Staff, User
from accounts.roles import Deputy
from incidents import separation_facts
from incidents.models import Case, CaseStaff, Involvement, RiskControl, RiskControlReview
from incidents.separation import Person
from incidents.tasks_catalogue import Task
from records import times
from records.reading import once
from remediation import facts_practice, register
from remediation.gates.disciplinary import Candidate, Process
from remediation.models import (
    AttemptSignOff,
    CapabilityResponse,
    DisciplinaryAppointment,
    Part,
    Reauthorisation,
    ReflectiveTrail,
    RemediationPlan,
    SecondDecision,
)


@once
def _of_case(case: UUID) -> dict[UUID, list[DisciplinaryAppointment]]:
    people = ("staff", "appointed_by", "ended_by", "result_by")
    found: dict[UUID, list[DisciplinaryAppointment]] = {}
    for one in DisciplinaryAppointment.objects.filter(case=case).select_related(*people).order_by("appointed_at"):
        found.setdefault(one.response_id, []).append(one)
    return found


def appointments_of(response: CapabilityResponse) -> list[DisciplinaryAppointment]:
    """Every appointment of this worker's process, those that ended too, in the order they were made."""
    return _of_case(response.case_id).get(response.pk, [])


def outside_key(name: str) -> str:
    """One spelling of an outside person's name, so that the same person is known again."""
    return " ".join(name.split()).casefold()


def key_of(appointment: DisciplinaryAppointment) -> Hashable:
    return appointment.staff_id or outside_key(appointment.outside_person)


def candidate(
    case: Case, worker: Staff, *, by: User, staff: Staff | None, outside_person: str = "", declared: str = ""
) -> Candidate:
    """The person beside this worker, as the case records them at this moment, in words that `by` may read (S10)."""
    open_causes = facts_practice.open_causes(case)
    if staff is None:
        return Candidate(
            key=outside_key(outside_person), person=Person(name=outside_person, worker=worker.name, declared=declared)
        )
    now = set(CaseStaff.objects.filter(case=case, staff=staff, ended_at=None).values_list("involvement", flat=True))
    person = Person(
        name=staff.name,
        worker=worker.name,
        is_worker=staff.pk == worker.pk,
        is_subject=Involvement.SUBJECT in now,
        is_implicated=Involvement.IMPLICATED in now,
        is_supervisor=worker.supervisor_id == staff.pk,
        open_causes=open_causes,
        recorded_as=_recorded_as(now, tells=separation_facts.may_know_reporter(by, case)),
        declared=declared,
    )
    rank = access.of(staff.user).highest_rank if staff.user else 0
    return Candidate(
        key=staff.pk,
        person=person,
        in_post=staff.left_on is None or staff.left_on >= times.today(),
        may_investigate=register.cell_of(staff, Task.T19).state == register.MAY,
        is_manager=rank >= Deputy.rank,
    )


def _recorded_as(now: set[str], *, tells: bool) -> tuple[str, ...]:
    """Reporter and witness, in words; the same words for both to whoever may not know which of them reported it."""
    found = tuple(word for part, word in separation_facts.IN_CONFLICT.items() if part in now)
    return found if tells or not found else ("somebody who takes no part in deciding",)


def process(response: CapabilityResponse, *, without: DisciplinaryAppointment | None = None) -> Process:
    """Who took which part, and who had to do with the matter in another way: what an appeal is kept apart from.

    Whoever investigated and was then replaced still investigated. `without` leaves out the appointment itself.
    """
    made = [one for one in appointments_of(response) if one != without]
    involved: dict[Hashable, list[str]] = {}
    for one in made:
        if one.part != Part.APPEAL:
            did = "investigated" if one.part == Part.INVESTIGATOR else "chairs the hearing"
            involved.setdefault(key_of(one), []).append(did)
    for staff, did in _others(response):
        if did not in involved.setdefault(staff, []):
            involved[staff].append(did)
    by_part = {
        part: {key_of(one): one.who for one in made if one.part == part and (part != Part.APPEAL or not one.ended_at)}
        for part in Part
    }
    return Process(
        investigators=by_part[Part.INVESTIGATOR],
        chairs=by_part[Part.CHAIR],
        hears_appeal=by_part[Part.APPEAL],
        involved={who: tuple(did) for who, did in involved.items()},
    )


def _others(response: CapabilityResponse) -> list[tuple[Hashable, str]]:
    """Staff who decided about this worker before: (staff, what they did)."""
    case, worker = response.case, response.worker
    did: list[tuple[object, str]] = [(case.owner_id, "owns the case"), (response.route_by_id, "decided the route")]
    of_worker = {"case": case, "worker": worker}
    for users, words in (
        (RiskControl.objects.filter(**of_worker).values_list("decided_by", flat=True), "decided a control on them"),
        (
            RiskControlReview.objects.filter(case=case, control__worker=worker).values_list("reviewed_by", flat=True),
            "reviewed a control on them",
        ),
        (
            ReflectiveTrail.objects.filter(response=response).values_list("discussed_by", flat=True),
            "discussed their reflection",
        ),
        (RemediationPlan.objects.filter(response=response).values_list("written_by", flat=True), "wrote their plan"),
        (
            AttemptSignOff.objects.filter(attempt__test__plan__response=response).values_list("signed_by", flat=True),
            "signed a practice test of theirs",
        ),
        (Reauthorisation.objects.filter(**of_worker).values_list("signed_by", flat=True), "decided re-authorisation"),
        (
            SecondDecision.objects.filter(case=case, first__worker=worker).values_list("signed_by", flat=True),
            "decided re-authorisation",
        ),
    ):
        did += [(user, words) for user in users]
    users_of = dict(Staff.objects.filter(user__in={user for user, _ in did if user}).values_list("user", "pk"))
    return [(users_of[user], words) for user, words in did if user in users_of]


def works_here(case: Case, name: str) -> bool:
    """Whether somebody of this name works for the provider: then they are chosen, not typed."""
    names = Staff.objects.present().filter(provider=case.provider_id).values_list("name", flat=True)
    return outside_key(name) in {outside_key(one) for one in names}
