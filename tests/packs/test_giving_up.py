"""A pack whose printing always ends its worker is tried three times, then kept as failed with a sentence for a person."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from accounts.models import User
from governance import actions
from governance.models import Pack
from governance.packs import making, queue
from governance.packs.tasks import make_pack

pytestmark = pytest.mark.django_db


def begun(cast: Any, times: int) -> Pack:
    """A pack whose worker was killed so often after it had begun: what a killed worker leaves behind."""
    pack = actions.ask_for_pack(by=cast.manager, case=cast.case(rated=True), reader="manager", in_background=False)
    for _ in range(times):
        actions.mark_step(by=User.system(), pack=pack, step=making.FIRST_STEP, percent=5)
        actions.mark_step(by=User.system(), pack=pack, step="Printing", percent=40)
    return pack


def now(pack: Pack) -> Pack:
    return Pack.objects.get(pk=pack.pk)


def test_a_pack_begun_twice_is_sent_again_and_one_begun_three_times_is_not(cast: Any) -> None:
    again, over = begun(cast, 2), begun(cast, 3)
    assert (queue.begun(again.pk), queue.begun(over.pk)) == (2, 3)
    assert queue.send_lost() == 1
    assert now(again).status == Pack.Status.MAKING
    assert now(over).status == Pack.Status.FAILED
    assert queue.send_lost() == 0, "neither a second time while it is on its way"


def test_a_task_that_comes_back_by_itself_does_not_begin_a_fourth_time(cast: Any) -> None:
    pack = begun(cast, 3)
    assert make_pack(str(pack.pk)) == Pack.Status.FAILED
    assert queue.begun(pack.pk) == 3


def test_whoever_asked_reads_what_happened_and_may_ask_again(cast: Any, client: Any) -> None:
    pack = begun(cast, 3)
    queue.send_lost()
    client.force_login(cast.manager)
    page = " ".join(client.get(reverse("pack", args=[pack.pk])).content.decode().split())
    assert "Making it stopped three times before it was finished" in page
    assert reverse("pack-ask", args=[pack.case_id]) in page
