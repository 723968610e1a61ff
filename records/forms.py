"""The form kit: a page's questions, what was typed, what is wrong with it, and what was refused.

    class ReviewForm(PageForm):
        outcome = RadiosField("What did the review decide?", choices=Outcome, missing="Choose one")
        when = WhenField("When was it reviewed?", name="The time of the review", past=True)

See docs/pages.md for a whole page. The kit never saves and knows no rules: it turns typing into an
action's arguments.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import structlog
from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.forms.boundfield import BoundField
from django.forms.formsets import DELETION_FIELD_NAME, BaseFormSet
from django.forms.renderers import get_default_renderer
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString

from records import field_html
from records.fields import (
    CheckboxesField,
    ChooseOneField,
    ChooseSomeField,
    ConfirmField,
    DateField,
    EmailField,
    FileField,
    FilesField,
    LongTextField,
    NumberField,
    RadiosField,
    SelectField,
    TextField,
    WhenField,
    YesNoField,
    answer_text,
)

__all__ = [
    "CheckboxesField",
    "ChooseOneField",
    "ChooseSomeField",
    "ConfirmField",
    "DateField",
    "EmailField",
    "FileField",
    "FilesField",
    "LongTextField",
    "NumberField",
    "PageForm",
    "RadiosField",
    "Rows",
    "SelectField",
    "TextField",
    "WhenField",
    "YesNoField",
    "answer",
    "answer_text",
    "problems",
]

log = structlog.get_logger(__name__)

#: Buttons that change the page's rows instead of sending its answers.
ADD_ROW, REMOVE_ROW = "add_row", "remove_row"


class _Missing(Protocol):
    @property
    def text(self) -> str: ...
    @property
    def url(self) -> str: ...


class Refusal(Protocol):
    """What a refused action says (`records.refusals.Refused`)."""

    @property
    def message(self) -> str: ...
    @property
    def missing(self) -> Any: ...
    @property
    def source(self) -> str: ...
    @property
    def field(self) -> str: ...


@dataclass(frozen=True)
class Problem:
    """One line of the error summary: what is wrong and where it is put right."""

    text: str
    href: str = ""


class PageBoundField(BoundField):
    """A question that renders itself as its GOV.UK component: `{{ form.name.as_field_group }}` works too."""

    def as_field_group(self) -> SafeString:
        return field_html.render(self)


class PageForm(forms.Form):
    """The questions of one page.

    `reveals` on a radios or checkboxes question puts other questions of the form under its answers: they are
    only asked, and only required, when that answer is given.
    """

    bound_field_class = PageBoundField
    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.refusals: list[Refusal] = []
        #: Set where kept, half-typed answers are shown again: they are not called wrong before they are sent.
        self.hold_back_errors = False
        self.revealed: dict[str, tuple[str, str]] = {
            name: (parent, value)
            for parent, field in self.fields.items()
            for value, names in getattr(field, "reveals", {}).items()
            for name in names
        }

    @property
    def quiet(self) -> bool:
        """True while errors are held back: a row button was pressed, or a draft is shown again."""
        return self.is_bound and (self.hold_back_errors or row_button_pressed(self.data))

    def is_valid(self) -> bool:
        return not self.quiet and super().is_valid()

    def is_asked(self, name: str) -> bool:
        """Whether the answers given so far bring this question up."""
        if name not in self.revealed:
            return True
        parent, value = self.revealed[name]
        given = self[parent].value()
        many = given if isinstance(given, list | tuple) else [given]
        prepare = self.fields[parent].prepare_value
        return self.is_asked(parent) and value in {str(prepare(one)) for one in many}

    def _clean_fields(self) -> None:
        super()._clean_fields()  # type: ignore[misc]
        for name in self.revealed:
            if name in self.fields and not self.is_asked(name):
                self.errors.pop(name, None)
                field = self.fields[name]
                many = isinstance(field, forms.MultipleChoiceField | forms.ModelMultipleChoiceField)
                self.cleaned_data[name] = [] if many else getattr(field, "empty_value", None)

    def questions(self) -> Iterator[BoundField]:
        """The visible questions in order, without those that appear under another's answer."""
        for bound in self.visible_fields():
            if bound.name not in self.revealed:
                yield bound

    def answered(self) -> Iterator[tuple[BoundField, str]]:
        """Each question that was asked with its cleaned answer in words, for check-answers pages."""
        for bound in self.visible_fields():
            if self.is_asked(bound.name) and bound.name in self.cleaned_data:
                yield bound, answer_text(bound.field, self.cleaned_data[bound.name])

    def add_refusal(self, refused: Refusal) -> None:
        """Show why an action was refused, what is missing and where to do it, above the form.

        Keeps what was typed; the page answers 422. A refusal about one question, with nothing else missing,
        stands at that question.
        """
        if refused.field in self.fields and not refused.missing:
            self.add_error(refused.field, refused.message)
        else:
            self.refusals.append(refused)


