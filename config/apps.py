"""Ties Celery to Django once Django is ready.

Not in `config/__init__.py`, where Celery's manual puts it: the keepers of the embedded servers and the
mail catcher live in this package too, and would pay a second of imports at every start for nothing.
"""

from django.apps import AppConfig


class House(AppConfig):
    name = "config"

    def ready(self) -> None:
        import config.celery  # noqa: F401 (so that `shared_task` finds this application)
        from config import own_role

        own_role.watch()
