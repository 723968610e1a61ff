"""A sealed case is there for its named team only: every address and list of the product, walked as everybody else (F90)."""

import re
import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import User
from governance import chasing, work
from governance.models import Chase, DueItem
from incidents import actions, permissions, who_sees
from incidents.models import Case, CaseGrant, CaseRead, CaseSeal
from records import times
from records.refusals import NotAllowed, Refused
from tests.access.conftest import TITLE
from tests.access.test_case_access import signed_in
from tests.cast import Cast
from tests.guards import addresses

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
TEAM = ("nominated_individual", "hr")


def seal(cast: Cast, case: Case) -> CaseSeal:
    made: CaseSeal = actions.seal_case(
        by=cast.nominated_individual, case=case, owner=cast.nominated_individual, team=[cast.hr],
        reason="The manager's own decisions are looked at",
    )  # fmt: skip
    case.refresh_from_db()
    return made


def outsiders(cast: Cast) -> dict[str, User]:
    inside = {name: user for name, user in cast.users.items() if name not in TEAM}
    return inside | {"stranger": cast.stranger}


def lists(case: Case) -> Iterator[str]:
    """Every address that takes no record, and the searches that would find it."""
    for _name, pattern in addresses.patterns():
        if "<" not in pattern:
            yield "/" + pattern
    for words in (case.reference, case.title, "Zq.W.", "Zanzibar"):
        yield f"search for {words}"
    yield reverse("due") + "?scope=all"
    for kind in ("control_review", "duty", "chronology_review"):
        yield reverse("due") + f"?scope=all&kind={kind}"


def look(client: Client, url: str) -> HttpResponse:
    """The page at this address, or what a search for these words shows."""
    words = url.removeprefix("search for ")
    if words != url:
        url = client.post(reverse("cases"), {"q": words})["Location"]
    answer: HttpResponse = client.get(url)
    return answer


def plain(body: bytes) -> str:
    """A page without what changes from one answer to the next: nonces, form tokens, the minute it was printed."""
    text = re.sub(
        r'nonce="[^"]*"|data-left="[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"|csrf[-_a-z]*"?[:=]\s*"[^"]*"'
        r'|name="form_number" value="[^"]*"|printed by [^<]*',
        "",
        body.decode(),
    )
    return re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "<id>", text)


#: How the addresses of records outside cases begin: of people, places and the library, and one's own.
OUTSIDE_CASES = (
    "my-", "library", "register", "person", "role-", "delegation", "log-", "draft", "sign-in-history", "posting-",
    "service-", "provider-",
)  # fmt: skip
TRACES = (TITLE, "Zanzibar", "Xylophone", "Zq.W.")


@pytest.mark.feature("F90")
def test_a_sealed_case_is_nowhere_for_anybody_outside_the_team(cast: Cast, case: Case) -> None:
    reference = case.reference
    manager = signed_in(cast.manager)
    seen = [url for url in lists(case) if reference in look(manager, url).content.decode()]
    assert len(seen) >= 4  # so that what is gone below was there

    sealed = signed_in(cast.nominated_individual).post(
        reverse("case-seal", args=[case.pk]),
        {"team": [str(cast.hr.pk)], "owner": str(cast.nominated_individual.pk), "reason": "The manager is part of it"},
    )
    assert sealed.status_code == 302, sealed.content.decode()
    case.refresh_from_db()
    assert case.sealed_at and case.owner == cast.nominated_individual

    found = []
    for name, user in outsiders(cast).items():
        client = signed_in(user)
        for url in lists(case):
            answer = look(client, url)
            body = answer.content.decode() if not answer.streaming else ""
            body = body.replace("such as SP-2026-0001", "")  # the example on the empty list
            body = body.replace(url.removeprefix("search for "), "") if url.startswith("search for ") else body
            traces = [trace for trace in (reference, *TRACES) if trace in body]
            if traces:
                found.append((name, url, traces))
    assert found == []


@pytest.mark.feature("F90")
def test_every_address_of_a_sealed_case_answers_as_one_that_is_not_there(cast: Cast, case: Case) -> None:
    all_of_it = [one for one in addresses.all_addresses(case) if "<" in one.pattern]
    of_case = [one for one in all_of_it if one.real and not one.name.startswith(OUTSIDE_CASES)]
    assert len(of_case) > 30
    seal(cast, case)
    wrong = []
    for name in ("manager", "quality_lead", "worker_user"):
        client = signed_in(cast.users[name])
        for one in of_case:
            for method in ("get", "post"):
                answer = getattr(client, method)(one.path)
                absent = re.sub(r"[0-9a-f-]{36}", lambda _: str(uuid.uuid4()), one.path)
                nothing = getattr(client, method)(absent)
                if answer.status_code != nothing.status_code or plain(answer.content) != plain(nothing.content):
                    wrong.append((name, method, one.name, answer.status_code, nothing.status_code))
                if answer.status_code not in (404, 405):
                    wrong.append((name, method, one.name, answer.status_code))
    assert wrong == []


@pytest.mark.feature("F90")
def test_no_history_of_a_record_outside_cases_tells_of_a_sealed_case(cast: Cast, case: Case) -> None:
    histories = [one for one in addresses.all_addresses(case) if "-history" in one.name and "cases" not in one.pattern]
    assert len(histories) >= 14
    seal(cast, case)
    opened, found = 0, []
    for name, user in outsiders(cast).items():
        client = signed_in(user)
        for one in histories:
            answer = client.get(one.path)
            body = (b"".join(answer) if answer.streaming else answer.content).decode()
            opened += answer.status_code == 200
            found += [(name, one.name, trace) for trace in (case.reference, *TRACES) if trace in body]
    assert found == []
    assert opened > 20, "too few histories were opened to say anything"


