from accounts.actions.people import (
    add_provider,
    add_service,
    add_staff,
    end_membership,
    grant_membership,
    make_sign_in,
    post_to_service,
    set_supervisor,
)

__all__ = [
    "add_provider",
    "add_service",
    "add_staff",
    "end_membership",
    "grant_membership",
    "make_sign_in",
    "post_to_service",
    "set_supervisor",
]