def row_button_pressed(data: Mapping[str, Any]) -> bool:
    """Whether this post only adds or removes a row."""
    return ADD_ROW in data or REMOVE_ROW in data


class Rows(BaseFormSet):  # type: ignore[type-arg]
    """The same few questions several times, with "add another" that works without JavaScript.

        class CriterionRows(Rows):
            form = CriterionForm
            prefix_name, one, least, most = "criteria", "criterion", 1, 12

        rows = CriterionRows(request.POST or None, initial=[...])
        if form.is_valid() and rows.is_valid(): action(criteria=rows.answers)

    Rows left wholly empty are dropped, down to `least`.
    """

    form = PageForm
    prefix_name = "rows"
    one = "row"
    least, most, start = 1, 20, 1

    # What Django's formset_factory would set.
    can_order, can_delete, can_delete_extra = False, False, False
    validate_min = validate_max = False

    def __init__(self, data: Any = None, files: Any = None, **kwargs: Any) -> None:
        self.renderer = get_default_renderer()
        self.min_num, self.max_num, self.absolute_max = self.least, self.most, self.most + 1
        given = len(kwargs.get("initial") or [])
        self.extra = 0 if given else max(0, self.start - self.least)
        kwargs.setdefault("prefix", self.prefix_name)
        self._quiet = data is not None and row_button_pressed(data)
        if data is not None and self._quiet:
            data = self._with_rows_changed(data, kwargs["prefix"])
        super().__init__(data, files, **kwargs)

    @property
    def quiet(self) -> bool:
        """True while errors are held back: a row button was pressed, or a draft is shown again."""
        return self._quiet

    @quiet.setter
    def quiet(self, quiet: bool) -> None:
        self._quiet = quiet
        for form in self.forms if quiet and hasattr(self, "data") else []:
            form.hold_back_errors = True

    def _with_rows_changed(self, data: Any, prefix: str) -> Any:
        data = data.copy()
        total = _whole_number(data.get(f"{prefix}-TOTAL_FORMS"))
        if data.get(ADD_ROW) == prefix and total < self.most:
            data[f"{prefix}-TOTAL_FORMS"] = str(total + 1)
        removed = str(data.get(REMOVE_ROW, ""))
        if removed.startswith(f"{prefix}-") and total > self.least:
            gone = _whole_number(removed.removeprefix(f"{prefix}-"), total)
            if gone < total:
                _drop_row(data, prefix, gone, total)
        return data

    def is_valid(self) -> bool:
        return not self.quiet and super().is_valid()

    def clean(self) -> None:
        filled = sum(1 for form in self.forms if form.has_changed())
        # A row that must be given and is empty says so itself, at its own input.
        if filled < self.least and not any(form.errors for form in self.forms):
            many = f"{self.least} {self.one}s" if self.least > 1 else f"one {self.one}"
            raise ValidationError(f"Give at least {many}", code="too_few")

    @property
    def answers(self) -> list[dict[str, Any]]:
        """The cleaned rows, in order, without those left empty."""
        return [
            {key: value for key, value in form.cleaned_data.items() if key != DELETION_FIELD_NAME}
            for form in self.forms
            if form.has_changed() and getattr(form, "cleaned_data", None)
        ]

    def in_words(self) -> list[list[tuple[BoundField, str]]]:
        """The answered rows in words, for check-answers pages."""
        return [list(form.answered()) for form in self.forms if form.has_changed()]

    @property
    def can_add(self) -> bool:
        return self.total_form_count() < self.most

    @property
    def can_remove(self) -> bool:
        return self.total_form_count() > self.least


