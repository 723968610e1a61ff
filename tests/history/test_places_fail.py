"""F97: a check whose checkpoints cannot be read or written ends as a finding that somebody is told of, and heals."""

import json
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.urls import reverse

from accounts.models import User
from config.settings import CELERY_BEAT_SCHEDULE
from governance import tasks
from records import checking, times
from records.models import LedgerCheck
from tests.history.conftest import Kept
from tests.history.test_checkpoints import cut, found_tonight, noted, places

__all__ = ["noted", "places"]
pytestmark = pytest.mark.feature("F97")


def names(place: Path) -> list[str]:
    folder = place / "checkpoints"
    return sorted(one.name for one in folder.iterdir()) if folder.is_dir() else []


def blocked(place: Path) -> Path:
    """The folder of checkpoints of a place becomes one that cannot be read or written, whoever asks."""
    kept = place / "kept"
    place.mkdir(exist_ok=True)
    if (place / "checkpoints").exists():
        (place / "checkpoints").rename(kept)
    (place / "checkpoints").write_text("a file where the folder should be")
    return kept


def freed(place: Path, kept: Path) -> None:
    (place / "checkpoints").unlink()
    if kept.exists():
        kept.rename(place / "checkpoints")


def test_a_place_that_fails_for_a_night_is_told_and_the_next_night_is_whole_again(
    cast: Any, client: Any, places: tuple[Path, Path]
) -> None:
    for failing, place in ((1, "the second place"), (0, "the file store"), (1, "the second place")):  # the first: ever
        aside = blocked(places[failing])
        assert f"{place} cannot be read or written now: NotADirectoryError" in found_tonight()
        assert {cast.quality_lead.email, cast.system_administrator.email} <= {one.to[0] for one in mail.outbox}
        assert "could not be finished" in mail.outbox[0].subject, "nothing was changed, and nothing says so"
        client.force_login(cast.quality_lead)
        assert "did not answer" in client.get(reverse("ledger")).content.decode()
        work = client.get(reverse("my-work")).content.decode()
        assert "could not be finished" in work and "not as it was written" not in work
        freed(places[failing], aside)
        assert tasks.check_ledger() is True
        assert names(places[0]) == names(places[1]) != []


def test_a_night_that_broke_off_between_the_two_places_is_made_good(noted: Kept, places: tuple[Path, Path]) -> None:
    assert tasks.check_ledger() is True
    last = LedgerCheck.objects.first().checkpoint
    for lacks in places:
        # As if the process had ended there: written into one place, not into the other, and in no record.
        other = places[1 - places.index(lacks)]
        lone = f"99{places.index(lacks)}9{last[4:]}"
        (other / "checkpoints" / lone).write_bytes((other / "checkpoints" / last).read_bytes())
        assert tasks.check_ledger() is True
        assert lone in names(lacks)
        assert names(places[0]) == names(places[1])


def test_a_lone_checkpoint_whose_heads_are_not_in_the_ledger_is_not_copied(
    noted: Kept, cloned_db: str, places: tuple[Path, Path]
) -> None:
    last = LedgerCheck.objects.first().checkpoint
    lone = f"9999{last[4:]}"
    lines = (places[0] / "checkpoints" / last).read_text().splitlines()
    changed = json.dumps(json.loads(lines[1]) | {"hash": "0" * 64})
    (places[0] / "checkpoints" / lone).write_text("\n".join([lines[0], changed, *lines[2:]]) + "\n")
    assert "is not the one known from" in found_tonight()
    assert lone not in names(places[1])
    cut(noted, cloned_db)
    assert "the end was cut off" in found_tonight() or "is not the one known from" in found_tonight()


TORN = (b"", b'{"checkpoint": 1, "at"', b'{"checkpoint": 1}\n{"chain": "0', b"\xff\xfe\x00", b"[]\n", b"7\n")


