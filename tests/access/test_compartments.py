"""Care and HR apart: one list of fields, kept back alike on pages, in the history and in packs (F92, domain.md §12)."""

import re
from typing import Any

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils.html import escape

from accounts.models import User
from governance.packs import contents, redaction
from incidents import actions, masking
from incidents.models import CaseStaff, RiskControl
from records import compartments, readable, times
from remediation.models import GapTemplate
from tests.access.test_case_access import signed_in
from tests.cast import Cast
from tests.guards import addresses
from tests.incidents.test_pages import RESTRICTION
from tests.remediation import build

pytestmark = pytest.mark.django_db
#: Words planted in HR fields; long enough to be searched for, and found nowhere else.
WELFARE = "Quillon Featherstonehaugh at the helpline"
SUPPORT = "Union rep Marjoribanks and migraine leave"
ROUTE = "Occupational health wrote about zolmitriptan"


@pytest.fixture
def case(cast: Cast) -> Any:
    from records.acting import acting_as
    from remediation.models import CapabilityResponse

    case = cast.case(rated=True, subject=True)
    # (no suspension: the twenty tasks that takes would fill the first page of the history)
    cast.control(case, kind="no_lone_work", welfare_contact=WELFARE)
    response = CapabilityResponse.objects.get(case=case, worker=cast.worker)
    with acting_as(cast.hr, "capability.planted"):
        response.support, response.route_reason = SUPPORT, ROUTE
        response.save()
    return case


def told(cast: Cast, case: Any) -> None:
    """The worker knows, and has a page of their own."""
    from remediation.actions import capability

    build.route(cast, case)
    capability.tell_worker(by=cast.manager, response=build.response(case), note="In person")


def test_every_declared_field_is_a_field_of_a_model() -> None:
    assert list(compartments.declared())
    for label, compartment, fields in compartments.declared():
        model = apps.get_model(label)
        assert compartment in compartments.ALL | {compartments.CARE}
        for name in fields or ():
            model._meta.get_field(name)


@pytest.fixture
def of_everything(cast: Cast) -> Any:
    """A case with a record of every kind that has HR or care fields, and words of their own in each field of text."""
    from records.acting import acting_as
    from remediation.actions import capability
    from remediation.models import DisciplinaryAppointment, Part

    build.load_library(cast)
    case = build.ready(cast).case
    response = build.response(case)
    with acting_as(cast.manager, "capability.planted"):
        response.told_at, response.told_by = times.now(), cast.manager
        response.save()
    coach = {"coach": cast.senior_staff, "held_on": times.today(), "about": "Recording bruises"}
    capability.record_coaching(by=cast.manager, response=response, **coach)
    capability.invite_reply(by=cast.hr, response=response, about="The result of P1")
    capability.write_trail(by=cast.worker_user, response=response, saw_heard="Bruises on the arm")
    appointed = DisciplinaryAppointment(
        case=case, response=response, part=Part.INVESTIGATOR, outside_person="Somebody", declared="none",
        appointed_at=times.now(), appointed_by=cast.hr,
    )  # fmt: skip
    with acting_as(cast.hr, "disciplinary.appointed"):
        appointed.save()
    person = case.casepersons.get().person
    actions.record_restriction(
        by=cast.manager, case=case, person=person, **RESTRICTION, authority_on=times.today(),
        starts_at=times.now(), ends_at=times.now() + times.timedelta(days=7),
    )  # fmt: skip
    actions.answer_restriction_tests(
        by=cast.manager, case=case,
        **dict.fromkeys(("authorised", "least_restrictive", "escalated", "positive_risk"), "Seen in the notes"),
        **{f"{name}_met": True for name in ("authorised", "least_restrictive", "escalated", "positive_risk")},
    )  # fmt: skip
    actions.review_control(
        by=cast.manager, control=RiskControl.objects.get(case=case), outcome="continue", reason="Still needed",
        next_review_at=times.now() + times.timedelta(days=3), why_no_limit="Nothing changes for her",
    )  # fmt: skip
    for label, compartment, _ in compartments.declared():
        if compartment in (compartments.HR, compartments.CARE):
            plant(cast, label, compartment, case)
    return case


def plant(cast: Cast, label: str, compartment: str, case: Any) -> None:
    """Words that stand nowhere else in each declared field of text of the newest record of this kind."""
    from records.acting import acting_as

    model = apps.get_model(label)
    record = model._default_manager.filter(case=case).order_by("pk").first()
    assert record is not None, f"{label}: the fixture must make one, or nobody looks whether it is kept back"
    for one in model._meta.concrete_fields:
        text = one.get_internal_type() in ("TextField", "CharField") and not one.choices
        if text and compartments.kept_back(label, one.name, (compartments.ALL | {compartments.CARE}) - {compartment}):
            setattr(record, one.name, f"Planted in {label} {one.name}.")
    with acting_as(cast.manager, "compartment.planted"):
        record.save()


