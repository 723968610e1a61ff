"""The case list, its filters and its search: only what I may see, newest first, at the same cost however many."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from incidents import actions, case_list, gates, next_due, stages
from incidents.models import Case, CaseGrant
from records import searching, times
from records.acting import acting_as
from remediation.models import CauseFinding, Strength, SystemAction

URL = "/cases/"


def look(client, query=""):
    """A page of the list. Words ("?q=…") are typed into the search, as there is no other way."""
    asked = QueryDict(query.removeprefix("?"), mutable=True)
    if words := asked.pop("q", None):
        answer = client.post(URL, {"q": words[0]})
        assert answer.status_code == 302
        asked.update(QueryDict(answer["Location"].partition("?")[2]))
    return client.get(f"{URL}?{asked.urlencode()}")


@pytest.fixture
def shown(client, cast):
    """`shown(user, "?q=…")`: the references on the page in their order, and the page itself."""

    def get(user, query=""):
        client.force_login(user)
        response = look(client, query)
        assert response.status_code == 200
        return [line.case.reference for line in response.context["page"].lines], response.content.decode()

    return get


def many(cast, count, **given):
    """`count` cases, a minute apart, the last one the newest."""
    start = times.now() - timedelta(hours=1)
    made = []
    for number in range(count):
        with time_machine.travel(start + timedelta(minutes=number), tick=False):
            made.append(cast.case(title=f"Case number {number}", **given))
    return made


def test_the_newest_case_comes_first_with_all_its_columns(cast, shown):
    first, second = many(cast, 2, rated=True)
    references, page = shown(cast.manager)
    assert references == [second.reference, first.reference]
    for word in ("Case number 1", "Larkfield North", "L3 high", "Protecting people", "Aoife Brennan", "stp-due"):
        assert word in page, word


def test_a_page_holds_25_and_the_next_goes_on_where_it_ended_without_a_gap_or_a_double(cast, client):
    made = many(cast, 28)
    client.force_login(cast.manager)
    first = client.get(URL)
    older = client.get(URL + first.context["older"])
    seen = [line.case.pk for page in (first, older) for line in page.context["page"].lines]
    assert seen == [case.pk for case in reversed(made)]
    assert [len(page.context["page"].lines) for page in (first, older)] == [25, 3]
    assert not older.context["older"]
    assert "Back to the newest" in older.content.decode()


def test_cases_logged_in_the_same_moment_are_each_shown_once(cast, client):
    with time_machine.travel(times.now(), tick=False):
        made = {cast.case().pk for _ in range(27)}
    client.force_login(cast.manager)
    first = client.get(URL)
    older = client.get(URL + first.context["older"])
    seen = [line.case.pk for page in (first, older) for line in page.context["page"].lines]
    assert len(seen) == 27
    assert set(seen) == made


def test_a_place_that_cannot_be_read_shows_the_top(cast, shown):
    case = cast.case()
    for place in ("x", "2026-01-01|x", "2026-01-01T00:00:00|" + str(case.pk), "|", "%00"):
        assert shown(cast.manager, "?before=" + place)[0] == [case.reference]


def test_nobody_outside_finds_a_case_by_list_filter_or_search(cast, client):
    case = cast.case(subject=True)
    outside = [*cast.strangers.values(), cast.neighbour, cast.worker_user, cast.colleague, cast.system_administrator]
    for user in outside:
        client.force_login(user)
        for query in ("", f"?q={case.reference}", "?q=bruises", f"?service={case.service_id}", "?state=open"):
            page = look(client, query)
            assert page.context["page"].lines == [], (user, query)
            assert case.title not in page.content.decode()


def test_a_sealed_case_is_gone_from_list_and_search_but_not_for_its_team(cast, shown):
    case = cast.case()
    with acting_as(cast.nominated_individual, "case.sealed"):
        case.sealed_at, case.sealed_by = times.now(), cast.nominated_individual
        case.save()
        CaseGrant(
            case=case,
            user=cast.hr,
            kind="team",
            reason="Named team",
            starts_at=times.now(),
            granted_by=cast.nominated_individual,
        ).save()
    assert shown(cast.manager)[0] == []
    assert shown(cast.manager, f"?q={case.reference}")[0] == []
    assert shown(cast.hr)[0] == [case.reference]
    assert shown(cast.hr, "?q=bruises")[0] == [case.reference]


def test_the_filters_narrow_and_a_wrong_one_narrows_nothing(cast, shown):
    rated = cast.case(rated=True)
    unrated = cast.case(owner=cast.deputy)
    closed = cast.case(rated=True)
    with acting_as(cast.manager, "case.closed"):
        closed.closed_at, closed.closed_by = times.now(), cast.manager
        closed.save()
    elsewhere = cast.case(by=cast.nominated_individual, service=cast.second_service)
    everything = [elsewhere.reference, closed.reference, unrated.reference, rated.reference]
    user = cast.nominated_individual
    assert shown(user)[0] == everything
    assert shown(user, f"?service={cast.second_service.pk}")[0] == [elsewhere.reference]
    assert shown(user, "?level=3")[0] == [closed.reference, rated.reference]
    assert shown(user, "?level=none")[0] == [elsewhere.reference, unrated.reference]
    assert shown(user, "?state=closed")[0] == [closed.reference]
    assert shown(user, "?state=open&level=3")[0] == [rated.reference]
    assert shown(cast.deputy, "?whose=me")[0] == [unrated.reference]
    for wrong in ("?service=x", f"?service={cast.other_service.pk}", "?level=9", "?state=half", "?q=%00"):
        assert shown(user, wrong)[0] == everything, wrong


@pytest.mark.parametrize("typed", ["{0}", " {0} ", "{1}", "{2}"])
def test_a_reference_typed_in_any_usual_way_finds_that_case_alone(cast, shown, typed):
    case = cast.case()
    other = cast.case(what_happened=f"The same as in {case.reference}, again.")
    _, year, number = case.reference.split("-")
    words = typed.format(case.reference, case.reference.lower(), f"sp {year} {int(number)}")
    assert shown(cast.manager, f"?q={words}")[0] == [case.reference]
    assert other.reference not in shown(cast.manager, f"?q={words}")[1]


def test_the_search_looks_in_title_account_people_staff_and_chronology(cast, shown):
    case = cast.case(title="Hoist used alone", what_happened="She slipped in the sling.", subject=True)
    cast.case(title="Medicine missed", people=["K.W."])
    actions.add_chronology_entry(
        by=cast.manager,
        case=case,
        event_at=times.now() - timedelta(hours=1),
        kind="fact",
        text="The neighbour telephoned the office.",
        source="Phone log",
    )
    for words in ("hoist", "HOISTS", "slipped sling", "M.E.", "Dionne", '"telephoned the office"', "hoist or nothing"):
        assert shown(cast.manager, "?q=" + words)[0] == [case.reference], words
    assert shown(cast.manager, "?q=hoist -sling")[0] == []


def test_the_search_combines_with_the_filters(cast, shown):
    rated, unrated = cast.case(rated=True), cast.case()
    assert shown(cast.manager, "?q=bruises")[0] == [unrated.reference, rated.reference]
    references, page = shown(cast.manager, "?q=bruises&level=3")
    assert references == [rated.reference]
    assert '<input type="hidden" name="search" value="' in page and 'name="q" value="bruises"' not in page


def test_a_search_that_finds_nothing_says_what_to_do(cast, shown):
    cast.case()
    references, page = shown(cast.manager, "?q=submarine&level=3")
    assert references == []
    assert "None of the cases you may see has these words" in page
    assert "Type a whole reference" in page
    assert "Search in every service, level and state" in page


def test_what_is_typed_is_shown_as_text(cast, shown):
    assert "<script>x" not in shown(cast.manager, "?q=<script>x</script>")[1]


def test_the_list_asks_the_database_the_same_few_questions_for_3_rows_and_30(cast, client):
    client.force_login(cast.manager)
    client.get(URL)
    counts = []
    for more in (3, 27):
        many(cast, more, rated=True)
        for query in ("", "?q=number&state=open"):
            look(client, query)
            with CaptureQueriesContext(connection) as asked:
                look(client, query)
            counts.append(len(asked))
    assert counts[0] == counts[2] and counts[1] == counts[3], counts
    assert max(counts) <= 20, counts


def test_the_stage_of_a_list_is_that_of_each_case(cast):
    fresh, guarded, closed = cast.case(), cast.case(), cast.case()
    cast.control(guarded)
    cast.answer_all_duties(guarded)
    with acting_as(cast.manager, "case.closed"):
        closed.closed_at, closed.closed_by = times.now(), cast.manager
        closed.save()
    found = stages.of([fresh, guarded, closed])
    assert found[fresh.pk] == "Protecting people" and not gates.is_protected(fresh)
    assert found[guarded.pk] != "Protecting people" and gates.is_protected(guarded)
    assert found[closed.pk] == "Closed"


def test_the_next_due_date_is_the_earliest_open_one_and_none_for_a_closed_case(cast):
    case, closed = cast.case(), cast.case()
    with acting_as(cast.manager, "case.closed"):
        closed.closed_at, closed.closed_by = times.now(), cast.manager
        closed.save()
    found = next_due.of([case, closed])
    dates = [duty.due_at for duty in case.duties.filter(sent_at=None, due_at__isnull=False)]
    dates += [review.due_at for review in case.chronologyreviews.all()]
    assert found == {case.pk: min(dates)}


def test_the_next_due_date_counts_the_dates_of_every_floor(cast):
    case = cast.case()
    cast.answer_all_duties(case)
    soon = times.today() - timedelta(days=3)
    with acting_as(cast.manager, "action.added"):
        SystemAction(
            case=case,
            cause=CauseFinding.objects.filter(case=case).first(),
            what="Two carers for each hoist",
            strength=Strength.values[0],
            owner=cast.deputy,
            due_on=soon,
            original_due_on=soon,
            added_at=times.now(),
            added_by=cast.manager,
        ).save()
    assert next_due.of([case])[case.pk] == times.end_of_day(soon)


def test_a_care_worker_without_any_case_has_no_line_cases(cast, client):
    client.force_login(cast.colleague)
    assert f'href="{URL}"' not in client.get(reverse("cases")).content.decode().split("<main")[0].split("stp-search")[0]
    client.force_login(cast.manager)
    assert f'href="{URL}"' in client.get(reverse("cases")).content.decode().split("stp-search")[0]


def test_reading_a_page_leaves_the_long_texts_in_the_database(cast):
    cast.case()
    line = case_list.page(cast.manager, {}).lines[0]
    assert "what_happened" in line.case.get_deferred_fields()
    assert isinstance(line.case, Case)


def test_what_is_searched_for_is_in_no_address_and_paging_and_going_back_still_work(cast, client):
    """ASVS 14.2.1: the words are posted and stay with the session; the address says a key that says nothing."""
    made = many(cast, 28)
    client.force_login(cast.manager)
    sent = client.post(URL, {"q": "number"})
    address = sent["Location"]
    assert sent.status_code == 302 and "number" not in address
    first = client.get(address)
    older = client.get(URL + first.context["older"])
    seen = [line.case.pk for page in (first, older) for line in page.context["page"].lines]
    assert seen == [case.pk for case in reversed(made)]
    other = client.post(URL, {"q": "submarine"})["Location"]
    assert client.get(other).context["page"].lines == []
    again = client.get(address)  # the back button
    assert again.content.count(b"Case number") == first.content.count(b"Case number")
    for page in (first, older, again):
        links = re.findall(r'(?:href|action)="([^"]*)"', page.content.decode())
        assert links and not [link for link in links if "number" in link]
    assert client.post(URL, {"q": "number"})["Location"] == address, "the same words have the same key"
    for nothing in ("", "   ", "\0"):
        assert client.post(URL, {"q": nothing})["Location"] == URL
    assert client.get(URL + "?q=submarine").context["words"] == "", "words in an address are not looked at"


def test_a_search_is_its_own_persons_and_a_key_that_is_none_shows_the_whole_list(cast, client):
    case = cast.case()
    client.force_login(cast.manager)
    address = client.post(URL, {"q": "submarine"})["Location"]
    assert client.get(address).context["page"].lines == []
    theirs = Client()
    theirs.force_login(cast.deputy)
    for one in (address, URL + "?search=x", URL + "?search=%00"):
        assert [line.case.pk for line in theirs.get(one).context["page"].lines] == [case.pk]
    for number in range(searching.MOST + 5):
        client.post(URL, {"q": f"word{number} " + "x" * 500})
    kept = client.session["searches"]
    assert len(kept) == searching.MOST and all(len(words) <= searching.LONGEST for words in kept.values())
