"""Everything between a started database and a usable product, in one process (Django starts once).

Migrates as the owner role; then, as the app role, loads the demo provider into an empty database of a
developer's own machine and prints one sign-in for each role. `make run` and the migrate job of
docker-compose.yml run it: `python -m config.prepare`.
"""

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ["AS_OWNER"] = "1"


def main() -> None:
    import django
    from django.core.exceptions import ImproperlyConfigured

    try:
        django.setup()
    except ImproperlyConfigured as refusal:
        sys.exit(str(refusal))
    import dj_database_url
    from django.apps import apps
    from django.conf import settings
    from django.core.management import call_command, get_commands
    from django.db import connections

    from config.processes import NotStarted

    call_command("migrate", interactive=False, verbosity=0)

    # From here on as the product itself: what it may not do, the demo data may not do.
    connections["default"].close()
    connections.settings["default"].update(dj_database_url.parse(settings.DATABASE_URL))
    del connections["default"]
    commands = get_commands()
    if settings.PRODUCTION or os.environ.get("DEMO", "1") == "0":
        return
    try:
        if "load_demo" in commands and not apps.get_model("accounts", "Provider").objects.exists():
            sys.stdout.write("Loading the demo provider …\n")
            sys.stdout.flush()
            call_command("load_demo", verbosity=0)
        if "demo_sign_ins" in commands:
            call_command("demo_sign_ins")
    except NotStarted as refusal:
        sys.exit(str(refusal))


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:  # Ctrl-C while it migrates; the next start goes on from there
        sys.exit(130)
