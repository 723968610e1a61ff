"""Print one sign-in for each role of the demo provider."""

from typing import Any

from django.core.management.base import BaseCommand

from accounts.models import Membership
from accounts.roles import ROLES, ExternalReviewer
from governance.demo.people import PASSWORD
from incidents.models import CaseGrant


class Command(BaseCommand):
    help = "Print one demo sign-in for each role (demo data only)."

    def handle(self, *args: Any, **options: Any) -> None:
        held = (
            Membership.objects.current()
            .filter(user__email__endswith=".example")
            .select_related("user", "service", "provider")
        )
        seen: set[str] = set()
        for membership in sorted(
            held, key=lambda m: (ROLES[m.role].rank, m.scope_name != "Larkfield Homecare", str(m.user.email))
        ):
            if membership.role in seen or "meadowtrust" in membership.user.email:
                continue
            seen.add(membership.role)
            self.stdout.write(f"  {membership.role_class.name:24} {membership.user.email:44} {membership.scope_name}")
        # A reader from outside holds no role on a service: an invitation to one case, until a day, lets them in.
        invited = CaseGrant.objects.current().filter(kind=CaseGrant.Kind.REVIEWER, user__email__endswith=".example")
        if first := invited.select_related("user", "case").order_by("starts_at").first():
            self.stdout.write(f"  {ExternalReviewer.name:24} {first.user.email:44} {first.case.reference}")
        if seen:
            self.stdout.write(f"  The password of every demo sign-in: {PASSWORD}")
