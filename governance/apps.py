from importlib.util import find_spec

from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    """Showing it worked: due dates and chasing, effectiveness, closure, packs, the audit pages."""

    name = "governance"
    verbose_name = "Governance"

    def ready(self) -> None:
        from governance import chronology, due, permissions, sections
        from incidents import next_due
        from incidents import sections as case_sections
        from records import navigation

        navigation.register("My work", "my-work", order=10)
        navigation.register("The record", "ledger", order=85, visible=permissions.can_see_ledger)
        next_due.read_from(due.next_dates)
        for section in (sections.EFFECTIVENESS, sections.CLOSING, sections.CHASING):
            case_sections.register(section)
        chronology.join()
        if find_spec("governance.registrations_packs"):
            from importlib import import_module

            import_module("governance.registrations_packs").register()
