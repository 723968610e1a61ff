from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    """What happened, and is everyone safe."""

    name = "incidents"
    verbose_name = "Incidents"

    def ready(self) -> None:
        from incidents import permissions, states
        from records import navigation

        states.register_sections()
        navigation.register("Cases", "cases", order=20, visible=permissions.can_see_cases)
