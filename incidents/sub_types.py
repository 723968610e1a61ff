"""What exactly failed: the sub-types of the article's five failure types (domain.md §2.1). Data; a code never changes."""

from __future__ import annotations

from collections.abc import Mapping

from incidents.models.case import FailureType

SUB_TYPES: Mapping[FailureType, tuple[tuple[str, str], ...]] = {
    FailureType.DELAYED_ESCALATION: (
        ("noticed_not_reported", "Noticed and not reported"),
        ("reported_not_passed_on", "Reported and not passed on"),
        ("passed_on_not_referred", "Passed on and not referred"),
        ("late_notification", "A late notification"),
    ),
    FailureType.POOR_RECORDS: (
        ("missing", "Missing"),
        ("late", "Written late"),
        ("altered", "Altered"),
        ("inconsistent", "Inconsistent"),
        ("opinion_as_fact", "Opinion written as fact"),
        ("no_timeline", "No timeline"),
    ),
    FailureType.NO_PROTECTION: (
        ("left_in_contact", "Left in contact"),
        ("no_medical_help", "No medical help"),
        ("evidence_lost", "Evidence lost"),
    ),
    FailureType.RESTRICTION: (
        ("unauthorised", "Not authorised"),
        ("disproportionate", "Disproportionate"),
        ("expired", "Past its end"),
        ("drifted", "Drifted"),
        ("blanket", "A blanket rule"),
        ("informal_ban", "An informal ban"),
    ),
    FailureType.NOT_CONNECTED: (
        ("closed_singly", "Logs closed one by one"),
        ("source_unseen", "Another shift or source not seen"),
    ),
}


def label(failure: str, code: str) -> str:
    """A sub-type in words; empty for none. A code that is no longer offered stays readable as it is."""
    return dict(SUB_TYPES.get(FailureType(failure), ())).get(code, code)
