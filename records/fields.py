"""Questions: form fields that know how GOV.UK Frontend shows them and how a person's answer is read.

Each is a Django field with four extra words: `hint` (an example from practice), `missing` (the error when it
is left empty, in the field's own words), `short` (its name on a check-answers page) and `reveals` (which
questions appear under which answer). A field without `required=False` must be answered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, TypeAlias, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from records.english_time import (
    HappenedTwice,
    NeverHappened,
    NotATime,
    is_second_time,
    moment,
    read_month,
    read_time,
)
from records.wording import in_london, plural, when_text

Choices: TypeAlias = Sequence[tuple[Any, Any]] | Callable[[], Iterable[tuple[Any, Any]]] | type


class Question:
    """What a field says about itself on the page. Mixed into each field below."""

    kind = "text"

    def __init__(
        self,
        label: str = "",
        *args: Any,
        hint: str = "",
        missing: str = "",
        short: str = "",
        reveals: Mapping[Any, Sequence[str]] | None = None,
        hints: Mapping[Any, str] | None = None,
        **kwargs: Any,
    ) -> None:
        self.short = short
        self.reveals: dict[str, tuple[str, ...]] = {
            str(value): tuple(names) for value, names in (reveals or {}).items()
        }
        self.hints: dict[str, str] = {str(value): text for value, text in (hints or {}).items()}
        if missing:
            kwargs.setdefault("error_messages", {}).setdefault("required", missing)
        if label:
            kwargs["label"] = label
        if hint:
            kwargs["help_text"] = hint
        super().__init__(*args, **kwargs)
        if label:
            self._say_it_plainly(label)

    def _say_it_plainly(self, label: str) -> None:
        """Replace Django's stock errors where the page did not give its own words."""
        messages: dict[str, Any] = cast(Any, self).error_messages
        stock = {
            "required": f"Answer the question: {label}",
            "invalid_choice": f"Choose one of the answers to: {label}",
            "invalid_list": f"Choose from the answers to: {label}",
            "empty": "The file is empty. Choose another",
            "invalid": f"{label.rstrip('?')}: this cannot be read. Enter it another way",
        }
        for code, text in stock.items():
            if code in messages and not isinstance(messages[code], str):
                messages[code] = text
        safe_label = label.rstrip("?").replace("%", "%%")
        messages.setdefault("max_length", f"{safe_label}: use %(limit_value)d characters or fewer")


class TextField(Question, forms.CharField):
    """One line. `width` is the size the answer should have: 2, 3, 4, 5, 10, 20, 30 characters, or "full"."""

    kind = "text"

    def __init__(
        self, label: str = "", *args: Any, width: int | str = "", autocomplete: str = "", **kwargs: Any
    ) -> None:
        self.width = width
        self.autocomplete = autocomplete
        kwargs.setdefault("max_length", 200)
        super().__init__(label, *args, **kwargs)


class EmailField(Question, forms.EmailField):
    """An e-mail address."""

    kind = "text"
    width: int | str = 20
    autocomplete = "email"

    def __init__(self, label: str = "", *args: Any, **kwargs: Any) -> None:
        messages = kwargs.setdefault("error_messages", {})
        messages.setdefault("invalid", "Enter an e-mail address like name@example.com")
        kwargs.setdefault("max_length", 254)  # the longest there is, and what every place for one holds
        super().__init__(label, *args, **kwargs)


class NumberField(Question, forms.IntegerField):
    """A whole number. Shown as text with a number pad: browsers change numbers when a wheel turns."""

    kind = "number"
    width: int | str = 4
    autocomplete = ""
    widget = forms.TextInput

    def __init__(self, label: str = "", *args: Any, **kwargs: Any) -> None:
        messages = kwargs.setdefault("error_messages", {})
        messages.setdefault("invalid", f"{label.rstrip('?')}: enter a whole number, like 4")
        super().__init__(label, *args, **kwargs)


