"""A disciplinary process: who investigates, chairs and hears the appeal, and what came of each (S8; HR compartment)."""

from __future__ import annotations

from datetime import date

from accounts.models import Staff, User
from incidents.actions.lock import lock
from records import times
from records.acting import action
from records.gates import GateLine, refuse_unless_met, unmet
from records.models import Conflict
from records.refusals import Missing, Refused
from remediation import facts_disciplinary as facts
from remediation import permissions
from remediation.actions.common import said
from remediation.gates import disciplinary as gates
from remediation.models import CapabilityResponse, DisciplinaryAppointment, Part, Route

S8 = "domain.md §1 S8"
NOT_FREE = "This person cannot take part in it, whoever else can be found. Choose somebody else."


@action("disciplinary.appointed")
def appoint(
    *,
    by: User,
    response: CapabilityResponse,
    part: str,
    declared: str,
    staff: Staff | None = None,
    outside_person: str = "",
    no_other_reason: str = "",
) -> DisciplinaryAppointment:
    """Appoint who does one part of a worker's disciplinary process: one of our staff, or a named person from outside.

    Refused for whoever is a subject, implicated, the supervisor while that may be a cause, in conflict, not in post or
    restricted from investigating: no reason lifts that. S8 (not twice in one process, the appeal afresh and by a
    manager) gives way to a written reason why nobody else could be found; the reason and what it set aside are kept.
    """
    response = _locked(response)
    permissions.check_lead_capability(by, response.case)
    worker = _in_process(response)
    if part not in Part.values:
        raise Refused("S8", "Choose what this person does.", field="part", source=S8)
    outside_person = " ".join(outside_person.split())
    _one_person(response, staff, outside_person)
    if declared not in Conflict.values:
        raise Refused("S5", "Say what they declared.", field="declared", source="domain.md §1 S5")
    if DisciplinaryAppointment.objects.filter(response=response, part=part, ended_at=None).exists():
        raise Refused("S8", "Somebody does this already. End that first, with the reason.", field="part", source=S8)
    who = facts.candidate(response.case, worker, by=by, staff=staff, outside_person=outside_person, declared=declared)
    refuse_unless_met(gates.free(part, who), NOT_FREE)
    against = unmet(gates.apart(part, who, facts.process(response)))
    if against:
        _only_with_a_reason(against, no_other_reason)
    made = DisciplinaryAppointment(
        case=response.case,
        response=response,
        part=part,
        staff=staff,
        outside_person=outside_person,
        declared=declared,
        set_aside=". ".join(line.detail for line in against),
        no_other_reason=no_other_reason.strip() if against else "",
        appointed_by=by,
        appointed_at=times.now(),
    )
    made.save()
    return made


@action("disciplinary.appointment_ended")
def end_appointment(*, by: User, appointment: DisciplinaryAppointment, reason: str) -> DisciplinaryAppointment:
    """Somebody else is to do it, and why. Not after the result is written down: that stands."""
    appointment = _current(appointment, by)
    appointment.ended_reason = said(reason, "reason", "Say why somebody else does it.")
    appointment.ended_at = times.now()
    appointment.ended_by = by
    appointment.save()
    return appointment


@action("disciplinary.result_recorded")
def record_result(
    *,
    by: User,
    appointment: DisciplinaryAppointment,
    held_on: date,
    result: str,
    rights_told: bool = False,
    companion: str = "",
) -> DisciplinaryAppointment:
    """Write down what was found or decided, once. Who did it is looked up again at this moment (S12).

    Whoever became part of the case or had more to do with it since they were appointed is refused now.
    """
    appointment = _current(appointment, by)
    response, part = appointment.response, appointment.part
    worker = _in_process(response)
    who = facts.candidate(
        response.case,
        worker,
        by=by,
        staff=appointment.staff,
        outside_person=appointment.outside_person,
        declared=appointment.declared,
    )
    refuse_unless_met(gates.free(part, who), NOT_FREE)
    against = unmet(gates.apart(part, who, facts.process(response, without=appointment)))
    if against:
        _only_with_a_reason(against, appointment.no_other_reason, field="")
    done = {one.part for one in facts.appointments_of(response) if one.result_at}
    order = gates.in_order(part, investigated=Part.INVESTIGATOR in done, heard=Part.CHAIR in done)
    refuse_unless_met([order, gates.rights(part, rights_told)], "This cannot be written down yet.")
    if held_on > times.today():
        raise Refused("DATE", "The day it was held must be today or in the past.", field="held_on")
    appointment.held_on = held_on
    appointment.rights_told = rights_told
    appointment.companion = companion.strip()
    appointment.result = said(result, "result", "Say what was found or decided.")
    appointment.result_at = times.now()
    appointment.result_by = by
    appointment.save()
    return appointment


def _only_with_a_reason(against: list[GateLine], reason: str, field: str = "no_other_reason") -> None:
    """S8 says "where practicable" and "where possible": it gives way to a reason that is written down, never silently."""
    if reason.strip():
        return
    raise Refused(
        "S8",
        "Somebody else does this, where that is practicable. If nobody else could be found, say why.",
        missing=[Missing(line.detail) for line in against],
        source=f"{S8}, Acas Code 6 and 27",
        field=field,
    )


def _one_person(response: CapabilityResponse, staff: Staff | None, outside_person: str) -> None:
    if (staff is None) == (not outside_person):
        raise Refused("S8", "Choose one of your staff, or name one person from outside.", field="staff", source=S8)
    if staff is not None and staff.provider_id != response.case.provider_id:
        raise Refused("S8", "Choose somebody who works for this provider.", field="staff", source=S8)
    if outside_person and facts.works_here(response.case, outside_person):
        raise Refused(
            "S8",
            "Somebody of this name works here. Choose them from your staff.",
            field="outside_person",
            source=S8,
        )


def _in_process(response: CapabilityResponse) -> Staff:
    if response.worker is None or response.route != Route.DISCIPLINARY:
        raise Refused(
            "ROUTE",
            "The route decided for this worker is another one. Decide for the disciplinary route first, and why it is fair.",
            source="domain.md §6",
        )
    return response.worker


def _locked(response: CapabilityResponse) -> CapabilityResponse:
    """The response with its case locked and its newest values."""
    case = lock(response.case)
    fresh: CapabilityResponse = (
        CapabilityResponse.objects.select_for_update(of=("self",)).select_related("worker").get(pk=response.pk)
    )
    fresh.case = case
    return fresh


def _current(appointment: DisciplinaryAppointment, by: User) -> DisciplinaryAppointment:
    """The appointment with its newest values; refused once it ended or has its result."""
    response = _locked(appointment.response)
    permissions.check_lead_capability(by, response.case)
    fresh: DisciplinaryAppointment = (
        DisciplinaryAppointment.objects.select_for_update(of=("self",))
        .select_related("staff__user")
        .get(pk=appointment.pk)
    )
    fresh.response, fresh.case = response, response.case
    if fresh.ended_at is not None:
        raise Refused("S8", "This appointment has ended.", source=S8)
    if fresh.result_at is not None:
        raise Refused("S8", "The result is written down and stands.", source=S8)
    return fresh
