"""Telling people that the record is not as it was written: by mail without content, and first thing on My work (F97)."""

from __future__ import annotations

import smtplib
from dataclasses import dataclass
from datetime import timedelta

import structlog
from django.conf import settings
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.urls import reverse

from accounts import roles
from accounts.models import Membership, Provider, User
from governance import permissions
from records import times
from records.models import LedgerCheck, LedgerEntry

log = structlog.get_logger("governance")
#: A nightly check older than this means that the clock does not run.
OVERDUE = timedelta(hours=36)
DAY_SECONDS = 24 * 60 * 60

#: Who is told, the first step on which anybody stands.
LADDER = (
    ("The quality lead and the system administrator", permissions.TOLD_OF_THE_LEDGER),
    ("The nominated individual", (roles.NominatedIndividual,)),
    ("The registered manager", (roles.RegisteredManager,)),
)


def last_check() -> LedgerCheck | None:
    found: LedgerCheck | None = LedgerCheck.objects.order_by("-checked_at").first()
    return found


def overdue(last: LedgerCheck | None) -> bool:
    """Whether the nightly check has not run when it should have: not for 36 hours, or never in a record that old."""
    long_ago = times.now() - OVERDUE
    if last is not None:
        return last.checked_at < long_ago
    first = LedgerEntry.objects.order_by("pk").values_list("at", flat=True).first()
    return first is not None and first < long_ago


@dataclass(frozen=True)
class Alarm:
    """What those who keep the record must know today: the newest check found something, or there is none in time."""

    last: LedgerCheck | None
    overdue: bool


def alarm(user: User) -> Alarm | None:
    """The alarm of this moment, when there is one and this person is among those who must know."""
    if not permissions.can_see_ledger(user):
        return None
    last = last_check()
    late = overdue(last)
    return Alarm(last, late) if late or (last and not last.intact) else None


@dataclass(frozen=True)
class Letter:
    """What is mailed: its subject, what happened, what to do."""

    subject: str
    first: str
    last: str


NOT_AS_WRITTEN = Letter(
    "The record is not as it was written",
    "The nightly check found that the record in Safe to Practise is not as it was written.",
    "Change nothing until somebody has looked. Keep the backups you have.",
)
COULD_NOT_COMPARE = Letter(
    "The check of the record could not be finished",
    "The nightly check of the record in Safe to Practise could not read or write the copies kept outside it.",
    "Ask whoever runs this installation to look at the two places. Then check again.",
)
NOT_CHECKED = Letter(
    "The record has not been checked",
    "The nightly check of the record in Safe to Practise has not run for more than 36 hours.",
    "Ask whoever runs this installation to look at the worker and its clock. Then check again.",
)


@dataclass(frozen=True)
class Told:
    """Who is told of a fault today: which step of the ladder, in words, and their addresses."""

    who: str
    addresses: tuple[str, ...]

    @property
    def fallback(self) -> bool:
        """Whether nobody holds a role that keeps the ledger, so that somebody else is told in their place."""
        return self.who != LADDER[0][0]


def told() -> Told:
    """The first step on which anybody stands: those who keep the ledger, then who answers for the provider (S6).

    An alert is never sent to nobody while somebody is left: quality lead and system administrator, else the
    nominated individual, else the registered manager, else the providers' uninvolved directors.
    """
    for who, held in LADDER:
        found = Membership.objects.current().filter(role__in=[role.code for role in held], user__is_active=True)
        if addresses := sorted(set(found.values_list("user__email", flat=True))):
            return Told(who, tuple(addresses))
    directors = Provider.objects.exclude(director_email="").values_list("director_email", flat=True)
    return Told("The director", tuple(sorted(set(directors)))) if directors else Told("Nobody", ())


def recipients() -> list[str]:
    """The addresses of everybody who is told today."""
    return list(told().addresses)


def tell(check: LedgerCheck) -> None:
    """Mail what a check found. My work shows it whether or not mail goes out."""
    _send(str(check.pk), COULD_NOT_COMPARE if check.only_not_reached else NOT_AS_WRITTEN)


def watch() -> bool:
    """Mail that the nightly check does not run, once a day while that is so. Gives back whether it did."""
    if not overdue(last_check()) or not cache.add("ledger-overdue-told", 1, DAY_SECONDS):
        return False
    log.error("ledger.check_overdue")
    _send(f"overdue-{times.today():%Y%m%d}", NOT_CHECKED)
    return True


def _send(name: str, letter: Letter) -> None:
    """One mail each; one address that fails holds up nobody else."""
    addresses = recipients()
    if not addresses:
        log.error("ledger.alert_for_nobody", check=name)
    for address in addresses:
        try:
            message(name, letter, address).send()
        except (smtplib.SMTPException, OSError, ValueError) as problem:  # ValueError: an address that is none
            log.warning("ledger.alert_not_sent", check=name, problem=type(problem).__name__)


def message(name: str, letter: Letter, address: str) -> EmailMessage:
    lines = [
        letter.first,
        "",
        "Sign in to see more:",
        settings.SITE_URL + reverse("ledger"),
        "",
        letter.last,
        "This message says nothing about any person on purpose. Do not reply to it.",
    ]
    return EmailMessage(
        subject=letter.subject,
        body="\n".join(lines),
        to=[address],
        headers={"Message-ID": f"<ledger-{name}@safe-to-practise>", "Auto-Submitted": "auto-generated"},
    )
