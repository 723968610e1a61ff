"""Chasing: telling the right person that something is due, then the next one up, each once (domain.md §13).

Two steps that never overlap. `sweep(at)` decides: one INSERT … SELECT … ON CONFLICT DO NOTHING a rung, over the
due view; a missed run is made good by the next, and a second run at the same moment adds nothing. `send()`
then mails what is not yet sent, one transaction a mail.

What can go wrong, and what then happens. Killed before the sweep's statement commits: nothing was decided, the
next run decides it. Killed between sweep and send, or in the middle of sending: the rows stand unsent and the
next run mails them. Killed in the instant between the mail server's "accepted" and our commit: that one mail
goes out a second time, with the same Message-ID, which mail stores use to drop the copy. A mail is never lost.
"""

from __future__ import annotations

import smtplib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import connection, transaction
from django.urls import reverse

from accounts import actions as people
from accounts.permits import Permit
from accounts.roles import ROLES, NominatedIndividual, RegisteredManager
from governance import alerts
from governance.models import Chase
from incidents import actions as cases
from incidents.models import CaseGrant, CaseStaff
from records import times
from remediation.actions import in_effect

log = structlog.get_logger("governance")

Rung = Chase.Rung

#: How long after the due time each rung is reached. Real hours: "without delay" does not rest at weekends.
LADDERS: dict[str, dict[str, timedelta]] = {
    "duty": {Rung.DUE: timedelta(0), Rung.UP1: timedelta(hours=4), Rung.UP2: timedelta(hours=24)},
    "plan": {
        Rung.DUE: timedelta(0),
        Rung.UP1: timedelta(days=1),
        Rung.UP2: timedelta(days=3),
        Rung.UP3: timedelta(days=7),
    },
    # Somebody outside owes us an answer: remind who asked, and nobody above. Who stands above is theirs, not ours:
    # the later rungs say to ask again, then to ask for their team manager (§13).
    "outside": {Rung.DUE: timedelta(0)},
}
#: Rungs counted in working days: the view gives the moment itself. Only what is owed outside has one.
STORED = {Rung.AGAIN: "again_at", Rung.TEAM: "team_at"}
#: Where each rung starts: 0 the owner, 1 the registered manager, 2 the nominated individual, 3 the director.
#: Where nobody there may be told, the next step up is.
FIRST_STEP = {Rung.HALF: 0, Rung.DUE: 0, Rung.AGAIN: 0, Rung.TEAM: 0, Rung.UP1: 1, Rung.UP2: 2, Rung.UP3: 3}
#: An early reminder missed for longer than this is not sent late.
HALF_WINDOW = timedelta(days=2)


def _roles_with(permit: Permit, at_least: int = 45) -> list[str]:
    return [code for code, role in ROLES.items() if permit in role.permits and role.rank >= at_least]


#: Who may be the second person, for the kinds that have no owner.
SECOND_ROLES: dict[str, list[str]] = {
    "second_decision": _roles_with(Permit.SECOND_DECISION),
    "second_closure": _roles_with(Permit.SECOND_DECISION),
    "rating": _roles_with(Permit.RATE),
    "duty": _roles_with(Permit.DECIDE_DUTIES),
}


def _reached(rung: str) -> str:
    """The condition on the due view for a rung. Each branch of the view has one ladder, so one arm remains."""
    if rung == Rung.HALF:
        return "half_at <= %(at)s AND half_at > %(half_from)s AND due_at > %(at)s"
    if rung in STORED:  # never before it is due, so that the index on the due date bounds it
        return f"ladder = 'outside' AND due_at <= %(at)s AND {STORED[Rung(rung)]} <= %(at)s"
    arms = [
        f"(ladder = '{ladder}' AND due_at <= %(at)s - interval '{int(steps[rung].total_seconds())} seconds')"
        for ladder, steps in LADDERS.items()
        if rung in steps
    ]
    return " OR ".join(arms)


