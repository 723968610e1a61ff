"""History in plain words: who, when, why, from where, and what changed from what to what (F96).

    lines = of_chain(case.pk, before=…, user=…)      one page of a case's history, newest first
    reason_words("risk_control.reviewed")            "Risk control reviewed"

Read from the ledger's own payloads, so that what is shown is what was chained. Apps add words for a reason
(`say`); fields that only some may read are declared in `records.compartments`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any, ClassVar
from uuid import UUID

from django.apps import apps
from django.db import connection, models
from django.db.models.functions import Cast

from records import times, wording
from records.compartments import kept_back as is_kept_back
from records.registry import history_model, tracked_models

PAGE = 20
#: Lines read at a time for an export.
EXPORTED = 200
#: A time given for an event that lies further back than this when it is written down is shown as such (F98).
LATE = timedelta(hours=12)
SOURCES = {"web": "on a page", "task": "by the product's clock", "command": "by the system"}
#: What a reader gains nothing from: housekeeping of the history itself, and copies kept for proof.
LEFT_OUT = frozenset({"id", "case_id", "snapshot", "sha256", "password"})
NOTHING = "–"

_reasons: dict[str, str] = {}
#: By kind of record, or by (kind of record, field): what a page calls it, where the name in the code does not read well.
_called: dict[str | tuple[str, str], str] = {}
#: By (kind of record, field): its value in the words of the page.
_told: dict[tuple[str, str], Callable[[Any], str]] = {}


def say(reason: str, words: str) -> None:
    """The sentence for a dotted reason where reading it plainly is not good enough."""
    _reasons[reason] = words


def call(what: str | tuple[str, str], words: str) -> None:
    """What a kind of record, or one of its fields, is called in a history."""
    _called[what] = words


def tell(label: str, field_name: str, in_words: Callable[[Any], str]) -> None:
    """How the value of a field reads, where it is kept as the product counts with it."""
    _told[label, field_name] = in_words


def reason_words(reason: str) -> str:
    """ "risk_control.reviewed" as "Risk control reviewed"; the registered sentence where there is one."""
    if reason in _reasons:
        return _reasons[reason]
    said = reason.replace(".", " ").replace("_", " ").strip()
    return said[:1].upper() + said[1:]


@dataclass(frozen=True)
class Change:
    """One field: what it said before, and what it says after."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Line:
    """One change of one record, as an inspector reads it."""

    seq: int
    at: datetime
    who: str
    why: str
    where: str
    kind: str
    record: UUID
    #: "added", "changed" or "removed".
    did: str
    changes: list[Change] = field(default_factory=list)
    #: A time given for the event that lies well before it was written down.
    late: str = ""
    #: How many fields are kept from this reader.
    kept_back: int = 0
    #: Who typed it for whom, where those are two people.
    entered_for: str = ""


@dataclass(frozen=True)
class Page:
    """One page of lines, and the entry number to ask for older ones (None at the end)."""

    lines: list[Line]
    older: int | None


@dataclass(frozen=True)
class Act:
    """What one person did between two moments, whose name a reader may not have (domain.md S10)."""

    user: str
    first: datetime
    last: datetime

    def did(self, payload: dict[str, Any]) -> bool:
        """Whether this history row was written by it."""
        return (
            payload.get("history_user_id") == self.user and self.first <= _moment(payload["history_date"]) <= self.last
        )

    @property
    def sql(self) -> tuple[str, list[Any]]:
        """The condition that an entry `e` was not written by it, and its values."""
        return (
            "NOT (e.payload::jsonb ->> 'history_user_id' = %s "
            "AND (e.payload::jsonb ->> 'history_date')::timestamptz BETWEEN %s AND %s)",
            [self.user, self.first, self.last],
        )


#: What stands where a name is kept back.
UNNAMED = "Name kept from you"


@dataclass(frozen=True)
class Filter:
    """What to show: changes by one person, of one kind of record, of one record, between two days."""

    who: str = ""
    kind: str = ""
    record: str = ""
    first: date | None = None
    last: date | None = None
    #: Whose act this reader is not told.
    unnamed: Act | None = None


