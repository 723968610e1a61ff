"""F96, F98: the history of a case as an inspector reads it: who, when, from where, why, before and after."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Posting, User
from incidents import actions
from incidents.models import Case
from records import readable, times
from records.acting import acting_as, source
from records.compartments import ALL
from tests.cast import Cast
from tests.remediation.scene import scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(cast: Cast) -> Case:
    token = source.set("web")
    try:
        return cast.case(rated=True, subject=True)
    finally:
        source.reset(token)


def page_of(client, cast: Cast, case: Case, query: str = "", user=None) -> str:
    client.force_login(user or cast.manager)
    answer = client.get(reverse("case-history", args=[case.pk]) + query)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.feature("F96")
def test_a_change_says_who_when_from_where_why_and_what_before_and_after(client, cast: Cast, case: Case) -> None:
    duty = case.duties.get(body="la_safeguarding")
    actions.answer_duty(by=cast.manager, duty=duty, answer="yes", reason="Bruises on both arms")
    said = page_of(client, cast, case)
    [line] = [one for one in readable.of_chain(case.pk).lines if one.why == "Duty answered"]
    assert (line.who, line.kind, line.did, line.where) == ("Aoife Brennan", "Duty", "changed", "by the system")
    answer = next(change for change in line.changes if change.label == "Answer")
    assert (answer.before, answer.after) == ("Not decided yet", "Yes, they must be told")
    for words in ("Duty answered", "by <strong>Aoife Brennan</strong>", "Not decided yet", "Bruises on both arms"):
        assert words in said
    assert "history_" not in said.replace("stp-history__", "") and "incidents_historicalduty<" not in said, (
        "no word of ours"
    )


@pytest.mark.feature("F96")
def test_every_record_of_the_case_is_in_its_history(client, cast: Cast, case: Case) -> None:
    cast.control(case, tasks=["T1"])
    kinds = {name for _, name in readable.kinds_of(case.pk)}
    assert {"Case", "Duty", "Rating", "Risk control", "Task restriction", "Case staff", "Case person"} <= kinds
    lines, before = [], None
    while True:
        page = readable.of_chain(case.pk, before=before)
        lines += page.lines
        before = page.older
        if before is None:
            break
    assert [line.seq for line in lines] == list(range(len(lines), 0, -1)), "no entry is left out on the way"


@pytest.mark.feature("F96")
def test_it_can_be_narrowed_to_a_person_a_kind_a_record_and_days(client, cast: Cast, case: Case) -> None:
    duty = case.duties.get(body="la_safeguarding")
    actions.answer_duty(by=cast.deputy, duty=duty, answer="yes", reason="Told at once")
    only = readable.of_chain(case.pk, only=readable.Filter(who=str(cast.deputy.pk))).lines
    assert {line.who for line in only} == {"Tom Okafor"}
    said = page_of(client, cast, case, f"?who={cast.deputy.pk}")
    assert "Told at once" in said and "Case logged" not in said
    record = readable.of_chain(case.pk, only=readable.Filter(record=str(duty.pk))).lines
    assert [line.did for line in record] == ["changed", "added"]
    tomorrow = times.today() + timedelta(days=1)
    assert readable.of_chain(case.pk, only=readable.Filter(first=tomorrow)).lines == []
    assert page_of(client, cast, case, f"?record={duty.pk}").count("stp-history__item") == 2


def test_somebody_is_called_as_they_were_called_then(cast: Cast, case: Case) -> None:
    with acting_as(cast.nominated_individual, "user.renamed"):
        cast.manager.name = "Aoife Kelly"
        cast.manager.save()
    assert readable.of_chain(case.pk).lines[-1].who == "Aoife Brennan"


@pytest.mark.feature("F98")
def test_a_time_given_long_after_it_is_shown_as_late(client, cast: Cast, case: Case) -> None:
    actions.add_chronology_entry(
        by=cast.manager,
        case=case,
        event_at=times.now() - timedelta(days=6, hours=1),
        kind="fact",
        text="Four small bruises",
        source="Care notes",
        late_reason="Found when the notes were read",
    )
    said = page_of(client, cast, case)
    assert "Late entry" in said and "written down 6 days 1 hour later" in said


@pytest.mark.feature("F96")
def test_the_hr_compartment_is_kept_back_from_who_may_not_see_it(client, cast: Cast, case: Case) -> None:
    from remediation.models import CapabilityResponse

    response = CapabilityResponse.objects.get(case=case, worker=cast.worker)
    with acting_as(cast.manager, "capability.route_decided"):
        response.route_reason = "A secret about her health"
        response.save()
    assert "A secret about her health" in page_of(client, cast, case)
    said = page_of(client, cast, case, user=cast.safeguarding_lead)
    assert "A secret about her health" not in said
    assert "HR compartment and is not shown to you" in said or "HR compartment and are not shown to you" in said


@pytest.mark.feature("F96")
def test_only_who_may_read_the_history_of_this_case_finds_the_page(client, cast: Cast, case: Case) -> None:
    url = reverse("case-history", args=[case.pk])
    for user in (cast.senior, cast.worker_user, cast.neighbour, cast.system_administrator, *cast.strangers.values()):
        client.force_login(user)
        assert client.get(url).status_code == 404
        assert client.post(reverse("case-history-check", args=[case.pk])).status_code == 404


@pytest.mark.feature("F97")
def test_the_page_checks_the_case_s_own_chain(client, cast: Cast, case: Case) -> None:
    client.force_login(cast.manager)
    said = client.post(reverse("case-history-check", args=[case.pk])).content.decode()
    assert "Intact" in said


def test_a_longer_history_asks_no_more_of_the_database(cast: Cast, case: Case) -> None:
    cast.control(case)  # each kind of record that is named by its own words costs one question, however many there are
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            readable.of_chain(case.pk)
        counts.append(len(asked))
        cast.control(case)
    assert counts[0] == counts[1] <= 8


def test_days_the_wrong_way_round_are_asked_for_again(client, cast: Cast, case: Case) -> None:
    client.force_login(cast.manager)
    query = "?first_0=2&first_1=11&first_2=2026&last_0=1&last_1=11&last_2=2026"
    answer = client.get(reverse("case-history", args=[case.pk]) + query)
    assert answer.status_code in (200, 422)


def test_reasons_read_as_sentences() -> None:
    assert readable.reason_words("risk_control.reviewed") == "Risk control reviewed"
    assert readable.reason_words("pack.asked_for") == "Asked for a pack"


@pytest.mark.feature("F96")
def test_the_history_can_be_taken_away_as_a_table_in_which_no_cell_calculates(client, cast: Cast, case: Case) -> None:
    for text in ("=HYPERLINK(1)", "+1", "-1", "@SUM(1)", " \t=1", "|x", "＝1"):
        actions.add_chronology_entry(
            by=cast.manager, case=case, event_at=times.now(), kind="fact", text=text, source="Care notes"
        )
    client.force_login(cast.manager)
    answer = client.get(reverse("case-history-csv", args=[case.pk]))
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert answer["Content-Disposition"] == f'attachment; filename="history-{case.reference}.csv"'
    assert "no-store" in answer["Cache-Control"] and answer["X-Content-Type-Options"] == "nosniff"
    said = [row[11] for row in rows if row[9] == "Text"]
    assert {"'=HYPERLINK(1)", "'+1", "'-1", "'@SUM(1)", "'|x", "'＝1"} <= set(said)
    assert not [one for row in rows for one in row if one.lstrip().startswith(("=", "+", "-", "@", "\t", "|", "＝"))]
    numbers = {int(row[0]) for row in rows[1:]}
    assert numbers == set(range(1, max(numbers) + 1)), "no entry is left out, however many pages"
    nobody = client.get(reverse("case-history-csv", args=[case.pk]) + f"?who={cast.deputy.pk}")
    assert nobody.status_code == 302, "who changed nothing is no choice: the page says so, the table would hold all"
    actions.answer_duty(by=cast.deputy, duty=case.duties.get(body="la_safeguarding"), answer="yes", reason="Told")
    only = client.get(reverse("case-history-csv", args=[case.pk]) + f"?who={cast.deputy.pk}")
    rows = list(csv.reader(io.StringIO(b"".join(only.streaming_content).decode("utf-8-sig"))))
    assert {row[2] for row in rows[1:]} == {"Tom Okafor"}, "the filter holds for the table too"
    for user in (cast.senior, cast.worker_user, cast.stranger, cast.system_administrator):
        client.force_login(user)
        assert client.get(reverse("case-history-csv", args=[case.pk])).status_code == 404


@pytest.mark.feature("F96")
def test_the_table_keeps_the_hr_compartment_back_like_the_page(client, cast: Cast, case: Case) -> None:
    from remediation.models import CapabilityResponse

    response = CapabilityResponse.objects.get(case=case, worker=cast.worker)
    with acting_as(cast.manager, "capability.route_decided"):
        response.route_reason = "A secret about her health"
        response.save()
    for user, told in ((cast.manager, True), (cast.safeguarding_lead, False)):
        client.force_login(user)
        answer = client.get(reverse("case-history-csv", args=[case.pk]))
        assert ("A secret about her health" in b"".join(answer.streaming_content).decode()) is told


@pytest.mark.feature("F98")
def test_what_one_typed_for_another_says_so(client, cast: Cast, case: Case) -> None:
    from incidents.models import ChronologyEntry

    with acting_as(cast.deputy, "chronology.added"):
        ChronologyEntry(
            case=case, event_at=times.now(), kind="fact", text="Told on the phone", source="Phone call",
            entered_by=cast.senior, entered_at=times.now(),
        ).save()  # fmt: skip
    [line] = [one for one in readable.of_chain(case.pk).lines if one.entered_for]
    assert line.entered_for == "Entered by Tom Okafor for Paul Reid"
    assert "Entered by Tom Okafor for Paul Reid" in page_of(client, cast, case)


@pytest.mark.feature("F96")
def test_an_entry_and_every_addition_stand_side_by_side(client, cast: Cast, case: Case) -> None:
    entry = actions.add_chronology_entry(
        by=cast.manager, case=case, event_at=times.now(), kind="fact", text="Two marks", source="Care notes"
    )
    for text in ("There were four", "One was older"):
        actions.add_addendum(by=cast.senior, entry=entry, text=text, reason="Found in the visit log")
    client.force_login(cast.manager)
    said = client.get(reverse("case-chronology-entry", args=[case.pk, entry.pk])).content.decode()
    for words in ("As it was written", "Two marks", "Added since", "Addition 2", "There were four", "One was older"):
        assert words in said
    assert said.index("As it was written") < said.index("Two marks") < said.index("There were four")


@pytest.mark.feature("F96")
def test_what_a_record_belongs_to_is_called_by_its_name_and_not_by_a_key(cast: Cast) -> None:
    """A practice test by its title, a plan by its worker, a duty by its body; as they were called at that time."""
    made = scene(cast)
    made.pass_all()
    made.decide()
    said, before = [], None
    while True:
        page = readable.of_chain(made.case.pk, before=before)
        said += [change for line in page.lines for change in line.changes]
        if page.older is None:
            break
        before = page.older
    called = {(one.label, one.after) for one in said}
    assert ("Plan", cast.worker.name) in called
    assert ("Test", made.tests["P1"].title) in called
    assert any(label == "Restriction" and name.endswith(f", {cast.worker.name}") for label, name in called)
    bare = {(label, name) for label, name in called if re.search(r" [0-9a-f]{8}$", name)}
    assert not bare, bare


@pytest.mark.feature("F98")
def test_who_is_to_do_something_later_did_not_do_it_and_nothing_says_it_was_typed_for_them(cast: Cast) -> None:
    """A decision that the manager signs herself, and which names who will hold the follow-ups."""
    made = scene(cast)
    made.pass_all()
    made.decide(follow_up_by=cast.deputy)
    lines = list(readable.all_of_chain(made.case.pk, compartments=ALL))
    decided = [one for one in lines if any(change.label == "Follow up by" for change in one.changes)]
    assert decided and {one.entered_for for one in decided} == {""}


@pytest.mark.feature("F96")
def test_the_library_and_the_rules_of_tests_read_as_on_their_pages(cast: Cast) -> None:
    from remediation.models import GapTemplate
    from tests.remediation import build

    build.load_library(cast)
    gap = GapTemplate.objects.filter(provider=None).newest().get(code="late_escalation")
    said = {change.label: change.after for line in readable.of_chain(gap.pk).lines for change in line.changes}
    assert said["Code"] == "Late escalation"
    everything = "\n".join(said.values())
    assert "Must be met: " in everything and "To pass: Every criterion that must be met" in everything
    assert "Supervised record writing" in everything and "T1 " in said["Tasks usually restricted"]
    for raw in ("record_writing", "late_escalation", "Star", "Max not observed", "Before return"):
        assert raw not in everything, raw
    build.ready(cast)
    rules = [
        change.after
        for line in readable.all_of_chain(build.RemediationPlan.objects.get().case_id)
        for change in line.changes
        if change.label == "Pass rule"
    ]
    assert rules and all(one[0].isupper() and one.endswith(".") and "Stars" not in one for one in rules), rules


def test_kinds_fields_and_reasons_are_called_as_on_the_pages() -> None:
    assert readable.reason_words("user.made") == "Sign-in made"
    assert readable.reason_words("membership.granted") == "Role given"
    assert (readable.model_name(Posting), readable.model_name(User)) == ("Place of work", "Sign-in")
    active = User._meta.get_field("is_active")
    assert readable._label(active) == "May sign in"
