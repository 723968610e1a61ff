"""What a person with a browser's tools may try in every form: other people's ids, extra fields, scripts, no token."""

import csv
import io
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Service, User
from incidents.models import Case, CaseFile
from records.registry import history_models, tracked_models
from tests.attacks import crawl
from tests.guards import addresses

pytestmark = pytest.mark.usefixtures("demo")

MANAGER = "aoife.brennan@larkfieldcare.example"
STRANGER = "owen.pritchard@meadowtrust.example"
#: Each demo case with whoever answers for it: cases at different stages show different forms.
CASES = {
    "Bruises not reported for six days": MANAGER,
    "Records nobody can follow after missing money": "tunde.bello@larkfieldcare.example",
    "Informal ban on going to town": "priya.shah@larkfieldcare.example",
}


def signed_in(email: str = MANAGER, **more: Any) -> Client:
    """Signed in a moment ago, as the forms that ask for a signature want it."""
    client = Client(raise_request_exception=False, **more)
    client.force_login(User.objects.get(email=email))
    session = client.session
    session["account_authentication_methods"] = [
        {"method": "password", "at": time.time(), "reauthenticated": again} for again in (False, True)
    ]
    session.save()
    return client


@contextmanager
def undone() -> Iterator[None]:
    """What is sent in here is rolled back, so that each attack meets the same case."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def forms(demo: None, django_db_blocker: Any) -> list[tuple[str, crawl.Form]]:
    """Every form of the three cases, with the address of whoever is shown it; once each."""
    found: list[tuple[str, crawl.Form]] = []
    seen = set()
    with django_db_blocker.unblock():
        for title, email in CASES.items():
            for form in crawl.every_form(signed_in(email), Case.objects.get(title=title)):
                key = (re.sub(r"[0-9a-f-]{36}", "", form.action), frozenset(form.kinds))
                if key not in seen:
                    seen.add(key)
                    found.append((email, form))
    assert len(found) > 45, f"the crawler finds the product's forms, and found {len(found)}"
    return found


@pytest.fixture(scope="module")
def clients(demo: None, django_db_blocker: Any) -> dict[str, Client]:
    with django_db_blocker.unblock():
        return {email: signed_in(email) for email in CASES.values()}


def newest() -> dict[str, int]:
    """The last history row of every table, before an attack: one question for all of them."""
    tables = [model._meta.db_table for model in history_models()]
    each = " UNION ALL ".join(f"SELECT '{table}', coalesce(max(history_id), 0) FROM {table}" for table in tables)  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(each)
        return dict(cursor.fetchall())


def written_since(before: dict[str, int]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every record written since, by the name of its table."""
    after = newest()
    for model in history_models():
        last = before[model._meta.db_table]
        if after[model._meta.db_table] > last:
            for row in model._base_manager.filter(history_id__gt=last).values():
                yield model.__name__, row


def rows_by_id() -> dict[str, Any]:
    """Every record of the product by its id, the other provider's first."""
    provider = User.objects.get(email=STRANGER).staff.provider_id
    rows = [row for model in tracked_models() for row in model._base_manager.all()]
    rows.sort(key=lambda row: getattr(row, "provider_id", None) != provider)
    return {str(row.pk): row for row in rows}


def not_offered(form: crawl.Form, rows: dict[str, Any]) -> Iterator[tuple[str, list[Any]]]:
    """For each input that chooses among records: some of the records of the same kind that it does not offer.

    Of the other provider first, then of other cases and services: what a person may not choose is not on the page.
    """
    for name, offered in form.offered.items():
        kinds = {type(rows[value]) for value in offered if value in rows}
        for kind in kinds:
            yield name, [row for row in rows.values() if type(row) is kind and str(row.pk) not in offered][:3]


def test_a_record_the_page_does_not_offer_is_taken_in_no_form(
    forms: list[tuple[str, crawl.Form]], clients: dict[str, Client]
) -> None:
    """Ids of another provider, another service, another case, in every input that chooses among records.

    The same answers with an id the page does offer are tried first: where they are taken, the other must be refused.
    Several at once (a bulk choice) are tried as one of ours beside one of theirs.
    """
    rows = rows_by_id()
    shown, tried, taken = 0, 0, []
    for email, form in forms:
        for name, others in not_offered(form, rows):
            several = form.kinds[name] == "checkbox"
            own = form.offered[name][0] or next((value for value in form.offered[name] if value), "")
            with undone():
                control = clients[email].post(form.action, form.answers() | {name: [own] if several else own})
            shown += len(others) * (control.status_code == 302)
            before = newest()
            for theirs in others:
                with undone():
                    sent = [own, str(theirs.pk)] if several else str(theirs.pk)
                    answer = clients[email].post(form.action, form.answers() | {name: sent})
                    # An input that the other answers do not ask for is not read; what is read is in what is written.
                    written = written_since(before) if answer.status_code == 302 else ()
                    kept = any(str(theirs.pk) in str(row) for _, row in written)
                tried += 1
                if answer.status_code >= 500:
                    taken.append(f"{form.action} {name}: {answer.status_code}")
                if kept:
                    taken.append(f"{form.action} took a {type(theirs).__name__} it does not offer as {name}")
    assert tried > 40, f"the attack reached forms that choose among records: {tried}"
    assert shown > 10, f"where an id of our own is taken, the refusal of theirs says something: {shown}"
    assert taken == []


