"""What packs and history bring to the case page, to the readable history and to the check of the ledger."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef

from governance import ledger_alert, permissions
from governance.models import Pack, PackRelease
from governance.packs import checking
from incidents import sections
from incidents.models import Case
from records import checking as ledger_checks
from records import compartments, ledger, readable
from remediation import signatures

#: Kinds of record of the HR compartment: their fields are read by those who may see it (domain.md §12).
HR_RECORDS = (
    "remediation.CapabilityResponse",
    "remediation.Coaching",
    "remediation.DisciplinaryAppointment",
    "remediation.ReflectiveTrail",
    "remediation.RightOfReply",
)
HR_FIELDS = {
    "remediation.RemediationPlan": ("support", "adjustments", "if_not_met"),
    "incidents.RiskControl": ("welfare_contact",),
}
#: Care detail of the person supported: HR reads what a worker did and under which control, not how a person lives (§1).
CARE_FIELDS = {
    "incidents.RiskControl": (
        "who_at_risk",
        "persons_views",
        "views_not_obtained",
        "capacity",
        "advocate",
        "consent_to_share",
        "who_was_told",
        "why_no_limit",
    ),
    "incidents.RiskControlReview": ("why_no_limit",),
    "incidents.Restriction": (
        "verbatim",
        "risk",
        "authority_detail",
        "capacity",
        "alternatives",
        "proportionality",
        "persons_view",
        "reduction_step",
        "positive_risk",
    ),
    "incidents.RestrictionTest": ("authorised", "least_restrictive", "escalated", "positive_risk"),
}
#: Reasons that do not read well by themselves.
WORDS = {
    "pack.asked_for": "Asked for a pack",
    "pack.made": "The pack was made",
    "pack.failed": "The pack could not be made",
    "pack.released": "Released a pack",
    "user.own_account": "Changed their own account",
    "user.made": "Sign-in made",
    "user.joined_by_sign_on": "Came in through the provider’s sign-on",
    "user.second_step_taken_off": "Second step taken off",
    "user.sign_ins_ended": "Signed out everywhere",
    "membership.granted": "Role given",
    "membership.ended": "Role ended",
    "staff.posted": "Place of work given",
    "disciplinary.appointed": "Somebody appointed in a disciplinary process",
    "disciplinary.appointment_ended": "Somebody else is to be appointed in a disciplinary process",
    "disciplinary.result_recorded": "What a disciplinary investigation, hearing or appeal found, written down",
}

#: What pages call a kind of record or a field of it.
CALLED: dict[str | tuple[str, str], str] = {
    "accounts.User": "Sign-in",
    "accounts.Membership": "Role",
    "accounts.Posting": "Place of work",
    ("accounts.User", "is_active"): "May sign in",
    ("accounts.Posting", "service"): "Where",
}


def packs_state(case: Case, user: Any) -> sections.State | None:
    if not permissions.can_export(user, case):
        return None
    released = PackRelease.objects.filter(pack=OuterRef("pk"), withdraws=None, withdrawn_by=None)
    packs = list(Pack.objects.filter(case=case).annotate(out=Exists(released)).values_list("status", "out"))
    if not packs:
        return sections.State("None yet", "grey")
    if any(status in (Pack.Status.WAITING, Pack.Status.MAKING) for status, _ in packs):
        return sections.State("Being made", "light-blue")
    if any(status == Pack.Status.READY and not out for status, out in packs):
        return sections.State("Ready to release", "light-blue")
    return sections.State("Released", "grey")


def history_state(case: Case, user: Any) -> sections.State | None:
    return sections.State("", "grey") if permissions.can_read_history(user, case) else None


def register() -> None:
    """Called once, while the apps start."""
    sections.register(sections.Section("packs", "Packs", "case-packs", 92, packs_state))
    sections.register(sections.Section("history", "History", "case-history", 96, history_state))
    ledger.register_anchors(checking.anchors)
    ledger_checks.tell(ledger_alert.tell)
    for label in HR_RECORDS:
        compartments.declare(label, compartments.HR)
    for label, fields in HR_FIELDS.items():
        compartments.declare(label, compartments.HR, fields)
    for label, fields in CARE_FIELDS.items():
        compartments.declare(label, compartments.CARE, fields)
    # Whose part it is and what is noted of it: kept from whoever is or was part of what is looked at (S10).
    compartments.declare("incidents.CaseStaff", compartments.REPORTER, ("staff", "note"))
    # Who logged a case most often reported it, and who noticed it first may have.
    compartments.declare("incidents.Case", compartments.REPORTER, ("logged_by", "first_noticed_by"))
    # Which conflict somebody declared at signing: "I reported this" is one of them.
    for kind in signatures.kinds():
        compartments.declare(kind.model._meta.label, compartments.REPORTER, ("conflict", "conflict_detail"))
    for reason, words in WORDS.items():
        readable.say(reason, words)
    for what, name in CALLED.items():
        readable.call(what, name)