@pytest.mark.feature("F90")
def test_counts_due_work_and_mail_leave_a_sealed_case_out_and_its_owner_is_chased_first(cast: Cast, case: Case) -> None:
    before = work.figures(cast.manager, times.now() + DAY * 30)
    assert any(figure.number for figure in before)
    assert DueItem.objects.visible_to(cast.manager).filter(case=case).exists()
    seal(cast, case)
    user = User.objects.get(pk=cast.manager.pk)
    assert not any(figure.number for figure in work.figures(user, times.now() + DAY * 30))
    assert not DueItem.objects.visible_to(user).exists()
    assert work.of(user, times.now() + DAY * 30) == []

    chasing.sweep(times.now() + DAY * 30)
    told = set(Chase.objects.filter(case=case).values_list("recipient__email", flat=True))
    assert cast.nominated_individual.email in told
    team = {cast.nominated_individual.email, cast.hr.email}
    assert told <= team
    first = Chase.objects.filter(case=case, rung="due", kind="duty")
    assert {chase.recipient for chase in first} == {cast.nominated_individual}
    for chase in Chase.objects.filter(case=case):
        mail = chasing.message(chase)
        assert case.reference not in mail.body + mail.subject


def test_the_team_sees_it_and_the_seal_and_lifting_it_brings_it_back(cast: Cast, case: Case) -> None:
    seal(cast, case)
    for name in TEAM:
        page = signed_in(cast.users[name]).get(reverse("case", args=[case.pk])).content.decode()
        assert "Sealed: only its named team" in page
    client = signed_in(cast.nominated_individual)
    shown = client.get(reverse("case-access", args=[case.pk])).content.decode()
    assert "Helen Marsh" in shown and "Paul Reid" not in shown
    assert who_sees.by_role(case) == []
    assert client.post(reverse("case-unseal", args=[case.pk]), {"reason": ""}).status_code == 422
    assert client.post(reverse("case-unseal", args=[case.pk]), {"reason": "Looked into"}).status_code == 302
    assert signed_in(cast.manager).get(reverse("case", args=[case.pk])).status_code == 200
    kept = CaseSeal.objects.get()
    assert (kept.unsealed_by, kept.unsealed_reason) == (cast.nominated_individual, "Looked into")
    assert not CaseGrant.objects.current().filter(case=case).exists()


def test_sealing_ends_every_other_grant_at_once(cast: Cast, case: Case) -> None:
    actions.give_access(by=cast.manager, case=case, user=cast.neighbour, purpose="x", ends_on=times.today() + DAY)
    neighbour = signed_in(cast.neighbour)
    assert neighbour.get(reverse("case", args=[case.pk])).status_code == 200
    seal(cast, case)
    assert neighbour.get(reverse("case", args=[case.pk])).status_code == 404
    assert CaseGrant.objects.get(user=cast.neighbour).ended_reason == "The case was sealed."


def test_an_ordinary_grant_would_not_open_a_sealed_case_even_if_it_were_left(cast: Cast, case: Case) -> None:
    from records.acting import acting_as

    seal(cast, case)
    with acting_as(cast.hr, "case.access_given"):
        CaseGrant(
            case=case, user=cast.manager, kind="access", reason="x", starts_at=times.now(), granted_by=cast.hr
        ).save()
    assert not permissions.can_see(cast.manager, case)


def test_who_may_not_seal_and_who_may_not_be_of_the_team(cast: Cast, case: Case) -> None:
    give = {"case": case, "reason": "x"}
    for name in ("senior", "deputy", "hr", "quality_lead", "worker_user", "neighbour"):
        with pytest.raises(NotAllowed):
            actions.seal_case(by=cast.users[name], owner=cast.manager, **give)
    with pytest.raises(Refused, match="part of the case"):
        actions.seal_case(by=cast.manager, owner=cast.manager, team=[cast.worker_user], **give)
    with pytest.raises(Refused, match="cannot answer for it"):
        actions.seal_case(by=cast.manager, owner=cast.hr, **give)
    with pytest.raises(Refused, match="stands above you"):  # a seal that shuts out all oversight
        actions.seal_case(by=cast.manager, owner=cast.manager, team=[cast.hr, cast.quality_lead], **give)
    with pytest.raises(Refused, match="why it is sealed"):
        actions.seal_case(by=cast.manager, owner=cast.manager, case=case, reason=" ")
    assert not CaseSeal.objects.exists()


@pytest.mark.feature("F90")
def test_an_attempt_is_written_down_and_reads_like_one_on_nothing(cast: Cast, case: Case) -> None:
    seal(cast, case)
    client, nothing = signed_in(cast.manager), uuid.uuid4()
    for key in (case.pk, nothing):
        assert client.get(reverse("case", args=[key])).status_code == 404
    tried = {one.case: one for one in CaseRead.objects.filter(user=cast.manager, outcome="refused")}
    assert set(tried) == {case.pk, nothing}
    alike = [(one.page, one.under, one.grant, one.record) for one in tried.values()]
    assert alike[0] == alike[1] == ("case", "", None, None)
    # The team reads it in the case; the manager's own log says nothing of it.
    shown = signed_in(cast.nominated_individual).get(reverse("case-reads", args=[case.pk])).content.decode()
    assert "Aoife Brennan" in shown and "Not shown" in shown
