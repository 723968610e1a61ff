"""Every form of the product with generated answers: it never breaks, and what was typed is what is shown again.

200 examples a form here, 10,000 each in `make fuzz` (FUZZ=10000).
"""

from __future__ import annotations

import importlib
import inspect
import os
import pkgutil
import re
from collections.abc import Iterator
from typing import Any

import pytest
import pytest_django
from django import forms
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Service, Staff, User
from governance.models import Pack
from incidents.models import CasePerson
from records import times
from records.fields import LongTextField, TextField
from records.forms import PageForm
from remediation.models.disciplinary import DisciplinaryAppointment, Part
from tests import servers
from tests.cast import Cast, build

EXAMPLES = int(os.environ.get("FUZZ", "200"))
APPS = ("records", "accounts", "incidents", "remediation", "governance")

#: What people paste, what machines send, and what has broken other people's programs.
NASTY = [
    "", " ", "0", "²", "9" * 5000, "-1", "31", "29", "02", "13", "2026", "1899", "99999", "24:00", "23:59", "02:30", "half past nine",
    "9.30am", "NaN", "Infinity", "1e309", "٣", "½", "\x00", "a\x00b", "\u202etxt.exe", "\ufeff", "\r\n", "\n\nx", "a\rb",
    "<script>alert(7)</script>", "{{ 7|add:7 }}", "'; DROP TABLE cases; --", "=cmd|' /C calc'!A0", "../../etc/passwd",
    "on", "yes", "no", "true", "None", "null", "[]", "{}", "x" * 20_000, "😀" * 300, "e\u0301" * 50, "\ud7ff", "\U0010ffff",
    "00000000-0000-0000-0000-000000000000",
]  # fmt: skip
TEXT = st.one_of(
    st.sampled_from(NASTY),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=60),
    st.integers(-5, 3000).map(str),
)


def classes() -> list[type[PageForm]]:
    for app in APPS:
        for one in pkgutil.walk_packages(importlib.import_module(app).__path__, f"{app}."):
            if re.search(r"\.(forms|views|signing_form)(\.|$)", one.name):
                importlib.import_module(one.name)

    def below(cls: type) -> Iterator[type]:
        for one in cls.__subclasses__():
            yield one
            yield from below(one)

    found = {one for one in below(PageForm) if one.__module__.split(".")[0] in APPS}
    return sorted(found, key=lambda one: (one.__module__, one.__name__))


