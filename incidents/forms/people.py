"""What is asked about the people of a case."""

from __future__ import annotations

from typing import Any

from incidents.actions.people import KNOWN
from incidents.forms.log import name_of_staff
from incidents.models import CasePerson, Involvement
from records.forms import ChooseOneField, LongTextField, PageForm, RadiosField, TextField


class _WhatIsKnown(PageForm):
    how_affected = LongTextField("How are they, or may they be, affected?", required=False, rows=3)
    agreed_contacts = LongTextField("Who do they want us to tell?", required=False, rows=2)
    blocked_contacts = LongTextField(
        "Who must not be contacted, and why?",
        hint="For example: the son, who may be the source",
        required=False,
        rows=2,
    )


class PersonForm(_WhatIsKnown):
    """A person at risk who is not named in the case yet."""

    field_order = ("code",)

    code = TextField("What are their initials or code?", width=10, max_length=20, missing="Enter initials or a code")


class KnownPersonForm(_WhatIsKnown):
    """The same of a person who is named already: who they are stands, and nothing recorded is wiped by a blank."""

    def __init__(self, *args: Any, link: CasePerson, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.link = link

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for name, message in KNOWN.items():
            if getattr(self.link, name).strip() and not (given.get(name) or "").strip():
                self.add_error(name, message)
        return given


class StaffForm(PageForm):
    staff = ChooseOneField("Who?", missing="Choose who", name_of=name_of_staff)
    involvement = RadiosField(
        "What is their part?",
        choices=Involvement,
        hints={
            Involvement.SUBJECT: "They will not see or decide this case",
            Involvement.IMPLICATED: "They will not see or decide this case; if they own it, it passes on",
        },
        missing="Choose their part",
    )
    note = LongTextField("Is there more to say?", required=False, rows=2)

    def __init__(self, *args: Any, staff: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["staff"].queryset = staff  # type: ignore[attr-defined]


class EndStaffForm(PageForm):
    reason = LongTextField("Why has their part ended?", missing="Say why their part has ended", rows=3)


class OwnerForm(PageForm):
    owner = ChooseOneField("Who owns the case from now?", missing="Choose who owns the case")

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people  # type: ignore[attr-defined]