def read_by(user: Any, case: Any, words: list[str]) -> dict[str, set[str]]:
    """Which of these words stand on which page, form, table and export of the case that this person is shown."""
    client, seen = signed_in(User.objects.get(pk=user.pk)), {}
    for one in addresses.all_addresses(case):
        if one.real and ("<" in one.pattern or one.pattern.startswith("my")):
            answer = client.get(one.path)
            # Files and tables are read to their end too: what is kept back is kept back there as well.
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            text = body.decode(errors="replace")
            if hits := {word for word in words if word in text or escape(word) in text}:
                seen[one.name] = hits
    return seen


@pytest.mark.feature("F92")
def test_hr_and_care_are_each_found_on_no_page_by_those_they_are_kept_from_and_by_the_others_are(
    cast: Cast, of_everything: Any
) -> None:
    """Each page of the case read once by each of seven people, for every declared field of both compartments."""
    hr = set(compartments.texts_of(of_everything, {compartments.HR}))
    care = {one for one in compartments.texts_of(of_everything, {compartments.CARE}) if "Planted in" in one}
    assert sum("Planted in" in one for one in hr) > 20
    for field in ("RemediationPlan support", "CapabilityResponse support", "CapabilityResponse route_reason"):
        assert f"Planted in remediation.{field}." in hr
    assert "Planted in incidents.RiskControl welfare_contact." in hr
    labels = {label for label, compartment, _ in compartments.declared() if compartment == compartments.CARE}
    assert labels >= {"incidents.RiskControl", "incidents.Restriction", "incidents.RestrictionTest"}
    seen = {
        name: read_by(cast.users[name], of_everything, [*hr, *care])
        for name in ("manager", "deputy", "quality_lead", "safeguarding_lead", "senior", "hr", "worker_user")
    }

    def found(name: str, words: set[str]) -> dict[str, set[str]]:
        return {page: hits & words for page, hits in seen[name].items() if hits & words}

    # HR words are there to be found: on pages, in the forms that change them, and in the history.
    pages = {"plan", "plan-start", "plan-support", "plan-statement", "case-control", "case-history"}
    assert pages <= set(found("manager", hr))
    for name in ("senior", "safeguarding_lead"):
        assert found(name, hr) == {}, name
    # Care words are read by all who care (an advocate who was asked for is not written twice, so each word is on one
    # page at least), and not by HR.
    for name in ("manager", "deputy", "quality_lead", "safeguarding_lead", "senior"):
        assert {"case-control", "case-restriction", "case-chronology"} <= set(found(name, care)), name
        assert set().union(*seen[name].values()) >= care, name
    assert found("hr", care) == {}
    # The worker reads what is theirs, on their own pages, and no care detail.
    assert found("worker_user", care) == {}
    theirs = {"CapabilityResponse support", "CapabilityResponse supporter", "RightOfReply about"}
    assert set(found("worker_user", hr)) == {"my-plan", "my-reply"}
    assert set().union(*seen["worker_user"].values()) == {f"Planted in remediation.{one}." for one in theirs}
    # A page that is there only while something is open, which would shut others.
    duty = actions.raise_duty(by=cast.manager, case=of_everything, body="ico", why="A rota was left on a bus")
    address = reverse("case-duty-answer", args=[duty.case_id, duty.pk])
    assert signed_in(cast.safeguarding_lead).get(address).status_code == 200
    for name in ("senior", "safeguarding_lead", "worker_user"):
        text = signed_in(cast.users[name]).get(address).content.decode()
        assert not [one for one in hr if one in text or escape(one) in text], name
    control = RiskControl.objects.get(case=of_everything)
    page = signed_in(cast.hr).get(reverse("case-control", args=[control.case_id, control.pk])).content.decode()
    assert control.what in page and "Details of the person’s care are kept" in page and "Not obtained" not in page
    page = signed_in(cast.hr).get(reverse("case-restriction", args=[control.case_id])).content.decode()
    assert "Details of the person’s care are kept" in page and "Capacity for this decision" not in page


@pytest.mark.feature("F92")
def test_hr_reads_what_is_hr_in_the_plan_and_a_co_worker_not_that_it_was_never_written(
    cast: Cast, of_everything: Any
) -> None:
    from remediation.models import RemediationPlan

    plan = RemediationPlan.objects.get(case=of_everything)
    page = signed_in(cast.hr).get(reverse("plan", args=[plan.pk])).content.decode()
    for name in ("support", "adjustments", "if_not_met"):
        assert f"Planted in remediation.RemediationPlan {name}." in page, name
    assert "Support and adjustments" not in signed_in(cast.senior).get(reverse("plan", args=[plan.pk])).content.decode()


