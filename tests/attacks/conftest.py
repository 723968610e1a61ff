"""The whole demo, loaded once for a file of attacks; what an attack writes is rolled back unless it says so."""

from tests.guards.conftest import demo

__all__ = ["demo"]
