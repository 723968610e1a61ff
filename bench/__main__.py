"""`make bench`: what things cost, as ratios of ours against something bare, measured in one run on one machine.

Prints a table and writes var/bench.json. Ends with 1 when a ratio is over its limit. `python -m bench case_list`
runs one of them. Ratios are worth reading, milliseconds are this machine's on this day.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import sys
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
# A line for every request would drown the table.
os.environ.setdefault("LOG_LEVEL", "WARNING")


def main() -> int:
    import django

    django.setup()
    from django.test.utils import setup_test_environment

    import bench
    from tests import servers

    # As the tests have it: a migrated template to copy, and pages that tell what they were made from.
    setup_test_environment(debug=False)
    servers.make_template()

    wanted = sys.argv[1:] or [
        one.name for one in pkgutil.iter_modules(bench.__path__) if one.name not in {"__main__", "rows"}
    ]
    rows: list[Any] = []
    print(f"{'what':52} {'compared with':34} {'ours ms':>10} {'theirs ms':>10} {'ratio':>6} {'limit':>6}")
    for name in wanted:
        for row in importlib.import_module(f"bench.{name}").run():
            over = "  over" if row.ratio > row.limit else ""
            print(
                f"{row.name:52} {row.compared:34} {row.ours_ms:10.1f} {row.theirs_ms:10.1f} "
                f"{row.ratio:6.2f} {row.limit:6.2f}{over}",
                flush=True,
            )
            rows.append(row)
    out = Path(__file__).resolve().parent.parent / "var" / "bench.json"
    out.parent.mkdir(exist_ok=True)
    out.write_text(
        json.dumps(
            [
                {
                    "name": row.name, "compared": row.compared, "ours_ms": round(row.ours_ms, 3),
                    "theirs_ms": round(row.theirs_ms, 3), "ratio": round(row.ratio, 3), "limit": row.limit,
                }
                for row in rows
            ],
            indent=1,
        )
    )  # fmt: skip
    return int(any(row.ratio > row.limit for row in rows))


if __name__ == "__main__":
    sys.exit(main())
