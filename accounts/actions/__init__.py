from accounts.actions.delegation import delegate, end_delegation
from accounts.actions.people import (
    add_provider,
    add_service,
    add_staff,
    end_employment,
    end_membership,
    grant_membership,
    make_reviewer_sign_in,
    make_sign_in,
    post_to_service,
    set_supervisor,
    shut_off_leavers,
    undo_leaving,
)
from accounts.actions.sign_ins import end_own_sign_in, end_sign_ins_of, take_off_second_step

__all__ = [
    "add_provider",
    "add_service",
    "add_staff",
    "delegate",
    "end_delegation",
    "end_employment",
    "end_membership",
    "end_own_sign_in",
    "end_sign_ins_of",
    "grant_membership",
    "make_reviewer_sign_in",
    "make_sign_in",
    "post_to_service",
    "set_supervisor",
    "shut_off_leavers",
    "take_off_second_step",
    "undo_leaving",
]
