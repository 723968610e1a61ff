from records.models.check import LedgerCheck
from records.models.draft import Draft
from records.models.ledger import LedgerEntry, LedgerHead
from records.models.signed import Conflict, Signed, canonical, fingerprint
from records.models.tracked import Tracked, TrackedQuerySet

__all__ = [
    "Conflict",
    "Draft",
    "LedgerCheck",
    "LedgerEntry",
    "LedgerHead",
    "Signed",
    "Tracked",
    "TrackedQuerySet",
    "canonical",
    "fingerprint",
]
