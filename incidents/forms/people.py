"""What is asked about the people of a case."""

from __future__ import annotations

from typing import Any

from incidents.models import Involvement
from records.forms import ChooseOneField, LongTextField, PageForm, RadiosField, TextField


class PersonForm(PageForm):
    code = TextField("What are their initials or code?", width=10, max_length=20, missing="Enter initials or a code")
    how_affected = LongTextField("How are they, or may they be, affected?", required=False, rows=3)
    agreed_contacts = LongTextField("Who do they want us to tell?", required=False, rows=2)
    blocked_contacts = LongTextField(
        "Who must not be contacted, and why?",
        hint="For example: the son, who may be the source",
        required=False,
        rows=2,
    )


class StaffForm(PageForm):
    staff = ChooseOneField("Who?", missing="Choose who")
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
