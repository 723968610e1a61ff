from incidents.models.access import CaseGrant, CaseSeal, SmallServiceException
from incidents.models.case import (
    AbuseType,
    Case,
    CaseAbuseType,
    CaseFailureType,
    CaseRecord,
    CaseRecordQuerySet,
    CaseSearch,
    FailureType,
    Level,
    Rating,
    ReferenceCounter,
    Safe,
)
from incidents.models.chronology import ChronologyAddendum, ChronologyEntry, EntryKind
from incidents.models.duty import Duty, DutyAnswer
from incidents.models.evidence import CaseFile, Scan
from incidents.models.people import CasePerson, CaseStaff, Involvement, PersonSupported
from incidents.models.protection import (
    ChronologyReview,
    ControlKind,
    ReviewOutcome,
    RiskControl,
    RiskControlReview,
    TaskRestriction,
)
from incidents.models.reading import CaseRead, ReadSeal
from incidents.models.restriction import Authority, Restriction, RestrictionKind, RestrictionTest

__all__ = [
    "AbuseType",
    "Authority",
    "Case",
    "CaseAbuseType",
    "CaseFailureType",
    "CaseFile",
    "CaseGrant",
    "CaseSeal",
    "CasePerson",
    "CaseRead",
    "CaseRecord",
    "CaseRecordQuerySet",
    "CaseSearch",
    "CaseStaff",
    "ChronologyAddendum",
    "ChronologyEntry",
    "ChronologyReview",
    "ControlKind",
    "Duty",
    "DutyAnswer",
    "EntryKind",
    "FailureType",
    "Involvement",
    "Level",
    "PersonSupported",
    "Rating",
    "ReadSeal",
    "ReferenceCounter",
    "Restriction",
    "RestrictionKind",
    "RestrictionTest",
    "ReviewOutcome",
    "RiskControl",
    "RiskControlReview",
    "Safe",
    "Scan",
    "SmallServiceException",
    "TaskRestriction",
]
