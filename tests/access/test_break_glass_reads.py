"""Emergency access shows and never empowers: every rule and every action, as a nominated individual left out (F93)."""

import inspect
from collections.abc import Callable
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts import actions as people
from accounts.models import User
from accounts.permits import Permit
from governance import actions as governance
from governance import due
from governance import permissions as governing
from governance.models import DueItem
from incidents import actions, permissions
from incidents.models import Case, CaseGrant, CaseSeal
from records import times
from records.models import LedgerEntry
from records.refusals import NotAllowed
from remediation import actions as remediation
from remediation import permissions as tracks
from remediation import permissions_practice as practice
from tests.access.test_case_access import signed_in, typed
from tests.access.test_leaving_and_delegating import anew
from tests.cast import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.feature("F93")]
DAY = timedelta(days=1)
#: Seeing is what emergency access is for; what is asked besides a right, or only words it, is no right in the case.
SHOWS = {
    "can_see",
    "is_shut_out",
    "sees_of_right",
    "reads_in_emergency",
    "permitted",
    "signing_role",
    "rank_in",
    "check_owns_no_action",
}
#: Refused for a reason of their own before anybody's right is asked: said here so that a new one must be looked at.
OTHERWISE = {
    "open_in_emergency": "is how they came in",
    "log_incident": "makes another case, under a role at the service",
    "record_scan": "the virus scanner's, by the product itself",
    "set_closed": "below the closing, which asks",
    "set_reopened": "below the re-opening, which asks",
    "open_learning": "follows from logging the case, which asks",
    "open_capability": "follows from logging the case, which asks",
    "ask_about": "follows from a decision about a worker, or from their leaving, which ask",
    "add_worker": "follows from naming a worker in the case, which asks",
}


@pytest.fixture
def left_out(cast: Cast, case: Case) -> User:
    """One of two nominated individuals, whom a sealed case leaves out, after they opened it in an emergency."""
    people.grant_membership(
        by=User.system(), user=cast.neighbour, role="nominated_individual", provider=cast.provider, service=None
    )
    cast.users["above"] = anew(cast.neighbour)
    actions.seal_case(
        by=cast.manager, case=case, owner=cast.manager, team=[cast.safeguarding_lead, cast.above],
        reason="The other one's part is asked",
    )  # fmt: skip
    actions.open_in_emergency(by=cast.nominated_individual, reference=case.reference, reason="Police at the door")
    case.refresh_from_db()
    return anew(cast.nominated_individual)


def rules() -> list[tuple[str, Callable[..., bool]]]:
    """Every `can_x(user, case)` and the like of the product."""
    found = []
    for module in (permissions, tracks, practice, governing):
        for name, one in vars(module).items():
            if name.startswith("_") or not inspect.isfunction(one) or one.__module__ != module.__name__:
                continue
            if list(inspect.signature(one).parameters)[:2] == ["user", "case"] and name not in SHOWS:
                found.append((f"{module.__name__}.{name}", one))
    return found


def refuses(rule: Callable[..., Any], user: User, case: Case) -> bool:
    """Whether a `can_x` says no, or a `check_x` raises; asked with every permit there is, where it takes one."""
    more = [name for name in inspect.signature(rule).parameters if name not in ("user", "case")]
    tried = []
    for permit in Permit if "permit" in more else [None]:
        given = {name: permit if name == "permit" else case.service.staff.first() for name in more}
        if "sentence" in given:
            given["sentence"] = "No."
        try:
            tried.append(rule(user, case, **given))
        except NotAllowed:
            tried.append(False)
        else:
            if rule.__name__.startswith("check"):
                tried.append(True)
    return not any(tried)


