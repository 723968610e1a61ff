#!/usr/bin/env python
"""Django's commands, with a database under their feet.

Where DATABASE_URL or REDIS_URL is not given, the embedded servers are used: those that run already
(`make run` in another terminal), else ones started for the length of the command.
"""

import os
import sys

#: Commands that look at code only and are spared the servers.
WITHOUT_DATABASE = {"help", "--help", "-h", "version", "--version", "check", "collectstatic", "diffsettings"}
#: Commands that change tables and so run as the owner role.
AS_OWNER = {"migrate"}


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    if command in AS_OWNER:
        os.environ["AS_OWNER"] = "1"

    from django.core.exceptions import ImproperlyConfigured

    from config import embedded
    from config.processes import NotStarted

    try:
        with embedded.servers(() if command in WITHOUT_DATABASE else None):
            from django.core.management import execute_from_command_line

            execute_from_command_line(sys.argv)
    except (NotStarted, ImproperlyConfigured) as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
