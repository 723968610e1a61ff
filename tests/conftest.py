"""The fixtures every test may use.

`db` (or the mark `django_db`) as ever: a transaction rolled back after the test, as the app role.
`cloned_db`       a database of the test's own where commits are real.
`live_url`        the pages of `cloned_db`, served from this very process.
`running_product` gunicorn, Celery worker and mail catcher as processes of their own, one for a module.
"""

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from tests import servers
from tests.browser import chromium, page, pages, phone, plain_page
from tests.cast import _kept_cast, cast
from tests.product import Product

__all__ = ["_kept_cast", "cast", "chromium", "page", "pages", "phone", "plain_page"]


#: The dearest files, dearest first (seconds on 2 idle cores: `--durations=0`). Given out by file and in this order,
#: so that no worker is left alone with a long one at the end. A file that is not named here takes under 40 s.
DEAREST = (
    "journeys/test_case_one.py", "guards/test_axe_everywhere.py", "guards/test_every_page.py",
    "attacks/test_forms_over_http.py", "attacks/test_generated.py", "remediation/test_reauthorisation",
    "access/test_sealed.py", "pages/test_form_kit.py", "remediation/test_practice_browser.py",
    "remediation/test_practice_signing", "pages/test_questions.py", "pages/test_signing_in.py",
    "incidents/test_in_the_browser.py", "access/test_compartments.py", "start/test_run.py",
)  # fmt: skip


def pytest_collection_finish() -> None:
    """What stands now (modules, models, tests) stays: the collector need not look through it again and again.

    A tenth of a test's time (28 tests of practice separation: 27.2 s without, 24.7 s with).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def rank(item: pytest.Item) -> int:
    place = item.path.relative_to(Path(__file__).parent).as_posix()
    return next((at for at, start in enumerate(DEAREST) if place.startswith(start)), len(DEAREST))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """A failure is told when it happens, so that a run which is stopped from outside has said what was wrong."""
    if report.failed and "PYTEST_XDIST_WORKER" not in os.environ:
        print(
            f"\n{report.when} of {report.nodeid} failed after {report.duration:.0f} s\n{report.longreprtext}",
            flush=True,
        )  # noqa: T201


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=rank)  # (stable: tests of a file keep their order)
    for item in items:
        mark = item.get_closest_marker("django_db")
        if (mark and mark.kwargs.get("transaction")) or "transactional_db" in getattr(item, "fixturenames", ()):
            raise pytest.UsageError(f"{item.nodeid}: the app role may not truncate, so use cloned_db.")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """A run in which every test was skipped has shown nothing, and so has failed."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    ran = session.config.option.collectonly or (reporter is not None and reporter.stats.get("passed"))
    # (an xdist worker reports to its controller and has no statistics of its own)
    if exitstatus == 0 and not ran and not hasattr(session.config, "workerinput"):
        session.exitstatus = pytest.ExitCode.NO_TESTS_COLLECTED


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A database for this worker, made and migrated as the owner, used as the app role."""
    with django_db_blocker.unblock():
        servers.make_template()
        # (tests/removals starts hundreds of runs, and gives them a template in which the cast stands already)
        name = servers.create_copy(os.environ.get("TEST_DATABASE_NAME"), of=os.environ.get("SAFE_CAST_TEMPLATE"))
        servers.point_at(name)
    yield
    with django_db_blocker.unblock():
        from django.db import connections

        connections.close_all()
        servers.drop(name)
        if "PYTEST_XDIST_WORKER" not in os.environ:
            servers.drop(servers.template())


@pytest.fixture(autouse=True)
def _empty_cache(request: pytest.FixtureRequest) -> None:
    """No test meets what another left in the cache (rate limits, sessions)."""
    if {"db", "cloned_db", "client"} & set(request.fixturenames) or request.node.get_closest_marker("django_db"):
        from django.core.cache import cache

        cache.clear()


@pytest.fixture
def cloned_db(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """A database of this test's own, as the migrations leave it. Commits are real; dropped afterwards."""
    with django_db_blocker.unblock(), servers.copy() as name:
        yield name


@pytest.fixture
def live_url(cloned_db: str) -> Iterator[str]:
    """The address of the product served by a thread of this process, on `cloned_db`.

    Quicker to start than `running_product`, and time-machine and the ORM reach it; no worker, no gunicorn.
    """
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.test.testcases import LiveServerThread

    thread = LiveServerThread("127.0.0.1", StaticFilesHandler)
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    if thread.error:
        raise thread.error
    yield f"http://127.0.0.1:{thread.port}"
    thread.terminate()


@pytest.fixture(scope="module")
def running_product(
    request: pytest.FixtureRequest,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Product]:
    """The whole product as processes, on a database of the module's own.

    The module says what it needs in `PRODUCT = {"load": callable, "packs": False, "beat": False}`; `load`
    runs in this process, on the product's database, before anything starts.
    """
    wanted = dict(getattr(request.module, "PRODUCT", {}))
    load = wanted.pop("load", None)
    with django_db_blocker.unblock(), servers.copy() as name:
        if load is not None:
            load()
        product = Product(name, tmp_path_factory.mktemp("product"), **wanted)
        try:
            product.start()
            yield product
        finally:
            product.stop()