class LongTextField(Question, forms.CharField):
    """Several lines. The count of characters is shown only near the limit; line breaks count as one."""

    kind = "longtext"
    widget = forms.Textarea

    def __init__(self, label: str = "", *args: Any, rows: int = 4, **kwargs: Any) -> None:
        self.rows = rows
        kwargs.setdefault("max_length", 5000)
        super().__init__(label, *args, **kwargs)

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        return str(text or "").replace("\r\n", "\n").replace("\r", "\n")


class _ChoiceQuestion(Question):
    def __init__(self, label: str = "", *args: Any, choices: Choices = (), **kwargs: Any) -> None:
        if isinstance(choices, type):
            choices = cast(Any, choices).choices
        super().__init__(label, *args, choices=choices, **kwargs)


class RadiosField(_ChoiceQuestion, forms.ChoiceField):
    """One answer of a few. Give a `TextChoices` class or pairs; `hints` explains single answers."""

    kind = "radios"
    widget = forms.RadioSelect

    def __init__(self, label: str = "", *args: Any, inline: bool = False, **kwargs: Any) -> None:
        self.inline = inline
        super().__init__(label, *args, **kwargs)


class YesNoField(RadiosField):
    """Yes or no, given back as True or False (None when optional and left open). Reveals by "yes" or "no"."""

    def __init__(self, label: str = "", *args: Any, yes: str = "Yes", no: str = "No", **kwargs: Any) -> None:
        kwargs.setdefault("choices", [("yes", yes), ("no", no)])
        kwargs.setdefault("inline", yes == "Yes" and no == "No" and not kwargs.get("reveals"))
        super().__init__(label, *args, **kwargs)

    def clean(self, value: Any) -> Any:
        answer = super().clean(value)
        return {"yes": True, "no": False}.get(answer)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, bool):
            return "yes" if value else "no"
        return value


class CheckboxesField(_ChoiceQuestion, forms.MultipleChoiceField):
    """As many answers as apply. `none_of_these` names the one answer that rules out the others."""

    kind = "checkboxes"
    widget = forms.CheckboxSelectMultiple

    def __init__(self, label: str = "", *args: Any, none_of_these: Any = None, **kwargs: Any) -> None:
        self.none_of_these = None if none_of_these is None else str(none_of_these)
        super().__init__(label, *args, **kwargs)

    def clean(self, value: Any) -> Any:
        answers = super().clean(value)
        if self.none_of_these in answers and len(answers) > 1:
            raise ValidationError("Choose what applies, or that none does, not both", code="none_and_some")
        return answers


class SelectField(_ChoiceQuestion, forms.ChoiceField):
    """One answer of many (more than about eight). An empty first line is added."""

    kind = "select"


class ConfirmField(Question, forms.BooleanField):
    """One box to tick. Its label is the statement the person confirms."""

    kind = "confirm"