def of_chain(
    chain: UUID,
    *,
    before: int | None = None,
    only: Filter | None = None,
    compartments: Iterable[str] = (),
    size: int = PAGE,
) -> Page:
    """One page of a chain, newest first, in a fixed number of queries however long the chain is."""
    only = only or Filter()
    rows = _entries(chain, before, only, size + 1)
    lines = _said(rows[:size], frozenset(compartments), only.unnamed)
    return Page(lines, lines[-1].seq if len(rows) > size else None)


def all_of_chain(chain: UUID, *, only: Filter | None = None, compartments: Iterable[str] = ()) -> Iterator[Line]:
    """Every line of a chain, newest first, for an export: read page by page, so a long chain fills no memory."""
    before: int | None = None
    shown = frozenset(compartments)
    while True:
        page = of_chain(chain, before=before, only=only, compartments=shown, size=EXPORTED)
        yield from page.lines
        before = page.older
        if before is None:
            return


def people_of(chain: UUID, *, unnamed: Act | None = None) -> list[tuple[str, str]]:
    """Everybody who changed something in the chain: (user id, name), for the filter."""
    condition, values = unnamed.sql if unnamed else ("true", [])
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT DISTINCT e.payload::jsonb ->> 'history_user_id' FROM records_ledgerentry e
            WHERE e.chain = %s AND {condition}
            """,  # noqa: S608  (our own condition; every value is a parameter)
            [chain, *values],
        )
        ids = [pk for (pk,) in cursor.fetchall() if pk]
    users = apps.get_model("accounts.User").objects.filter(pk__in=ids).order_by("name")
    return [(str(user.pk), user.name) for user in users]


def kinds_of(chain: UUID) -> list[tuple[str, str]]:
    """Every kind of record in the chain: (table, name), for the filter."""
    from records.models import LedgerEntry

    tables = LedgerEntry.objects.filter(chain=chain).order_by("table").values_list("table", flat=True).distinct()
    return sorted(((table, kind_name(table)) for table in tables), key=lambda pair: pair[1])


@cache
def _models() -> dict[str, Any]:
    from records.ledger_names import names_of

    return {name: model for model in tracked_models() for name in names_of(history_model(model)._meta.db_table)}


def kind_name(table: str) -> str:
    """The name of a kind of record by its history table; the table's name for one that is gone."""
    model = _models().get(table)
    return model_name(model) if model else table


