"""What is asked about a restriction of a person's freedom (domain.md §9)."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError

from incidents.actions.restrictions import no_such_authority
from incidents.models import Authority, Case, PersonSupported, RestrictionKind
from records.forms import (
    ChooseOneField,
    DateField,
    LongTextField,
    PageForm,
    RadiosField,
    SelectField,
    WhenField,
    YesNoField,
)


class RestrictionForm(PageForm):
    person = ChooseOneField("Whose freedom is it?", missing="Choose the person")
    kind = SelectField("What kind of restriction is it?", choices=RestrictionKind, missing="Choose the kind")
    what = LongTextField("What exactly is restricted?", missing="Say exactly what is restricted", rows=3)
    verbatim = LongTextField("If it was written down, in which words?", hint="Word for word", required=False, rows=2)
    risk = LongTextField("What is the risk, and how likely?", missing="Say what the risk is, and how likely", rows=3)
    authority = RadiosField(
        "On whose authority?",
        choices=Authority,
        hints={
            Authority.DOLS: "Care homes and hospitals only. In a person's own home it is the Court of Protection.",
            Authority.NONE: "Nobody decided it properly. It is recorded as what it was.",
        },
        missing="Choose the authority, or that there is none",
    )
    authority_detail = LongTextField(
        "Who gave the authority, and how?", hint="Not needed when there is none", required=False, rows=2
    )
    authority_on = DateField(
        "On which day was it given?",
        name="The day of the authority",
        hint="Authority does not reach back: a decision counts from the day it is recorded",
        past=True,
        required=False,
    )
    starts_at = WhenField("When did or does it start?", name="The start")
    ends_at = WhenField(
        "When does it end?",
        name="The end",
        hint="At most 28 days after the start. Empty only where nobody ever set an end.",
        required=False,
    )
    capacity = LongTextField(
        "Can the person make this decision themselves?",
        missing="Record the person's capacity for this decision",
        rows=3,
    )
    persons_view = LongTextField("What does the person say about it?", missing="Record the person's own view", rows=3)
    alternatives = LongTextField(
        "Which less restrictive options were tried or considered?",
        missing="Say which less restrictive options were tried or considered",
        rows=3,
    )
    proportionality = LongTextField("Why is it proportionate?", missing="Say why it is proportionate", rows=3)
    positive_risk = LongTextField(
        "What matters to the person, and which risk is worth taking for it?",
        hint="What matters, the benefit, the risk, the support, who decided",
        missing="Record positive risk-taking: what matters, benefit, risk, support, who decided",
        rows=4,
    )
    reduction_step = LongTextField("What is the next step to reduce it?", missing="Say what the next step is", rows=2)

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case = case
        people = PersonSupported.objects.filter(case_links__case=case).order_by("code")
        self.fields["person"].queryset = people  # type: ignore[attr-defined]

    def clean_authority(self) -> str:
        given: str = self.cleaned_data["authority"]
        if elsewhere := no_such_authority(self.case, given):
            raise ValidationError(elsewhere)
        return given


class EndRestrictionForm(PageForm):
    ended_at = WhenField("When did it end?", name="The end", past=True)
    ended_how = LongTextField(
        "How did it end, and what takes its place?",
        hint="For example: outings with two staff from Thursday, quieter times",
        missing="Say how it ended, and what takes its place",
    )


class FourQuestionsForm(PageForm):
    """The four questions of A10, each with yes or no and what shows it."""

    authorised_met = YesNoField("Was it authorised, proportionate and time-limited?", missing="Answer yes or no")
    authorised = LongTextField(
        "What shows whether it was authorised?", missing="Say what shows whether it was authorised", rows=3
    )
    least_restrictive_met = YesNoField("Did staff understand the least restrictive option?", missing="Answer yes or no")
    least_restrictive = LongTextField(
        "What shows whether staff understood?", missing="Say what shows whether staff understood", rows=3
    )
    escalated_met = YesNoField("Was it escalated when its use rose?", missing="Answer yes or no")
    escalated = LongTextField(
        "What shows whether it was escalated?", missing="Say what shows whether it was escalated", rows=3
    )
    positive_risk_met = YesNoField("Was positive risk-taking considered, and recorded?", missing="Answer yes or no")
    positive_risk = LongTextField(
        "What shows whether it was considered?", missing="Say what shows whether it was considered", rows=3
    )