def test_the_filters_of_lists_take_no_id_of_another_provider(demo: None) -> None:
    """As if the filter had not been given, or nothing found; never their rows, never a broken page."""
    stranger = User.objects.get(email=STRANGER)
    theirs = Service.objects.filter(provider=stranger.staff.provider).first()
    assert theirs is not None
    client = signed_in()
    for page in ("/due/", "/cases/", "/who-may-do-what/", "/people/"):
        for name in ("service", "person", "worker", "record", "gap", "provider", "after", "page", "level"):
            for value in (str(theirs.pk), str(stranger.staff.pk), "%00", "' OR 1=1 --", "9" * 40):
                answer = client.get(f"{page}?{name}={value}")
                assert answer.status_code < 500, (page, name, value)
                assert theirs.name not in answer.content.decode(), (page, name)


#: Fields that no form asks for, with values nobody would type.
EXTRA = {
    "reference": "HACKED-1", "sealed_at": "1999-01-01 00:00", "closed_at": "1999-01-01 00:00", "logged_at": "1999-01-01 00:00",
    "owner": "", "owner_id": "", "logged_by": "", "logged_by_id": "", "decided_by": "", "decided_by_id": "", "signed_by": "",
    "signed_by_id": "", "provider": "", "provider_id": "", "service_id": "", "is_superuser": "1", "is_staff": "1",
    "is_system": "1", "is_active": "", "history_user": "", "by": "", "case": "", "case_id": "", "pk": "", "id": "",
    "result": "HACKED", "passed": "1", "state": "HACKED", "snapshot": "{}", "hash": "HACKED", "signed_at": "1999-01-01 00:00",
}  # fmt: skip


def test_fields_a_form_does_not_ask_for_change_nothing(
    forms: list[tuple[str, crawl.Form]], clients: dict[str, Client]
) -> None:
    """Mass assignment: each form with thirty more fields, pointing at the stranger or at 1999.

    Looked for in every table: no record written meanwhile names the stranger, the year or the marker.
    """
    stranger = User.objects.get(email=STRANGER)
    extra = {name: value or str(stranger.pk) for name, value in EXTRA.items()}
    wrong, written, before = [], 0, newest()  # (each attack is undone, so what was newest stays newest)
    for email, form in forms:
        with undone():
            more = {name: value for name, value in extra.items() if name not in form.kinds}
            answer = clients[email].post(form.action, more | form.answers())
            if answer.status_code >= 500:
                wrong.append(f"{form.action}: {answer.status_code}")
            if User.objects.filter(is_superuser=True).exists() or User.objects.filter(is_system=True).count() != 1:
                wrong.append(f"{form.action}: a user was raised")
            for table, row in written_since(before):
                written += 1
                odd = [
                    name for name, value in row.items()
                    if value == stranger.pk or "HACKED" in str(value) or str(value).startswith("1999-")
                ]  # fmt: skip
                if odd:
                    wrong.append(f"{form.action}: {table} took {odd}")
    assert written > 30, f"the forms were really taken, and their records looked at: {written}"
    assert wrong == []


def test_no_form_is_taken_without_its_token(forms: list[tuple[str, crawl.Form]]) -> None:
    for email in CASES.values():
        client = signed_in(email, enforce_csrf_checks=True)
        for form in (one for of, one in forms if of == email):
            assert client.post(form.action, form.answers()).status_code == 403, form.action


FORMULA = "=cmd|' /C calc'!A0"
SCRIPT = "<script>alert(7)</script>\"'><img src=x onerror=alert(7)> {{ 7|add:7 }} {% now 'Y' %}"
#: What stands on the page as it was typed; 14 and a year would stand there had the template engine run it.
RUN = "{{ 7|add:7 }} {% now"
#: What must stand nowhere: the payload as a tag, as an attribute's end, or run by the template engine.
RAW = re.compile(r"<script>alert\(7\)|<img src=x|\"'><img")