def statement(rung: str, *, view: str = "governance_dueitem") -> str:
    """The one statement of a rung. Set-based throughout: who holds which role is worked out once, not an item."""
    first = FIRST_STEP[Rung(rung)]
    owners = first == 0
    return f"""
WITH item AS MATERIALIZED (
  SELECT key, kind, what, case_id, service_id, owner_id, asker_id, own, due_at FROM {view} WHERE {_reached(rung)}
), matter AS MATERIALIZED (
  SELECT DISTINCT case_id, service_id FROM item
), held AS MATERIALIZED (  -- who holds which role at which service on that day
  SELECT DISTINCT m.role, s.id AS service_id, m.user_id
  FROM accounts_membership m
  JOIN accounts_service s ON s.provider_id = m.provider_id AND (m.service_id IS NULL OR m.service_id = s.id)
  JOIN accounts_user u ON u.id = m.user_id AND u.is_active
  WHERE m.starts_on <= %(day)s AND (m.ends_on IS NULL OR m.ends_on >= %(day)s)
), works AS MATERIALIZED (
  SELECT DISTINCT service_id, user_id FROM held
), shut AS MATERIALIZED (  -- part of what is looked at: never told (S1, S6)
  SELECT k.case_id, k.service_id, p.user_id
  FROM matter k JOIN incidents_casestaff l ON l.case_id = k.case_id JOIN accounts_staff p ON p.id = l.staff_id
  WHERE l.ended_at IS NULL AND l.involvement = ANY(%(shuts_out)s) AND p.user_id IS NOT NULL
), sealed AS MATERIALIZED (
  SELECT k.case_id, k.service_id, c.owner_id FROM matter k JOIN incidents_case c ON c.id = k.case_id
  WHERE c.sealed_at IS NOT NULL
), team AS MATERIALIZED (  -- whom a sealed case names
  SELECT DISTINCT g.case_id, s.service_id, g.user_id
  FROM sealed s JOIN incidents_casegrant g ON g.case_id = s.case_id JOIN accounts_user u ON u.id = g.user_id
  WHERE u.is_active AND g.kind = ANY(%(lets_in)s)
    AND g.starts_at <= %(at)s AND (g.ends_at IS NULL OR g.ends_at > %(at)s)
), stands AS MATERIALIZED (  -- the steps of each service's ladder
  SELECT service_id, 1 AS step, user_id FROM held WHERE role = %(manager)s
  UNION ALL SELECT service_id, 2, user_id FROM held WHERE role = %(individual)s
  UNION ALL SELECT s.id, 3, NULL FROM accounts_service s JOIN accounts_provider p ON p.id = s.provider_id
            WHERE p.director_email <> ''
), special AS MATERIALIZED (  -- cases whose ladder is not simply their service's
  SELECT case_id, service_id FROM sealed
  UNION
  SELECT x.case_id, x.service_id FROM shut x JOIN stands w ON w.service_id = x.service_id AND w.user_id = x.user_id
), usual AS MATERIALIZED (
  SELECT service_id, user_id FROM (
    SELECT service_id, user_id, step, min(step) OVER (PARTITION BY service_id) AS lowest
    FROM stands WHERE step >= greatest({first}, 1)) o
  WHERE step = lowest
), unusual AS MATERIALIZED (
  SELECT case_id, user_id FROM (
    SELECT case_id, user_id, step, min(step) OVER (PARTITION BY case_id) AS lowest FROM (
      SELECT p.case_id, w.user_id, w.step FROM special p JOIN stands w ON w.service_id = p.service_id
      WHERE NOT EXISTS (SELECT 1 FROM sealed s WHERE s.case_id = p.case_id)
      UNION ALL
      -- a sealed case's ladder starts with its owner
      SELECT t.case_id, t.user_id, CASE WHEN EXISTS (
        SELECT 1 FROM sealed s WHERE s.case_id = t.case_id AND s.owner_id = t.user_id) THEN 1 ELSE coalesce(
        (SELECT min(w.step) FROM stands w WHERE w.service_id = t.service_id AND w.user_id = t.user_id), 2) END
      FROM team t
    ) everyone
    WHERE step >= greatest({first}, 1) AND NOT EXISTS (
      SELECT 1 FROM shut x WHERE x.case_id = everyone.case_id AND x.user_id = everyone.user_id)
  ) o WHERE step = lowest
), settled AS MATERIALIZED (  -- does the first step, the owner, stand?
  SELECT i.*, {_OWNER_STANDS if owners else "false"} AS by_owner
  FROM item i
  {_OWNER_JOINS if owners else ""}
), told AS (
  SELECT i.*, i.owner_id AS recipient FROM settled i WHERE by_owner
  UNION ALL
  SELECT i.*, u.user_id FROM settled i JOIN usual u ON u.service_id = i.service_id
  WHERE NOT by_owner AND {_NOT_SECOND if owners else "true"}
    AND NOT EXISTS (SELECT 1 FROM special p WHERE p.case_id = i.case_id)
  UNION ALL
  SELECT i.*, u.user_id FROM settled i JOIN unusual u ON u.case_id = i.case_id
  WHERE NOT by_owner AND {_NOT_SECOND if owners else "true"}
  {_SECOND_PERSONS if owners else ""}
)
INSERT INTO governance_chase (item, kind, what, case_id, rung, due_at, recipient_id, made_at, message_id)
SELECT key, kind, what, case_id, '{rung}', due_at, recipient, %(at)s, '' FROM told
ON CONFLICT DO NOTHING
"""  # noqa: S608 (made of this file's own words; what varies is a parameter)


