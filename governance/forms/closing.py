"""The questions of closing and re-opening a case."""

from __future__ import annotations

from records.forms import LongTextField, PageForm, YesNoField
from records.signing_form import SignatureForm


class CloseForm(SignatureForm):
    """What was told to whom, then the signature."""

    person_informed = LongTextField(
        "How was the person told what was learned?",
        hint="When, by whom, in which form, and what they said. If they were not told: why not",
        missing="Say how the person was told, or why they were not",
        rows=3,
    )
    team_learning = LongTextField(
        "When and how did the team learn from this?",
        hint="The day of the session, how many came, who was followed up, the check question two weeks later",
        missing="Say when and how the team learned",
        rows=3,
    )


class SecondCloseForm(SignatureForm):
    agrees = YesNoField("Do you agree that this case may be closed?", missing="Say whether you agree")
    reason = LongTextField("Why?", rows=3, missing="Say why")


class ReopenForm(PageForm):
    reason = LongTextField("Why is this case opened again?", rows=3, missing="Say why the case is opened again")
