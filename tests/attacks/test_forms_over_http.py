"""What a person with a browser's tools may try in every form: other people's ids, extra fields, scripts, no token."""

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import models, transaction
from django.test import Client

from accounts.models import Membership, Service, Staff, User
from incidents.models import Case
from tests.attacks import crawl

pytestmark = pytest.mark.usefixtures("demo")

MANAGER = "aoife.brennan@larkfieldcare.example"
STRANGER = "owen.pritchard@meadowtrust.example"
CASES = ("Bruises not reported for six days",)


def signed_in(email: str = MANAGER, **more: Any) -> Client:
    client = Client(raise_request_exception=False, **more)
    client.force_login(User.objects.get(email=email))
    return client


@contextmanager
def undone() -> Iterator[None]:
    """What is sent in here is rolled back, so that each attack meets the same case."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def forms(demo: None, django_db_blocker: Any) -> list[crawl.Form]:
    with django_db_blocker.unblock():
        client = signed_in()
        found = [form for title in CASES for form in crawl.every_form(client, Case.objects.get(title=title))]
    assert len(found) > 30, "the crawler finds the product's forms"
    return found


def references(to: models.Model) -> dict[str, int]:
    """How many rows of the whole database name this object, table by table."""
    found = {}
    for relation in to._meta.related_objects:
        if isinstance(relation, models.ManyToManyRel):
            continue
        found[f"{relation.related_model.__name__}.{relation.field.name}"] = relation.related_model._base_manager.filter(
            **{relation.field.name: to}
        ).count()
    return found


def test_ids_of_another_provider_are_taken_in_no_form(forms: list[crawl.Form]) -> None:
    stranger = User.objects.get(email=STRANGER)
    staff = Staff.objects.get(user=stranger)
    membership = Membership.objects.filter(user=stranger).first()
    service = Service.objects.filter(provider=staff.provider).first()
    case = Case.objects.filter(provider=staff.provider).first()
    foreign = [one for one in (stranger, staff, membership, service, case) if one is not None]
    assert len(foreign) >= 4
    client = signed_in()
    tried, taken = 0, []
    for form in forms:
        for name, offered in form.offered.items():
            if name == "csrfmiddlewaretoken" or not any(_is_id(value) for value in offered):
                continue
            for theirs in foreign:
                tried += 1
                before = references(theirs)
                with undone():
                    answer = client.post(form.action, form.answers() | {name: str(theirs.pk)})
                    if answer.status_code >= 500:
                        taken.append(f"{form.action} {name}: {answer.status_code}")
                    after = references(theirs)
                    for table in before:
                        if after[table] != before[table]:
                            taken.append(
                                f"{form.action} took {type(theirs).__name__} of another provider as {name}: {table}"
                            )
    assert tried > 20, "the attack reached forms that choose among records"
    assert taken == []


def _is_id(value: str) -> bool:
    try:
        uuid.UUID(value)
    except ValueError:
        return False
    return True


#: Fields that no form asks for, with values nobody would type.
EXTRA = {
    "reference": "HACKED-1", "sealed_at": "1999-01-01 00:00", "closed_at": "1999-01-01 00:00", "logged_at": "1999-01-01 00:00",
    "owner": "", "owner_id": "", "logged_by": "", "logged_by_id": "", "decided_by": "", "decided_by_id": "", "signed_by": "",
    "signed_by_id": "", "provider": "", "provider_id": "", "service_id": "", "is_superuser": "1", "is_staff": "1",
    "is_system": "1", "is_active": "", "history_user": "", "by": "", "case": "", "case_id": "", "pk": "", "id": "",
    "result": "HACKED", "passed": "1", "state": "HACKED", "snapshot": "{}", "hash": "HACKED", "signed_at": "1999-01-01 00:00",
}  # fmt: skip


def test_fields_a_form_does_not_ask_for_change_nothing(forms: list[crawl.Form]) -> None:
    """Mass assignment: each form with thirty more fields, pointing at the stranger or at 1999."""
    stranger = User.objects.get(email=STRANGER)
    extra = {name: value or str(stranger.pk) for name, value in EXTRA.items()}
    client = signed_in()
    wrong = []
    for form in forms:
        with undone():
            answer = client.post(
                form.action, {name: v for name, v in extra.items() if name not in form.kinds} | form.answers()
            )
            if answer.status_code >= 500:
                wrong.append(f"{form.action}: {answer.status_code}")
            if User.objects.filter(is_superuser=True).exists() or User.objects.filter(is_system=True).count() != 1:
                wrong.append(f"{form.action}: a user was raised")
            odd = Case.objects.filter(
                models.Q(reference="HACKED-1")
                | models.Q(sealed_at__year=1999)
                | models.Q(closed_at__year=1999)
                | models.Q(logged_at__year=1999)
                | models.Q(owner=stranger, provider__name__startswith="Larkfield")
            )
            if odd.exists():
                wrong.append(f"{form.action}: a case was changed")
    assert wrong == []


def test_no_form_is_taken_without_its_token(forms: list[crawl.Form]) -> None:
    client = signed_in(enforce_csrf_checks=True)
    for form in forms:
        answer = client.post(form.action, form.answers())
        assert answer.status_code == 403, form.action


SCRIPT = "<script>alert(7)</script>\"'><img src=x onerror=alert(7)> {{ 7|add:7 }} {% now 'Y' %}"
#: What must stand nowhere: the payload as a tag, as an attribute's end, or run by the template engine.
RAW = re.compile(r"<script>alert\(7\)|<img src=x|\"'><img")


def test_script_typed_anywhere_comes_back_as_text_and_no_form_breaks(forms: list[crawl.Form]) -> None:
    """Reflected: what is refused is shown again, escaped; what is taken is shown on the next page, escaped."""
    client = signed_in()
    wrong, echoed = [], 0
    for form in forms:
        if not form.texts():
            continue
        for whole in (True, False):
            answers = (
                form.answers(SCRIPT)
                if whole
                else {name: SCRIPT for name in form.kinds if name != "csrfmiddlewaretoken"}
            )
            with undone():
                answer = client.post(form.action, answers, follow=True)
                text = answer.content.decode(errors="replace") if not answer.streaming else ""
                echoed += "&lt;script&gt;alert(7)" in text
                if answer.status_code >= 500 or RAW.search(text):
                    wrong.append(f"{form.action}: {answer.status_code}")
                title = re.search(r"<title>(.*?)</title>", text, re.S)
                if title and "alert(7)" in title[1]:
                    wrong.append(f"{form.action}: typed text in the title")
    assert echoed > 20, "the payload really came back on many pages"
    assert wrong == []


def test_script_kept_in_a_case_is_text_on_every_page_of_it_and_in_its_pack() -> None:
    """Stored: one case whose every text is the payload, seen by each who may see it, and as a pack."""
    from governance.packs import contents, render
    from incidents import actions
    from records import times
    from tests.cast import CONTROL
    from tests.guards import addresses

    manager = User.objects.get(email=MANAGER)
    service = Case.objects.get(title=CASES[0]).service
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
        wrong, shown = [], 0
        for email in (MANAGER, "ruth.adeyemi@larkfieldcare.example", "nadia.hussain@larkfieldcare.example"):
            client = signed_in(email)
            for address in addresses.all_addresses(case):
                answer = client.get(address.path)
                if answer.status_code >= 500:
                    wrong.append(f"{address.name}: {answer.status_code}")
                if answer.status_code != 200 or answer.streaming:
                    continue
                text = answer.content.decode(errors="replace")
                shown += "&lt;script&gt;alert(7)" in text
                if RAW.search(text):
                    wrong.append(f"{address.name} as {email}")
        document = render.html(contents.build(case, reader="manager", version=1, asked_by=manager), mark="m")
        assert "&lt;script&gt;alert(7)" in document
        if RAW.search(document):
            wrong.append("the pack")
    assert shown > 10
    assert wrong == []