class Given:
    """What a form may ask for when it is made, from one case of the cast."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.case = cast.case(rated=True, subject=True)
        people = Staff.objects.filter(services=cast.service)
        users = User.objects.filter(staff__services=cast.service)
        self.known: dict[str, Any] = {
            "case": self.case, "user": cast.manager, "staff": people, "people": users, "supervisors": people,
            "holders": people, "services": Service.objects.filter(pk=cast.service.pk), "duty": self.case.duties.first(),
            "known": set(), "kinds": [("case", "The case")], "packs": Pack.objects.none(), "owners": users, "named_person": "", "booked": False, "meaning": "I read it.",
            "link": CasePerson.objects.filter(case=self.case).first(), "control": cast.control(self.case), "asked": "escalation",
        }  # fmt: skip

    def make(self, cls: type[PageForm], data: QueryDict) -> PageForm:
        asked = {
            name
            for base in cls.__mro__
            if base.__module__.split(".")[0] in APPS
            for name, one in inspect.signature(base.__init__).parameters.items()
            if name not in ("self", "args", "kwargs", "data") and one.default is inspect.Parameter.empty
        }
        more = dict(self.known)
        if cls.__module__ == "accounts.forms" and "staff" in asked:
            more["staff"] = self.cast.senior_staff
        if "appointment" in asked:
            # Only looked at, and of a meeting: that one asks the most.
            more["appointment"] = DisciplinaryAppointment(part=Part.CHAIR)
        if "test" in asked:
            more["test"] = practice_test(self.cast, self.case)
        if cls.__module__ == "governance.forms.packs":
            more["people"] = [(str(self.cast.manager.pk), "Aoife Brennan")]
        return cls(data, **{name: more[name] for name in asked})


@pytest.fixture(scope="module")
def has(django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[Given]:
    """One case for all forms: they only read."""
    with django_db_blocker.unblock(), servers.copy():
        yield Given(build())


def practice_test(cast: Cast, case: Any) -> Any:
    """A practice test that is only looked at: made in memory."""
    from remediation.models import PracticeTest, RemediationPlan

    plan = RemediationPlan(case=case, worker=cast.worker)
    return PracticeTest(plan=plan, kind="observation", pass_rule={"unsafe_answers": ["I would wait"]})


def names_of(form: PageForm) -> dict[str, list[str]]:
    """Every input name the form reads, with the values it offers."""
    found: dict[str, list[str]] = {}
    for name, field in form.fields.items():
        html = form[name].html_name
        parts = getattr(field.widget, "parts", None)
        choices = [str(value) for value, _ in getattr(field, "choices", [])][:40]
        for one in [f"{html}-{part}" for part in parts] if parts else [html]:
            found[one] = choices
    return found


@pytest.mark.parametrize("cls", classes(), ids=lambda one: f"{one.__module__}.{one.__name__}")
def test_no_answer_breaks_a_form_and_nothing_typed_is_lost(cls: type[PageForm], has: Given) -> None:
    names = names_of(has.make(cls, QueryDict(mutable=True)))
    if not names:
        assert not cls.base_fields
        return

    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def attack(data: st.DataObject) -> None:
        posted = QueryDict(mutable=True)
        for name, choices in names.items():
            how = data.draw(st.integers(0, 9))
            if how == 0:
                continue
            values = st.sampled_from(choices) if choices and how > 3 else TEXT
            posted.setlist(name, data.draw(st.lists(values, min_size=1, max_size=2 if how == 1 else 1)))
        form = has.make(cls, posted)
        form.is_valid()
        for name, field in form.fields.items():
            bound = form[name]
            bound.errors  # noqa: B018  (each must be sayable)
            if isinstance(field, TextField | LongTextField) and bound.html_name in posted:
                assert str(bound.value()) == posted[bound.html_name], f"{name} shows something else than was typed"

    attack()


@pytest.mark.parametrize("cls", classes(), ids=lambda one: f"{one.__module__}.{one.__name__}")
def test_a_refused_form_is_drawn_again_with_each_word(cls: type[PageForm], has: Given) -> None:
    """The HTML itself, for the nastiest text in every text question."""
    posted = QueryDict(mutable=True)
    typed = '<b>"it\'s"</b> & 7 < 8\nsecond line {{ x }} 😀'
    empty = has.make(cls, QueryDict(mutable=True))
    for name, field in empty.fields.items():
        if isinstance(field, forms.CharField):
            posted[empty[name].html_name] = typed
    form = has.make(cls, posted)
    form.is_valid()
    drawn = "".join(str(form[name].as_field_group()) for name in form.fields if form.is_asked(name))
    assert "<b>" not in drawn
    for name, field in form.fields.items():
        if isinstance(field, LongTextField) and form.is_asked(name):
            assert "&lt;b&gt;" in drawn and "second line {{ x }} 😀" in drawn, name


def test_there_are_as_many_forms_as_we_think() -> None:
    assert len(classes()) > 80


def test_a_moment_that_never_happened_is_refused_with_its_reason() -> None:
    """01:30 on the last Sunday of March. (The hour that comes twice is tested in tests/pages.)"""
    from incidents.forms.chronology import EntryForm

    def error(day: int, month: int, clock: str, which: str = "") -> str:
        form = EntryForm(
            {
                "kind": "fact", "text": "x", "source": "y", "event_at-day": day, "event_at-month": month,
                "event_at-year": times.today().year, "event_at-time": clock, "event_at-which": which,
            }
        )  # fmt: skip
        form.is_valid()
        return " ".join(form.errors.get("event_at", []))

    year = times.today().year
    last_sunday = max(day for day in range(25, 32) if times.london(year, 3, day, 12, 0).weekday() == 6)
    assert "did not happen" in error(last_sunday, 3, "01:30")