def model_name(model: Any) -> str:
    """What a kind of record is called on pages."""
    return _called.get(model._meta.label) or _capital(str(model._meta.verbose_name))


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _entries(chain: UUID, before: int | None, only: Filter, size: int) -> list[tuple[Any, ...]]:
    """(seq, at, table, payload, payload of the same record's entry before it), newest first."""
    where: list[str] = ["e.chain = %s"]
    given: list[Any] = [chain]
    for condition, value in (
        ("e.seq < %s", before),
        ("e.payload::jsonb ->> 'history_user_id' = %s", only.who),
        ('e."table" = %s', only.kind),
        ("e.payload::jsonb ->> 'id' = %s", only.record),
        ("e.at >= %s", only.first and times.end_of_day(only.first - timedelta(days=1))),
        ("e.at <= %s", only.last and times.end_of_day(only.last)),
    ):
        if value:
            where.append(condition)
            given.append(value)
    if only.who and only.unnamed:  # or the filter would say whose it was
        condition, values = only.unnamed.sql
        where.append(condition)
        given += values
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT e.seq, e.at, e."table", e.payload, (
                SELECT p.payload FROM records_ledgerentry p
                WHERE p.chain = e.chain AND p."table" = e."table" AND p.seq < e.seq
                  AND e.payload::jsonb ->> 'history_type' <> '+'
                  AND p.payload::jsonb ->> 'id' = e.payload::jsonb ->> 'id'
                ORDER BY p.seq DESC LIMIT 1)
            FROM records_ledgerentry e WHERE {" AND ".join(where)} ORDER BY e.seq DESC LIMIT {size:d}
            """,  # noqa: S608  (our own conditions; every value is a parameter)
            given,
        )
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _said(rows: Sequence[tuple[Any, ...]], compartments: frozenset[str], unnamed: Act | None = None) -> list[Line]:
    read = [(seq, at, table, json.loads(now), json.loads(then) if then else {}) for seq, at, table, now, then in rows]
    names = _Names()
    for _, _, table, now, then in read:
        names.want_user(now)
        for name in _fields(table):
            names.want(_fields(table)[name], now.get(name), then.get(name))
    names.fetch()
    lines = []
    for seq, at, table, now, then in read:
        called = names.as_of(_moment(now["history_date"]), unnamed if unnamed and unnamed.did(now) else None)
        lines.append(_line(seq, at, table, now, then, called, compartments))
    return lines


def _line(
    seq: int,
    at: datetime,
    table: str,
    now: dict[str, Any],
    then: dict[str, Any],
    names: _Names,
    compartments: frozenset[str],
) -> Line:
    model = _models().get(table)
    label = model._meta.label if model else ""
    changes, kept_back, late = [], 0, ""
    for column, described in _fields(table).items():
        before, after = then.get(column), now.get(column)
        if before == after or (not then and after in (None, "", [], {}, False)):
            continue
        if is_kept_back(label, column, compartments):
            kept_back += 1
            continue
        changes.append(Change(_label(described), _value(described, before, names), _value(described, after, names)))
        late = late or _lateness(described, after, at)
    did = {"+": "added", "~": "changed", "-": "removed"}.get(now.get("history_type", "~"), "changed")
    return Line(
        seq=seq,
        at=at,
        who=names.user(now, at),
        why=reason_words(now.get("history_change_reason") or ""),
        where=SOURCES.get(now.get("history_source", ""), now.get("history_source", "")),
        kind=kind_name(table),
        record=UUID(now["id"]),
        did=did,
        changes=changes,
        late=late,
        kept_back=kept_back,
        entered_for="" if kept_back or names.unnamed else _entered_for(table, now, then, names, at),
    )


def _entered_for(table: str, now: dict[str, Any], then: dict[str, Any], names: _Names, at: datetime) -> str:
    """ "Entered by X for Y": what Y did or said was typed by X. Empty where both are one, or nobody is named.

    Either the record says so itself (`entered_for`), or somebody other than the one who acts is newly named as
    having done something (`…_by`, with its `…_at`). Who is to do something later has no such moment, and did nothing.
    """
    typed = names.user(now, at)
    if now.get("entered_for") and not then.get("entered_for"):
        whom = next((d for column, d in _fields(table).items() if column == "worker_id"), None)
        return (
            f"Entered by {typed} for {names.named(whom, now['worker_id'])}"
            if whom
            else f"Entered by {typed} for the worker"
        )
    for column, described in _fields(table).items():
        value = now.get(column)
        if not _says_who_did(described) or not value or value == then.get(column):
            continue
        if value == now.get("history_user_id"):
            continue
        return f"Entered by {typed} for {names.named(described, value)}"
    return ""


def _says_who_did(described: Any) -> bool:
    """Whether a field names a user who did what the record keeps: `held_by` beside `held_at`, and not `follow_up_by`."""
    if not described.name.endswith("_by") or not described.is_relation:  # (somebody from outside is kept as text)
        return False
    if described.related_model._meta.label != "accounts.User":
        return False
    if described.name == "entered_by":  # at the time of the entry itself, where the record keeps no other
        return True
    beside = described.name.removesuffix("_by") + "_at"
    return any(one.name == beside for one in described.model._meta.concrete_fields)


@cache
def _fields(table: str) -> dict[str, Any]:
    """The columns of a history table that are worth reading, each with the field that describes it."""
    model = _models().get(table)
    if model is None:
        return {}
    return {f.column: f for f in model._meta.concrete_fields if f.column not in LEFT_OUT}


def _label(described: models.Field[Any, Any]) -> str:
    named = _called.get((described.model._meta.label, described.name))
    return named or _capital(str(described.verbose_name))


def _value(described: models.Field[Any, Any], value: Any, names: _Names) -> str:
    """A kept value as the reader knows it: labels for choices, names for links, dates as people say them."""
    if value in (None, "", [], {}):
        return NOTHING
    if in_words := _told.get((described.model._meta.label, described.name)):
        return in_words(value)
    if described.is_relation:
        return names.named(described, value)
    choices: Any = dict(described.flatchoices or [])
    if isinstance(value, str | int) and value in choices:
        return str(choices[value])
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(described, models.DateTimeField):
        return wording.when_text(_moment(value))
    if isinstance(described, models.DateField):
        return wording.when_text(date.fromisoformat(value))
    if isinstance(value, list | dict):
        return _nested(value)
    return str(value)


def _nested(value: Any) -> str:
    """A list or group kept in one field: what is empty is left out, and a list of groups has a line for each."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, dict):
        said = {
            _capital(str(key)).replace("_", " "): one for key, one in value.items() if one not in (None, "", [], {})
        }
        # Told last, as it takes lines of its own.
        last = [f"{key}:\n{_nested(one)}" for key, one in said.items() if _is_groups(one)]
        return "\n".join(
            ["; ".join(f"{key}: {_nested(one)}" for key, one in said.items() if not _is_groups(one)), *last]
        )
    if _is_groups(value):
        return "\n".join(f"{n}. {_nested(one)}" for n, one in enumerate(value, 1))
    if isinstance(value, list):
        return ", ".join(_nested(one) for one in value)
    return str(value)