def _whole_number(text: Any, otherwise: int = 0) -> int:
    return int(text) if str(text).isdecimal() and len(str(text)) <= 6 else otherwise


def _drop_row(data: Any, prefix: str, gone: int, total: int) -> None:
    """Take row `gone` out and move the rows below it up, so that what was typed stays in its row."""
    for key in [key for key in data if key.startswith(f"{prefix}-{gone}-")]:
        del data[key]
    for number in range(gone + 1, total):
        for key in [key for key in data if key.startswith(f"{prefix}-{number}-")]:
            name = key.removeprefix(f"{prefix}-{number}-")
            data.setlist(f"{prefix}-{number - 1}-{name}", data.getlist(key))
            del data[key]
    data[f"{prefix}-TOTAL_FORMS"] = str(total - 1)
    if _whole_number(data.get(f"{prefix}-INITIAL_FORMS")) > gone:
        data[f"{prefix}-INITIAL_FORMS"] = str(_whole_number(data[f"{prefix}-INITIAL_FORMS"]) - 1)


def problems(*forms_: Any) -> list[Problem]:
    """Every error of these forms and rows in page order, each with the id of the input it is about."""
    found: list[Problem] = []
    for form in forms_:
        if form is None or not getattr(form, "is_bound", False) or getattr(form, "quiet", False):
            continue
        if isinstance(form, BaseFormSet):
            form.is_valid()
            if form.non_form_errors():
                first = form.forms[0] if form.forms else None
                target = field_html.error_target(next(iter(first))) if first and first.fields else ""
                href = f"#{target}" if target else ""
                found += [Problem(str(text), href) for text in form.non_form_errors()]
            found += problems(*form.forms)
            continue
        errors = form.errors.as_data()
        for error in errors.get(NON_FIELD_ERRORS, []):
            # An error about several answers leads to the first of them.
            first_asked = next(iter(form.visible_fields()), None)
            href = f"#{field_html.error_target(first_asked)}" if first_asked else ""
            found += [Problem(str(message), href) for message in error.messages]
        for name in form.fields:
            for error in errors.get(name, [])[:1]:
                bound = form[name]
                href = "" if bound.is_hidden else f"#{field_html.error_target(bound, error)}"
                found += [Problem(str(message), href) for message in error.messages]
    return found


def has_problems(*forms_: Any) -> bool:
    """Whether any of these has an error or a refusal to show."""
    refused = any(getattr(form, "refusals", None) for form in forms_)
    return refused or bool(problems(*forms_))


def answer(request: HttpRequest, template: str, context: Mapping[str, Any]) -> HttpResponse:
    """Render a page with forms: 200, or 422 when one of the context's forms shows an error or a refusal."""
    shown = [value for value in context.values() if isinstance(value, forms.BaseForm | BaseFormSet)]
    status = 422 if has_problems(*shown) else 200
    if status == 422:  # (which questions, never what was answered: ASVS 5.0 16.3.3)
        wrong = {type(one).__name__: sorted(one.errors) for one in shown if isinstance(one, PageForm) and one.errors}
        log.info("form.not_taken", questions=wrong)
    return render(request, template, dict(context), status=status)
