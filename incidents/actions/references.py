"""SP-2026-0001: one number a case, without gaps, however many log at once."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from accounts.models import Provider
from incidents.models import ReferenceCounter
from records import times


def next_reference(provider: Provider, logged_at: datetime) -> str:
    """The provider's next reference in the year of `logged_at` in England.

    The row stays locked until the logging transaction ends: a rolled-back log gives its number back.
    """
    year = times.to_london(logged_at).year
    table = connection.ops.quote_name(ReferenceCounter._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} AS c (provider_id, year, last) VALUES (%s, %s, 1) "  # noqa: S608 (own table name)
            "ON CONFLICT (provider_id, year) DO UPDATE SET last = c.last + 1 RETURNING last",
            [provider.pk, year],
        )
        number = cursor.fetchone()[0]
    return f"SP-{year}-{number:04d}"
