"""The roles, as classes, each with the one sentence that explains it (domain.md §1).

A role is held through a Membership on a service or a whole provider, between dates. What a person may do in
one case is decided at that moment and for that case (S12): a role opens the door, the gates and the
separation rules still apply inside.
"""

from __future__ import annotations

from typing import ClassVar

from accounts.permits import Permit as P


class Role:
    """One role: its code (kept in the record), its name, its sentence, its permits, and how high it stands."""

    code: ClassVar[str]
    name: ClassVar[str]
    sentence: ClassVar[str]
    permits: ClassVar[frozenset[str]]
    #: Nobody grants a role that stands above their own highest.
    rank: ClassVar[int]
    #: Whether it is held for the whole provider, a service, or either.
    scopes: ClassVar[tuple[str, ...]] = ("service", "provider")


class CareWorker(Role):
    code, name, rank = "care_worker", "Care worker", 10
    sentence = "Supports people, logs concerns, and sees their own plan, results and comments."
    permits = frozenset({P.LOG})


class Senior(Role):
    code, name, rank = "senior", "Senior or team leader", 20
    sentence = "Coaches on shift, records observed practice and sees who may do what now."
    permits = frozenset({P.LOG, P.VIEW_CASES, P.WRITE_CHRONOLOGY, P.ASSESS, P.SEE_REGISTER})


class Deputy(Role):
    code, name, rank = "deputy", "Deputy manager", 30
    sentence = "Acts for the manager: interim controls, duties and plans."
    permits = Senior.permits | {
        P.RATE,
        P.DECIDE_CONTROLS,
        P.DECIDE_DUTIES,
        P.LEAD_LEARNING,
        P.LEAD_CAPABILITY,
        P.WRITE_PLANS,
        P.VIEW_HISTORY,
        P.SEE_GOVERNANCE,
        P.VIEW_HR,
    }


class RegisteredManager(Role):
    code, name, rank = "registered_manager", "Registered manager", 50
    sentence = "Owns the cases of the service: controls, duties, re-authorisation, closure and packs."
    permits = Deputy.permits | {P.REAUTHORISE, P.CLOSE_CASES, P.EXPORT_PACKS, P.MANAGE_PEOPLE}


class NominatedIndividual(Role):
    code, name, rank = "nominated_individual", "Nominated individual", 60
    sentence = "Supervises the management of the service, countersigns the most serious cases and takes over where the manager is part of them."
    permits = RegisteredManager.permits | {P.SECOND_DECISION, P.VERIFY_EFFECT}


class SafeguardingLead(Role):
    code, name, rank = "safeguarding_lead", "Safeguarding lead", 40
    sentence = "Advises on thresholds, talks to the council and reviews patterns."
    permits = frozenset(
        {
            P.LOG,
            P.VIEW_CASES,
            P.WRITE_CHRONOLOGY,
            P.RATE,
            P.DECIDE_CONTROLS,
            P.DECIDE_DUTIES,
            P.LEAD_LEARNING,
            P.VIEW_HISTORY,
            P.SEE_GOVERNANCE,
            P.SEE_REGISTER,
        }
    )


class HumanResources(Role):
    code, name, rank = "hr", "HR adviser", 40
    sentence = "Advises on the capability route and fair process; sees no more of anyone's care than needed."
    permits = frozenset({P.LOG, P.VIEW_CASES, P.VIEW_HR, P.LEAD_CAPABILITY})


class QualityLead(Role):
    code, name, rank = "quality_lead", "Quality lead", 45
    sentence = "Re-audits, moderates and says whether practice really changed."
    permits = frozenset(
        {
            P.LOG,
            P.VIEW_CASES,
            P.ASSESS,
            P.SECOND_DECISION,
            P.VERIFY_EFFECT,
            P.VIEW_HISTORY,
            P.SEE_GOVERNANCE,
            P.SEE_REGISTER,
            P.VIEW_HR,
        }
    )


class SystemAdministrator(Role):
    code, name, rank = "system_administrator", "System administrator", 45
    sentence = "Keeps accounts and settings; sees no case."
    permits = frozenset({P.MANAGE_PEOPLE})
    scopes = ("provider",)


class ExternalReviewer(Role):
    code, name, rank = "external_reviewer", "External reviewer", 5
    sentence = "Reads named packs for a stated purpose until a stated day."
    permits: ClassVar[frozenset[str]] = frozenset()


ROLES: dict[str, type[Role]] = {
    role.code: role
    for role in (
        CareWorker,
        Senior,
        Deputy,
        RegisteredManager,
        NominatedIndividual,
        SafeguardingLead,
        HumanResources,
        QualityLead,
        SystemAdministrator,
        ExternalReviewer,
    )
}
#: Roles that nobody who manages people grants: the operator does, or an invitation (domain.md §1).
BY_THE_OPERATOR = frozenset({SystemAdministrator.code, ExternalReviewer.code})
ROLE_CHOICES = [(code, role.name) for code, role in ROLES.items()]