def _is_groups(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(one, dict) for one in value)


def _moment(value: str) -> datetime:
    moment = datetime.fromisoformat(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _lateness(described: models.Field[Any, Any], value: Any, at: datetime) -> str:
    """That a time of something done lies well before it was written down; times still to come do not count.

    A model says in `past_days` which of its days are of something done; written down the day after is in time.
    """
    if value in (None, ""):
        return ""
    if not isinstance(described, models.DateTimeField):
        return _days_late(described, value, at) if described.name in getattr(described.model, "past_days", ()) else ""
    if not described.name.endswith("_at"):
        return ""
    gap = at - _moment(value)
    if gap <= LATE:
        return ""
    return f"{_label(described)} is given as {wording.when_text(_moment(value))}, written down {wording.gap_text(gap)} later"


def _days_late(described: models.Field[Any, Any], value: Any, at: datetime) -> str:
    day = date.fromisoformat(value)
    days = (times.to_london(at).date() - day).days
    if days <= 1:
        return ""
    return f"{_label(described)} is given as {wording.when_text(day)}, written down {wording.plural(days, 'day')} later"


class _Names:
    """The names behind the links of one page, each as it was at the time; fetched in one query a kind of record."""

    #: Kinds whose name says enough, and where it stands; anything else is called by its kind, without another query.
    NAMED: ClassVar[dict[str, tuple[str, ...]]] = {
        "accounts.User": ("name",),
        "accounts.Staff": ("name",),
        "accounts.Service": ("name",),
        "accounts.Provider": ("name",),
        "incidents.PersonSupported": ("code",),
        "incidents.Duty": ("body",),
        "incidents.Restriction": ("kind", "person"),
        "incidents.RiskControl": ("kind",),
        "incidents.TaskRestriction": ("task", "worker"),
        "governance.Measure": ("title",),
        "remediation.CauseFinding": ("cause",),
        "remediation.GapTemplate": ("name",),
        "remediation.PracticeTest": ("title",),
        "remediation.Reauthorisation": ("task", "decision"),
        "remediation.RemediationPlan": ("worker",),
        "remediation.TestAttempt": ("test",),
    }

    def __init__(self) -> None:
        self._wanted: dict[Any, set[str]] = {}
        #: By kind and key: every name it had, each with the time from which it had it.
        self._as_it_was: dict[tuple[str, str], list[tuple[datetime, tuple[str, ...]]]] = {}
        #: The moment whose names are wanted; None for the newest.
        self.moment: datetime | None = None
        #: The user whose name is kept back.
        self.unnamed = ""

    def as_of(self, moment: datetime, unnamed: Act | None = None) -> _Names:
        """The same names as they were at that time, but that of whoever did this act."""
        then = copy(self)
        then.moment, then.unnamed = moment, unnamed.user if unnamed else ""
        return then

    def want(self, described: models.Field[Any, Any], *values: Any) -> None:
        if not described.is_relation or described.related_model is None:
            return
        related: Any = described.related_model
        if related._meta.label in self.NAMED:
            self._wanted.setdefault(related, set()).update(str(one) for one in values if one)

    def want_user(self, payload: dict[str, Any]) -> None:
        if payload.get("history_user_id"):
            self._wanted.setdefault(apps.get_model("accounts.User"), set()).add(payload["history_user_id"])

    def fetch(self) -> None:
        """Every name in two questions: kinds that are called by another's name first, then all those names together."""
        while self._wanted:
            first = [one for one in self._wanted if any(by.is_relation for by in self._by(one))] or list(self._wanted)
            self._fetch({model: self._wanted.pop(model) for model in first})

    def _by(self, model: Any) -> list[Any]:
        return [model._meta.get_field(name) for name in self.NAMED[model._meta.label]]

    def _fetch(self, wanted: dict[Any, set[str]]) -> None:
        """What each of these records was called, version by version. One query for all kinds."""
        text, kinds, asked = models.TextField(), {}, []
        for model, keys in wanted.items():
            label, parts = model._meta.label, self._by(model)
            kinds[label] = parts
            missing = {key for key in keys if (label, key) not in self._as_it_was}
            if missing:
                said = [Cast(models.F(by.attname), text) for by in parts] + [models.Value("", text)] * (2 - len(parts))
                versions = model.history.filter(id__in=missing).order_by()
                asked.append(
                    versions.annotate(of_kind=models.Value(label, text), part_0=said[0], part_1=said[1]).values_list(
                        "of_kind", "id", "history_date", "history_id", "part_0", "part_1"
                    )
                )
        rows = asked[0].union(*asked[1:], all=True) if asked else []
        for label, pk, moment, _, *said in sorted(rows, key=lambda row: (row[2], row[3])):
            called = []
            for by, one in zip(kinds[label], said, strict=False):
                choices: Any = dict(by.flatchoices or [])
                if by.is_relation:
                    self.want(by, one)
                called.append(str(one or "") if by.is_relation else str(choices.get(one, one)))
            self._as_it_was.setdefault((label, str(pk)), []).append((moment, tuple(called)))

    def user(self, payload: dict[str, Any], at: datetime) -> str:
        """Who did it, by the name they had then."""
        if self.unnamed and payload.get("history_user_id") == self.unnamed:
            return UNNAMED
        return ", ".join(self._called("accounts.User", payload.get("history_user_id") or "", at)) or "Unknown"

    def named(self, described: Any, value: Any) -> str:
        related = described.related_model
        if self.unnamed and str(value) == self.unnamed:
            return UNNAMED
        found = self._called(related._meta.label, str(value), None)
        if not found:
            # (a key tells a reader nothing; the record that is meant is one link away)
            return model_name(related)
        parts = zip(self._by(related), found, strict=True)
        return ", ".join(self.named(by, one) if by.is_relation else one for by, one in parts if one)

    def _called(self, label: str, key: str, at: datetime | None) -> tuple[str, ...]:
        """The name it had at the moment asked for; the first one known where that lies before them all."""
        versions = self._as_it_was.get((label, key), [])
        moment = self.moment or at
        earlier = [name for since, name in versions if moment is None or since <= moment]
        return earlier[-1] if earlier else (versions[0][1] if versions else ())
