"""Telling people that the record is not as it was written: by mail without content, and first thing on My work (F97)."""

from __future__ import annotations

import smtplib
from dataclasses import dataclass

import structlog
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.urls import reverse

from accounts import roles
from accounts.models import Membership, Provider, User
from governance import permissions
from records.models import LedgerCheck

log = structlog.get_logger("governance")


#: Who is told, the first step on which anybody stands.
LADDER = (
    ("The quality lead and the system administrator", permissions.TOLD_OF_THE_LEDGER),
    ("The nominated individual", (roles.NominatedIndividual,)),
    ("The registered manager", (roles.RegisteredManager,)),
)


def last_check() -> LedgerCheck | None:
    found: LedgerCheck | None = LedgerCheck.objects.order_by("-checked_at").first()
    return found


def alarm(user: User) -> LedgerCheck | None:
    """The newest check, when it found a fault and this person is among those who must know."""
    if not permissions.can_see_ledger(user):
        return None
    last = last_check()
    return last if last and not last.intact else None


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
    """One mail each; one address that fails holds up nobody else. My work shows it whether or not mail goes out."""
    with get_connection() as mailer:
        addresses = recipients()
        if not addresses:
            log.error("ledger.alert_for_nobody", check=str(check.pk))
        for address in addresses:
            try:
                mailer.send_messages([message(check, address)])
            except (smtplib.SMTPException, OSError, ValueError) as problem:  # ValueError: an address that is none
                log.warning("ledger.alert_not_sent", check=str(check.pk), problem=type(problem).__name__)


def message(check: LedgerCheck, address: str) -> EmailMessage:
    lines = [
        "The nightly check found that the record in Safe to Practise is not as it was written.",
        "",
        "Sign in to see which part:",
        settings.SITE_URL + reverse("ledger"),
        "",
        "Change nothing until somebody has looked. Keep the backups you have.",
        "This message says nothing about any person on purpose. Do not reply to it.",
    ]
    return EmailMessage(
        subject="The record is not as it was written",
        body="\n".join(lines),
        to=[address],
        headers={"Message-ID": f"<ledger-{check.pk}@safe-to-practise>", "Auto-Submitted": "auto-generated"},
    )
