"""From a bound question to its GOV.UK component: which macro, which ids, which input an error link lands on.

Works for our own questions (`records.fields`) and for plain Django fields of other packages (allauth's
forms), so that every form in the product looks and behaves the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString, mark_safe

from records.components import component, safe_lines
from records.fields import ChooseOneField

Params: TypeAlias = dict[str, Any]
More: TypeAlias = Mapping[str, Any]

#: Widget attributes that the macros set themselves, and `maxlength`: a browser would cut off pasted text
#: without a word; the form says so instead.
_NOT_COPIED = frozenset(
    ["placeholder", "class", "id", "autocomplete", "required", "type", "inputmode", "maxlength", "minlength"]
)

#: More records than this and a list of radios becomes a select.
MOST_RADIOS = 8

_PARTS: dict[str, tuple[tuple[str, str, int], ...]] = {
    "date": (("day", "Day", 2), ("month", "Month", 2), ("year", "Year", 4)),
    "when": (("day", "Day", 2), ("month", "Month", 2), ("year", "Year", 4), ("time", "Time", 5)),
}


def kind_of(bound: BoundField) -> str:
    """Which sort of question this is. Plain Django fields are recognised by their widget."""
    field = bound.field
    if isinstance(field, ChooseOneField):
        return "radios" if _count(field) <= MOST_RADIOS else "select"
    kind = getattr(field, "kind", "")
    if kind:
        return {"choose_some": "checkboxes"}.get(kind, str(kind))
    widget = field.widget
    if isinstance(widget, forms.RadioSelect):
        return "radios"
    if isinstance(widget, forms.CheckboxSelectMultiple):
        return "checkboxes"
    if isinstance(widget, forms.CheckboxInput):
        return "confirm"
    if isinstance(widget, forms.Select):
        return "select"
    if isinstance(widget, forms.Textarea):
        return "longtext"
    if isinstance(widget, forms.PasswordInput):
        return "password"
    if isinstance(widget, forms.FileInput):
        return "file"
    return "text"


def _count(field: ChooseOneField) -> int:
    # One row more than the limit is enough to decide; the rows are read once and kept by the iterator below.
    return len(options(field))


def options(field: Any) -> list[tuple[str, str, str]]:
    """(value, label, hint) of each answer. A model question is read from the database once and kept."""
    kept: list[tuple[str, str, str]] | None = getattr(field, "_options_read", None)
    queryset = getattr(field, "queryset", None)
    if kept is not None and getattr(field, "_options_of", None) is queryset:
        return kept
    found: list[tuple[str, str, str]] = []
    if queryset is not None:
        hint_of = getattr(field, "hint_of", None)
        for thing in queryset:
            hint = hint_of(thing) if hint_of else ""
            found.append((str(field.prepare_value(thing)), field.label_from_instance(thing), hint))
        field._options_read, field._options_of = found, queryset
        return found
    hints = getattr(field, "hints", {})
    for value, label in field.choices:
        if isinstance(label, list | tuple):
            found += [(str(inner), str(text), hints.get(str(inner), "")) for inner, text in label]
        elif value not in (None, ""):
            found.append((str(value), str(label), hints.get(str(value), "")))
    return found


def error_target(bound: BoundField, error: ValidationError | None = None) -> str:
    """The id of the input an error-summary link must land on: the first radio, the first wrong date part."""
    base = str(bound.auto_id)
    kind = kind_of(bound)
    if kind not in _PARTS:
        return base
    part = next(iter(_wrong_parts(error)), "day")
    return f"{base}-{part}"


def _wrong_parts(error: ValidationError | None) -> tuple[str, ...]:
    params = getattr(error, "params", None) or {}
    return tuple(params.get("parts", ()))


def first_error(bound: BoundField) -> ValidationError | None:
    """The first error on this question, or None while errors are held back (a row was added)."""
    if getattr(bound.form, "quiet", False):
        return None
    found = bound.form.errors.as_data().get(bound.name, []) if bound.form.is_bound else []
    return found[0] if found else None


def label_text(bound: BoundField) -> str:
    """The question, marked "(optional)" where it need not be answered. Never an asterisk."""
    label = str(bound.label or "")
    return label if bound.field.required or not label else f"{label} (optional)"


def render(bound: BoundField, **more: Any) -> SafeString:
    """The whole form group. `more`: `heading=True` makes the question the page's h1; `size` s/m/l/xl of its
    label; `hidden_label=True`; `classes`; `hint` / `label` to say it differently on this page.
    """
    if bound.is_hidden:
        return mark_safe(str(bound))  # noqa: S308  (Django's own escaped widget)
    kind = kind_of(bound)
    params: dict[str, Any] = {"name": bound.html_name}
    hint = more.get("hint", bound.help_text)
    if hint:
        params["hint"] = {"text": hint}
    error = first_error(bound)
    if error:
        params["errorMessage"] = {"text": " ".join(str(message) for message in error.messages)}
    if more.get("classes"):
        params["classes"] = more["classes"]
    return _RENDERERS[kind](bound, params, more)


def _label(bound: BoundField, more: More, element: str = "label") -> dict[str, Any]:
    heading = bool(more.get("heading"))
    size = more.get("size") or ("l" if heading else "m" if element == "fieldset__legend" else "s")
    classes = f"govuk-{element}--{size}"
    if more.get("hidden_label"):
        classes = "govuk-visually-hidden"
    text = more.get("label")
    return {"text": label_text(bound) if text is None else text, "classes": classes, "isPageHeading": heading}


def _input(bound: BoundField, params: Params, more: More) -> SafeString:
    field, widget = bound.field, bound.field.widget
    width = more.get("width", getattr(field, "width", ""))
    classes = [params.pop("classes", "")]
    if width and width != "full":
        classes.append(f"govuk-input--width-{width}")
    attributes = {
        key: value for key, value in widget.attrs.items() if key not in _NOT_COPIED and value not in (None, False)
    }
    number = getattr(field, "kind", "") == "number"
    value = bound.value()
    params |= {
        "id": bound.auto_id,
        "label": _label(bound, more),
        "value": "" if value is None else str(value),
        "classes": " ".join(filter(None, classes)),
        "type": "text" if number else (getattr(widget, "input_type", "text") or "text"),
        "autocomplete": getattr(field, "autocomplete", "") or widget.attrs.get("autocomplete", ""),
        "inputmode": "numeric" if number else widget.attrs.get("inputmode", ""),
        "attributes": {key: "" if value is True else value for key, value in attributes.items()},
    }
    if params["type"] == "email":
        params["spellcheck"] = False
    for affix in ("prefix", "suffix"):
        if more.get(affix):
            params[affix] = {"text": more[affix]}
    given = {key: value for key, value in params.items() if key == "value" or value not in ("", {}, None)}
    return component("govukInput", given)


def _password(bound: BoundField, params: Params, more: More) -> SafeString:
    return component(
        "govukPasswordInput",
        params
        | {
            "id": bound.auto_id,
            "label": _label(bound, more),
            "autocomplete": bound.field.widget.attrs.get("autocomplete", "current-password"),
        },
    )


def _longtext(bound: BoundField, params: Params, more: More) -> SafeString:
    value = bound.value()
    params |= {
        "id": bound.auto_id,
        "label": _label(bound, more),
        "value": safe_lines("" if value is None else str(value)),
        "rows": more.get("rows", getattr(bound.field, "rows", 4)),
        "classes": f"{params.get('classes', '')} stp-grows".strip(),
    }
    limit = getattr(bound.field, "max_length", None)
    if limit is None:
        return component("govukTextarea", params)
    # The count appears when three quarters of the room are used, not before (ux.md "Forms").
    return component("govukCharacterCount", params | {"maxlength": limit, "threshold": 75})


def _legend(bound: BoundField, more: More) -> dict[str, Any]:
    return {"legend": _label(bound, more, "fieldset__legend")}


def _items(bound: BoundField, chosen: set[str]) -> list[dict[str, Any]]:
    reveals: dict[str, tuple[str, ...]] = getattr(bound.field, "reveals", {})
    items: list[dict[str, Any]] = []
    for value, label, hint in options(bound.field):
        item: dict[str, Any] = {"value": value, "text": label, "checked": value in chosen}
        if hint:
            item["hint"] = {"text": hint}
        shown = [bound.form[name] for name in reveals.get(value, ())]
        if shown:
            item["conditional"] = {"html": mark_safe("".join(render(one, size="s") for one in shown))}  # noqa: S308
        items.append(item)
    return items


def _chosen(bound: BoundField) -> set[str]:
    value = bound.value()
    if value in (None, ""):
        return set()
    many = value if isinstance(value, list | tuple | set) else [value]
    prepare = bound.field.prepare_value
    return {str(prepare(one)) for one in many}


def _radios(bound: BoundField, params: Params, more: More) -> SafeString:
    items = _items(bound, _chosen(bound))
    inline = getattr(bound.field, "inline", False) and not any("conditional" in item for item in items)
    classes = [params.pop("classes", ""), "govuk-radios--inline" if inline else ""]
    return component(
        "govukRadios",
        params
        | {
            "idPrefix": bound.auto_id,
            "fieldset": _legend(bound, more),
            "items": items,
            "classes": " ".join(filter(None, classes)),
        },
    )


def _checkboxes(bound: BoundField, params: Params, more: More) -> SafeString:
    items = _items(bound, _chosen(bound))
    none_of_these = getattr(bound.field, "none_of_these", None)
    if none_of_these is not None:
        for index, item in enumerate(items):
            if item["value"] == none_of_these:
                item["behaviour"] = "exclusive"
                items.insert(index, {"divider": "or"})
                break
    params |= {"idPrefix": bound.auto_id, "fieldset": _legend(bound, more), "items": items}
    return component("govukCheckboxes", params)


def _confirm(bound: BoundField, params: Params, more: More) -> SafeString:
    words = more.get("label", label_text(bound))
    item = {"value": "on", "text": words, "checked": bool(bound.value()), "id": bound.auto_id}
    return component("govukCheckboxes", params | {"idPrefix": bound.auto_id, "items": [item]})


def _select(bound: BoundField, params: Params, more: More) -> SafeString:
    chosen = _chosen(bound)
    items = [{"value": "", "text": more.get("empty", _empty_text(bound.field)), "selected": not chosen}]
    items += [{"value": value, "text": label, "selected": value in chosen} for value, label, _ in options(bound.field)]
    params |= {"id": bound.auto_id, "label": _label(bound, more), "items": items}
    return component("govukSelect", params)


def _empty_text(field: Any) -> str:
    """What choosing nothing means, where the question itself says so ("Mine", "Everything")."""
    if getattr(field, "queryset", None) is not None:
        return "Choose one"
    said = [str(label) for value, label in field.choices if value in (None, "") and not isinstance(label, list | tuple)]
    return said[0] if said and said[0].strip("-") else "Choose one"


def _file(bound: BoundField, params: Params, more: More) -> SafeString:
    return component(
        "govukFileUpload",
        params
        | {
            "id": bound.auto_id,
            "label": _label(bound, more),
            "multiple": getattr(bound.field, "multiple", False),
            "attributes": {key: value for key, value in bound.field.widget.attrs.items() if key == "accept"},
        },
    )


def _parts(bound: BoundField, params: Params, more: More) -> SafeString:
    kind, error = kind_of(bound), first_error(bound)
    typed = bound.value()
    if not isinstance(typed, Mapping):
        typed = {}
    wrong = _wrong_parts(error)
    if error and not wrong:
        wrong = tuple(part for part, _, _ in _PARTS[kind])
    items = []
    for part, label, width in _PARTS[kind]:
        classes = f"govuk-input--width-{width}" + (" govuk-input--error" if part in wrong else "")
        item = {"name": part, "label": label, "classes": classes, "value": typed.get(part, "")}
        if part == "time":
            item["inputmode"] = "text"
        if part == "month":
            # A month may be typed as a word, so the number pad is only offered, not forced, elsewhere.
            item["inputmode"] = "text" if str(typed.get(part, "")).isalpha() else "numeric"
        items.append(item)
    params |= {"id": bound.auto_id, "namePrefix": bound.html_name, "items": items}
    params["fieldset"] = _legend(bound, more)
    if kind == "when" and (typed.get("which") or "which" in wrong):
        params["formGroup"] = {"afterInputs": {"html": _which(bound, str(typed.get("which") or ""))}}
    params.pop("name")
    return component("govukDateInput", params)


def _which(bound: BoundField, chosen: str) -> SafeString:
    """The question of the autumn night, asked only about an hour that came twice."""
    question = "The clocks went back that night. Which one was it?"
    answers = {
        "first": "The first, before the clocks went back (summer time)",
        "second": "The second, after the clocks went back",
    }
    return component(
        "govukRadios",
        {
            "name": f"{bound.html_name}-which",
            "idPrefix": f"{bound.auto_id}-which",
            "classes": "govuk-radios--small",
            "fieldset": {"legend": {"text": question, "classes": "govuk-fieldset__legend--s"}},
            "items": [{"value": value, "text": text, "checked": value == chosen} for value, text in answers.items()],
        },
    )


_RENDERERS = {
    "text": _input,
    "number": _input,
    "password": _password,
    "longtext": _longtext,
    "radios": _radios,
    "checkboxes": _checkboxes,
    "confirm": _confirm,
    "select": _select,
    "file": _file,
    "date": _parts,
    "when": _parts,
}
