"""S8: who investigates, chairs and hears the appeal where misconduct is looked at; asked when the button is pressed (F43)."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import User
from governance.packs import contents, redaction
from incidents import actions as incidents
from records import times
from records.acting import acting_as
from records.refusals import NotAllowed, Refused
from remediation.actions import disciplinary
from remediation.actions.capability import decide_route, tell_worker
from remediation.models import CapabilityResponse, DisciplinaryAppointment
from tests.access.test_case_access import signed_in
from tests.cast import Cast
from tests.remediation import build
from tests.remediation.pages import words

pytestmark = pytest.mark.django_db
WHY = "Two managers in the company, and the one we asked elsewhere cannot come before March"
FOUND = "She wrote on Wednesday what she had not seen on Saturday"


@pytest.fixture
def response(cast: Cast) -> CapabilityResponse:
    return build.route(cast, cast.case(rated=True, subject=True), "disciplinary")


def appoint(cast: Cast, response: CapabilityResponse, part: str, who: str, **more: Any) -> DisciplinaryAppointment:
    given: dict[str, Any] = {"by": cast.hr, "response": response, "part": part, "declared": "none"}
    if who:
        given["staff"] = cast.staff[who]
    return disciplinary.appoint(**(given | more))


def write_down(cast: Cast, one: DisciplinaryAppointment, **more: Any) -> DisciplinaryAppointment:
    given: dict[str, Any] = {
        "by": cast.hr, "appointment": one, "held_on": times.today(), "result": FOUND, "rights_told": True,
    }  # fmt: skip
    return disciplinary.record_result(**(given | more))


def asked(cast: Cast, part: str, who: str = "", **more: Any) -> dict[str, str]:
    return {"part": part, "staff": str(cast.staff[who].pk) if who else "", "declared": "none"} | more


# --- The investigator does not chair -------------------------------------------------------------------------


@pytest.mark.feature("F43")
def test_s8_whoever_investigated_chairs_only_with_a_written_reason_why_nobody_else_could_be_found(
    cast: Cast, response: CapabilityResponse
) -> None:
    client, url = signed_in(cast.hr), reverse("disciplinary-appoint", args=[response.pk])
    assert client.post(url, asked(cast, "investigator", "neighbour")).status_code == 302
    for reason in ("", "   "):
        answer = client.post(url, asked(cast, "chair", "neighbour", no_other_reason=reason))
        assert answer.status_code == 422 and "Nia Price investigated" in words(answer)
        with pytest.raises(Refused, match="^S8"):
            appoint(cast, response, "chair", "neighbour", no_other_reason=reason)
    assert DisciplinaryAppointment.objects.count() == 1
    assert client.post(url, asked(cast, "chair", "neighbour", no_other_reason=WHY)).status_code == 302
    chair = DisciplinaryAppointment.objects.get(part="chair")
    assert (chair.set_aside, chair.no_other_reason) == ("Nia Price investigated", WHY)
    assert (chair.appointed_by, chair.who) == (cast.hr, "Nia Price")


@pytest.mark.feature("F43")
def test_s8_whoever_chairs_does_not_investigate_either_and_a_replaced_investigator_still_investigated(
    cast: Cast, response: CapabilityResponse
) -> None:
    appoint(cast, response, "chair", "deputy")
    with pytest.raises(Refused, match="^S8"):
        appoint(cast, response, "investigator", "deputy")
    first = appoint(cast, response, "investigator", "other_senior")
    disciplinary.end_appointment(by=cast.hr, appointment=first, reason="On leave from Monday")
    appoint(cast, response, "investigator", "quality_lead")
    disciplinary.end_appointment(
        by=cast.hr, appointment=DisciplinaryAppointment.objects.get(part="chair"), reason="Ill"
    )
    with pytest.raises(Refused, match="^S8"):
        appoint(cast, response, "chair", "other_senior")
    assert appoint(cast, response, "chair", "nominated_individual").set_aside == ""


@pytest.mark.feature("F43")
def test_s8_somebody_from_outside_is_told_apart_by_name_and_staff_are_chosen_not_typed(
    cast: Cast, response: CapabilityResponse
) -> None:
    appoint(cast, response, "investigator", "", outside_person="Dr  Ada Quill, Northshire")
    with pytest.raises(Refused, match="^S8"):
        appoint(cast, response, "chair", "", outside_person="dr ada quill, northshire")
    with pytest.raises(Refused, match="works here"):
        appoint(cast, response, "chair", "", outside_person="tom okafor")
    for who, outside in (("deputy", "Dr Ada Quill, Northshire"), ("", "")):
        with pytest.raises(Refused, match="Choose one of your staff, or name"):
            appoint(cast, response, "chair", who, outside_person=outside)


# --- The appeal is heard afresh ------------------------------------------------------------------------------


@pytest.mark.feature("F43")
@pytest.mark.parametrize(
    ("who", "said"),
    [
        ("neighbour", "Nia Price investigated"),
        ("manager", "Aoife Brennan owns the case and decided the route"),
        ("deputy", "Tom Okafor decided a control on them"),
        ("senior", "Paul Reid holds no manager"),
    ],
)
def test_s8_the_appeal_is_heard_by_a_manager_who_had_nothing_to_do_with_it(
    cast: Cast, response: CapabilityResponse, who: str, said: str
) -> None:
    cast.control(response.case, by=cast.deputy)
    appoint(cast, response, "investigator", "neighbour")
    url = reverse("disciplinary-appoint", args=[response.pk])
    answer = signed_in(cast.hr).post(url, asked(cast, "appeal", who))
    assert answer.status_code == 422 and said in words(answer).replace("’", "'").replace("&#x27;", "'")
    with pytest.raises(Refused, match="^S8"):
        appoint(cast, response, "appeal", who)
    assert appoint(cast, response, "appeal", who, no_other_reason=WHY).set_aside.startswith(said[:9])
    assert DisciplinaryAppointment.objects.filter(part="appeal").count() == 1


@pytest.mark.feature("F43")
def test_s8_whoever_hears_the_appeal_is_not_brought_into_it_afterwards(
    cast: Cast, response: CapabilityResponse
) -> None:
    made = appoint(cast, response, "appeal", "nominated_individual", no_other_reason="Not needed")
    assert (made.set_aside, made.no_other_reason) == ("", ""), "a reason is kept where a rule was set aside"
    for part in ("investigator", "chair"):
        with pytest.raises(Refused, match="^S8"):
            appoint(cast, response, part, "nominated_individual")


# --- What no reason lifts ------------------------------------------------------------------------------------


@pytest.mark.feature("F43")
@pytest.mark.parametrize("part", ["investigator", "chair", "appeal"])
@pytest.mark.parametrize(
    ("code", "spoil"),
    [
        ("S1", "subject"),
        ("S6", "implicated"),
        ("S5", "reporter"),
        ("S5", "witness"),
        ("S4", "supervisor"),
        ("POST", "left"),
    ],
)
def test_no_reason_lets_somebody_who_is_part_of_it_take_a_part(
    cast: Cast, response: CapabilityResponse, part: str, code: str, spoil: str
) -> None:
    if spoil == "supervisor":
        build.supervised_by(cast, "deputy")
    elif spoil == "left":
        with acting_as(cast.manager, "staff.left"):
            cast.deputy_staff.left_on = times.today() - timedelta(days=1)
            cast.deputy_staff.save()
    else:
        incidents.add_staff(
            by=cast.nominated_individual, case=response.case, staff=cast.deputy_staff, involvement=spoil
        )
    with pytest.raises(Refused, match=f"^{code}"):
        appoint(cast, response, part, "deputy", no_other_reason=WHY)
    assert not DisciplinaryAppointment.objects.exists()


@pytest.mark.feature("F43")
def test_nor_the_worker_themselves_a_declared_conflict_or_somebody_restricted_from_investigating(
    cast: Cast, response: CapabilityResponse
) -> None:
    with pytest.raises(Refused, match="^S1"):
        appoint(cast, response, "chair", "worker_user", no_other_reason=WHY)
    for declared in ("relative", "reporter", "witness", "grievance", "other"):
        with pytest.raises(Refused, match="^S5"):
            appoint(cast, response, "chair", "neighbour", declared=declared, no_other_reason=WHY)
        with pytest.raises(Refused, match="^S5"):
            appoint(cast, response, "chair", "", outside_person="Ann Bell", declared=declared, no_other_reason=WHY)
    with pytest.raises(Refused, match="^S5"):
        appoint(cast, response, "chair", "neighbour", declared="", no_other_reason=WHY)
    control = cast.control(cast.case(), worker=cast.other_senior_staff)
    incidents.restrict_tasks(by=cast.manager, control=control, tasks=["T19"])
    with pytest.raises(Refused, match="^T19"):
        appoint(cast, response, "investigator", "other_senior", no_other_reason=WHY)
    url = reverse("disciplinary-appoint", args=[response.pk])
    answer = signed_in(cast.hr).post(
        url, asked(cast, "chair", "neighbour", no_other_reason=WHY) | {"declared": "grievance"}
    )
    assert answer.status_code == 422 and WHY in words(answer), "refused, and nothing typed is lost"


@pytest.mark.feature("F43")
def test_s10_whoever_may_not_know_the_reporter_is_told_that_somebody_is_not_free_and_not_which_of_the_two(
    cast: Cast, response: CapabilityResponse
) -> None:
    case, lead = response.case, cast.nominated_individual
    was = incidents.add_staff(by=lead, case=case, staff=cast.hr_staff, involvement="implicated")
    incidents.end_staff(by=lead, link=was, reason="Not about her")
    for who, part in (("other_senior", "reporter"), ("deputy", "witness")):
        incidents.add_staff(by=lead, case=case, staff=cast.staff[who], involvement=part)
    hr = User.objects.get(pk=cast.hr.pk)
    url = reverse("disciplinary-appoint", args=[response.pk])
    told = {}
    for who in ("other_senior", "deputy"):
        with pytest.raises(Refused, match="^S5") as refused:
            appoint(cast, response, "chair", who, by=hr)
        told[who] = str(refused.value.missing).replace(cast.staff[who].name, "X")
        said = words(signed_in(hr).post(url, asked(cast, "chair", who)))
        assert "somebody who takes no part in deciding" in said and "as reporter" not in said, who
    assert told["other_senior"] == told["deputy"]
    answer = signed_in(cast.manager).post(url, asked(cast, "chair", "other_senior"))
    assert "records Grace Lim as reporter" in words(answer)


# --- Asked again when the result is written down -------------------------------------------------------------


@pytest.mark.feature("F43")
def test_s12_who_became_part_of_it_since_is_refused_when_the_result_is_written_down(
    cast: Cast, response: CapabilityResponse
) -> None:
    one = appoint(cast, response, "investigator", "neighbour")
    incidents.add_staff(by=cast.manager, case=response.case, staff=cast.neighbour_staff, involvement="witness")
    with pytest.raises(Refused, match="^S5"):
        write_down(cast, one)
    url = reverse("disciplinary-result", args=[one.pk])
    typed = build.posted(held_on=times.today()) | {"result": FOUND}
    answer = signed_in(cast.hr).post(url, typed)
    assert answer.status_code == 422 and "records Nia Price as witness" in words(answer)
    one.refresh_from_db()
    assert one.result_at is None


@pytest.mark.feature("F43")
def test_s12_an_appeal_is_refused_when_who_hears_it_decided_something_since(
    cast: Cast, response: CapabilityResponse
) -> None:
    write_down(cast, appoint(cast, response, "investigator", "other_senior"))
    write_down(cast, appoint(cast, response, "chair", "neighbour"))
    appeal = appoint(cast, response, "appeal", "nominated_individual")
    cast.control(response.case, by=cast.nominated_individual)
    with pytest.raises(Refused, match="^S8"):
        write_down(cast, appeal)


def test_the_order_is_kept_and_the_worker_was_told_of_their_rights(cast: Cast, response: CapabilityResponse) -> None:
    investigator = appoint(cast, response, "investigator", "other_senior")
    chair = appoint(cast, response, "chair", "neighbour")
    appeal = appoint(cast, response, "appeal", "nominated_individual")
    for early in (chair, appeal):
        with pytest.raises(Refused, match="^ORDER"):
            write_down(cast, early)
    with pytest.raises(Refused, match="^DATE"):
        write_down(cast, investigator, held_on=times.today() + timedelta(days=1))
    with pytest.raises(Refused, match="what was found"):
        write_down(cast, investigator, result=" ")
    write_down(cast, investigator, rights_told=False)
    with pytest.raises(Refused, match="^COMPANION"):
        write_down(cast, chair, rights_told=False)
    write_down(cast, chair, companion="J. Ekwueme, union representative")
    write_down(cast, appeal)
    for again in (chair, appeal):
        with pytest.raises(Refused, match="stands"):
            write_down(cast, again)
        with pytest.raises(Refused, match="stands"):
            disciplinary.end_appointment(by=cast.hr, appointment=again, reason="x")


def test_one_person_a_part_on_the_disciplinary_route_only_by_who_leads_it(
    cast: Cast, response: CapabilityResponse
) -> None:
    one = appoint(cast, response, "chair", "neighbour")
    with pytest.raises(Refused, match="already"):
        appoint(cast, response, "chair", "deputy")
    with pytest.raises(Refused, match="why somebody else"):
        disciplinary.end_appointment(by=cast.hr, appointment=one, reason=" ")
    for by in (cast.senior, cast.safeguarding_lead, cast.quality_lead, cast.stranger):
        with pytest.raises(NotAllowed):
            appoint(cast, response, "investigator", "deputy", by=by)
        with pytest.raises(NotAllowed):
            disciplinary.end_appointment(by=by, appointment=one, reason="x")
        with pytest.raises(NotAllowed):
            write_down(cast, one, by=by)
    with pytest.raises(IntegrityError), transaction.atomic(), acting_as(cast.hr, "test.twice"):
        DisciplinaryAppointment(
            case=response.case, response=response, part="chair", outside_person="X", declared="none",
            appointed_by=cast.hr, appointed_at=times.now(),
        ).save()  # fmt: skip
    decide_route(by=cast.manager, response=response, route="supported", reason="Did not know", being_fair=build.FAIR)
    with pytest.raises(Refused, match="^ROUTE"):
        appoint(cast, response, "investigator", "deputy")
    with pytest.raises(Refused, match="^ROUTE"):
        write_down(cast, one)


# --- Who sees it ---------------------------------------------------------------------------------------------

COMPANION = "Marjoribanks of the union"


@pytest.fixture
def heard(cast: Cast, response: CapabilityResponse) -> CapabilityResponse:
    write_down(cast, appoint(cast, response, "investigator", "other_senior"))
    chair = appoint(cast, response, "chair", "other_senior", no_other_reason=WHY)
    write_down(cast, chair, companion=COMPANION)
    appoint(cast, response, "appeal", "nominated_individual")
    return response


@pytest.mark.feature("F43")
@pytest.mark.feature("F92")
def test_the_reason_is_on_the_page_in_the_history_and_in_the_pack_and_all_of_it_for_hr_only(
    cast: Cast, heard: CapabilityResponse
) -> None:
    case = heard.case
    page, history = reverse("capability", args=[heard.pk]), reverse("case-history-csv", args=[case.pk])
    chronology = reverse("case-chronology", args=[case.pk])
    secret = (WHY, FOUND, COMPANION, "Grace Lim investigated")
    read = {name: signed_in(cast.users[name]) for name in ("manager", "hr", "quality_lead", "safeguarding_lead")}
    for name in ("manager", "hr", "quality_lead"):
        said = words(read[name].get(page))
        assert all(one in said for one in (*secret, "Not separate (S8)", "Hears the appeal")), name
    for name in ("manager", "quality_lead"):
        assert all(one in b"".join(read[name].get(history)).decode() for one in secret), name
    assert WHY in words(read["manager"].get(chronology))
    # The supervisor discusses the reflection, and reads nothing of the process.
    build.supervised_by(cast, "senior")
    senior = signed_in(User.objects.get(pk=cast.senior.pk))
    assert senior.get(page).status_code == 200
    for client, url in (
        (senior, page), (senior, chronology), (read["safeguarding_lead"], chronology), (read["safeguarding_lead"], history),
    ):  # fmt: skip
        said = b"".join(client.get(url)).decode()
        assert not [one for one in (*secret, "Chairs the hearing", "Nobody is appointed") if one in said], url
    assert read["safeguarding_lead"].get(page).status_code == 404
    pack = contents.build(case, reader="commissioner", asked_by=cast.manager)
    for number in (8, 12):
        assert WHY in str(contents.find_part(pack, number)), number
    for reader in ("commissioner", "inspector"):
        text = str(redaction.redact(pack, case, reader=reader).contents)
        assert not [one for one in secret if one in text], reader


def test_nobody_but_who_leads_it_finds_the_forms(cast: Cast, heard: CapabilityResponse) -> None:
    appeal = DisciplinaryAppointment.objects.get(part="appeal")
    urls = [
        reverse("disciplinary-appoint", args=[heard.pk]),
        reverse("disciplinary-end", args=[appeal.pk]),
        reverse("disciplinary-result", args=[appeal.pk]),
    ]
    build.supervised_by(cast, "senior")
    everybody = [cast.users[one] for one in ("senior", "worker_user", "colleague", "safeguarding_lead", "quality_lead")]
    for user in (*everybody, *cast.strangers.values()):
        client = signed_in(User.objects.get(pk=user.pk))
        for url in urls:
            assert client.get(url).status_code == 404 and client.post(url).status_code == 404, (user, url)
    for url in urls:
        assert signed_in(cast.manager).get(url).status_code == 200


@pytest.mark.feature("F92")
def test_the_worker_sees_who_and_when_and_their_rights_and_nothing_of_the_reporter_or_of_what_was_found(
    cast: Cast, heard: CapabilityResponse
) -> None:
    incidents.add_staff(by=cast.manager, case=heard.case, staff=cast.staff["colleague"], involvement="reporter")
    own = reverse("my-plan")
    client = signed_in(cast.worker_user)
    assert "disciplinary" not in words(client.get(own)).lower(), "not before they were told"
    tell_worker(by=cast.manager, response=heard, note="In person")
    said = words(client.get(own))
    for one in ("Chairs the hearing:", "Grace Lim, Senior carer", "Margaret Shaw", "bring somebody", "right to appeal"):
        assert one in said, one
    for one in (WHY, FOUND, "Petra Novak", "Grace Lim investigated", heard.case.reference):
        assert one not in said, one


def test_the_pages_ask_a_bounded_number_of_questions(
    cast: Cast, heard: CapabilityResponse, django_assert_max_num_queries: Any
) -> None:
    appeal = DisciplinaryAppointment.objects.get(part="appeal")
    client = signed_in(cast.manager)
    for url in (
        reverse("case", args=[heard.case_id]),
        reverse("capability", args=[heard.pk]),
        reverse("disciplinary-appoint", args=[heard.pk]),
        reverse("disciplinary-result", args=[appeal.pk]),
        reverse("disciplinary-end", args=[appeal.pk]),
    ):
        with django_assert_max_num_queries(70):
            assert client.get(url).status_code == 200
