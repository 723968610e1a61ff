"""Telling people that the record is not as it was written: by mail without content, and first thing on My work (F97)."""

from __future__ import annotations

import smtplib

import structlog
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.urls import reverse

from accounts.models import Membership, User
from governance import permissions
from records.models import LedgerCheck

log = structlog.get_logger("governance")


def last_check() -> LedgerCheck | None:
    found: LedgerCheck | None = LedgerCheck.objects.order_by("-checked_at").first()
    return found


def alarm(user: User) -> LedgerCheck | None:
    """The newest check, when it found a fault and this person is among those who must know."""
    if not permissions.can_see_ledger(user):
        return None
    last = last_check()
    return last if last and not last.intact else None


def recipients() -> list[str]:
    """The addresses of everybody who is quality lead or system administrator today."""
    held = Membership.objects.current().filter(
        role__in=[role.code for role in permissions.TOLD_OF_THE_LEDGER], user__is_active=True
    )
    return sorted(set(held.values_list("user__email", flat=True)))


def tell(check: LedgerCheck) -> None:
    """One mail each; one address that fails holds up nobody else. My work shows it whether or not mail goes out."""
    with get_connection() as mailer:
        for address in recipients():
            try:
                mailer.send_messages([message(check, address)])
            except (smtplib.SMTPException, OSError) as problem:
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