@pytest.mark.feature("F92")
def test_a_redacted_pack_keeps_back_every_declared_field_even_where_a_part_forgot_to_mark_it(
    cast: Cast, case: Any
) -> None:
    full = contents.build(case, reader="commissioner", asked_by=cast.manager)
    full["parts"][0]["blocks"].append(
        {"kind": "words", "heading": "", "paragraphs": [f"He said: {SUPPORT}."], "hr": False}
    )
    for reader in ("commissioner", "inspector"):
        text = str(redaction.redact(full, case, reader=reader).contents)
        for words in (WELFARE, SUPPORT, ROUTE):
            assert words not in text, (reader, words)
    assert SUPPORT in str(redaction.redact(full, case, reader="manager").contents)


@pytest.mark.feature("F92")
def test_history_and_pages_ask_the_same_list(cast: Cast, case: Any) -> None:
    control = RiskControl.objects.get(case=case)
    assert masking.shown(control, cast.manager, case).welfare_contact == WELFARE
    assert masking.shown(control, cast.safeguarding_lead, case).welfare_contact == ""
    assert masking.shown(control, cast.safeguarding_lead, case).what == control.what
    history = reverse("case-history", args=[case.pk])
    assert WELFARE in signed_in(cast.manager).get(history).content.decode()
    assert WELFARE not in signed_in(cast.safeguarding_lead).get(history).content.decode()


@pytest.mark.feature("F92")
def test_the_worker_reads_their_own_and_nothing_of_the_reporter_or_of_co_subjects(cast: Cast) -> None:
    case = cast.case(rated=True, staff=[(cast.worker, "subject"), (cast.staff["colleague"], "reporter")])
    told(cast, case)
    actions.add_staff(by=cast.manager, case=case, staff=cast.senior_staff, involvement="subject")
    client = signed_in(cast.worker_user)
    page = client.get(reverse("my-plan")).content.decode()
    assert "reflection" in page.lower()
    for name in ("Petra Novak", "Paul Reid", case.reference, case.title):
        assert name not in page, name
    assert client.get(reverse("case", args=[case.pk])).status_code == 404
    register = client.get(reverse("register"))
    assert register.status_code == 404  # the register of others is not theirs; their own line is on their page


@pytest.mark.feature("F92")
def test_each_of_two_workers_reads_what_is_theirs_once_they_were_told(cast: Cast) -> None:
    from records.acting import acting_as
    from remediation.models import CapabilityResponse

    case = cast.case(rated=True, subject=True)
    actions.add_staff(by=cast.manager, case=case, staff=cast.senior_staff, involvement="subject")
    support = {cast.worker: SUPPORT, cast.senior_staff: "Time with Wilhelmina Grey"}
    for told in support:
        response = CapabilityResponse.objects.get(case=case, worker=told)
        with acting_as(cast.manager, "capability.planted"):
            response.supporter, response.support = "Ann Bell", support[told]
            response.save()
    for user in (cast.worker_user, cast.senior):
        page = signed_in(user).get(reverse("my-plan")).content.decode()
        assert not any(words in page for words in support.values())
    for told in support:
        response = CapabilityResponse.objects.get(case=case, worker=told)
        with acting_as(cast.manager, "capability.planted"):
            response.told_at, response.told_by = times.now(), cast.manager
            response.save()
    for user, own, other in (
        (cast.worker_user, cast.worker, cast.senior_staff),
        (cast.senior, cast.senior_staff, cast.worker),
    ):
        page = signed_in(user).get(reverse("my-plan")).content.decode()
        assert support[own] in page and support[other] not in page


def test_the_worker_is_asked_for_their_comment_and_it_is_kept_as_they_wrote_it(cast: Cast) -> None:
    from remediation.actions import capability
    from remediation.models import CapabilityResponse, RightOfReply

    case = cast.case(rated=True, subject=True)
    told(cast, case)
    response = CapabilityResponse.objects.get(case=case, worker=cast.worker)
    reply = RightOfReply.objects.filter(response=response, answered_at=None).first()
    if reply is None:
        reply = capability.invite_reply(by=cast.manager, response=response, about="The plan")
    client = signed_in(cast.worker_user)
    sent = client.post(reverse("my-reply", args=[reply.pk]), {"kind": "disagree", "text": "I did ring, twice"})
    assert sent.status_code == 302, sent.content.decode()
    reply.refresh_from_db()
    assert (reply.text, reply.answered_by) == ("I did ring, twice", cast.worker_user)


def test_a_reporter_is_kept_from_the_history_of_whoever_was_part_of_it(cast: Cast) -> None:
    case = cast.case(rated=True, staff=[(cast.staff["colleague"], "reporter")])
    link = actions.add_staff(
        by=cast.nominated_individual, case=case, staff=cast.manager_staff, involvement="implicated"
    )
    actions.end_staff(by=cast.nominated_individual, link=link, reason="Not so")
    assert compartments.REPORTER not in masking.held_by(cast.manager, case)
    assert compartments.REPORTER in masking.held_by(cast.deputy, case)


