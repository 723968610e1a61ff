"""What is asked when somebody from outside is invited to read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from records.forms import DateField, EmailField, LongTextField, PageForm, RadiosField, TextField

WHOLE = "case"


class InviteForm(PageForm):
    name = TextField("What is their name?", missing="Enter their name", max_length=100)
    organisation = TextField(
        "Where do they work?", hint="For example: Northshire Council", missing="Enter where they work", max_length=90
    )
    email = EmailField(
        "What is their e-mail address?",
        hint="They set a password from the link on the sign-in page",
        missing="Enter their e-mail address",
    )
    what = RadiosField(
        "What may they read?",
        choices=[],
        hint="Only what was released: checked, with a lawful basis, and signed",
        missing="Choose what they may read",
    )
    purpose = LongTextField("What do they need it for?", missing="Say what they need it for", rows=3)
    ends_on = DateField("Until which day?", name="The last day", hint="Three months at most; it ends by itself")

    def __init__(self, *args: Any, packs: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["what"]
        field.choices = [
            (WHOLE, "The case: always the newest redacted pack that was released"),
            *(
                (str(pack.pk), f"Only the pack for: {pack.get_reader_display()}, version {pack.version}")
                for pack in packs
            ),
        ]
