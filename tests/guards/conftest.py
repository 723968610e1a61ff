"""The demo provider for the guards: loaded once a run, copied for each module."""

from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker

from tests import servers


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A database with the whole demo in it, for the length of a module; what a test writes there stays."""
    with django_db_blocker.unblock(), servers.copy(like=servers.demo()):
        yield
