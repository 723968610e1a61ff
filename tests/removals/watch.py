"""A pytest plugin: one line of JSON for everything that failed, to the file that REMOVALS_TOLD names."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest


def _tell(**told: object) -> None:
    with Path(os.environ["REMOVALS_TOLD"]).open("a") as out:
        out.write(json.dumps(told) + "\n")


@pytest.hookimpl(tryfirst=True)  # the hook ends with the first answer, so tell before it and give none
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> None:
    if call.excinfo is None:
        return
    lines = str(call.excinfo.value).strip().splitlines() or [""]
    _tell(
        test=item.nodeid,
        when=call.when,
        kinds=[kind.__name__ for kind in type(call.excinfo.value).__mro__],
        said=lines[0][:200],
        at=f"{call.excinfo.traceback[-1].path.name}:{call.excinfo.traceback[-1].lineno + 1}",
    )


def pytest_collectreport(report: pytest.CollectReport) -> None:
    if report.failed:
        _tell(test=report.nodeid, when="collect", kinds=["CollectError"], said=report.longreprtext[-200:], at="")
