"""Who may do what about effect and closing: for this person, this case, this moment (domain.md §1 S1, S9, S12)."""

from __future__ import annotations

from accounts import access, roles
from accounts.models import User
from accounts.permits import Permit
from governance import facts
from governance.models import EffectCheck
from incidents import permissions as cases
from incidents import separation, separation_facts
from incidents.models import Case
from records.permissions import require
from records.refusals import NotAllowed

VERIFIES = "The quality lead or the nominated individual says whether practice changed."


def can_measure(user: User, case: Case) -> bool:
    """Fix measures, add points, book checks: who leads the learning, or who verifies effects."""
    return cases.holds(user, case, Permit.LEAD_LEARNING) or cases.holds(user, case, Permit.VERIFY_EFFECT)


def check_measure(user: User, case: Case) -> None:
    if not cases.holds(user, case, Permit.VERIFY_EFFECT):
        cases.check(user, case, Permit.LEAD_LEARNING, "A manager, deputy or quality lead fixes what is measured.")


def can_verify(user: User, case: Case) -> bool:
    return cases.holds(user, case, Permit.VERIFY_EFFECT)


def check_verify(user: User, case: Case) -> None:
    """The permit, and (S9) nobody who owns an action of this case."""
    cases.check(user, case, Permit.VERIFY_EFFECT, VERIFIES)
    check_owns_no_action(user, case)


def check_owns_no_action(user: User, case: Case) -> None:
    line = separation.s9_not_owner(user.pk, facts.action_owners(case))
    if not line.met:
        [line] = separation.s11_lift([line], separation_facts.person(user, case))
    if not line.met:
        raise NotAllowed(
            line.code, "You own an action of this case, so somebody else says whether it worked.", source=line.source
        )


def can_record_check(user: User, check: EffectCheck) -> bool:
    """Whoever promised it and may see the case, or who verifies effects here."""
    own = check.owner_id == user.pk and cases.can_act(user, check.case)
    return own or can_verify(user, check.case)


def check_record_check(user: User, check: EffectCheck) -> None:
    if cases.is_shut_out(user, check.case):
        cases.check(user, check.case, Permit.VERIFY_EFFECT, VERIFIES)
    require(can_record_check(user, check), "Whoever was asked to look, or the quality lead, records the result.")
    check_owns_no_action(user, check.case)


def can_close(user: User, case: Case) -> bool:
    return cases.can_close(user, case)


def can_second_close(user: User, case: Case) -> bool:
    return cases.holds(user, case, Permit.SECOND_DECISION)


def check_second_close(user: User, case: Case) -> None:
    cases.check(
        user,
        case,
        Permit.SECOND_DECISION,
        "The nominated individual or the quality lead signs the closing as the second person.",
    )


def can_reopen(user: User, case: Case) -> bool:
    return cases.can_close(user, case) or can_verify(user, case)


def check_reopen(user: User, case: Case) -> None:
    if not can_verify(user, case):
        cases.check_close(user, case)


def can_export(user: User, case: Case) -> bool:
    """Make, look at and release packs of this case."""
    return cases.holds(user, case, Permit.EXPORT_PACKS)


def check_export(user: User, case: Case) -> None:
    cases.check(user, case, Permit.EXPORT_PACKS, "The registered manager or nominated individual makes packs.")


#: Who is told when the ledger is not as it was written, and reads what its checks found: counts, never content.
KEEP_THE_LEDGER = (roles.QualityLead, roles.NominatedIndividual, roles.SystemAdministrator)
TOLD_OF_THE_LEDGER = (roles.QualityLead, roles.SystemAdministrator)


def can_see_ledger(user: User) -> bool:
    """Read what the checks of the whole ledger found, and ask for one."""
    return bool(access.of(user).roles & {role.code for role in KEEP_THE_LEDGER})


def check_see_ledger(user: User) -> None:
    require(can_see_ledger(user), "The quality lead or the system administrator checks the whole record.")


def can_read_history(user: User, case: Case) -> bool:
    return cases.holds(user, case, Permit.VIEW_HISTORY)
