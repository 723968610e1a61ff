"""The database's own superuser, who passes by every trigger without switching one off."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from config import embedded


@contextmanager
def superuser(database: str) -> Iterator["psycopg.Connection[Any]"]:
    """A connection as the superuser, replaying as a replica does: no trigger fires and none is disabled.

    The embedded server's superuser is `postgres`; for servers of your own set TEST_SUPERUSER_URL.
    """
    url = os.environ.get("TEST_SUPERUSER_URL") or make_conninfo(
        embedded.with_database(os.environ["DATABASE_OWNER_URL"], database), user="postgres", password=""
    )
    try:
        connection = psycopg.connect(make_conninfo(url, dbname=database), autocommit=True)
    except psycopg.OperationalError as problem:
        pytest.fail(f"No superuser to tamper as: {problem}. Set TEST_SUPERUSER_URL.")
    with connection:
        connection.execute("SET session_replication_role = replica")
        assert connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone() == (True,)
        yield connection
