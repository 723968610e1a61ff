"""The filter and the search of the case list. Everything is optional; a value that is not there narrows nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from accounts.models import Service
from incidents.models import Level
from records.forms import PageForm, SelectField, TextField

OPEN, CLOSED = "open", "closed"
NOT_RATED = "none"


class CaseFilter(PageForm):
    """What the list is narrowed to."""

    q = TextField("Words, a name, initials or a reference", max_length=200, required=False)
    service = SelectField("Service", required=False)
    level = SelectField("Level", required=False, choices=[*Level.choices, (NOT_RATED, "Not rated yet")])
    state = SelectField("Open or closed", required=False, choices=[(OPEN, "Open"), (CLOSED, "Closed")])
    whose = SelectField("Case owner", required=False, choices=[("me", "Me")])

    def __init__(self, *args: Any, services: Iterable[Service], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["service"].choices = [(str(one.pk), str(one)) for one in services]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> dict[str, str]:
        """What was chosen and can be used, by name. A wrong value in the address narrows nothing."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