_OWNER_JOINS = """
  LEFT JOIN accounts_user ou ON ou.id = i.owner_id AND ou.is_active
  LEFT JOIN works ow ON ow.service_id = i.service_id AND ow.user_id = i.owner_id
  LEFT JOIN sealed os ON os.case_id = i.case_id
  LEFT JOIN team ot ON ot.case_id = i.case_id AND ot.user_id = i.owner_id
  LEFT JOIN (SELECT DISTINCT case_id, user_id FROM shut) ox ON ox.case_id = i.case_id AND ox.user_id = i.owner_id
"""
_OWNER_STANDS = """(ou.id IS NOT NULL AND (i.own OR (ox.user_id IS NULL
    AND CASE WHEN os.case_id IS NULL THEN ow.user_id IS NOT NULL ELSE ot.user_id IS NOT NULL END)))"""
#: Without an owner an item waits for a second person; its first rung goes to those who may be that person.
_NOT_SECOND = "i.owner_id IS NOT NULL"
_SECOND_PERSONS = """
  UNION ALL
  SELECT i.*, h.user_id FROM settled i
  JOIN (SELECT kind, unnest(string_to_array(roles, ' ')) AS role
        FROM unnest(%(second_kinds)s::text[], %(second_roles)s::text[]) AS r(kind, roles)) r ON r.kind = i.kind
  JOIN held h ON h.service_id = i.service_id AND h.role = r.role
  WHERE i.owner_id IS NULL AND h.user_id IS DISTINCT FROM i.asker_id
    AND NOT EXISTS (SELECT 1 FROM shut x WHERE x.case_id = i.case_id AND x.user_id = h.user_id)
    AND (NOT EXISTS (SELECT 1 FROM sealed s WHERE s.case_id = i.case_id)
         OR EXISTS (SELECT 1 FROM team t WHERE t.case_id = i.case_id AND t.user_id = h.user_id))
"""


def parameters(at: datetime) -> dict[str, Any]:
    return {
        "at": at,
        "half_from": at - HALF_WINDOW,
        "day": times.to_london(at).date(),
        "shuts_out": [str(code) for code in CaseStaff.SHUTS_OUT],
        # Emergency access is for reading: whoever used it is not chased.
        "lets_in": [str(CaseGrant.Kind.TEAM), str(CaseGrant.Kind.TAKE_OVER)],
        "manager": RegisteredManager.code,
        "individual": NominatedIndividual.code,
        "second_kinds": list(SECOND_ROLES),
        "second_roles": [" ".join(roles) for roles in SECOND_ROLES.values()],
    }


def sweep(at: datetime) -> dict[str, int]:
    """Decide every chase due at `at` that was not decided before; how many new ones, rung by rung.

    All rungs passed by an item are made up for, each once; only the early reminder lapses when the date has passed.
    """
    values = parameters(at)
    made: dict[str, int] = {}
    for rung in Rung.values:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL work_mem = '64MB'")  # a hundred thousand due items stay in memory
            cursor.execute(statement(rung), values)
            made[rung] = cursor.rowcount
    log.info("chase.swept", **made)
    return made


@dataclass(frozen=True)
class Sent:
    """How a round of sending went."""

    sent: int
    refused: int


