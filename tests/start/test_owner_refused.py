"""F97: in production neither the product nor its migrate job starts without a role that owns no table."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config import embedded

ROOT = Path(__file__).resolve().parent.parent.parent


def started(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A production start of a command, with a database given by `environment` alone."""
    given = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE_")} | {
        "ENVIRONMENT": "production", "SECRET_KEY": "s" * 60, "ALLOWED_HOSTS": "x.example", "EMAIL_URL": "smtp://m:25",
        "SITE_URL": "https://x.example", "DJANGO_SETTINGS_MODULE": "config.settings", **environment,
    }  # fmt: skip
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=given, capture_output=True, text=True, timeout=300, check=False
    )


@pytest.mark.feature("F97")
@pytest.mark.parametrize("job", [("-m", "config.prepare"), ("manage.py", "migrate")])
def test_the_migrate_job_says_that_it_wants_the_owner(cloned_db: str, job: tuple[str, ...]) -> None:
    done = started(*job, DATABASE_URL=embedded.with_database(os.environ["DATABASE_URL"], cloned_db))
    assert done.returncode == 1
    assert "DATABASE_OWNER_URL" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.feature("F97")
def test_the_product_does_not_run_as_the_owner_of_its_tables(cloned_db: str) -> None:
    ask = ("-c", "import django; django.setup(); from accounts.models import User; print(User.objects.count())")
    app = started(*ask, DATABASE_URL=embedded.with_database(os.environ["DATABASE_URL"], cloned_db))
    assert app.returncode == 0, app.stderr
    owner = started(*ask, DATABASE_URL=embedded.with_database(os.environ["DATABASE_OWNER_URL"], cloned_db))
    assert owner.returncode == 1
    assert "the role that owns the tables" in owner.stderr
