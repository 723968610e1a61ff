from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    """What happened, and is everyone safe."""

    name = "incidents"
    verbose_name = "Incidents"

    def ready(self) -> None:
        from incidents import states

        states.register_sections()
