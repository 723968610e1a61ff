from accounts.models.membership import Delegation, Membership, RoleGroup
from accounts.models.people import Posting, Staff, User
from accounts.models.places import (
    Provider,
    ProviderGroupPermission,
    ProviderUserPermission,
    Service,
    ServiceGroupPermission,
    ServiceUserPermission,
)

__all__ = [
    "Delegation",
    "Membership",
    "Posting",
    "Provider",
    "ProviderGroupPermission",
    "ProviderUserPermission",
    "RoleGroup",
    "Service",
    "ServiceGroupPermission",
    "ServiceUserPermission",
    "Staff",
    "User",
]
