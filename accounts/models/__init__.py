from accounts.models.membership import Membership, RoleGroup
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