def test_emergency_access_shows_the_case_and_brings_no_right_in_it(cast: Cast, case: Case, left_out: User) -> None:
    assert signed_in(left_out).get(reverse("case", args=[case.pk])).status_code == 200
    asked = rules()
    assert len(asked) > 30
    assert [name for name, rule in asked if not refuses(rule, left_out, case)] == []
    waits = list(DueItem.objects.visible_to(left_out).filter(case=case).select_related("case", "service"))
    assert waits and not any(due.may_open(left_out, item) for item in waits)  # nothing there is theirs to do
    # It is the emergency that makes the difference: once of the team, the same person holds most of them.
    actions.give_access(by=cast.above, case=case, user=left_out, purpose="x", ends_on=times.today() + DAY)
    named = anew(left_out)
    assert any(due.may_open(named, item) for item in DueItem.objects.visible_to(named).filter(case=case))
    assert len([name for name, rule in asked if not refuses(rule, named, case)]) > 25


def verbs() -> list[tuple[str, Callable[..., Any]]]:
    modules: tuple[ModuleType, ...] = (actions, remediation, governance)
    return [
        (name, getattr(module, name))
        for module in modules
        for name in module.__all__
        if "case" in inspect.signature(getattr(module, name)).parameters
        and "by" in inspect.signature(getattr(module, name)).parameters
        and name not in OTHERWISE
    ]


@pytest.mark.parametrize(("name", "verb"), verbs(), ids=lambda one: one if isinstance(one, str) else "")
def test_every_action_on_a_case_refuses_whoever_opened_it_in_an_emergency(
    cast: Cast, case: Case, left_out: User, name: str, verb: Callable[..., Any]
) -> None:
    """The right is asked before anything else is looked at, so what is handed over need not be sensible."""
    given: dict[str, Any] = {}
    for parameter in inspect.signature(verb).parameters.values():
        if parameter.name not in ("by", "case") and parameter.default is inspect.Parameter.empty:
            given[parameter.name] = some(parameter.name, str(parameter.annotation), cast)
    before = LedgerEntry.objects.count()
    with pytest.raises(NotAllowed):
        verb(by=left_out, case=case, **given)
    assert LedgerEntry.objects.count() == before


def some(name: str, kind: str, cast: Cast) -> Any:
    if "Staff" in kind:
        return cast.worker
    if "User" in kind:
        return cast.deputy
    if "date" in kind:
        return times.now() if "datetime" in kind else times.today() + DAY
    if "int" in kind:
        return 1
    if name == "uploads":
        return [SimpleUploadedFile("note.txt", b"Rota of 6 October")]
    if "list" in kind or "Iterable" in kind or "Sequence" in kind:
        return []
    return "x"


def test_the_seal_its_team_and_its_owner_stay_as_they_are(cast: Cast, case: Case, left_out: User) -> None:
    """The way in for good: lift the seal, let oneself stay by a friend, hand the case over. Over HTTP, as they would."""
    client = signed_in(left_out)
    team = CaseGrant.objects.get(case=case, user=cast.safeguarding_lead)
    ends = typed("ends_on", times.today() + DAY)
    before = LedgerEntry.objects.count()
    for name, args, sent in (
        ("case-unseal", [case.pk], {"reason": "I need it open"}),
        ("case-access-end", [case.pk, team.pk], {"reason": "Not needed"}),
        ("case-access-give", [case.pk], {"user": str(cast.deputy.pk), "purpose": "Helps me"} | ends),
        ("case-owner", [case.pk], {"owner": str(left_out.pk), "reason": "Mine now"}),
    ):
        answer = client.post(reverse(name, args=args), sent)
        assert answer.status_code in (404, 422), (name, answer.status_code)
    case.refresh_from_db()
    assert LedgerEntry.objects.count() == before
    assert case.owner == cast.manager and CaseSeal.objects.get(case=case).unsealed_at is None
    assert CaseGrant.objects.current().filter(pk=team.pk).exists()


def test_the_way_to_emergency_access_is_shown_to_those_who_have_it_and_to_nobody_else(cast: Cast) -> None:
    link = f'href="{reverse("emergency-access")}"'
    shown = {name for name, user in cast.users.items() if link in signed_in(user).get("/").content.decode()}
    assert shown == {"nominated_individual", "system_administrator"}
