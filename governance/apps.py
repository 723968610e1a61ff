from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    """Showing it worked: due dates and chasing, effectiveness, closure, packs, the audit pages."""

    name = "governance"
    verbose_name = "Governance"

    def ready(self) -> None:
        from governance import (
            alerts,
            chronology,
            due,
            permissions,
            reading_words,
            registrations_packs,
            registrations_signatures,
            sections,
        )
        from governance.views import reading_room
        from incidents import hooks, next_due
        from incidents import reading_words as read_log
        from incidents import sections as case_sections
        from records import navigation

        navigation.register("My work", "my-work", order=10)
        navigation.register("The record", "ledger", order=85, visible=permissions.can_see_ledger)
        navigation.register("Reading room", "reading-room", order=15, visible=reading_room.has_room)
        next_due.read_from(due.next_dates)
        for section in (sections.EFFECTIVENESS, sections.CLOSING, sections.CHASING):
            case_sections.register(section)
        chronology.join()
        hooks.register_on_emergency(alerts.emergency_opened)
        hooks.register_on_sealed_alone(alerts.sealed_alone)
        registrations_signatures.join()
        registrations_packs.register()
        read_log.say(reading_words.WORDS)