def test_a_checkpoint_that_is_torn_is_a_finding_and_mailed(cast: Any, places: tuple[Path, Path]) -> None:
    assert tasks.check_ledger() is True
    last = LedgerCheck.objects.get().checkpoint
    for torn in (f"9999{last[4:]}", last):
        for content in TORN:
            before = LedgerCheck.objects.count()
            mail.outbox.clear()
            (places[1] / "checkpoints" / torn).write_bytes(content)
            said = found_tonight()
            assert f"checkpoint {torn} in the second place is damaged or was not written to its end" in said, content
            assert LedgerCheck.objects.count() == before + 1
            assert cast.quality_lead.email in {one.to[0] for one in mail.outbox}
            assert torn == last or torn not in names(places[0])
        (places[1] / "checkpoints" / torn).unlink()


def test_an_object_store_that_does_not_answer_is_a_finding(
    noted: Kept, settings: Any, places: tuple[Path, Path]
) -> None:
    # Nothing listens on port 9: the errors are botocore's own, not the system's.
    settings.STORAGES = settings.STORAGES | {
        "checkpoints": {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {
                "bucket_name": "none", "endpoint_url": "http://127.0.0.1:9", "access_key": "x", "secret_key": "x",
                "region_name": "x",
            },
        }
    }  # fmt: skip
    assert "the second place cannot be read or written now: EndpointConnectionError" in found_tonight()
    assert LedgerCheck.objects.count() == 2


def test_a_check_that_does_not_run_is_mailed_once_a_day_and_stands_on_my_work(
    cast: Any, client: Any, places: tuple[Path, Path]
) -> None:
    assert tasks.check_ledger() is True
    cache.delete("ledger-overdue-told")
    client.force_login(cast.quality_lead)
    assert tasks.watch_ledger() is False and mail.outbox == []
    assert "has not run" not in client.get(reverse("my-work")).content.decode()
    with time_machine.travel(times.now() + timedelta(hours=37), tick=False):
        client.force_login(cast.quality_lead)
        assert tasks.watch_ledger() is True and tasks.watch_ledger() is False
        told = {one.to[0] for one in mail.outbox}
        assert {cast.quality_lead.email, cast.system_administrator.email} <= told
        assert cast.worker_user.email not in told
        assert {one.subject for one in mail.outbox} == {"The record has not been checked"}
        assert "The nightly check of the record has not run since" in client.get(reverse("my-work")).content.decode()
        client.force_login(cast.worker_user)
        assert "has not run" not in client.get(reverse("my-work")).content.decode()
        cache.delete("ledger-overdue-told")
        assert tasks.check_ledger() is True and tasks.watch_ledger() is False


def test_a_record_that_was_never_checked_says_so_when_it_is_old_enough(cast: Any, client: Any) -> None:
    cache.delete("ledger-overdue-told")
    assert tasks.watch_ledger() is False
    with time_machine.travel(times.now() + timedelta(hours=37), tick=False):
        assert tasks.watch_ledger() is True
        client.force_login(cast.system_administrator)
        assert "The nightly check of the record has not run yet" in client.get(reverse("my-work")).content.decode()
    cache.delete("ledger-overdue-told")


def test_the_clock_asks_whether_the_check_runs() -> None:
    assert "governance.tasks.watch_ledger" in {one["task"] for one in CELERY_BEAT_SCHEDULE.values()}


def test_a_second_check_waits_until_the_first_is_done(noted: Kept, places: tuple[Path, Path]) -> None:
    """While one is under way, the two places may differ; nobody looks at them then."""
    before = LedgerCheck.objects.count()
    ended: list[bool] = []

    def ask() -> None:
        try:
            ended.append(checking.check(by=User.system()).intact)
        finally:
            connection.close()

    with checking._one_at_a_time():
        other = threading.Thread(target=ask)
        other.start()
        other.join(2)
        assert other.is_alive() and LedgerCheck.objects.count() == before
    other.join(60)
    assert ended == [True] and LedgerCheck.objects.count() == before + 1
