from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    """What happened, and is everyone safe."""

    name = "incidents"
    verbose_name = "Incidents"

    def ready(self) -> None:
        from accounts import hooks
        from incidents import duty_hooks, permissions, read_seals, reading_words, states
        from incidents.actions import leaving
        from records import ledger, navigation

        hooks.register_on_gone(leaving.when_gone)
        states.register_sections()
        hooks.register_on_leaving(duty_hooks.on_leaving)
        reading_words.say(reading_words.WORDS)
        ledger.register_check(read_seals.faults)
        navigation.offer_log_to(permissions.can_log_anywhere)
        navigation.register("Cases", "cases", order=20, visible=permissions.can_see_cases)
        navigation.register("Emergency access", "emergency-access", order=95, visible=permissions.can_break_glass)
