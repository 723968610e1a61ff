"""History: who, when, from where, why, on every tracked record; an actor is never missing."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.dispatch import receiver
from simple_history.models import HistoricalRecords
from simple_history.signals import pre_create_historical_record

from records import acting


class HistoryRow(models.Model):
    """What every history row carries besides the record itself: where the change came from."""

    history_source = models.CharField("from where", max_length=20)

    class Meta:
        abstract = True


class History(HistoricalRecords):  # type: ignore[misc]
    """django-simple-history with an actor that cannot be null and a dotted reason that cannot be empty."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            bases=[HistoryRow],
            get_user=lambda instance, request=None, **_: acting.current().by,
            history_change_reason_field=models.CharField(max_length=80),
            inherit=True,
            **kwargs,
        )

    def _get_history_user_fields(self) -> dict[str, models.Field[Any, Any]]:
        return {
            "history_user": models.ForeignKey(
                settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="who"
            )
        }

    def get_change_reason_for_object(self, instance: Any, history_type: str, using: str) -> str:
        return acting.current().reason


@receiver(pre_create_historical_record, dispatch_uid="records.history_source")
def say_where_from(sender: Any, history_instance: Any, **_: Any) -> None:
    history_instance.history_source = acting.source.get()
