"""What the e-mail of a chase says, what it never says, and that one bad address holds up nobody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.core import mail
from django.core.management import call_command
from django.test import Client, override_settings
from django.urls import reverse

from config.processes import free_port
from governance import chasing
from governance.models import Chase
from records import times
from records.acting import acting_as
from tests.governance import promises

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_the_mail_says_that_something_waits_and_nothing_about_any_person(cast: Any) -> None:
    with acting_as(cast.manager, "test.given"):
        cast.provider.director_email = "director@larkfield.example"
        cast.provider.save()
    case = promises.case(cast)
    promises.control(case, cast.deputy, times.now() - 8 * DAY)
    chasing.run()
    assert [one.to for one in mail.outbox] == [
        ["deputy@larkfield.example"],
        ["manager@larkfield.example"],
        ["nominated_individual@larkfield.example"],
        ["director@larkfield.example"],
    ]
    for one in mail.outbox:
        whole = one.message().as_string()
        for content in (case.title, case.reference, "Margaret", "bruises", "lone work", cast.service.name):
            assert content.lower() not in whole.lower()
        assert "Safe to Practise" in one.body
    assert "Sign in to see it" in mail.outbox[0].body
    assert reverse("chase", args=[Chase.objects.order_by("pk")[0].pk]) in mail.outbox[0].body
    assert "Sign in" not in mail.outbox[3].body  # the director has no account


def test_each_mail_is_sent_once_and_known_by_an_id_that_never_changes(cast: Any) -> None:
    promises.control(promises.case(cast), cast.deputy, times.now() - HOUR)
    chasing.run()
    chasing.run()
    assert len(mail.outbox) == 1
    chase = Chase.objects.get()
    assert chase.sent_at
    assert mail.outbox[0].message()["Message-ID"] == chase.message_id == chasing.message_id(chase)


class RefusesOne:
    """A mail server that knows nobody called deputy, and takes the rest."""

    def __init__(self) -> None:
        self.taken: list[str] = []

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if address.startswith("deputy"):
            return "550 No such person here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.taken += envelope.rcpt_tos
        return "250 Taken"


def test_one_refused_address_holds_up_nobody_else_and_stays_unsent(cast: Any) -> None:
    case = promises.case(cast)
    for owner in (cast.senior, cast.deputy, cast.other_senior):
        promises.control(case, owner, times.now() - HOUR)
    chasing.sweep(times.now())
    handler = RefusesOne()
    server = Controller(handler, hostname="127.0.0.1", port=free_port())
    server.start()
    try:
        with override_settings(
            EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
            EMAIL_HOST="127.0.0.1",
            EMAIL_PORT=server.port,
        ):
            done = chasing.send()
    finally:
        server.stop()
    assert sorted(handler.taken) == ["other_senior@larkfield.example", "senior@larkfield.example"]
    assert (done.sent, done.refused) == (2, 1)
    assert Chase.objects.get(sent_at=None).recipient == cast.deputy


def test_no_mail_server_loses_nothing(cast: Any) -> None:
    promises.control(promises.case(cast), cast.deputy, times.now() - HOUR)
    chasing.sweep(times.now())
    with override_settings(
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=free_port(),
    ):
        assert chasing.send().sent == 0
    assert chasing.send().sent == 1


def test_the_command_runs_one_sweep_at_a_time_of_ones_choosing(cast: Any, capsys: Any) -> None:
    promises.control(promises.case(cast), cast.deputy, times.london(2026, 12, 24, 12, 0))
    call_command("chase", "--at", "2026-12-24T11:59")
    assert "It is due: 0" in capsys.readouterr().out
    call_command("chase", "--at", "2026-12-24T12:00")
    said = capsys.readouterr().out
    assert "It is due: 1" in said
    assert "Mails sent: 1" in said


@pytest.mark.feature("F87")
def test_each_chase_is_shown_in_the_case_and_in_its_chronology(client: Client, cast: Any) -> None:
    from incidents import chronology

    case = promises.case(cast)
    promises.control(case, cast.deputy, times.now() - 2 * DAY)
    chasing.run()
    client.force_login(cast.manager)
    shown = client.get(reverse("case-chasing", args=[case.pk])).content.decode()
    assert "To the registered manager: Aoife Brennan" in shown
    assert "It is due: Tom Okafor" in shown
    rows = [row for row in chronology.rows(case, cast.manager) if row.title == "Chased"]
    assert len(rows) == 2
    client.force_login(cast.stranger)
    assert client.get(reverse("case-chasing", args=[case.pk])).status_code == 404


@pytest.mark.feature("F84")
def test_what_a_killed_run_left_unsent_is_sent_by_the_next(cast: Any) -> None:
    """As a worker leaves it that was killed between deciding and sending, an hour ago."""
    promises.control(promises.case(cast), cast.deputy, times.now() - 2 * HOUR)
    chasing.sweep(times.now() - HOUR)
    assert not mail.outbox
    chasing.run()
    assert [one.to for one in mail.outbox] == [["deputy@larkfield.example"]]


@pytest.mark.feature("F87")
def test_each_chase_is_in_the_case_pack(cast: Any) -> None:
    from governance.packs import contents

    case = promises.case(cast)
    promises.control(case, cast.deputy, times.now() - 2 * DAY)
    chasing.run()
    said = str(contents.find_part(contents.build(case), 2)["blocks"])
    assert "Told: To the registered manager: Aoife Brennan" in said or "Aoife Brennan" in said and "Chased" in said
