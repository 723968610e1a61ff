"""manage.py load_library: the library of gaps, learning and practice tests. Safe to run again."""

from typing import Any

from django.core.management.base import BaseCommand

from accounts.models import User
from remediation.actions.library import load_library


class Command(BaseCommand):
    help = "Load the library of gaps and practice tests (idempotent; a changed entry becomes a new version)"

    def handle(self, *args: Any, **options: Any) -> None:
        made = load_library(by=User.system())
        self.stdout.write(f"{len(made)} new version(s) written.")
