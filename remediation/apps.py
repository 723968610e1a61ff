from django.apps import AppConfig


class RemediationConfig(AppConfig):
    """Putting it right: two tracks, plan, practice tests, sign-off, re-authorisation, register."""

    name = "remediation"
    verbose_name = "Remediation"

    def ready(self) -> None:
        from remediation import registrations_practice, registrations_signatures, registrations_tracks

        registrations_tracks.register()
        registrations_practice.register()
        registrations_signatures.join()
