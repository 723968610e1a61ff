"""How a test failed, in words; and a pytest plugin that tells it, a line of JSON each, to the file REMOVALS_TOLD."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest


def failure(item: pytest.Item, call: pytest.CallInfo[None]) -> dict[str, Any]:
    assert call.excinfo is not None
    lines = str(call.excinfo.value).strip().splitlines() or [""]
    last = call.excinfo.traceback[-1]
    return {
        "test": item.nodeid,
        "when": call.when,
        "kinds": [kind.__name__ for kind in type(call.excinfo.value).__mro__],
        "said": lines[0][:160],
        "at": f"{last.path.name}:{last.lineno + 1}",
    }


def _tell(told: dict[str, Any]) -> None:
    with Path(os.environ["REMOVALS_TOLD"]).open("a") as out:
        out.write(json.dumps(told) + "\n")


@pytest.hookimpl(tryfirst=True)  # the hook ends with the first answer, so tell before it and give none
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> None:
    if call.excinfo is not None and "REMOVALS_TOLD" in os.environ:
        _tell(failure(item, call))


def pytest_collectreport(report: pytest.CollectReport) -> None:
    if report.failed and "REMOVALS_TOLD" in os.environ:
        said = report.longreprtext[-200:]
        _tell({"test": report.nodeid, "when": "collect", "kinds": ["CollectError"], "said": said, "at": ""})
