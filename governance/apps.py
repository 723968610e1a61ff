from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    """Showing it worked: due dates and chasing, effectiveness, closure, packs, the audit pages."""

    name = "governance"
    verbose_name = "Governance"
