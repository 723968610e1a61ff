"""What a template says to get a component, a question, an error summary, a status or a date.

{% load page %}
{% errors form %}
{% field form.noticed_at heading=True %}
{% component "govukButton" text="Save and continue" %}
{% status "Overdue" "red" %}   {{ review.due|due }}   {{ event.noticed_at|when }}   {{ latency|gap }}
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django import forms, template
from django.db.models import Choices
from django.forms.boundfield import BoundField
from django.forms.formsets import BaseFormSet
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.context import Context
from django.template.loader import get_template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from records import field_html, wording
from records.components import component as build
from records.components import nested
from records.forms import problems

register = template.Library()

#: What a colour means (ux.md "Look"). A colour never stands alone: a tag always has its word.
COLOURS = {
    "red": "red",  # a person may be unsafe; overdue
    "amber": "orange",  # soon
    "green": "green",  # tested and signed
    "blue": "blue",
    "light-blue": "blue",
    "grey": "grey",
    "": "grey",
}


@register.simple_tag
def component(name: str, **params: Any) -> SafeString:
    """One GOV.UK component: `{% component "govukButton" text="Save" attributes__name="save" %}`."""
    return build(name, nested(params))


class _Wrap(template.Node):
    def __init__(self, name: FilterExpression, params: dict[str, FilterExpression], inside: NodeList) -> None:
        self.name, self.params, self.inside = name, params, inside

    def render(self, context: Context) -> SafeString:
        params = nested({key: value.resolve(context) for key, value in self.params.items()})
        params.setdefault("html", mark_safe(self.inside.render(context)))  # noqa: S308  (a rendered template)
        return build(str(self.name.resolve(context)), params)


@register.tag
def wrap(parser: Parser, token: Token) -> _Wrap:
    """A component around template content: `{% wrap "govukDetails" summaryText="Why?" %}...{% endwrap %}`."""
    bits = token.split_contents()[1:]
    if not bits:
        raise template.TemplateSyntaxError("wrap needs the name of a component.")
    name = parser.compile_filter(bits[0])
    params = _keywords(parser, bits[1:], "wrap")
    inside = parser.parse(("endwrap",))
    parser.delete_first_token()
    return _Wrap(name, params, inside)


class _Landmark(template.Node):
    def __init__(self, name: FilterExpression, inside: NodeList) -> None:
        self.name, self.inside = name, inside

    def render(self, context: Context) -> SafeString:
        inside = self.inside.render(context)
        if not inside.strip():
            return mark_safe("")
        return format_html('<nav aria-label="{}">{}</nav>', self.name.resolve(context), inside)


@register.tag
def landmark(parser: Parser, token: Token) -> _Landmark:
    """A navigation landmark around a block, left out when the block is empty."""
    name = parser.compile_filter(token.split_contents()[1])
    inside = parser.parse(("endlandmark",))
    parser.delete_first_token()
    return _Landmark(name, inside)


class _Card(template.Node):
    def __init__(self, title: FilterExpression, params: dict[str, FilterExpression], inside: NodeList) -> None:
        self.title, self.params, self.inside = title, params, inside

    def render(self, context: Context) -> SafeString:
        given = {key: value.resolve(context) for key, value in self.params.items()}
        inside = self.inside.render(context)
        shown = given | {"title": self.title.resolve(context), "inside": inside}
        return mark_safe(get_template("components/card.html").render(shown))  # noqa: S308  (a template)


@register.tag
def card(parser: Parser, token: Token) -> _Card:
    """A bordered card: `{% card control.title status="In force" colour="blue" edge="overdue" url=… %}…{% endcard %}`."""
    bits = token.split_contents()[1:]
    if not bits:
        raise template.TemplateSyntaxError("card needs a title.")
    params = _keywords(parser, bits[1:], "card")
    inside = parser.parse(("endcard",))
    parser.delete_first_token()
    return _Card(parser.compile_filter(bits[0]), params, inside)


def _keywords(parser: Parser, bits: list[str], tag: str) -> dict[str, FilterExpression]:
    params = {}
    for bit in bits:
        key, equals, value = bit.partition("=")
        if not equals:
            raise template.TemplateSyntaxError(f"{tag} takes key=value, not {bit}.")
        params[key] = parser.compile_filter(value)
    return params


@dataclass(frozen=True)
class Cell:
    """One cell of a table: its text, where it leads, and the heading it keeps on a phone."""

    text: Any
    url: str = ""
    heading: str = ""


@register.inclusion_tag("components/table.html")
def table(
    caption: str, headings: Sequence[str], rows: Iterable[Sequence[Any]], size: str = "m", nothing: str = "Nothing yet."
) -> Mapping[str, Any]:
    """A table whose rows become cards on a phone. The first cell of a row is its heading.

    A cell is text, safe markup, or `(text, url)`.
    """

    def cell(value: Any, heading: str) -> Cell:
        text, url = value if isinstance(value, tuple) else (value, "")
        return Cell(text, url, heading)

    made = [[cell(value, heading) for value, heading in zip(row, headings, strict=True)] for row in rows]
    return {"caption": caption, "headings": headings, "rows": made, "size": size, "nothing": nothing}


@register.simple_tag
def field(bound: BoundField, **more: Any) -> SafeString:
    """One question as its component. `heading=True` makes it the page's h1; `size="s"` its label's size."""
    return field_html.render(bound, **more)


@register.simple_tag
def fields(form: forms.BaseForm) -> SafeString:
    """Every question of a form in order, hidden inputs included."""
    hidden = [mark_safe(str(bound)) for bound in form.hidden_fields()]  # noqa: S308  (Django's own widgets)
    asked = form.questions() if hasattr(form, "questions") else form.visible_fields()
    return mark_safe("".join([*hidden, *(field_html.render(bound) for bound in asked)]))  # noqa: S308


@register.simple_tag
def errors(*shown: forms.BaseForm | BaseFormSet[Any]) -> SafeString:
    """The error summary of these forms: every error linked to its input, every refusal to what is missing."""
    refusals = [refused for form in shown for refused in getattr(form, "refusals", [])]
    lines = [_line(one.text, one.href) for one in problems(*shown)]
    if not lines and not refusals:
        return mark_safe("")
    # A page has one summary, and it takes the focus: what is wrong with the typing first, then what is missing.
    given: dict[str, Any] = {
        "titleText": "There is a problem" if lines else "This cannot be done yet",
        "errorList": lines + [_line(one.text, one.url) for refused in refusals for one in refused.missing],
    }
    if refusals:
        given["descriptionHtml"] = format_html_join(mark_safe("<br>"), "{}", ((_reason(one),) for one in refusals))
    return build("govukErrorSummary", given)


def _line(text: str, url: str) -> dict[str, Any]:
    return {"text": text, "href": url} if url else {"text": text}


def _reason(refused: Any) -> SafeString:
    """Why it cannot be done yet, and where that rule is written."""
    written = wording.rule_words(refused.source or "")
    source = format_html(' <span class="stp-source">({})</span>', written) if written else ""
    return format_html("{}{}", refused.message, source)


@register.simple_tag(takes_context=True)
def error_prefix(context: Context) -> str:
    """ "Error: " at the start of the page title while it shows an error, so that it is read out first."""
    for value in context.flatten().values():
        if not isinstance(value, forms.BaseForm | BaseFormSet):
            continue
        if getattr(value, "refusals", None) or problems(value):
            return "Error: "
    return ""


@register.simple_tag
def status(text: Any, colour: str = "") -> SafeString:
    """A tag: always a word, with red, amber, green, blue or grey."""
    words = text.label if isinstance(text, Choices) else str(text)
    return build("govukTag", {"text": words, "classes": f"govuk-tag--{COLOURS.get(colour, colour)} stp-tag"})


@register.filter
def when(moment: date | None) -> str | SafeString:
    """ "Thu 15 Oct 2026, 09:35" in a <time> element; "not yet" for nothing."""
    if not moment:
        return "not yet"
    machine = moment.isoformat()
    return format_html('<time datetime="{}" class="stp-time">{}</time>', machine, wording.when_text(moment))


def _first_large(text: str) -> str:
    return text[:1].upper() + text[1:]


@register.filter
def due(moment: date | None, how: str = "") -> str | SafeString:
    """ "2 days overdue · was due Thu 15 Oct, 09:35" in a <time> element, marked when overdue or soon.

    `|due:"by"` says "Overdue by 2 days", where the words before it already say that it is about what is due.
    """
    if not moment:
        return "no date set"
    kind = wording.urgency(moment)
    return format_html(
        '<time datetime="{}" class="stp-time stp-due stp-due--{}">{}</time>',
        wording.due_day(moment).isoformat(),
        kind,
        _first_large(wording.due_text(moment, by=True)) if how == "by" else wording.due_text(moment),
    )


@register.filter
def clock(moment: datetime | None) -> str:
    """ "14:02" on an English clock."""
    return wording.time_text(moment) if moment else ""


@register.simple_tag
def answers(given: Iterable[tuple[BoundField, str]], change_url: str = "", number: int | str = "") -> SafeString:
    """A summary list of questions and their answers in words, each with its Change link."""
    lines_ = []
    for bound, text in given:
        name = getattr(bound.field, "short", "") or str(bound.label)
        if number:
            name = f"{number}. {name}"
        line: dict[str, Any] = {"key": {"text": name}, "value": {"html": lines(text)}}
        if change_url:
            target = f"{change_url}#{field_html.error_target(bound)}"
            change = {"href": target, "text": "Change", "visuallyHiddenText": name[:1].lower() + name[1:]}
            line["actions"] = {"items": [change]}
        lines_.append(line)
    return build("govukSummaryList", {"rows": lines_}) if lines_ else mark_safe("")


@register.filter
def gap(length: timedelta | None) -> str:
    """ "6 days 1 hour"."""
    return "" if length is None else wording.gap_text(length)


@register.filter
def rule(source: str) -> SafeString:
    """Where a rule is written, in brackets after what it says: " (rule A3)"; nothing where there is nothing to say."""
    written = wording.rule_words(source or "")
    return format_html(' <span class="stp-source">({})</span>', written) if written else mark_safe("")


@register.filter
def since(moment: datetime, earlier: datetime) -> str:
    """The gap between two moments in words: `{{ reported|since:noticed }}`."""
    return wording.gap_text(moment - earlier)


@register.filter
def lines(text: Any) -> SafeString:
    """Typed text with its line breaks, escaped."""
    return format_html_join(mark_safe("<br>"), "{}", ((line,) for line in str(text or "").split("\n")))  # noqa: S308


@register.simple_tag(takes_context=True)
def navigation_bar(context: Context) -> SafeString:
    """The lines of the top navigation this user may use, the current one marked."""
    here = getattr(context.get("request"), "path", "")
    items = []
    for line in context.get("navigation") or []:
        href = reverse(line.url_name)
        items.append({"text": line.title, "href": href, "active": here == href or _is_below(here, href)})
    if not items:
        return mark_safe("")
    return build("govukServiceNavigation", {"navigation": items, "navigationLabel": "Main", "ariaLabel": "Main"})


def _is_below(path: str, href: str) -> bool:
    return href != "/" and path.startswith(href)


@register.simple_tag
def rows_buttons(rows: Any) -> SafeString:
    """ "Add another …" below a set of rows, where there is room for one more."""
    if not rows.can_add:
        return mark_safe("")
    return build(
        "govukButton",
        {
            "text": f"Add another {rows.one}",
            "name": "add_row",
            "value": rows.prefix,
            "classes": "govuk-button--secondary",
            "preventDoubleClick": True,
            "attributes": {"formnovalidate": ""},
        },
    )


@register.inclusion_tag("components/rows.html")
def rows(rows: Any, title: str = "") -> Mapping[str, Any]:
    """A whole set of rows: each in its fieldset with a remove button, then "Add another …"."""
    return {"rows": rows, "title": title or rows.one.capitalize()}
