"""The demo provider, loaded once for all guards of a worker."""

from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker

from tests import servers


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A database with the whole demo in it, for the length of a module; what a test writes there stays."""
    from django.core.management import call_command

    with django_db_blocker.unblock(), servers.copy():
        call_command("load_demo", verbosity=0)
        yield
