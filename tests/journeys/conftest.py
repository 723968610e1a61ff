"""What the journeys share: a desk for each module, and, of a chapter that broke, what stood on the pages."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.journeys.steps import Desk
from tests.product import Product


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    outcome: Any = yield
    report = outcome.get_result()
    desk = getattr(item, "funcargs", {}).get("desk")
    if report.when == "call" and report.failed and desk is not None:
        report.sections.append(("the open pages", desk.seen()))


@pytest.fixture(scope="module")
def clock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The file that tells the product's web process what time it is (tests/journeys/clock.py)."""
    told_in = tmp_path_factory.mktemp("clock") / "now"
    given = {"JOURNEY_CLOCK": str(told_in), "GUNICORN_CMD_ARGS": "--config python:tests.journeys.clock"}
    kept = {name: os.environ.get(name) for name in given}
    os.environ.update(given)
    yield told_in
    for name, value in kept.items():
        if value is None:
            del os.environ[name]
        else:
            os.environ[name] = value


@pytest.fixture(scope="module")
def desk(clock: Path, running_product: Product, chromium: Browser) -> Iterator[Desk]:
    """Everybody's windows, closed after the last chapter."""
    made = Desk(running_product, chromium, clock)
    yield made
    made.close()
