"""A pytest plugin that tries many removals in one session: it takes a guard out of the loaded product, runs the
removal's tests, and puts the guard back.

Starting pytest and loading the product takes most of the time of a short test; here that is done once. The code of
the functions of the changed file is swapped for that of the changed text, in place, so that whoever holds the
function meets it; the fields of a form are swapped likewise. Text on disk is changed too, for whatever a test reads
or starts. What cannot be swapped (a constant, a model, a registration, the database) is told as "cold" and gets a
pytest process of its own, and so does every removal that no test noticed in here (__main__.py).
"""

from __future__ import annotations

import gc
import inspect
import json
import os
import sys
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

ROOT = Path(__file__).resolve().parent.parent.parent


def _tell(**told: object) -> None:
    with Path(os.environ["REMOVALS_SAID"]).open("a") as out:
        out.write(json.dumps(told) + "\n")


def pairs(old: CodeType, new: CodeType) -> list[tuple[CodeType, CodeType]] | None:
    """The functions of two versions of a file, side by side; None when anything else differs between them."""
    if (old.co_code, old.co_names, len(old.co_consts)) != (new.co_code, new.co_names, len(new.co_consts)):
        return None
    found: list[tuple[CodeType, CodeType]] = []
    for one, other in zip(old.co_consts, new.co_consts, strict=True):
        if isinstance(one, CodeType) and isinstance(other, CodeType):
            if one.co_qualname != other.co_qualname:
                return None
            if one.co_flags & inspect.CO_OPTIMIZED:
                found.append((one, other))
                found += pairs(one, other) or []
            elif (inside := pairs(one, other)) is not None:  # the body of a class
                found += inside
            else:
                return None
        elif type(one) is not type(other) or one != other:
            return None
    return found


_functions: dict[str, list[FunctionType]] = {}


def functions_of(file: str) -> list[FunctionType]:
    """Every loaded function of a file."""
    if not _functions:
        for one in gc.get_objects():
            # (`type` and not `isinstance`: asking a lazy object for its class would make it)
            if type(one) is FunctionType:
                _functions.setdefault(one.__code__.co_filename, []).append(one)
    return _functions.get(file, [])


class Out:
    """One guard, out of the loaded product for the length of a `with` block."""

    def __init__(self, file: str, old: str, new: str) -> None:
        self.path, self.old, self.new = ROOT / file, old, new
        self.functions: dict[FunctionType, CodeType] = {}
        self.forms: dict[Any, Any] = {}

    def possible(self) -> bool:
        """Find what to swap. False when the change is of another kind."""
        if self.path.suffix != ".py":
            return True
        codes = pairs(compile(self.old, str(self.path), "exec"), compile(self.new, str(self.path), "exec"))
        if codes is None:
            return self._form_fields()
        wanted = {(one.co_qualname, one.co_firstlineno): other for one, other in codes}
        for one in functions_of(str(self.path)):
            new = wanted.get((one.__code__.co_qualname, one.__code__.co_firstlineno))
            if new is not None:
                if len(new.co_freevars) != len(one.__code__.co_freevars):
                    return False
                self.functions[one] = new
        return bool(self.functions)

    def _form_fields(self) -> bool:
        from django.forms import BaseForm

        if self.path.parent.name != "forms":
            return False
        name = ".".join(self.path.relative_to(ROOT).with_suffix("").parts)
        loaded = sys.modules[name]
        namespace: dict[str, Any] = {"__name__": name, "__file__": str(self.path), "__package__": loaded.__package__}
        exec(compile(self.new, str(self.path), "exec"), namespace)  # noqa: S102 (our own text, one guard less)
        for key, there in vars(loaded).items():
            if isinstance(there, type) and issubclass(there, BaseForm) and there.__module__ == name:
                self.forms[there] = namespace[key].base_fields
        return bool(self.forms)

    def _swap(self) -> None:
        for function, code in self.functions.items():
            self.functions[function], function.__code__ = function.__code__, code
        for form, fields in self.forms.items():
            self.forms[form], form.base_fields = form.base_fields, fields

    def __enter__(self) -> None:
        self._swap()
        self._write(self.new)

    def __exit__(self, *_: object) -> None:
        self._write(self.old)
        self._swap()

    def _write(self, text: str) -> None:
        from django.template.autoreload import reset_loaders

        self.path.write_text(text)
        reset_loaders()  # a template that was read before is read again


def _run(items: list[pytest.Item], every: list[pytest.Item]) -> list[dict[str, Any]]:
    """Run some tests, the first failure ending it; how that one failed."""
    _failed.clear()
    for item in items:
        # Any other test as the next one, and then down to what belongs to the session: whatever file comes next.
        runtestprotocol(item, nextitem=next((one for one in every if one is not item), None), log=False)
        item.session._setupstate.teardown_exact(item.session)  # type: ignore[arg-type]  # (only its chain is asked)
        if _failed:
            break
    return list(_failed)


_failed: list[dict[str, Any]] = []


@pytest.hookimpl(tryfirst=True)  # the hook ends with the first answer, so note before it and give none
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> None:
    if call.excinfo is not None:
        from tests.removals.watch import failure

        _failed.append(failure(item, call))


def pytest_runtestloop(session: pytest.Session) -> bool:
    asked = json.loads(Path(os.environ["REMOVALS_ASKED"]).read_text())
    every = list(session.items)
    whole: dict[str, bool] = {}  # by test: does it pass with every guard in place? asked when it matters
    for one in asked:
        tests = [item for item in every if item.nodeid.split("[")[0] in one["tests"] or item.nodeid in one["tests"]]
        out = Out(one["file"], one["old"], one["new"])
        if not out.possible():
            _tell(kind="cold", name=one["name"])
            continue
        with out:
            failures = _run(tests, every)
        for failure in failures:
            test = failure["test"]
            if test not in whole:
                again = _run([item for item in every if item.nodeid == test], every)
                whole[test] = not again
                for anyway in again:
                    _tell(kind="broken", **anyway)
        _tell(kind="tried", name=one["name"], failures=[one for one in failures if whole[one["test"]]])
    session._setupstate.teardown_exact(None)
    return True
