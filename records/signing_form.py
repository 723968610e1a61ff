"""The questions of a signature: which conflicts there are, and agreement to its stated meaning (domain.md S5)."""

from __future__ import annotations

from typing import Any

from records.forms import ConfirmField, LongTextField, PageForm, RadiosField
from records.models import Conflict


class SignatureForm(PageForm):
    """Asked on every signing page, after the person has proved again who they are.

    `meaning` is the sentence that is signed; it is shown above the questions and kept with the signature.
    Show it with `{% include "components/signature.html" %}`. Subclass it to ask more on the same page.
    """

    conflict = RadiosField(
        "Do you have a conflict of interest?",
        choices=Conflict,
        missing="Say whether you have a conflict of interest",
        reveals={one: ["conflict_detail"] for one in [Conflict.OTHER]},
    )
    conflict_detail = LongTextField("What is the conflict?", rows=2, missing="Say what the conflict is")
    agree = ConfirmField("I have read this and it is true to my knowledge", missing="Confirm what you are signing")

    def __init__(self, *args: Any, meaning: str = "", **kwargs: Any) -> None:
        self.meaning = meaning
        super().__init__(*args, **kwargs)

    def full_clean(self) -> None:
        """The signature stands last on the page, so what is wrong with it is said last, whatever a page added."""
        signature = [name for name in SignatureForm.base_fields if name in self.fields]
        self.order_fields([*(name for name in self.fields if name not in signature), *signature])
        super().full_clean()