def send() -> Sent:
    """Mail every chase not yet sent, oldest first; several workers may do this at once.

    One mail is one transaction: its row is locked, it is asked again whether it is still the recipient's (a seal or a
    last day may have come between), the mail handed over, the row marked. A mail server that
    refuses one address holds up nobody else; one that cannot be reached ends the round, and the next goes on.
    """
    last, sent, refused = 0, 0, 0
    mailer = get_connection()
    try:
        while True:
            with transaction.atomic():
                chase = (
                    Chase.objects.filter(sent_at=None, not_sent_at=None, pk__gt=last)
                    .select_for_update(skip_locked=True, of=("self",))
                    .select_related("recipient", "case__provider", "case__service__provider")
                    .order_by("pk")
                    .first()
                )
                if chase is None:
                    break
                last = chase.pk
                if not alerts.still_theirs(chase):
                    chase.not_sent_at = times.now()
                    chase.save(update_fields=["not_sent_at"])
                    continue
                mail = message(chase)
                mailer.open()
                try:
                    mailer.send_messages([mail])
                except smtplib.SMTPServerDisconnected:
                    raise
                # A ValueError: an address that is none, refused here before any server sees it (BadHeaderError is one).
                except (smtplib.SMTPException, ValueError) as problem:
                    refused += 1
                    log.warning("chase.refused", chase=chase.pk, problem=type(problem).__name__)
                    mailer.close()
                    continue
                chase.sent_at = times.now()
                chase.message_id = mail.extra_headers["Message-ID"]
                chase.save(update_fields=["sent_at", "message_id"])
                sent += 1
    except OSError as problem:  # the server cannot be reached, or hung up (SMTPServerDisconnected is one too)
        log.warning("chase.no_mail_server", problem=type(problem).__name__)
    finally:
        mailer.close()
    log.info("chase.sent", sent=sent, refused=refused)
    return Sent(sent, refused)


SUBJECTS = {
    Rung.HALF: "Something is due soon",
    Rung.DUE: "Something is due",
    Rung.AGAIN: "Somebody outside has not answered",
    Rung.TEAM: "Somebody outside has still not answered",
    Rung.UP1: "Something is overdue",
    Rung.UP2: "Something is still overdue",
    Rung.UP3: "Something has stayed overdue",
}


#: What to do now about a body that stays silent.
ASK = {
    Rung.AGAIN: "Ask them again, and record what they say.",
    Rung.TEAM: "You have asked twice. Ask for their team manager now, and record what they say.",
}


def message(chase: Chase) -> EmailMessage:
    """The e-mail of a chase: that something waits, since when, and where to sign in. No name, no case, no content."""
    from records.wording import due_when_text, when_text

    emergency = chase.kind == alerts.KIND
    # An emergency access or a seal is dated by when it happened, everything else by when it is due.
    happened = emergency or chase.kind == alerts.SEALED
    due = when_text(chase.due_at) if happened else due_when_text(chase.due_at)
    soon = chase.rung == Rung.HALF
    lines = [
        f"Somebody used emergency access in Safe to Practise {due}. You answer for what they opened."
        if emergency
        else f"Somebody outside has not answered you. Their answer was due {due}. {ASK[Rung(chase.rung)]}"
        if chase.rung in STORED
        else f"A case was sealed in Safe to Practise {due}, and nobody above who sealed it is in its team."
        if chase.kind == alerts.SEALED
        else f"Something in Safe to Practise waits for you. It {'is' if soon else 'was'} due {due}."
        if chase.rung in (Rung.HALF, Rung.DUE)
        else f"Something in Safe to Practise was due {due} and has not been done. It has now come to you.",
        "",
    ]
    if chase.recipient is not None:
        address = chase.recipient.email
        lines += ["Sign in to see it:", settings.SITE_URL + reverse("chase", args=[chase.pk])]
    else:
        address = chase.case.provider.director_email
        lines += ["Ask your nominated individual about it. You need no account to ask."]
    lines += ["", "This message says nothing about any person on purpose. Do not reply to it."]
    return EmailMessage(
        subject=alerts.WHAT
        if emergency
        else alerts.WHAT_SEALED
        if chase.kind == alerts.SEALED
        else SUBJECTS[Rung(chase.rung)],
        body="\n".join(lines),
        to=[address],
        headers={"Message-ID": message_id(chase), "Auto-Submitted": "auto-generated"},
    )


def message_id(chase: Chase) -> str:
    """Always the same for the same chase, so that a mail sent twice can be known as one."""
    return f"<chase-{chase.pk}-{chase.made_at:%Y%m%d%H%M%S}@{urlsplit(settings.SITE_URL).hostname or 'localhost'}>"


def run(at: datetime | None = None) -> tuple[dict[str, int], Sent]:
    """One whole round, as Celery beat asks for it every few minutes: what ended by itself, what is due, the mails."""
    moment = at or times.now()
    people.shut_off_leavers()
    cases.end_grants_without_a_role()
    # Past its end a conditional authorisation reads as "may not" already; this writes it down (F55).
    in_effect.expire_conditions(moment)
    made = sweep(moment)
    return made, send()
