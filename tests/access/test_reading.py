"""The read log, and emergency access that is never quiet (F93)."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from governance import chasing
from governance.models import Chase
from incidents import actions, permissions, read_seals, reading
from incidents.models import Case, CaseGrant, CaseRead, ReadSeal
from records import times
from records.broken import Broken
from records.refusals import NotAllowed, Refused
from tests.access.test_case_access import signed_in
from tests.access.test_sealed import seal
from tests.cast import Cast
from tests.guards import addresses

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def reads(**wanted: Any) -> list[CaseRead]:
    return list(CaseRead.objects.filter(**wanted).order_by("pk"))


@pytest.mark.feature("F93")
def test_every_page_of_a_case_that_is_shown_leaves_one_read(cast: Cast, case: Case) -> None:
    client = signed_in(cast.manager)
    missing, shown = [], 0
    for one in addresses.all_addresses(case):
        if "<" not in one.pattern or not one.real:
            continue
        before = CaseRead.objects.count()
        answer = client.get(one.path)
        if answer.status_code != 200:
            continue
        shown += 1
        made = reads(pk__gt=0)[before:]
        if len(made) != 1 or made[0].user != cast.manager or made[0].page != one.name:
            missing.append(one.name)
        elif one.pattern.startswith("cases/<") and (made[0].case != case.pk or not made[0].under):
            missing.append(f"{one.name}: no case or right")
    assert shown > 25 and missing == []


@pytest.mark.feature("F93")
def test_the_log_says_under_which_grant_and_is_read_per_case_and_per_person(cast: Cast, case: Case) -> None:
    grant = actions.give_access(
        by=cast.manager, case=case, user=cast.neighbour, purpose="x", ends_on=times.today() + DAY
    )
    signed_in(cast.neighbour).get(reverse("case-duties", args=[case.pk]))
    [read] = reads(user=cast.neighbour)
    assert (read.case, read.page, read.grant, read.under) == (
        case.pk, "case-duties", grant.pk, "Access to this case"
    )  # fmt: skip
    signed_in(cast.senior).get(reverse("case", args=[case.pk]))
    assert reads(user=cast.senior)[0].under == "Senior or team leader"

    manager = signed_in(cast.manager)
    shown = manager.get(reverse("case-reads", args=[case.pk])).content.decode()
    assert "Nia Price" in shown and "Outside duties" in shown and "Access to this case" in shown
    person = manager.get(reverse("person-reads", args=[cast.senior_staff.pk])).content.decode()
    assert case.reference in person
    for name in ("senior", "deputy", "hr"):
        assert signed_in(cast.users[name]).get(reverse("case-reads", args=[case.pk])).status_code == 404
    assert manager.get(reverse("person-reads", args=[cast.manager_staff.pk])).status_code == 404  # not of oneself


def test_what_somebody_read_in_a_sealed_case_is_not_in_their_managers_view_of_them(cast: Cast, case: Case) -> None:
    seal(cast, case)
    signed_in(cast.hr).get(reverse("case", args=[case.pk]))
    shown = signed_in(cast.manager).get(reverse("person-reads", args=[cast.staff["hr"].pk])).content.decode()
    assert case.reference not in shown and "Overview" not in shown


@pytest.mark.feature("F93")
def test_the_read_log_can_be_neither_changed_nor_cleared(cast: Cast, case: Case) -> None:
    signed_in(cast.manager).get(reverse("case", args=[case.pk]))
    for sql in (
        "UPDATE incidents_caseread SET page = 'x'",
        "DELETE FROM incidents_caseread",
        "TRUNCATE incidents_caseread",
    ):
        kept = pytest.raises(DatabaseError, match="kept for good|permission denied")
        with kept, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a row that is still to be checked holds up a TRUNCATE
            cursor.execute(sql)
    assert reads(user=cast.manager)


def test_a_page_shown_again_with_its_errors_is_a_read_too(cast: Cast, case: Case) -> None:
    url = reverse("case-chronology-new", args=[case.pk])
    assert signed_in(cast.manager).post(url, {"kind": "fact"}).status_code == 422
    [read] = reads(page="case-chronology-new")
    assert (read.case, read.user, read.outcome) == (case.pk, cast.manager, "opened")


def test_a_file_that_is_downloaded_and_the_workers_own_page_are_reads_too(cast: Cast) -> None:
    case = cast.case(rated=True, subject=True)
    kept = actions.add_file(by=cast.manager, case=case, upload=SimpleUploadedFile("note.txt", b"Rota of 6 October"))
    list(signed_in(cast.manager).get(reverse("case-file", args=[case.pk, kept.pk])).streaming_content)
    [read] = reads(page="case-file")
    assert (read.case, read.record) == (case.pk, kept.pk)


def asked(case: Case, **changed: Any) -> dict[str, Any]:
    return {"reference": case.reference, "reason": "Police at the door", "hours": "2"} | changed


@pytest.mark.feature("F93")
def test_emergency_access_opens_for_hours_alerts_the_manager_and_is_shown_in_the_case(
    cast: Cast,
    case: Case,
) -> None:
    administrator = signed_in(cast.system_administrator)
    page = reverse("case", args=[case.pk])
    assert administrator.get(page).status_code == 404
    assert administrator.post(reverse("emergency-access"), asked(case, reason="")).status_code == 422
    assert administrator.get(page).status_code == 404
    answer = administrator.post(reverse("emergency-access"), asked(case))
    assert answer.status_code == 302, answer.content.decode()
    assert administrator.get(page).status_code == 200
    user = User.objects.get(pk=cast.system_administrator.pk)
    with pytest.raises(NotAllowed):  # reading only
        actions.confirm_everyone_safe(by=user, case=case, note="Fine")
    assert reads(user=user, outcome="opened", page="case")[0].under == "Emergency access"

    [alert] = Chase.objects.filter(case=case, kind="emergency_access")
    assert alert.recipient == cast.manager
    mail = chasing.message(alert)
    for words in (case.reference, case.title, "Police", "Ian Webb", "M.E."):
        assert words not in mail.subject + mail.body
    shown = signed_in(cast.manager).get(reverse("case-access", args=[case.pk])).content.decode()
    assert "Emergency access: Police at the door" in shown and "Ian Webb" in shown
    assert "Opened in an emergency" in shown

    with time_machine.travel(times.now() + timedelta(hours=2, minutes=1)):
        assert signed_in(cast.system_administrator).get(page).status_code == 404


@pytest.mark.feature("F93")
def test_a_sealed_case_opened_in_an_emergency_alerts_its_owner(cast: Cast, case: Case) -> None:
    seal(cast, case)
    actions.open_in_emergency(by=cast.system_administrator, reference=case.reference, reason="Police", hours=1)
    assert [one.recipient for one in Chase.objects.filter(kind="emergency_access")] == [cast.nominated_individual]
    assert permissions.can_see(User.objects.get(pk=cast.system_administrator.pk), case)


def test_nobody_else_breaks_glass_and_every_refusal_reads_alike(cast: Cast, case: Case) -> None:
    for name in ("manager", "deputy", "senior", "safeguarding_lead", "quality_lead", "hr", "worker_user"):
        assert signed_in(cast.users[name]).get(reverse("emergency-access")).status_code == 404
        with pytest.raises(NotAllowed):
            actions.open_in_emergency(by=cast.users[name], reference=case.reference, reason="x")
    client = signed_in(cast.strangers["system_administrator"])
    said = set()
    for reference in (case.reference, "SP-2026-9999", "nonsense"):
        answer = client.post(reverse("emergency-access"), asked(case, reference=reference))
        assert answer.status_code == 422
        said.add("There is no case with this reference that you can open" in answer.content.decode())
    assert said == {True}


@pytest.mark.feature("F93")
def test_a_refused_emergency_access_is_in_the_log_and_in_that_of_the_case_there_is(cast: Cast, case: Case) -> None:
    actions.add_staff(by=cast.manager, case=case, staff=cast.staff["nominated_individual"], involvement="implicated")
    client = signed_in(cast.nominated_individual)
    for reference in (case.reference, "SP-2026-9999"):
        assert client.post(reverse("emergency-access"), asked(case, reference=reference)).status_code == 422
    tried = reads(user=cast.nominated_individual, outcome="refused", page="emergency-access")
    assert {one.case for one in tried} == {case.pk, None}
    assert {(one.under, one.grant, one.record) for one in tried} == {("", None, None)}
    shown = signed_in(cast.manager).get(reverse("case-reads", args=[case.pk])).content.decode()
    assert "Margaret Shaw" in shown and "Not shown" in shown


def test_a_nominated_individual_who_is_part_of_it_cannot_break_the_seal(cast: Cast, case: Case) -> None:
    actions.add_staff(by=cast.manager, case=case, staff=cast.staff["nominated_individual"], involvement="implicated")
    with pytest.raises(Refused, match="no case with this reference"):
        actions.open_in_emergency(by=cast.nominated_individual, reference=case.reference, reason="x")
    assert not CaseGrant.objects.exists()


def test_somebody_who_is_not_signed_in_leaves_no_read(cast: Cast, case: Case) -> None:
    assert Client().get(reverse("case", args=[case.pk])).status_code == 302
    assert Client().get(reverse("case", args=[uuid.uuid4()])).status_code == 302
    assert reads() == []


@pytest.mark.feature("F93")
def test_the_read_log_of_a_case_costs_the_same_however_long_the_case_and_the_log_have_grown(
    cast: Cast, case: Case, django_assert_max_num_queries: Any
) -> None:
    """The page's question walks one index to the end of the page: nothing of the case's own chain is read."""
    control = case.riskcontrols.get()
    assert signed_in(cast.stranger).get(reverse("case-control", args=[case.pk, control.pk])).status_code == 404
    file = actions.add_file(by=cast.manager, case=case, upload=SimpleUploadedFile("note.txt", b"Rota of 6 October"))
    now, page = times.now(), reverse("case-reads", args=[case.pk])
    CaseRead.objects.bulk_create(
        CaseRead(at=now, user=cast.senior, case=case.pk, page="case", outcome="opened", under="x") for _ in range(120)
    )
    # (reads of other cases, so many that the wrong way is dear: the planner knows only how long the table is)
    CaseRead.objects.bulk_create(
        CaseRead(at=now, user=cast.senior, case=uuid.uuid4(), page="case", outcome="opened", under="x")
        for _ in range(3000)
    )
    assert file.pk  # (a record more, and its history in the chain)
    with CaptureQueriesContext(connection) as asked:
        lines, older = reading.of_case(case, cast.manager)
    assert len(lines) == reading.PAGE and older is not None
    [query] = [one["sql"] for one in asked.captured_queries if "incidents_caseread" in one["sql"]]
    assert "records_ledgerentry" not in query
    with connection.cursor() as cursor:
        # (never analysed, the table looks so empty that sorting its rows seems to cost nothing)
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute(f"EXPLAIN {query}")
        plan = " ".join(row[0] for row in cursor.fetchall())
    assert "read_by_case" in plan and "Sort" not in plan, plan
    shown = signed_in(cast.manager).get(page).content.decode()
    assert "Earlier reads" in shown


@pytest.mark.feature("F93")
def test_an_attempt_on_a_record_of_a_case_is_in_that_case_s_log_without_the_case_in_the_address(
    cast: Cast, case: Case
) -> None:
    from governance.models import Pack

    pack = Pack.objects.filter(case=case).first()
    assert pack is None
    for kind, record in (("person", cast.manager_staff), ("nothing", uuid.uuid4())):
        assert reading.refusal(cast.senior, kind, {"pk": getattr(record, "pk", record)}).case is None
    control = case.riskcontrols.get()
    row = reading.refusal(cast.stranger, "control", {"pk": control.pk})
    assert (row.case, row.record) == (case.pk, control.pk)


def sealed_reads() -> list[Broken]:
    return list(read_seals.faults())


@pytest.mark.feature("F97")
def test_the_reads_of_an_hour_are_sealed_once_each_and_the_seals_follow_from_one_another(
    cast: Cast, case: Case
) -> None:
    client = signed_in(cast.manager)
    assert read_seals.seal(by=User.system()) >= 0
    for _ in range(3):
        client.get(reverse("case", args=[case.pk]))
        assert read_seals.seal(by=User.system()) == 1
    assert read_seals.seal(by=User.system()) == 0
    seals = list(ReadSeal.objects.all())
    assert [one.after for one in seals[1:]] == [one.upto for one in seals[:-1]]
    assert len({one.sha256 for one in seals}) == len(seals) and sealed_reads() == []
    assert seals[-1].history.get().history_change_reason == "reads.sealed"
    with pytest.raises(NotAllowed):
        read_seals.seal(by=cast.nominated_individual)
