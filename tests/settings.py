"""The product's own settings, on servers of the tests' own (tests/servers.py)."""

from tests import servers

servers.prepare()

from config.settings import *  # noqa: E402, F403
