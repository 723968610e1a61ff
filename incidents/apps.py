from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    """What happened, and is everyone safe."""

    name = "incidents"
    verbose_name = "Incidents"

    def ready(self) -> None:
        from incidents import permissions, read_seals, states
        from records import ledger, navigation

        states.register_sections()
        ledger.register_check(read_seals.faults)
        navigation.register("Cases", "cases", order=20, visible=permissions.can_see_cases)
