"""What is asked of whoever withdraws a signature."""

from __future__ import annotations

from records.forms import LongTextField
from records.signing_form import SignatureForm


class WithdrawForm(SignatureForm):
    """A signature is taken back by a new entry with a reason, signed like the first."""

    reason = LongTextField("Why is the signature withdrawn?", missing="Say why it is withdrawn")
    field_order = ("reason", "conflict", "conflict_detail", "agree")
