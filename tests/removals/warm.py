"""A process that has the product loaded, and forks one child a removal: `python -m tests.removals.warm`.

Loading the product takes most of the time of a short test. So one process loads it once; a child of it takes the
guard out of the loaded functions, by their new code compiled from the changed text, and runs pytest. The text on
disk is changed too, for whatever the test starts or reads. Where the change is not inside functions (a constant, a
field of a form) the answer is "cold", and the removal gets a whole new process; and so does every removal that no
test noticed in here.
"""

from __future__ import annotations

import gc
import importlib
import inspect
import json
import os
import pkgutil
import sys
import time
import traceback
from importlib.metadata import entry_points
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

FLOORS = ("records", "accounts", "incidents", "remediation", "governance")
COLD = -2


def load() -> None:
    """The product, whole, and what the tests use of others."""
    import django

    django.setup()
    for needed in ("config.urls", "pikepdf", "playwright.sync_api", "axe_playwright_python", "pypdf", "time_machine"):
        importlib.import_module(needed)
    for plugin in entry_points(group="pytest11"):
        plugin.load()
    for floor in FLOORS:
        for found in pkgutil.walk_packages(importlib.import_module(floor).__path__, f"{floor}."):
            if ".migrations" not in found.name:
                importlib.import_module(found.name)


def swaps(old: CodeType, new: CodeType) -> list[tuple[CodeType, CodeType]] | None:
    """The functions of two versions of a file, side by side; None when anything else differs between them."""
    if (old.co_code, old.co_names, len(old.co_consts)) != (new.co_code, new.co_names, len(new.co_consts)):
        return None
    pairs: list[tuple[CodeType, CodeType]] = []
    for one, other in zip(old.co_consts, new.co_consts, strict=True):
        if isinstance(one, CodeType) and isinstance(other, CodeType):
            if one.co_qualname != other.co_qualname:
                return None
            if one.co_flags & inspect.CO_OPTIMIZED:
                pairs.append((one, other))
                pairs += swaps(one, other) or []
            elif (inside := swaps(one, other)) is not None:  # the body of a class
                pairs += inside
            else:
                return None
        elif type(one) is not type(other) or one != other:
            return None
    return pairs


def changed(file: str, old: str, new: str) -> dict[tuple[str, int], CodeType] | None:
    """(name, first line) of each loaded function of the file → its new code. None: not by functions alone."""
    if old == new or not file.endswith(".py"):
        return {}
    path = str(Path(file).resolve())
    pairs = swaps(compile(old, path, "exec"), compile(new, path, "exec"))
    return None if pairs is None else {(one.co_qualname, one.co_firstlineno): other for one, other in pairs}


#: Every loaded function by its file. Read before the collector forgets what is old (see `main`).
FUNCTIONS: dict[str, list[FunctionType]] = {}


def swap(file: str, codes: dict[tuple[str, int], CodeType]) -> None:
    for function in FUNCTIONS.get(str(Path(file).resolve()), []):
        code = function.__code__
        if (code.co_qualname, code.co_firstlineno) in codes:
            function.__code__ = codes[code.co_qualname, code.co_firstlineno]


def run(asked: dict[str, Any]) -> int:
    """Fork, take the guard out in the child, run pytest there; the child's exit code."""
    codes = changed(asked["file"], asked["old"], asked["new"])
    if codes is None:
        return COLD
    child = os.fork()
    if child:
        deadline = time.monotonic() + asked["patience"]
        while time.monotonic() < deadline:
            done, status = os.waitpid(child, os.WNOHANG)
            if done:
                return os.waitstatus_to_exitcode(status)
            time.sleep(0.02)
        os.kill(child, 9)
        os.waitpid(child, 0)
        return -1
    code = 3
    try:
        out = os.open(asked["out"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(out, 1)
        os.dup2(out, 2)
        os.environ.update(asked["env"])
        swap(asked["file"], codes)
        import pytest

        code = int(pytest.main(asked["arguments"]))
    except ValueError:  # a function that closes over other names than before
        code = 253
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(code)


def main() -> None:
    load()
    gc.collect()
    for one in gc.get_objects():
        if isinstance(one, FunctionType):
            FUNCTIONS.setdefault(one.__code__.co_filename, []).append(one)
    gc.freeze()  # or a child would copy every page of memory that the collector looks at
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    print("ready", file=answers, flush=True)
    for line in sys.stdin:
        code = run(json.loads(line))
        print(COLD if code == 253 else code, file=answers, flush=True)


if __name__ == "__main__":
    main()
