"""A long list a page at a time: each page begins below the last row of the one before, found by an index (F83).

page = paging.of(request, items, by="due_at", key="key")
page.rows, page.more      the rows of this page, and the address of the next; "" at the end
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest

SIZE = 50


@dataclass(frozen=True)
class Page:
    rows: list[Any]
    more: str
    #: Whether there is a page before this one.
    continued: bool


def of(request: HttpRequest, items: Any, *, by: str, key: str, keep: dict[str, str] | None = None) -> Page:
    """The page asked for, in the order of a moment and then a unique key; `keep` stays in the address of the next."""
    cursor = request.GET.get("after", "")
    found = list(_below(items, cursor, by, key).order_by(by, key)[: SIZE + 1])
    rows, more = found[:SIZE], ""
    if len(found) > SIZE:
        last = rows[-1]
        more = "?" + urlencode({**(keep or {}), "after": f"{getattr(last, by).isoformat()}|{getattr(last, key)}"})
    return Page(rows, more, bool(cursor))


def _below(items: Any, cursor: str, by: str, key: str) -> Any:
    """The rows below the last one shown; all of them for an address that says nothing that can be read."""
    moment, _, last = cursor.partition("|")
    try:
        at = datetime.fromisoformat(moment)
        column = items.model._meta.pk if key == "pk" else items.model._meta.get_field(key)
        wanted = column.to_python(last)
    except (ValueError, ValidationError):
        return items
    if at.tzinfo is None:
        return items
    return items.filter(Q(**{f"{by}__gt": at}) | Q(**{by: at, f"{key}__gt": wanted}))
