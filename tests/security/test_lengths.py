"""Every text that can be typed has a greatest length, and none longer than the place where it is kept (ASVS 1.3.3)."""

import pytest
from django import forms
from django.apps import apps
from django.db import models
from django.http import QueryDict

from tests.attacks.test_generated import classes

#: Longer than any account of what happened; far below what would slow a page or a pack.
LONGEST = 20_000
CLASSES = classes()
#: Answers that are not kept under their own name: looked up only, or kept in a text without an end.
ELSEWHERE = {
    ("VerifyForm", "sha256"): "looked up",
    ("EmergencyForm", "reference"): "looked up",
    ("InviteForm", "purpose"): "CaseGrant.reason",
}


def texts() -> list[tuple[type[forms.Form], str, forms.CharField]]:
    return [
        (cls, name, field)
        for cls in CLASSES
        for name, field in cls.base_fields.items()
        if isinstance(field, forms.CharField)
    ]


@pytest.mark.parametrize("cls", CLASSES, ids=lambda one: f"{one.__module__}.{one.__name__}")
def test_every_text_question_has_a_greatest_length(cls: type[forms.Form]) -> None:
    endless = [
        name
        for name, field in cls.base_fields.items()
        if isinstance(field, forms.CharField) and (field.max_length is None or field.max_length > LONGEST)
    ]
    assert endless == []


def test_a_text_of_the_greatest_length_fits_where_it_is_kept() -> None:
    """Else the database refuses what the form took, and the person gets an error page for an answer."""
    wrong = []
    for cls, name, field in texts():
        places = [
            one.max_length
            for model in apps.get_app_config(cls.__module__.split(".")[0]).get_models()
            for one in model._meta.concrete_fields
            if one.name == name and isinstance(one, models.CharField | models.TextField)
        ]
        if (cls.__name__, name) in ELSEWHERE:
            continue
        if places and None not in places and field.max_length and field.max_length > max(places):
            wrong.append(f"{cls.__module__}.{cls.__name__}.{name}: {field.max_length} > {max(places)}")
    assert wrong == []


def test_one_sign_more_is_refused_in_words() -> None:
    """Of a short and of a long question: the limit is asked, not only written down."""
    from records.forms import LongTextField, PageForm, TextField

    class Short(PageForm):
        word = TextField("Which word?")

    class Long(PageForm):
        reason = LongTextField("Why?", missing="Say why", max_length=1000)

    for form, name, most in ((Short, "word", 200), (Long, "reason", 1000)):
        for count, taken in ((most, True), (most + 1, False)):
            posted = QueryDict(mutable=True)
            posted[name] = "x" * count
            bound = form(posted)
            assert bound.is_valid() is taken
            assert taken or f"use {most} characters or fewer" in str(bound.errors[name])
