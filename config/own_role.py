"""In production the product does not run as a role that owns its tables: that one could switch off every guard.

Asked of the first connection of each process, whoever it is (web, worker, beat, a command), before anything is read
or written over it. The migrate job (AS_OWNER=1) is let through.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.backends.signals import connection_created

_asked = False


def refuse_the_owner(connection: Any, **_: Any) -> None:
    """Raises ImproperlyConfigured where this connection may act as the owner of the ledger's tables."""
    global _asked  # once a process: roles do not change under way, and a page's questions are counted
    if _asked or not settings.PRODUCTION or settings.AS_OWNER:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user FROM pg_class WHERE oid = to_regclass('public.records_ledgerentry') "
            "AND pg_has_role(relowner, 'MEMBER')"
        )
        found = cursor.fetchone()
    if found:
        connection.close()
        raise ImproperlyConfigured(
            f"This production start is refused: DATABASE_URL connects as {found[0]}, the role that owns the tables. "
            "Give it a role that owns none, and the owner as DATABASE_OWNER_URL to `config.prepare` alone "
            "(docs/operating.md, Two database roles)."
        )
    _asked = True


def watch() -> None:
    connection_created.connect(refuse_the_owner, dispatch_uid="config.own_role")
