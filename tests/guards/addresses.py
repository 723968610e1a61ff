"""Every address of the product, found by walking the URL configuration, with a real record for each part of it."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.urls import get_resolver

#: Which record stands in an address after this word. A new word must be added here, or the guard fails.
RECORDS = {
    "cases": "incidents.Case", "done": "incidents.Case", "controls": "incidents.RiskControl",
    "level": "incidents.Rating", "duties": "incidents.Duty", "chronology": "incidents.ChronologyEntry",
    "evidence": "incidents.CaseFile", "cases/people": "incidents.CasePerson", "staff": "incidents.CaseStaff",
    "restriction": "incidents.Restriction", "causes": "remediation.CauseFinding", "actions": "remediation.SystemAction",
    "capability": "remediation.CapabilityResponse", "replies": "remediation.RightOfReply",
    "reflection": "remediation.CapabilityResponse", "plans": "remediation.RemediationPlan",
    "plan-learning": "remediation.LearningAction", "plan-tests": "remediation.PracticeTest",
    "plan-reviews": "remediation.PlanReview", "library": "remediation.GapTemplate",
    "practice-tests": "remediation.PracticeTest", "attempts": "remediation.TestAttempt",
    "signatures": "remediation.AttemptSignOff", "holds": "remediation.HoldRequest",
    "decisions": "remediation.Reauthorisation", "follow-ups": "remediation.FollowUp",
    "who-may-do-what": "accounts.Service", "who-may-do-what/": "accounts.Staff", "measures": "governance.Measure",
    "looks": "governance.EffectCheck", "closings": "governance.Closure", "people": "accounts.Staff",
    "roles": "accounts.Membership", "delegations": "accounts.Delegation", "access": "incidents.CaseGrant", "reading": "incidents.CaseGrant", "exceptions": "incidents.SmallServiceException", "packs": "governance.Pack", "chase": "governance.Chase",
    "disciplinary": "remediation.DisciplinaryAppointment", "postings": "accounts.Posting",
    "services": "accounts.Service", "providers": "accounts.Provider",
}  # fmt: skip
#: Addresses that show nothing of anyone: open to strangers, each with its reason.
OPEN_TO_STRANGERS = {
    "health": "says only that the database answers",
    "security-txt": "says only whom to tell of a weakness",
    "verify": "says only whether a file is one of ours, to whoever holds the file",
    "my-work": "the reader's own", "due": "the reader's own", "log": "opens the reader's own form",
    "cases": "the reader's own", "my-plan": "the reader's own", "register": "the reader's own services",
    "library": "shared by all providers", "library-entry": "shared by all providers",
    "library-entry-history": "shared by all providers", "library-entry-history-csv": "shared by all providers", "people": "the reader's own staff",
    "person-add": "opens the reader's own form", "ready-to-close": "the reader's own", "packs-to-release": "the reader's own",
    "packs": "the reader's own",
    "library-edit": "writes the reader's own copy; the shared one stays", "governance": "the reader's own",
    "emergency-access": "opens the reader's own form", "reading-room": "the reader's own",
    "search": "the reader's own", "ledger": "counts only",
    "ledger-check": "starts the same count for everybody", "log-sent": "the reader's own",
    "session-left": "how long the reader's own sign-in lasts", "session-stay": "the reader's own sign-in",
    "session-keep": "keeps what the reader typed, for the reader",
}  # fmt: skip
#: Without an account.
OPEN_TO_ALL = {"health", "verify", "session-left", "security-txt"}
#: Parts that are no record: a draft is its owner's alone (a random one is tried), a page of it, a number, a task.
OTHER = {"draft": str(uuid.uuid4()), "page": "what", "order": 1, "task": "T1", "seq": 1, "kind": "attemptsignoff"}


@dataclass(frozen=True)
class Address:
    """One pattern of the URL configuration, filled with records of one case."""

    name: str
    pattern: str
    path: str
    #: Every record named in the address was found, so a 404 means "not for you" and not "not there".
    real: bool


def patterns() -> Iterator[tuple[str, str]]:
    """(name, pattern) of every address but the admin's, allauth's and the developer's."""

    def walk(resolver: Any, prefix: str) -> Iterator[tuple[str, str]]:
        for one in resolver.url_patterns:
            if hasattr(one, "url_patterns"):
                yield from walk(one, prefix + str(one.pattern))
            else:
                yield str(one.name), prefix + str(one.pattern)

    for name, pattern in walk(get_resolver(), ""):
        if not pattern.startswith(("admin/", "account/", "components/", "__", "static")):
            yield name, pattern


def fill(pattern: str, case: Any) -> tuple[str, bool]:
    """The address of this pattern for records of `case`, and whether all of them exist."""
    real = True
    path = "/"
    word = ""
    in_case = False
    for segment in [part for part in pattern.split("/") if part]:
        found = re.fullmatch(r"<(\w+):(\w+)>", segment)
        if not found:
            word = segment
            path += segment + "/"
            in_case = in_case or segment == "cases"
            continue
        kind, argument = found.groups()
        if argument in OTHER:
            real = real and argument not in {"draft"}
            path += f"{OTHER[argument]}/"
            continue
        key = RECORDS.get("cases/people" if word == "people" and in_case else word)
        if word == "who-may-do-what" and argument.startswith("staff"):
            key = "accounts.Staff"
        assert key, f"{pattern}: which record stands after {word!r}? Add it to RECORDS."
        record = _example(key, case)
        real = real and record is not None
        path += f"{record.pk if record is not None else (uuid.uuid4() if kind == 'uuid' else 0)}/"
    return path, real


def _example(label: str, case: Any) -> Any:
    model = apps.get_model(label)
    fields = {field.name for field in model._meta.concrete_fields}
    if label == "incidents.Case":
        return case
    if "case" in fields:
        return model.objects.filter(case=case).order_by("pk").first()
    if label == "accounts.Service":
        return case.service
    if label == "accounts.Staff":
        return case.service.staff.exclude(user=None).order_by("name").first()
    if label == "accounts.Provider":
        return case.provider
    if label == "accounts.Posting":
        return model.objects.filter(service=case.service).order_by("pk").first()
    if label == "accounts.Membership":
        return model.objects.filter(service=case.service).order_by("pk").first()
    if label == "accounts.Delegation":
        return model.objects.filter(service=case.service).order_by("pk").first()
    if label == "remediation.GapTemplate":
        return model.objects.order_by("pk").first()
    raise AssertionError(f"{label}: how is one found? Say so here.")


def put_away(answer: Any) -> None:
    """Read a file given out to its end, which closes it; `close()` would close the connection of the test as well."""
    if answer.streaming:
        b"".join(answer.streaming_content)


def all_addresses(case: Any) -> list[Address]:
    return [Address(name, pattern, *fill(pattern, case)) for name, pattern in patterns()]
