"""Every permission of the product, in one list. Held on a service or a provider, by groups, never by a person."""

from django.db import models


class Permit(models.TextChoices):
    """What a role may do within its scope. The codename is also guardian's permission codename."""

    LOG = "log_failure", "Log a concern or a practice failure"
    VIEW_CASES = "view_cases", "See the cases of this scope"
    VIEW_HR = "view_hr", "See the capability (HR) compartment"
    DECIDE_CONTROLS = "decide_controls", "Decide and review risk controls"
    DECIDE_DUTIES = "decide_duties", "Decide and record external duties"
    WRITE_CHRONOLOGY = "write_chronology", "Write in the chronology"
    RATE = "rate", "Rate the level of a failure"
    LEAD_LEARNING = "lead_learning", "Lead the learning response"
    LEAD_CAPABILITY = "lead_capability", "Lead the capability response"
    WRITE_PLANS = "write_plans", "Write remediation plans"
    ASSESS = "assess", "Record and sign practice tests"
    REAUTHORISE = "reauthorise", "Decide re-authorisation"
    SECOND_DECISION = "second_decision", "Be the second decider at L3 and L4"
    SEE_REGISTER = "see_register", "See who may do what now"
    VERIFY_EFFECT = "verify_effect", "Re-audit and give the effectiveness verdict"
    CLOSE_CASES = "close_cases", "Close a case"
    EXPORT_PACKS = "export_packs", "Make and release governance packs"
    VIEW_HISTORY = "view_history", "Read the history of a case"
    SEE_GOVERNANCE = "see_governance", "See the governance pages"
    MANAGE_PEOPLE = "manage_people", "Grant and end roles"


#: What a registered manager may hand to a deputy in writing, each no wider than it says (domain.md §1).
DELEGABLE: dict[str, str] = {
    Permit.REAUTHORISE: "Decide re-authorisation in low-risk cases (L1 and L2)",
    Permit.CLOSE_CASES: "Close low-risk cases (L1 and L2)",
    Permit.EXPORT_PACKS: "Make and release governance packs",
}
#: Of these, the ones that hold in L1 and L2 only. A case nobody has rated counts as L3.
LOW_RISK_ONLY = frozenset({Permit.REAUTHORISE, Permit.CLOSE_CASES})
