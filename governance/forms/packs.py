"""The questions of making, releasing and checking a pack, and of looking through a history."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

from governance.models import Reader
from governance.packs.redaction import PROFILES
from records.forms import (
    ConfirmField,
    DateField,
    FileField,
    LongTextField,
    PageForm,
    RadiosField,
    SelectField,
    TextField,
)
from records.signing_form import SignatureForm


class AskForm(PageForm):
    """Who it is for, and whom the product cannot know by name."""

    reader = RadiosField(
        "Who is the pack for?",
        choices=[(reader.value, reader.label) for reader in Reader],
        hints={
            code: (
                "Taken out: " + "; ".join(one[:1].lower() + one[1:] for one in profile.taken_out)
                if profile.taken_out
                else "All 14 parts, with names"
            )
            for code, profile in PROFILES.items()
        },
        missing="Choose who the pack is for",
    )
    names = LongTextField(
        "Which other names must be taken out?",
        hint="One on each line: the person’s own name, family, neighbours, other professionals. "
        "Names of staff and names in the contact fields are taken out without being listed here",
        rows=4,
        required=False,
    )

    def clean_names(self) -> list[str]:
        lines = [line.strip() for line in (self.cleaned_data["names"] or "").splitlines()]
        short = [line for line in lines if len(line) == 1]
        if short:
            raise ValidationError("A name to take out needs at least two letters")
        return [line for line in lines if line]


class ReleaseForm(SignatureForm):
    """To whom, for what, until when; and that somebody looked."""

    checked = ConfirmField(
        "I have looked at everything that was taken out, and at the words to look at",
        missing="Look at what was taken out, then confirm it",
    )
    recipient = TextField(
        "Who receives it?", hint="For example: Northshire Council, contracts team", missing="Enter who receives it"
    )
    purpose = TextField("What do they need it for?", missing="Enter what they need it for")
    lawful_basis = TextField(
        "What is the lawful basis?",
        hint="For example: legal obligation, or the contract’s monitoring clause",
        required=False,
    )
    expires_on = DateField("Until when may they use it?", name="The day it expires", missing="Enter the day it expires")


class VerifyForm(PageForm):
    """A file, or its SHA-256."""

    file = FileField(
        "Upload the pack", hint="The PDF or HTML file as you received it. It is looked at and not kept", required=False
    )
    sha256 = TextField("Or enter its SHA-256", hint="64 letters and digits", required=False)

    def clean_sha256(self) -> str:
        said = "".join((self.cleaned_data["sha256"] or "").split()).lower()
        if said and (len(said) != 64 or set(said) - set("0123456789abcdef")):
            raise ValidationError("A SHA-256 has 64 letters and digits: 0 to 9 and a to f")
        return said

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if cleaned is not None and not self.errors and not cleaned.get("file") and not cleaned.get("sha256"):
            self.add_error("file", ValidationError("Upload the pack, or enter its SHA-256"))
        return cleaned


class HistoryForm(PageForm):
    """Whose changes, of what, between which days."""

    who = SelectField("Who made the change?", choices=[("", "Anybody")], required=False)
    kind = SelectField("What kind of record?", choices=[("", "Anything")], required=False)
    first = DateField("From which day?", name="The first day", required=False)
    last = DateField("Until which day?", name="The last day", required=False)

    def __init__(
        self, *args: Any, people: list[tuple[str, str]], kinds: list[tuple[str, str]] | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["who"].choices = [("", "Anybody"), *people]  # type: ignore[attr-defined]
        if kinds is None:  # one record is of one kind
            del self.fields["kind"]
        else:
            self.fields["kind"].choices = [("", "Anything"), *kinds]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if isinstance(first, date) and isinstance(last, date) and last < first:
            self.add_error("last", ValidationError("The last day must be the first day or later"))
        return cleaned