@pytest.fixture
def told_by_a_senior(cast: Cast) -> Any:
    """The senior saw it, told nobody and logged it themselves, all safe; the worker is the subject. The manager was
    implicated for an hour, which was not so, and a colleague was a subject for as long."""
    case = cast.case(
        by=cast.senior, rated=False, title="Quixotic gap", first_noticed_by=cast.senior_staff,
        staff=[(cast.worker, "subject"), (cast.senior_staff, "reporter")],
    )  # fmt: skip
    for who, part in (("manager", "implicated"), ("safeguarding_lead", "subject")):
        link = actions.add_staff(by=cast.nominated_individual, case=case, staff=cast.staff[who], involvement=part)
        actions.end_staff(by=cast.nominated_individual, link=link, reason="Not so")
    case.refresh_from_db()
    return case


def everything(user: Any, case: Any) -> dict[str, str]:
    """The text of every page, table and export of the case this person is shown."""
    client, found = signed_in(user), {}
    extra = [reverse("case-history", args=[case.pk]) + f"?who={case.logged_by_id}"]
    ours = [one for one in addresses.all_addresses(case) if one.real and one.pattern.startswith(("cases/<", "my"))]
    paths = [(one.name, one.path) for one in ours]
    for name, path in [*paths, *(("filtered history", one) for one in extra)]:
        answer = client.get(path)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        if answer.status_code == 200:
            # Where a form offers every member of staff, each is one of them and nothing is said of anybody.
            offered = r"<option.*?</option>|<label.*?</label>" if name != "case-history" else r"(?!)"
            found[name] = re.sub(offered, "", body.decode(errors="replace"), flags=re.DOTALL)
    return found


@pytest.mark.feature_part("F90")
def test_s10_whoever_was_part_of_it_finds_the_reporter_who_logged_it_on_no_page_history_or_table(
    cast: Cast, told_by_a_senior: Any
) -> None:
    case, name = told_by_a_senior, "Paul Reid"
    free = everything(User.objects.get(pk=cast.quality_lead.pk), case)
    named = {page for page, text in free.items() if name in text}
    assert {"case", "case-people", "case-chronology", "case-history", "case-history-csv"} <= named
    for who in ("manager", "safeguarding_lead"):
        seen = everything(User.objects.get(pk=cast.users[who].pk), case)
        assert {"case", "case-people", "case-chronology", "case-history", "case-history-csv"} <= set(seen), who
        # (who holds a role over the service, and so can see the case, is said of everybody alike)
        leaks = [page for page, text in seen.items() if name in text and page != "case-access"]
        assert leaks == [], who
        assert readable.UNNAMED in seen["case-people"] and readable.UNNAMED in seen["case-history-csv"]
        assert str(case.logged_by_id) not in seen["case-history"]
    link = CaseStaff.objects.get(case=case, involvement="reporter")
    part = reverse("case-staff-end", args=[case.pk, link.pk])
    assert signed_in(cast.manager).get(part).status_code == 404
    assert signed_in(cast.nominated_individual).get(part).status_code == 200
    for who in ("worker_user",):
        assert [page for page, text in everything(cast.users[who], case).items() if name in text] == []


@pytest.mark.feature_part("F90")
def test_s10_what_the_reporter_does_later_stays_under_their_name(cast: Cast, told_by_a_senior: Any) -> None:
    import time_machine

    with time_machine.travel(times.now() + times.timedelta(hours=1)):
        actions.add_chronology_entry(
            by=cast.senior, case=told_by_a_senior, kind="fact", event_at=times.now(), text="She slept", source="Notes"
        )
        seen = everything(User.objects.get(pk=cast.manager.pk), told_by_a_senior)
    assert "Paul Reid" in seen["case-chronology"] and readable.UNNAMED in seen["case-chronology"]


@pytest.mark.feature_part("F90")
def test_s10_a_full_pack_asked_for_by_whoever_was_part_of_it_does_not_name_the_reporter(
    cast: Cast, told_by_a_senior: Any
) -> None:
    for who, found in ((cast.quality_lead, True), (cast.manager, False)):
        pack = contents.build(told_by_a_senior, reader="manager", asked_by=User.objects.get(pk=who.pk))
        assert ("Paul Reid" in str(pack["parts"])) is found, who


def test_the_library_with_what_is_looked_for_is_not_for_those_who_are_tested(cast: Cast) -> None:
    entry = GapTemplate.objects.order_by("pk").first()
    assert entry is not None
    for path in (reverse("library"), reverse("library-entry", args=[entry.pk])):
        assert signed_in(cast.worker_user).get(path).status_code == 404
        assert signed_in(cast.other_senior).get(path).status_code == 200