class ChooseOneField(Question, forms.ModelChoiceField):  # type: ignore[type-arg]
    """One record out of a queryset that is already limited to what the person may see.

    Shown as radios up to eight records, else as a select. Set `form.fields[name].queryset` in `__init__`.
    """

    kind = "choose_one"

    def __init__(
        self,
        label: str = "",
        queryset: Any = None,
        *,
        name_of: Callable[[Any], str] | None = None,
        hint_of: Callable[[Any], str] | None = None,
        **kwargs: Any,
    ) -> None:
        self.name_of, self.hint_of = name_of, hint_of
        super().__init__(label, queryset, **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        return self.name_of(obj) if self.name_of else str(obj)


class ChooseSomeField(Question, forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Several records out of a queryset that is already limited to what the person may see."""

    kind = "choose_some"
    none_of_these = None
    widget = forms.CheckboxSelectMultiple

    def __init__(
        self,
        label: str = "",
        queryset: Any = None,
        *,
        name_of: Callable[[Any], str] | None = None,
        hint_of: Callable[[Any], str] | None = None,
        **kwargs: Any,
    ) -> None:
        self.name_of, self.hint_of = name_of, hint_of
        super().__init__(label, queryset, **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        return self.name_of(obj) if self.name_of else str(obj)


class PartsWidget(forms.Widget):
    """Several small inputs under one question. Its value is what was typed in each, untouched."""

    parts: tuple[str, ...] = ()

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> dict[str, str]:
        return {part: str(data.get(f"{name}-{part}", "") or "").strip() for part in self.parts}

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return not any(f"{name}-{part}" in data for part in self.parts)


class DayWidget(PartsWidget):
    parts = ("day", "month", "year")


class WhenWidget(PartsWidget):
    parts = ("day", "month", "year", "time", "which")


def _wrong(message: str, *parts: str, code: str = "invalid") -> ValidationError:
    """An error that says which of the small inputs it is about, so that its link lands there."""
    return ValidationError(message, code=code, params={"parts": parts})


class DateField(Question, forms.Field):
    """A day. `past` / `future` refuse the other side of today (today itself is accepted by both).

    `name` is how the errors call it: "The review date" gives "The review date must include a month".
    """

    kind = "date"
    widget: type[PartsWidget] = DayWidget

    def __init__(
        self,
        label: str = "",
        *args: Any,
        name: str = "The date",
        past: bool = False,
        future: bool = False,
        **kwargs: Any,
    ) -> None:
        self.name, self.past, self.future = name, past, future
        kwargs.setdefault("error_messages", {}).setdefault("required", f"Enter {name[0].lower()}{name[1:]}")
        super().__init__(label, *args, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, datetime):
            value = in_london(value).date()
        if isinstance(value, date):
            return {"day": str(value.day), "month": str(value.month), "year": str(value.year)}
        return value

    def clean(self, value: Any) -> date | None:
        if isinstance(value, date):
            return value
        typed = dict(value or {})
        if not any(typed.get(part) for part in ("day", "month", "year")):
            if self.required:
                raise _wrong(str(self.error_messages["required"]), "day", "month", "year", code="required")
            return None
        day = self.read_day(typed)
        today = in_london(timezone.now()).date()
        if self.past and day > today:
            raise _wrong(f"{self.name} must be today or in the past", "day", "month", "year")
        if self.future and day < today:
            raise _wrong(f"{self.name} must be today or in the future", "day", "month", "year")
        return day

    def read_day(self, typed: Mapping[str, str]) -> date:
        """The day typed, or an error on the first part that is missing or wrong."""
        gone = [part for part in ("day", "month", "year") if not typed.get(part)]
        if gone:
            raise _wrong(f"{self.name} must include a {' and '.join(gone)}", *gone)
        if not (typed["day"].isdecimal() and len(typed["day"]) <= 2 and 1 <= int(typed["day"]) <= 31):
            raise _wrong(f"{self.name} must be a real date: the day is a number from 1 to 31", "day")
        try:
            month = read_month(typed["month"])
        except ValueError:
            raise _wrong(f"{self.name} must be a real date: the month is a number or name", "month") from None
        if not (typed["year"].isdecimal() and len(typed["year"]) == 4):
            raise _wrong(f"{self.name} must have a year of 4 numbers, like 2026", "year")
        try:
            return date(int(typed["year"]), month, int(typed["day"]))
        except ValueError:
            raise _wrong(f"{self.name} must be a real date", "day", "month", "year") from None

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.prepare_value(initial) != data)


class WhenField(DateField):
    """A day and a time on an English clock, given back as a UTC moment.

    An hour the clocks skipped is refused; an hour that came twice is asked about (`which`). `past=True` is
    exact to the minute.
    """

    kind = "when"
    widget = WhenWidget

    def __init__(self, label: str = "", *args: Any, name: str = "The date and time", **kwargs: Any) -> None:
        super().__init__(label, *args, name=name, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, datetime):
            local = in_london(value)
            twice = is_second_time(value)
            return {
                "day": str(local.day),
                "month": str(local.month),
                "year": str(local.year),
                "time": local.strftime("%H:%M"),
                "which": "" if twice is None else ("second" if twice else "first"),
            }
        return value

    def clean(self, value: Any) -> datetime | None:
        if isinstance(value, datetime):
            return value
        typed = dict(value or {})
        if not any(typed.get(part) for part in ("day", "month", "year", "time")):
            if self.required:
                raise _wrong(str(self.error_messages["required"]), *WhenWidget.parts[:4], code="required")
            return None
        day = self.read_day(typed)
        if not typed.get("time"):
            raise _wrong(f"{self.name} must include a time", "time")
        try:
            clock = read_time(typed["time"])
        except NotATime:
            raise _wrong(f"{self.name} must have a time like 9:30am or 14:05", "time") from None
        which = {"first": False, "second": True}.get(typed.get("which", ""))
        try:
            found = moment(day, clock, second_time=which)
        except NeverHappened:
            raise _wrong(
                f"{clock:%H:%M} did not happen on that day: the clocks went forward from 01:00 to 02:00. "
                "Enter a time before 01:00 or from 02:00",
                "time",
                code="never_happened",
            ) from None
        except HappenedTwice:
            raise _wrong(
                f"{clock:%H:%M} happened twice that night: the clocks went back. Choose which one it was",
                "which",
                code="happened_twice",
            ) from None
        now = timezone.now()
        # A person types whole minutes: the minute that is now running counts as past.
        if self.past and found > now:
            raise _wrong(f"{self.name} must be in the past", "day", "month", "year", "time")
        if self.future and found + timedelta(minutes=1) <= now:
            raise _wrong(f"{self.name} must be in the future", "day", "month", "year", "time")
        return found


class FileField(Question, forms.FileField):
    """One file. What it really is gets decided in the action (`records` evidence rules), not here."""

    kind = "file"
    multiple = False


class _ManyFiles(forms.FileInput):
    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[UploadedFile[Any]]:
        if isinstance(files, MultiValueDict):
            return files.getlist(name)
        found = files.get(name)
        return [found] if found else []


class FilesField(FileField):
    """Several files at once, given back as a list. `most` is how many are taken in one go."""

    multiple = True
    widget = _ManyFiles

    def __init__(self, label: str = "", *args: Any, most: int = 10, **kwargs: Any) -> None:
        self.most = most
        super().__init__(label, *args, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        found = list(data or [])
        if not found and self.required:
            raise ValidationError(self.error_messages["required"], code="required")
        if len(found) > self.most:
            raise ValidationError(f"Choose no more than {plural(self.most, 'file')} at once", code="too_many")
        return [super(FilesField, self).clean(one, initial) for one in found]


def answer_text(field: forms.Field, value: Any) -> str:
    """A cleaned answer as a person would read it back, for check-answers pages. Empty is "Not given"."""
    if value is None or value == "" or value == []:
        return "Not given"
    if isinstance(value, bool):
        if isinstance(field, ConfirmField):
            return "Yes" if value else "No"
        names = {str(key): str(text) for key, text in getattr(field, "choices", [])}
        return names.get("yes" if value else "no", "Yes" if value else "No")
    if isinstance(value, date):
        return when_text(value)
    if isinstance(field, forms.ModelMultipleChoiceField):
        return "\n".join(field.label_from_instance(one) for one in value) or "Not given"
    if isinstance(field, forms.ModelChoiceField):
        return field.label_from_instance(value)
    if isinstance(field, forms.ChoiceField):
        names = {str(key): str(text) for key, text in cast(Any, field.choices)}
        values = value if isinstance(value, list | tuple) else [value]
        return "\n".join(names.get(str(one), str(one)) for one in values)
    if isinstance(value, list | tuple):
        return "\n".join(getattr(one, "name", str(one)) for one in value)
    return str(getattr(value, "name", value))
