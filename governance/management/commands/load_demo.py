"""Load the demo provider, once. Everything is written through the actions."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.models import Provider


class Command(BaseCommand):
    help = "Load the demo provider with staff in every role and three cases (does nothing where a provider exists)."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The demo has known passwords, so it is not loaded in production.")
        if Provider.objects.exists():
            self.stdout.write("There is a provider already; the demo was not loaded.")
            return
        from governance.demo import load

        with transaction.atomic():
            load.everything(tell=self.stdout.write)
