"""Who can be named in a case, and that naming somebody again wipes nothing (domain.md §2.2, §3, §6)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from incidents import actions
from incidents.models import Case, CasePerson
from records import times
from records.acting import acting_as
from records.refusals import Refused
from remediation.models import CapabilityResponse
from tests.incidents.test_log_pages import case_1, walk

pytestmark = pytest.mark.django_db
LEFT = date(2026, 5, 3)
BLOCKED = "Colin, the son: he may be the source"


def leaves(cast, who: Any, day: date) -> None:
    with acting_as(cast.manager, "staff.left"):
        who.left_on = day
        who.save()


@pytest.fixture
def log_as_case_1(cast, client):
    """Log case 1 through its pages; `who` changes the page of that name."""

    def run(**who: Any) -> Case:
        client.force_login(cast.manager)
        pages = dict(case_1(cast))
        pages["who"] = pages["who"] | who
        check = walk(client, list(pages.items()))
        shown = client.get(check).content.decode()
        client.post(check)
        run.shown = shown
        return Case.objects.latest("logged_at")

    return run


@pytest.mark.feature("F24")
@pytest.mark.parametrize("day", [LEFT, times.today() + timedelta(days=20)], ids=["left", "on notice"])
def test_resigning_is_no_way_out_of_being_looked_at(cast, client, log_as_case_1, day):
    """Whoever left, or gave notice, is named as who noticed first, as whose practice is looked at and as reporter."""
    leaves(cast, cast.worker, day)
    leaves(cast, cast.colleague_staff, day)
    case = log_as_case_1(subjects=[str(cast.worker.pk)], reporter=str(cast.colleague_staff.pk))
    assert case.first_noticed_by == cast.worker
    assert CapabilityResponse.objects.get(case=case).worker == cast.worker
    label = f"{cast.worker} (left 3 May 2026)"
    assert (label in log_as_case_1.shown) == (day == LEFT)
    # And named later, in the case: the capability track of that worker opens in the same way.
    url = reverse("case-staff-new", args=[case.pk])
    leaves(cast, cast.senior_staff, day)
    assert (f"{cast.senior_staff} (left 3 May 2026)" in client.get(url).content.decode()) == (day == LEFT)
    named = {"staff": str(cast.senior_staff.pk), "involvement": "subject"}
    assert client.post(url, named).status_code == 302
    assert CapabilityResponse.objects.filter(case=case, worker=cast.senior_staff).exists()


def test_those_who_work_here_stand_first_and_those_who_left_last(cast, client):
    leaves(cast, cast.deputy_staff, LEFT)
    leaves(cast, cast.other_senior_staff, times.today() + timedelta(days=20))
    client.force_login(cast.nominated_individual)
    page = client.get(reverse("case-staff-new", args=[cast.case().pk])).content.decode()
    names = ["Petra Novak", "Grace Lim", "Tom Okafor (left 3 May 2026)"]
    assert [page.index(name) for name in names] == sorted(page.index(name) for name in names)


@pytest.mark.feature("F14")
def test_a_worker_on_notice_is_present_wherever_one_is_chosen_until_the_last_day_is_over(cast, client):
    case = cast.case(rated=True)
    client.force_login(cast.manager)
    new, key = reverse("case-control-new", args=[case.pk]), str(cast.worker.pk)
    given = {"kind": "no_lone_work", "what": "In twos", "worker": key, "limits_person": "no"}
    for day, chosen in ((times.today() + timedelta(days=9), True), (times.today(), True), (LEFT, False)):
        leaves(cast, cast.worker, day)
        assert client.post(new, given).status_code == (302 if chosen else 422), day
    client.force_login(cast.system_administrator)
    supervisor = reverse("person-supervisor", args=[cast.colleague_staff.pk])
    for day, chosen in ((times.today() + timedelta(days=9), True), (LEFT, False)):
        leaves(cast, cast.senior_staff, day)
        assert (str(cast.senior_staff) in client.get(supervisor).content.decode()) == chosen, day


@pytest.mark.feature_part("F09")
def test_naming_a_person_again_leads_to_their_record_and_wipes_nothing(cast, client):
    case = cast.case(people=["M.E."])
    link = case.casepersons.get()
    client.force_login(cast.manager)
    record = reverse("case-person", args=[case.pk, link.pk])
    known = {"how_affected": "Bruised", "agreed_contacts": "GP, daughter", "blocked_contacts": BLOCKED}
    assert client.post(record, known).status_code == 302
    add = reverse("case-person-new", args=[case.pk])
    for code in ("M.E.", "m.e.", " M.E. "):
        again = client.post(add, {"code": code, "how_affected": "Frightened too"})
        page = again.content.decode()
        assert again.status_code == 422 and f'href="{record}"' in page and "Frightened too" in page
    with pytest.raises(Refused, match="named in this case already"):  # and the action itself, whoever calls it
        actions.add_person(by=cast.manager, case=case, code="M.E.", blocked_contacts="Nobody")
    link.refresh_from_db()
    assert {name: getattr(link, name) for name in known} == known
    assert client.post(add, {"code": "B12"}).status_code == 302  # somebody else is added as before
    assert case.casepersons.count() == 2


@pytest.mark.feature_part("F09")
@pytest.mark.parametrize("emptied", ["how_affected", "agreed_contacts", "blocked_contacts"])
def test_an_empty_box_never_wipes_what_is_known_of_a_person(cast, client, emptied):
    case = cast.case(people=["M.E."])
    link = case.casepersons.get()
    client.force_login(cast.manager)
    url = reverse("case-person", args=[case.pk, link.pk])
    known = {"how_affected": "Bruised", "agreed_contacts": "GP", "blocked_contacts": BLOCKED}
    assert client.post(url, {"how_affected": "Bruised"}).status_code == 302  # what was never said may stay empty
    assert client.post(url, known).status_code == 302
    assert client.post(url, known | {emptied: " "}).status_code == 422
    with pytest.raises(Refused) as refused:
        actions.describe_person(by=cast.manager, link=link, **(known | {emptied: ""}))
    assert refused.value.field == emptied
    assert getattr(CasePerson.objects.get(pk=link.pk), emptied) == known[emptied]
    assert client.post(url, known | {emptied: "Nobody any more: she said so on 3 June"}).status_code == 302
    assert getattr(CasePerson.objects.get(pk=link.pk), emptied).startswith("Nobody any more")


def test_the_same_initials_typed_twice_are_one_person(cast):
    assert cast.case(people=["M.E.", "m.e."]).casepersons.count() == 1
