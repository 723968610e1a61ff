from records.models.draft import Draft
from records.models.ledger import LedgerEntry, LedgerHead
from records.models.signed import Conflict, Signed, canonical, fingerprint
from records.models.tracked import Tracked, TrackedQuerySet

__all__ = [
    "Conflict",
    "Draft",
    "LedgerEntry",
    "LedgerHead",
    "Signed",
    "Tracked",
    "TrackedQuerySet",
    "canonical",
    "fingerprint",
]