def test_script_typed_anywhere_comes_back_as_text_and_no_form_breaks(
    forms: list[tuple[str, crawl.Form]], clients: dict[str, Client]
) -> None:
    """Reflected: what is refused is shown again, escaped; what is taken is shown on the next page, escaped."""
    wrong, echoed = [], 0
    for email, form in forms:
        if not form.texts():
            continue
        for whole in (True, False):
            answers = (
                form.answers(SCRIPT)
                if whole
                else {name: SCRIPT for name in form.kinds if name != "csrfmiddlewaretoken"}
            )
            with undone():
                answer = clients[email].post(form.action, answers, follow=True)
                text = answer.content.decode(errors="replace") if not answer.streaming else ""
                echoed += "&lt;script&gt;alert(7)" in text
                if answer.status_code >= 500 or RAW.search(text):
                    wrong.append(f"{form.action}: {answer.status_code}")
                if "&lt;script&gt;alert(7)" in text and RUN not in text:
                    wrong.append(f"{form.action}: the template engine ran what was typed")
                title = re.search(r"<title>(.*?)</title>", text, re.S)
                if title and "alert(7)" in title[1]:
                    wrong.append(f"{form.action}: typed text in the title")
    assert echoed > 20, "the payload really came back on many pages"
    assert wrong == []


def test_script_kept_in_a_case_is_text_on_every_page_of_it_and_in_its_pack() -> None:
    """Stored: one case whose texts are the payload, a file's name and what it shows too; seen by each who may see it, as
    the history's table for a spreadsheet, and as a pack in both forms."""
    from governance.packs import contents, redaction, render
    from incidents import actions
    from records import times
    from tests.cast import CONTROL

    manager = User.objects.get(email=MANAGER)
    service = Case.objects.get(title=next(iter(CASES))).service
    worker = service.staff.exclude(user=manager).order_by("name").first()
    now = times.now()
    with undone():
        case = actions.log_incident(
            by=manager, service=service, title=SCRIPT, what_happened=SCRIPT, occurred_at=None,
            first_noticed_at=now, first_noticed_by=worker, reported_inside_at=now, registered_person_aware_at=now,
            people=[SCRIPT[:20]], everyone_safe="yes", safe_note=SCRIPT, failure_types=["F1"], main_type="F1",
            abuse_types=["physical"], harm=1, potential=3, likelihood=3, staff=[(worker, "subject")],
        )  # fmt: skip
        words = {name: SCRIPT for name in CONTROL if name != "kind"}
        actions.record_control(by=manager, case=case, worker=worker, kind="no_lone_work", **words)
        actions.add_chronology_entry(
            by=manager, case=case, kind="fact", text=SCRIPT, event_at=now, source=SCRIPT, said_by="",
        )  # fmt: skip
        sent = signed_in().post(
            reverse("case-evidence-new", args=[case.pk]),
            {"uploads": SimpleUploadedFile(f"{SCRIPT}.txt", b"Rota of 6 October"), "description": SCRIPT},
        )
        assert sent.status_code == 302, sent.content.decode()[:2000]
        actions.add_chronology_entry(
            by=manager, case=case, kind="fact", text=FORMULA, event_at=now, source=FORMULA, said_by="",
        )  # fmt: skip
        wrong, shown = [], 0
        table = b"".join(signed_in().get(reverse("case-history-csv", args=[case.pk])).streaming_content).decode()
        cells = [cell for row in csv.reader(io.StringIO(table)) for cell in row]
        assert any("cmd|" in cell for cell in cells)
        assert [cell for cell in cells if cell.lstrip().startswith(("=", "+", "@", "\t", "\r"))] == []
        kept = CaseFile.objects.get(case=case)
        given = signed_in().get(reverse("case-file", args=[case.pk, kept.pk]))
        assert given.headers["Content-Disposition"].startswith("attachment") and "<" not in kept.name
        assert not RAW.search(given.headers["Content-Disposition"])
        addresses.put_away(given)
        for email in (MANAGER, "ruth.adeyemi@larkfieldcare.example", "nadia.hussain@larkfieldcare.example"):
            client = signed_in(email)
            for address in addresses.all_addresses(case):
                if email != MANAGER and "<" not in address.pattern:
                    continue  # lists: each their own, seen as the manager
                answer = client.get(address.path)
                if answer.status_code >= 500:
                    wrong.append(f"{address.name}: {answer.status_code}")
                if answer.status_code != 200 or answer.streaming:
                    addresses.put_away(answer)
                    continue
                text = answer.content.decode(errors="replace")
                shown += "&lt;script&gt;alert(7)" in text
                if RAW.search(text):
                    wrong.append(f"{address.name} as {email}")
        whole = contents.build(case, reader="manager", version=1, asked_by=manager)
        document = render.html(whole, mark="m")
        printed = " ".join(" ".join(redaction.texts_of_pdf(render.pdf(whole, mark="m"))).split())
        assert "<script>alert(7)</script>" in printed, "as words on the paper, which a tag would not leave"
        assert "/JavaScript" not in printed and "{{ 7|add:7 }}" in printed
        assert "&lt;script&gt;alert(7)" in document
        if RAW.search(document):
            wrong.append("the pack")
    assert shown > 10
    assert wrong == []
