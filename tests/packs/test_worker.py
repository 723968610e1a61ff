"""A pack asked for is made, whatever happens to the queue and to the worker: with the real ones."""

from typing import Any

import pytest
import redis

from governance import actions
from governance.models import Pack
from incidents.models import Case
from tests import cast as people
from tests.product import Product, wait_for

CAST: dict[str, Any] = {}


def load() -> None:
    CAST["cast"] = people.build()
    CAST["case"] = CAST["cast"].case(rated=True)


#: Beat's own schedule entry, only quicker: every three seconds instead of every ten minutes.
PRODUCT = {"load": load, "packs": True, "environment": {"CHASE_EVERY_MINUTES": "0.05"}}


def asked() -> Pack:
    return actions.ask_for_pack(by=CAST["cast"].manager, case=Case.objects.get(pk=CAST["case"].pk), reader="manager")


def is_(status: str, pack: Pack) -> Any:
    return lambda: Pack.objects.get(pk=pack.pk).status == status


def forget_everything() -> None:
    """What a Redis that lost its disk would have: nothing."""
    from django.conf import settings

    redis.Redis.from_url(settings.REDIS_URL).flushdb()


@pytest.mark.feature_part("F75")
def test_a_pack_whose_worker_is_killed_while_making_it_is_made_by_the_next(running_product: Product) -> None:
    pack = asked()
    wait_for(is_("making", pack), what="the making to begin")
    running_product.kill("packs")
    assert is_("making", pack)()
    running_product.log_file("packs").unlink()
    running_product.start_process("packs")
    running_product.wait_ready("packs")
    # The broker would give the task out again after an hour. The sweep does not wait for that.
    running_product.start_process("beat")
    try:
        wait_for(is_("ready", pack), what="the pack to be made all the same")
    finally:
        running_product.kill("beat")
    assert Pack.objects.get(pk=pack.pk).sha256


@pytest.mark.feature_part("F75")
def test_a_pack_whose_task_the_queue_lost_is_sent_again_and_made_once(running_product: Product) -> None:
    running_product.kill("packs")
    pack = asked()
    forget_everything()
    running_product.log_file("packs").unlink()
    running_product.start_process("packs")
    running_product.wait_ready("packs")
    assert is_("waiting", pack)(), "nobody knows of it any more"
    running_product.start_process("beat")
    try:
        wait_for(is_("ready", pack), what="the pack to be made all the same")
        sweeps = running_product.log("worker").count("send_lost_packs")
        wait_for(lambda: running_product.log("worker").count("send_lost_packs") > sweeps + 3, what="two more sweeps")
    finally:
        running_product.kill("beat")
    assert Pack.history.filter(id=pack.pk, status="ready").count() == 1


def test_a_task_given_out_twice_makes_the_pack_once(running_product: Product) -> None:
    from governance.packs.tasks import make_pack

    pack = asked()
    wait_for(is_("making", pack), what="the making to begin")
    # This process now does what a second worker would: it finds that somebody is making it, and leaves it alone.
    assert make_pack(str(pack.pk)) == "being made"
    wait_for(is_("ready", pack), what="the pack")
    assert make_pack(str(pack.pk)) == "ready"
    assert Pack.history.filter(id=pack.pk, status="ready").count() == 1
