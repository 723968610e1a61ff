"""What is kept under a name or an address never reaches a header or the text of a mail: tried with a real SMTP server."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.test import Client, override_settings
from django.urls import reverse

from accounts import actions as people
from accounts.models import Provider, User
from config.processes import free_port
from governance import chasing, ledger_alert
from governance.models import Chase
from records import times
from records.acting import acting_as
from records.models import LedgerCheck
from records.refusals import Refused
from tests.governance import promises

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SPY = "spy@elsewhere.example"
#: Put into every name a mail could be made from.
BAD = f'Ann\r\nBcc: {SPY}\r\nSubject: zq-owned\r\n\r\n<script>alert("zq")</script>'
HEADERS = {
    "content-type", "mime-version", "content-transfer-encoding", "subject", "from", "to", "date", "message-id",
    "auto-submitted",
}  # fmt: skip


#: The key of a record or of a new password in a link: letters by chance, which spell "bcc" now and then.
KEYS = re.compile(r"/key/[0-9a-z]+-[0-9a-z]+-[0-9a-z]+/|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Takes:
    """A mail server that takes everything: to whom it was really given, and the bytes."""

    def __init__(self) -> None:
        self.given: list[tuple[list[str], bytes]] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.given.append((list(envelope.rcpt_tos), envelope.content))
        return "250 Taken"

    def mails(self) -> list[EmailMessage]:
        return [message_from_bytes(content, policy=policy.default) for _, content in self.given]  # type: ignore[misc]

    def check(self) -> None:
        """Each mail went to the one person it names, has only our headers, is plain text, and holds nothing of BAD."""
        for (to, content), mail in zip(self.given, self.mails(), strict=True):
            assert to == [str(mail["to"])]
            assert {name.lower() for name in mail.keys()} <= HEADERS  # noqa: SIM118 (a message is no dict)
            assert mail.get_content_type() == "text/plain" and not mail.is_multipart()
            said = KEYS.sub("", f"{content.decode()}{mail.get_content()}".lower())
            for piece in (SPY, "zq", "script", "Bcc", "Ann"):
                assert piece.lower() not in said, piece


@pytest.fixture
def server() -> Iterator[Takes]:
    handler = Takes()
    running = Controller(handler, hostname="127.0.0.1", port=free_port())
    running.start()
    try:
        with override_settings(
            EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
            EMAIL_HOST="127.0.0.1",
            EMAIL_PORT=running.port,
        ):
            yield handler
    finally:
        running.stop()


def keep(record: Any, **changed: Any) -> None:
    """Kept as an old row may be: not through the action that refuses it today."""
    for name, value in changed.items():
        setattr(record, name, value)
    with acting_as(User.system(), "test.given"):
        record.save()


def test_names_with_headers_and_scripts_in_them_reach_no_mail(client: Client, cast: Any, server: Takes) -> None:
    case = promises.case(cast, title=BAD[:100], what_happened=BAD)
    keep(cast.provider, name=BAD, director_name=BAD, external_person=BAD, director_email="director@larkfield.example")
    keep(cast.service, name=BAD, local_authority=BAD)
    for user in (cast.deputy, cast.manager, cast.nominated_individual):
        keep(user, name=BAD)
    keep(cast.worker, name=BAD, job_title=BAD[:100])
    promises.control(case, cast.deputy, times.now() - 8 * DAY, what=BAD, worker=cast.worker)
    chasing.run()
    assert len(server.given) == 4
    ledger_alert.tell(LedgerCheck(checked_at=times.now(), intact=False))
    told = len(server.given)
    assert told > 4
    client.post(reverse("account_reset_password"), {"email": cast.deputy.email})
    assert len(server.given) == told + 1
    server.check()


@pytest.mark.feature("F84")
@pytest.mark.parametrize(
    "bad",
    [f"director@larkfield.example\r\nBcc: {SPY}", f"a@b.example\nTo: {SPY}", f"a@b.example, {SPY}"],
    ids=["a header", "a header after a line feed", "two addresses"],
)
def test_a_row_with_a_bad_address_stops_no_later_mail(cast: Any, server: Takes, bad: str) -> None:
    keep(cast.provider, director_email=bad)
    case = promises.case(cast)
    promises.control(case, cast.deputy, times.now() - 8 * DAY)
    chasing.sweep(times.now())
    promises.control(promises.case(cast), cast.senior, times.now() - HOUR)
    chasing.sweep(times.now())
    assert Chase.objects.order_by("pk").last().recipient == cast.senior, "the bad one stands before it"
    done = chasing.send()
    assert (done.sent, done.refused) == (4, 1)
    assert [to for to, _ in server.given][-1] == [cast.senior.email]
    assert Chase.objects.get(sent_at=None).recipient is None
    server.check()


def test_the_alert_about_the_ledger_is_not_stopped_by_a_bad_address(cast: Any, server: Takes) -> None:
    told = ledger_alert.recipients()
    keep(User.objects.get(email=told[0]), email=f"a@b.example\nBcc: {SPY}")
    ledger_alert.tell(LedgerCheck(checked_at=times.now(), intact=False))
    assert sorted(to[0] for to, _ in server.given) == sorted(told[1:])
    server.check()


@pytest.mark.feature("F84")
@pytest.mark.parametrize(
    "bad",
    [f"x@y.example\nBcc: {SPY}", "x@y.example\n", "x@y.example\r\n.", "nobody", "a b@c.example"],
    ids=["a header", "a line feed", "a line break", "no domain", "a space"],
)
def test_an_address_that_is_none_is_refused_where_it_is_kept(cast: Any, bad: str) -> None:
    system = User.system()
    for doing in (
        lambda: people.add_provider(by=system, name="Another trust", director_email=bad),
        lambda: people.make_sign_in(by=system, staff=cast.worker, email=bad),
        lambda: people.make_reviewer_sign_in(by=cast.manager, email=bad, name="Ngozi Bell"),
    ):
        with pytest.raises(Refused, match="like name@example.com"):
            doing()
    assert not Provider.objects.filter(name="Another trust").exists()
    kept = people.add_provider(by=system, name="Another trust", director_email="jo@trust.example")
    assert kept.director_email == "jo@trust.example"
    assert people.add_provider(by=system, name="A third trust").director_email == ""
